"""Keeping talk in order: topics pinned, announced, closed at a time and slowed down; by whom, and for how long."""

import datetime as dt

import pytest
from sqlalchemy import select, update

from cop.core.db import session, unit_of_work, utcnow
from cop.core.marks import Mark
from cop.forums import service
from cop.forums.models import Post, Topic
from cop.notify.models import Alert
from cop.people.models import Person
from tests.support.cast import fresh
from tests.support.ordering import SOON, all_is_due, day_in, decide, put, titles, typed, verbs


@pytest.fixture
def topics(village, make):
    """Three, asked one after the other."""
    now = utcnow()
    return [
        make.topic(village.square, village.ada, title, at=now - dt.timedelta(minutes=age))
        for title, age in (("First", 30), ("Second", 20), ("Third", 10))
    ]


# -- pins -------------------------------------------------------------------------------------------------------------


def test_a_pinned_topic_heads_its_forum_until_its_day_is_over(village, sign_in, guest, topics):
    first, *_ = topics
    fay = sign_in(village.fay)
    assert decide(fay, first, "pin", until=day_in(3)).status_code == 303
    for client in (fay, sign_in(village.ben), guest):
        assert titles(client) == ["First", "Third", "Second"]
        assert titles(client, "/topics") == ["Third", "Second", "First"]
        assert titles(client, "/communities/square/topics?list=unanswered") == ["Third", "Second", "First"]
        page = client.get("/communities/square/topics").text
        assert page.count("pinned</span>") == 1
        assert "pinned until" in client.get(first.url).text
    put(first, pinned_until=utcnow() - dt.timedelta(seconds=1))
    assert titles(fay) == ["Third", "Second", "First"]
    assert "pinned</span>" not in fay.get("/communities/square/topics").text
    assert "pinned until" not in fay.get(first.url).text


def test_without_a_day_it_is_pinned_for_good_and_can_be_unpinned(village, sign_in, topics):
    first, second, _ = topics
    fay = sign_in(village.fay)
    decide(fay, first, "pin", until="")
    decide(fay, second, "pin", until="")
    assert titles(fay) == ["Second", "First", "Third"]
    assert fresh(first).pinned_until is None
    for _ in range(2):
        assert fay.post(f"/topics/{first.id}/order/pin/back").status_code == 303
    assert titles(fay) == ["Second", "Third", "First"]
    assert verbs(first) == ["asked", "pinned", "unpinned"]


