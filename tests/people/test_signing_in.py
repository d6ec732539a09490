"""Signing in and out, limits on guessing, and new passwords by mail."""

import datetime as dt
import time

import pytest
import time_machine
from sqlalchemy import func, select

from cop.core.db import session, unit_of_work, utcnow
from cop.core.login import SignIn
from cop.people import passwords
from cop.people.models import Address, Password, Person
from tests.support import letters
from tests.support.cast import PASSWORD

NEW = "eleven purple teapots"


def sign_ins(person):
    return session().scalar(select(func.count()).select_from(SignIn).where(SignIn.person_id == person.id))


def enter(client, address="ada@village.example", password=PASSWORD, **more):
    return client.post("/sign-in", data={"address": address, "password": password, **more})


def test_any_verified_address_signs_in_and_leads_on(guest, village):
    with unit_of_work() as db:
        db.add(Address(person_id=village.ada.id, address="ada@home.example", verified_at=utcnow()))
        db.add(Address(person_id=village.ada.id, address="ada@unproved.example"))
    assert enter(guest, "ada@unproved.example").status_code == 422
    answer = enter(guest, " Ada@Home.example ", next="/settings/account")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/settings/account")
    assert guest.get("/settings/account").status_code == 200
    assert guest.get("/sign-in?next=/topics").headers["Location"] == "/topics"


