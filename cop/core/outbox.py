"""The one queue: a row for each reader of each activity, and timed jobs; drained one reader at a time.

Rows, not a "last id seen": with two writers the later id may commit first, and a cursor would pass the earlier by.
A reader may see a row twice (a process can die between its work and the deletion of the row), so readers upsert.
"""

import datetime as dt
import fcntl
import logging
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from cop.core import activity as activities
from cop.core.activity import Activity
from cop.core.db import Base, after_commit, database, release, session, unit_of_work, utcnow

log = logging.getLogger(__name__)
BATCH = 200
BACK_OFF_SECONDS = (1, 5, 30, 120, 600, 3600)
POLL_SECONDS = 1.0
"""How soon a row written by another process without Redis is found; well inside the two seconds of search."""


class OutboxRow(Base):
    """One thing to do for one reader, or one job at its time."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_reader_due_at", "reader", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reader: Mapped[str]
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activities.id", ondelete="CASCADE"), index=True)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    key: Mapped[str | None] = mapped_column(unique=True)
    """A job that must stand in the queue only once has a name here."""
    due_at: Mapped[dt.datetime] = mapped_column(default=utcnow)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]


@dataclass(frozen=True)
class Reader:
    """Somebody who reads the record. `read` gets activities in order; it may raise, and may be run twice."""

    name: str
    read: Callable[[Sequence[Activity]], None]
    accepts: Callable[[Activity], bool] = lambda activity: True
    one_process: bool = False
    """Whether two processes must never read at once (what it writes lies in a folder of this machine)."""


@dataclass(frozen=True)
class Job:
    """Work with a time: `run` gets the row's payload. With `every` its row stays, and is due again after so long."""

    name: str
    run: Callable[[dict[str, Any]], None]
    every: dt.timedelta | None = None


_readers: dict[str, Reader] = {}
_jobs: dict[str, Job] = {}
_wakes: list[Callable[[], None]] = []
_companions: dict[str, Callable[[threading.Event], None]] = {}
PAUSE_SECONDS = 120
_lock_folder: Path | None = None


def keep_locks_in(folder: Path) -> None:
    """Where the locks lie that keep two processes of this machine from draining the same reader."""
    global _lock_folder  # noqa: PLW0603  one process serves one network
    folder.mkdir(parents=True, exist_ok=True)
    _lock_folder = folder


def register_reader(reader: Reader) -> None:
    """Add a reader; each later activity that it accepts gets a row for it."""
    _readers[reader.name] = reader


def register_job(job: Job) -> None:
    """Add a job that `schedule` may name."""
    _jobs[job.name] = job


def register_companion(name: str, run: Callable[[threading.Event], None]) -> None:
    """Run this in a thread beside each worker, until the event is set: what a reader must look after without rows."""
    _companions[name] = run


def names() -> list[str]:
    """Readers and jobs, in the order of registration."""
    return [*_readers, *_jobs]


def schedule(job: str, payload: dict[str, Any], due_at: dt.datetime | None = None, key: str | None = None) -> None:
    """Put a job into the queue in the deed's transaction; with a key that already waits there, do nothing."""
    db = session()
    if key is not None and db.scalar(select(OutboxRow.id).where(OutboxRow.key == key)) is not None:
        return
    db.add(OutboxRow(reader=job, payload=payload, due_at=due_at or utcnow(), key=key))


def on_wake(call: Callable[[], None]) -> None:
    """Call this after each commit: the worker of this process, or a message to the others."""
    _wakes.append(call)


def forget_wakes() -> None:
    """Forget whom to wake (a process's worker stops)."""
    _wakes.clear()


def wake() -> None:
    """Say that there may be rows."""
    for call in _wakes:
        call()


def _hand_out(activity: Activity) -> None:
    session().add_all(
        OutboxRow(reader=reader.name, activity_id=activity.id)
        for reader in _readers.values()
        if reader.accepts(activity)
    )


activities.on_record(_hand_out)
after_commit(wake)


def drain(name: str | None = None) -> int:
    """Do what is due, for one reader or for all; how many rows were done. Failures stay, with a later time."""
    return sum(_drain_one(each) for each in ([name] if name else names()))


def _drain_one(name: str) -> int:
    done = 0
    with alone(name) as mine:
        while mine:
            with _taken(name) as rows:
                if not rows:
                    break
                done += _do(name, rows)
    return done


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """Hold this machine's lock on a reader where rows cannot be locked one by one; False when another has it."""
    reader = _readers.get(name)
    if _lock_folder is None or not (database().is_sqlite or (reader and reader.one_process)):
        yield True
        return
    with (_lock_folder / f"drain-{name}").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


@contextmanager
def paused(name: str) -> Iterator[None]:
    """Keep everybody on this machine from draining a reader: its rows wait. TimeoutError if that takes too long."""
    until = time.monotonic() + PAUSE_SECONDS
    while True:
        with alone(name) as mine:
            if mine:
                yield
                return
        if time.monotonic() > until:
            raise TimeoutError(f"another process has not let go of {name} for {PAUSE_SECONDS} seconds")
        time.sleep(0.05)


