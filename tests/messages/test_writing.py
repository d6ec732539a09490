"""Writing to people: who may, how they like to be reached, that nothing is doubled or lost, and not to everybody."""

import datetime as dt

import pytest
from sqlalchemy import func, select, update

from cop.core.db import session, unit_of_work, utcnow
from cop.core.drafts import Draft
from cop.messages.models import NEW_PEOPLE_A_DAY, Conversation, Message
from tests.messages.conftest import write
from tests.support.browsing import dangers

NOT_TAKEN = "This person does not want to be written to here."
FROM_NEAR = "only by people with whom they share a community"


def how_many(model):
    return session().scalar(select(func.count()).select_from(model))


@pytest.mark.parametrize(
    ("reach", "who", "status", "why"),
    [
        ("network", "ben", 303, ""),
        ("network", "olu", 303, ""),
        ("network", "mona", 303, ""),
        ("communities", "ben", 303, ""),
        ("communities", "olu", 422, FROM_NEAR),
        ("communities", "mona", 422, FROM_NEAR),
        ("nobody", "ben", 422, NOT_TAKEN),
        ("nobody", "mona", 422, NOT_TAKEN),
    ],
)
def test_people_are_reached_as_they_like(village, sign_in, change, reach, who, status, why):
    change(village.ada, reach=reach)
    client = sign_in(getattr(village, who))
    answer = write(client, "ada", "What I typed.")
    assert answer.status_code == status
    assert client.get("/messages/new?to=ada").status_code == (200 if status == 303 else 403)
    assert ("Write to Ada" in client.get("/people/ada").text) == (status == 303)
    assert how_many(Message) == (1 if status == 303 else 0)
    if why:
        assert f"Ada Lowe: {why}" in answer.text or why in answer.text
        assert "What I typed." in answer.text
        assert 'value="ada"' in answer.text


def test_who_is_blocked_hears_what_anybody_hears_who_is_not_wanted(village, sign_in, change):
    olu = sign_in(village.olu)
    sign_in(village.ada).post("/people/olu/block")
    change(village.fay, reach="nobody")
    blocked, unwanted = write(olu, "ada"), write(olu, "fay")
    assert blocked.status_code == unwanted.status_code == 422
    assert f"Ada Lowe: {NOT_TAKEN}" in blocked.text
    assert f"Fay Fenwick: {NOT_TAKEN}" in unwanted.text
    pages = [olu.get(f"/messages/new?to={handle}") for handle in ("ada", "fay")]
    assert [page.status_code for page in pages] == [403, 403]
    assert all(NOT_TAKEN in page.text and "block" not in page.text.lower() for page in pages)
    for page in (blocked.text, olu.get("/people/ada").text):
        assert "has blocked" not in page
    sign_in(village.ada).post("/people/olu/unblock")
    assert write(olu, "ada").status_code == 303


def test_who_blocked_somebody_unblocks_them_before_writing(village, sign_in):
    ada = sign_in(village.ada)
    ada.post("/people/olu/block")
    assert "You have blocked this person. Unblock them first." in write(ada, "olu").text
    assert "You have blocked Olu." in ada.get("/people/olu").text
    ada.post("/people/olu/unblock")
    assert write(ada, "olu").status_code == 303


@pytest.mark.parametrize(
    ("status", "page", "why"),
    [
        ("placeholder", 403, "Nobody has claimed this name yet"),
        ("suspended", 404, "There is nobody here called “pat”."),
        ("deleted", 404, "There is nobody here called “pat”."),
        ("new", 404, "There is nobody here called “pat”."),
        ("active", 200, ""),
    ],
)
def test_only_who_has_an_account_is_written_to(village, make, sign_in, status, page, why):
    make.person("Pat Archive", handle="pat", status=status)
    client = sign_in(village.ada)
    assert client.get("/messages/new?to=pat").status_code == page
    answer = write(client, "pat")
    assert answer.status_code == (422 if why else 303)
    assert why in answer.text
    assert ("Write to Pat" in client.get("/people/pat").text) == (not why)


