"""People hide evidence about themselves: gone from pages at once, from the ranking when search has read it."""

import html
import re

import pytest
from sqlalchemy import select

from cop import search
from cop.core.activity import Activity
from cop.core.db import session
from cop.forums.models import Post
from cop.people import finder
from cop.people.finder import Asked

HIDE = "Do not show this as evidence"
HIDDEN_BY_YOU = "Hidden by you"


@pytest.fixture
def said(village, make, knows):
    """Ben's one post about bar models, in an answer to Ada; and his word that he knows about them."""
    knows(village.ben, "bar models")
    topic = make.topic(village.square, village.ada, "How do you draw it?", "Bar models for ratio?")
    post = make.reply(topic, village.ben, "Bar models drawn by the child.")
    search.rebuild()
    return post


def choose(client, post, deed, kind="post"):
    return client.post(f"/evidence/{kind}/{post.id}/{deed}")


def knowledge_on(client):
    """The part of Ben's page that says what he knows."""
    page = client.get("/people/ben").text
    part = page[page.index('id="knows"') :]
    return part[: part.index("</section>\n</div>")]


def found(person, words="bar models drawn by the child"):
    """Who is found, with the addresses of what is cited of each, without the words at which they open."""
    people = finder.find(person, Asked(words)).people
    return {each.person.name: [re.split("[?#]", line.url)[0] for line in each.evidence] for each in people}


def test_it_is_gone_from_every_page_at_once_and_comes_back(village, sign_in, said):
    ben, olu = sign_in(village.ben), sign_in(village.olu)
    assert said.url in knowledge_on(ben)
    assert said.url in knowledge_on(olu)
    answer = choose(ben, said, "hide")
    assert (answer.status_code, answer.location) == (303, "/people/ben")
    assert said.url not in knowledge_on(ben), "before search has read it"
    assert said.url not in knowledge_on(olu)
    assert "Nothing shown yet" in knowledge_on(olu)
    assert said.url not in found(village.olu)["Ben Okoro"]
    assert choose(ben, said, "show").status_code == 303
    assert said.url in knowledge_on(ben)
    assert said.url in knowledge_on(olu)
    assert said.url in found(village.olu)["Ben Okoro"]


def test_when_search_has_read_it_it_neither_votes_nor_counts_for_them(village, sign_in, said, drain):
    words = "drawn by the child"
    assert list(found(village.olu, words)) == ["Ben Okoro"]
    choose(sign_in(village.ben), said, "hide")
    drain()
    without = finder.find(village.olu, Asked(words))
    assert without.people_total == 0, "neither by votes nor by text"
    assert without.topics_total == 1, "what was said is still found"
    assert search.status().is_true
    search.rebuild()
    assert finder.find(village.olu, Asked(words)).people_total == 0, "a rebuild keeps to it"
    choose(sign_in(village.ben), said, "show")
    drain()
    assert list(found(village.olu, words)) == ["Ben Okoro"]
    assert search.status().is_true


def test_one_hidden_post_is_not_counted_among_the_others(village, make, sign_in, said):
    topic = make.topic(village.square, village.ben, "Bar models again", "Bar models and bar models.")
    for n in range(3):
        make.reply(topic, village.ben, f"Bar models, thought {n}.")
    search.rebuild()
    olu = sign_in(village.olu)
    assert "and 3 more posts about it" in knowledge_on(olu)
    choose(sign_in(village.ben), said, "hide")
    assert "and 3 more posts about it" in knowledge_on(olu), (
        "one talk is shown instead of two; of four posts three are left"
    )
    assert said.url not in knowledge_on(olu)


def test_the_buttons_stand_on_ones_own_page_alone(village, sign_in, said):
    ben, olu = sign_in(village.ben), sign_in(village.olu)
    mine = ben.get("/people/ben").text
    assert f'action="/evidence/post/{said.id}/hide"' in mine
    assert HIDDEN_BY_YOU not in mine
    choose(ben, said, "hide")
    for client, path in ((olu, "/people/ben"), (ben, "/people/ben?as=members"), (ben, "/people/ben?as=everyone")):
        page = client.get(path).text
        assert HIDE not in page, path
        assert HIDDEN_BY_YOU not in page, path
    mine = html.unescape(ben.get("/people/ben").text)
    hidden = mine[mine.index(HIDDEN_BY_YOU) :]
    assert f'action="/evidence/post/{said.id}/show"' in hidden
    assert re.search(rf'href="{said.url}"[^>]*>How do you draw it\?', hidden)


