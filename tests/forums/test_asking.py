"""Asking a question: who may, what is kept when it does not go, and that a form sent twice asks once."""

import pytest
from sqlalchemy import select

from cop.core.db import session
from cop.core.terms import terms_of
from cop.forums.models import Post, Topic

QUESTION = {"title": "How to start guided reading?", "text": "Mine **drift** off.", "tags": "guided reading, Year 3"}


def asked() -> list[Topic]:
    return list(session().scalars(select(Topic)))


@pytest.mark.parametrize(("name", "status"), [("fay", 303), ("ada", 303), ("olu", 403), ("mona", 403)])
def test_members_ask(village, sign_in, name, status):
    client = sign_in(getattr(village, name))
    answer = client.post("/communities/square/topics/new", data=QUESTION)
    assert answer.status_code == status
    assert len(asked()) == (status == 303)


def test_a_guest_is_sent_to_sign_in(village, guest):
    answer = guest.post("/communities/square/topics/new", data=QUESTION)
    assert answer.status_code == 302
    assert "/sign-in" in answer.location
    assert not asked()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_hidden_community_is_not_there_for_outsiders(village, sign_in, method):
    client = sign_in(village.olu)
    assert getattr(client, method)("/communities/cellar/topics/new").status_code == 404
    assert getattr(client, method)("/communities/nowhere/topics/new").status_code == 404


def test_the_question_is_shown_with_its_terms(village, sign_in):
    page = sign_in(village.ada).post("/communities/square/topics/new", data=QUESTION, follow_redirects=True).text
    assert "How to start guided reading?" in page
    assert "<strong>drift</strong>" in page
    [topic] = asked()
    assert [term.name for term in terms_of("topic", [topic.id])[topic.id]] == ["guided reading", "Year 3"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": " \u200b "}, "Give it a title"),
        ({"title": "x" * 201}, "at most 200 fit"),
        ({"text": "   "}, "Write something first"),
        ({"text": "long " * 6001}, "at most 30000 fits"),
        ({"tags": ", ".join(f"term {n}" for n in range(13))}, "Choose at most 12 terms"),
        ({"tags": "y" * 61}, "too long for a term"),
    ],
)
def test_what_cannot_go_stays_in_the_form_with_a_sentence(village, sign_in, change, sentence):
    sent = {**QUESTION, **change}
    answer = sign_in(village.ada).post("/communities/square/topics/new", data=sent)
    assert answer.status_code == 422
    assert sentence in answer.text
    for typed in ("Mine **drift** off.", "guided reading, Year 3"):
        assert typed in answer.text or typed not in sent.values()
    assert not asked()


def test_a_preview_posts_nothing(village, sign_in):
    answer = sign_in(village.ada).post("/communities/square/topics/new", data={**QUESTION, "preview": "1"})
    assert answer.status_code == 200
    assert "<strong>drift</strong>" in answer.text
    assert not asked()


def test_the_same_form_sent_twice_asks_once(village, sign_in):
    client = sign_in(village.ada)
    first = client.post("/communities/square/topics/new", data={**QUESTION, "sent_key": "k1"})
    again = client.post("/communities/square/topics/new", data={**QUESTION, "sent_key": "k1"})
    assert first.location == again.location
    assert len(asked()) == 1
    assert session().scalar(select(Post.number)) == 1


def test_the_words_of_a_search_come_along(village, sign_in):
    client = sign_in(village.ada)
    assert "q=quiet+reader" in client.get("/ask?q=quiet reader").text
    assert 'value="quiet reader"' in client.get("/communities/square/topics/new?q=quiet reader").text
    page = client.get("/ask").text
    assert "The Cellar" in page
    assert "The Cellar" not in sign_in(village.ben).get("/ask").text
