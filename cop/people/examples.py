"""Needs to try, for who does not know what to ask: features say what is talked about, as far as the reader sees it."""

from collections.abc import Callable, Iterable

from cop.people.models import Person

MOST = 5
Source = Callable[[Person | None], Iterable[str]]

_sources: list[Source] = []


def register(source: Source) -> None:
    """Ask this for names of terms, the likeliest first."""
    if source not in _sources:
        _sources.append(source)


def of(reader: Person | None) -> list[str]:
    """A few needs to try."""
    found = dict.fromkeys(name for source in _sources for name in source(reader))
    return list(found)[:MOST]
