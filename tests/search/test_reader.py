"""The search reader and its index: found at once, gone at once, rebuilt while the site serves."""

import random
import time
import urllib.request
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from cop import search
from cop.communities import service as communities
from cop.communities.models import Community
from cop.communities.service.places import Purpose
from cop.core import outbox
from cop.core.activity import record
from cop.core.db import session, unit_of_work
from cop.core.markup import render
from cop.forums import service as forums
from cop.forums.models import Post, Topic
from cop.people import finder
from cop.people.finder import Asked
from cop.people.models import Person
from cop.search import keeping, reader
from cop.search.engine import Engine
from tests.support.cast import fresh
from tests.support.services import wait_until

SECONDS = 2
"""How soon a deed is in the index, by promise; a busy test machine is given time of its own to start things."""


def found_by(person, words):
    """Titles of the answers, and names of the people with evidence."""
    found = finder.find(fresh(person) if person is not None else None, Asked(words))
    return [each.title for each in found.answers] + [each.person.name for each in found.people]


def in_index(words):
    """What the index alone says: nobody is asked whether it may be seen."""
    every = {f"community:{id}" for id in session().scalars(select(Community.id))} | {"network"}
    return [hit.id for hit in search.current_index().search(words, every, limit=100).hits]


@pytest.fixture
def everybody(village):
    """The cast's profiles are in the index, as they are when people sign up."""
    search.rebuild()
    return village


def deed(do, *things):
    """One deed of somebody, in its unit of work, on things that are read afresh."""
    with unit_of_work():
        return do(
            *(session().get_one(type(thing), thing.id) if hasattr(thing, "__table__") else thing for thing in things)
        )


def first_post(topic):
    return session().scalar(select(Post).where(Post.topic_id == topic.id, Post.number == 1))


def test_what_is_written_is_found_after_the_next_drain(everybody, make, drain):
    topic = make.topic(
        everybody.square, everybody.ada, "Wobble boards", "Wobble boards calm them.", tags=["proprioception"]
    )
    make.reply(topic, everybody.ben, "We call it a balance plank.")
    assert found_by(everybody.olu, "wobble") == []
    drain("search")
    assert found_by(everybody.olu, "wobble") == ["Wobble boards", "Ada Lowe", "Ben Okoro"]
    assert found_by(everybody.olu, "plank") == ["Wobble boards", "Ben Okoro"]
    assert found_by(everybody.olu, "proprioception") == ["Wobble boards", "Ada Lowe"], "tags go with the opening post"
    assert found_by(None, "plank") == ["Wobble boards"]


@pytest.mark.parametrize(
    ("change", "gone", "there"),
    [
        (lambda v, t: deed(forums.hide_post, v.fay, first_post(t)), "wobble", None),
        (lambda v, t: deed(forums.hide_topic, v.fay, t), "wobble", None),
        (
            lambda v, t: deed(forums.edit_post, v.ada, first_post(t), render("Something else entirely.")),
            "calming",
            "entirely",
        ),
        (lambda v, t: deed(forums.retitle_topic, v.ada, t, "Planks", ()), "wobble", "planks"),
        (
            lambda v, t: deed(
                communities.change_community, v.fay, v.square, Purpose("The Square", "x", "open", "members")
            ),
            "wobble",
            None,
        ),
    ],
    ids=["post hidden", "topic hidden", "edited", "retitled", "community closed"],
)
def test_what_is_taken_away_is_gone_from_page_index_and_ranking(everybody, make, drain, change, gone, there):
    topic = make.topic(everybody.square, everybody.ada, "Wobble boards", "They are calming.")
    drain("search")
    assert found_by(everybody.olu, gone)
    change(everybody, topic)
    if gone == "wobble" and there is None:
        assert found_by(everybody.olu, gone) == [], "from the commit on"
    drain("search")
    found = finder.find(fresh(everybody.olu), Asked(gone))
    assert (found.topics_total, found.people_total) == (0, 0)
    assert there is None or found_by(everybody.olu, there)
    assert search.status().is_true


def test_restored_things_come_back(everybody, make, drain):
    topic = make.topic(everybody.square, everybody.ada, "Wobble boards")
    make.reply(topic, everybody.ben, "Wobble on.")
    deed(forums.hide_topic, everybody.fay, topic)
    drain("search")
    assert in_index("wobble") == []
    deed(forums.restore_topic, everybody.fay, topic)
    drain("search")
    assert len(in_index("wobble")) == 2


def test_who_leaves_finds_no_more_and_who_joins_finds(everybody, make, drain):
    make.topic(everybody.close, everybody.ada, "Wobble boards")
    drain("search")
    assert found_by(everybody.ben, "wobble")
    deed(communities.leave, everybody.ben, everybody.close)
    assert found_by(everybody.ben, "wobble") == []
    make.member(everybody.close, everybody.olu)
    assert found_by(everybody.olu, "wobble")


