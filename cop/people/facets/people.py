"""How the people who fit a need divide, as one searcher may see it.

Values come from profiles as the index keeps them for the searcher's audiences, so that a field which somebody keeps
from the searcher neither counts nor narrows, from two seconds after they keep it (search follows a deed so soon). What
an institution is, and what is broader than a term, is asked of the database.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cop.core.i18n import lazy as _
from cop.institutions.queries import Facts, facts_of
from cop.people.facets.choosing import Chosen, Columns, Facet
from cop.people.facets.names import known_communities, known_terms
from cop.people.facets.times import MONTH_WORDS, written_since
from cop.people.models import Person
from cop.people.queries import affiliations_of
from cop.people.ranking import Ranking
from cop.people.words import OFFER_WORDS, PHASE_WORDS, TYPE_WORDS
from cop.search.facets import Column, column, of_documents, translated
from cop.search.segments import Floats, Ints

MILES = (5, 10, 25, 50, 100)
EARTH_MILES = 3958.8
"""Mean radius of the earth."""

TITLES: dict[str, Any] = {
    "offer": _("Offers to"),
    "term": _("Knows about"),
    "community": _("Community"),
    "phase": _("Phase"),
    "type": _("Works in"),
    "region": _("Region"),
    "authority": _("Local authority"),
    "institution": _("Institution"),
    "distance": _("Distance from my work"),
    "role": _("Role"),
    "language": _("Language"),
    "active": _("Wrote here"),
}
"""The facets of people, in the order in which they are shown."""


class PeopleFacets:
    """The facets of one search for people: narrows its ranking, then tells what else could be chosen."""

    def __init__(self, reader: Person | None, chosen: Chosen) -> None:
        self._reader = reader
        self._chosen = {name: values for name, values in chosen.items() if name in TITLES}
        self._person_ids = np.zeros(0, np.int64)
        self._miles: Floats | None = None
        self.shown: Sequence[Facet] = ()
        """What could be chosen, once the ranking was narrowed."""

    def narrow(self, ranking: Ranking) -> Ints:
        """The places of the ranking that are left by what is chosen."""
        self._person_ids = ranking.person_ids
        columns = self._columns_of(ranking)
        facets = columns.narrowed_by(self._chosen)
        self.shown = columns.shown(facets, TITLES, self._chosen)
        return np.flatnonzero(facets.narrowed())

    def distances_of(self, person_ids: Sequence[int]) -> dict[int, float | None]:
        """Miles to some of those who were ranked, None where nobody knows; nothing unless nearness is asked for."""
        if self._miles is None or not self._chosen.get("distance"):
            return {}
        rows = {int(id): row for row, id in enumerate(self._person_ids)}
        miles = {id: float(self._miles[rows[id]]) for id in person_ids}
        return {id: each if np.isfinite(each) else None for id, each in miles.items()}

    def _columns_of(self, ranking: Ranking) -> Columns:
        rows = _rows_of_profiles(ranking)

        def of(name: str) -> Column:
            return of_documents(ranking.view.snapshot, name, rows)

        columns = Columns(len(ranking))
        columns.add("offer", of("offer"), OFFER_WORDS)
        columns.add("term", *known_terms(self._reader, of("term")))
        columns.add("community", *known_communities(self._reader, of("community")))
        self._add_places(columns, of("institution"), of("phase"))
        columns.add("role", _spelt_once(of("role")))
        columns.add("language", of("language"))
        columns.add("active", written_since(ranking.view, ranking.authors), MONTH_WORDS)
        return columns

    def _add_places(self, columns: Columns, works: Column, teaches: Column) -> None:
        """What the institutions of now say of those who are there."""
        known = facts_of([int(id) for id in works.names])
        places = [known.get(int(id)) for id in works.names]

        def of(fact: str) -> Column:
            return translated(works, [getattr(at, fact) if at else "" for at in places])

        columns.add("institution", of("slug"), {at.slug: at.name for at in places if at})
        columns.add("type", of("type"), TYPE_WORDS)
        columns.add("phase", _both(teaches, of("phase")), PHASE_WORDS)
        columns.add("region", of("region"))
        columns.add("authority", of("authority"))
        here = self._place()
        if here is not None:
            self._miles = miles = _nearest(works, _miles_to(places, here), columns.size)
            columns.add("distance", _within(miles), {str(each): _("%(miles)s miles", miles=each) for each in MILES})
            columns.unknown["distance"] = ~np.isfinite(miles)

    def _place(self) -> tuple[float, float] | None:
        """Where the searcher works now, by the first of their institutions of which it is known."""
        for affiliation in affiliations_of(self._reader) if self._reader is not None else ():
            at = affiliation.institution
            if not affiliation.is_past and at is not None and at.latitude is not None and at.longitude is not None:
                return at.latitude, at.longitude
        return None


def _rows_of_profiles(ranking: Ranking) -> Ints:
    """By document: the place in the ranking of whoever's profile it is, as far as the searcher sees it; else -1."""
    view, snapshot = ranking.view, ranking.view.snapshot
    profiles = np.flatnonzero(view.visible & np.isin(snapshot.kind, snapshot.numberings.kinds.known(("person",))))
    place = np.full(snapshot.people, -1, np.int64)
    place[ranking.authors] = np.arange(len(ranking))
    rows = np.full(snapshot.size, -1, np.int64)
    which, authors = snapshot.pairs_of(profiles)
    rows[profiles[which]] = place[authors]
    return rows


def _spelt_once(found: Column) -> Column:
    """Roles whose capitals differ are one."""
    spelt: dict[str, str] = {}
    for name in sorted(found.names):
        spelt.setdefault(name.casefold(), name)
    return translated(found, [spelt[name.casefold()] for name in found.names])


def _both(one: Column, other: Column) -> Column:
    """Whoever has a value in either column."""
    names = [*one.names, *other.names]
    rows = np.concatenate((one.rows, other.rows))
    together = Column(rows, np.concatenate((one.values, other.values + len(one.names))), names)
    return translated(together, names)


def _miles_to(places: Sequence[Facts | None], here: tuple[float, float]) -> Floats:
    """Great-circle distances by the haversine formula; infinite where it is not known where something is."""
    known = [(at.latitude, at.longitude) if at and at.latitude is not None else (np.nan, np.nan) for at in places]
    there = np.radians(np.array(known, np.float64).reshape(-1, 2))
    lat, lon = np.radians(here)
    half = np.sin((there[:, 0] - lat) / 2) ** 2
    half += np.cos(lat) * np.cos(there[:, 0]) * np.sin((there[:, 1] - lon) / 2) ** 2
    return np.asarray(np.nan_to_num(2 * EARTH_MILES * np.arcsin(np.sqrt(half)), nan=np.inf), np.float64)


def _nearest(works: Column, miles: Floats, size: int) -> Floats:
    """By row: the distance of the nearest institution that somebody works at now; infinite if none is known."""
    nearest = np.full(size, np.inf)
    np.minimum.at(nearest, works.rows, miles[works.values])
    return nearest


def _within(miles: Floats) -> Column:
    """Whoever is within five miles is within ten, too."""
    pairs = [(np.flatnonzero(miles <= limit), at) for at, limit in enumerate(MILES)]
    rows = np.concatenate([rows for rows, _at in pairs])
    values = np.concatenate([np.full(len(rows), at, np.int64) for rows, at in pairs])
    return column(rows, values, [str(each) for each in MILES])
