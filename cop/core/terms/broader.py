"""What is broader than a term, all the way up: who knows about phonics knows about reading."""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import or_, select

from cop.core.db import in_batches, session
from cop.core.terms.models import Term


class NamedTerm(NamedTuple):
    """What a list needs of a term."""

    id: int
    slug: str
    name: str
    scheme: str
    parent_id: int | None
    merged_into_id: int | None


def with_broader(ids: Collection[int]) -> dict[int, list[NamedTerm]]:
    """Each of some terms by its id, or what it became, and after it the broader ones, the nearest first."""
    known = {term.id: term for term in in_batches(ids, _up_from)}
    return {id: _upwards(known, id) for id in ids if id in known}


def _up_from(ids: list[int]) -> Iterator[NamedTerm]:
    """The terms with these ids and all that is above them, in one query."""
    first = select(Term.id, Term.parent_id, Term.merged_into_id).where(Term.id.in_(ids)).cte("up", recursive=True)
    above = or_(Term.id == first.c.parent_id, Term.id == first.c.merged_into_id)
    up = first.union(select(Term.id, Term.parent_id, Term.merged_into_id).join(first, above))
    fields = (getattr(Term, name) for name in NamedTerm._fields)
    rows = session().execute(select(*fields).where(Term.id.in_(select(up.c.id))))
    return (NamedTerm._make(row) for row in rows)


def _upwards(known: Mapping[int, NamedTerm], id: int) -> list[NamedTerm]:
    found: dict[int, NamedTerm] = {}
    at = known.get(id)
    while at is not None and at.id not in found:
        if at.merged_into_id is not None:
            at = known.get(at.merged_into_id)
            continue
        found[at.id] = at
        at = known.get(at.parent_id) if at.parent_id is not None else None
    return list(found.values())