@pytest.mark.parametrize("deed", ["hide", "show"])
@pytest.mark.parametrize(
    ("who", "kind", "place", "status"),
    [
        ("ben", "post", "square", 303),
        ("ada", "post", "square", 403),
        ("fay", "post", "square", 403),
        ("mona", "post", "square", 403),
        ("olu", "post", "close", 404),
        ("ben", "topic", "square", 404),
        ("ben", "person", "square", 404),
        ("ben", "nothing", "square", 404),
    ],
)
def test_nobody_hides_what_says_nothing_about_them(village, make, sign_in, who, kind, place, status, deed):
    topic = make.topic(getattr(village, place), village.ada, "Rulers", "Where do rulers go?")
    post = make.reply(topic, village.ben, "Rulers vanish in autumn.")
    search.rebuild()
    if deed == "show":
        choose(sign_in(village.ben), post, "hide")
    assert choose(sign_in(getattr(village, who)), post, deed, kind).status_code == status
    is_hidden = post.url not in found(village.fay, "rulers vanish in autumn").get("Ben Okoro", [])
    assert is_hidden == ((status == 303) == (deed == "hide"))


def test_nobody_hears_of_it_and_twice_is_once(village, sign_in, said, drain):
    drain()
    before = session().query(Activity).count()
    for _ in range(2):
        assert choose(sign_in(village.ben), said, "hide").status_code == 303
    deeds = session().query(Activity).order_by(Activity.id).all()[before:]
    assert [(each.verb, each.room, each.quiet) for each in deeds] == [("hid evidence", None, True)]


ALL_OF_IT = "/evidence/out-of-reach/hide"


@pytest.fixture
def left(village, make, sign_in):
    """Posts by Ada in a community for members and in an open one, which she then leaves."""
    closed = make.topic(village.close, village.ada, "Protractors", "Protractors upside down.")
    open_ = make.topic(village.square, village.ada, "Compasses", "Compasses with a wobble.")
    ada = sign_in(village.ada)
    for slug in ("close", "square"):
        assert ada.post(f"/communities/{slug}/leave").status_code == 303
    search.rebuild()
    return closed, open_


def test_who_left_a_closed_community_hides_what_they_wrote_there_unseen(village, sign_in, left, drain):
    ada = sign_in(village.ada)
    assert list(found(village.fay, "protractors upside down")) == ["Ada Lowe"]
    page = ada.get("/people/ada").text
    assert f'action="{ALL_OF_IT}"' in page
    assert "Protractors" not in page, "what cannot be read is not named either"
    answer = ada.post(ALL_OF_IT)
    assert (answer.status_code, answer.location) == (303, "/people/ada")
    assert found(village.fay, "protractors upside down") == {}, "before search has read it"
    page = ada.get("/people/ada").text
    assert "Nothing that you cannot open any more is shown as evidence about you." in page
    assert ALL_OF_IT not in page
    assert "Protractors" not in page
    drain()
    assert found(village.fay, "protractors upside down") == {}
    assert list(found(village.fay, "compasses with a wobble")) == ["Ada Lowe"], "what she may read stays"


def test_the_button_for_what_is_out_of_reach_stands_on_ones_own_page_and_only_if_there_is_such_a_thing(
    village, sign_in, left
):
    assert ALL_OF_IT in sign_in(village.ada).get("/people/ada").text
    assert ALL_OF_IT not in sign_in(village.ada).get("/people/ada?as=members").text
    assert ALL_OF_IT not in sign_in(village.fay).get("/people/ada").text
    assert ALL_OF_IT not in sign_in(village.ben).get("/people/ben").text


def test_hiding_what_is_out_of_reach_touches_nobody_elses_and_can_be_undone_after_coming_back(
    village, make, sign_in, left
):
    closed, _open = left
    make.reply(closed, village.fay, "Protractors by candlelight.")
    search.rebuild()
    ada = sign_in(village.ada)
    ada.post(ALL_OF_IT)
    assert list(found(village.fay, "protractors by candlelight")) == ["Fay Fenwick"]
    make.member(village.close, village.ada)
    assert f'action="/evidence/post/{opening(closed)}/show"' in ada.get("/people/ada").text


def opening(topic):
    """Id of its first post."""
    return session().scalar(select(Post.id).where(Post.topic_id == topic.id, Post.number == 1))
