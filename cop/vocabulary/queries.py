"""Questions about terms. Each takes the person who asks: what they may not see is neither listed nor counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, func, select

from cop.core import policy, terms
from cop.core.db import is_writing, session
from cop.core.names import folded_words
from cop.core.paging import pages_of
from cop.core.policy import Act
from cop.core.terms import Term, TermAlias, TermMerge, finding, merging
from cop.core.typed import Typed
from cop.people.models import Person
from cop.vocabulary.rules import seen_under

EACH_PAGE = 60


@dataclass(frozen=True)
class TermRow:
    """A term in a list, with how much of what is filed under it the reader may see."""

    term: Term
    topics: int
    people: int
    parent: str = ""
    """The broader term, where another term has the same label."""


@dataclass(frozen=True)
class TermList:
    """One page of the vocabulary."""

    rows: Sequence[TermRow]
    total: int
    page: int
    letters: Sequence[str]
    """First letters of all the terms."""

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return pages_of(self.total, EACH_PAGE)


@dataclass(frozen=True)
class OpenTerm:
    """A term with what is about it."""

    row: TermRow
    broader: Term | None
    narrower: Sequence[TermRow]
    also: Sequence[TermAlias]
    merges: Sequence[tuple[TermMerge, Term]]


def vocabulary(reader: Person, words: str = "", letter: str = "", page: int = 1) -> TermList:
    """Terms by name: those with such words in their labels, or that begin with a letter."""
    readable = policy.readable(reader, Term)
    conditions = [readable, *(finding.inside(word) for word in folded_words(words)[: finding.WORDS_AT_MOST])]
    first = func.substr(Term.name_key, 1, 1)
    if letter:
        conditions.append(first == letter)
    return TermList(
        rows=_rows(reader, conditions, EACH_PAGE, (page - 1) * EACH_PAGE),
        total=session().scalar(select(func.count()).select_from(Term).where(*conditions)) or 0,
        page=page,
        letters=session().scalars(select(first).where(readable).distinct().order_by(first)).all(),
    )


def _rows(reader: Person, conditions: Sequence[ColumnElement[bool]], limit: int, offset: int = 0) -> list[TermRow]:
    statement = (
        select(Term, _count(reader, "topic"), _count(reader, "person"))
        .where(*conditions)
        .order_by(Term.name_key, Term.id)
        .limit(limit)
        .offset(offset)
    )
    found = session().execute(statement).all()
    beside = _parents_beside(reader, [term for term, _topics, _people in found])
    return [TermRow(term, topics, people, beside.get(term.id, "")) for term, topics, people in found]


def _count(reader: Person, kind: str) -> Any:
    return select(func.count()).select_from(seen_under(reader, kind).correlate(Term).subquery()).scalar_subquery()


def _parents_beside(reader: Person, found: Sequence[Term]) -> dict[int, str]:
    """The broader terms of those whose label another term has too."""
    readable = policy.readable(reader, Term)
    shared = _labels_of_several(found, readable)
    above = {term.id: term.parent_id for term in found if term.name_key in shared and term.parent_id is not None}
    names = dict(session().execute(select(Term.id, Term.name).where(Term.id.in_(above.values()), readable)).all())
    return {id: names[parent] for id, parent in above.items() if parent in names}


def _labels_of_several(found: Sequence[Term], readable: ColumnElement[bool]) -> set[str]:
    """Those of their labels that another term has too."""
    keys = {term.name_key for term in found}
    several = select(Term.name_key).where(Term.name_key.in_(keys), readable).group_by(Term.name_key)
    return set(session().scalars(several.having(func.count() > 1)))


def at(person: Person, slug: str, act: Act) -> Term:
    """The term at an address, or that it leads to, if the person may do this to it. Raises Unseen or Refused."""
    found = terms.term(slug)
    if found is None:
        raise policy.Unseen
    return policy.access(person, Term, found.id, act)


def named(person: Person, typed: str) -> Term | None:
    """The term that somebody means by a label, or by its word in addresses; None if there is none for them."""
    found = terms.of_label(typed) or terms.term(typed)
    return found if found is not None and policy.can(person, Act.READ, found) else None


def another_called(term: Term, name: str) -> Term | None:
    """Another term of the same vocabulary with this label."""
    return session().scalar(
        select(Term).where(
            Term.name_key == terms.slug_of(name),
            Term.scheme == term.scheme,
            Term.id != term.id,
            Term.merged_into_id.is_(None),
        )
    )


def opened(reader: Person, term: Term) -> OpenTerm:
    """A term's page: what is broader, narrower, and how much the reader may see under it."""
    readable = policy.readable(reader, Term)
    return OpenTerm(
        row=row_of(reader, term),
        broader=session().scalar(select(Term).where(Term.id == term.parent_id, readable)),
        narrower=_rows(reader, [readable, Term.parent_id == term.id], limit=500),
        also=merging.aliases_of(term),
        merges=merging.merges_into(term) if reader.is_manager else (),
    )


def row_of(reader: Person, term: Term) -> TermRow:
    """One term with its counts."""
    return _rows(reader, [Term.id == term.id], limit=1)[0]


def merge_at(manager: Person, id: int) -> TermMerge:
    """A merge that the person may undo. Raises Unseen or Refused."""
    merge = session().get(TermMerge, id, with_for_update=True if is_writing() else None)
    if merge is None:
        raise policy.Unseen
    policy.access(manager, Term, merge.target_id, Act.EDIT)
    return merge


def target_of(merge: TermMerge) -> Term:
    """The term that another became."""
    return session().get_one(Term, merge.target_id)


def suggested(reader: Person, typed: str) -> list[finding.Suggestion]:
    """Terms to choose from while one is typed, those first under which the reader sees most."""
    return finding.suggested(typed, _sight(reader))


def _sight(reader: Person) -> finding.Sight:
    return finding.Sight(
        lambda: policy.readable(reader, Term), lambda: _count(reader, "topic") + _count(reader, "person")
    )


@dataclass(frozen=True)
class OfferedTerm:
    """A term that may be meant in the search box."""

    term: Term
    alias: str
    """The label that was typed, when it is another than the term's name."""
    beside: str
    """Where several terms have this label, what tells it from them: the broader term, or else the vocabulary."""
    is_ambiguous: bool

    @property
    def url(self) -> str:
        """Who and what is found by its words; where these are several terms', the term's own page."""
        return self.term.url if self.is_ambiguous else f"/find?{urlencode({'q': self.term.name})}"


def offered(reader: Person, typed: Typed, limit: int) -> list[OfferedTerm]:
    """Terms that may be meant in the search box, those first under which the reader sees most."""
    look = finding.nearly_holding if typed.forgiving else finding.holding
    sight = _sight(reader)
    found = look(typed.words, sight, limit)
    shared = _labels_of_several([each.term for each in found], sight.readable) if found else set()
    return [
        OfferedTerm(each.term, each.alias, (each.parent or each.term.scheme) if is_ambiguous else "", is_ambiguous)
        for each in found
        for is_ambiguous in [each.term.name_key in shared]
    ]
