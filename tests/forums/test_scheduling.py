"""Replies and new topics that are to appear later: unseen before, there once, or kept for their author with the why."""

import datetime as dt
import io

import pytest
from sqlalchemy import func, select, update

from cop import search
from cop.communities import service as communities
from cop.communities.models import Community
from cop.core import drafts, outbox
from cop.core.db import session, unit_of_work, utcnow
from cop.core.files import File, delete_orphans
from cop.core.marks import Mark
from cop.core.markup import render
from cop.forums import clock, service
from cop.forums.models import Post, ScheduledPost, Topic
from cop.notify.models import Alert
from cop.people.models import Person
from tests.core.test_files import PNG
from tests.support.cast import Make, fresh
from tests.support.ordering import all_is_due, typed

HOUR = dt.timedelta(hours=1)
QUESTION = {"title": "Who begins with Zanzibar?", "text": "I **do**, on Monday.", "tags": "geography, Year 5"}


def later(by=HOUR):
    return typed(utcnow() + by)


def waiting_posts():
    session().expire_all()
    return list(session().scalars(select(ScheduledPost).order_by(ScheduledPost.id)))


def posts():
    return session().scalar(select(func.count()).select_from(Post))


def _reply(topic):
    return f"/topics/{topic.id}/reply"


def time_passes():
    """What was scheduled is due."""
    with unit_of_work() as db:
        db.execute(update(ScheduledPost).values(due_at=utcnow() - dt.timedelta(seconds=1)))
    all_is_due()


@pytest.fixture
def topic(village, make):
    return make.topic(village.square, village.ada)


def test_a_reply_waits_unseen_until_its_time_and_then_appears_once(village, sign_in, guest, topic, drain):
    ben, before = sign_in(village.ben), fresh(topic)
    counts = (before.last_number, before.reply_count, before.last_post_at)
    form = {"text": "Zanzibar, I say to @ada.", "publish_at": later(), "sent_key": "k"}
    for _ in range(2):
        answer = ben.post(_reply(topic), data=form)
        assert (answer.status_code, answer.location) == (303, "/scheduled")
    [waiting] = waiting_posts()
    drain()
    after = fresh(topic)
    assert (after.last_number, after.reply_count, after.last_post_at) == counts
    assert posts() == 1
    for client in (guest, sign_in(village.ada), sign_in(village.fay), sign_in(village.mona)):
        for address in (
            topic.url,
            "/topics",
            "/find?q=zanzibar",
            f"/topics/{topic.id}/after/0",
            "/inbox",
            "/scheduled",
        ):
            assert "Zanzibar" not in client.get(address, follow_redirects=True).text
        assert client.get(f"/scheduled/{waiting.id}").status_code in {302, 404}
    assert "Zanzibar" in ben.get("/scheduled").text
    time_passes()
    drain()
    assert waiting_posts() == []
    assert posts() == 2
    assert "Zanzibar" in guest.get(topic.url).text
    assert (
        "mentioned you" in sign_in(village.ada).get("/inbox").text
        or "replied to you" in sign_in(village.ada).get("/inbox").text
    )
    clock.publish({"scheduled": waiting.id})  # a job may run twice
    assert ben.post(_reply(topic), data=form).location.endswith("#post-2")  # sent again after all that
    assert posts() == 2


def test_a_new_topic_appears_with_its_title_and_terms(village, sign_in, guest, drain):
    ben = sign_in(village.ben)
    answer = ben.post("/communities/square/topics/new", data={**QUESTION, "publish_at": later()})
    assert answer.location == "/scheduled"
    drain()
    for address in ("/topics", "/communities/square", "/terms", "/topics?tag=geography"):
        assert "Zanzibar" not in guest.get(address).text
        assert "geography" not in guest.get(address).text.replace("tag=geography", "")
    time_passes()
    drain()
    page = guest.get("/topics?tag=geography").text
    assert "Who begins with Zanzibar?" in page
    assert "Year 5" in page
    assert session().scalars(select(Topic)).one().author_id == village.ben.id


