"""Whose an address is: nothing that an inviter sees says so, neither words nor lists nor the work that it takes."""

import difflib
import re

import pytest

from cop.communities import queries, service
from cop.communities.models import Community, Invitation
from cop.core.activity import Activity
from cop.core.db import session, unit_of_work
from cop.notify.queries import inbox
from cop.people.models import Address, Person
from tests.communities.conftest import listed, only_invitation, role
from tests.support.cast import fresh
from tests.support.letters import subjects

CASES = {
    "nobody's": "new@school.example",
    "an account's": "olu@village.example",
    "another address of an account": "olu@home.example",
    "a member's": "ada@village.example",
    "a suspended person's": "sue@village.example",
    "not verified": "begun@school.example",
    "of somebody who asked": "mona@village.example",
}


@pytest.fixture
def owners(village, make):
    """The accounts of the cases."""
    make.person("Sue Spend", address="sue@village.example", status="suspended")
    with unit_of_work() as db:
        db.add(Address(person_id=village.olu.id, address="olu@home.example", verified_at=fresh(village.olu).joined_at))
        db.add(Address(person_id=village.ben.id, address="begun@school.example"))
        service.ask_to_join(db.get_one(Person, village.mona.id), db.get_one(Community, village.close.id), "I teach.")


def without_names(text, address):
    """A page without the address and what is another one in each answer."""
    text = text.replace(address, "ADDRESS")
    return re.sub(r"request: \w+|content=.[\w.-]+.|/invitations/\d+/|value=\"[\w.-]+\"", "", text)


def differences(one, other):
    """What two answers do not have in common."""
    lines = difflib.unified_diff(str(one).splitlines(), str(other).splitlines(), lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def everything(client, paste, sql, address):
    """All that an inviter can see of inviting an address: what each step answers, and how much work it was."""
    seen = []
    with sql() as counted:
        seen.append(paste(client, "close", address, step="read").text)
        answer = paste(client, "close", f" {address.upper()} ")
        seen += [answer.headers["Location"], answer.text, client.get(answer.headers["Location"]).text]
        seen += [client.get(f"/communities/close/invitations?which={state}").text for state in queries.STATES]
    seen.append(counted.count)
    return [without_names(each, address) if isinstance(each, str) else each for each in seen]


def test_nothing_says_whether_an_address_has_an_account_or_whose_it_is(
    village, owners, sign_in, paste, drain, counted, days_pass
):
    fay, told = sign_in(village.fay), {}
    drain()
    for case, address in CASES.items():
        mine = told[case] = everything(fay, paste, counted, address)
        drain()
        home = fay.get("/communities/close")
        mine += [fay.get("/communities/close/invitations").text, home.text, fay.get("/communities/close/members").text]
        days_pass(2)
        id = only_invitation().id
        fay.post(f"/communities/close/invitations/{id}/send")
        mine.append(fay.get("/communities/close/invitations").text)
        drain()
        days_pass(15)
        drain()
        mine += [fay.get(f"/communities/close/invitations?which={state}").text for state in queries.STATES]
        with unit_of_work() as db:
            db.delete(db.get_one(Invitation, id))
        told[case] = [without_names(each, address) if isinstance(each, str) else each for each in mine]
    for case, seen in told.items():
        for step, (one, other) in enumerate(zip(seen, told["nobody's"], strict=True)):
            assert differences(one, other) == [], f"{case}, step {step}"


def test_what_is_said_in_the_live_room_of_a_community_is_the_same_for_every_address(
    village, owners, sign_in, paste, drain
):
    fay, heard = sign_in(village.fay), {}
    for case, address in CASES.items():
        before = session().query(Activity).filter_by(room=f"community:{village.close.id}").count()
        paste(fay, "close", address)
        drain()
        after = session().query(Activity).filter_by(room=f"community:{village.close.id}").count()
        heard[case] = after - before
    assert set(heard.values()) == {1}


def test_a_letter_goes_to_those_who_can_answer_and_to_nobody_else(village, owners, sign_in, paste, drain, mailbox):
    paste(sign_in(village.fay), "close", "\n".join(CASES.values()))
    drain()
    written = {CASES[case] for case in ("nobody's", "an account's", "another address of an account", "not verified",
                                        "of somebody who asked")}  # fmt: skip
    assert {to for to, _subject in subjects(mailbox)} == written
    assert [line.title for line in inbox(fresh(village.olu)).lines] == ["The Close", "The Close"]
    assert not inbox(fresh(village.ada)).lines


@pytest.mark.parametrize("how", ["declines", "joins by another way", "belongs already", "does nothing"])
def test_a_no_and_a_silent_member_look_like_somebody_who_has_not_answered(
    village, sign_in, paste, drain, days_pass, change, how
):
    change(village.square, joining="open")
    person = village.ada if how == "belongs already" else village.olu
    fay, theirs = sign_in(village.fay), sign_in(person)
    address = f"{person.handle}@village.example"
    paste(fay, "square", address)
    drain()
    if how == "declines":
        assert theirs.post("/communities/square/invitation/decline").status_code == 303
    elif how == "joins by another way":
        theirs.post("/communities/square/join")
        assert role(village.square, person) == "member"
    assert listed(fay, "square") == {"waiting": [address], "came": [], "expired": []}
    days_pass(14.1)
    drain()
    assert listed(fay, "square") == {"waiting": [], "came": [], "expired": [address]}


def test_who_came_is_named_by_the_address_alone_and_only_while_they_belong(village, sign_in, paste, drain, days_pass):
    fay, olu = sign_in(village.fay), sign_in(village.olu)
    paste(fay, "close", "olu@village.example, new@school.example")
    assert "It was sent to olu@village.example" in olu.get("/communities/close").text, "they know what is told by it"
    olu.post("/communities/close/invitation/accept")
    assert role(village.close, village.olu) == "member"
    assert listed(fay) == {"waiting": ["new@school.example"], "came": ["olu@village.example"], "expired": []}
    assert "Olu Adeyemi" not in fay.get("/communities/close/invitations?which=came").text
    days_pass(20)
    assert listed(fay)["came"] == ["olu@village.example"]
    olu.post("/communities/close/leave")
    assert listed(fay) == {"waiting": [], "came": [], "expired": ["new@school.example"]}
    paste(fay, "close", "olu@village.example")
    assert listed(fay)["waiting"] == ["olu@village.example"]


def test_who_was_invited_by_name_came_whichever_way_they_joined(village, sign_in, change):
    change(village.square, joining="open")
    fay, olu = sign_in(village.fay), sign_in(village.olu)
    fay.post("/communities/square/invite/olu")
    assert listed(fay, "square")["waiting"] == ["olu"]
    olu.post("/communities/square/join")
    assert listed(fay, "square") == {"waiting": [], "came": ["olu"], "expired": []}


def test_an_address_that_is_proved_later_finds_its_invitation(village, make, sign_in, paste):
    paste(sign_in(village.fay), "cellar", "ben@home.example")
    ben = sign_in(village.ben)
    with unit_of_work() as db:
        db.add(Address(person_id=village.ben.id, address="ben@home.example"))
    assert ben.get("/communities/cellar").status_code == 404, "anybody may say that an address is theirs"
    with unit_of_work() as db:
        db.query(Address).filter_by(address="ben@home.example").one().verified_at = fresh(village.ben).joined_at
    assert "Fay Fenwick invites you to join" in ben.get("/communities/cellar").text
