"""Several processes and PostgreSQL: what one does, the pages of all hear, each deed once, in its room's order."""

import threading

import pytest
import redis as redis_client

from cop.core import markup
from cop.core.db import session, unit_of_work
from cop.forums import service
from cop.forums.models import Post, Topic
from cop.people.models import Person
from tests.support import services
from tests.support.ears import Ear
from tests.support.services import wait_until


def replied(ear):
    return [heard["seq"] for heard in ear.all("heard") if heard["verb"] == "replied"]


@pytest.fixture
def queue(tmp_path):
    """A Redis of this test's own, which may be stopped."""
    with services.redis(tmp_path) as url:
        yield url


@pytest.fixture
def two(servers, queue, template):
    """Two web processes of one network, joined by Redis."""
    first = servers(redis_url=queue)
    return first, servers(
        database_url=str(first.environment["COP_DATABASE_URL"]), data_dir=first.folder, redis_url=queue
    )


def test_two_processes_deliver_each_others_events_and_know_who_is_with_the_other(two):
    here, there = two
    village = here.make.village()
    topic = here.make.topic(village.close, village.ada)
    room = f"topic:{topic.id}"
    ada, ben = Ear(here.url, here.cookie(village.ada)), Ear(there.url, there.cookie(village.ben))
    assert ada.join(room)
    assert ben.join(room)
    for ear in (ada, ben):
        wait_until(lambda ear=ear: ear.all("here")[-1:] and ear.all("here")[-1]["count"] == 2, "both are here", 40)
    for _ in range(3):
        here.make.reply(topic, village.fay)
    for ear in (ada, ben):
        wait_until(lambda ear=ear: replied(ear) == [2, 3, 4], "each once, in order")
    assert ben.say("writing", {"room": room}) == {"ok": True}
    assert ada.wait_for("writing")[0]["person"]["handle"] == "ben"
    _remove(here, village)
    assert ben.wait_for("evicted") == [{"room": room}]
    for ear in (ada, ben):
        ear.close()


def _remove(server, village):
    from cop.communities.models import Community
    from cop.communities.service import remove_member

    with server.connected(), unit_of_work():
        db = session()
        people = [db.get_one(Person, each.id) for each in (village.fay, village.ben)]
        remove_member(people[0], db.get_one(Community, village.close.id), people[1])


def test_while_redis_is_away_posting_works_and_pages_catch_up_by_the_number(two, queue):
    here, there = two
    village = here.make.village()
    topic = here.make.topic(village.square, village.ada)
    room = f"topic:{topic.id}"
    ears = [Ear(here.url, here.cookie(village.ada)), Ear(there.url, there.cookie(village.ben))]
    for ear in ears:
        assert ear.join(room)
    redis_client.Redis.from_url(queue).shutdown(nosave=True)
    here.make.reply(topic, village.fay)
    for ear in ears:
        told = lambda ear=ear: replied(ear) == [2] or {"room": room, "seq": 2} in ear.all("at")
        wait_until(told, "told by the worker's own process or at the next sweep", 60)
        ear.close()


@pytest.fixture
def on_postgresql(servers, postgresql_template):
    """A server on PostgreSQL."""
    return servers(database_url=postgresql_template.copy())


def test_the_later_id_committed_first_loses_nothing_and_a_rooms_order_is_that_of_its_commits(on_postgresql):
    server = on_postgresql
    village = server.make.village()
    early, late = server.make.topic(village.square, village.ada), server.make.topic(village.square, village.ada)
    ear = Ear(server.url, server.cookie(village.ben))
    assert ear.join(f"topic:{early.id}")
    assert ear.join(f"topic:{late.id}")
    begun, may_commit = threading.Event(), threading.Event()
    text = markup.render("A reply.")
    ids = {}

    def slowly():
        with unit_of_work() as db:
            ids["early"] = service.reply_to_topic(
                db.get_one(Person, village.fay.id), db.get_one(Topic, early.id), text
            ).id
            begun.set()
            may_commit.wait(20)

    def behind():
        """In the same room, the number waits for the one that is under way."""
        with unit_of_work() as db:
            first = db.query(Post).filter_by(topic_id=early.id, number=1).one()
            service.thank_author(db.get_one(Person, village.ben.id), first, "thanked")
            ids["thanked"] = True

    with server.connected():
        threads = [threading.Thread(target=slowly), threading.Thread(target=behind)]
        threads[0].start()
        begun.wait(20)
        with unit_of_work() as db:
            ids["late"] = service.reply_to_topic(
                db.get_one(Person, village.fay.id), db.get_one(Topic, late.id), text
            ).id
        threads[1].start()
        wait_until(lambda: "replied" in str(ear.all("heard")), "the later one is heard first")
        assert "thanked" not in ids
        may_commit.set()
        for thread in threads:
            thread.join(20)
    assert ids["early"] < ids["late"]

    def heard():
        return [(said["room"], said["verb"], said["seq"]) for said in ear.all("heard") if said["seq"] > 1]

    expected = [
        (f"topic:{late.id}", "replied", 2),
        (f"topic:{early.id}", "replied", 2),
        (f"topic:{early.id}", "thanked", 3),
    ]
    wait_until(lambda: sorted(heard()) == sorted(expected), "all three, each once")
    assert heard() == expected
    ear.close()
