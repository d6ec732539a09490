"""Addresses, the password and the browsers of an account."""

import pytest
from sqlalchemy import select

from cop.core.db import session, unit_of_work, utcnow
from cop.core.login import SignIn
from cop.people.models import Address
from tests.support import letters
from tests.support.cast import PASSWORD

NEW = "eleven purple teapots"
HOME = "ada@home.example"


def addresses(person):
    rows = session().scalars(select(Address).where(Address.person_id == person.id).order_by(Address.id))
    return {
        row.address: ("primary" if row.is_primary else "verified" if row.verified_at else "waiting") for row in rows
    }


def the(address):
    return session().scalar(select(Address).where(Address.address == address))


@pytest.fixture
def with_home(village):
    with unit_of_work() as db:
        db.add(Address(person_id=village.ada.id, address=HOME, verified_at=utcnow()))
    return the(HOME)


def test_an_address_is_added_by_its_letter(sign_in, village, drain, mailbox):
    client = sign_in(village.ada)
    assert client.post("/settings/addresses", data={"address": HOME}).status_code == 303
    assert addresses(village.ada)[HOME] == "waiting"
    drain()
    assert letters.subjects(mailbox) == [(HOME, "Add this address to your account at Long Table")]
    assert client.post(letters.link(mailbox[0])).headers["Location"] == "/settings/account"
    assert addresses(village.ada) == {"ada@village.example": "primary", HOME: "verified"}
    drain()
    assert letters.subjects(mailbox)[1] == (
        "ada@village.example",
        "An address was added to your account at Long Table",
    )


def test_adding_somebody_elses_address_looks_like_any_other(sign_in, village, drain, mailbox, counted):
    client = sign_in(village.ada)
    with counted() as free:
        first = client.post("/settings/addresses", data={"address": HOME})
    with counted() as taken:
        second = client.post("/settings/addresses", data={"address": "ben@village.example"})
    assert (first.status_code, first.headers["Location"]) == (second.status_code, second.headers["Location"])
    assert free.count == taken.count
    drain()
    assert letters.subjects(mailbox)[1] == ("ben@village.example", "Your address at Long Table")
    assert "/verify/" not in letters.text(mailbox[1])
    assert addresses(village.ben) == {"ben@village.example": "primary"}


@pytest.mark.parametrize(
    ("address", "sentence"), [("ADA@village.example", "You have this address here already"), ("ada", "Write a whole")]
)
def test_what_cannot_be_added_is_said_beside_the_field(sign_in, village, address, sentence):
    answer = sign_in(village.ada).post("/settings/addresses", data={"address": address})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{address.lower()}"' in answer.text


def test_the_letter_is_sent_again(sign_in, village, drain, mailbox):
    client = sign_in(village.ada)
    client.post("/settings/addresses", data={"address": HOME})
    client.post(f"/settings/addresses/{the(HOME).id}/send")
    drain()
    assert [letter["To"] for letter in mailbox] == [HOME, HOME]


def test_another_address_becomes_the_main_one_and_then_the_old_one_can_go(sign_in, village, with_home):
    client, old = sign_in(village.ada), the("ada@village.example")
    page = client.post(f"/settings/addresses/{old.id}/remove", follow_redirects=True).text
    assert "Make another one your main address first." in page
    client.post(f"/settings/addresses/{with_home.id}/primary")
    assert addresses(village.ada) == {"ada@village.example": "verified", HOME: "primary"}
    client.post(f"/settings/addresses/{old.id}/remove")
    assert addresses(village.ada) == {HOME: "primary"}
    client.post(f"/settings/addresses/{with_home.id}/remove")
    assert addresses(village.ada) == {HOME: "primary"}, "the last verified one stays"


def test_an_unproved_address_never_becomes_the_main_one(sign_in, village):
    client = sign_in(village.ada)
    client.post("/settings/addresses", data={"address": HOME})
    client.post(f"/settings/addresses/{the(HOME).id}/primary")
    assert addresses(village.ada)[HOME] == "waiting"


@pytest.mark.parametrize(("who", "status"), [("ada", 303), ("ben", 404), ("mona", 404)])
@pytest.mark.parametrize("deed", ["send", "primary", "remove"])
def test_addresses_are_their_owners_alone(sign_in, village, with_home, who, status, deed):
    assert sign_in(getattr(village, who)).post(f"/settings/addresses/{with_home.id}/{deed}").status_code == status


def test_a_new_password_asks_the_old_one_and_ends_other_sign_ins(app, sign_in, village, drain, mailbox):
    here, there = sign_in(village.ada), sign_in(village.ada)
    wrong = here.post("/settings/password", data={"old": "not this one", "password": NEW})
    assert wrong.status_code == 422
    assert "This is not your password now." in wrong.text
    weak = here.post("/settings/password", data={"old": PASSWORD, "password": "Ada Lowe"})
    assert "among the first" in weak.text
    assert there.get("/settings").status_code == 200
    assert here.post("/settings/password", data={"old": PASSWORD, "password": NEW}).status_code == 303
    assert (here.get("/settings").status_code, there.get("/settings").status_code) == (200, 302)
    data = {"address": "ada@village.example", "password": NEW}
    assert app.test_client().post("/sign-in", data=data).status_code == 303
    drain()
    assert letters.subjects(mailbox) == [("ada@village.example", "Your password at Long Table was changed")]


def test_the_old_password_is_not_to_be_guessed(sign_in, village):
    client = sign_in(village.ada)
    guesses = [
        client.post("/settings/password", data={"old": f"guess number {n}", "password": NEW}).status_code
        for n in range(6)
    ]
    assert guesses == [422] * 5 + [429]


def test_other_browsers_are_listed_and_signed_out(sign_in, village):
    here, there, elsewhere = (sign_in(village.ada) for _ in range(3))
    page = here.get("/settings/account").text
    assert page.count("Sign out there") == 2
    assert page.count("this one") == 1
    rows = session().scalars(select(SignIn).where(SignIn.person_id == village.ada.id).order_by(SignIn.id)).all()
    assert here.post(f"/settings/sessions/{rows[1].id}/end").status_code == 303
    assert (there.get("/settings").status_code, elsewhere.get("/settings").status_code) == (302, 200)
    here.post("/settings/sessions/end-others")
    assert (here.get("/settings").status_code, elsewhere.get("/settings").status_code) == (200, 302)


def test_nobody_ends_another_persons_sign_in(sign_in, village):
    ada, ben = sign_in(village.ada), sign_in(village.ben)
    row = session().scalar(select(SignIn).where(SignIn.person_id == village.ada.id))
    assert ben.post(f"/settings/sessions/{row.id}/end").status_code == 404
    assert ada.get("/settings").status_code == 200
