"""Blocking and reporting: who is protected from whom, what managers see of it, and what becomes of it."""

import pytest
from sqlalchemy import func, select

from cop.core.blocks import Block
from cop.core.db import session
from cop.messages.models import Message, Report
from cop.notify.models import Alert
from tests.messages.conftest import write

NOT_TAKEN = "This person does not want to be written to here."


def address(message):
    return f"/messages/{message.conversation_id}"


def alerts_of(person):
    return session().scalar(select(func.count()).where(Alert.person_id == person.id))


def test_who_is_blocked_cannot_answer_and_is_not_told(village, sign_in, change, said):
    sign_in(village.ada).post("/people/ben/block")
    ben = sign_in(village.ben)
    blocked = ben.post(f"{address(said)}/answer", data={"text": "Please."})
    blocked_page = ben.get(address(said)).text
    sign_in(village.ada).post("/people/ben/unblock")
    change(village.ada, reach="nobody")
    unwanted = ben.post(f"{address(said)}/answer", data={"text": "Please."})
    assert blocked.status_code == unwanted.status_code == 403
    assert NOT_TAKEN in blocked.text
    assert NOT_TAKEN in unwanted.text
    for page in (blocked_page, ben.get(address(said)).text):
        assert NOT_TAKEN in page
        assert 'id="composer"' not in page
        assert "has blocked" not in page
    change(village.ada, reach="network")
    assert ben.post(f"{address(said)}/answer", data={"text": "Thanks."}).status_code == 303


def test_blocking_is_nobody_elses_affair(village, sign_in, drain):
    olu_before = sign_in(village.olu).get("/people/ada").text
    ada = sign_in(village.ada)
    for _ in range(2):
        assert ada.post("/people/olu/block").location == "/people/olu"
    drain()
    assert session().scalar(select(func.count()).select_from(Block)) == 1
    assert alerts_of(village.olu) == 0
    assert "Unblock" in ada.get("/people/olu").text
    assert "Unblock" not in sign_in(village.fay).get("/people/olu").text
    after = sign_in(village.olu).get("/people/ada").text
    assert "Write to Ada" in olu_before
    assert "Write to Ada" not in after
    assert "Block" in after
    assert ada.post("/people/ada/block").status_code == 403
    assert ada.post("/people/nobody-here/block").status_code == 404


def test_in_a_group_nothing_comes_from_who_is_blocked(village, make, sign_in, drain):
    message = make.message(village.fay, village.ada, village.olu)
    ada = sign_in(village.ada)
    ada.post("/people/olu/block")
    make.answer(message, village.olu, "Look at me.")
    drain()
    page = ada.get(address(message)).text
    assert "Look at me." not in page
    assert "From Olu Adeyemi, whom you have blocked." in page
    assert "Look at me." not in ada.get(f"{address(message)}/after/0").text
    assert "Look at me." not in ada.get("/messages").text
    assert "1 new" in ada.get("/messages").text  # Fay's
    assert alerts_of(village.ada) == 1
    assert ada.get(f"/report/message/{message.id + 1}").status_code == 404
    assert "Look at me." in sign_in(village.fay).get(address(message)).text
    refused = write(sign_in(village.olu), "fay, ada")
    assert refused.status_code == 422
    assert f"Ada Lowe: {NOT_TAKEN}" in refused.text


def test_what_came_before_the_block_can_be_read_and_reported(village, make, sign_in, said):
    ben = sign_in(village.ben)
    ben.post("/people/ada/block")
    assert "Are you free on Thursday?" in ben.get(address(said)).text
    assert "Are you free on Thursday?" in ben.get("/messages").text
    assert report_message(ben, said).status_code == 303


def test_who_wrote_first_is_answered_wherever_they_belong(village, sign_in, change):
    change(village.olu, reach="communities")
    assert write(sign_in(village.ada), "olu").status_code == 422
    sent = write(sign_in(village.olu), "ada").location.partition("#")[0]
    assert sign_in(village.ada).post(f"{sent}/answer", data={"text": "Gladly."}).status_code == 303


def test_who_takes_no_messages_is_told_that_nobody_can_answer(village, sign_in, change):
    change(village.ada, reach="nobody")
    assert "so nobody can answer you here" in sign_in(village.ada).get("/messages/new?to=ben").text


def test_an_account_that_was_closed_is_not_written_to(village, sign_in, change, said):
    change(village.ben, status="suspended")
    ada = sign_in(village.ada)
    assert ada.post(f"{address(said)}/answer", data={"text": "Hello?"}).status_code == 403
    assert "This account is closed just now" in ada.get(address(said)).text


