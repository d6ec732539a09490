"""The list of communities: words, facets with true counts, an order, and where its reader stands with each.

How lively a community is follows from the talk that the reader may read: of others nothing is counted or ordered by.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, null, or_, select
from sqlalchemy.orm import joinedload

from cop.communities import rules
from cop.communities.models import JOINING, READING, Community, Membership
from cop.communities.queries.places import facilitators_of, parent_of
from cop.core import kinds, panels, policy
from cop.core.db import UtcDateTime, database, session, utcnow
from cop.core.paging import pages_of
from cop.people.models import Person
from cop.people.shown import ShownPerson

EACH_PAGE = 20
WORDS_AT_MOST = 6
WHICH = ("all", "mine", "for-you")
SORTS = ("members", "active", "new")
SIZES = {"small": 10, "medium": 50, "large": None}
"""Fewer members than this; the last has no end."""
LIVELY_FOR = dt.timedelta(days=30)
FACETS: dict[str, tuple[str, ...]] = {
    "joining": JOINING,
    "reading": READING,
    "size": tuple(SIZES),
    "activity": ("month",),
}
"""By what the list is narrowed, and to what. `activity`: something was written lately that the reader may read."""

Chosen = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class DirectoryRow:
    """A community in a list: with its facilitators, and where the reader stands."""

    community: Community
    role: str
    facilitators: list[ShownPerson]
    new_count: int
    active_at: dt.datetime | None = None
    """When something was written there that the reader may read."""
    reasons: Sequence[str] = ()
    """Why it is recommended."""
    within: Community | None = None
    """The community around it, if the reader may know of that one."""


@dataclass(frozen=True)
class FacetValue:
    """One choice of a facet."""

    value: str
    count: int
    """How many communities the list would have if this were chosen beside what is chosen in other facets."""
    checked: bool


@dataclass(frozen=True)
class Asked:
    """What somebody asks of the list."""

    text: str = ""
    which: str = "all"
    chosen: Chosen = field(default_factory=dict)
    sort: str = SORTS[0]
    page: int = 1

    @property
    def is_plain(self) -> bool:
        """Whether it is the whole list from its beginning."""
        return not self.text and self.which == "all" and not self.chosen and self.sort == SORTS[0] and self.page == 1


@dataclass(frozen=True)
class Directory:
    """One page of the list of communities."""

    rows: list[DirectoryRow]
    page: int
    pages: int
    total: int
    facets: dict[str, list[FacetValue]]


def directory(reader: Person | None, asked: Asked) -> Directory:
    """Communities that the reader may know of, or their own; by words of name and purpose, narrowed and in order."""
    counts = _counts(reader, asked)
    total = sum(count for values, count in counts.items() if _fits(values, asked.chosen))
    rows = _page(reader, asked, EACH_PAGE) if total else []
    facets = {name: _values(name, counts, asked.chosen) for name in FACETS}
    return Directory(rows, asked.page, pages_of(total, EACH_PAGE), total, facets)


def largest(reader: Person | None, limit: int) -> list[DirectoryRow]:
    """The first of the list."""
    return _page(reader, Asked(), limit)


def _counts(reader: Person | None, asked: Asked) -> dict[tuple[str | None, ...], int]:
    """How many communities have the same value in each facet, of those that the words find: by these values."""
    columns = [_column(name, reader).label(name) for name in FACETS]
    found = select(*columns).select_from(Community).where(*_asked_for(reader, asked)).subquery()
    statement = select(*found.c, func.count()).group_by(*found.c)
    return {tuple(values): count for *values, count in session().execute(statement)}


def _column(name: str, reader: Person | None) -> ColumnElement[Any]:
    """A facet of a community, as SQL."""
    if name == "size":
        ends = [(Community.member_count < end, size) for size, end in SIZES.items() if end is not None]
        return case(*ends, else_=next(reversed(SIZES)))
    if name == "activity":
        return case((active_at(reader) > utcnow() - LIVELY_FOR, "month"), else_=null())
    return getattr(Community, name)  # type: ignore[no-any-return]


def active_at(reader: Person | None) -> ColumnElement[Any]:
    """When something was written in a community that the reader may read; nothing where they may not, as SQL."""
    latest = [at for kind in kinds.all_kinds() if (at := kind.latest_in(Community.__table__.c.id)) is not None]
    begin = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    newest: ColumnElement[Any] = null()
    if len(latest) == 1:
        newest = latest[0]
    elif latest:
        greatest = func.max if database().is_sqlite else func.greatest
        newest = func.nullif(greatest(*(func.coalesce(at, begin) for at in latest)), begin, type_=UtcDateTime)
    return case((rules.talk_readable(reader), newest), else_=null())


def _asked_for(reader: Person | None, asked: Asked) -> list[ColumnElement[bool]]:
    conditions = [policy.readable(reader, Community), *_with_words(asked.text)]
    if asked.which == "mine":
        mine = select(Membership.community_id).where(Membership.person_id == (reader.id if reader is not None else 0))
        conditions.append(Community.id.in_(mine))
    return conditions


def _with_words(text: str) -> list[ColumnElement[bool]]:
    return [
        or_(Community.name.icontains(word, autoescape=True), Community.purpose.icontains(word, autoescape=True))
        for word in text.split()[:WORDS_AT_MOST]
    ]


def _fits(values: Sequence[str | None], chosen: Chosen, but: str = "") -> bool:
    """Whether a community with these values, in the order of the facets, is left by what is chosen."""
    return all(
        value in chosen[name] for name, value in zip(FACETS, values, strict=True) if name != but and chosen.get(name)
    )


def _values(name: str, counts: Mapping[tuple[str | None, ...], int], chosen: Chosen) -> list[FacetValue]:
    """The choices of a facet that lead to something, or are made."""
    place = list(FACETS).index(name)
    found: list[FacetValue] = []
    for value in FACETS[name]:
        count = sum(
            count for values, count in counts.items() if values[place] == value and _fits(values, chosen, but=name)
        )
        checked = value in chosen.get(name, ())
        if count or checked:
            found.append(FacetValue(value, count, checked))
    return found


def _page(reader: Person | None, asked: Asked, limit: int) -> list[DirectoryRow]:
    mine = and_(
        Membership.community_id == Community.id, Membership.person_id == (reader.id if reader is not None else 0)
    )
    active = active_at(reader).label("active_at")
    chosen = [_column(name, reader).in_(values) for name, values in asked.chosen.items() if values]
    orders: dict[str, list[ColumnElement[Any]]] = {
        "members": [Community.member_count.desc(), Community.name.asc()],
        "active": [active.desc().nulls_last(), Community.name.asc()],
        "new": [Community.created_at.desc()],
    }
    statement = (
        select(Community, Membership.role, active)
        .options(joinedload(Community.parent))
        .outerjoin(Membership, mine)
        .where(*_asked_for(reader, asked), *chosen)
        .order_by(*orders[asked.sort], Community.id)
        .limit(limit)
        .offset((asked.page - 1) * EACH_PAGE)
    )
    found = [(community, role or "", at) for community, role, at in session().execute(statement)]
    return rows_of(reader, found)


def rows_of(
    reader: Person | None,
    found: Sequence[tuple[Community, str, dt.datetime | None]],
    reasons: Mapping[int, Sequence[str]] | None = None,
) -> list[DirectoryRow]:
    """Communities as they stand in lists: each with the reader's role and when it was written in; and why, by id."""
    facilitators = facilitators_of(reader, [community for community, _role, _at in found])
    counts = panels.news(reader, [community.id for community, role, _at in found if role])
    return [
        DirectoryRow(
            community,
            role,
            facilitators.get(community.id, []),
            sum(tool.get(community.id, 0) for tool in counts.values()),
            at,
            (reasons or {}).get(community.id, ()),
            parent_of(reader, community),
        )
        for community, role, at in found
    ]


def mine(person: Person) -> list[DirectoryRow]:
    """The communities that a person belongs to, by name, with how much is new in each."""
    statement = (
        select(Community, Membership.role)
        .options(joinedload(Community.parent))
        .join(Membership, Membership.community_id == Community.id)
        .where(Membership.person_id == person.id)
        .order_by(Community.name)
    )
    return rows_of(person, [(community, role, None) for community, role in session().execute(statement)])
