"""Signing up, and proving an address."""

import pytest
from sqlalchemy import func, select

from cop.core import outbox
from cop.core.activity import Activity
from cop.core.db import session, unit_of_work
from cop.people.models import Address, Person
from cop.people.service import accounts
from tests.support import letters

PASSWORD = "seven green bottles"
FORM = {"name": "Leila Bramhall", "address": "Leila@School.example", "password": PASSWORD}


def people(**fields):
    return list(session().scalars(select(Person).filter_by(**fields)))


def test_a_new_account_begins_with_its_letter_and_signs_in_the_browser_that_asked(guest, village, drain, mailbox):
    answer = guest.post("/sign-up", data=FORM)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-up/sent")
    assert "leila@school.example" in guest.get("/sign-up/sent").text
    drain()
    assert letters.subjects(mailbox) == [("leila@school.example", "Verify your address for Long Table")]
    verify = letters.link(mailbox[0])

    assert people(status="new", name="Leila Bramhall"), "nobody sees her before"
    assert "leila@school.example" in guest.get(verify).text
    assert people(status="new"), "opening the link changes nothing: mail scanners open links"
    answer = guest.post(verify)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/settings")
    assert guest.get("/settings").status_code == 200
    [leila] = people(name="Leila Bramhall")
    assert (leila.status, leila.handle) == ("active", "leila-bramhall")
    assert session().scalars(select(Activity.verb).where(Activity.thing_id == leila.id)).all() == ["signed up"]
    assert "There is nothing more to do" in guest.get(verify).text


def test_another_browser_that_opens_the_link_has_to_sign_in(app, guest, village, drain, mailbox):
    guest.post("/sign-up", data=FORM)
    drain()
    other = app.test_client()
    answer = other.post(letters.link(mailbox[0]))
    assert answer.headers["Location"] == "/sign-in"
    assert other.get("/settings").status_code == 302
    assert other.post("/sign-in", data=FORM).headers["Location"] == "/"


def test_an_address_with_an_account_gets_the_same_page_and_another_letter(guest, village, drain, mailbox, counted):
    with counted() as new:
        for_new = guest.post("/sign-up", data=FORM)
    with counted() as known:
        for_known = guest.post("/sign-up", data={**FORM, "address": "ada@village.example"})
    assert (for_new.status_code, for_new.headers["Location"]) == (for_known.status_code, for_known.headers["Location"])
    assert new.count == known.count, "the same steps take the same time"
    assert for_new.text == for_known.text
    drain()
    assert letters.subjects(mailbox)[1] == ("ada@village.example", "You already have an account at Long Table")
    assert len(people(status="new")) == 1
    assert people(handle="ada")[0].name == "Ada Lowe"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", " \u200b\u2060 ", "Write the name that people know you by."),
        ("name", "\u3164", "Write the name that people know you by."),
        ("name", "x" * 121, "at most 120 fit"),
        ("address", "leila", "Write a whole e-mail address"),
        ("address", "leila@localhost", "Write a whole e-mail address"),
        ("password", "short", "shorter than 8 characters"),
        ("password", "x7&" * 80, "longer than 200 characters"),
        ("password", "password123", "among the first that somebody would guess"),
        ("password", "leilabramhall", "among the first that somebody would guess"),
        ("password", "leila@school.example", "among the first that somebody would guess"),
        ("password", "Long Table", "among the first that somebody would guess"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field_and_the_rest_is_kept(guest, village, field, value, sentence):
    answer = guest.post("/sign-up", data={**FORM, field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    kept = {"name": "Leila Bramhall", "address": "eila@"}
    assert all(text in answer.text for name, text in kept.items() if name != field)
    assert PASSWORD not in answer.text
    assert not people(status="new")


@pytest.mark.parametrize("name", ["李雷", "Ngũgĩ wa Thiong'o", "مريم", "Seán Ó Sé", "Zed"])
def test_names_of_every_script_are_taken(guest, village, name):
    assert guest.post("/sign-up", data={**FORM, "name": name}).status_code == 303
    assert people(status="new", name=name)


def test_programs_that_fill_in_every_field_get_the_same_page_and_nothing_else(guest, village, drain, mailbox):
    answer = guest.post("/sign-up", data={**FORM, "website": "https://cheap.example"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-up/sent")
    drain()
    assert not mailbox
    assert not people(status="new")


def test_one_mailbox_gets_five_letters_in_half_an_hour(guest, village):
    answers = [guest.post("/sign-up", data=FORM).status_code for _ in range(6)]
    assert answers == [303] * 5 + [429]
    last = guest.post("/sign-up", data=FORM)
    assert int(last.headers["Retry-After"]) > 0
    assert "Leila Bramhall" in last.text
    assert guest.post("/sign-up", data={**FORM, "address": "kofi@school.example"}).status_code == 303


def test_of_two_who_began_with_one_address_the_first_to_verify_has_it(app, village, drain, mailbox):
    first, second = app.test_client(), app.test_client()
    first.post("/sign-up", data={**FORM, "name": "First Comer"})
    second.post("/sign-up", data={**FORM, "name": "Second Comer"})
    drain()
    one, two = (letters.link(letter) for letter in mailbox)
    assert second.post(two).status_code == 303
    assert first.post(one).status_code == 404, "the rival was forgotten"
    assert [person.name for person in people() if "Comer" in person.name] == ["Second Comer"]


def test_an_address_verified_elsewhere_meanwhile_is_refused_politely(sign_in, village, drain, mailbox):
    ben, olu = sign_in(village.ben), sign_in(village.olu)
    for client in (ben, olu):
        client.post("/settings/addresses", data={"address": "shared@school.example"})
    drain()
    one, two = (letters.link(letter) for letter in mailbox)
    assert ben.post(one).status_code == 303
    answer = olu.post(two)
    assert answer.status_code == 409
    assert "This address has an account already" in answer.text
    owners = select(Address.person_id).where(
        Address.address == "shared@school.example", Address.verified_at.is_not(None)
    )
    assert session().scalars(owners).all() == [village.ben.id]


@pytest.mark.parametrize("token", ["nonsense", "WzEsIiIsbnVsbF0.aaaaaa.bbbb"])
def test_a_link_that_is_not_ours_is_answered_with_a_page(guest, village, token):
    for answer in (guest.get(f"/verify/{token}"), guest.post(f"/verify/{token}"), guest.get(f"/reset/{token}")):
        assert answer.status_code == 404


def test_what_was_never_verified_is_forgotten(guest, village, app):
    guest.post("/sign-up", data=FORM)
    [begun] = people(status="new")
    rows = session().scalars(select(outbox.OutboxRow).where(outbox.OutboxRow.reader == accounts.FORGET_NEW)).all()
    assert [row.payload for row in rows] == [{"person_id": begun.id}]
    accounts.forget_new({"person_id": begun.id})
    accounts.forget_new({"person_id": village.ada.id})
    assert not people(status="new")
    assert people(handle="ada")
    assert session().scalar(select(func.count()).select_from(Address).where(Address.person_id == begun.id)) == 0


def test_two_people_of_one_name_have_two_handles(village):
    with unit_of_work():
        made = [accounts.create_person("Sam Reed", f"sam{n}@school.example", "hash").handle for n in range(3)]
    assert made == ["sam-reed", "sam-reed-2", "sam-reed-3"]
    with pytest.raises(accounts.AddressTaken), unit_of_work():
        accounts.create_person("Sam Reed", "sam1@school.example", "hash")
