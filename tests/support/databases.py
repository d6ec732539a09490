"""Databases for tests: one migrated template a run, copied where a test needs real commits or a process of its own."""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from cop.core import db

ROOT = Path(__file__).resolve().parents[2]
_numbers = itertools.count(1)


def migrate(database: db.Database, revision: str = "head") -> None:
    """Bring a database to a revision of the migrations, up or down."""
    config = Config(str(ROOT / "alembic.ini"))
    config.set_main_option("script_location", str(ROOT / "migrations"))
    engine = database.engine.execution_options(writing=True)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        if _is_down(config, connection, revision):
            command.downgrade(config, revision)
        else:
            command.upgrade(config, revision)


def _is_down(config: Config, connection: Any, revision: str) -> bool:
    """Whether a revision lies behind the database."""
    if revision in {"base", "head"}:
        return revision == "base"
    now = MigrationContext.configure(connection).get_current_revision()
    behind = (
        {step.revision for step in ScriptDirectory.from_config(config).iterate_revisions(now, "base")} if now else set()
    )
    return revision in behind - {now}


class Template:
    """A migrated database of the run, and its copies. One on SQLite is a file; on PostgreSQL `CREATE DATABASE`."""

    def __init__(self, folder: Path, server: str | None) -> None:
        self._folder, self._server, self._made = folder, server, list[str]()
        self.url = self.empty("template")
        database = db.Database(self.url)
        migrate(database)
        database.engine.dispose()

    def empty(self, name: str) -> str:
        """The address of a new database without any table."""
        if self._server is None:
            return f"sqlite:///{self._folder / f'{name}-{next(_numbers)}.sqlite3'}"
        return self._create(name, "")

    def copy(self) -> str:
        """The address of a new copy of the template."""
        if self._server is None:
            source = Path(self.url.removeprefix("sqlite:///"))
            target = self._folder / f"copy-{next(_numbers)}.sqlite3"
            shutil.copyfile(source, target)
            return f"sqlite:///{target}"
        source = self._name_in(self.url)
        # A copy is refused while anybody is connected; the pool of the application under test makes new connections.
        self._run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{source}'")
        return self._create("copy", f"TEMPLATE {source}")

    def _create(self, name: str, rest: str) -> str:
        name = f"cop_test_{os.getpid()}_{next(_numbers)}_{name}"
        self._run(f"CREATE DATABASE {name} {rest}")
        self._made.append(name)
        assert self._server is not None
        return self._server.rpartition("/")[0].replace("postgresql://", "postgresql+psycopg://") + f"/{name}"

    @staticmethod
    def _name_in(url: str) -> str:
        return url.rpartition("/")[2]

    def _run(self, statement: str) -> None:
        assert self._server is not None
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(statement.encode())

    def drop_all(self) -> None:
        """Delete every database that was made."""
        for name in self._made:
            self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def connected(database: db.Database) -> Iterator[Any]:
    """Make another database this process's own for a while: how a test looks into a server's rows, or writes there."""
    before = db._database
    db.release()
    db._database = database
    try:
        yield db.session
    finally:
        db.release()
        db._database = before


@contextmanager
def undone(database: db.Database) -> Iterator[Callable[[], Any]]:
    """Everything that is committed inside lies in one transaction, which is undone at the end."""
    with database.engine.execution_options(writing=True).connect() as connection:
        transaction = connection.begin()
        database.bind_to(connection)
        try:
            yield db.session
        finally:
            db.release()
            database.bind_to(None)
            transaction.rollback()
