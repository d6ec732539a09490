"""Reading conversations: those in them and nobody else by any road; what is new; leaving; muting; groups."""

import io
import re

import pytest
from sqlalchemy import select

from cop.core.activity import Activity
from cop.core.db import session
from cop.messages.models import Conversation
from cop.notify.models import Alert
from tests.core.test_files import PNG
from tests.messages.conftest import write

SECRET = "zanzibar"


def address(message):
    return f"/messages/{message.conversation_id}"


def alerts_of(person):
    return list(session().scalars(select(Alert).where(Alert.person_id == person.id)))


@pytest.mark.parametrize(
    ("name", "status"), [("guest", 302), ("ada", 200), ("ben", 200), ("fay", 404), ("olu", 404), ("mona", 404)]
)
def test_a_conversation_is_for_those_in_it(village, sign_in, guest, said, name, status):
    client = guest if name == "guest" else sign_in(getattr(village, name))
    there = address(said)
    for page in (there, f"{there}/after/0", f"{there}?page=1", f"/report/message/{said.id}"):
        assert client.get(page).status_code == status
    for deed in ("answer", "mute", "unmute", "mark/1", "leave"):
        answer = client.post(f"{there}/{deed}", data={"text": "Let me in."})
        assert answer.status_code == (303 if status == 200 else status)
    reported = client.post(f"/report/message/{said.id}", data={"reason": "So that I read it."})
    assert reported.status_code == (302 if name == "guest" else 404)  # who was in it has left by now


ROADS = ("/", "/inbox", "/messages", "/find?q=zanzibar", "/people?q=zanzibar", "/topics", "/people/ada", "/reports")


@pytest.mark.parametrize("name", ["guest", "fay", "olu", "mona"])
def test_nobody_else_reads_a_word_of_it_by_any_road(village, make, sign_in, guest, drain, name):
    message = make.message(village.ada, village.ben, text=f"About {SECRET}, between us. @{village.olu.handle} @mona")
    make.answer(message, village.ben, text=f"More {SECRET}.")
    drain()
    client = guest if name == "guest" else sign_in(getattr(village, name))
    for road in ROADS:
        said = client.get(road, follow_redirects=True).text.replace('value="zanzibar"', "")
        assert not re.search(r"About zanzibar|More zanzibar|/messages/\d", said), road
    if name != "guest":
        assert "No conversations yet" in client.get("/messages").text
        assert alerts_of(getattr(village, name)) == []


def test_even_those_in_it_do_not_find_it_by_searching(village, make, sign_in, drain):
    make.message(village.ada, village.ben, text=f"About {SECRET}, between us.")
    drain()
    ada = sign_in(village.ada)
    assert "between us" not in ada.get("/find?q=zanzibar").text
    assert "between us" in ada.get("/messages").text


def test_the_record_of_deeds_holds_no_text(village, make):
    make.message(village.ada, village.ben, text=f"About {SECRET}.")
    rows = session().scalars(select(Activity).where(Activity.kind == "message")).all()
    assert rows
    assert all(SECRET not in str(row.facts) for row in rows)


def test_a_picture_in_a_message_is_for_those_in_the_conversation(village, sign_in, guest):
    ada = sign_in(village.ada)
    uploaded = ada.post("/files", data={"file": (io.BytesIO(PNG), "plan.png")}).json
    write(ada, "ben", uploaded["markdown"])
    assert sign_in(village.ben).get(uploaded["url"]).status_code == 200
    for client in (guest, sign_in(village.fay), sign_in(village.mona)):
        assert client.get(uploaded["url"]).status_code == 404


def test_what_is_new_is_marked_until_it_was_on_the_screen(village, make, sign_in, said):
    ben = sign_in(village.ben)
    make.answer(said, village.ada, "And Friday?")
    assert "2 new" in ben.get("/messages").text
    assert ben.post(f"{address(said)}/mark", data={"number": "2"}).status_code == 204
    assert " new<" not in ben.get("/messages").text
    make.answer(said, village.ada, "Or Monday?")
    page = ben.get(address(said)).text
    assert page.index('id="post-2"') < page.index('id="new"') < page.index('id="post-3"')
    assert "1 new" in ben.get("/messages").text
    assert ben.post(f"{address(said)}/mark/3").status_code == 303
    assert " new<" not in ben.get("/messages").text
    assert " new<" not in sign_in(village.ada).get("/messages").text  # what one wrote oneself is not new
    assert ben.post(f"{address(said)}/mark", data={"number": "-2"}).status_code == 400


def test_the_latest_conversation_stands_first(village, make, sign_in, said):
    make.message(village.ada, village.fay)
    ada = sign_in(village.ada)
    page = ada.get("/messages").text
    assert page.index("Fay Fenwick</a>") < page.index("Ben Okoro</a>")
    make.answer(said, village.ben)
    page = ada.get("/messages").text
    assert page.index("Ben Okoro</a>") < page.index("Fay Fenwick</a>")
    assert "Nothing on this page" in ada.get("/messages?page=9").text