def test_the_form_says_who_reads_it_and_how_they_are_reached(village, sign_in, change):
    change(village.ben, reach="communities", away_until=utcnow().date() + dt.timedelta(days=3))
    page = sign_in(village.ada).get("/messages/new?to=ben").text
    assert "Only Ben Okoro and you can read this." in page
    assert "Ben Okoro is written to by people who share a community." in page
    assert "Ben Okoro is away until" in page
    assert "@village.example" not in page
    assert write(sign_in(village.ada), "ben").status_code == 303
    change(village.ben, away_until=utcnow().date() - dt.timedelta(days=1))
    assert "is away until" not in sign_in(village.ada).get("/messages/new?to=ben").text


@pytest.mark.parametrize(
    ("to", "text", "why"),
    [
        ("", "Hello.", "Say to whom you are writing."),
        ("ben", " ", "Write something first."),
        ("nobody-here", "Hello.", "There is nobody here called “nobody-here”."),
        ("ada", "Hello.", "Ada Lowe: This is you."),
        ("ben, ada", "Hello.", "Ada Lowe: This is you."),
        ("a, b, c, d, e, f, g, h", "Hello.", "A conversation has at most 8 people with you in it."),
        ("<b>", "Hello.", "It is not clear who “&lt;b&gt;” is."),
        ("<i>", "Hello.", "There is nobody here called “&lt;i&gt;”."),
        ("@be", "Hello.", "It is not clear who “@be” is."),
        ("ben", "word " * 6001, "Cut it, or send it in two parts"),
    ],
)
def test_a_mistake_keeps_what_was_typed(village, sign_in, to, text, why):
    answer = write(sign_in(village.ada), to, text)
    assert answer.status_code == 422
    assert why in answer.text
    assert text.strip() in answer.text
    assert how_many(Message) == how_many(Conversation) == 0


def test_two_people_have_one_conversation(village, sign_in):
    first = write(sign_in(village.ada), "ben")
    second = write(sign_in(village.ben), "ada")
    assert first.location.partition("#")[0] == second.location.partition("#")[0]
    assert second.location.endswith("#post-2")
    together = write(sign_in(village.ada), "ben, fay")
    assert together.location.partition("#")[0] != first.location.partition("#")[0]
    assert how_many(Conversation) == 2


def test_double_click_and_retry_make_one_message(village, sign_in, said):
    ada = sign_in(village.ada)
    answers = [write(ada, "fay", sent_key="k") for _ in range(3)]
    assert {answer.location for answer in answers} == {answers[0].location}
    address = f"/messages/{said.conversation_id}/answer"
    again = [ada.post(address, data={"text": "Once.", "sent_key": "l"}) for _ in range(3)]
    assert {answer.location for answer in again} == {f"/messages/{said.conversation_id}#post-2"}
    assert how_many(Message) == 3
    sign_in(village.ben).post(address, data={"text": "Mine.", "sent_key": "l"})
    assert how_many(Message) == 4


def test_without_the_form_token_nothing_is_sent(village, sign_in, said):
    ada = sign_in(village.ada)
    data = {"to": "ben", "text": "Hello."}
    assert ada.post("/messages/new", data=data, protected=False).status_code == 400
    assert ada.post(f"/messages/{said.conversation_id}/answer", data=data, protected=False).status_code == 400
    assert how_many(Message) == 1


def test_an_answer_that_cannot_go_stays_in_the_composer(village, sign_in, said):
    ben, address = sign_in(village.ben), f"/messages/{said.conversation_id}/answer"
    refused = ben.post(address, data={"text": "word " * 6001})
    assert refused.status_code == 422
    assert ("word " * 6001).strip() in refused.text
    asks = {"Accept": "application/json"}
    assert ben.post(address, data={"text": ""}, headers=asks).json["error"] == "Write something first."
    sent = ben.post(address, data={"text": "Hello."}, headers=asks)
    assert (sent.status_code, sent.json["number"]) == (201, 2)


