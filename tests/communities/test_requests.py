"""Requests to join: what facilitators see of who asks, questions back, kind letters; and two who decide at once."""

import pytest

from cop.communities.models import JoinRequest
from cop.core import terms
from cop.core.db import session, unit_of_work
from cop.notify.queries import inbox
from cop.people.models import Person
from tests.communities.conftest import role
from tests.support.cast import fresh
from tests.support.letters import link, subjects, text

WHY = {"reason": "I teach Year 4 and would like to listen."}
NO = {"reply": "Not this time.\n\nDo come back in spring."}


@pytest.fixture
def asked(village, sign_in):
    """Olu has asked to join the Close; the id of the request."""
    sign_in(village.olu).post("/communities/close/ask-to-join", data=WHY)
    return session().query(JoinRequest.id).scalar()


@pytest.fixture
def two(village, sign_in):
    """Two facilitators of the Close."""
    fay = sign_in(village.fay)
    fay.post("/communities/close/members/ada/facilitator")
    return fay, sign_in(village.ada)


def at(id, deed):
    return f"/communities/close/requests/{id}/{deed}"


def told(person):
    return [(line.why, line.url) for line in inbox(fresh(person)).lines]


def test_the_facilitator_sees_who_asks_and_why_as_far_as_they_show_themselves(village, asked, sign_in):
    with unit_of_work() as db:
        olu = db.get_one(Person, village.olu.id)
        olu.headline, olu.visibility = "Reading for all", {"institution": "me"}
        terms.set_terms(olu, ["Phonics", "Transition"])
    page = sign_in(village.fay).get("/communities/close/requests").text
    for words in ("Olu Adeyemi", "Adviser", "Reading for all", "Phonics, Transition", WHY["reason"], "/people/olu"):
        assert words in page
    assert "Westmoor Council" not in page
    with unit_of_work() as db:
        db.get_one(Person, village.olu.id).visibility = {"terms": "me", "headline": "communities", "role": "me"}
    page = sign_in(village.fay).get("/communities/close/requests").text
    assert not [words for words in ("Phonics", "Reading for all", "Adviser") if words in page]


def test_a_no_is_a_letter_that_begins_as_the_communitys_own(village, asked, sign_in, drain, mailbox, make):
    fay = sign_in(village.fay)
    page = fay.get(at(asked, "decline")).text
    assert "Thank you for wanting to join us" in page and "Dear Olu Adeyemi," in page
    fay.post(at(asked, "decline"), data={**NO, "keep": "y"})
    drain()
    assert subjects(mailbox) == [("olu@village.example", "Your request to join The Close")]
    said = text(mailbox[0]).replace("\r\n", "\n")
    assert f"Dear Olu Adeyemi,\n\n{NO['reply']}\n\nFay Fenwick\n" in said
    olu = sign_in(village.olu)
    assert told(village.olu) == [
        ("Fay Fenwick answered your request to join: not this time", "/communities/close/ask-to-join")
    ]
    assert link(mailbox[0]) == "/communities/close/ask-to-join"
    letter = olu.get("/communities/close/ask-to-join").text
    assert "Fay Fenwick wrote" in letter and "Do come back in spring." in letter and "Ask again" in letter

    mona = sign_in(village.mona)
    mona.post("/communities/close/ask-to-join", data=WHY)
    next_one = session().query(JoinRequest.id).filter_by(person_id=village.mona.id).scalar()
    assert "Do come back in spring." in fay.get(at(next_one, "decline")).text, "kept for the next time"
    fay.post(at(next_one, "decline"), data={"reply": "Only today."})
    assert "Only today." not in mona.get("/communities/close").text
    assert fresh(village.close).decline_text == NO["reply"]


@pytest.mark.parametrize("reply", ["", " \n", "…", "x" * 2_001])
def test_nobody_is_turned_away_without_a_word(village, asked, sign_in, drain, mailbox, reply):
    answer = sign_in(village.fay).post(at(asked, "decline"), data={"reply": reply})
    assert answer.status_code == 422 and reply.strip() in answer.text
    drain()
    assert not mailbox and session().get(JoinRequest, asked).declined_at is None


def test_a_letter_is_read_by_whom_it_is_for_alone(village, asked, sign_in):
    sign_in(village.fay).post(at(asked, "decline"), data=NO)
    for person in (village.mona, village.ada, village.fay):
        client = sign_in(person)
        pages = [client.get(f"/communities/close{end}").text for end in ("", "/requests", "/ask-to-join")]
        assert not [page for page in pages if "Do come back in spring." in page]


def test_who_was_declined_may_ask_again(village, asked, sign_in, drain):
    fay, olu = sign_in(village.fay), sign_in(village.olu)
    fay.post(at(asked, "decline"), data=NO)
    assert "Nobody is waiting" in fay.get("/communities/close/requests").text
    assert "not this time" in olu.get("/communities/close").text
    olu.post("/communities/close/ask-to-join", data={"reason": "I am to teach there now."})
    drain()
    page = fay.get("/communities/close/requests").text
    assert "I am to teach there now." in page and WHY["reason"] not in page
    assert "Do come back in spring." not in olu.get("/communities/close/ask-to-join").text
    assert not told(village.olu), "what was answered before is over"
    fay.post(at(asked, "accept"))
    assert role(village.close, village.olu) == "member"


