"""The inbox: what it shows, what it costs, and how things are marked read."""

import pytest

from cop.core.db import session, unit_of_work
from cop.forums import service as forums
from cop.notify import queries
from cop.notify.models import Alert
from cop.people.models import Person


def unread(person):
    session().expire_all()
    return session().query(Alert).filter_by(person_id=person.id, read_at=None).count()


@pytest.fixture
def told(village, make, drain):
    """Ada's topic with a reply by Ben, one by Fay, and Ben's thanks for a post of hers."""
    topic = make.topic(village.square, village.ada, title="How do you start word problems?")
    make.reply(topic, village.ben, text="Take the numbers out.")
    make.reply(topic, village.fay)
    answer = make.reply(make.topic(village.close, village.fay, title="Spelling lists"), village.ada)
    with unit_of_work() as db:
        forums.thank_author(db.get_one(Person, village.ben.id), db.get_one(type(answer), answer.id), "thanked")
    drain()
    return topic


def test_replies_to_one_topic_stand_on_one_line(village, told, sign_in):
    page = sign_in(village.ada).get("/inbox").text
    assert "Fay Fenwick and Ben Okoro replied to you in" in page
    assert "Ben Okoro thanked you for what you wrote in" in page and "Spelling lists" in page
    assert "3 things you have not read." in page


def test_names_in_words(village, make):
    people = [make.person(name) for name in ("Danuta", "Kofi", "Leila", "Mei", "Yusuf")]
    assert queries.who(people[:1]) == "Danuta"
    assert queries.who([people[0], people[0], people[1]]) == "Danuta and Kofi"
    assert queries.who(people[:3]) == "Danuta, Kofi and Leila"
    assert queries.who(people[:4]) == "Danuta, Kofi and 2 others"
    assert queries.who([None]) == "The network"


@pytest.mark.parametrize(
    ("which", "shown"),
    [("all", 2), ("unread", 2), ("me", 1), ("thanks", 1), ("followed", 0), ("communities", 0), ("nonsense", None)],
)
def test_the_inbox_is_narrowed_by_why(village, told, sign_in, which, shown):
    answer = sign_in(village.ada).get(f"/inbox?which={which}")
    if shown is None:
        assert answer.status_code == 404
    else:
        assert answer.text.count('class="alert-row ') == shown
        assert (shown > 0) != ('class="empty"' in answer.text)


def test_the_inbox_is_for_people_who_are_signed_in(village, guest):
    assert guest.get("/inbox").status_code == guest.post("/inbox/read").status_code == 302


def test_looking_writes_nothing_and_marking_does(village, told, sign_in, counted):
    ada = sign_in(village.ada)
    with counted() as sql:
        ada.get("/inbox")
    assert not sql.writes and unread(village.ada) == 3
    ids = [id for (id,) in session().query(Alert.activity_id).filter_by(person_id=village.ada.id).order_by(Alert.at)]
    answer = ada.post("/inbox/read", data={"id": ids[:2], "next": "/inbox?which=unread"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/inbox?which=unread")
    assert unread(village.ada) == 1
    assert ada.post("/inbox/read", data={"id": ids[2]}, headers={"Accept": "application/json"}).status_code == 204
    assert unread(village.ada) == 0 and "You have read everything." in ada.get("/inbox").text


def test_nobody_marks_what_is_not_theirs(village, told, sign_in):
    ids = [id for (id,) in session().query(Alert.activity_id)]
    assert sign_in(village.ben).post("/inbox/read", data={"id": [*ids, "x", "9" * 30]}).status_code == 303
    assert unread(village.ada) == 3


def test_all_read_leaves_what_came_later(village, told, make, sign_in, drain):
    newest = (
        session()
        .query(Alert.activity_id)
        .filter_by(person_id=village.ada.id)
        .order_by(Alert.activity_id.desc())
        .first()[0]
    )
    ada = sign_in(village.ada)
    assert f'name="upto" value="{newest}"' in ada.get("/inbox").text
    make.reply(told, village.ben, text="One more thing.")
    drain()
    ada.post("/inbox/read", data={"upto": newest})
    assert unread(village.ada) == 1


def test_the_count_stands_on_every_page_and_costs_one_statement(village, told, sign_in, counted):
    ada = sign_in(village.ada)
    with counted() as sql:
        page = ada.get("/communities").text
    assert '<span class="count">3</span>' in page
    assert sum("alerts" in statement for statement in sql.statements) == 1


def test_the_count_ends_at_ninety_nine(village, make, drain):
    topic = make.topic(village.square, village.ada)
    with unit_of_work():
        for _ in range(103):
            make.reply(topic, village.ben)
    drain()
    assert queries.unread_count(village.ada) == 99
    assert queries.unread_counts([village.ada.id, village.ben.id]) == {village.ada.id: 99}


def test_the_inbox_costs_the_same_however_much_there_is(village, make, drain, sign_in, counted):
    hidden = make.community("Ours", joining="invitation", reading="members", listed=False)
    for number in range(12):
        author = make.person(f"Author {number}")
        topic = make.topic(village.square, village.ada, title=f"Question {number}")
        make.reply(topic, author)
        make.reply(make.topic(village.close, author, text="@ada"), village.ben, text="Well, @ada?")
    with unit_of_work() as db:
        from cop.communities import service

        ada, fay = db.get_one(Person, village.ada.id), db.get_one(Person, village.fay.id)
        service.invite(fay, db.get_one(type(hidden), hidden.id), ada)
    drain()
    ada = sign_in(village.ada)
    with counted() as sql:
        page = ada.get("/inbox").text
    assert page.count('class="alert-row ') >= 20
    assert sql.count <= 8


def test_pages_of_the_inbox(village, make, drain, sign_in):
    with unit_of_work():
        for number in range(queries.EACH_PAGE + 1):
            make.reply(make.topic(village.square, village.ada, title=f"Question {number}."), village.ben)
    drain()
    ada = sign_in(village.ada)
    first, second = ada.get("/inbox").text, ada.get("/inbox?page=2").text
    assert f"Question {queries.EACH_PAGE}." in first and "Question 0." not in first
    assert "Question 0." in second and "Question 1." not in second
    assert "Nothing on this page" in ada.get("/inbox?page=3").text
