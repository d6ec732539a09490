"""The queue: a row for each reader, retried alone, never lost, whoever dies when."""

import datetime as dt
import threading
from collections.abc import Sequence

import pytest
import time_machine
from sqlalchemy import func, select, update

from cop.core import outbox
from cop.core.activity import Activity, quietly
from cop.core.db import release, session, unit_of_work, utcnow
from cop.core.outbox import Job, OutboxRow, Reader
from tests.support import cast


class Noted:
    """A reader of the test's own: notes what it reads, and fails on the verbs it is told to."""

    def __init__(self, name: str) -> None:
        self.name, self.heard, self.fails_on = name, list[str](), set[str]()

    def read(self, activities: Sequence[Activity]) -> None:
        """Note each deed; stop at one it cannot take."""
        for activity in activities:
            if activity.verb in self.fails_on:
                raise ConnectionError(f"{self.name} cannot take {activity.verb}")
            self.heard.append(activity.verb)


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> None:
    """No readers and jobs but the test's own."""
    monkeypatch.setattr(outbox, "_readers", {})
    monkeypatch.setattr(outbox, "_jobs", {})


@pytest.fixture
def readers(only: None) -> tuple[Noted, Noted]:
    """Two readers."""
    first, second = Noted("first"), Noted("second")
    for each in (first, second):
        outbox.register_reader(Reader(each.name, each.read))
    return first, second


def rows(reader: str | None = None) -> int:
    """How many rows wait."""
    release()
    statement = select(func.count()).select_from(OutboxRow)
    return session().scalar(statement.where(OutboxRow.reader == reader) if reader else statement) or 0


def make_due() -> None:
    """As if the waiting time of every row were over."""
    with unit_of_work() as work:
        work.execute(update(OutboxRow).values(due_at=utcnow() - dt.timedelta(seconds=1)))


def test_each_reader_gets_each_deed_once_and_in_order(readers, make, village, drain):
    topic = make.topic(village.square, village.ada)
    make.reply(topic, village.ben)
    assert (rows("first"), rows("second")) == (2, 2)
    assert drain() == 4
    assert [each.heard for each in readers] == [["asked", "replied"]] * 2
    assert rows() == 0
    assert drain() == 0


def test_a_reader_may_decline(only, make, village):
    noted = Noted("alerts")
    outbox.register_reader(Reader("alerts", noted.read, accepts=lambda activity: not activity.quiet))
    with quietly():
        make.topic(village.square, village.ada)
    assert rows() == 0
    make.topic(village.square, village.ada)
    assert rows() == 1


def test_one_failing_row_holds_up_neither_the_others_nor_the_other_reader(readers, make, village, drain):
    first, second = readers
    first.fails_on = {"replied"}
    topic = make.topic(village.square, village.ada)
    make.reply(topic, village.ben)
    make.topic(village.square, village.ben)
    drain()
    # The batch fails whole before it is tried row by row, so a reader may see a deed twice: readers upsert.
    assert set(first.heard) == {"asked"}
    assert first.heard.count("asked") == 3
    assert second.heard == ["asked", "replied", "asked"]
    assert (rows("first"), rows("second")) == (1, 0)
    waiting = outbox.waiting()
    assert [(each.reader, each.rows, each.due, each.failing) for each in waiting] == [("first", 1, 0, 1)]
    assert "first cannot take replied" in str(waiting[0].error)


def test_what_failed_is_tried_again_after_longer_and_longer_waits_until_it_works(readers, make, village):
    first, _second = readers
    first.fails_on = {"asked"}
    with time_machine.travel(utcnow(), tick=False) as clock:
        make.topic(village.square, village.ada)
        waits = []
        for _ in range(7):
            outbox.drain("first")
            release()
            due = session().scalar(select(OutboxRow.due_at).where(OutboxRow.reader == "first"))
            waits.append((due - utcnow()).total_seconds())
            assert outbox.drain("first") == 0, "not before its time"
            clock.shift(waits[-1])
        assert waits == [*outbox.BACK_OFF_SECONDS, outbox.BACK_OFF_SECONDS[-1]]
        first.fails_on = set()
        assert outbox.drain("first") == 1
    assert first.heard == ["asked"]


