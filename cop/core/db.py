"""The database: the one Base, the session of the moment, and `unit_of_work`, the only place that commits.

Outside a unit of work the session only reads. SQLite write transactions begin IMMEDIATE: a transaction that
begins by reading and then writes fails at once with "database is locked", whatever the busy timeout.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, DateTime, Engine, MetaData, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

BUSY_SECONDS = 20
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[dt.datetime]):
    """A moment: aware UTC in Python, stored without its zone because SQLite keeps none."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        """Refuse a moment without a zone; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a zone")
        return value.astimezone(dt.UTC).replace(tzinfo=None)

    def process_result_value(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        """Give the zone back."""
        return value.replace(tzinfo=dt.UTC) if value is not None else None


class Base(DeclarativeBase):
    """Every table of the product."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {dt.datetime: UtcDateTime}  # noqa: RUF012  SQLAlchemy reads it from the class


def utcnow() -> dt.datetime:
    """The present moment, in UTC."""
    return dt.datetime.now(dt.UTC)


class Database:
    """One engine, with its reading and its writing sessions."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgresql_engine(url)
        self._bind: Engine | Connection = self.engine

    @property
    def bind(self) -> Engine | Connection:
        """What sessions run on."""
        return self._bind

    def bind_to(self, connection: Connection | None) -> None:
        """Run every session on one open connection (tests undo it afterwards); None goes back to the engine."""
        self._bind = connection if connection is not None else self.engine

    def reading(self) -> Session:
        """A session that is only ever rolled back. All of its reads see one moment, on both databases."""
        bind = self._bind
        if not self.is_sqlite and isinstance(bind, Engine):
            bind = bind.execution_options(isolation_level="REPEATABLE READ")
        return Session(bind, expire_on_commit=False, autoflush=False, join_transaction_mode="create_savepoint")

    def writing(self) -> Session:
        """A session for one unit of work; on SQLite it holds the write lock from its first statement."""
        bind = self._bind if isinstance(self._bind, Connection) else self._bind.execution_options(writing=True)
        return Session(bind, expire_on_commit=False, join_transaction_mode="create_savepoint")


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(
        url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}, pool_size=20, max_overflow=200
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # BEGIN is ours, see _begin
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _postgresql_engine(url: str) -> Engine:
    # Moments are stored without a zone, as UTC: the server's own zone must not be put between.
    return create_engine(
        url, pool_size=20, max_overflow=80, pool_pre_ping=True, connect_args={"options": "-c timezone=UTC"}
    )


_database: Database | None = None
_session: ContextVar[Session | None] = ContextVar("cop_session", default=None)
_writing: ContextVar[bool] = ContextVar("cop_writing", default=False)
_after_commit: list[Callable[[], None]] = []


def connect(url: str) -> Database:
    """Make this the process's database; the same address keeps the engine that is open."""
    global _database  # noqa: PLW0603  one process serves one network
    if _database is None or _database.url != url:
        if _database is not None:
            release()  # its connection would outlive the pool that closes it
            _database.engine.dispose()
        _database = Database(url)
    return _database


def database() -> Database:
    """The process's database."""
    if _database is None:
        raise RuntimeError("connect() comes first")
    return _database


def session() -> Session:
    """The session of the moment: the unit of work's, or one that only reads."""
    current = _session.get()
    if current is None:
        current = database().reading()
        _session.set(current)
    return current


def glance(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """One small read in plain SQL (`?` stands for a value), outside any session: a tenth of what a session costs."""
    bind = database().bind
    if not database().is_sqlite:
        statement = statement.replace("?", "%s")
    if isinstance(bind, Connection):
        return [tuple(row) for row in bind.exec_driver_sql(statement, values)]
    raw = bind.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute(statement, values)
        return list(cursor.fetchall())
    finally:
        raw.close()


T = TypeVar("T")
BATCH = 10_000
"""Values that every database takes in one statement."""


def in_batches(ids: Iterable[int], ask: Callable[[list[int]], Iterable[T]]) -> Iterator[T]:
    """What `ask` answers to any number of ids, so many at a time as a statement takes."""
    rest = iter(ids)
    while batch := list(islice(rest, BATCH)):
        yield from ask(batch)


def release() -> None:
    """Close the session of the moment, undoing whatever was not committed."""
    current = _session.get()
    if current is not None:
        _session.set(None)
        current.close()


def after_commit(call: Callable[[], None]) -> None:
    """Call this after each successful unit of work: how the outbox is woken."""
    if call not in _after_commit:
        _after_commit.append(call)


def is_writing() -> bool:
    """Whether a unit of work is open here: rows had now may be locked for it."""
    return _writing.get()


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """All of it or none: commit when the block ends well, else undo; one inside another joins it."""
    if _writing.get():
        yield session()
        return
    release()
    work = database().writing()
    _session.set(work)
    token = _writing.set(True)
    try:
        work.connection()  # takes SQLite's write lock now, before anything is read
        yield work
        work.commit()
    finally:
        _writing.reset(token)
        release()
    for call in _after_commit:
        call()


def check() -> None:
    """Ask the database for one number, or raise what it answers instead."""
    session().execute(text("SELECT 1"))
