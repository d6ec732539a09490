"""Pages kept for guests, who all see the same: made once, given again while nothing that they show has changed.

What a page shows is named by live rooms (`topic:9`, `community:3`, `people`), whose counters move with every deed
there, in the deed's own transaction: from its commit on, no kept page shows what was hidden. This stands before Flask,
because taking a request apart costs more than answering it.
"""

import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from flask import Flask, request

from cop.core import db
from cop.core.activity import seqs_of

log = logging.getLogger("cop.request")
KEPT = 500
SECONDS = 60
"""A page is made again after this long all the same: an import moves no counter, and "today" ends at midnight."""
OF_ONE_REQUEST = {"set-cookie", "x-request-id"}
SHOWS = "cop.guest_rooms"
App = Callable[[dict[str, Any], Any], Iterable[bytes]]


@dataclass(frozen=True)
class Kept:
    """An answer, and how far each room that it shows was when it was made."""

    headers: list[tuple[str, str]]
    body: bytes
    rooms: dict[str, int]
    made_at: float


_pages: OrderedDict[tuple[str, ...], Kept] = OrderedDict()
_lock = Lock()


def depends_on(*rooms: str) -> None:
    """Say, in a view that has made a guest's page, whose deeds change it; without this no page is kept.

    A reading session sees one moment: these counters are those of the very rows that the page was made from.
    """
    request.environ[SHOWS] = _filled(rooms, seqs_of(rooms))


def _filled(rooms: Iterable[str], found: dict[str, int]) -> dict[str, int]:
    """The counter of each room; 0 where nothing has happened yet."""
    return {room: found.get(room, 0) for room in rooms}


def _counters_now(rooms: Iterable[str]) -> dict[str, int]:
    """The counters at this instant, in the cheapest way there is: this is most of what a kept page costs."""
    names = tuple(rooms)
    marks = ", ".join("?" * len(names))
    return _filled(names, dict(db.glance(f"SELECT name, seq FROM live_rooms WHERE name IN ({marks})", *names)))  # noqa: S608


class GuestPages:
    """A WSGI application before the pages: gives a kept answer, or keeps the one that is made."""

    def __init__(self, app: Flask) -> None:
        self._pages: App = app.wsgi_app
        self._session_cookie = f"{app.config['SESSION_COOKIE_NAME']}="

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request."""
        cookies = environ.get("HTTP_COOKIE", "")
        if environ["REQUEST_METHOD"] != "GET" or self._session_cookie in cookies:
            return self._pages(environ, start_response)
        key = (
            environ["PATH_INFO"],
            environ.get("QUERY_STRING", ""),
            environ.get("HTTP_ACCEPT_LANGUAGE", ""),
            environ.get("HTTP_ACCEPT_ENCODING", ""),
            cookies,
        )
        found = _pages.get(key)
        if found is not None and _holds(found):
            return _give(found, environ, start_response)
        return self._make(key, environ, start_response)

    def _make(self, key: tuple[str, ...], environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answer: list[Any] = []

        def begin(status: str, headers: list[tuple[str, str]], problem: Any = None) -> Any:
            answer[:] = [status, headers]
            return start_response(status, headers, problem)

        made_at = time.monotonic()
        parts = self._pages(environ, begin)
        rooms = environ.get(SHOWS)
        if not rooms or not answer or not answer[0].startswith("200"):
            return parts
        body = b"".join(parts)
        names = {name.lower() for name, _ in answer[1]}
        if "set-cookie" not in names:
            headers = [(name, value) for name, value in answer[1] if name.lower() not in OF_ONE_REQUEST]
            _keep(key, Kept(headers, body, rooms, made_at))
        return [body]


def _holds(page: Kept) -> bool:
    return time.monotonic() - page.made_at < SECONDS and _counters_now(page.rooms) == page.rooms


def _give(page: Kept, environ: dict[str, Any], start_response: Any) -> list[bytes]:
    request_id = secrets.token_hex(8)
    start_response("200 OK", [*page.headers, ("X-Request-Id", request_id)])
    log.info("GET %s 200 kept", environ["PATH_INFO"], extra={"request_id": request_id})
    return [page.body]


def _keep(key: tuple[str, ...], page: Kept) -> None:
    with _lock:
        _pages[key] = page
        _pages.move_to_end(key)
        while len(_pages) > KEPT:
            _pages.popitem(last=False)


def forget() -> None:
    """Forget every page (tests undo transactions under them)."""
    with _lock:
        _pages.clear()
