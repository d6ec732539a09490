"""The keeper: a thread that says who is here, checks sign-ins and rooms again, and tells rooms their numbers.

It begins with the first connection, in the process that has it: a server may fork after the application is made.
"""

import logging
import threading
import time

from cop.core.db import release
from cop.live.hub import Hub

log = logging.getLogger(__name__)
SWEEP_SECONDS = 20.0
"""A sign-in that ended, a room out of sight that nobody told us of, a push that got lost: noticed within this time."""
GATHER_SECONDS = 0.3
"""Comings and goings of this long are told at once."""


class Keeper:
    """Looks after one hub."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._unnamed: set[str] = set()

    def begin(self) -> None:
        """Begin, once."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._loop, name="live-keeper", daemon=True)
                self._thread.start()

    def _loop(self) -> None:
        next_sweep = time.monotonic() + SWEEP_SECONDS
        while True:
            try:
                if self._hub.presence.wanted.wait(max(0.0, next_sweep - time.monotonic())):
                    time.sleep(GATHER_SECONDS)
                    self._hub.presence.say()
                if time.monotonic() >= next_sweep:
                    next_sweep = time.monotonic() + SWEEP_SECONDS
                    self.sweep()
            except Exception:
                # The database may be away for a while; the connections stay.
                log.exception("looking after live connections failed")
                time.sleep(1)
            finally:
                release()

    def sweep(self) -> None:
        """Check and tell everything once."""
        self._hub.recheck()
        self._hub.tell_numbers()
        self._hub.presence.say(everything=True)
        self._drop_unnamed()

    def _drop_unnamed(self) -> None:
        """Close connections that were open at the last sweep too and never said who they are."""
        server = self._hub.socketio.server
        named = {server.manager.eio_sid_from_sid(socket.id, "/") for socket in self._hub.sockets()}
        unnamed = set(server.eio.sockets) - named
        for engine_id in unnamed & self._unnamed:
            self._hub.drop(engine_id)
        self._unnamed = unnamed
