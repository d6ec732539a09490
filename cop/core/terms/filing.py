"""Things filed under terms, as people type them."""

from collections.abc import Collection, Iterable
from itertools import chain, count
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select

from cop.core import kinds
from cop.core.db import session
from cop.core.markup import one_line
from cop.core.names import LONGEST_SLUG, slug_of
from cop.core.terms.models import LONGEST, MOST, Tagging, Term, TermAlias

RESERVED = frozenset({"merges", "suggest"})
"""Words that addresses under `/terms` need for themselves."""


def parsed(text: str) -> list[str]:
    """Names of terms from what was typed with commas or lines between them; double ones once."""
    names: dict[str, str] = {}
    for part in text.replace("\n", ",").replace(";", ",").split(","):
        name = one_line(part).lstrip("#").strip()
        if slug_of(name):
            names.setdefault(slug_of(name), name)
    return list(names.values())


def add_term(thing: Any, term: Term) -> bool:
    """File a thing under one more term, as its last; False when it is filed under it already."""
    kind = kinds.of(thing).name
    if session().get(Tagging, (term.id, kind, thing.id)) is not None:
        return False
    last = select(func.max(Tagging.place)).where(Tagging.kind == kind, Tagging.thing_id == thing.id)
    place = session().scalar(last)
    session().add(Tagging(term_id=term.id, kind=kind, thing_id=thing.id, place=0 if place is None else place + 1))
    session().flush()
    return True


def set_terms(thing: Any, names: Iterable[str]) -> bool:
    """File a thing under exactly these terms, in this order; whether that changed anything.

    Two names of one term count once; of two terms with one label it stays under the one that it is under.
    """
    kind = kinds.of(thing).name
    before = [id for (id,) in session().execute(_filed(kind, thing.id))]
    wanted = list(dict.fromkeys(called(name, before).id for name in list(names)[:MOST]))
    if wanted == before:
        return False
    session().execute(delete(Tagging).where(Tagging.kind == kind, Tagging.thing_id == thing.id))
    session().add_all(Tagging(term_id=id, kind=kind, thing_id=thing.id, place=place) for place, id in enumerate(wanted))
    session().flush()
    return True


def _filed(kind: str, thing_id: int) -> Any:
    return select(Tagging.term_id).where(Tagging.kind == kind, Tagging.thing_id == thing_id).order_by(Tagging.place)


def called(name: str, before: Collection[int] = ()) -> Term:
    """The term that is called so, or a new one of the network's own."""
    found = of_label(name, before)
    if found is None:
        found = Term(slug=free_slug(name), name=name[:LONGEST])
        session().add(found)
        session().flush()
    return found


def of_label(name: str, before: Collection[int] = ()) -> Term | None:
    """The term that is called so: by its name, else by what else it is called.

    Of several, one of `before`, else the network's own, else the one that is used most.
    """
    slug = slug_of(name)
    named = Term.name_key == slug
    also = Term.id.in_(select(TermAlias.term_id).where(TermAlias.slug == slug))
    for condition in (named, also):
        statement = (
            select(Term)
            .where(condition, Term.merged_into_id.is_(None))
            .order_by(Term.id.in_(before).desc(), *_first_meant())
            .limit(1)
        )
        found = session().scalar(statement)
        if found is not None:
            return found
    return None


def _first_meant() -> tuple[Any, ...]:
    """Which of several terms with one label somebody means first."""
    used = select(func.count()).where(Tagging.term_id == Term.id).scalar_subquery()
    return Term.scheme != "", used.desc(), Term.id


def of_labels(slugs: Collection[str], readable: ColumnElement[bool]) -> dict[str, Term]:
    """The readable terms with these labels, by the label's slug: for many labels at once what `of_label` is for one."""
    of_term = (Term.merged_into_id.is_(None), readable)
    named = select(Term.name_key, Term).where(Term.name_key.in_(slugs), *of_term)
    also = select(TermAlias.slug, Term).join(Term, Term.id == TermAlias.term_id)
    also = also.where(TermAlias.slug.in_(slugs), *of_term)
    found: dict[str, Term] = {}
    for statement in (named, also):
        for slug, term in session().execute(statement.order_by(*_first_meant())):
            found.setdefault(slug, term)
    return found


def free_slug(name: str) -> str:
    """An address that no term has: the name's own slug, else with a number."""
    plain = slug_of(name) or "term"
    stem = plain[: LONGEST_SLUG - 8]
    starting = select(Term.slug).where(Term.slug.startswith(stem, autoescape=True))
    taken = RESERVED | set(session().scalars(starting))
    return next(each for each in chain((plain,), (f"{stem}-{number}" for number in count(2))) if each not in taken)


def terms_of(kind: str, ids: Iterable[int]) -> dict[int, list[Term]]:
    """The terms of several things, by id, each list in its own order."""
    statement = (
        select(Tagging.thing_id, Term)
        .join(Term, Term.id == Tagging.term_id)
        .where(Tagging.kind == kind, Tagging.thing_id.in_(list(ids)))
        .order_by(Tagging.thing_id, Tagging.place)
    )
    found: dict[int, list[Term]] = {}
    for thing_id, term in session().execute(statement):
        found.setdefault(thing_id, []).append(term)
    return found


def term(slug: str) -> Term | None:
    """The term with this slug; of one that was renamed or became another, the term that it leads to."""
    found = session().scalar(select(Term).where(Term.slug == one_line(slug)))
    return resolved(found) if found is not None else of_label(slug)


def resolved(term: Term) -> Term:
    """The term itself or, of one that became another, the term that it leads to."""
    while term.merged_into_id is not None:
        term = session().get_one(Term, term.merged_into_id)
    return term


def most_used(kind: str, things: ColumnElement[bool], model: Any, limit: int = 8) -> list[tuple[Term, int]]:
    """The terms that most things of a kind are filed under, among those that satisfy the condition."""
    statement = (
        select(Term, func.count())
        .join(Tagging, Tagging.term_id == Term.id)
        .join(model, model.id == Tagging.thing_id)
        .where(Tagging.kind == kind, things)
        .group_by(Term.id)
        .order_by(func.count().desc(), Term.name)
        .limit(limit)
    )
    return list(session().execute(statement))
