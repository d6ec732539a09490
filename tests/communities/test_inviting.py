"""Inviting by pasted addresses and by name; what the list says of it, and what it never tells."""

import re
import threading

import pytest

from cop.communities import service
from cop.communities.models import Community, Invitation, JoinRequest, Membership
from cop.communities.service import invitations
from cop.core.db import release, session, unit_of_work
from cop.core.outbox import OutboxRow
from cop.people.models import Person
from tests.communities.conftest import role
from tests.support.cast import Make
from tests.support.letters import subjects

MESS = """Name\tE-mail
"Lowe, Dora" <dora@school.example>, emil@school.example;
Finn\tfinn@school.example\tBirch Primary
EMIL@School.example gina.school.example
hedy@"""


def invited_addresses():
    return {each.address for each in session().query(Invitation)}


def test_a_paste_is_looked_through_before_anything_is_sent(village, sign_in, paste, drain, mailbox):
    fay = sign_in(village.fay)
    page = paste(fay, "close", MESS, step="read")
    assert page.status_code == 200
    assert "3 people will be invited, 3 cannot be read" in page.text
    for address in ("dora@school.example", "emil@school.example", "finn@school.example"):
        assert f"<li>{address}" in page.text
    for wrong in ("Name\tE-mail", "gina.school.example", "hedy@"):
        assert f"<li>{wrong}</li>" in page.text, "one by one"
    field = re.search(r'<textarea[^>]*id="addresses"[^>]*>\s*([^<]*)</textarea>', page.text).group(1)
    assert field.split("\n") == ["Name\tE-mail", "gina.school.example", "hedy@"], "kept for mending"
    assert not invited_addresses()
    drain()
    assert not mailbox


def test_the_good_ones_are_sent_and_the_bad_ones_stay_in_the_field(village, sign_in, paste, drain, mailbox):
    answer = paste(sign_in(village.fay), "close", MESS)
    assert answer.status_code == 422
    assert "3 invitations are sent." in answer.text and "3 of these cannot be read" in answer.text
    field = re.search(r'<textarea[^>]*id="addresses"[^>]*>\s*([^<]*)</textarea>', answer.text).group(1)
    assert field.split("\n") == ["Name\tE-mail", "gina.school.example", "hedy@"]
    drain()
    assert sorted(to for to, _subject in subjects(mailbox)) == [
        "dora@school.example",
        "emil@school.example",
        "finn@school.example",
    ]


def test_what_is_mended_is_sent_with_what_was_read_before(village, sign_in, paste):
    answer = paste(
        sign_in(village.fay), "close", "gina@school.example", read="dora@school.example\nemil@school.example"
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/communities/close/invitations")
    assert invited_addresses() == {"dora@school.example", "emil@school.example", "gina@school.example"}


def test_nobody_is_written_to_twice(village, sign_in, paste, drain, mailbox):
    fay = sign_in(village.fay)
    paste(fay, "close", "dora@school.example")
    look = paste(fay, "close", "DORA@school.example, emil@school.example", step="read").text
    assert "One person will be invited" in look and "invited before" in look
    said = fay.get(paste(fay, "close", "Dora@school.example, emil@school.example").headers["Location"]).text
    assert "One invitation is sent. One person was invited before, and is not written to again." in said
    drain()
    assert sorted(to for to, _subject in subjects(mailbox)) == ["dora@school.example", "emil@school.example"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "at least one address"),
        (" \n,;", "at least one address"),
        (
            "\n".join(f"t{number}@school.example" for number in range(5_000)),
            "There are 5000 addresses here; at most 200",
        ),
    ],
)
def test_nothing_at_all_and_too_many_are_refused_and_kept(village, sign_in, paste, text, sentence):
    answer = paste(sign_in(village.fay), "close", text)
    assert answer.status_code == 422 and sentence in answer.text
    assert text.strip()[-30:] in answer.text
    assert not invited_addresses()


@pytest.mark.parametrize("text", ["x" * 10_000, "\u202egro.x@ada", "a@b", "<script>alert(1)</script>"])
def test_what_no_line_of_can_be_read_stays_as_it_is(village, sign_in, paste, text):
    answer = paste(sign_in(village.fay), "close", text)
    assert answer.status_code == 200 and "cannot be read" in answer.text
    assert "<script>alert" not in answer.text
    assert not invited_addresses()


