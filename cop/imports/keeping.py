"""Writes what was read and checked into the network: in short units of work, quietly, as often as one likes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from cop.core.activity import Kept, quietly
from cop.core.db import unit_of_work

Entry = TypeVar("Entry")
BATCH = 200
"""Entries of one unit of work: others wait for no longer than these take."""


@dataclass
class Tally:
    """What a run did."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    def count(self, done: Sequence[Kept]) -> None:
        """Add what happened to some entries."""
        for kept in done:
            setattr(self, kept, getattr(self, kept) + 1)


def keep(
    entries: Sequence[Entry], deed: Callable[[Sequence[Entry]], list[Kept]], progress: Callable[[int, int], None]
) -> Tally:
    """Write what is new or otherwise; may be interrupted at any moment and started again."""
    tally, total = Tally(), len(entries)
    for start in range(0, total, BATCH):
        progress(start, total)
        with quietly(), unit_of_work():
            done = deed(entries[start : start + BATCH])
        tally.count(done)
    progress(total, total)
    return tally


def foresee(entries: Sequence[Entry], look: Callable[[Sequence[Entry]], list[Kept]]) -> Tally:
    """What `keep` would do; writes nothing."""
    tally = Tally()
    for start in range(0, len(entries), BATCH):
        tally.count(look(entries[start : start + BATCH]))
    return tally
