"""One moment of the whole index: the segments of a commit joined into arrays, and statistics that leak nothing.

A snapshot never changes; a commit makes the next one. Documents have numbers 0 … size-1 across the segments. Deleted
documents are subtracted exactly and at once: they are in no posting, count, length or average that leaves this module.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from itertools import accumulate, count
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from cop.search import schema
from cop.search.documents import Shelf
from cop.search.schema import Card
from cop.search.segments import Flags, Floats, Ints, Remembered, Segment

WHOLE = "whole"
TITLE = "title"
_FIELD = {WHOLE: schema.whole, TITLE: schema.title}


class Numbering:
    """Small numbers for names, the same for as long as the process lives."""

    def __init__(self) -> None:
        self.names: list[Hashable] = []
        self._numbers: dict[Hashable, int] = {}

    def of(self, name: Hashable) -> int:
        """The number of a name, a new one if it has none."""
        number = self._numbers.setdefault(name, len(self.names))
        if number == len(self.names):
            self.names.append(name)
        return number

    def known(self, names: Sequence[Hashable]) -> list[int]:
        """The numbers of those names that have one."""
        return [self._numbers[name] for name in names if name in self._numbers]


@dataclass(frozen=True, slots=True)
class Numberings:
    """What an index numbers: kinds, containers, authors (person ids), and the values of each facet."""

    kinds: Numbering
    containers: Numbering
    authors: Numbering
    facets: defaultdict[str, Numbering]


class Columns:
    """The cards of one segment as arrays, one entry a document; `pairs` has one for each author of each document."""

    def __init__(self, cards: Sequence[Card], numberings: Numberings) -> None:
        self.shelf = np.array([card.shelf for card in cards], np.int8)
        self.lengths = {
            WHOLE: np.array([card.whole for card in cards], np.float64),
            TITLE: np.array([card.title for card in cards], np.float64),
        }
        self.created = np.array([card.created for card in cards], np.float64)
        self.kind = np.array([numberings.kinds.of(card.kind) for card in cards], np.int64)
        self.container = np.array([_container(card, numberings) for card in cards], np.int64)
        # What decides between equal hits may depend on the document alone, never on the order of writing.
        self.lot = np.array([_lot(card.id) for card in cards], np.uint64)
        self.authors = np.array([len(card.authors) for card in cards], np.int64)
        self.pairs = np.array([numberings.authors.of(person) for card in cards for person in card.authors], np.int64)
        self.facets = _facets(cards, numberings)


def _facets(cards: Sequence[Card], numberings: Numberings) -> dict[str, tuple[Ints, Ints]]:
    """For each facet, in the order of the documents: the number of a document, and of a value that it has."""
    found: dict[str, tuple[list[int], list[int]]] = {}
    for at, card in enumerate(cards):
        for name, value in card.facets:
            documents, values = found.setdefault(name, ([], []))
            documents.append(at)
            values.append(numberings.facets[name].of(value))
    return {name: (np.array(one, np.int64), np.array(other, np.int64)) for name, (one, other) in found.items()}


def _container(card: Card, numberings: Numberings) -> int:
    return numberings.containers.of(card.container) if card.container else -1


def _lot(id: str) -> int:
    return int.from_bytes(blake2b(id.encode(), digest_size=8).digest())


@dataclass(frozen=True, slots=True)
class Postings:
    """The living documents that hold a term: public ones first, then the network's, then restricted ones."""

    documents: Ints
    counts: Floats
    ends: tuple[int, int, int]
    """Where each shelf ends in the arrays; `ends[scope]` is the number of documents that a statistic may know."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a ranking may know of all text in a scope: the public shelf, or that and the network's."""

    documents: int
    mean: dict[str, Floats]
    """Mean number of terms of a document, by part (WHOLE, TITLE), then kind number; of all, for kinds without any."""
    author_lengths: Floats
    """Terms of all documents of each author, by author number; 0 for whoever has none in this scope."""


