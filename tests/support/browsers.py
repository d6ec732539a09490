"""A real Chromium: pages signed in on the server, which fail their test on any CSP violation, error or foreign load."""

import re
import shutil
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from cop.people.models import Person
from tests.support.servers import Server
from tests.support.services import missing

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
TELL = """addEventListener('securitypolicyviolation', event => {
  console.error('CSP: ' + event.violatedDirective + ' ' + event.blockedURI)
})"""


def launch(playwright: Playwright) -> Browser:
    """The installed Chromium; Playwright's own download is not available everywhere."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    return playwright.chromium.launch(executable_path=program or missing("Chromium", "chromium"), args=FLAGS)


class Browsers:
    """Opens pages on one server, each in a browser context of its own, as if on a machine of its own."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self._browser, self._server = browser, server
        self._contexts: list[BrowserContext] = []
        self.problems: list[str] = []
        """What went wrong on the pages; a test that provokes something takes it out of here."""

    def __call__(self, person: Person | None = None, width: int = 1280, theme: str = "light", **options: Any) -> Page:
        """A page; signed in when a person is given. Further options are those of Playwright's `new_context`."""
        context = self._browser.new_context(
            base_url=self._server.url,
            viewport={"width": width, "height": 900},
            color_scheme=theme,  # type: ignore[arg-type]
            locale="en-GB",
            **options,
        )
        context.set_default_timeout(10_000)
        if person is not None:
            context.add_cookies([{**self._server.cookie(person), "url": self._server.url, "httpOnly": True}])  # type: ignore[list-item]
        context.add_init_script(TELL)
        self._contexts.append(context)
        page = context.new_page()
        self.watch(page)
        return page

    def watch(self, page: Page) -> None:
        """Note what goes wrong on a page. Answers that the server gives on purpose (404, 422) are no errors here."""
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        page.on("console", lambda line: self._heard(page, line))
        page.on("request", lambda request: self._asked(page, request.url))

    def _heard(self, page: Page, line: Any) -> None:
        if line.type == "error" and not re.match(r"Failed to load resource: the server responded", line.text):
            self.problems.append(f"{page.url}: {line.text}")

    def _asked(self, page: Page, url: str) -> None:
        ours = self._server.url
        if not url.startswith((f"{ours}/", "data:", "blob:", "about:", ours.replace("http:", "ws:") + "/")):
            self.problems.append(f"{page.url} loads {url}")

    def close(self) -> None:
        """Close every page; fail on what went wrong."""
        for context in self._contexts:
            context.close()
        assert not self.problems, "\n".join(self.problems)
