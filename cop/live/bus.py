"""From process to process: what one says, every web process of the network hears, in one order.

Through Redis when there is one; within this process otherwise, and also while Redis is away: then the other
processes hear nothing, and their pages catch up at the next sweep (see `keeper.py`).
"""

import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import redis

log = logging.getLogger(__name__)
Message = dict[str, Any]
RETRY_SECONDS = 2
TIMEOUT_SECONDS = 3


class Bus:
    """One network's channel. `publish` never raises and never waits long."""

    def __init__(self, redis_url: str, channel: str) -> None:
        self.channel = channel
        self.away = False
        """Whether Redis is configured but did not answer lately."""
        self._hear: Callable[[Message], None] | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._redis = self._client(redis_url) if redis_url else None

    @staticmethod
    def _client(url: str) -> "redis.Redis[bytes]":
        return redis.Redis.from_url(
            url, socket_connect_timeout=TIMEOUT_SECONDS, socket_timeout=TIMEOUT_SECONDS, health_check_interval=15
        )

    def publish(self, message: Message) -> None:
        """Say it to every process, this one included."""
        if self._redis is not None:
            try:
                self._redis.publish(self.channel, json.dumps(message))
            except redis.RedisError as error:
                self._lost(error)
            else:
                return
        if self._hear is not None:
            self._hear(message)

    def push(self, room: str, event: str, payload: Message) -> None:
        """Send to a room in every process: the sender of `core/push.py`."""
        self.publish({"do": "emit", "room": room, "event": event, "payload": payload})

    def listen_here(self, hear: Callable[[Message], None]) -> None:
        """Register who hears in this process what this process says."""
        self._hear = hear

    def listen(self) -> None:
        """Hear the other processes too, with a thread, where there is a Redis. Begins once, after any fork."""
        with self._lock:
            if self._redis is not None and self._thread is None:
                self._thread = threading.Thread(target=self._loop, name="live-bus", daemon=True)
                self._thread.start()

    def _loop(self) -> None:
        while True:
            try:
                self._follow()
            except redis.RedisError as error:
                self._lost(error)
                time.sleep(RETRY_SECONDS)

    def _follow(self) -> None:
        assert self._redis is not None
        assert self._hear is not None
        with self._redis.pubsub(ignore_subscribe_messages=True) as heard:
            heard.subscribe(self.channel)
            self.away = False
            while True:
                message = heard.get_message(timeout=TIMEOUT_SECONDS - 1)
                if message is None:
                    continue
                try:
                    self._hear(json.loads(message["data"]))
                except Exception:
                    log.exception("a message from another process could not be handled")

    def _lost(self, error: Exception) -> None:
        if not self.away:
            log.warning("live pages: Redis does not answer (%s)", error)
        self.away = True
