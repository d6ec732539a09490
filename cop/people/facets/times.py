"""Facets of time: who wrote, and what was written, in the last months, as far as the searcher may see it."""

import numpy as np

from cop.core.db import utcnow
from cop.core.i18n import lazy as _
from cop.search.facets import Column, column
from cop.search.segments import Ints
from cop.search.view import View

MONTHS = (3, 12)
DAYS_A_MONTH = 30.5
ELSEWHERE = ("person", "statement")
"""Kinds of what is no writing of this network."""
MONTH_WORDS = {str(months): _("In the last %(months)s months", months=months) for months in MONTHS}


def written_since(view: View, authors: Ints) -> Column:
    """Which of some authors, by their place in the list, wrote what the searcher may see in the last months."""
    snapshot = view.snapshot
    elsewhere = np.isin(snapshot.kind, snapshot.numberings.kinds.known(ELSEWHERE))
    found = []
    for since in _beginnings():
        lately = np.flatnonzero(view.visible & ~elsewhere & (snapshot.created >= since))
        found.append(np.flatnonzero(snapshot.by_author(lately, np.ones(len(lately)))[authors] > 0))
    return _cumulative(found)


def created_since(view: View, documents: Ints, groups: Ints) -> Column:
    """Which groups of documents hold one that was written in the last months."""
    created = view.snapshot.created[documents]
    return _cumulative([groups[created >= since] for since in _beginnings()])


def _beginnings() -> list[float]:
    now = utcnow().timestamp()
    return [now - months * DAYS_A_MONTH * 86_400 for months in MONTHS]


def _cumulative(found: list[Ints]) -> Column:
    values = [np.full(len(rows), at, np.int64) for at, rows in enumerate(found)]
    return column(np.concatenate(found), np.concatenate(values), list(MONTH_WORDS))