def report_message(client, message, reason="This is rude."):
    return client.post(f"/report/message/{message.id}", data={"reason": reason})


def test_a_report_shows_the_managers_one_message_and_nothing_else(village, make, sign_in, said, drain):
    secret = make.answer(said, village.ben, "Something private.")
    ben = sign_in(village.ben)
    form = ben.get(f"/report/message/{said.id}").text
    assert "They will read this message, and nothing else of the conversation." in form
    assert report_message(ben, said).location == f"{address(said)}#post-1"
    drain()
    mona = sign_in(village.mona)
    assert "Ben Okoro reported something" in mona.get("/inbox").text
    page = mona.get("/reports").text
    assert "Are you free on Thursday?" in page
    assert "This is rude." in page
    assert "Something private." not in page
    assert mona.get(address(said)).status_code == 404
    assert mona.get(f"/report/message/{secret.id}").status_code == 404
    for name in ("ada", "ben", "fay"):
        refused = sign_in(getattr(village, name)).get("/reports")
        assert refused.status_code == 403
        assert "Only the people who run this network see what was reported." in refused.text
        assert "This is rude." not in refused.text


def test_what_is_taken_away_leaves_a_stub(village, sign_in, said, drain):
    report_message(sign_in(village.ben), said)
    drain()
    number = session().scalars(select(Report.id)).one()
    mona = sign_in(village.mona)
    assert sign_in(village.ada).post(f"/reports/{number}/hide").status_code == 404
    assert mona.post(f"/reports/{number}/hide").location == "/reports"
    drain()
    for name in ("ada", "ben"):
        client = sign_in(getattr(village, name))
        page = client.get(address(said)).text
        assert "Are you free on Thursday?" not in page
        assert "The people who run this network took this message away." in page
        assert "Are you free on Thursday?" not in client.get("/messages").text + client.get("/inbox").text
    assert "Nothing waits" in mona.get("/reports").text
    assert alerts_of(village.mona) == alerts_of(village.ben) == 0
    assert mona.post(f"/reports/{number}/dismiss").status_code == 403
    row = session().get_one(Report, number)
    assert (row.outcome, row.settled_by_id) == ("hide", village.mona.id)


def test_what_is_dismissed_stays(village, make, sign_in, said):
    report_message(sign_in(village.ben), said)
    mona = sign_in(village.mona)
    assert mona.post(f"/reports/{session().scalars(select(Report.id)).one()}/dismiss").status_code == 303
    assert "Are you free on Thursday?" in sign_in(village.ada).get(address(said)).text
    assert session().scalars(select(Message.hidden_at)).one() is None


def test_a_post_and_a_person_are_reported_too(village, make, sign_in):
    reply = make.reply(make.topic(village.close, village.ada), village.ben, text="Something rude.")
    fay, mona = sign_in(village.fay), sign_in(village.mona)
    assert f"/report/post/{reply.id}" in fay.get(f"/topics/{reply.topic_id}", follow_redirects=True).text
    assert fay.post(f"/report/post/{reply.id}", data={"reason": "Rude."}).status_code == 303
    assert fay.post("/report/person/" + str(village.olu.id), data={"reason": "Sells things."}).location == "/people/olu"
    assert sign_in(village.olu).get(f"/report/post/{reply.id}").status_code == 404
    page = mona.get("/reports").text
    assert "A post by Ben Okoro" in page
    assert "Something rude." in page
    assert "Olu Adeyemi" in page
    post, person = session().scalars(select(Report.id).order_by(Report.id))
    assert mona.post(f"/reports/{person}/hide").status_code == 404  # nobody is hidden by a button
    assert mona.post(f"/reports/{post}/hide").status_code == 303
    assert "Something rude." not in fay.get(f"/topics/{reply.topic_id}/after/0").text.split("post-hidden")[0]
    assert fay.get("/report/topic/1").status_code == 404


@pytest.mark.parametrize(
    ("reason", "why"), [("", "Say in a few words"), (" ?! ", "Say in a few words"), ("a" * 2001, "at most 2000 fits")]
)
def test_a_reason_is_needed(village, sign_in, said, reason, why):
    answer = report_message(sign_in(village.ben), said, reason)
    assert answer.status_code == 422
    assert why in answer.text
    assert reason in answer.text
    assert session().scalar(select(func.count()).select_from(Report)) == 0


def test_said_twice_it_is_one_report(village, sign_in, said):
    ben = sign_in(village.ben)
    report_message(ben, said, "Rude.")
    report_message(ben, said, "Very rude.")
    assert session().scalars(select(Report.reason)).all() == ["Very rude."]