def test_pages_hold_each_topic_once_with_what_is_pinned_on_the_first(village, make, sign_in):
    made = [make.topic(village.square, village.ada, f"Topic {n}") for n in range(45)]
    with unit_of_work() as db:
        fay = db.get_one(Person, village.fay.id)
        for number in (3, 40):
            service.pin_topic(fay, db.get_one(Topic, made[number].id), None)
    client = sign_in(village.ben)
    pages = [titles(client, f"/communities/square/topics?page={page}") for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [20, 20, 5]
    assert pages[0][:3] == ["Topic 40", "Topic 3", "Topic 44"]
    assert sorted(title for page in pages for title in page) == sorted(topic.title for topic in made)


def test_a_pin_shows_nobody_what_they_may_not_see(village, make, sign_in, guest):
    hidden, inside = make.topic(village.square, village.ben, "Gone"), make.topic(village.close, village.ada, "Inside")
    fay = sign_in(village.fay)
    for topic in (hidden, inside):
        decide(fay, topic, "pin", until="")
        decide(fay, topic, "announce", until=day_in(3))
    fay.post(f"/topics/{hidden.id}/hide")
    assert titles(fay) == ["Gone"]
    assert "Notice: Gone" not in fay.get("/communities/square").text
    for client in (guest, sign_in(village.ben), sign_in(village.olu)):
        assert titles(client) == []
        assert "Gone" not in client.get("/communities/square").text
    for client in (guest, sign_in(village.olu)):
        assert "Inside" not in client.get("/communities/close").text
        assert "Inside" not in client.get("/communities/close/topics").text


@pytest.mark.parametrize("what", ["pin", "announce", "close", "slow"])
@pytest.mark.parametrize(("name", "status"), [("ada", 403), ("olu", 403), ("fay", 200)])
def test_only_facilitators_decide(village, sign_in, topics, what, name, status):
    topic = topics[0]  # Ada's own
    client = sign_in(getattr(village, name))
    sent = {
        "until": day_in(3),
        "at": typed(utcnow() + SOON),
        "minutes": "15",
    }
    assert client.get(f"/topics/{topic.id}/order/{what}").status_code == status
    expected = 303 if status == 200 else status
    assert client.post(f"/topics/{topic.id}/order/{what}", data=sent).status_code == expected
    assert client.post(f"/topics/{topic.id}/order/{what}/back").status_code == expected
    assert len(verbs(topic)) == (3 if status == 200 else 1)
    assert ("order/pin" in client.get(topic.url).text) == (status == 200)


@pytest.mark.parametrize(
    ("what", "form", "sentence"),
    [
        ("pin", {"until": "2001-01-01"}, "Choose a day that is still to come."),
        ("pin", {"until": "9999-12-31"}, "Choose one within a year from now."),
        ("pin", {"until": "soon"}, "Write a day, like 2026-12-24."),
        ("announce", {"until": ""}, "Choose its last day"),
        ("announce", {"until": "0001-01-01"}, "Choose a day that is still to come."),
        ("close", {"at": ""}, "Say when it closes."),
        ("close", {"at": "tomorrow"}, "Write a day and a time, like 2026-12-24 16:15."),
        ("close", {"at": "2001-01-01T10:00"}, "Choose a time that is still to come."),
        ("close", {"at": "9999-12-31T23:59"}, "Choose one within a year from now."),
        ("slow", {"minutes": "7"}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_is_said_beside_what_was_typed(village, sign_in, topics, what, form, sentence):
    for zone in ("America/New_York", "Asia/Tokyo"):
        with unit_of_work() as db:
            db.get_one(Person, village.fay.id).time_zone = zone
        answer = decide(sign_in(village.fay), topics[0], what, **form)
        assert answer.status_code == 422
        assert sentence in answer.text
        assert what == "slow" or all(f'value="{value}"' in answer.text for value in form.values())
    assert verbs(topics[0]) == ["asked"]


# -- announcements ----------------------------------------------------------------------------------------------------


def test_an_announcement_stands_on_the_home_page_until_its_reader_puts_it_away(village, sign_in, guest, topics):
    topic = topics[0]
    fay, ben = sign_in(village.fay), sign_in(village.ben)
    day = day_in(3)
    assert decide(fay, topic, "announce", until=day).status_code == 303
    for client in (fay, ben, guest):
        page = client.get("/communities/square").text
        assert 'aria-label="Notice: First"' in page
        assert "We try ten minutes of quiet reading." in page
        assert ("I have seen it" in page) == (client is not guest)
    assert ben.post(f"/topics/{topic.id}/announcement/away").location == "/communities/square"
    assert "Notice: First" not in ben.get("/communities/square").text
    assert "Notice: First" in fay.get("/communities/square").text
    decide(fay, topic, "announce", until=day_in(4))
    assert "Notice: First" in ben.get("/communities/square").text  # announced anew, after what was put away
    fay.post(f"/topics/{topic.id}/order/announce/back")
    for client in (fay, ben, guest):
        assert "Notice: First" not in client.get("/communities/square").text


def test_an_announcement_ends_by_itself_and_shows_no_hidden_words(village, sign_in, topics):
    topic, fay = topics[0], sign_in(village.fay)
    decide(fay, topic, "announce", until=day_in(3))
    opening = session().scalars(select(Post).where(Post.topic_id == topic.id)).one()
    fay.post(f"/posts/{opening.id}/hide")
    page = fay.get("/communities/square").text
    assert "Notice: First" in page
    assert "quiet reading" not in page.partition("Notice: First")[2].partition("</section>")[0]
    put(topic, announced_until=utcnow() - dt.timedelta(seconds=1))
    assert "Notice: First" not in fay.get("/communities/square").text


def test_reading_of_it_is_no_reading_of_the_topic(village, sign_in, topics):
    decide(sign_in(village.fay), topics[0], "announce", until=day_in(3))
    ben = sign_in(village.ben)
    ben.post(f"/topics/{topics[0].id}/announcement/away")
    assert session().get(Mark, (village.ben.id, "topic", topics[0].id)) is None


# -- closing at a time ------------------------------------------------------------------------------------------------


def test_a_topic_closes_by_the_clock_also_before_that_is_recorded(village, sign_in, topics, drain):
    topic = topics[0]
    fay, ben = sign_in(village.fay), sign_in(village.ben)
    drain()
    assert decide(fay, topic, "close", at=typed(utcnow() + SOON)).status_code == 303
    assert "closes <time" in ben.get(topic.url).text
    assert ben.post(f"/topics/{topic.id}/reply", data={"text": "In time."}).status_code == 303
    drain()
    assert verbs(topic) == ["asked", "scheduled closing"]
    put(topic, closes_at=utcnow() - dt.timedelta(seconds=1))
    put(topics[1], closes_at=utcnow() - dt.timedelta(seconds=1))
    assert titles(ben, "/topics?list=unanswered") == ["Third"]  # nobody waits for an answer that cannot come
    late = ben.post(f"/topics/{topic.id}/reply", data={"text": "Too late, alas."})
    assert late.status_code == 403
    assert "This topic is locked" in late.text
    assert "Too late, alas." in late.text  # nothing typed is lost
    assert "locked</span>" in ben.get("/topics").text
    fay.post(f"/topics/{topic.id}/order/close/back")  # too late to be taken back
    assert fresh(topic).is_locked
    assert fay.post(f"/topics/{topic.id}/reply", data={"text": "Closing words."}).status_code == 303


def test_the_closing_is_recorded_once_and_its_followers_hear_of_it(village, sign_in, topics, drain):
    topic = topics[0]
    drain()
    decide(sign_in(village.fay), topic, "close", at=typed(utcnow() + SOON))
    heard = sign_in(village.ben).get(f"/topics/{topic.id}/after/0").json["seq"]
    put(topic, closes_at=utcnow() - dt.timedelta(seconds=1))
    drain()
    with unit_of_work():
        service.order.close_when_due(topic.id)  # a job may run twice
    assert verbs(topic) == ["asked", "scheduled closing", "closed"]
    after = sign_in(village.ben).get(f"/topics/{topic.id}/after/{heard}").json
    assert after["seq"] > heard
    assert "locked</span>" in after["summary"]
    inbox = sign_in(village.ada).get("/inbox").text
    assert "Closed at its time" in inbox
    assert "First" in inbox
    assert sign_in(village.fay).post(f"/topics/{topic.id}/unlock").status_code == 303
    drain()
    assert not session().scalars(select(Alert).where(Alert.person_id == village.ada.id)).all()
    assert sign_in(village.ben).post(f"/topics/{topic.id}/reply", data={"text": "On we go."}).status_code == 303


def test_a_closing_is_put_off_and_taken_back(village, sign_in, topics, drain):
    topic, fay = topics[0], sign_in(village.fay)
    decide(fay, topic, "close", at=typed(utcnow() + SOON))
    decide(fay, topic, "close", at=typed(utcnow() + 2 * SOON))
    all_is_due()  # the job of the earlier time too
    drain()
    assert not fresh(topic).is_locked
    assert fay.post(f"/topics/{topic.id}/order/close/back").status_code == 303
    assert fresh(topic).closes_at is None
    assert "closes" not in sign_in(village.ben).get(topic.url).text.partition("topic-summary")[2].partition("</p>")[0]
    assert verbs(topic) == ["asked", "scheduled closing", "scheduled closing", "kept open"]


def test_locked_by_hand_meanwhile_it_stays_so_and_is_opened_by_hand(village, sign_in, topics, drain):
    topic, fay = topics[0], sign_in(village.fay)
    decide(fay, topic, "close", at=typed(utcnow() + SOON))
    fay.post(f"/topics/{topic.id}/lock")
    assert fay.get(f"/topics/{topic.id}/order/close").text.count("It is locked already.") == 1
    put(topic, closes_at=utcnow() - dt.timedelta(seconds=1))
    drain()
    assert "closed" not in verbs(topic)
    fay.post(f"/topics/{topic.id}/unlock")
    assert not fresh(topic).is_locked


# -- slow mode --------------------------------------------------------------------------------------------------------


def test_in_slow_mode_each_person_waits_and_loses_nothing_typed(village, sign_in, topics):
    topic = topics[0]
    fay, ben = sign_in(village.fay), sign_in(village.ben)
    assert decide(fay, topic, "slow", minutes="15").status_code == 303
    page = ben.get(topic.url).text
    assert "Slow mode: one post from each person every 15 minutes." in page
    assert "You can post again" not in page
    assert ben.post(f"/topics/{topic.id}/reply", data={"text": "One.", "sent_key": "k"}).status_code == 303
    assert "You can post again" in ben.get(topic.url).text
    early = ben.post(f"/topics/{topic.id}/reply", data={"text": "Two, already.", "parent_number": "1"})
    assert early.status_code == 403
    assert "You can post again in 15 minutes." in early.text
    assert "Two, already." in early.text
    script = ben.post(f"/topics/{topic.id}/reply", data={"text": "Two."}, headers={"Accept": "application/json"})
    assert (script.status_code, "in 15 minutes" in script.json["error"]) == (403, True)
    again = ben.post(f"/topics/{topic.id}/reply", data={"text": "One.", "sent_key": "k"})
    assert again.status_code == 303  # the same form sent twice is the one post
    assert sign_in(village.ada).post(f"/topics/{topic.id}/reply", data={"text": "Hers."}).status_code == 303
    for _ in range(2):
        assert fay.post(f"/topics/{topic.id}/reply", data={"text": "Facilitators need not wait."}).status_code == 303
    with unit_of_work() as db:
        db.execute(update(Post).values(created_at=utcnow() - dt.timedelta(minutes=16)))
    assert ben.post(f"/topics/{topic.id}/reply", data={"text": "Two."}).status_code == 303


def test_taking_a_post_away_gives_no_turn_and_other_topics_have_their_own(village, sign_in, topics):
    topic, other, _ = topics
    fay, ben = sign_in(village.fay), sign_in(village.ben)
    decide(fay, topic, "slow", minutes="60")
    ben.post(f"/topics/{topic.id}/reply", data={"text": "One."})
    mine = session().scalars(select(Post).where(Post.author_id == village.ben.id)).one()
    ben.post(f"/posts/{mine.id}/hide")
    assert ben.post(f"/topics/{topic.id}/reply", data={"text": "Two."}).status_code == 403
    assert ben.post(f"/topics/{other.id}/reply", data={"text": "Elsewhere."}).status_code == 303
    fay.post(f"/topics/{topic.id}/order/slow/back")
    assert ben.post(f"/topics/{topic.id}/reply", data={"text": "Two."}).status_code == 303
