"""A page of search results: documents that match, in order, counted no further than anybody reads."""

from collections.abc import Collection, Sequence
from copy import copy
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


class Matches:
    """Every document that matches, of the kinds that are wanted: each alone, or those of one container as a group."""

    def __init__(self, view: View, query: Query, kinds: Collection[str] | None = None) -> None:
        self.view = view
        self.terms = tuple(view.strongest(query.terms))
        wanted = _of_kinds(view.snapshot, kinds)
        self.scores, self.relaxed = _matching(view, query, self.terms, wanted)
        self.kinds = _by_kind(view.snapshot, np.flatnonzero(self.scores))
        self.scores[~wanted] = 0.0
        self.documents: Ints = np.flatnonzero(self.scores)
        """Their numbers."""
        self.groups: Ints = np.arange(len(self.documents))
        """The group of each, 0 to size-1."""
        self.size = len(self.documents)

    def collapsed(self) -> "Matches":
        """The same, those of one container as a group; a document without one stays alone."""
        containers = self.view.snapshot.container[self.documents]
        named = np.where(containers < 0, -1 - np.arange(len(containers)), containers)
        together = copy(self)
        _, groups = np.unique(named, return_inverse=True)
        together.groups = np.asarray(groups, np.int64)
        together.size = int(together.groups.max(initial=-1)) + 1
        return together

    def page(self, limit: int, offset: int = 0, *, left: Flags | None = None, newest: bool = False) -> Hits:
        """The best of each group from `offset` on; of the groups that are `left`, all if nobody says."""
        snapshot = self.view.snapshot
        documents, groups = self.documents, self.groups
        if left is not None:
            documents, groups = documents[left[groups]], groups[left[groups]]
        scores = self.scores[documents]
        order = snapshot.created[documents] + _LONG_AGO if newest else scores
        in_order = snapshot.order(documents, order)
        documents = documents[in_order]
        _, first, count = np.unique(groups[in_order], return_index=True, return_counts=True)
        shown = np.argsort(first)[max(0, offset) : max(0, offset) + max(0, limit)]
        hits = tuple(
            _hit(snapshot, int(document), float(self.scores[document]), int(others))
            for document, others in zip(documents[first[shown]], count[shown] - 1, strict=True)
        )
        return Hits(hits, min(len(first), MOST), self.terms, self.kinds, self.relaxed)


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
    matches = Matches(view, query, kinds)
    return (matches.collapsed() if collapse else matches).page(limit, offset, newest=newest)


def _of_kinds(snapshot: Snapshot, kinds: Collection[str] | None) -> Flags:
    if kinds is None:
        return np.ones(snapshot.size, np.bool_)
    return np.isin(snapshot.kind, snapshot.numberings.kinds.known(tuple(kinds)))


def _matching(view: View, query: Query, terms: Sequence[str], wanted: Flags) -> tuple[Floats, bool]:
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


def _hit(snapshot: Snapshot, document: int, score: float, others: int) -> Hit:
    card = snapshot.card(document)
    return Hit(card.id, card.kind, score, card.container, others)
