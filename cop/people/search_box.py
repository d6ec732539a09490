"""What is offered in the one search box while somebody types: terms, people, institutions, communities, in one list.

Each package offers its own, as a panel of the page `suggest` whose subject is what was typed; every row has an address
in `url`. As long as hardly anything holds the very words, typing errors are forgiven.
"""

from collections.abc import Sequence
from typing import Any

from cop.core import panels
from cop.core.typed import OFFERED, Typed
from cop.people.models import Person

PAGE = "suggest"
MOST = 10
FEW = 3
"""With fewer than these, typing errors are looked for."""

Group = tuple[str, Sequence[Any]]
"""A template, and the rows that it shows."""


def suggestions(reader: Person | None, text: str) -> list[Group]:
    """What the reader may mean and may see, in the order of the list; at most ten rows."""
    typed = Typed.of(text)
    groups = panels.of(PAGE, reader, typed) if typed.words else []
    if typed.words and sum(len(rows) for _template, rows in groups) < FEW:
        groups = _joined(groups, panels.of(PAGE, reader, typed.forgiven()))
    return [(template, rows) for template, rows in _shared_out(groups) if rows]


def _joined(groups: Sequence[Group], further: Sequence[Group]) -> list[Group]:
    """The rows of both, each once: what holds the very words comes first."""
    both = zip(groups, further, strict=True)
    return [
        (template, [*rows, *(row for row in more if row.url not in {each.url for each in rows})][:OFFERED])
        for (template, rows), (_same, more) in both
    ]


def _shared_out(groups: Sequence[Group]) -> list[Group]:
    """No more rows than the list has room for: the longest group gives way, of several the last."""
    sizes = [len(rows) for _template, rows in groups]
    while sum(sizes) > MOST:
        longest = max(range(len(sizes)), key=lambda at: (sizes[at], at))
        sizes[longest] -= 1
    return [(template, rows[:size]) for (template, rows), size in zip(groups, sizes, strict=True)]
