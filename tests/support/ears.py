"""A page without a browser: a Socket.IO client with somebody's cookie, which keeps what it hears."""

from typing import Any

import engineio
import socketio
from socketio.exceptions import ConnectionError as NotConnected

from tests.support.services import wait_until


class _InOrder(engineio.Client):
    """Hands on one message after the other: by itself it starts a thread for each, and their order is lost."""

    def _trigger_event(self, event: str, *args: Any, **how: Any) -> Any:
        return super()._trigger_event(event, *args, **{**how, "run_async": False})


class _Client(socketio.Client):
    def _engineio_client_class(self) -> type[engineio.Client]:
        return _InOrder


class Ear:
    """One live connection to a server."""

    def __init__(self, url: str, cookie: dict[str, str] | None = None, origin: str | None = None) -> None:
        self.heard: list[tuple[str, Any]] = []
        self.refused = ""
        """The reason, if the connection was refused."""
        options = {"suppress_origin": True}
        self._client = _Client(reconnection=False, request_timeout=20, websocket_extra_options=options)
        self._client.on("*", lambda event, *said: self.heard.append((event, said[0] if said else None)))
        self._client.on("connect_error", self._note_refusal)
        headers = {"Cookie": f"{cookie['name']}={cookie['value']}"} if cookie else {}
        if origin is not None:
            headers["Origin"] = origin
        try:
            self._client.connect(url, headers=headers, transports=["websocket"], wait_timeout=10)
        except NotConnected as error:
            self.refused = self.refused or str(error)

    def _note_refusal(self, reason: Any) -> None:
        self.refused = reason.get("message", str(reason)) if isinstance(reason, dict) else str(reason)

    @property
    def is_connected(self) -> bool:
        """Whether the server still holds it."""
        return bool(self._client.connected)

    def join(self, room: str) -> bool:
        """Ask to be let into a room; whether that was granted."""
        return bool(self.say("join", {"room": room})["ok"])

    def say(self, event: str, message: Any) -> Any:
        """Say something and return the answer."""
        return self._client.call(event, message, timeout=15)

    def mutter(self, event: str, message: Any) -> None:
        """Say something without waiting for an answer."""
        self._client.emit(event, message)

    def all(self, event: str) -> list[Any]:
        """What was heard so far under this name."""
        return [said for name, said in list(self.heard) if name == event]

    def wait_for(self, event: str, count: int = 1, seconds: float = 15) -> list[Any]:
        """Wait until this was heard so often."""
        return wait_until(lambda: len(said := self.all(event)) >= count and said, f"hearing {event}", seconds)

    def close(self) -> None:
        """Hang up."""
        self._client.disconnect()
