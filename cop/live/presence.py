"""Who is here: each process says which people are in its rooms, all processes add that up and tell their pages.

Kept in memory and said again at each sweep; what a process said is forgotten when it has been silent for a while.
Only signed-in people are named, and only to signed-in people: the public sees names as authors alone.
"""

import threading
import time
import uuid
from typing import TYPE_CHECKING, Any

from cop.live.bus import Bus, Message
from cop.live.rooms import people_room

if TYPE_CHECKING:
    from cop.live.hub import Hub

FORGOTTEN_SECONDS = 60
NAMED_AT_MOST = 12
Cards = list[dict[str, Any]]


class Presence:
    """Who is in which room, in this process and in the others."""

    def __init__(self, hub: "Hub", bus: Bus) -> None:
        self._hub, self._bus = hub, bus
        self._me = uuid.uuid4().hex
        self._others: dict[str, dict[str, tuple[float, Cards]]] = {}
        self._changed: set[str] = set()
        self._lock = threading.Lock()
        self.wanted = threading.Event()
        """Set while there is something to say; the keeper says it, many changes at once."""

    def changed(self, room: str) -> None:
        """Somebody came into a room or left it."""
        with self._lock:
            self._changed.add(room)
        self.wanted.set()

    def say(self, everything: bool = False) -> None:
        """Tell all processes who is in the rooms that changed, or in every room of this process."""
        with self._lock:
            changed, self._changed = self._changed, set()
            self.wanted.clear()
        here = self._here()
        for room in changed | (set(here) if everything else set()):
            people = list(here.get(room, {}).values())
            self._bus.publish({"do": "here", "process": self._me, "room": room, "people": people})

    def _here(self) -> dict[str, dict[int, dict[str, Any]]]:
        """The people in each room of this process, each once however many pages they have open."""
        found: dict[str, dict[int, dict[str, Any]]] = {}
        for socket in self._hub.sockets():
            for room in socket.rooms:
                people = found.setdefault(room, {})
                if socket.card is not None:
                    people[socket.card["id"]] = socket.card
        return found

    def hear(self, message: Message) -> None:
        """A process said who is in a room: tell the pages in it."""
        room, now = message["room"], time.monotonic()
        with self._lock:
            said = self._others.setdefault(room, {})
            said[message["process"]] = (now, message["people"])
            for process, (at, people) in list(said.items()):
                if not people or now - at > FORGOTTEN_SECONDS:
                    del said[process]
            everybody = {card["id"]: card for _, people in said.values() for card in people}
            if not said:
                del self._others[room]
        named = sorted(everybody.values(), key=lambda card: str(card["name"]))
        self._hub.emit(people_room(room), "here", {"room": room, "people": named[:NAMED_AT_MOST], "count": len(named)})