def test_its_time_is_the_clock_where_its_author_is(village, make, sign_in, topic):
    with unit_of_work() as db:
        db.get_one(Person, village.ben.id).time_zone = "Asia/Tokyo"
    there = (utcnow() + dt.timedelta(days=1)).astimezone(dt.timezone(dt.timedelta(hours=9)))
    ben = sign_in(village.ben)
    assert "Asia/Tokyo" in ben.get(topic.url).text
    ben.post(_reply(topic), data={"text": "x", "publish_at": there.strftime("%Y-%m-%dT09:30")})
    [waiting] = waiting_posts()
    assert waiting.due_at.strftime("%H:%M") == "00:30"
    assert "09:30" in ben.get("/scheduled").text
    assert 'T09:30"' in ben.get(f"/scheduled/{waiting.id}").text


@pytest.mark.parametrize("moment", ["2001-01-01T10:00", "soon", "9999-12-31T23:59"])
def test_a_time_that_cannot_be_is_said_and_nothing_typed_is_lost(village, sign_in, topic, moment):
    ben = sign_in(village.ben)
    for address, form in (
        (_reply(topic), {"text": "My words."}),
        ("/communities/square/topics/new", QUESTION),
    ):
        answer = ben.post(address, data={**form, "publish_at": moment})
        assert answer.status_code == 422
        assert form["text"] in answer.text
        assert f'value="{moment}"' in answer.text
        assert '<details class="composer-later" open>' in answer.text
    script = ben.post(_reply(topic), data={"text": "x", "publish_at": moment}, headers={"Accept": "application/json"})
    assert script.status_code == 422
    assert script.json["error"]
    assert waiting_posts() == []
    assert posts() == 1


def test_it_is_changed_put_off_sent_now_and_taken_back(village, make, sign_in, topic, drain):
    ben = sign_in(village.ben)
    first = make.scheduled(topic, village.ben, "First words.")
    address = f"/scheduled/{first.id}"
    assert "First words." in ben.get(address).text
    assert ben.post(address, data={"text": "", "publish_at": later()}).status_code == 422
    assert ben.post(address, data={"text": "Kept.", "publish_at": ""}).status_code == 422
    assert ben.post(address, data={"text": "Second words.", "publish_at": later(3 * HOUR)}).status_code == 303
    all_is_due()  # the job of the first time comes, and finds that it is not due
    drain()
    assert posts() == 1
    assert ben.post(f"{address}/send").location.startswith("/posts/")
    assert waiting_posts() == []
    assert "Second words." in ben.get(topic.url).text
    second = make.scheduled(topic, village.ben, "Third words.")
    ben.put(f"/drafts/reply:topic:{topic.id}", json={"text": "What I am writing."})
    assert ben.post(f"/scheduled/{second.id}/back").location.endswith("#composer")
    assert waiting_posts() == []
    page = ben.get(topic.url).text
    assert "What I am writing.\n\nThird words." in page
    time_passes()
    drain()
    assert posts() == 2


def test_a_scheduled_topic_is_changed_and_goes_back_into_its_form(village, sign_in, drain):
    ben = sign_in(village.ben)
    ben.post("/communities/square/topics/new", data={**QUESTION, "publish_at": later()})
    [waiting] = waiting_posts()
    form = {"title": "Who ends?", "text": "I do.", "tags": "endings", "publish_at": later()}
    assert ben.post(f"/scheduled/{waiting.id}", data={**form, "title": "?"}).status_code == 422
    assert ben.post(f"/scheduled/{waiting.id}", data=form).status_code == 303
    assert "Who ends?" in ben.get("/scheduled").text
    assert ben.post(f"/scheduled/{waiting.id}/back").location == "/communities/square/topics/new"
    page = ben.get("/communities/square/topics/new").text
    assert all(words in page for words in ("Who ends?", "I do.", "endings"))


def test_what_is_scheduled_is_its_authors_alone(village, make, sign_in, topic):
    waiting = make.scheduled(topic, village.ben)
    for person in (village.ada, village.fay, village.mona):
        client = sign_in(person)
        for method, end in (("get", ""), ("post", ""), ("post", "/send"), ("post", "/back")):
            assert getattr(client, method)(f"/scheduled/{waiting.id}{end}").status_code == 404
    assert len(waiting_posts()) == 1


def _leave(db, village, _topic):
    communities.leave(db.get_one(Person, village.ben.id), db.get_one(Community, village.close.id))


def _by_fay(verb, *more):
    return lambda db, village, topic: verb(db.get_one(Person, village.fay.id), db.get_one(Topic, topic.id), *more)


