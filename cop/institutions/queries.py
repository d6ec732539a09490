"""Questions about institutions. Everybody may see them all."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select

from cop.core.db import in_batches, session
from cop.core.names import folded_words
from cop.core.paging import pages_of
from cop.core.typed import Typed, begins
from cop.institutions.models import Institution, InstitutionCode, InstitutionDomain, InstitutionWord

EACH_PAGE = 20
WORDS_AT_MOST = 8
FACETS = ("type", "phase", "country", "region", "authority")
"""Columns by which the list is narrowed."""
VALUES_AT_MOST = 12


@dataclass(frozen=True)
class FacetValue:
    """One choice of a facet."""

    value: str
    count: int
    """How many institutions the list would have if this were chosen beside what is chosen in other facets."""
    checked: bool


@dataclass(frozen=True)
class InstitutionList:
    """One page of the list."""

    rows: Sequence[Institution]
    total: int
    page: int
    facets: dict[str, list[FacetValue]]

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return pages_of(self.total, EACH_PAGE)


def institutions(words: str = "", chosen: dict[str, list[str]] | None = None, page: int = 1) -> InstitutionList:
    """A page of institutions by name: those with such words in the name or its town, narrowed by facets."""
    chosen = {name: values for name, values in (chosen or {}).items() if name in FACETS and values}
    named = [Institution.merged_into_id.is_(None), *_named(words)]
    narrowed = [*named, *_chosen(chosen)]
    statement = (
        select(Institution)
        .where(*narrowed)
        .order_by(Institution.is_ended, Institution.name_key, Institution.id)
        .limit(EACH_PAGE)
        .offset((page - 1) * EACH_PAGE)
    )
    return InstitutionList(
        rows=session().scalars(statement).all(),
        total=session().scalar(select(func.count()).select_from(Institution).where(*narrowed)) or 0,
        page=page,
        facets={name: _values(name, named, chosen) for name in FACETS},
    )


def _named(words: str) -> list[ColumnElement[bool]]:
    """For each word typed, one of the name begins so; accents and capitals do not count."""
    return [
        Institution.id.in_(select(InstitutionWord.institution_id).where(begins(InstitutionWord.word, word)))
        for word in folded_words(words)[:WORDS_AT_MOST]
    ]


def _chosen(chosen: dict[str, list[str]]) -> list[ColumnElement[bool]]:
    return [getattr(Institution, name).in_(values) for name, values in chosen.items()]


def _values(name: str, named: list[ColumnElement[bool]], chosen: dict[str, list[str]]) -> list[FacetValue]:
    """The commonest values of a facet, counted as if nothing were chosen in this one; what is chosen stays in sight."""
    column: Any = getattr(Institution, name)
    others = {other: values for other, values in chosen.items() if other != name}
    statement = (
        select(column, func.count())
        .where(*named, *_chosen(others), column != "")
        .group_by(column)
        .order_by(func.count().desc(), column)
    )
    counts: dict[str, int] = dict(session().execute(statement).all())
    ticked = chosen.get(name, [])
    shown = dict.fromkeys([*ticked, *list(counts)[:VALUES_AT_MOST]])
    return [FacetValue(value, counts.get(value, 0), value in ticked) for value in shown]


def suggested(words: str, limit: int = 8) -> list[Institution]:
    """Institutions to choose from while a name is typed: open ones first, then by name; none of no words."""
    return _open_first(_named(words), limit)


def offered(typed: Typed, limit: int) -> list[Institution]:
    """Institutions that may be meant in the search box: open ones first, then by name."""
    return _open_first(typed.on(Institution.id, InstitutionWord.institution_id, InstitutionWord.word), limit)


def _open_first(conditions: Sequence[ColumnElement[bool]], limit: int) -> list[Institution]:
    if not conditions:
        return []
    statement = (
        select(Institution)
        .where(*conditions, Institution.merged_into_id.is_(None))
        .order_by(Institution.is_ended, Institution.name_key, Institution.id)
        .limit(limit)
    )
    return list(session().scalars(statement))


def with_domain_of(address: str) -> list[Institution]:
    """The institutions to which the domain of an e-mail address was given, or a domain that it lies in.

    `x@student.westherts.ac.uk` lies in `westherts.ac.uk`. The longest domain that anybody has decides.
    """
    parts = address.rpartition("@")[2].lower().split(".")
    domains = [".".join(parts[start:]) for start in range(len(parts) - 1)]
    statement = (
        select(InstitutionDomain.domain, Institution)
        .join(Institution, Institution.id == InstitutionDomain.institution_id)
        .where(InstitutionDomain.domain.in_(domains), Institution.merged_into_id.is_(None))
        .order_by(Institution.name_key)
    )
    found = session().execute(statement).all()
    longest = max((len(domain) for domain, _institution in found), default=0)
    return [institution for domain, institution in found if len(domain) == longest]


def ids_of(institution: Institution) -> list[int]:
    """Its id, and those of the institutions that were joined with it."""
    found, news = [institution.id], [institution.id]
    while news:
        news = list(session().scalars(select(Institution.id).where(Institution.merged_into_id.in_(news))))
        found += news
    return found


def joined_with(institution: Institution) -> list[Institution]:
    """The institutions that were joined with it, by name."""
    statement = select(Institution).where(Institution.merged_into_id == institution.id)
    return list(session().scalars(statement.order_by(Institution.name_key, Institution.id)))


def named(slug: str) -> Institution | None:
    """The institution with this slug, or what it was joined with."""
    found = session().scalar(select(Institution).where(Institution.slug == slug))
    return (merged_into(found) or found) if found is not None else None


def merged_into(institution: Institution) -> Institution | None:
    """Where an institution went that was joined with another, to the end; None when it is its own."""
    into = institution
    while into.merged_into_id is not None:
        into = session().get_one(Institution, into.merged_into_id)
    return into if into is not institution else None


def codes_of(institution: Institution) -> list[InstitutionCode]:
    """The ids that registers give it, by scheme."""
    statement = select(InstitutionCode).where(InstitutionCode.institution_id == institution.id)
    return list(session().scalars(statement.order_by(InstitutionCode.scheme, InstitutionCode.code)))


def domains_of(institution: Institution) -> list[str]:
    """The domains of its addresses."""
    statement = select(InstitutionDomain.domain).where(InstitutionDomain.institution_id == institution.id)
    return list(session().scalars(statement.order_by(InstitutionDomain.domain)))


class Facts(NamedTuple):
    """What narrows to the people of an institution."""

    id: int
    merged_into_id: int | None
    slug: str
    name: str
    type: str
    phase: str
    region: str
    authority: str
    latitude: float | None
    longitude: float | None


def facts_of(ids: Collection[int]) -> dict[int, Facts]:
    """Of several institutions by id; of one that was joined with another, that one's."""
    fields = [getattr(Institution, name) for name in Facts._fields]
    known: dict[int, Facts] = {}
    wanted = set(ids)
    while wanted:
        rows = in_batches(wanted, lambda batch: session().execute(select(*fields).where(Institution.id.in_(batch))))
        found = {row[0]: Facts._make(row) for row in rows}
        known |= found
        wanted = {each.merged_into_id for each in found.values() if each.merged_into_id is not None} - known.keys()
    return {id: _last(known, id) for id in ids if id in known}


def _last(known: dict[int, Facts], id: int) -> Facts:
    found = known[id]
    while found.merged_into_id is not None and found.merged_into_id in known:
        found = known[found.merged_into_id]
    return found