def test_a_closed_community_leaves_the_ranking_at_once(everybody, make, drain):
    """A hidden post does not vote, even for somebody who has other evidence."""
    make.topic(everybody.square, everybody.ben, "Wobble", "One wobble.")
    hidden = make.topic(everybody.square, everybody.ada, "Wobble wobble wobble", "Wobble wobble wobble wobble.")
    make.topic(everybody.square, everybody.ada, "Other things", "And once a wobble among many other words.")
    drain("search")
    assert finder.find(fresh(everybody.olu), Asked("wobble")).people[0].person.name == "Ada Lowe"
    deed(forums.hide_topic, everybody.fay, hidden)
    drain("search")
    assert finder.find(fresh(everybody.olu), Asked("wobble")).people[0].person.name == "Ben Okoro"


def test_people_are_found_by_each_field_as_far_as_it_is_seen(everybody, drain):
    def change(person, **fields):
        with unit_of_work() as db:
            stored = db.get_one(Person, person.id)
            for name, value in fields.items():
                setattr(stored, name, value)
            record(stored, "changed", stored)
        drain("search")

    change(
        everybody.ben,
        about="I keep *axolotls*.",
        role="Beekeeper",
        institution="Quince College",
        visibility={"about": "me", "role": "public", "institution": "network"},
    )
    assert found_by(everybody.olu, "axolotls") == found_by(everybody.ben, "axolotls") == [], "only me is never indexed"
    assert found_by(None, "beekeeper") == found_by(everybody.olu, "beekeeper") == ["Ben Okoro"]
    assert found_by(None, "quince") == []
    assert found_by(everybody.olu, "quince") == ["Ben Okoro"]
    assert found_by(None, "okoro") == ["Ben Okoro"]
    change(everybody.ben, visibility={"about": "network", "role": "network"})
    assert found_by(None, "beekeeper") == found_by(None, "okoro") == []
    assert found_by(everybody.olu, "axolotls") == ["Ben Okoro"]
    change(everybody.ben, status="suspended")
    assert in_index("axolotls") == in_index("okoro") == []
    assert search.status().is_true


def test_a_drain_is_one_commit_and_may_be_run_twice(everybody, make, drain):
    before = search.current_index().statistics().segments
    topic = make.topic(everybody.square, everybody.ada, "Wobble boards")
    for n in range(40):
        make.reply(topic, everybody.ben, f"Wobble number {n}.")
    activities = list(session().scalars(select(outbox.Activity).order_by(outbox.Activity.id)))
    drain("search")
    assert search.current_index().statistics().segments <= before + 1
    held = search.current_index().count()
    reader.read(activities)
    assert search.current_index().count() == held
    assert search.status().is_true


def test_status_says_what_is_missing_too_many_and_stale(everybody, make, drain):
    topic = make.topic(everybody.square, everybody.ada, "Wobble boards")
    drain("search")
    post = first_post(topic)
    with unit_of_work() as db:  # behind the reader's back
        db.get_one(Post, post.id).text = "Other words, and more of them than before."
        db.get_one(Person, everybody.olu.id).status = "deleted"
        db.add(Person(name="New", handle="new-one"))
    status = search.status()
    assert (len(status.missing), status.stale, status.extra) == (1, [f"post:{post.id}"], [f"person:{everybody.olu.id}"])
    assert not status.is_true
    make.reply(topic, everybody.ben)
    assert search.status().waiting >= 1
    search.rebuild()
    drain("search")
    assert search.status().is_true


def test_a_rebuild_loses_no_deed_that_happens_meanwhile(network, make_in):
    network()
    ada = make_in.person("Ada")
    square = make_in.community("Square", reading="everyone")
    topic = make_in.topic(square, ada, "Before", "Said before.")

    def meanwhile(_documents):
        make_in.reply(topic, ada, "Said meanwhile.")
        assert outbox.drain("search") == 0, "the rows wait"
        deed(forums.hide_post, ada, first_post(topic))

    outbox.drain()
    search.rebuild(meanwhile)
    outbox.drain()
    assert [hit.kind for hit in search.current_index().search("meanwhile", {"network"}).hits] == ["post"]
    assert search.current_index().search("said", {"network"}, ["post"]).total == 1
    assert search.status().is_true


@pytest.fixture
def make_in():
    from tests.support.cast import Make

    return Make()


def test_another_process_sees_each_commit(network, make_in, tmp_path):
    """A second reader of the same folder, as a web process has that does not drain."""
    network()
    ada = make_in.person("Ada")
    square = make_in.community("Square", reading="everyone")
    make_in.topic(square, ada, "First", "Wobble.")
    outbox.drain()
    other = Engine.open(tmp_path / "network" / "index")
    assert other.search("wobble", {"public"}).total == 1
    make_in.topic(square, ada, "Second", "Wobble.")
    outbox.drain()
    assert other.search("wobble", {"public"}).total == 2
    search.rebuild()
    make_in.topic(square, ada, "Third", "Wobble.")
    outbox.drain()
    assert other.search("wobble", {"public"}).total == 3


