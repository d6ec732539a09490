"""Units of work: all of it or none, on both databases, whoever else writes."""

import datetime as dt
import threading

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from cop.core import db
from cop.core.activity import Activity
from cop.core.db import release, session, unit_of_work
from cop.core.marks import Mark
from cop.core.outbox import OutboxRow
from cop.people.models import Person
from tests.support.cast import Make


def people() -> int:
    """How many there are, asked afresh."""
    release()
    return session().scalar(select(func.count()).select_from(Person)) or 0


def test_a_unit_that_fails_leaves_nothing(make, village):
    before = people()
    with pytest.raises(ZeroDivisionError), unit_of_work() as work:
        work.add(Person(name="Nobody", handle="nobody"))
        make.topic(village.square, village.ada)  # its own unit joins this one
        raise ZeroDivisionError
    assert people() == before
    assert session().scalar(select(func.count()).select_from(Activity)) == 0
    assert session().scalar(select(func.count()).select_from(OutboxRow)) == 0


def test_a_unit_inside_another_joins_it(app):
    with unit_of_work() as outer:
        outer.add(Person(name="Outer", handle="outer"))
        with unit_of_work() as inner:
            assert inner is outer
            inner.add(Person(name="Inner", handle="inner"))
        assert db.is_writing()
    assert not db.is_writing()
    assert people() == 2


def test_what_is_added_outside_a_unit_is_not_kept(app):
    session().add(Person(name="Ghost", handle="ghost"))
    session().flush()
    assert people() == 0


def test_after_a_failed_unit_the_next_one_works(app):
    with pytest.raises(ZeroDivisionError), unit_of_work():
        raise ZeroDivisionError
    with unit_of_work() as work:
        work.add(Person(name="Next", handle="next"))
    assert people() == 1


def test_readers_are_woken_after_a_commit_and_only_then(app):
    heard = []
    db.after_commit(note := lambda: heard.append("woken"))
    try:
        with pytest.raises(ZeroDivisionError), unit_of_work():
            raise ZeroDivisionError
        assert heard == []
        with unit_of_work():
            with unit_of_work():
                pass
            assert heard == []
        assert heard == ["woken"]
    finally:
        db._after_commit.remove(note)


def test_a_row_cannot_point_at_nobody(app):
    with pytest.raises(IntegrityError), unit_of_work() as work:
        work.add(Mark(person_id=999_999, kind="topic", thing_id=1, number=1))


def test_moments_come_back_as_they_were_stored(make):
    moment = dt.datetime(2026, 7, 1, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=45)))
    person = make.person("Mo Ment", joined_at=moment)
    release()
    stored = session().get_one(Person, person.id).joined_at
    assert stored == moment
    assert stored.tzinfo is dt.UTC


def test_a_moment_without_a_zone_is_refused(make):
    with pytest.raises(Exception, match="a moment needs a zone"):
        make.person("No Zone", joined_at=dt.datetime(2026, 7, 1, 9, 30))  # noqa: DTZ001  what is refused


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
def test_two_writers_who_read_first_lose_nothing(network, request, kind):
    """On SQLite this is what BEGIN IMMEDIATE is for: a deferred one fails at once with "database is locked"."""
    url = request.getfixturevalue("postgresql_template").copy() if kind == "postgresql" else ""
    network(database_url=url)
    person = Make().person("Con Current", role="0")
    errors: list[Exception] = []

    def add_one(times: int) -> None:
        try:
            for _ in range(times):
                with unit_of_work() as work:
                    stored = work.get_one(Person, person.id, with_for_update=True)
                    stored.role = str(int(stored.role) + 1)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=add_one, args=(15,)) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert errors == []
    assert session().get_one(Person, person.id).role == "60"