class Snapshot:
    """The documents of one commit."""

    def __init__(
        self,
        parts: Sequence[tuple[Segment, Columns, frozenset[int]]],
        numberings: Numberings,
        remembered: Remembered,
    ) -> None:
        self._serial, self._remembered = next(_SERIALS), remembered
        self.segments = [segment for segment, _, _ in parts]
        self.numberings = numberings
        self.starts = list(accumulate((segment.count for segment in self.segments), initial=0))
        self.size = self.starts[-1]
        columns = [column for _, column, _ in parts]
        self.live = np.ones(self.size, np.bool_)
        for start, (_, _, deleted) in zip(self.starts, parts, strict=False):
            self.live[start + np.fromiter(deleted, np.int64, len(deleted))] = False
        self.shelf = _joined([column.shelf for column in columns], np.int8)
        self.lengths = {part: _joined([c.lengths[part] for c in columns], np.float64) for part in (WHOLE, TITLE)}
        self.created = _joined([column.created for column in columns], np.float64)
        self.kind = _joined([column.kind for column in columns], np.int64)
        self.container = _joined([column.container for column in columns], np.int64)
        self.lot = _joined([column.lot for column in columns], np.uint64)
        self.pairs = _joined([column.pairs for column in columns], np.int64)
        authors = _joined([column.authors for column in columns], np.int64)
        self.first_pair = np.concatenate((np.zeros(1, np.int64), np.cumsum(authors)))
        self.people = len(numberings.authors.names)
        self._statistics: dict[Shelf, Statistics] = {}
        self._saturations: dict[tuple[object, ...], Floats] = {}
        self._columns = columns
        self._facets: dict[str, tuple[Ints, Ints]] = {}

    @cached_property
    def author_ids(self) -> Ints:
        """The person id of each author, by author number."""
        return np.array(self.numberings.authors.names[: self.people], np.int64)

    # Documents

    def card(self, document: int) -> Card:
        """The card of a document."""
        at = bisect_right(self.starts, document) - 1
        return self.segments[at].cards[document - self.starts[at]]

    def ids(self) -> Iterator[str]:
        """The ids of all living documents."""
        return (card.id for card in self.cards())

    def cards(self) -> Iterator[Card]:
        """The cards of all living documents."""
        for start, segment in zip(self.starts, self.segments, strict=False):
            live = self.live[start : start + segment.count]
            yield from (card for card, alive in zip(segment.cards, live, strict=True) if alive)

    def pairs_of(self, documents: Ints) -> tuple[Ints, Ints]:
        """Each (index into `documents`, author number) of some documents, in their order."""
        starts, counts = self.first_pair[documents], self.first_pair[documents + 1] - self.first_pair[documents]
        row = np.repeat(np.arange(len(documents)), counts)
        within = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
        return row, self.pairs[np.repeat(starts, counts) + within]

    def newest_first(self, documents: Ints, scores: Floats, groups: Ints | None = None) -> Ints:
        """The documents by score, then age, then lot: an order that depends on nothing but the documents in it.

        With a group number for each, those of the lowest group come first, each group in this order.
        """
        return documents[self.order(documents, scores, groups)]

    def order(self, documents: Ints, scores: Floats, groups: Ints | None = None) -> Ints:
        """Where each stands among the documents in that order, as places in `documents`."""
        keys = (self.lot[documents], -self.created[documents], -scores)
        return np.lexsort(keys if groups is None else (*keys, groups))

    def facet(self, name: str) -> tuple[Ints, Ints]:
        """Each (document, value number) of a facet, deleted documents too; `numberings.facets` names the values."""
        found = self._facets.get(name)
        if found is None:
            have = [
                (start, c.facets[name])
                for start, c in zip(self.starts, self._columns, strict=False)
                if name in c.facets
            ]
            documents = _joined([start + documents for start, (documents, _) in have], np.int64)
            found = self._facets[name] = documents, _joined([values for _, (_, values) in have], np.int64)
        return found

    # Postings

    def postings(self, part: str, term: str) -> Postings:
        """The living documents that hold a term in WHOLE or TITLE."""
        key = (self._serial, part, term)
        documents, counts, ends = self._remembered.get(key, lambda: self._join_postings(part, term))
        return Postings(documents, counts, (int(ends[0]), int(ends[1]), int(ends[2])))

    def _join_postings(self, part: str, term: str) -> tuple[Ints, Floats, Ints]:
        documents: list[Ints] = []
        counts: list[Floats] = []
        ends: list[int] = []
        for shelf in Shelf:
            for start, segment in zip(self.starts, self.segments, strict=False):
                found, times = segment.postings(_FIELD[part](shelf), term)
                if len(found):
                    alive = self.live[found + start]
                    documents.append((found + start)[alive])
                    counts.append(times[alive])
            ends.append(sum(map(len, documents)))
        return _joined(documents, np.int64), _joined(counts, np.float64), np.array(ends)

    def holders(self, field: str, term: str) -> Ints:
        """The living documents that hold a term in any field."""
        pairs = zip(self.starts, self.segments, strict=False)
        found = _joined([segment.postings(field, term)[0] + start for start, segment in pairs], np.int64)
        return found[self.live[found]]

    def documents_with(self, run: Sequence[str]) -> Ints:
        """The documents in which some terms stand together in this order; of one term, those that hold it."""
        keys = self._places(run[0])
        for offset, term in enumerate(run[1:], 1):
            keys = np.intersect1d(keys, self._places(term) - offset, assume_unique=True)
        documents = np.unique(keys >> _POSITION_BITS)
        return documents[self.live[documents]]

    def _places(self, term: str) -> Ints:
        """Every place of a term in the whole index as one number: the document, then the position in it."""
        keys = []
        for shelf in Shelf:
            for start, segment in zip(self.starts, self.segments, strict=False):
                documents, positions = segment.places(schema.places(shelf), term)
                keys.append(((documents + start) << _POSITION_BITS) + positions)
        return _joined(keys, np.int64)

    # Statistics: of the living, of the public and the network's shelf only

    def statistics(self, scope: Shelf) -> Statistics:
        """What may be known of the shelves up to `scope` (PUBLIC or NETWORK)."""
        found = self._statistics.get(scope)
        if found is None:
            found = self._statistics[scope] = self._count(scope)
        return found

    def by_author(self, documents: Ints, amounts: Floats) -> Floats:
        """Add up an amount for each document by its authors, each in full, by author number."""
        row, authors = self.pairs_of(documents)
        return np.asarray(np.bincount(authors, amounts[row], self.people), np.float64)

    def _count(self, scope: Shelf) -> Statistics:
        counted = np.flatnonzero(self.counted(scope))
        lengths = {part: self.lengths[part][counted] for part in (WHOLE, TITLE)}
        mean = {part: self._mean_by_kind(self.kind[counted], lengths[part]) for part in lengths}
        return Statistics(len(counted), mean, self.by_author(counted, lengths[WHOLE]))

    def _mean_by_kind(self, kinds: Ints, lengths: Floats) -> Floats:
        """A profile is no short post, nor a page a long one: a document is long or short among those of its kind."""
        size = len(self.numberings.kinds.names)
        documents, terms = np.bincount(kinds, minlength=size), np.bincount(kinds, lengths, size)
        of_all = lengths.sum() / max(1, len(lengths)) or 1.0
        return np.asarray(np.where(terms > 0, terms / np.maximum(1, documents), of_all), np.float64)

    def counted(self, scope: Shelf) -> Flags:
        """The documents on the shelves up to `scope`."""
        return self.live & (self.shelf <= scope)

    def saturation(self, part: str, scope: Shelf, k1: float, b: float) -> Floats:
        """Each document's k1·(1 - b + b·length/mean), the denominator of BM25 without the count."""
        key = (part, scope, k1, b)
        found = self._saturations.get(key)
        if found is None:
            mean = self.statistics(scope).mean[part][self.kind]
            found = self._saturations[key] = k1 * (1 - b + b * self.lengths[part] / mean)
        return found


_POSITION_BITS = 24
_SERIALS = count()


Number = TypeVar("Number", np.int8, np.int64, np.uint64, np.float64)


def _joined(arrays: Sequence[npt.NDArray[Number]], dtype: type[Number]) -> npt.NDArray[Number]:
    return np.concatenate(arrays) if arrays else np.empty(0, dtype)