BARRED = {
    "left": (_leave, "You could not read"),
    "locked": (_by_fay(service.lock_topic), "closed by then"),
    "closed by the clock": (_by_fay(lambda _fay, topic: setattr(topic, "closes_at", utcnow())), "closed by then"),
    "hidden": (_by_fay(service.hide_topic), "You could not read"),
    "slow": (_by_fay(service.slow_down, 60), "slow mode"),
}


@pytest.mark.parametrize("why", BARRED)
def test_what_may_not_appear_does_not_and_its_author_hears_why(village, make, sign_in, drain, why):
    topic = make.topic(village.close, village.ada, "Inside")
    make.reply(topic, village.ben, "A word before.")
    make.scheduled(topic, village.ben, "Zanzibar, if I may.")
    drain()
    bar, sentence = BARRED[why]
    with unit_of_work() as db:
        bar(db, village, topic)
    time_passes()
    drain()
    assert posts() == 2
    ben = sign_in(village.ben)
    inbox, page = ben.get("/inbox").text, ben.get("/scheduled").text
    assert "What you had scheduled did not appear" in inbox
    assert sentence in inbox
    assert sentence in page
    assert "Zanzibar, if I may." in page  # the words are kept
    if why in {"left", "hidden"}:
        assert "Inside" not in page
        assert "Inside" not in inbox.partition("What you had scheduled")[2].partition("</article>")[0]
    again = ben.post(f"/scheduled/{waiting_posts()[0].id}/send", follow_redirects=True)
    assert posts() == 2
    assert "Zanzibar, if I may." in again.text
    for person in (village.ada, village.fay):
        assert "scheduled did not appear" not in sign_in(person).get("/inbox").text


def test_once_it_may_appear_it_gets_another_chance_and_the_alert_goes(village, make, sign_in, topic, drain):
    make.scheduled(topic, village.ben, "Zanzibar, if I may.")
    fay, ben = sign_in(village.fay), sign_in(village.ben)
    fay.post(f"/topics/{topic.id}/lock")
    time_passes()
    drain()
    [refused] = waiting_posts()
    assert refused.refusal == "locked"
    fay.post(f"/topics/{topic.id}/unlock")
    clock.publish({"scheduled": refused.id})
    assert posts() == 1  # it waits for its author now, not for the clock
    assert ben.post(f"/scheduled/{refused.id}", data={"text": "Zanzibar!", "publish_at": later()}).status_code == 303
    drain()
    assert session().scalars(select(Alert).where(Alert.person_id == village.ben.id)).all() == []
    time_passes()
    drain()
    assert "Zanzibar!" in ben.get(topic.url).text


def test_what_was_changed_while_it_was_made_ready_waits_for_its_new_time(village, make, topic):
    waiting = make.scheduled(topic, village.ben, "As it is now.", due_at=utcnow() - HOUR)
    with unit_of_work():
        service.schedule.publish_when_due(waiting.id, render("As it was a moment ago."))
    assert posts() == 1


def test_it_answers_the_post_that_it_was_written_to(village, make, sign_in, topic, drain):
    ben = sign_in(village.ben)
    for number in ("1", "99", "-1", str(10**12)):
        ben.post(_reply(topic), data={"text": f"To {number}.", "parent_number": number, "publish_at": later()})
    make.reply(topic, village.fay, "Meanwhile.")
    time_passes()
    drain()
    found = session().execute(select(Post.text, Post.parent_number).where(Post.author_id == village.ben.id)).all()
    assert {row.text: row.parent_number for row in found} == {
        "To 1.": 1,
        "To 99.": None,
        "To -1.": None,
        f"To {10**12}.": None,
    }


def test_somebody_suspended_publishes_nothing(village, make, topic, drain):
    make.scheduled(topic, village.ben)
    with unit_of_work() as db:
        db.get_one(Person, village.ben.id).status = "suspended"
    time_passes()
    drain()
    assert posts() == 1
    assert waiting_posts()[0].refusal == "unseen"


