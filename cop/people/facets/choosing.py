"""A facet with its values, as a page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cop.search.facets import Column, Facets
from cop.search.segments import Flags

SHOWN = 8
"""Values of a facet that are shown, beside those that are chosen."""
CHOSEN_AT_MOST = 20
"""Values of one facet that an address may choose."""
ORDERED = frozenset({"active", "since", "distance"})
"""Facets whose values hold each other, in an order of their own: one is chosen."""

Chosen = Mapping[str, Sequence[str]]
"""The values that are chosen, by facet, as addresses say them."""


@dataclass(frozen=True)
class Value:
    """One choice of a facet."""

    value: str
    """As addresses say it."""
    label: Any
    count: int
    """How many there would be if this were chosen beside what is chosen in other facets."""
    checked: bool


@dataclass(frozen=True)
class Facet:
    """One facet with its choices."""

    name: str
    title: Any
    values: Sequence[Value]
    is_single: bool = False
    """Whether its values hold each other, so that one is chosen."""
    unknown: int = 0
    """How many there are of which it is not known; they stay in sight whatever is chosen here."""

    @property
    def is_chosen(self) -> bool:
        """Whether something of it is chosen."""
        return any(value.checked for value in self.values)


@dataclass
class Columns:
    """What was found, by facet; with the words for values that are not words themselves."""

    size: int
    columns: dict[str, Column] = field(default_factory=dict)
    labels: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    unknown: dict[str, Flags] = field(default_factory=dict)

    def add(self, name: str, found: Column, labels: Mapping[str, Any] | None = None) -> None:
        """Add a facet."""
        self.columns[name] = found
        self.labels[name] = labels or {}

    def narrowed_by(self, chosen: Chosen) -> Facets:
        """Narrow it; a value that nothing has leaves nothing."""
        return Facets(self.size, self.columns, chosen, self.unknown)

    def shown(self, facets: Facets, titles: Mapping[str, Any], chosen: Chosen) -> list[Facet]:
        """The facets that have something to choose, in the order of their titles."""
        found = [
            self._facet(facets, name, titles[name], chosen.get(name, ())) for name in titles if name in self.columns
        ]
        return [facet for facet in found if facet.values]

    def _facet(self, facets: Facets, name: str, title: Any, chosen: Sequence[str]) -> Facet:
        counts, is_ordered = facets.counts(name), name in ORDERED
        shown = list(self.columns[name].names) if is_ordered else [*chosen, *list(counts)[: SHOWN + len(chosen)]]
        values = [
            Value(value, self._label(name, value), counts.get(value, 0), value in chosen)
            for value in list(dict.fromkeys(shown))[: None if is_ordered else SHOWN + len(chosen)]
        ]
        return Facet(name, title, values if counts or chosen else [], is_ordered, facets.unknown(name))

    def _label(self, name: str, value: str) -> Any:
        return self.labels[name].get(value, value)
