"""A real `cop serve` in a process of its own, on a copy of the migrated database, with its own data folder."""

import hashlib
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask.sessions import SecureCookieSessionInterface

from cop.core import db, files
from cop.people.models import Person
from tests.support.cast import Make
from tests.support.databases import connected
from tests.support.running import Running
from tests.support.services import answers, free_port, wait_until

SECRET = "a secret that only this suite knows, long enough"


class Server:
    """One network that is served. `make` writes into its database from here; its own worker does the rest."""

    def __init__(self, folder: Path, database_url: str, smtp_port: int, **settings: Any) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database = db.Database(database_url)
        self.make: Any = _Remote(self.database)
        self.environment = {
            "COP_DATA_DIR": str(folder),
            "COP_DATABASE_URL": database_url,
            "COP_SECRET_KEY": SECRET,
            "COP_BASE_URL": self.url,
            "COP_SMTP_HOST": "127.0.0.1",
            "COP_SMTP_PORT": str(smtp_port),
            "COP_LOG_LEVEL": "WARNING",
            **{f"COP_{name.upper()}": str(value) for name, value in settings.items()},
        }
        self._process: Running | None = None
        self._all: list[Running] = []

    def start(self) -> "Server":
        """Start it, or start it again, and wait until it answers."""
        self._process = self.run("serve", "--port", str(self.port))
        wait_until(self._answers, f"the server did not start:\n{self.log}")
        return self

    def run(self, *words: str) -> Running:
        """Start a `cop` command of this network, as `run("work")`; it is ended with the server."""
        running = Running(words, self.environment, self.folder / "log.txt")
        self._all.append(running)
        return running

    @property
    def web(self) -> Running:
        """The process that serves; its child answers requests."""
        assert self._process is not None
        return self._process

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(f"the server ended at once:\n{self.log}")
        return answers(self.port)

    @property
    def log(self) -> str:
        """What it wrote."""
        return (self.folder / "log.txt").read_text(errors="replace")[-8000:]

    def stop(self) -> None:
        """End it as a machine does that shuts down."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut does."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        for running in self._all:
            if running.poll() is None:
                running.end(how)
        for running in self._all:
            running.wait(20)
        self._all.clear()

    def close(self) -> None:
        """End whatever runs, and let go of the database."""
        self._end(signal.SIGKILL)
        self.database.engine.dispose()

    @contextmanager
    def connected(self) -> Iterator[Any]:
        """Look into its rows: inside, `session()`, `unit_of_work()` and the folder of files are its own."""
        before = files._folder
        files.keep_in(self.folder / "files")
        try:
            with connected(self.database) as session:
                yield session
        finally:
            files.keep_in(before)

    def cookie(self, person: Person) -> dict[str, str]:
        """The session cookie of a browser in which this person has just signed in."""
        return {
            "name": self.cookie_name,
            "value": self._signed({"_user_id": self.make.sign_in(person), "_fresh": True}),
        }

    @property
    def cookie_name(self) -> str:
        """The name of the session cookie, which is this network's own."""
        return f"cop_{hashlib.sha256(str(self.folder.resolve()).encode()).hexdigest()[:8]}"

    @staticmethod
    def _signed(contents: dict[str, Any]) -> str:
        from flask import Flask

        app = Flask("cookies")
        app.secret_key = SECRET
        serializer = SecureCookieSessionInterface().get_signing_serializer(app)
        assert serializer is not None
        return str(serializer.dumps(contents))


class _Remote:
    """`make`, each call on the server's database."""

    def __init__(self, database: db.Database) -> None:
        self._database, self._make = database, Make()

    def __getattr__(self, name: str) -> Any:
        def call(*args: Any, **fields: Any) -> Any:
            with connected(self._database):
                return getattr(self._make, name)(*args, **fields)

        return call
