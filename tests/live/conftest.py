"""One server for each file of live tests, with the cast on it; every test has a topic of its own."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import cop
from tests.support import browsers, cast
from tests.support.servers import Server

LONG = "\n\n".join(
    f"Paragraph {number}: ten minutes of quiet reading, and then we talk about it." for number in range(12)
)


@pytest.fixture(scope="module")
def server(template, settings, mail_server, tmp_path_factory) -> Iterator[Server]:
    """The server of this file."""
    cop.prepare(settings)
    started = Server(tmp_path_factory.mktemp("live"), template.copy(), mail_server.port, rate_limits=False)
    yield started.start()
    started.close()


@pytest.fixture(scope="module")
def village(server) -> cast.Village:
    """The cast, on the server."""
    return server.make.village()


@pytest.fixture
def topic(server, village) -> Any:
    """A topic in the square with three posts, each longer than half a window."""
    topic = server.make.topic(village.square, village.ada, text=LONG)
    server.make.reply(topic, village.fay, LONG)
    server.make.reply(topic, village.ada, LONG)
    return topic


@pytest.fixture
def opened(browser_page, topic) -> Callable[..., Page]:
    """A page on which somebody reads the topic, in its room."""

    def open_as(person: Any, **how: Any) -> Page:
        page = browser_page(person, **how)
        page.context.set_default_timeout(20_000)
        page.goto(topic.url)
        connected(page)
        return page

    return open_as


def connected(page: Page) -> None:
    """Wait until the page's live connection is in its room."""
    expect(page.locator("html")).to_have_attribute("data-live", "on")


def write(page: Page, text: str) -> None:
    """Type a reply and send it."""
    page.get_by_role("textbox", name="Your reply").fill(text)
    page.get_by_role("button", name="Post reply").click()


@pytest.fixture
def page_to(chromium, server) -> Iterator[Callable[..., Any]]:
    """Browsers that come to the server by another way: `page_to(url, person)`."""
    opened: list[browsers.Browsers] = []

    def open_at(url: str, person: Any) -> Page:
        there = browsers.Browsers(chromium, server)
        opened.append(there)
        page = there(person)
        page.context.add_cookies([{**server.cookie(person), "url": url, "httpOnly": True}])
        return page

    yield open_at
    for each in opened:
        each.problems.clear()
        each.close()