def test_a_preview_sends_nothing(village, sign_in, said):
    answer = write(sign_in(village.ada), "fay", "**Loud.**", preview="1")
    assert (answer.status_code, "<strong>Loud.</strong>" in answer.text) == (200, True)
    shown = sign_in(village.ben).post(
        f"/messages/{said.conversation_id}/answer", data={"text": "**Loud.**", "preview": "1"}
    )
    assert (shown.status_code, "<strong>Loud.</strong>" in shown.text) == (200, True)
    assert how_many(Message) == 1


def test_a_draft_waits_until_it_is_sent(village, sign_in, said):
    ada = sign_in(village.ada)
    ada.put("/drafts/message:fay", json={"to": "fay", "text": "Half a thought"})
    ada.put(f"/drafts/reply:conversation:{said.conversation_id}", json={"text": "The other half"})
    assert "Half a thought" in ada.get("/messages/new?to=fay").text
    assert "Half a thought" not in ada.get("/messages/new?to=ben").text
    assert "The other half" in ada.get(f"/messages/{said.conversation_id}").text
    assert "The other half" not in sign_in(village.ben).get(f"/messages/{said.conversation_id}").text
    write(ada, "fay")
    ada.post(f"/messages/{said.conversation_id}/answer", data={"text": "Whole."})
    assert how_many(Draft) == 0


def test_nobody_writes_to_everybody(village, make, sign_in):
    people = [make.person() for _ in range(NEW_PEOPLE_A_DAY + 1)]
    ada = sign_in(village.ada)
    for start in range(0, 15, 5):
        assert write(ada, ", ".join(each.handle for each in people[start : start + 5])).status_code == 303
    assert write(ada, ", ".join(each.handle for each in people[15:])).status_code == 422
    for each in people[15:NEW_PEOPLE_A_DAY]:
        assert write(ada, each.handle).status_code == 303
    one_more = write(ada, people[-1].handle, "Kept words.")
    assert one_more.status_code == 422
    assert "At most 20 people a day can be written to anew." in one_more.text
    assert "Kept words." in one_more.text
    assert write(ada, people[0].handle).status_code == 303  # somebody who was written to today is not new
    assert write(sign_in(village.ben), people[-1].handle).status_code == 303


def test_a_day_later_others_can_be_written_to(village, make, sign_in):
    ada = sign_in(village.ada)
    for _ in range(NEW_PEOPLE_A_DAY):
        make.message(village.ada, make.person())
    assert write(ada, "ben").status_code == 422
    with unit_of_work() as db:
        db.execute(update(Conversation).values(created_at=utcnow() - dt.timedelta(days=1, minutes=1)))
    assert write(ada, "ben").status_code == 303


def test_who_wrote_first_can_be_written_to_however_many_there_were(village, make, sign_in):
    make.message(village.ben, village.ada)
    for _ in range(NEW_PEOPLE_A_DAY):
        make.message(village.ada, make.person())
    ada = sign_in(village.ada)
    assert write(ada, "fay").status_code == 422
    assert write(ada, "ben").status_code == 303


def test_new_conversations_have_a_limit_by_the_hour(village, make, sign_in):
    ada = sign_in(village.ada)
    answers = [write(ada, "ben", "").status_code for _ in range(31)]
    assert answers == [422] * 30 + [429]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[press](javascript:alert(1))",
        '<img src=x onerror="alert(1)">',
        "<style>body { display: none }</style>",
        "[a](data:text/html,<script>alert(1)</script>)",
        "\u202etxt.exe \u0000 {{ 7 * 7 }} %s",
    ],
)
def test_hostile_text_is_text(village, sign_in, text):
    ada, ben = sign_in(village.ada), sign_in(village.ben)
    location = write(ada, "ben", text).location.partition("#")[0]
    shown = session().scalars(select(Message.html)).one()
    assert not dangers(shown)
    page = ben.get(location).text
    assert shown in page
    assert ben.get(f"{location}/after/0").json["parts"][0]["html"].count(shown) == 1
    assert all(hostile not in ben.get("/messages").text for hostile in ("<script>alert", "<img src=x", "<style>body"))
    ada.post(f"/report/message/{session().scalars(select(Message.id)).one()}", data={"reason": text})
    assert all(hostile not in sign_in(village.mona).get("/reports").text for hostile in ("<script>alert", "<img src=x"))