def test_a_process_that_dies_after_the_work_repeats_it(readers, make, village, monkeypatch):
    make.topic(village.square, village.ada)

    def die(*_: object) -> None:
        raise KeyboardInterrupt  # nothing catches this, as nothing catches a power cut

    with monkeypatch.context() as broken:
        broken.setattr(outbox, "_settle", die)
        with pytest.raises(KeyboardInterrupt):
            outbox.drain("first")
    release()
    assert rows("first") == 1
    outbox.drain("first")
    assert readers[0].heard == ["asked", "asked"]
    assert rows("first") == 0


def test_the_houses_own_readers_may_run_twice(make, village, drain):
    """Everything they derive is the same after a second reading of every deed."""
    topic = make.topic(village.square, village.ada, text="Ask @ben about phonics.")
    post = make.reply(topic, village.ben)
    drain()
    before = derived()
    with unit_of_work() as work:
        for activity in work.scalars(select(Activity)):
            work.add_all(
                OutboxRow(reader=reader.name, activity_id=activity.id)
                for reader in outbox._readers.values()
                if reader.accepts(activity)
            )
    drain()
    assert sum(each.due + each.failing for each in outbox.waiting()) == 0
    assert derived() == before
    assert cast.fresh(post).number == 2


def derived() -> dict[str, int]:
    """How many rows each table has, but for the queue."""
    from cop.core.db import Base

    release()
    tables = [table for name, table in Base.metadata.tables.items() if name != "outbox"]
    return {table.name: session().scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def test_a_job_runs_at_its_time(only, app):
    done: list[str] = []
    outbox.register_job(Job("tidy", lambda payload: done.append(payload["what"])))
    with unit_of_work():
        outbox.schedule("tidy", {"what": "now"})
        outbox.schedule("tidy", {"what": "later"}, due_at=utcnow() + dt.timedelta(hours=1))
    outbox.drain()
    assert done == ["now"]
    make_due()
    outbox.drain()
    assert done == ["now", "later"]


def test_a_job_with_a_key_waits_only_once(only, app):
    outbox.register_job(Job("tidy", lambda payload: None))
    for _ in range(3):
        with unit_of_work():
            outbox.schedule("tidy", {}, key="tidy files")
    assert rows("tidy") == 1
    outbox.drain()
    with unit_of_work():
        outbox.schedule("tidy", {}, key="tidy files")
    assert rows("tidy") == 1


def test_nothing_is_queued_for_a_deed_that_was_undone(readers, make, village):
    with pytest.raises(ZeroDivisionError), unit_of_work():
        make.topic(village.square, village.ada)
        raise ZeroDivisionError
    assert rows() == 0


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
def test_two_who_drain_at_once_do_each_row_once(network, only, request, kind):
    network(database_url=request.getfixturevalue("postgresql_template").copy() if kind == "postgresql" else "")
    outbox._readers.clear()
    outbox._jobs.clear()
    done: list[int] = []
    outbox.register_job(Job("count", lambda payload: done.append(payload["n"])))
    with unit_of_work():
        for number in range(500):
            outbox.schedule("count", {"n": number})
    threads = [threading.Thread(target=lambda: (outbox.drain("count"), release())) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    outbox.drain("count")  # whoever found the lock taken left the rest to the others
    assert sorted(done) == list(range(500))


def test_a_worker_drains_by_itself_soon_after_the_commit(network, only):
    network()
    outbox._readers.clear()
    outbox._jobs.clear()
    done = threading.Event()
    outbox.register_job(Job("soon", lambda payload: done.set()))
    worker = outbox.Worker()
    worker.start()
    try:
        with unit_of_work():
            outbox.schedule("soon", {})
        assert done.wait(2)
    finally:
        worker.stop()
        outbox.forget_wakes()