@contextmanager
def _taken(name: str) -> Iterator[list[OutboxRow]]:
    """The rows that are due, locked on PostgreSQL until they are done; the lock dies with its process."""
    release()  # what the reader opens lies inside this, never across it
    db: Session = database().reading() if database().is_sqlite else database().writing()
    statement = (
        select(OutboxRow)
        .where(OutboxRow.reader == name, OutboxRow.due_at <= utcnow())
        .order_by(OutboxRow.id)
        .limit(BATCH)
    )
    try:
        if not database().is_sqlite:
            statement = statement.with_for_update(skip_locked=True)
        rows = list(db.scalars(statement))
        if database().is_sqlite:
            db.expunge_all()  # a rollback would make each row be read again
            db.rollback()  # a read snapshot held while the reader writes would only keep the WAL from shrinking
        yield rows
        release()
        if not database().is_sqlite:
            _settle(db, rows)
            db.commit()
    finally:
        db.close()


def _do(name: str, rows: list[OutboxRow]) -> int:
    """Do all rows at once; if that fails, one by one, so that one bad row does not hold up the others."""
    try:
        _run(name, rows)
        outcomes: dict[int, str | None] = {row.id: None for row in rows}
    except Exception:
        log.exception("reader %s failed on %d rows", name, len(rows))
        release()
        outcomes = {row.id: _outcome(name, row) for row in rows}
    for row in rows:
        row.error = outcomes[row.id]
    if database().is_sqlite:
        with unit_of_work() as db:
            _settle(db, rows)
    return sum(1 for error in outcomes.values() if error is None)


def _outcome(name: str, row: OutboxRow) -> str | None:
    try:
        _run(name, [row])
    except Exception as error:
        release()
        log.exception("reader %s failed on row %d", name, row.id)
        return "".join(traceback.format_exception_only(error)).strip()[:500]
    return None


def _run(name: str, rows: Sequence[OutboxRow]) -> None:
    if name in _jobs:
        for row in rows:
            _jobs[name].run(row.payload)
        return
    ids = [row.activity_id for row in rows]
    found = list(session().scalars(select(Activity).where(Activity.id.in_(ids)).order_by(Activity.id)))
    _readers[name].read(found)


def _settle(db: Session, rows: Sequence[OutboxRow]) -> None:
    """Take away what is done; put off what failed."""
    now = utcnow()
    done = OutboxRow.id.in_([row.id for row in rows if row.error is None])
    every = _jobs[rows[0].reader].every if rows and rows[0].reader in _jobs else None
    if every is None:
        db.execute(delete(OutboxRow).where(done))
    else:
        db.execute(update(OutboxRow).where(done).values(due_at=now + every, attempts=0, error=None))
    for row in rows:
        if row.error is not None:
            wait = BACK_OFF_SECONDS[min(row.attempts, len(BACK_OFF_SECONDS) - 1)]
            db.execute(
                update(OutboxRow)
                .where(OutboxRow.id == row.id)
                .values(attempts=OutboxRow.attempts + 1, error=row.error, due_at=now + dt.timedelta(seconds=wait))
            )


@dataclass(frozen=True)
class Waiting:
    """What waits for one reader."""

    reader: str
    rows: int
    due: int
    failing: int
    oldest: dt.datetime | None
    """When the oldest row that is due became so."""
    error: str | None


def waiting() -> list[Waiting]:
    """What waits in the queue and why, reader by reader."""
    now = utcnow()
    is_due = OutboxRow.due_at <= now
    statement = select(
        OutboxRow.reader,
        func.count(),
        func.count().filter(is_due),
        func.count().filter(OutboxRow.error.is_not(None)),
        func.min(OutboxRow.due_at).filter(is_due),
        func.max(OutboxRow.error),
    ).group_by(OutboxRow.reader)
    return [Waiting(*row) for row in session().execute(statement)]


def _plan() -> None:
    """Put each job that is done again and again into the queue, if it is not there."""
    with unit_of_work():
        for job in _jobs.values():
            if job.every is not None:
                schedule(job.name, {}, key=f"every:{job.name}")


class Worker:
    """Threads that drain, one for each reader and job, so that a slow one holds up nobody else."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._signals = {name: threading.Event() for name in names()}
        self._threads = [
            threading.Thread(target=self._loop, args=(name,), name=f"outbox-{name}", daemon=True) for name in names()
        ]
        self._threads += [
            threading.Thread(target=run, args=(self._stop,), name=f"beside-{name}", daemon=True)
            for name, run in _companions.items()
        ]
        self._threads.append(threading.Thread(target=self._plan, name="outbox-plan", daemon=True))

    def start(self) -> None:
        """Begin to drain. Nothing is written here: a server must come up while another process holds the database."""
        on_wake(self.wake)
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Look now rather than at the next poll."""
        for signal in self._signals.values():
            signal.set()

    def stop(self, seconds: float = 5) -> None:
        """Finish what is under way and end."""
        self._stop.set()
        self.wake()
        for thread in self._threads:
            thread.join(seconds)

    def _plan(self) -> None:
        while not self._stop.is_set():
            try:
                _plan()
            except Exception:
                log.exception("planning the jobs that come again failed; trying again")
                self._stop.wait(POLL_SECONDS)
            else:
                return

    def _loop(self, name: str) -> None:
        signal = self._signals[name]
        while not self._stop.is_set():
            signal.wait(POLL_SECONDS)
            signal.clear()
            try:
                drain(name)
            except Exception:
                # The database may be away for a while; the rows stay where they are.
                log.exception("draining %s failed", name)
                self._stop.wait(POLL_SECONDS)
            finally:
                release()
