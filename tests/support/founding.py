"""Starting a community as a browser does: three pages, one after the other."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cop.communities.models import Community
from cop.core.db import session

ABOUT = {"name": "Early Reading", "purpose": "For those who teach it.", "for_whom": "", "shape": "open"}
BEGINS = {"listed": "yes", "reading": "network", "joining": "open", "of": "open", "welcome": ""}


class Founding:
    """Somebody starts a community in their browser; `asked` is what the address asks for, as `?under=close`."""

    def __init__(self, client: FlaskClient, asked: str = "") -> None:
        self.client, self.asked = client, asked

    def page(self, number: int) -> TestResponse:
        """One of the pages, to be filled in."""
        return self.client.get(f"/communities/new?page={number}{self.asked}")

    def go(self, number: int, going: str = "on", **fields: Any) -> TestResponse:
        """Send a page: on to the next one, `back`, or `clear`."""
        known = {1: ABOUT, 2: BEGINS}.get(number, {})
        return self.client.post(f"/communities/new?page={number}{self.asked}", data={**known, **fields, "go": going})

    def start(self, **fields: Any) -> TestResponse:
        """Send the last page."""
        shown = self.page(3).text
        version = re.search(r'name="version" type="hidden" value="(\d+)"', shown)
        name = re.search(r'name="name" type="hidden" value="([^"]*)"', shown)
        sent = {"version": version[1] if version else "", "name": name[1] if name else "", "accepts": "y"}
        where = f"/communities/new/start{self.asked.replace('&', '?', 1)}"
        return self.client.post(where, data={**sent, **fields})

    def through(self, begins: dict[str, Any] | None = None, **about: Any) -> TestResponse:
        """All three pages."""
        assert self.go(1, **about).status_code == 303
        assert self.go(2, **(begins or {})).status_code == 303
        return self.start()


def named(name: str) -> Community:
    """The community of this name."""
    return session().query(Community).filter_by(name=name).populate_existing().one()
