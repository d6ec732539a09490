"""The live connections of this web process: who they are, the rooms they are in, and what reaches them."""

import logging
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from socketio.exceptions import ConnectionRefusedError as Refused

from cop.config import Settings
from cop.core import activity, login
from cop.core.db import release
from cop.live import rooms
from cop.live.bus import Bus, Message
from cop.live.presence import Presence

log = logging.getLogger(__name__)
ROOMS_EACH = 20
EVENTS_AT_MOST = 100
EVENTS_SECONDS = 10.0
LINGER_SECONDS = 2.0
"""How long a refused connection may stay to hear why; then it is closed, because it holds a thread."""


@dataclass
class Socket:
    """One live connection."""

    id: str
    person_id: int | None
    sign_in_id: int | None
    card: dict[str, Any] | None
    """What signed-in people see of the person: name, handle, initials, tint."""
    rooms: set[str] = field(default_factory=set)
    events: list[float] = field(default_factory=list)
    wrote_at: float = 0.0


class Hub:
    """What one process knows of its connections. Handlers, the bus and the keeper call it from their threads."""

    def __init__(self, socketio: Any, settings: Settings, bus: Bus) -> None:
        self.socketio, self.settings, self.bus = socketio, settings, bus
        self.presence = Presence(self, bus)
        self.refused = 0
        self.sent = 0
        self._sockets: dict[str, Socket] = {}
        self._lock = threading.RLock()

    # -- coming and going --------------------------------------------------------------------------------------------

    def admit(self, id: str, person: Any | None, sign_in_id: int | None) -> Socket:
        """Take a new connection; raises Refused with a word that the page understands."""
        with self._lock:
            reason = self._full_for(person)
            if reason:
                self.refused += 1
                self._close_soon(id)
                raise Refused(reason)
            socket = Socket(id, person.id if person else None, sign_in_id, card(person) if person else None)
            self._sockets[id] = socket
        if person is not None:
            self.socketio.server.enter_room(id, rooms.own_room(person.id))
        return socket

    def _full_for(self, person: Any | None) -> str:
        """`full`: this process has no room; `enough`: this person has enough. Guests leave half to signed-in people."""
        limit = self.settings.socket_limit
        held = [socket.person_id for socket in self._sockets.values()]
        if len(held) >= limit or (person is None and held.count(None) >= limit // 2):
            return "full"
        if person is not None and held.count(person.id) >= self.settings.max_sockets_each:
            return "enough"
        return ""

    def _close_soon(self, id: str) -> None:
        engine_id = self.socketio.server.manager.eio_sid_from_sid(id, "/")
        timer = threading.Timer(LINGER_SECONDS, self.drop, [engine_id])
        timer.daemon = True
        timer.start()

    def drop(self, engine_id: str) -> None:
        """Close a connection below Socket.IO, so that its thread comes free."""
        try:
            self.socketio.server.eio.disconnect(engine_id)
        except Exception:  # it may be closing by itself at this moment
            log.debug("connection %s was gone", engine_id, exc_info=True)

    def forget(self, id: str) -> None:
        """A connection has ended."""
        with self._lock:
            socket = self._sockets.pop(id, None)
        for room in socket.rooms if socket else ():
            self.presence.changed(room)

    def get(self, id: str) -> Socket | None:
        """The connection, if it is one of ours."""
        return self._sockets.get(id)

    def sockets(self) -> list[Socket]:
        """All of them, as they are at this moment."""
        with self._lock:
            return list(self._sockets.values())

    def is_flooding(self, socket: Socket) -> bool:
        """Note an event of a connection; whether there were more lately than any page sends."""
        now = time.monotonic()
        socket.events = [*(at for at in socket.events if now - at < EVENTS_SECONDS), now]
        return len(socket.events) > EVENTS_AT_MOST

    # -- rooms -------------------------------------------------------------------------------------------------------

    def join(self, socket: Socket, person: Any | None, room: str) -> int | None:
        """Let a connection into a room that its person may hear; the room's last number, or None if they may not.

        The wish is noted before the policy is asked, so that a recheck which runs meanwhile takes it away again.
        """
        with self._lock:
            if len(socket.rooms) >= ROOMS_EACH:
                return None
            socket.rooms.add(room)
        allowed = rooms.may_hear(person, rooms.things_of([room]).get(room))
        with self._lock:
            if not allowed or room not in socket.rooms or socket.id not in self._sockets:
                socket.rooms.discard(room)
                return None
            for name in self._names(socket, room):
                self.socketio.server.enter_room(socket.id, name)
        self.presence.changed(room)
        return activity.seq_of(room)

    def leave(self, socket: Socket, room: str) -> None:
        """Take a connection out of a room."""
        with self._lock:
            if room not in socket.rooms:
                return
            socket.rooms.discard(room)
            if socket.id in self._sockets:
                for name in self._names(socket, room):
                    self.socketio.server.leave_room(socket.id, name)
        self.presence.changed(room)

    @staticmethod
    def _names(socket: Socket, room: str) -> list[str]:
        return [room] if socket.person_id is None else [room, rooms.people_room(room)]

    def recheck(self) -> None:
        """Ask the policy again for every connection and room: who lost sight leaves, whose sign-in ended is cut off."""
        release()  # what changed must be seen
        try:
            sockets = self.sockets()
            people = login.people_of(socket.sign_in_id for socket in sockets if socket.sign_in_id)
            things = rooms.things_of({room for socket in sockets for room in socket.rooms})
            for socket in sockets:
                person = people.get(socket.sign_in_id) if socket.sign_in_id else None
                if socket.sign_in_id and person is None:
                    self.cut_off(socket)
                    continue
                for room in list(socket.rooms):
                    if not rooms.may_hear(person, things.get(room)):
                        self._evict(socket, room)
        finally:
            release()

    def _evict(self, socket: Socket, room: str) -> None:
        self.leave(socket, room)
        self.socketio.emit("evicted", {"room": room}, to=socket.id)

    def cut_off(self, socket: Socket) -> None:
        """End a connection whose sign-in is no longer good; its page learns that it is signed out."""
        self.socketio.emit("signed out", {}, to=socket.id)
        self.socketio.server.disconnect(socket.id)

    # -- messages ----------------------------------------------------------------------------------------------------

    def hear(self, message: Message) -> None:
        """Do in this process what a message of the bus says."""
        match message.get("do"):
            case "emit":
                self.emit(message["room"], message["event"], message["payload"])
            case "recheck":
                self.recheck()
            case "here":
                self.presence.hear(message)

    def emit(self, room: str, event: str, payload: dict[str, Any]) -> None:
        """Send to the connections of this process that are in a room."""
        self.sent += 1
        self.socketio.emit(event, payload, to=room)

    def tell_numbers(self) -> None:
        """Tell each room its last number, so that a page which missed a push notices and catches up."""
        here = {room for socket in self.sockets() for room in socket.rooms}
        for room, seq in activity.seqs_of(here).items():
            self.emit(room, "at", {"room": room, "seq": seq})

    # -- figures -----------------------------------------------------------------------------------------------------

    def figures(self) -> dict[str, float | int | str]:
        """What `/healthz` and `/metrics` say about the live connections of this process."""
        sockets = self.sockets()
        people = Counter(socket.person_id for socket in sockets if socket.person_id)
        return {
            "sockets": len(sockets),
            "people": len(people),
            "limit": self.settings.socket_limit,
            "refused": self.refused,
            "sent": self.sent,
            "redis": ("away" if self.bus.away else "ok") if self.settings.redis_url else "none",
        }


def card(person: Any) -> dict[str, Any]:
    """What every signed-in person may see of another."""
    return {
        "id": person.id,
        "name": person.name,
        "handle": person.handle,
        "initials": person.initials,
        "tint": person.tint,
    }
