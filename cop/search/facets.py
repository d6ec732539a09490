"""Facets: how what was found divides, and what is left of it when some of that is chosen.

Sets are intersected, nothing is scored: choosing narrows what a query found and changes neither order nor cut-off, so
that a count says what choosing would give. Values of one facet widen each other ("school or university"), facets
narrow.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cop.search.segments import Flags, Ints
from cop.search.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Column:
    """Which of the things found have which values of one facet: pairs of rows and values, each pair once."""

    rows: Ints
    """Places in the list of what was found, 0 to size-1."""
    values: Ints
    """Places in `names`."""
    names: Sequence[str]

    def having(self, names: Collection[str], size: int) -> Flags:
        """By row: whether it has one of these values."""
        wanted = np.array([name in names for name in self.names], np.bool_)
        flags = np.zeros(size, np.bool_)
        if len(wanted):
            flags[self.rows[wanted[self.values]]] = True
        return flags


SMALL = 1 << 22
"""Cells of a table of rows and values that is quicker to fill than pairs are to sort."""


def column(rows: Ints, values: Ints, names: Sequence[str]) -> Column:
    """A column of pairs that may occur more than once."""
    if not len(rows):
        return Column(rows, values, names)
    pairs = rows * len(names) + values
    cells = (int(rows.max()) + 1) * len(names)
    if cells <= SMALL:
        table = np.zeros(cells, np.bool_)
        table[pairs] = True
        pairs = np.flatnonzero(table)
    else:
        pairs.sort()
        pairs = pairs[np.concatenate(([True], pairs[1:] != pairs[:-1]))]
    return Column(pairs // len(names), pairs % len(names), names)


def of_documents(snapshot: Snapshot, name: str, row_of: Ints) -> Column:
    """A facet of documents as the index keeps it; `row_of` has the row of each document by number, or -1."""
    documents, values = snapshot.facet(name)
    rows = row_of[documents]
    kept = rows >= 0
    rows, values = rows[kept], values[kept]
    numbered = snapshot.numberings.facets[name].names
    present = np.flatnonzero(np.bincount(values, minlength=len(numbered)))
    place = np.zeros(len(numbered), np.int64)
    place[present] = np.arange(len(present))
    return column(rows, place[values], [str(numbered[value]) for value in present])


def translated(found: Column, into: Sequence[str]) -> Column:
    """A column whose values are others': `into` has what each stands for, or nothing."""
    names = sorted({name for name in into if name})
    place = {name: at for at, name in enumerate(names)}
    values = np.array([place.get(name, -1) for name in into], np.int64)[found.values]
    kept = values >= 0
    return column(found.rows[kept], values[kept], names)


def mapped(found: Column, into: Sequence[Sequence[str]]) -> Column:
    """The same, where a value may stand for several."""
    names = list(dict.fromkeys(name for each in into for name in each))
    place = {name: at for at, name in enumerate(names)}
    flat = np.array([place[name] for each in into for name in each], np.int64)
    counts = np.array([len(each) for each in into], np.int64)
    starts, times = np.cumsum(counts) - counts, counts[found.values]
    rows = np.repeat(found.rows, times)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(times) - times, times)
    return column(rows, flat[np.repeat(starts[found.values], times) + within], names)


class Facets:
    """The columns of what was found, with what is chosen of them."""

    def __init__(
        self,
        size: int,
        columns: Mapping[str, Column],
        chosen: Mapping[str, Collection[str]],
        unknown: Mapping[str, Flags] | None = None,
    ) -> None:
        """`unknown` has, for some facets, the rows of which nobody knows their value: these are left in any case."""
        self._size, self._columns, self._unknown = size, columns, unknown or {}
        self._kept = {name: self._having(name, frozenset(values)) for name, values in chosen.items() if values}

    def _having(self, name: str, values: frozenset[str]) -> Flags:
        kept = (
            self._columns[name].having(values, self._size) if name in self._columns else np.zeros(self._size, np.bool_)
        )
        return kept | self._unknown[name] if name in self._unknown else kept

    def narrowed(self, but: str = "") -> Flags:
        """By row: whether it is left, with everything chosen or with everything but what one facet says."""
        left = np.ones(self._size, np.bool_)
        for name, kept in self._kept.items():
            if name != but:
                left &= kept
        return left

    def counts(self, name: str) -> dict[str, int]:
        """How many have each value, of those that are left by what is chosen in other facets; the most first."""
        found = self._columns[name]
        values = found.values[self.narrowed(but=name)[found.rows]]
        counts = np.bincount(values, minlength=len(found.names))
        order = sorted(map(int, np.flatnonzero(counts)), key=lambda value: (-counts[value], found.names[value]))
        return {found.names[value]: int(counts[value]) for value in order}

    def unknown(self, name: str) -> int:
        """Of how many of those the value is not known."""
        return int(np.count_nonzero(self._unknown[name] & self.narrowed(but=name))) if name in self._unknown else 0
