"""Every screen of the product, each with somebody who looks at it: what is shown to axe and to people's eyes.

A screen is found by its address on the stage, or by what one does to come to it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.support.browsers import Browsers
from tests.support.screen_stage import Stage


@dataclass(frozen=True)
class Screen:
    """One screen: who looks, at which address, and what they do there before it is looked at."""

    name: str
    who: str
    address: str
    do: Callable[[Page], None] | None = None
    status: int = 200
    allowed: tuple[str, ...] = ()
    """Rules of axe that do not hold there, for a reason that stands beside it."""


# -- all of them ------------------------------------------------------------------------------------------------------

MAIN = (
    Screen("home-guest", "guest", "/"),
    Screen("find", "member", "/find?q=phonics"),
    Screen("person", "member", "/people/ines-fonseca"),
    Screen("topic-member", "member", "{answered}"),
    Screen("community-member", "member", "{eal}"),
    Screen("inbox", "member", "/inbox"),
    Screen("sign-up", "guest", "/sign-up"),
)
"""Those that everybody sees: looked at in each run."""


class Eyes:
    """Opens screens; each person has one page."""

    def __init__(self, stage: Stage, pages: Browsers) -> None:
        self.stage, self._pages, self.problems = stage, pages, pages.problems
        self._open: dict[str, Page] = {}

    def look_at(self, screen: Screen, width: int, theme: str) -> Page:
        """The page on which a screen is shown, at its size and in its theme."""
        if screen.who not in self._open:
            self._open[screen.who] = self._pages(self.stage.people.get(screen.who))
        page = self._open[screen.who]
        resize(page, width, theme)
        statuses: list[int] = []
        heard = lambda answer: statuses.append(answer.status) if answer.request.is_navigation_request() else None
        page.on("response", heard)
        page.goto(screen.address.format(**self.stage.places))
        if screen.do is not None:
            screen.do(page)
        page.remove_listener("response", heard)
        assert statuses[-1] == screen.status, f"{screen.name}: {statuses}"
        return page


def resize(page: Page, width: int, theme: str) -> None:
    """Another window, or another time of day; nothing on it moves any more."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
