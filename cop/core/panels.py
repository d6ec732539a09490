"""Pages that gather (home, a community, a person) are composed from panels that features register.

A panel is asked for one page and one reader; it returns what its template needs, or None to stay away.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Panel:
    """One part of a gathering page."""

    page: str
    """`home`, `community` or `person`; `suggest` is the list below the search box."""
    template: str
    contents: Callable[[Any, Any], Any | None]
    """`contents(reader, subject)`: what the template gets as `panel`; the subject of home is None. Where the page is a
    list (see `of_each`), `contents(reader, subjects)`: that of each by id, without those from which it stays away.

    For `suggest` it is what was typed (`core/typed.py`), and the contents are rows that each have a `url`, or none.
    """
    place: int = 50
    """Panels stand in ascending order."""


_panels: list[Panel] = []


def register(panel: Panel) -> None:
    """Add a panel; one with the same page and template takes its place."""
    _panels[:] = [each for each in _panels if (each.page, each.template) != (panel.page, panel.template)]
    _panels.append(panel)
    _panels.sort(key=lambda each: each.place)


def of(page: str, reader: Any | None, subject: Any | None) -> list[tuple[str, Any]]:
    """The panels of a page for a reader, as `(template, contents)`, without those that stay away."""
    found = ((panel.template, panel.contents(reader, subject)) for panel in _panels if panel.page == page)
    return [(template, contents) for template, contents in found if contents is not None]


def of_each(page: str, reader: Any | None, subjects: Sequence[Any]) -> dict[int, list[tuple[str, Any]]]:
    """The panels of each row of a list, by the subject's id; a panel is asked once for all of them."""
    found: dict[int, list[tuple[str, Any]]] = {}
    for panel in _panels if subjects else ():
        if panel.page == page:
            for id, contents in panel.contents(reader, subjects).items():  # type: ignore[union-attr]
                found.setdefault(id, []).append((panel.template, contents))
    return found


@dataclass(frozen=True)
class Tab:
    """One of a community's tools."""

    name: str
    label: Any
    url: Callable[[Any], str]
    place: int = 50
    news: Callable[[Any, Sequence[int]], Mapping[int, int]] | None = None
    """`news(reader, community_ids)`: how much is new for the reader in each community, in one query."""


_tabs: list[Tab] = []


def register_tab(tab: Tab) -> None:
    """Add a tool's tab to communities."""
    _tabs[:] = [each for each in _tabs if each.name != tab.name]
    _tabs.append(tab)
    _tabs.sort(key=lambda each: each.place)


def tabs() -> list[Tab]:
    """The tools' tabs, in order."""
    return list(_tabs)


def news(reader: Any | None, community_ids: Sequence[int]) -> dict[str, Mapping[int, int]]:
    """How much is new for a reader: by tool, then by community. One query for each tool that counts."""
    if reader is None or not community_ids:
        return {}
    return {tab.name: tab.news(reader, community_ids) for tab in _tabs if tab.news is not None}
