"""The network's one index: opened when it is first asked, rebuilt when it is unusable, looked after by the worker.

Whoever finds it torn leaves a mark in its folder; the reader, or a companion of the worker that sees the mark, rebuilds
it and takes the mark away. Meanwhile every process answers from an empty index, and a banner says so.
"""

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from cop.core import outbox
from cop.core.db import release, unit_of_work, utcnow
from cop.core.i18n import gettext as _
from cop.search import reader, schema
from cop.search.documents import Document
from cop.search.engine import Engine, Progress
from cop.search.segments import IndexUnusable

log = logging.getLogger(__name__)
LOOK_SECONDS = 1.0
TRY_AGAIN_SECONDS = 10.0
MERGE = "search-merge"
MERGE_SECONDS = 60

Answer = TypeVar("Answer")


class _Place:
    """Where this process's index lies, and the index once it is open."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.engine: Engine | None = None
        self.stand_in = Engine.in_memory()
        self.opening = threading.Lock()
        self.merge_due = 0.0

    @property
    def mark(self) -> Path | None:
        """The file that asks for a rebuild."""
        return self.folder / "REBUILD" if self.folder is not None else None


_place = _Place(None)


def keep_in(folder: Path) -> None:
    """Keep the index in this folder; nothing is opened yet."""
    global _place  # noqa: PLW0603  one process serves one network
    _place = _Place(folder)


def use(engine: Engine) -> None:
    """Use this engine instead of one in a folder: tests have theirs in memory."""
    global _place  # noqa: PLW0603  see above
    _place = _Place(None)
    _place.engine = engine


def index() -> Engine:
    """The network's index; an empty one while it cannot be used. Never raises."""
    try:
        return _open()
    except IndexUnusable:
        return _place.stand_in


def ask(question: Callable[[Engine], Answer]) -> Answer:
    """What the index answers; should it turn out to be torn, what an empty one would."""
    try:
        return question(index())
    except IndexUnusable as error:
        _give_up(_place, error)
        return question(_place.stand_in)


def _open() -> Engine:
    """The engine. Raises IndexUnusable while a rebuild is wanted that nobody has finished."""
    place = _place
    if place.engine is not None:
        return place.engine
    with place.opening:
        if place.engine is None:
            place.engine = _opened(place)
        return place.engine


def _opened(place: _Place) -> Engine:
    folder, mark = place.folder, place.mark
    if folder is None or mark is None:
        raise IndexUnusable("no folder was named for the index")
    if mark.exists():
        raise IndexUnusable("the index waits to be rebuilt")
    if not (folder / "CURRENT").exists():
        folder.mkdir(parents=True, exist_ok=True)
        mark.touch()  # there may be a network already: a folder that was moved or restored
        raise IndexUnusable("there is no index yet")
    try:
        return Engine.open(folder)
    except IndexUnusable as error:
        _give_up(place, error)
        raise


def _give_up(place: _Place, error: Exception) -> None:
    log.warning("the search index cannot be used and will be rebuilt: %s", error)
    place.engine = None
    if place.mark is not None:
        place.mark.touch()


def is_rebuilding() -> bool:
    """Whether the index is, or waits to be, rebuilt because it cannot be used."""
    mark = _place.mark
    return mark is not None and mark.exists()


def banner() -> str:
    """What every page says meanwhile."""
    return _("Search is being rebuilt. Until that is done, it does not find everything.") if is_rebuilding() else ""


def write(upserts: Iterable[Document], deletions: Iterable[str]) -> None:
    """Write what the reader read, and have small segments merged in a quiet moment.

    An index that cannot be used is rebuilt here and now: the reader is alone, and the database has what it read.
    Raises OSError when the disk is full; the index then stays as it was.
    """
    place = _place
    try:
        _open().write(upserts, deletions)
    except IndexUnusable as error:
        _give_up(place, error)
        _rebuild(place, None)
    if time.monotonic() > place.merge_due:
        place.merge_due = time.monotonic() + MERGE_SECONDS
        with unit_of_work():
            outbox.schedule(MERGE, {}, due_at=utcnow() + dt.timedelta(seconds=MERGE_SECONDS), key=MERGE)


