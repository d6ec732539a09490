"""A page of search results: documents that match, in order, counted no further than anybody reads."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from cop.search.query import Query
from cop.search.segments import Flags, Floats, Ints
from cop.search.snapshot import Snapshot
from cop.search.view import View

MOST = 1000
"""Totals are exact below this and "1,000+" from there: nobody reads further, and counting costs."""

_LONG_AGO = 1e11
"""Seconds: makes every date positive, as 0 means "no hit"."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that matches."""

    id: str
    kind: str
    score: float
    container: str
    others: int = 0
    """How many more hits of its container stand behind this one, when results are collapsed."""


@dataclass(frozen=True, slots=True)
class Hits:
    """Some of the documents that match, best first."""

    hits: tuple[Hit, ...]
    total: int
    """How many match, MOST at most; containers if collapsed."""
    terms: tuple[str, ...]
    """The terms that were looked for, for `analysis.passages`."""
    kinds: dict[str, int]
    """How many documents of each kind match, whichever kinds were asked for; each MOST at most."""
    relaxed: bool = False
    """No document has all the words; these have some of them."""

    @property
    def capped(self) -> bool:
        """Whether to show the total as "1,000+"."""
        return self.total >= MOST


def page_of(
    view: View,
    query: Query,
    kinds: Collection[str] | None,
    limit: int,
    offset: int,
    *,
    collapse: bool,
    newest: bool,
) -> Hits:
    """The hits from `offset` on; see `Engine.search`."""
    terms = view.strongest(query.terms)
    snapshot = view.snapshot
    wanted = _of_kinds(snapshot, kinds)
    scores, relaxed = _matching(view, query, terms, wanted)
    counts = _by_kind(snapshot, np.flatnonzero(scores))
    scores[~wanted] = 0.0
    order = np.where(scores > 0, snapshot.created + _LONG_AGO, 0.0) if newest else scores
    start, end = max(0, offset), max(0, offset) + max(0, limit)
    if collapse:
        found, total, others = _collapsed(view, order)
    else:
        found, total, others = view.best(order, end), int(np.count_nonzero(scores)), None
    hits = tuple(
        _hit(snapshot, int(document), float(scores[document]), 0 if others is None else int(others[start + row]))
        for row, document in enumerate(found[start:end])
    )
    return Hits(hits, min(total, MOST), tuple(terms), counts, relaxed)


def _of_kinds(snapshot: Snapshot, kinds: Collection[str] | None) -> Flags:
    if kinds is None:
        return np.ones(snapshot.size, np.bool_)
    return np.isin(snapshot.kind, snapshot.numberings.kinds.known(tuple(kinds)))


def _matching(view: View, query: Query, terms: list[str], wanted: Flags) -> tuple[Floats, bool]:
    """Scores of the documents with all the words or, if the searcher sees none that is wanted, of those with some."""
    allowed = view.allowed(query)
    scores = view.scores(terms, allowed)
    every: Flags = view.coverage(terms) == len(terms)
    if len(terms) < 2 or not scores.any():
        return scores, False
    if not scores[every & wanted].any():
        return scores, True
    scores[~every] = 0.0
    return scores, False


def _by_kind(snapshot: Snapshot, found: Ints) -> dict[str, int]:
    counts = np.bincount(snapshot.kind[found], minlength=0)
    names = snapshot.numberings.kinds.names
    return {str(names[kind]): min(int(counts[kind]), MOST) for kind in np.flatnonzero(counts)}


def _collapsed(view: View, order: Floats) -> tuple[Ints, int, Ints]:
    """The best document of each container, how many there are, and how many others each stands for."""
    found = view.best(order, view.snapshot.size)
    containers = view.snapshot.container[found]
    alone = containers < 0  # without a container, a document is a group of its own
    groups = np.where(alone, -1 - np.arange(len(found)), containers)
    _, first, count = np.unique(groups, return_index=True, return_counts=True)
    in_order = np.argsort(first)
    return found[first[in_order]], len(first), count[in_order] - 1


def _hit(snapshot: Snapshot, document: int, score: float, others: int) -> Hit:
    card = snapshot.card(document)
    return Hit(card.id, card.kind, score, card.container, others)