def test_appearing_takes_neither_the_draft_nor_the_mark_of_its_author(village, make, sign_in, topic, drain):
    ben = sign_in(village.ben)
    ben.post(f"/topics/{topic.id}/mark", data={"number": "1"})
    make.scheduled(topic, village.ben)
    ben.put(f"/drafts/reply:topic:{topic.id}", json={"text": "Something else."})
    make.reply(topic, village.fay, "Not read by Ben yet.")
    time_passes()
    drain()
    assert posts() == 3
    assert drafts.draft_of(village.ben, f"reply:topic:{topic.id}").fields["text"] == "Something else."
    assert session().get(Mark, (village.ben.id, "topic", topic.id)).number == 1
    ben.post(f"/topics/{topic.id}/mark", data={"number": "3"})
    make.scheduled(topic, village.ben)
    time_passes()
    drain()
    assert session().get(Mark, (village.ben.id, "topic", topic.id)).number == 4  # nothing of others is passed over
    place = f"topic:community:{village.square.id}"
    ben.post("/communities/square/topics/new", data={**QUESTION, "publish_at": later()})
    ben.put(f"/drafts/{place}", json={"title": "Something else."})
    time_passes()
    drain()
    assert posts() == 5
    assert drafts.draft_of(village.ben, place).fields["title"] == "Something else."


def test_its_pictures_wait_with_it_and_are_its_readers_afterwards(village, sign_in, topic, drain):
    ben, ada = sign_in(village.ben), sign_in(village.ada)
    up = ben.post("/files", data={"file": (io.BytesIO(PNG), "a.png")}).json
    ben.post(_reply(topic), data={"text": up["markdown"], "publish_at": later()})
    with unit_of_work() as db:
        db.execute(update(File).values(uploaded_at=utcnow() - dt.timedelta(days=3)))
        assert delete_orphans() == 0
    assert (ben.get(up["url"]).status_code, ada.get(up["url"]).status_code) == (200, 404)
    ben.post(f"/scheduled/{waiting_posts()[0].id}/back")
    with unit_of_work():
        assert delete_orphans() == 0  # it is a draft's again, for a day
    ben.post(_reply(topic), data={"text": up["markdown"], "publish_at": later()})
    time_passes()
    drain()
    assert ada.get(up["url"]).status_code == 200


def test_changed_at_the_moment_it_appears_one_goes_on_in_the_post(village, sign_in, make, topic):
    ben = sign_in(village.ben)
    waiting = make.scheduled(topic, village.ben, "As it was.", sent_key="k")
    with unit_of_work() as db:
        service.publish(db.get_one(Person, village.ben.id), db.get_one(ScheduledPost, waiting.id), render("As it was."))
    form = {"text": "What I typed meanwhile.", "publish_at": later(), "sent_key": "k"}
    page = ben.post(f"/scheduled/{waiting.id}", data=form, follow_redirects=True)
    assert "It has appeared meanwhile" in page.text
    assert "What I typed meanwhile." in page.text
    assert ben.post(f"/scheduled/{waiting.id}", data={**form, "sent_key": "other"}).status_code == 404


def test_there_is_a_bound_to_what_waits(village, make, sign_in, topic):
    for number in range(service.schedule.WAITING_AT_MOST):
        make.scheduled(topic, village.ben, f"Number {number}.")
    ben = sign_in(village.ben)
    for address, form in (
        (_reply(topic), {"text": "One more."}),
        ("/communities/square/topics/new", QUESTION),
    ):
        answer = ben.post(address, data={**form, "publish_at": later()})
        assert answer.status_code in {403, 422}
        assert "You have 20 posts waiting." in answer.text
        assert form["text"] in answer.text
    assert len(waiting_posts()) == service.schedule.WAITING_AT_MOST


def test_killed_between_publishing_and_putting_its_row_away_there_is_one_post(network):
    network()
    make = Make()
    village = make.village()
    topic = make.topic(village.square, village.ada)
    waiting = make.scheduled(topic, village.ben, due_at=utcnow() - dt.timedelta(seconds=1))
    clock.publish({"scheduled": waiting.id})
    assert outbox.drain("publishing") == 1  # its row was never put away, and comes again
    assert posts() == 2
    assert waiting_posts() == []


def test_nothing_of_it_is_in_the_index(village, make, topic, drain):
    make.scheduled(topic, village.ben, "Zanzibar tomorrow.")
    drain()
    everybody = {"public", "network", f"person:{village.ben.id}"}
    assert not search.current_index().search("zanzibar", everybody, limit=10).hits
    search.rebuild()
    assert not search.current_index().search("zanzibar", everybody, limit=10).hits
