"""What a page may say over its connection: hello, I am reading this, I am writing here.

Each event asks anew who is signed in, from the token of the page's own cookie; nothing is remembered from before.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import request
from flask_login import current_user

from cop.core.db import release
from cop.core.login import me
from cop.live.hub import Hub, Socket
from cop.live.keeper import Keeper
from cop.live.rooms import people_room

WRITING_SECONDS = 2.0


def register(hub: Hub) -> None:
    """Add the handlers to this hub's Socket.IO; each application that is made gets its own."""
    keeper = Keeper(hub)

    @hub.socketio.on("connect")
    def connect(_auth: Any = None) -> None:
        try:
            person = me()
            hub.admit(_id(), person, current_user.sign_in_id if person is not None else None)
        finally:
            release()
        hub.bus.listen()
        keeper.begin()

    @hub.socketio.on("disconnect")
    def disconnect(_reason: Any = None) -> None:
        hub.forget(_id())

    @hub.socketio.on("join")
    @_asked(hub)
    def join(socket: Socket, person: Any | None, room: str) -> dict[str, Any]:
        seq = hub.join(socket, person, room)
        return {"ok": True, "seq": seq} if seq is not None else {"ok": False}

    @hub.socketio.on("leave")
    @_asked(hub)
    def leave(socket: Socket, person: Any | None, room: str) -> dict[str, Any]:
        hub.leave(socket, room)
        return {"ok": True}

    @hub.socketio.on("writing")
    @_asked(hub)
    def writing(socket: Socket, person: Any | None, room: str) -> dict[str, Any]:
        now = time.monotonic()
        if person is None or room not in socket.rooms or now - socket.wrote_at < WRITING_SECONDS:
            return {"ok": False}
        socket.wrote_at = now
        hub.bus.push(people_room(room), "writing", {"room": room, "person": socket.card})
        return {"ok": True}


def _id() -> str:
    return str(request.sid)  # type: ignore[attr-defined]


def _asked(hub: Hub) -> Callable[[Callable[..., dict[str, Any]]], Callable[..., dict[str, Any]]]:
    """Give a handler its connection and the person behind it as of now; cut off who is no longer signed in."""

    def around(handler: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        @wraps(handler)
        def ask(message: Any = None, *_rest: Any) -> dict[str, Any]:
            socket = hub.get(_id())
            room = message.get("room") if isinstance(message, dict) else None
            if socket is None or not isinstance(room, str):
                return {"ok": False}
            try:
                person = me()
                if hub.is_flooding(socket) or (person.id if person else None) != socket.person_id:
                    hub.cut_off(socket)
                    return {"ok": False}
                return handler(socket, person, room)
            finally:
                release()

        return ask

    return around
