"""The record of deeds, and the order of a live room."""

import threading

import pytest
from sqlalchemy import select

from cop.core import activity as activities
from cop.core import outbox
from cop.core.activity import Activity, heard_after, quietly, seq_of
from cop.core.db import release, session, unit_of_work
from cop.core.outbox import Reader
from cop.forums.models import Topic
from cop.people.models import Person
from tests.support.cast import Make


def test_a_deed_is_recorded_without_a_word_of_what_was_written(make, village):
    topic = make.topic(village.close, village.ada, "Zanzibar", "Quagmire, said @ben")
    make.reply(topic, village.ben, "Kaleidoscope")
    found = list(session().scalars(select(Activity).order_by(Activity.id)))
    assert [(each.verb, each.kind, each.actor_id) for each in found] == [
        ("asked", "topic", village.ada.id),
        ("replied", "post", village.ben.id),
    ]
    told = " ".join(str(each.facts) for each in found).lower()
    assert not any(word in told for word in ("zanzibar", "quagmire", "kaleidoscope"))


def test_a_room_counts_its_deeds_without_a_gap(make, village):
    topic, other = make.topic(village.square, village.ada), make.topic(village.square, village.ben)
    for _ in range(3):
        make.reply(topic, village.ben)
    make.reply(other, village.ada)
    room = f"topic:{topic.id}"
    assert [each.seq for each in heard_after(room, 0)] == [1, 2, 3, 4]
    assert [each.seq for each in heard_after(room, 2)] == [3, 4]
    assert (seq_of(room), seq_of(f"topic:{other.id}"), seq_of("topic:0")) == (4, 2, 0)


def test_an_undone_deed_takes_no_number(make, village):
    topic = make.topic(village.square, village.ada)
    with pytest.raises(ZeroDivisionError), unit_of_work():
        make.reply(topic, village.ben)
        raise ZeroDivisionError
    make.reply(topic, village.ben)
    assert [each.seq for each in heard_after(f"topic:{topic.id}", 0)] == [1, 2]


def test_an_import_is_recorded_but_heard_in_no_room(make, village):
    with quietly():
        topic = make.topic(village.square, village.ada)
    recorded = session().scalars(select(Activity)).one()
    assert recorded.quiet
    assert recorded.room is None
    assert seq_of(f"topic:{topic.id}") == 0
    make.reply(topic, village.ben)
    assert seq_of(f"topic:{topic.id}") == 1


@pytest.fixture
def two_topics(network, postgresql_template, monkeypatch):
    """Two topics and their author on a PostgreSQL that really commits."""
    monkeypatch.setattr(outbox, "_readers", {})
    network(database_url=postgresql_template.copy())
    monkeypatch.setattr(outbox, "_readers", {})
    make = Make()
    author, square = make.person("Ann Order"), make.community("Square")
    make.member(square, author)
    return author, [make.topic(square, author, f"Topic {n}") for n in range(2)]


class Slow(threading.Thread):
    """Records a deed in a transaction that it keeps open until told to commit."""

    def __init__(self, author: Person, topic: Topic) -> None:
        super().__init__()
        self.recorded, self.may_commit, self.seq = threading.Event(), threading.Event(), 0
        self._author, self._topic = author, topic

    def run(self) -> None:
        """Record; wait; commit."""
        with unit_of_work() as work:
            author, topic = work.get_one(Person, self._author.id), work.get_one(Topic, self._topic.id)
            self.seq = activities.record(author, "touched", topic).seq or 0
            self.recorded.set()
            assert self.may_commit.wait(20)


@pytest.mark.service
def test_the_later_id_committing_first_loses_nobody_the_earlier(two_topics):
    """A cursor that remembers the last id seen would pass the earlier one by."""
    author, (one, two) = two_topics
    heard: list[int] = []
    outbox.register_reader(Reader("order", lambda read: heard.extend(each.thing_id for each in read)))
    early, late = Slow(author, one), Slow(author, two)
    early.start()
    assert early.recorded.wait(20)
    late.start()
    assert late.recorded.wait(20)
    late.may_commit.set()
    late.join()
    outbox.drain("order")
    assert heard == [two.id]
    early.may_commit.set()
    early.join()
    outbox.drain("order")
    assert heard == [two.id, one.id]
    ids = dict(session().execute(select(Activity.thing_id, Activity.id).where(Activity.verb == "touched")).all())
    assert ids[one.id] < ids[two.id], "the earlier id was committed later"


@pytest.mark.service
def test_in_one_room_the_numbers_are_in_the_order_of_commits(two_topics):
    """The second writer waits for the room's counter, so that nobody who saw number 3 can have missed number 2."""
    author, (topic, _other) = two_topics
    first, second = Slow(author, topic), Slow(author, topic)
    first.start()
    assert first.recorded.wait(20)
    second.may_commit.set()
    second.start()
    assert not second.recorded.wait(0.3), "the second has its number before the first has committed"
    release()
    room = f"topic:{topic.id}"
    assert [each.seq for each in heard_after(room, 1)] == []
    first.may_commit.set()
    first.join()
    second.join()
    release()
    assert (first.seq, second.seq) == (2, 3)
    assert [each.seq for each in heard_after(room, 1)] == [2, 3]
