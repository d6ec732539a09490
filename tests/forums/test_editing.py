"""Changing what one wrote: the first minutes leave no trace, and a community may say for how long authors may."""

import datetime as dt

import pytest
from sqlalchemy import func, select, update

from cop.communities.models import Community
from cop.core.db import session, unit_of_work, utcnow
from cop.core.revisions import Revision
from cop.forums.models import Post, Topic
from tests.support.cast import fresh


def first_of(topic):
    return session().scalars(select(Post).where(Post.topic_id == topic.id, Post.number == 1)).one()


def revisions():
    return session().scalar(select(func.count()).select_from(Revision))


def aged(post, **by):
    """It was written earlier."""
    with unit_of_work() as db:
        for model, id in ((Post, post.id), (Topic, post.topic_id)):
            db.execute(update(model).where(model.id == id).values(created_at=utcnow() - dt.timedelta(**by)))


@pytest.fixture
def talk(village, make):
    """Ada asks, Ben answers; nobody has read his answer."""
    topic = make.topic(village.square, village.ada)
    return topic, make.reply(topic, village.ben, text="I wuold wait.")


def test_what_nobody_has_read_is_mended_without_a_trace(village, sign_in, talk, drain):
    topic, post = talk
    ben = sign_in(village.ben)
    assert "Nobody has read this post yet" in ben.get(f"/posts/{post.id}/edit").text
    heard = ben.get(f"/topics/{topic.id}/after/0").json["seq"]
    for text in ("I would wait.", "I would wait a week."):
        assert ben.post(f"/posts/{post.id}/edit", data={"text": text}).status_code == 303
    assert fresh(post).edited_at is None
    assert revisions() == 0
    [part] = ben.get(f"/topics/{topic.id}/after/{heard}").json["parts"]  # open pages show it all the same
    assert "wait a week" in part["html"]
    assert "what changed" not in part["html"]
    drain()
    assert "wait a week" in sign_in(village.olu).get("/find?q=wait").text.replace("<mark>", "").replace("</mark>", "")


def test_the_last_words_of_the_first_minutes_are_the_first_that_are_kept(village, sign_in, talk):
    topic, post = talk
    ben = sign_in(village.ben)
    ben.post(f"/posts/{post.id}/edit", data={"text": "I would wait."})
    sign_in(village.olu).post(f"/topics/{topic.id}/mark", data={"number": "2"})
    assert "Readers see that the post was changed" in ben.get(f"/posts/{post.id}/edit").text
    ben.post(f"/posts/{post.id}/edit", data={"text": "I would not."})
    page = sign_in(village.olu).get(f"/posts/{post.id}/history").text
    assert "I would wait." in page
    assert "wuold" not in page
    ben.post(f"/posts/{post.id}/edit", data={"text": "I would never."})
    assert revisions() == 3  # what was changed once is changed in sight of everybody


def test_read_answered_or_old_it_is_changed_in_sight(village, make, sign_in, talk):
    topic, post = talk
    ben = sign_in(village.ben)
    make.reply(topic, village.ben, text="And another thing.")  # one's own next post is no answer
    ben.post(f"/posts/{post.id}/edit", data={"text": "Nobody saw this."})
    assert revisions() == 0
    aged(post, minutes=6)
    ben.post(f"/posts/{post.id}/edit", data={"text": "Six minutes later."})
    assert fresh(post).edited_at is not None
    answered = make.reply(topic, village.ben)
    make.reply(topic, village.ada)
    sign_in(village.ada).post(f"/topics/{topic.id}/mark/0")  # she has read it, whatever she marks
    ben.post(f"/posts/{answered.id}/edit", data={"text": "After an answer."})
    assert fresh(answered).edited_at is not None


def test_a_facilitator_leaves_a_trace_at_once_and_so_does_the_author_after_that(village, sign_in, talk):
    topic, post = talk
    ben = sign_in(village.ben)
    ben.post(f"/topics/{topic.id}/mark/0")
    sign_in(village.fay).post(f"/posts/{post.id}/edit", data={"text": "I would wait."})
    assert fresh(post).edited_at is not None
    assert revisions() == 2
    ben.post(f"/posts/{post.id}/edit", data={"text": "I would not."})
    assert revisions() == 3


