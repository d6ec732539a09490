"""Changing, hiding, restoring, thanking, accepting: who may, and what readers then see."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from cop.core.activity import Activity
from cop.core.db import session, unit_of_work
from cop.forums import service
from cop.forums.models import Post, Topic
from cop.people.models import Person
from tests.support.cast import fresh

WHO = ("fay", "ada", "ben", "olu", "mona")


@pytest.fixture
def talk(village, make):
    """Ada asks, Ben answers, in The Square."""
    topic = make.topic(village.square, village.ada, text="What would you do?")
    return topic, make.reply(topic, village.ben, text="I would wait a week.")


@pytest.mark.parametrize(
    ("deed", "may"),
    [
        ("hide", {"fay", "ben"}),
        ("thank", {"fay", "ada", "olu", "mona"}),
        ("helped", {"fay", "ada", "olu", "mona"}),
        ("accept", {"fay", "ada"}),
    ],
)
@pytest.mark.parametrize("name", WHO)
def test_who_may_do_what_with_a_post(village, sign_in, talk, deed, may, name):
    _, post = talk
    answer = sign_in(getattr(village, name)).post(f"/posts/{post.id}/{deed}")
    assert answer.status_code == (303 if name in may else 403)
    done = session().scalar(select(func.count()).where(Activity.kind == "post", Activity.verb != "replied"))
    assert bool(done) == (name in may)


@pytest.mark.parametrize("name", WHO)
def test_a_post_is_changed_by_its_author_or_a_facilitator(village, sign_in, talk, name):
    _, post = talk
    client, allowed = sign_in(getattr(village, name)), name in {"fay", "ben"}
    assert client.get(f"/posts/{post.id}/edit").status_code == (200 if allowed else 403)
    answer = client.post(f"/posts/{post.id}/edit", data={"text": "I would wait two weeks.", "note": "Longer."})
    assert answer.status_code == (303 if allowed else 403)
    assert ("two weeks" in fresh(post).source) == allowed


def test_the_history_shows_what_changed(village, sign_in, guest, talk):
    topic, post = talk
    sign_in(village.olu).post(f"/topics/{topic.id}/mark", data={"number": "2"})  # what nobody has read has no history
    sign_in(village.ben).post(f"/posts/{post.id}/edit", data={"text": "I would wait two weeks.", "note": "Longer."})
    page = guest.get(f"/posts/{post.id}/history").text
    assert "<del>a week</del>" in page.replace("<del>a</del>", "<del>a week</del>") or "<del>" in page
    assert "Longer." in page
    assert "First written" in page
    assert "Changed" in guest.get(topic.url).text


def test_a_hidden_post_leaves_a_stub_and_its_words_are_gone(village, make, sign_in, guest, talk):
    topic, post = talk
    make.reply(topic, village.ada, text="Thank you, Ben.")
    client = sign_in(village.olu)
    assert "wait a week" in guest.get(topic.url).text  # this page is kept for the next guest
    sign_in(village.fay).post(f"/posts/{post.id}/hide")
    for reader in (guest, client, sign_in(village.ada)):
        page = reader.get(topic.url).text
        assert "wait a week" not in page
        assert "The facilitators took this post away." in page
        assert 'id="post-3"' in page
        assert reader.get(f"/posts/{post.id}").status_code == 404
        assert reader.get(f"/posts/{post.id}/history").status_code == 404
    assert fresh(topic).reply_count == 1
    assert sign_in(village.ben).post(f"/posts/{post.id}/restore").status_code in {403, 404}
    sign_in(village.fay).post(f"/posts/{post.id}/restore")
    assert "wait a week" in guest.get(topic.url).text
    assert fresh(topic).reply_count == 2


def test_an_author_puts_back_what_they_took_away_themselves(village, sign_in, talk):
    topic, post = talk
    client = sign_in(village.ben)
    client.post(f"/posts/{post.id}/hide")
    assert "The author took this post away." in sign_in(village.olu).get(topic.url).text
    assert client.post(f"/posts/{post.id}/restore").status_code == 303
    assert fresh(post).hidden_at is None


@pytest.mark.parametrize(("name", "seen"), [("guest", 404), ("olu", 404), ("ben", 404), ("fay", 200)])
def test_a_hidden_topic_takes_its_posts_along(village, sign_in, guest, talk, name, seen):
    topic, post = talk
    assert guest.get(topic.url).status_code == 200
    sign_in(village.fay).post(f"/topics/{topic.id}/hide")
    client = guest if name == "guest" else sign_in(getattr(village, name))
    for address in (topic.url, f"/posts/{post.id}", f"/topics/{topic.id}/after/0", f"/posts/{post.id}/history"):
        assert client.get(address, follow_redirects=True).status_code == seen
    assert ("What would" in client.get("/topics").text or topic.title in client.get("/topics").text) == (seen == 200)


def test_thanks_are_counted_once_and_taken_back(village, sign_in, talk):
    _, post = talk
    client = sign_in(village.ada)
    for _ in range(2):
        client.post(f"/posts/{post.id}/thank")
    assert fresh(post).thank_count == 1
    client.post(f"/posts/{post.id}/thank/back")
    assert fresh(post).thank_count == 0
    assert client.post(f"/posts/{post.id}/hide/back").status_code == 404


def test_an_accepted_answer_is_shown_and_can_be_another(village, make, sign_in, guest, talk):
    topic, post = talk
    better = make.reply(topic, village.fay, text="Talk to her first.")
    client = sign_in(village.ada)
    client.post(f"/posts/{post.id}/accept")
    assert fresh(topic).state == "answered"
    assert "This answered the question" in guest.get(topic.url).text
    heard = client.get(f"/topics/{topic.id}/after/0").json["seq"]
    client.post(f"/posts/{better.id}/accept")
    changed = {part["number"] for part in client.get(f"/topics/{topic.id}/after/{heard}").json["parts"]}
    assert changed == {2, 3}
    sign_in(village.fay).post(f"/posts/{better.id}/hide")
    assert fresh(topic).accepted_post_id is None


def test_title_and_terms_are_changed(village, sign_in, guest, talk):
    topic, _ = talk
    client = sign_in(village.ada)
    assert client.get(f"/topics/{topic.id}/edit").status_code == 200
    assert client.post(f"/topics/{topic.id}/edit", data={"title": "", "tags": "a"}).status_code == 422
    client.post(f"/topics/{topic.id}/edit", data={"title": "Waiting, or not?", "tags": "patience"})
    assert fresh(topic).title == "Waiting, or not?"
    assert "Waiting, or not?" in guest.get("/topics?tag=patience").text
    assert guest.get("/topics?tag=nothing-like-it").status_code == 404


def test_a_term_of_a_closed_community_does_not_exist_for_others(village, make, guest, sign_in):
    make.topic(village.cellar, village.ada, tags=["exclusion case"])
    for client in (guest, sign_in(village.olu), sign_in(village.ben)):
        assert client.get("/topics?tag=exclusion-case").status_code == 404
    assert sign_in(village.ada).get("/topics?tag=exclusion-case").status_code == 200


DEEDS = st.lists(st.tuples(st.sampled_from(["reply", "hide", "restore"]), st.integers(0, 30)), max_size=12)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_counters_are_true_after_any_deeds(village, make, deeds):
    topic = make.topic(village.square, village.ada)
    people = (village.ada, village.ben, village.fay)
    for deed, n in deeds:
        with unit_of_work() as db:
            row, person = db.get_one(Topic, topic.id), db.get_one(Person, people[n % 3].id)
            posts = db.scalars(select(Post).where(Post.topic_id == topic.id).order_by(Post.number)).all()
            if deed == "reply":
                from cop.core.markup import render

                service.reply_to_topic(person, row, render("Yes."))
            elif deed == "hide":
                service.hide_post(person, posts[n % len(posts)])
            else:
                service.restore_post(person, posts[n % len(posts)])
    row = fresh(topic)
    posts = session().scalars(select(Post).where(Post.topic_id == topic.id).order_by(Post.number)).all()
    visible = [post for post in posts if post.hidden_at is None]
    assert [post.number for post in posts] == list(range(1, len(posts) + 1))
    assert row.last_number == len(posts)
    assert row.reply_count == sum(post.number > 1 for post in visible)
    assert row.answer_count == sum(post.author_id != row.author_id for post in visible)
    assert row.last_author_id == (visible[-1].author_id if visible else None)
    assert row.last_post_at == max((post.created_at for post in visible), default=row.created_at)
