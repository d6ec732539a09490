"""Replying: who may, that nothing is doubled or lost, quotations, parents, mentions."""

import pytest
from sqlalchemy import func, select

from cop.core import follows
from cop.core.db import session
from cop.forums.models import Post, Topic
from tests.support.cast import fresh


def posts(topic: Topic) -> list[Post]:
    return list(session().scalars(select(Post).where(Post.topic_id == topic.id).order_by(Post.number)))


@pytest.mark.parametrize(
    ("name", "in_square", "in_close", "in_cellar"),
    [
        ("fay", 303, 303, 303),
        ("ada", 303, 303, 303),
        ("ben", 303, 303, 404),
        ("olu", 403, 404, 404),
        ("mona", 403, 404, 404),
    ],
)
def test_who_may_reply(village, make, sign_in, name, in_square, in_close, in_cellar):
    client = sign_in(getattr(village, name))
    for community, expected in ((village.square, in_square), (village.close, in_close), (village.cellar, in_cellar)):
        topic = make.topic(community, village.fay)
        assert client.post(f"/topics/{topic.id}/reply", data={"text": "Yes."}).status_code == expected
        assert len(posts(topic)) == (2 if expected == 303 else 1)


def test_a_refusal_says_why(village, make, sign_in):
    topic = make.topic(village.square, village.ada)
    outsider = sign_in(village.olu).post(f"/topics/{topic.id}/reply", data={"text": "a"})
    assert "Join this community first" in outsider.text
    sign_in(village.fay).post(f"/topics/{topic.id}/lock")
    locked = sign_in(village.ben).post(f"/topics/{topic.id}/reply", data={"text": "a"})
    assert locked.status_code == 403
    assert "This topic is locked" in locked.text
    assert sign_in(village.fay).post(f"/topics/{topic.id}/reply", data={"text": "Closed now."}).status_code == 303


def test_without_the_form_token_nothing_is_posted(village, make, sign_in):
    topic = make.topic(village.square, village.ada)
    answer = sign_in(village.ben).post(f"/topics/{topic.id}/reply", data={"text": "a"}, protected=False)
    assert answer.status_code == 400
    assert len(posts(topic)) == 1


def test_a_reply_counts_and_its_author_follows(village, make, sign_in):
    topic = make.topic(village.square, village.ada)
    answer = sign_in(village.ben).post(f"/topics/{topic.id}/reply", data={"text": "Try drawing it."})
    assert answer.location.endswith("#post-2")
    topic = fresh(topic)
    assert (topic.last_number, topic.reply_count, topic.answer_count) == (2, 1, 1)
    assert set(follows.followers_of("topic", topic.id)) == {village.ada.id, village.ben.id}


def test_double_click_and_retry_make_one_post(village, make, sign_in):
    topic = make.topic(village.square, village.ada)
    client = sign_in(village.ben)
    answers = [client.post(f"/topics/{topic.id}/reply", data={"text": "Once.", "sent_key": "k"}) for _ in range(3)]
    assert {answer.location for answer in answers} == {answers[0].location}
    assert len(posts(topic)) == 2
    sign_in(village.ada).post(f"/topics/{topic.id}/reply", data={"text": "Mine.", "sent_key": "k"})
    assert len(posts(topic)) == 3  # somebody else's form with the same key is another form


def test_what_cannot_go_stays_in_the_composer(village, make, sign_in):
    topic = make.topic(village.square, village.ada)
    typed = "word " * 6001
    answer = sign_in(village.ben).post(f"/topics/{topic.id}/reply", data={"text": typed, "parent_number": "1"})
    assert answer.status_code == 422
    assert "Cut it, or send it in two parts" in answer.text
    assert typed.strip() in answer.text
    assert 'name="parent_number" value="1"' in answer.text


def test_a_script_hears_the_same_sentence(village, make, sign_in):
    topic = make.topic(village.square, village.ada)
    client = sign_in(village.ben)
    asks = {"Accept": "application/json"}
    refused = client.post(f"/topics/{topic.id}/reply", data={"text": ""}, headers=asks)
    assert (refused.status_code, refused.json["error"]) == (422, "Write something first.")
    sent = client.post(f"/topics/{topic.id}/reply", data={"text": "Hello."}, headers=asks)
    assert sent.status_code == 201
    assert sent.json["number"] == 2


def test_a_parent_is_shown_by_name(village, make, sign_in):
    topic = make.topic(village.square, village.ada)
    make.reply(topic, village.fay)
    sign_in(village.ben).post(f"/topics/{topic.id}/reply", data={"text": "To you, Ada.", "parent_number": "1"})
    page = sign_in(village.ada).get(topic.url).text
    assert "In reply to" in page
    assert fresh(posts(topic)[2]).parent_number == 1


@pytest.mark.parametrize("number", ["0", "-1", "7", "2"])
def test_a_parent_that_is_none_is_left_out(village, make, sign_in, number):
    topic = make.topic(village.square, village.ada)
    make.reply(topic, village.fay)
    sign_in(village.ben).post(f"/topics/{topic.id}/reply", data={"text": "Hm.", "parent_number": number})
    assert posts(topic)[2].parent_number is None


def test_a_post_is_quoted_with_a_link_back(village, make, sign_in):
    topic = make.topic(village.square, village.ada, text="Two lines.\n\n> an old quote\n\nThe second.")
    page = sign_in(village.ben).get(f"/topics/{topic.id}/reply?quote=1").text
    first = posts(topic)[0]
    assert f"[Ada Lowe wrote](/posts/{first.id}):" in page
    assert "&gt; Two lines." in page
    assert "an old quote" not in page.partition("<textarea")[2].partition("</textarea>")[0]


def test_a_hidden_post_cannot_be_quoted(village, make, sign_in):
    topic = make.topic(village.square, village.ada)
    secret = make.reply(topic, village.fay, text="Do not tell.")
    sign_in(village.fay).post(f"/posts/{secret.id}/hide")
    assert "Do not tell" not in sign_in(village.ben).get(f"/topics/{topic.id}/reply?quote=2").text


def test_only_people_are_mentioned(village, make):
    post = make.reply(make.topic(village.square, village.ada), village.ben, text="Ask @ada or @nobody, or a@fay.")
    assert '<a href="/people/ada" class="mention">@Ada Lowe</a>' in post.html
    assert "@nobody" in post.html
    assert "/people/fay" not in post.html


@pytest.mark.parametrize(("community", "found"), [("square", {"ada"}), ("cellar", {"ada"}), ("close", {"ada"})])
def test_names_are_completed_for_those_who_can_see(village, make, sign_in, community, found):
    topic = make.topic(getattr(village, community), village.fay)
    offered = sign_in(village.fay).get(f"/topics/{topic.id}/mentionable?q=ad").json
    assert {each["handle"] for each in offered} == found | ({"olu"} if community == "square" else set())
    assert sign_in(village.olu).get(f"/topics/{topic.id}/mentionable?q=ad").status_code == (
        200 if community == "square" else 404
    )


def test_numbers_stay_dense(village, make):
    topic = make.topic(village.square, village.ada)
    for _ in range(5):
        make.reply(topic, village.ben)
    numbers = session().scalars(select(Post.number).where(Post.topic_id == topic.id)).all()
    assert sorted(numbers) == list(range(1, 7))
    assert session().scalar(select(func.count()).select_from(Post)) == 6