def test_a_pasted_header_is_an_address_like_another_and_reaches_no_letter(village, sign_in, paste, drain, mailbox):
    fay = sign_in(village.fay)
    look = paste(fay, "close", "dora@school.example\r\nBcc: eve@evil.example\r\n\r\nBuy!", step="read")
    assert "<li>eve@evil.example" in look.text
    paste(fay, "close", "dora@school.example\r\nSubject: Buy!\r\n\r\nBuy!")
    drain()
    (letter,) = mailbox
    assert letter["To"] == "dora@school.example" and letter["Bcc"] is None
    assert letter["Subject"] == "Fay Fenwick invites you to The Close"


@pytest.mark.parametrize(("name", "status"), [("fay", 303), ("ada", 403), ("olu", 404), ("mona", 404)])
def test_facilitators_invite(village, sign_in, paste, name, status):
    client = sign_in(getattr(village, name))
    assert client.post("/communities/cellar/invite/ben").status_code == status
    assert paste(client, "cellar", "dora@school.example").status_code == status
    assert session().query(Invitation).count() == (2 if status == 303 else 0)
    assert (sign_in(village.ben).get("/communities/cellar").status_code == 200) == (status == 303)


def test_people_to_invite_are_found_by_name_without_those_who_belong(village, sign_in):
    fay = sign_in(village.fay)
    assert "Olu Adeyemi" in fay.get("/communities/close/invite?q=olu").text
    assert "invite/ben" not in fay.get("/communities/close/invite?q=ben").text


def test_inviting_somebody_who_asked_lets_them_in(village, sign_in):
    with unit_of_work() as db:
        service.ask_to_join(db.get_one(Person, village.olu.id), db.get_one(Community, village.close.id), "I teach.")
    sign_in(village.fay).post("/communities/close/invite/olu")
    assert role(village.close, village.olu) == "member"
    assert session().query(JoinRequest).count() == session().query(Invitation).count() == 0


def test_two_hundred_addresses_ask_the_database_no_more_than_one_does(village, sign_in, paste, counted):
    fay, asked = sign_in(village.fay), []
    for text in ("one@school.example", "\n".join(f"t{number}@school.example" for number in range(200))):
        with counted() as sql:
            paste(fay, "close", text)
        asked.append(sum(each.startswith("SELECT") for each in sql.statements))
    assert len(invited_addresses()) == 201
    assert asked[0] == asked[1] <= 9


def test_a_day_has_its_measure_and_taking_back_does_not_make_room(village, sign_in, paste, monkeypatch, days_pass):
    monkeypatch.setattr(invitations, "A_DAY", 3)
    fay = sign_in(village.fay)
    paste(fay, "close", "a@school.example, b@school.example")
    fay.post(f"/communities/close/invitations/{session().query(Invitation).first().id}/withdraw")
    answer = paste(fay, "square", "c@school.example, d@school.example")
    assert answer.status_code == 422 and "You can send to one more person today" in answer.text
    assert "c@school.example" in answer.text and len(invited_addresses()) == 2
    assert paste(fay, "square", "c@school.example").status_code == 303
    days_pass(1.01)
    assert paste(fay, "square", "d@school.example, e@school.example").status_code == 303


def test_two_who_paste_the_same_at_the_same_instant_send_it_once(network):
    """On a database that commits: one sends, the other is told that these were invited before."""
    app = network(rate_limits=False)
    make = Make()
    village = make.village()
    with unit_of_work() as db:
        db.get_one(Membership, (village.ada.id, village.close.id)).role = "facilitator"
    tokens = [make.sign_in(person) for person in (village.fay, village.ada)]
    addresses = "\n".join(f"t{number}@school.example" for number in range(20))
    ready, said = threading.Barrier(2), []

    def send(token):
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
        ready.wait()
        data = {"addresses": addresses, "step": "send"}
        said.append(client.post("/communities/close/invite", data=data, follow_redirects=True).text)

    threads = [threading.Thread(target=send, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    release()
    assert sum("20 invitations are sent." in page for page in said) == 1
    assert sum("20 people were invited before, and are not written to again." in page for page in said) == 1
    assert session().query(OutboxRow).filter_by(reader=invitations.LETTER).count() == len(invited_addresses()) == 20