@pytest.mark.parametrize("next", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:1", ""])
def test_nobody_is_led_to_another_site(guest, village, next):
    assert enter(guest, next=next).headers["Location"] == "/"


def test_pages_behind_a_log_in_lead_back_after_it(guest, village):
    there = guest.get("/settings").headers["Location"]
    assert there == "/sign-in?next=%2Fsettings"
    assert 'value="/settings"' in guest.get(there).text


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(app, village):
    wrong = enter(app.test_client(), password="not the password")
    unknown = enter(app.test_client(), "nobody@village.example")
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert "do not go together" in wrong.text
    assert wrong.text.count("do not go together") == unknown.text.count("do not go together")


def test_checking_nobodys_password_takes_as_long(app):
    stored = passwords.hashed(PASSWORD)

    def cost(hash):
        times = []
        for _ in range(5):
            begun = time.process_time()
            assert not passwords.matches(hash, "not the password")
            times.append(time.process_time() - begun)
        return min(times)

    assert cost(None) > cost(stored) / 2


@pytest.mark.parametrize(("status", "sentence"), [("suspended", "This account is suspended"), ("deleted", "suspended")])
def test_an_account_that_is_not_active_is_not_entered(guest, make, status, sentence):
    make.person("Una Gone", address="una@village.example", status=status)
    answer = enter(guest, "una@village.example")
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "suspended" not in enter(guest, "una@village.example", "not the password").text


def test_five_wrong_guesses_close_one_account_for_one_address_only(app, guest, village):
    for _ in range(6):
        assert enter(guest).status_code == 303  # a success does not count
        guest.post("/sign-out")
    guesses = [enter(guest, password=f"guess number {n}").status_code for n in range(6)]
    assert guesses == [422] * 5 + [429]
    closed = enter(guest)
    assert closed.status_code == 429
    assert 0 < int(closed.headers["Retry-After"]) <= 300
    assert "ada@village.example" in closed.text
    assert "Wait 5 minutes" in closed.text
    assert enter(guest, "ben@village.example").status_code == 303
    elsewhere = app.test_client()
    elsewhere.environ_base = {**elsewhere.environ_base, "REMOTE_ADDR": "192.0.2.9"}
    assert enter(elsewhere).status_code == 303


def test_twenty_five_wrong_guesses_close_one_address_for_all_accounts(guest, village):
    guesses = [enter(guest, f"person{n}@village.example").status_code for n in range(26)]
    assert guesses == [422] * 25 + [429]
    assert enter(guest).status_code == 429


def test_signing_out_ends_this_browser_alone(guest, sign_in, village):
    other = sign_in(village.ada)
    enter(guest)
    assert sign_ins(village.ada) == 2
    assert guest.post("/sign-out").status_code == 303
    assert sign_ins(village.ada) == 1
    assert guest.get("/settings").status_code == 302
    assert other.get("/settings").status_code == 200


@pytest.mark.parametrize(("remember", "lasts"), [("y", True), ("", False)])
def test_only_who_asks_is_remembered(guest, village, remember, lasts):
    enter(guest, remember=remember)
    [row] = session().scalars(select(SignIn).where(SignIn.person_id == village.ada.id)).all()
    assert row.remembered is lasts
    [cookie] = [cookie for cookie in guest._cookies.values() if cookie.key.startswith("cop_")]
    assert (cookie.expires is not None) is lasts


def test_a_weak_hash_is_made_anew_when_its_owner_signs_in(guest, village):
    before = session().get(Password, village.ada.id).hash
    enter(guest)
    after = session().get(Password, village.ada.id, populate_existing=True).hash
    assert passwords.needs_hashing(before)
    assert not passwords.needs_hashing(after)
    assert passwords.matches(after, PASSWORD)


def test_forms_from_other_sites_are_refused(guest, village):
    data = {"address": "ada@village.example", "password": PASSWORD}
    assert guest.post("/sign-in", data=data, protected=False).status_code in {400, 422}
    assert sign_ins(village.ada) == 0


# -- a new password by mail -------------------------------------------------------------------------------------------


def ask(client, address="ada@village.example"):
    return client.post("/reset", data={"address": address})


def test_a_new_password_comes_by_a_link_that_works_once(guest, sign_in, village, drain, mailbox):
    elsewhere = sign_in(village.ada)
    assert ask(guest).headers["Location"] == "/reset/sent"
    drain()
    assert letters.subjects(mailbox) == [("ada@village.example", "A new password for Long Table")]
    link = letters.link(mailbox[0])
    assert guest.get(link).status_code == guest.get(link).status_code == 200, "opening it does not spend it"
    assert guest.post(link, data={"password": "password1"}).status_code == 422
    assert guest.post(link, data={"password": NEW}).headers["Location"] == "/sign-in"
    assert guest.get(link).status_code == 404
    assert guest.post(link, data={"password": "another good one, this"}).status_code == 404
    assert elsewhere.get("/settings").status_code == 302, "signed out everywhere"
    assert enter(guest).status_code == 422
    assert enter(guest, password=NEW).status_code == 303
    drain()
    assert letters.subjects(mailbox)[1] == ("ada@village.example", "Your password at Long Table was changed")


def test_asking_says_nothing_about_who_is_here(guest, village, make, drain, mailbox, counted):
    make.person("Una Gone", address="una@village.example", status="suspended")
    answers, costs = [], []
    for address in ("ada@village.example", "nobody@village.example", "una@village.example"):
        with counted() as sql:
            answers.append(ask(guest, address))
        costs.append(sql.count)
    assert len({(answer.status_code, answer.text, answer.headers["Location"]) for answer in answers}) == 1
    assert len(set(costs)) == 1
    drain()
    assert [letter["To"] for letter in mailbox] == ["ada@village.example"]


def test_a_link_is_spent_by_any_change_of_the_password(guest, sign_in, village, drain, mailbox):
    ask(guest)
    drain()
    sign_in(village.ada).post("/settings/password", data={"old": PASSWORD, "password": NEW})
    assert guest.get(letters.link(mailbox[0])).status_code == 404


def test_a_link_for_somebody_suspended_meanwhile_is_dead(guest, village, drain, mailbox):
    ask(guest)
    drain()
    with unit_of_work() as db:
        db.get(Person, village.ada.id).status = "suspended"
    assert guest.get(letters.link(mailbox[0])).status_code == 404


def test_an_old_link_is_refused(guest, village, drain, mailbox):
    ask(guest)
    drain()
    link = letters.link(mailbox[0])
    with time_machine.travel(utcnow() + dt.timedelta(hours=3), tick=False):
        assert guest.get(link).status_code == 404
    assert guest.get(link).status_code == 200


def test_five_links_in_half_an_hour(guest, village):
    assert [ask(guest).status_code for _ in range(6)] == [303] * 5 + [429]
    closed = ask(guest)
    assert 0 < int(closed.headers["Retry-After"]) <= 1800
    assert "ada@village.example" in closed.text
