"""How what was said divides, as one searcher may see it: by the community and the terms of a talk, when and by whom."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cop.core.i18n import lazy as _
from cop.people.facets.choosing import Chosen, Columns, Facet
from cop.people.facets.names import known_authors, known_communities, known_terms
from cop.people.facets.times import MONTH_WORDS, created_since
from cop.people.models import Person
from cop.search.facets import Column, column, of_documents
from cop.search.hits import Matches
from cop.search.segments import Flags

TITLES: dict[str, Any] = {
    "community": _("Community"),
    "term": _("About"),
    "since": _("Written"),
    "author": _("Written by"),
    "replies": _("Replies"),
}
"""The facets of what was said, in the order in which they are shown."""
REPLY_WORDS = {"with": _("With replies"), "without": _("Without replies")}


class AnswerFacets:
    """The facets of one search for what was said: narrows what matches, then tells what else could be chosen."""

    def __init__(self, reader: Person | None, chosen: Chosen) -> None:
        self._reader = reader
        self._chosen = {name: values for name, values in chosen.items() if name in TITLES}
        self.shown: Sequence[Facet] = ()
        """What could be chosen, once the matches were narrowed."""

    def narrow(self, matches: Matches) -> Flags:
        """Which groups of what matches are left by what is chosen."""
        columns = self._columns_of(matches)
        facets = columns.narrowed_by(self._chosen)
        self.shown = columns.shown(facets, TITLES, self._chosen)
        return facets.narrowed()

    def _columns_of(self, matches: Matches) -> Columns:
        snapshot = matches.view.snapshot
        rows = np.full(snapshot.size, -1, np.int64)
        rows[matches.documents] = matches.groups

        def of(name: str) -> Column:
            return of_documents(snapshot, name, rows)

        columns = Columns(matches.size)
        columns.add("community", *known_communities(self._reader, of("community")))
        columns.add("term", *known_terms(self._reader, of("term")))
        columns.add("since", created_since(matches.view, matches.documents, matches.groups), MONTH_WORDS)
        if self._reader is not None:  # people are found by name by those who are signed in
            columns.add("author", *known_authors(_writers(matches)))
        columns.add("replies", _answered(matches), REPLY_WORDS)
        return columns


def _writers(matches: Matches) -> Column:
    """Who wrote what matches, by id."""
    snapshot = matches.view.snapshot
    which, authors = snapshot.pairs_of(matches.documents)
    ids = snapshot.author_ids[authors]
    names, values = np.unique(ids, return_inverse=True)
    return column(matches.groups[which], np.asarray(values, np.int64), [str(id) for id in names])


def _answered(matches: Matches) -> Column:
    """Whether anything else that the searcher may see was said in the talk."""
    view, containers = matches.view, matches.view.snapshot.container
    talks = containers[view.visible & (containers >= 0)]
    said = np.bincount(talks, minlength=int(talks.max(initial=0)) + 1)
    theirs = containers[matches.documents]
    several = (theirs >= 0) & (said[np.maximum(theirs, 0)] > 1)
    return column(matches.groups, np.where(several, 0, 1), list(REPLY_WORDS))