def merge(_payload: dict[str, Any]) -> None:
    """A job: join small segments, unless somebody is writing just now; after the next deeds there is another time."""
    with outbox.alone(reader.NAME) as mine:
        if mine and not is_rebuilding():
            index().merge()


def rebuild(progress: Progress | None = None) -> int:
    """Build the index anew from the database while the old one serves, then swap; how many documents it has.

    Deeds meanwhile wait in the queue and are read after. Raises TimeoutError when another rebuild takes too long.
    """
    with outbox.paused(reader.NAME):
        return _rebuild(_place, progress)


def _rebuild(place: _Place, progress: Progress | None) -> int:
    engine = place.engine
    if engine is None and place.folder is not None:
        engine = _usable(place.folder)
    if engine is not None:
        engine.rebuild(reader.all_documents(), progress)
    else:
        assert place.folder is not None
        engine = Engine.create(place.folder, reader.all_documents(), progress)
    place.engine = engine
    if place.mark is not None:
        place.mark.unlink(missing_ok=True)
    return engine.count()


def _usable(folder: Path) -> Engine | None:
    try:
        return Engine.open(folder)
    except IndexUnusable:
        return None


def look_after(stop: threading.Event) -> None:
    """Beside a worker: open the index at once, and rebuild it whenever that is wanted, until told to stop."""
    wait = 0.0
    while not stop.wait(wait):
        wait = LOOK_SECONDS
        index()
        if is_rebuilding():
            try:
                with outbox.paused(reader.NAME):
                    if is_rebuilding():  # another process may have done it while we waited
                        log.info("rebuilt the search index: %d documents", _rebuild(_place, None))
            except Exception:
                log.exception("rebuilding the search index failed")
                wait = TRY_AGAIN_SECONDS
            finally:
                release()


@dataclass(frozen=True)
class Status:
    """How the index compares with the database."""

    documents: int
    expected: int
    missing: list[str]
    extra: list[str]
    stale: list[str]
    """Documents that the index has with other words, authors or readers than the database."""
    waiting: int
    """Deeds that the reader has not read yet."""
    lag_seconds: float
    rebuilding: bool
    segments: int
    deleted: int

    @property
    def is_true(self) -> bool:
        """Whether the index says what the database says."""
        return not (self.missing or self.extra or self.stale or self.rebuilding)


def status() -> Status:
    """Compare the whole index with the database: it reads everything, so this is for commands."""
    kept = {card.id: card.pack() for card in index().cards()}
    wanted = {document.id: schema.prepare(document)[schema.CARD] for document in reader.all_documents()}
    rows, lag = _queue()
    statistics = index().statistics()
    return Status(
        documents=len(kept),
        expected=len(wanted),
        missing=[id for id in wanted if id not in kept],
        extra=[id for id in kept if id not in wanted],
        stale=[id for id, card in wanted.items() if id in kept and kept[id] != card],
        waiting=rows,
        lag_seconds=lag,
        rebuilding=is_rebuilding(),
        segments=statistics.segments,
        deleted=statistics.deleted,
    )


def _queue() -> tuple[int, float]:
    """How many deeds wait to be read, and for how long the oldest has."""
    mine = next((row for row in outbox.waiting() if row.reader == reader.NAME), None)
    if mine is None or mine.oldest is None:
        return (mine.rows if mine else 0), 0.0
    return mine.rows, round((utcnow() - mine.oldest).total_seconds(), 1)


def figures() -> dict[str, float | int | str]:
    """For `/healthz` and `/metrics`."""
    waiting, lag = _queue()
    return {"documents": index().count(), "waiting": waiting, "lag_seconds": lag, "rebuilding": int(is_rebuilding())}
