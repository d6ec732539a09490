"""The outbox worker of this process, with its wakes: embedded in a web process, or alone in `cop work`."""

from cop.cli.waking import Wakes
from cop.config import Settings
from cop.core import outbox


class Draining:
    """Drains from `start` to `stop`. Started in the process that serves, after any fork: no thread survives one."""

    def __init__(self, settings: Settings) -> None:
        self._worker = outbox.Worker() if settings.embedded_worker else None
        self._wakes = Wakes(settings, self._wake_worker) if settings.redis_url else None

    def start(self) -> None:
        """Begin to drain, to tell others and to hear them."""
        if self._worker is not None:
            self._worker.start()
        if self._wakes is not None:
            outbox.on_wake(self._wakes.tell)
            self._wakes.start()

    def stop(self, seconds: float = 5) -> None:
        """Finish what is under way and end; what is left stays in the queue."""
        outbox.forget_wakes()
        if self._wakes is not None:
            self._wakes.stop()
        if self._worker is not None:
            self._worker.stop(seconds)

    def _wake_worker(self) -> None:
        if self._worker is not None:
            self._worker.wake()
