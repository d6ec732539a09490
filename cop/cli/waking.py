"""Waking the workers of other processes through Redis after a commit; without Redis they look every second.

Redis may be away at any time: nothing waits for it, and nothing fails without it.
"""

import logging
import threading
from collections.abc import Callable

import redis

from cop.config import Settings

log = logging.getLogger(__name__)
PATIENCE_SECONDS = 2.0
TRY_AGAIN_SECONDS = 5.0


class Wakes:
    """Two threads: one tells the other processes that there are rows, one hears it from them."""

    def __init__(self, settings: Settings, wake: Callable[[], None]) -> None:
        self._channel = f"cop:wake:{settings.prefix}"
        self._wake = wake
        self._stop = threading.Event()
        self._committed = threading.Event()
        self._redis = redis.Redis.from_url(
            settings.redis_url, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS
        )
        self._threads = [
            threading.Thread(target=self._keep_trying, args=(each,), name=f"wakes-{name}", daemon=True)
            for name, each in (("tell", self._tell), ("hear", self._hear))
        ]

    def start(self) -> None:
        """Begin to tell and to hear."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End both."""
        self._stop.set()
        self._committed.set()

    def tell(self) -> None:
        """Say that there are rows; returns at once, and several in a row become one message."""
        self._committed.set()

    def _keep_trying(self, each: Callable[[], None]) -> None:
        while not self._stop.is_set():
            try:
                each()
            except redis.RedisError as error:
                log.warning("Redis cannot be reached: %s", error)
                self._stop.wait(TRY_AGAIN_SECONDS)

    def _tell(self) -> None:
        self._committed.wait()
        self._committed.clear()
        self._redis.publish(self._channel, "")

    def _hear(self) -> None:
        with self._redis.pubsub(ignore_subscribe_messages=True) as channel:
            channel.subscribe(self._channel)
            self._wake()  # what was said while nobody listened
            while not self._stop.is_set():
                if channel.get_message(timeout=1.0) is not None:
                    self._wake()