def test_a_long_conversation_has_pages_and_opens_at_its_end(village, make, sign_in, said):
    for number in range(2, 33):
        make.answer(said, village.ada, f"Number {number}.")
    ben = sign_in(village.ben)
    end, first = ben.get(address(said)).text, ben.get(f"{address(said)}?page=1").text
    assert 'id="post-32"' in end
    assert 'id="post-30"' not in end
    assert 'id="post-30"' in first
    assert 'id="post-31"' not in first
    assert [ben.get(f"{address(said)}?page={page}").status_code for page in (0, 3)] == [404, 404]


def test_those_written_to_are_told_in_words_and_once(village, sign_in, make, said, drain):
    drain()
    ben = sign_in(village.ben)
    inbox = ben.get("/inbox").text
    assert "Ada Lowe wrote to you" in inbox
    assert f'href="{address(said)}#post-1"' in inbox
    assert len(alerts_of(village.ben)) == 1
    assert alerts_of(village.ada) == []
    ben.post(f"{address(said)}/mark", data={"number": "1"})
    assert all(alert.read_at for alert in alerts_of(village.ben))


def test_who_muted_it_is_told_of_nothing_and_still_reads(village, make, sign_in, said, drain):
    drain()
    ben = sign_in(village.ben)
    ben.post(f"{address(said)}/mute")
    make.answer(said, village.ada, "And Friday?")
    drain()
    assert len(alerts_of(village.ben)) == 1
    page = ben.get(address(said)).text
    assert "And Friday?" in page
    assert "You are told of nothing in this conversation." in page
    ben.post(f"{address(said)}/unmute")
    make.answer(said, village.ada, "Or Monday?")
    drain()
    assert len(alerts_of(village.ben)) == 2
    muted = session().scalars(select(Activity).where(Activity.verb.in_(["muted", "unmuted"]))).all()
    assert [(row.quiet, row.room) for row in muted] == [(True, None)] * 2  # nobody else's affair


def test_who_left_reads_nothing_of_it_any_more(village, make, sign_in, drain):
    message = make.message(village.ada, village.ben, village.olu)
    drain()
    ben = sign_in(village.ben)
    assert ben.post(f"{address(message)}/leave").location == "/messages"
    make.answer(message, village.olu, "He has left.")
    drain()
    for page in (address(message), f"{address(message)}/after/0"):
        assert ben.get(page).status_code == 404
    assert ben.post(f"{address(message)}/answer", data={"text": "Still here."}).status_code == 404
    assert "No conversations yet" in ben.get("/messages").text
    assert alerts_of(village.ben) == []
    page = sign_in(village.ada).get(address(message)).text
    assert "He has left." in page
    assert "Ben Okoro" not in page
    assert "Only Olu Adeyemi and you can read this." in page


def test_when_one_of_two_has_left_nothing_is_written_into_the_void(village, sign_in, said):
    sign_in(village.ben).post(f"{address(said)}/leave")
    ada = sign_in(village.ada)
    page = ada.get(address(said)).text
    assert "Everybody else has left this conversation." in page
    assert 'id="composer"' not in page
    assert "Only you." in page
    refused = ada.post(f"{address(said)}/answer", data={"text": "Hello?"})
    assert refused.status_code == 403
    anew = write(ada, "ben", "Let us begin again.").location
    assert not anew.startswith(f"{address(said)}#")
    assert "Are you free on Thursday?" not in sign_in(village.ben).get(anew).text


def test_a_group_has_at_most_eight_and_all_of_them_read(village, make, sign_in):
    others = [make.person() for _ in range(7)]
    ada = sign_in(village.ada)
    too_many = ", ".join([*(each.handle for each in others), "ben"])
    assert write(ada, too_many).status_code == 422
    sent = write(ada, ", ".join(f"@{each.handle}" for each in others), "To all of you.")
    assert sent.status_code == 303
    for each in others:
        assert "To all of you." in sign_in(each).get(sent.location).text
    assert len(session().scalars(select(Conversation)).one().participants) == 8
    assert sign_in(village.ben).get(sent.location).status_code == 404


def test_an_open_page_asks_for_what_came_after(village, make, sign_in, said):
    ben = sign_in(village.ben)
    seq = int(re.search(r'data-seq="(\d+)"', ben.get(address(said)).text)[1])
    assert ben.get(f"{address(said)}/after/{seq}").json["parts"] == []
    make.answer(said, village.ada, "And Friday?")
    heard = ben.get(f"{address(said)}/after/{seq}").json
    assert [part["id"] for part in heard["parts"]] == ["post-2"]
    assert "And Friday?" in heard["parts"][0]["html"]
    assert heard["seq"] == seq + 1
    assert ben.get(f"{address(said)}/after/{heard['seq']}").json["parts"] == []


def test_pages_cost_few_queries(village, make, sign_in, said, counted):
    for number in range(20):
        make.answer(said, village.ada if number % 2 else village.ben)
    for _ in range(5):
        make.message(village.ben, make.person())
    ben = sign_in(village.ben)
    ben.get("/messages")
    with counted() as sql:
        ben.get("/messages")
    assert sql.count <= 6, sql
    with counted() as sql:
        ben.get(address(said))
    assert sql.count <= 14, sql