def strict(village, minutes="60"):
    """What the settings form of the Square sends."""
    return {
        "name": "The Square",
        "purpose": "Talk.",
        "listed": "yes",
        "reading": "everyone",
        "joining": "open",
        "edit_minutes": minutes,
    }


def test_a_community_says_for_how_long_authors_may_change_what_they_wrote(village, sign_in, talk):
    topic, post = talk
    fay, ben, ada = sign_in(village.fay), sign_in(village.ben), sign_in(village.ada)
    aged(post, minutes=59)
    assert fay.post("/communities/square/settings", data=strict(village)).status_code == 303
    assert 'selected value="60"' in fay.get("/communities/square/settings").text
    assert ben.get(f"/posts/{post.id}/edit").status_code == 200
    aged(post, minutes=61)
    late = ben.post(f"/posts/{post.id}/edit", data={"text": "What I typed too late."})
    assert late.status_code == 403
    assert "The time for changing what one wrote here is over." in late.text
    assert "What I typed too late." in late.text
    assert ben.get(f"/posts/{post.id}/edit").status_code == 403
    assert f"/posts/{post.id}/edit" not in ben.get(topic.url).text
    assert ada.get(f"/topics/{topic.id}/edit").status_code == 403
    assert fay.post(f"/posts/{post.id}/edit", data={"text": "By a facilitator."}).status_code == 303
    assert fay.post("/communities/square/settings", data=strict(village, "")).status_code == 303
    assert session().get_one(Community, village.square.id, populate_existing=True).edit_minutes is None
    assert ben.get(f"/posts/{post.id}/edit").status_code == 200
    assert fay.post("/communities/square/settings", data=strict(village, "7")).status_code == 422


def test_taking_away_what_one_wrote_is_always_possible(village, sign_in, talk):
    _, post = talk
    sign_in(village.fay).post("/communities/square/settings", data=strict(village))
    aged(post, hours=2)
    assert sign_in(village.ben).post(f"/posts/{post.id}/hide").status_code == 303


# -- topics that are old ----------------------------------------------------------------------------------------------


def test_before_replying_to_an_old_topic_one_is_told_and_led_to_a_new_one(village, make, sign_in, guest):
    old = make.topic(village.square, village.ada, "How [not] to *start*", at=utcnow() - dt.timedelta(days=190))
    ben = sign_in(village.ben)
    page = ben.get(old.url).text
    assert "Nobody has written here since" in page
    address = f"/communities/square/topics/new?from={old.id}"
    assert address in page
    written = ben.get(address).text
    assert f"Following on from [How \\[not\\] to \\*start\\*](/topics/{old.id}/how-not-to-start):" in written
    for client in (sign_in(village.olu), guest):  # who cannot reply is not warned either
        assert "Nobody has written here since" not in client.get(old.url).text
    make.reply(old, village.fay)
    assert "Nobody has written here since" not in ben.get(old.url).text


def test_the_reference_stands_before_a_draft_once_and_names_nothing_unseen(village, make, sign_in):
    old, secret = make.topic(village.square, village.ada), make.topic(village.cellar, village.ada, "Underground")
    ben = sign_in(village.ben)
    ben.put(f"/drafts/topic:community:{village.square.id}", json={"text": "My words.", "title": "T", "tags": ""})
    page = ben.get(f"/communities/square/topics/new?from={old.id}").text
    assert page.index("Following on from") < page.index("My words.")
    with_it = f"Following on from [{old.title}]({old.url}):\n\nMy words."
    ben.put(f"/drafts/topic:community:{village.square.id}", json={"text": with_it, "title": "T", "tags": ""})
    assert ben.get(f"/communities/square/topics/new?from={old.id}").text.count("Following on from") == 1
    for id in (secret.id, 99999, 10**12, "x"):
        answer = ben.get(f"/communities/square/topics/new?from={id}")
        assert answer.status_code == 200
        assert "Following on from" not in answer.text.replace(with_it, "")