def tear(folder, seed=7):
    """Overwrite the middle of each file of the index."""
    chance = random.Random(seed)
    torn = [file for file in folder.rglob("*.seg") if file.stat().st_size > 200]
    assert torn
    for file in torn:
        size = file.stat().st_size
        with file.open("r+b") as stream:
            stream.seek(size // 4)
            stream.write(chance.randbytes(size // 2))


def test_a_torn_index_is_no_error_and_rebuilt_with_the_next_deed(network, make_in, tmp_path):
    app = network()
    folder = tmp_path / "network" / "index"
    ada = make_in.person("Ada")
    square = make_in.community("Square", reading="everyone")
    topic = make_in.topic(square, ada, "Wobble boards", "Wobble.")
    outbox.drain()
    tear(folder)
    keeping.keep_in(folder)  # as after a start
    page = app.test_client().get("/find?q=wobble")
    assert page.status_code == 200
    assert "Search is being rebuilt" in page.text
    assert "Wobble boards" not in page.text
    assert "Search is being rebuilt" in app.test_client().get(topic.url).text
    make_in.reply(topic, ada, "And again.")
    outbox.drain()
    page = app.test_client().get("/find?q=wobble")
    assert "Search is being rebuilt" not in page.text
    assert "Wobble boards" in page.text
    assert search.status().is_true


# -- a real server, with a real worker -------------------------------------------------------------------------------


@contextmanager
def clock():
    taken = []
    started = time.monotonic()
    yield taken
    taken.append(time.monotonic() - started)


def page_of(server, words, person=None):
    headers = {}
    if person is not None:
        cookie = server.cookie(person)
        headers["Cookie"] = f"{cookie['name']}={cookie['value']}"
    request = urllib.request.Request(f"{server.url}/find?q={words}", headers=headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert answer.status == 200
        return answer.read().decode()


@pytest.fixture
def talk(server):
    """A public topic on the server, already found."""
    server.ada = server.make.person("Ada Lowe", handle="ada")
    server.square = server.make.community("Square", reading="everyone")
    server.make.member(server.square, server.ada, role="facilitator")
    topic = server.make.topic(server.square, server.ada, "Wobble boards", "Wobble.")
    wait_until(lambda: "Wobble boards" in page_of(server, "wobble"), "the first topic was not found")
    return topic


def test_a_post_is_found_within_two_seconds_and_gone_within_two(server, talk):
    times = []
    for word in ("heron", "kestrel", "plover"):
        post = server.make.reply(talk, server.ada, f"A {word} flew by.")
        with clock() as taken:
            wait_until(lambda word=word: "1 topic" in page_of(server, word), f"{word} was not found")
        times += taken
        with server.connected():
            deed(forums.hide_post, server.ada, post)
        assert "flew by" not in page_of(server, word), "from the commit on"
        with clock() as taken:
            wait_until(lambda word=word: "Nothing about this yet" in page_of(server, word), f"{word} was still counted")
        times += taken
    assert sorted(times)[len(times) // 2] < SECONDS, times


@pytest.mark.parametrize("when", ["while it runs", "while it is down"])
def test_a_torn_index_is_rebuilt_while_the_site_serves(server, talk, when):
    if when == "while it is down":
        server.stop()
        tear(server.folder / "index")
        server.start()
    else:
        tear(server.folder / "index")
        server.make.reply(talk, server.ada, "A heron flew by.")
    pages = []

    def whole():
        pages.append(page_of(server, "wobble"))
        return "Wobble boards" in pages[-1] and "Search is being rebuilt" not in pages[-1]

    wait_until(whole, "the index was not rebuilt")
    server.make.reply(talk, server.ada, "A plover flew by.")
    wait_until(lambda: "flew by" in page_of(server, "plover"), "what was written after it was not found")


def test_topics_are_read_as_they_are_in_the_database(everybody, make, drain):
    """Random deeds, then the index says what the database says."""
    chance = random.Random(3)
    topics = [make.topic(everybody.square, everybody.ada, f"Topic {n}", "Words.") for n in range(4)]
    for _ in range(40):
        topic = session().get_one(Topic, chance.choice(topics).id)
        post = session().scalar(select(Post).where(Post.topic_id == topic.id).order_by(Post.id.desc()))
        match chance.randrange(6):
            case 0:
                make.reply(topic, everybody.ben, f"Reply {chance.random()}.")
            case 1:
                deed(forums.hide_post, everybody.fay, post)
            case 2:
                deed(forums.restore_post, everybody.fay, post)
            case 3:
                deed(forums.retitle_topic, everybody.fay, topic, f"Title {chance.random()}", ("tag",))
            case 4:
                deed(forums.hide_topic, everybody.fay, topic)
            case 5:
                deed(forums.restore_topic, everybody.fay, topic)
        if chance.random() < 0.3:
            drain("search")
    drain("search")
    assert search.status().is_true
