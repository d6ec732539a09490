"""In front of Socket.IO: a live connection holds a thread, so no more are let in than leave threads for pages."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

from cop.config import Settings

PATH = "/socket.io"
App = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Gate:
    """A WSGI application that counts the threads which live connections hold, and turns away what is too many.

    Polite refusals (with a reason) are given earlier, by `Hub.admit`; this is the wall behind them, also against
    those who open a connection and never say who they are.
    """

    def __init__(self, pages: App, sockets: App, settings: Settings) -> None:
        self._pages = pages
        proxies = settings.trusted_proxies
        self._sockets = ProxyFix(sockets, x_for=proxies, x_proto=proxies, x_host=proxies) if proxies else sockets
        spare = settings.threads - settings.socket_limit
        self.limit = settings.socket_limit + spare // 2
        self.held = 0
        self.turned_away = 0
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Pass a request on, or answer 503."""
        if not environ.get("PATH_INFO", "").startswith(PATH):
            return self._pages(environ, start_response)
        with self._lock:
            if self.held >= self.limit:
                self.turned_away += 1
                return _full(start_response)
            self.held += 1
        try:
            return self._sockets(environ, start_response)
        finally:
            with self._lock:
                self.held -= 1


def _full(start_response: Any) -> list[bytes]:
    body = b'{"error": "full"}'
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body))), ("Retry-After", "60")]
    start_response("503 Service Unavailable", headers)
    return [body]


def is_own_origin(settings: Settings) -> Callable[[str | None, dict[str, Any]], bool]:
    """Whether a page of this network opens the connection: what stands in for a form token on a socket."""

    def check(origin: str | None, environ: dict[str, Any]) -> bool:
        own = f"{environ.get('wsgi.url_scheme')}://{environ.get('HTTP_HOST')}"
        return origin in {own, settings.base_url}

    return check
