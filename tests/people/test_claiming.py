"""Imported authors are claimed: by a new account, or by somebody who has one."""

import pytest
from sqlalchemy import select

from cop.core.activity import Activity, record
from cop.core.db import session, unit_of_work
from cop.people.models import Person
from cop.people.service import claim
from tests.support import letters
from tests.support.cast import fresh

FORM = {"address": "sam@school.example", "password": "seven green bottles"}


@pytest.fixture
def author(app):
    with unit_of_work() as db:
        person = Person(name="sam_on_the_list", handle="sam-on-the-list", status="placeholder", origin="list:7")
        db.add(person)
    return person


def link(author):
    return claim.link_for(author).removeprefix("http://localhost")


def test_a_new_account_becomes_the_author(guest, village, author, drain, mailbox):
    assert "Did you write as sam_on_the_list?" in guest.get(link(author)).text
    assert guest.post(link(author), data={**FORM, "password": "password"}).status_code == 422
    assert guest.post(link(author), data=FORM).headers["Location"] == "/sign-up/sent"
    assert fresh(author).is_placeholder, "not before the address is proved"
    drain()
    spent = link(author)
    assert guest.post(letters.link(mailbox[0])).headers["Location"] == "/settings"
    sam = fresh(author)
    assert (sam.status, sam.origin) == ("active", "list:7")
    assert guest.get("/settings").status_code == 200
    assert not session().scalars(select(Person).where(Person.status == "new")).all()
    assert session().scalars(select(Activity.verb).where(Activity.thing_id == sam.id)).all() == ["claimed"]
    assert guest.get(spent).status_code == 404, "the link works once"


def test_who_is_later_gets_an_account_of_their_own(app, village, author, drain, mailbox):
    first, second = app.test_client(), app.test_client()
    first.post(link(author), data=FORM)
    second.post(link(author), data={**FORM, "address": "eve@school.example"})
    drain()
    one, two = (letters.link(letter) for letter in mailbox)
    first.post(one)
    second.post(two)
    assert fresh(author).status == "active"
    others = session().scalars(select(Person).where(Person.name == "sam_on_the_list", Person.id != author.id)).all()
    assert [(other.status, other.origin) for other in others] == [("active", None)]


def test_somebody_with_an_account_takes_the_writing_over(sign_in, village, author, monkeypatch):
    moved = []

    def move(placeholder, person):
        moved.append((placeholder.id, person.id))
        record(person, "claimed", person)

    monkeypatch.setattr(claim, "_movers", [*claim._movers, move])
    ben, address = sign_in(village.ben), link(author)
    page = ben.get(address).text
    assert "You are signed in as Ben Okoro" in page
    assert fresh(author).is_placeholder
    assert ben.post(address).headers["Location"] == "/people/ben"
    assert moved == [(author.id, village.ben.id)]
    assert fresh(author).status == "deleted"
    assert ben.post(address).status_code == 404
    kinds = session().execute(select(Activity.verb, Activity.thing_id).where(Activity.actor_id == village.ben.id)).all()
    assert ("claimed", author.id) in kinds
    assert ("claimed", village.ben.id) in kinds


@pytest.mark.parametrize(("who", "status"), [("mona", 200), ("ada", 403), ("fay", 403)])
def test_managers_make_the_link(sign_in, village, author, who, status):
    answer = sign_in(getattr(village, who)).post(f"/people/{author.id}/claim-link")
    assert answer.status_code == status
    assert ("/claim/" in answer.text) is (status == 200)


def test_nobody_makes_a_link_to_an_account(sign_in, village):
    assert sign_in(village.mona).post(f"/people/{village.ada.id}/claim-link").status_code == 403


def test_a_link_to_somebody_real_is_dead(guest, village):
    with unit_of_work():
        address = link(village.ada)
    assert guest.get(address).status_code == 404
    assert guest.get("/claim/nonsense").status_code == 404
