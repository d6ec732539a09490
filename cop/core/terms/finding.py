"""Terms while somebody types: by the beginnings of words, by what words hold, and in spite of typing errors.

Who asks is told of terms that they may see, the most used first, as far as they may see the use: the caller brings both
as `Sight`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import selectinload

from cop.core.db import session
from cop.core.names import folded_words
from cop.core.terms.models import Term, TermWord
from cop.core.typed import begins as word_begins
from cop.core.typed import having, near

WORDS_AT_MOST = 8
SHORTEST_INSIDE = 3
CONSIDERED = 60
"""Of so many that fit, those with the shortest labels, the most used come first: to count the use of all takes long."""

Condition = ColumnElement[bool]


class Sight:
    """What somebody may see of terms: a condition, and how much is filed under each.

    Both are long, so they are made when a term fits: to make them takes longer than to look for words.
    """

    def __init__(self, readable: Callable[[], Condition], used: Callable[[], ColumnElement[int]]) -> None:
        self._readable, self._used = readable, used

    @cached_property
    def readable(self) -> Condition:
        """They may see the term."""
        return self._readable()

    @cached_property
    def used(self) -> ColumnElement[int]:
        """How many things under it they may see."""
        return self._used()


@dataclass(frozen=True)
class Suggestion:
    """A term to choose, with what tells it from others of its name."""

    term: Term
    parent: str
    alias: str
    """The label that was typed, when it is another than the term's name."""


def begins(word: str) -> Condition:
    """A word of the term's labels begins so."""
    return _holds(word_begins(TermWord.word, word))


def inside(word: str) -> Condition:
    """A word of the term's labels has this in it; nearly all have one or two letters, with which it must begin."""
    if len(word) < SHORTEST_INSIDE:
        return begins(word)
    return _holds(TermWord.word.contains(word, autoescape=True))


def _holds(condition: Condition) -> Condition:
    return Term.id.in_(select(TermWord.term_id).where(condition))


def suggested(typed: str, sight: Sight, limit: int = 8) -> list[Suggestion]:
    """The terms that somebody may mean."""
    words = folded_words(typed)[:WORDS_AT_MOST]
    return holding(words, sight, limit) or nearly_holding(words, sight, limit)


def holding(words: Sequence[str], sight: Sight, limit: int) -> list[Suggestion]:
    """The terms whose labels hold these words: first those in which words begin so."""
    found: list[Term] = []
    for way in (begins, inside) if any(len(word) >= SHORTEST_INSIDE for word in words) else (begins,):
        if words and len(found) < limit:
            found += _best([way(word) for word in words], sight, found, limit - len(found))
    return _suggestions(found, [[word] for word in words], sight)


def nearly_holding(words: Sequence[str], sight: Sight, limit: int) -> list[Suggestion]:
    """The terms whose labels hold what these words may stand for when they have typing errors."""
    meant = near(TermWord.word, words)
    holders = [Term.id.in_(having(TermWord.term_id, TermWord.word, starts)) for starts in meant]
    found = _best(holders, sight, (), limit) if meant else []
    return _suggestions(found, meant, sight)


def _suggestions(found: Sequence[Term], meant: Sequence[Sequence[str]], sight: Sight) -> list[Suggestion]:
    parents = _names([term.parent_id for term in found if term.parent_id is not None], sight)
    return [Suggestion(term, parents.get(term.parent_id or 0, ""), _alias(term, meant)) for term in found]


def _best(conditions: Sequence[Condition], sight: Sight, found: Sequence[Term], limit: int) -> list[Term]:
    fitting = [*conditions, Term.merged_into_id.is_(None), Term.id.not_in([term.id for term in found])]
    if session().scalar(select(Term.id).where(*fitting).limit(1)) is None:
        return []  # what may be seen is asked only of what fits: it costs ten times as much
    shortest = (func.length(Term.name_key), Term.name_key, Term.id)
    considered = select(Term.id).where(*fitting, sight.readable).order_by(*shortest).limit(CONSIDERED)
    statement = (
        select(Term)
        .options(selectinload(Term.aliases))
        .where(Term.id.in_(considered))
        .order_by(sight.used.desc(), *shortest)
        .limit(limit)
    )
    return list(session().scalars(statement))


def _alias(term: Term, meant: Sequence[Sequence[str]]) -> str:
    """The label that fits what was typed better than the term's name does."""
    ways: tuple[Callable[[str, str], bool], ...] = (str.startswith, str.__contains__)
    for fits in ways:
        for label in (term.name, *(alias.name for alias in term.aliases)):
            of_label = folded_words(label)
            if all(any(fits(each, start) for each in of_label for start in starts) for starts in meant):
                return "" if label == term.name else label
    return ""


def _names(ids: Sequence[int], sight: Sight) -> dict[int, str]:
    if not ids:
        return {}
    return dict(session().execute(select(Term.id, Term.name).where(Term.id.in_(ids), sight.readable)).all())
