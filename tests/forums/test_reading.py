"""Reading a topic: pages, permalinks, what is new, marks, and that reading writes nothing and costs few queries."""

import pytest
from sqlalchemy import select

from cop.core.db import session, unit_of_work
from cop.core.marks import Mark
from cop.forums import service
from cop.people.models import Person


def mark(person, topic):
    row = session().scalar(select(Mark).where(Mark.person_id == person.id, Mark.thing_id == topic.id))
    return row.number if row else None


@pytest.fixture
def long_topic(village, make):
    topic = make.topic(village.square, village.ada)
    with unit_of_work():
        for n in range(2, 66):
            make.reply(topic, village.fay if n % 2 else village.ben, text=f"Reply {n}.")
    return topic


def test_pages_are_numbered_and_permalinks_find_their_post(village, sign_in, long_topic):
    client = sign_in(village.olu)
    first, last = client.get(long_topic.url).text, client.get(f"{long_topic.url}?page=3").text
    assert 'id="post-30"' in first
    assert 'id="post-31"' not in first
    assert 'id="post-61"' in last
    assert client.get(f"{long_topic.url}?page=4").status_code == 404
    assert client.get(f"/topics/{long_topic.id}/at/40").location == f"{long_topic.url}?page=2#post-40"
    assert client.get(f"/topics/{long_topic.id}/wrong-name?page=2").location.endswith(f"{long_topic.url}?page=2")


@pytest.mark.parametrize(("name", "status"), [("guest", 404), ("olu", 404), ("mona", 404), ("ben", 200), ("fay", 200)])
def test_a_closed_communitys_topic_is_for_its_members(village, make, sign_in, guest, name, status):
    topic = make.topic(village.close, village.ada)
    client = guest if name == "guest" else sign_in(getattr(village, name))
    for address in (topic.url, f"/topics/{topic.id}", f"/topics/{topic.id}/at/1", f"/topics/{topic.id}/after/0"):
        assert client.get(address, follow_redirects=True).status_code == status


def test_opening_lands_on_the_first_unread(village, make, sign_in):
    topic = make.topic(village.square, village.ada)
    make.reply(topic, village.ben)
    client = sign_in(village.ben)
    assert client.get(f"/topics/{topic.id}/unread").location.endswith("#post-2")
    make.reply(topic, village.fay)
    make.reply(topic, village.fay)
    assert client.get(f"/topics/{topic.id}/unread").location.endswith("#new")
    page = client.get(topic.url).text
    assert "New since you last read" in page
    assert page.index('id="new"') < page.index('id="post-3"')
    assert page.index('id="post-2"') < page.index('id="new"')


def test_a_newcomer_lands_on_what_came_since_joining(village, make, sign_in):
    topic = make.topic(village.square, village.ada)
    make.member(village.square, village.olu)
    make.reply(topic, village.ben)
    assert sign_in(village.olu).get(f"/topics/{topic.id}/unread").location.endswith("#post-2")


def test_the_mark_moves_forward_only_unless_told(village, make, sign_in):
    topic = make.topic(village.square, village.ada)
    for _ in range(4):
        make.reply(topic, village.fay)
    client = sign_in(village.ben)
    asks = {"Accept": "application/json"}
    for sent, expected in ((3, 3), (2, 3), (99, 5)):
        assert client.post(f"/topics/{topic.id}/mark", data={"number": sent}, headers=asks).status_code == 204
        assert mark(village.ben, topic) == expected
    client.post(f"/topics/{topic.id}/mark/1")
    assert mark(village.ben, topic) == 1
    assert client.post(f"/topics/{topic.id}/mark", data={"number": "x"}).status_code == 400


def test_reading_moves_no_mark_and_writes_nothing(village, make, sign_in, counted):
    topic = make.topic(village.square, village.ada)
    client = sign_in(village.ben)
    with counted() as sql:
        client.get(topic.url)
        client.get(f"/topics/{topic.id}/unread")
        client.get("/topics")
    assert sql.writes == []
    assert mark(village.ben, topic) is None


def test_mark_all_read_stays_so(village, make, sign_in):
    topics = [make.topic(village.square, village.ada) for _ in range(3)]
    hidden = make.topic(village.cellar, village.ada)
    client = sign_in(village.ben)
    assert client.get("/topics").text.count("topic-row is-new") == 3
    client.post("/topics/read", data={"community": ""})
    assert client.get("/topics").text.count("topic-row is-new") == 0
    make.reply(topics[0], village.ada)
    assert client.get("/topics").text.count("topic-row is-new") == 1
    assert mark(village.ben, hidden) is None


def test_all_read_in_one_community_leaves_the_others(village, make, sign_in):
    make.topic(village.square, village.ada)
    make.topic(village.close, village.ada)
    client = sign_in(village.ben)
    client.post("/topics/read", data={"community": "square"})
    assert client.get("/topics").text.count("topic-row is-new") == 1


def _varied(make, village, posts):
    """A topic whose posts have each an author of their own, as a page would hold them."""
    topic = make.topic(village.square, village.ada, tags=["one", "two"])
    with unit_of_work() as db:
        ben, ada = db.get_one(Person, village.ben.id), db.get_one(Person, village.ada.id)
        for n in range(posts - 1):
            author = make.person(f"Author {n} Of{n}")
            make.member(village.square, author)
            reply = make.reply(topic, author, text=f"Reply {n}")
            if n % 3 == 0:
                service.thank_author(ben, reply, "thanked")
                service.thank_author(ada, reply, "helped")
    return topic


@pytest.mark.parametrize("posts", [10, 30, 100])
def test_a_page_costs_the_same_queries_whatever_it_holds(village, make, sign_in, guest, counted, posts):
    topic = _varied(make, village, posts)
    client = sign_in(village.ben)
    client.get(topic.url)
    with counted() as sql:
        assert client.get(topic.url).status_code == 200
    assert sql.count <= 8, "\n".join(sql.statements)
    with counted() as sql:
        assert guest.get(topic.url).status_code == 200
    assert sql.count <= 5
    with counted() as sql:
        guest.get(topic.url)
    assert sql.count == 1  # the page that was kept, and whether it still holds


def test_lists_cost_five_queries_whatever_they_hold(village, make, sign_in, counted):
    for n in range(20):
        author = make.person(f"Asker {n} Of{n}")
        make.member(village.square, author)
        make.topic(village.square, author, tags=[f"tag {n}"])
    client = sign_in(village.ben)
    client.get("/topics")
    for address in ("/topics", "/communities/square/topics", "/topics?list=unanswered", "/topics?list=mine"):
        with counted() as sql:
            assert client.get(address).status_code == 200
        assert sql.count <= 5 + (address.startswith("/communities")), "\n".join(sql.statements)