def test_a_question_back_is_answered_on_the_request(village, asked, sign_in, drain, mailbox):
    fay, olu = sign_in(village.fay), sign_in(village.olu)
    answer = fay.post(at(asked, "ask"), data={"question": "Do you teach\r\nthere already?"})
    assert answer.headers["Location"] == "/communities/close/requests"
    drain()
    assert subjects(mailbox) == [("olu@village.example", "A question about your request to join The Close")]
    assert "Do you teach there already?" in text(mailbox[0])
    ((why, url),) = told(village.olu)
    assert why.startswith("Fay Fenwick asks you something") and url == "/communities/close/ask-to-join"
    assert "Do you teach there already?" in olu.get(url).text
    olu.post(f"{url}/answer", data={"answer": "Since September."})
    drain()
    assert not told(village.olu)
    assert ("Olu Adeyemi would like to join, and answered what was asked", "/communities/close/requests") in told(
        village.fay
    )
    page = fay.get("/communities/close/requests").text
    assert "Fay Fenwick asked:" in page and "Since September." in page
    said = olu.post(f"{url}/answer", data={"answer": "Again."}, follow_redirects=True).text
    assert "Nobody waits for an answer of yours" in said
    fay.post(at(asked, "accept"))
    drain()
    assert subjects(mailbox)[-1] == ("olu@village.example", "You belong to The Close now")
    assert not [why for why, _url in told(village.fay) if "would like to join" in why]


@pytest.mark.parametrize(("end", "field"), [("ask", "question"), ("ask-to-join/answer", "answer")])
def test_an_empty_question_or_answer_is_sent_back(village, asked, sign_in, end, field):
    fay, olu = sign_in(village.fay), sign_in(village.olu)
    if field == "answer":
        fay.post(at(asked, "ask"), data={"question": "Why?"})
    client, address = (fay, at(asked, end)) if field == "question" else (olu, f"/communities/close/{end}")
    for typed in ("", "?", "x" * 1_001):
        answer = client.post(address, data={field: typed})
        assert answer.status_code == 422 and "field-error" in answer.text and typed in answer.text


def test_of_two_who_ask_at_once_one_is_told(village, asked, two, drain, mailbox):
    fay, ada = two
    fay.post(at(asked, "ask"), data={"question": "Do you teach?"})
    answer = ada.post(at(asked, "ask"), data={"question": "Where are you?"})
    assert answer.status_code == 422
    assert "Fay Fenwick has asked something already" in answer.text and "Where are you?" in answer.text
    drain()
    assert len(mailbox) == 1


@pytest.mark.parametrize("first", ["accept", "decline"])
@pytest.mark.parametrize("second", ["accept", "decline", "ask"])
def test_whoever_decides_second_is_told_and_nothing_is_done_twice(village, asked, two, drain, mailbox, first, second):
    fay, ada = two
    fay.post(at(asked, first), data=NO)
    drain()
    belongs, letters = role(village.close, village.olu), len(mailbox)
    data = {"reply": "No, from me.", "question": "Why?"}
    assert (
        "Somebody else has decided this already" in ada.post(at(asked, second), data=data, follow_redirects=True).text
    )
    if second != "accept":
        assert ada.get(at(asked, second)).status_code == 303
    drain()
    assert (role(village.close, village.olu), len(mailbox)) == (belongs, letters)


@pytest.mark.parametrize(("name", "status"), [("ada", 403), ("olu", 403), ("mona", 403)])
@pytest.mark.parametrize("deed", ["accept", "decline", "ask"])
def test_only_facilitators_answer(village, asked, sign_in, name, status, deed):
    client = sign_in(getattr(village, name))
    assert client.post(at(asked, deed), data={**NO, "question": "Why?"}).status_code == status
    assert session().get(JoinRequest, asked).declined_at is None and role(village.close, village.olu) is None


def test_a_request_to_another_community_is_not_in_reach(village, asked, sign_in):
    olu = sign_in(village.olu)  # looks after Elsewhere
    for deed in ("decline", "ask"):
        assert olu.get(f"/communities/elsewhere/requests/{asked}/{deed}").status_code == 303
        data = {**NO, "question": "Why?"}
        assert olu.post(f"/communities/elsewhere/requests/{asked}/{deed}", data=data).status_code == 303
    assert session().get(JoinRequest, asked).declined_at is None


def test_hostile_letters_and_questions_are_words(village, asked, sign_in, drain, mailbox):
    fay, olu = sign_in(village.fay), sign_in(village.olu)
    fay.post(at(asked, "ask"), data={"question": "<img src=x onerror=alert(1)>\r\nBcc: eve@evil.example"})
    olu.post("/communities/close/ask-to-join/answer", data={"answer": "<script>alert(1)</script> I am."})
    fay.post(at(asked, "decline"), data={"reply": "\r\nBcc: eve@evil.example\r\n\r\n<script>alert(2)</script> No."})
    drain()
    assert [letter["Bcc"] for letter in mailbox] == [None, None]
    page = olu.get("/communities/close/ask-to-join").text
    assert "<script>alert" not in page and "<img src=x" not in page and "&lt;script&gt;alert(2)" in page
