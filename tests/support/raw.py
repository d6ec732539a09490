"""Requests as no browser sends them: any bytes, any method, any header; and a page's answer to them."""

import http.client
import re
import urllib.parse
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from cop.communities.models import Community
from cop.core.db import session
from cop.core.files import File
from cop.forums.models import Post, Topic
from cop.people.models import Person
from tests.support.servers import Server

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Said:
    """An answer."""

    status: int
    headers: Any
    body: bytes

    @property
    def text(self) -> str:
        """The page."""
        return self.body.decode()

    @property
    def is_clear(self) -> bool:
        """Whether it is a whole page of ours with a heading and a sentence, or JSON with one."""
        if self.headers.get_content_type() == "application/json":
            return '"error"' in self.text
        return "<h1" in self.text and "</html>" in self.text and "Traceback" not in self.text


class Raw:
    """Somebody (or nobody) who sends requests to a server."""

    def __init__(self, server: Server, somebody: Person | None = None) -> None:
        self._server = server
        self.cookie = ""
        self.token = ""
        if somebody is not None:
            cookie = server.cookie(somebody)
            self.cookie = f"{cookie['name']}={cookie['value']}"
            self.renew()

    def renew(self) -> None:
        """Take a form token, as a page does."""
        page = self.ask("GET", "/settings")
        found = re.search(r'name="csrf-token" content="([^"]+)"', page.text)
        assert found, page.status
        self.token = found.group(1)
        for header in page.headers.get_all("Set-Cookie") or []:
            self.cookie = header.partition(";")[0]

    def ask(self, method: str, path: str, body: bytes | str | None = None, **headers: str) -> Said:
        """Send it. Headers are given as `Content_Type="…"`."""
        connection = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=60)
        sent = {"Cookie": self.cookie, "X-CSRFToken": self.token}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, {name: value for name, value in sent.items() if value})
            answer = connection.getresponse()
            return Said(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def post(self, path: str, **form: str | bytes) -> Said:
        """Send a form."""
        return self.ask("POST", path, urllib.parse.urlencode(form), Content_Type=FORM)


def counts(server: Server) -> tuple[int, ...]:
    """How much there is of everything: what a refused request must leave alone."""
    with server.connected():
        return tuple(
            session().scalar(select(func.count(model.id))) or 0 for model in (Person, Community, Topic, Post, File)
        )
