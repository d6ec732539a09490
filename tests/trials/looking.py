"""How the trials look at pages on which hostile texts stand. What they share; the fixtures are in conftest.py.

A few texts of each collection; with COP_TRIALS=long every one. Pages that show many texts at once are preferred; where
a page shows one, or what it shows is the same part as elsewhere, some of them are opened.
"""

import faulthandler
import os
from typing import Any

from playwright.sync_api import Page

from tests.support.hostile import LOOK

IS_LONG = os.environ.get("COP_TRIALS") == "long"
EACH = None if IS_LONG else 3
PAGES = None if IS_LONG else 2
"""How many pages of one kind are opened."""


def take_time() -> None:
    """In the long form a test takes minutes, which is no sign that it hangs."""
    if IS_LONG:
        faulthandler.cancel_dump_traceback_later()


def see(page: Page, address: str) -> None:
    """Open a page; what was written there must have stayed words."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status < 400, f"{address}: {answer.status}"
    examine(page)


def examine(page: Page) -> None:
    """Ask the page what ran, or could, or got out of its place: nothing."""
    wrong = page.evaluate(LOOK)
    assert not wrong, f"{page.url}\n" + "\n".join(wrong)


def shown(page: Page, selector: str) -> list[str]:
    """The words of each such element, with single spaces."""
    return [" ".join(each.split()) for each in page.locator(selector).all_text_contents()]


def in_print(text: str) -> str:
    """What of a text is seen: browsers replace some control characters when they read a page."""
    return "".join(c for c in text if c.isprintable() and not c.isspace() and c != "\ufffd")


def some(things: list[Any]) -> list[Any]:
    """As many of the pages of a kind as this run opens."""
    return things[:PAGES]
