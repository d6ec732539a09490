"""`cop` commands in processes of their own, forked from one that has imported everything already.

A test run starts some hundred of them; so each is there in a fraction of a second. That the command also starts by
itself is tests/cli/test_serving.py's to show.
"""

import multiprocessing
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from subprocess import TimeoutExpired

from tests.support.databases import ROOT

IMPORTED = (
    "tests.support.running",
    *(f"cop.cli.{name}" for name in ("serving", "server", "draining", "index")),
    *(f"cop.core.{name}" for name in ("catcher", "errors", "health", "limits", "login", "pages", "web")),
    *(f"cop.{name}.views" for name in ("people", "communities", "forums", "notify")),
    *("cop.live.events", "cop.live.reader", "cop.search.keeping", "sqlalchemy.dialects.sqlite", "flask_socketio"),
)
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(list(IMPORTED))


class Running:
    """One command in a process group of its own; what it says is added to a log."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self._words = words
        log.touch()
        self._process = _forks.Process(target=_run, args=(tuple(words), dict(environment), log), daemon=True)
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """The status with which it ended, or None while it runs; minus the signal that ended it."""
        return self._process.exitcode

    def wait(self, seconds: float) -> int:
        """The status with which it ends; fails when that takes longer."""
        self._process.join(seconds)
        status = self.poll()
        if status is None:
            raise TimeoutExpired(self._words, seconds)
        return status

    def end(self, how: signal.Signals) -> None:
        """Send a signal to it and to every process that it started."""
        try:
            os.killpg(self.pid, how)
        except ProcessLookupError:  # it has no group yet, or no process any more
            os.kill(self.pid, how)


def _run(words: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
    from cop.cli import cop

    os.setsid()
    with log.open("ab") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
    os.chdir(ROOT)
    os.environ.update(environment)
    cop(list(words), prog_name="cop")
