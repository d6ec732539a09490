"""A member tells colleagues of a community: they get no right by it, and nobody learns whose an address is."""

import pytest

from cop.communities import service
from cop.communities.models import Invitation
from cop.communities.service import invitations
from cop.core.db import session
from cop.notify.queries import inbox
from tests.communities.conftest import only_invitation, role
from tests.support.cast import fresh
from tests.support.letters import link, subjects

ACCOUNT = {"name": "New Comer", "password": "seven green bottles"}


@pytest.mark.parametrize(
    ("name", "place", "status"),
    [
        ("ada", "square", 200),
        ("ada", "close", 200),
        ("fay", "close", 200),
        ("ada", "cellar", 403),
        ("fay", "cellar", 403),
        ("olu", "square", 403),
        ("olu", "cellar", 404),
        ("guest", "square", 302),
    ],
)
def test_members_tell_of_what_lets_people_in(village, sign_in, guest, paste, name, place, status):
    client = guest if name == "guest" else sign_in(getattr(village, name))
    assert client.get(f"/communities/{place}/recommend").status_code == status
    sent = paste(client, place, "new@school.example", way="recommend")
    assert sent.status_code == (303 if status == 200 else status)
    assert session().query(Invitation).count() == (status == 200)
    assert client.post(f"/communities/{place}/recommend/mona").status_code == (303 if status == 200 else status)
    home = client.get(f"/communities/{place}").text
    assert (f"/communities/{place}/recommend" in home) == (status == 200 and name == "ada")


def test_it_is_not_offered_where_only_facilitators_ask_people_in(village, sign_in, change):
    change(village.square, joining="invitation")
    ada = sign_in(village.ada)
    assert "/recommend" not in ada.get("/communities/square").text
    assert ada.get("/communities/square/recommend").status_code == 403


def test_the_letter_leads_to_an_account_and_into_an_open_community(village, sign_in, paste, drain, mailbox, guest):
    paste(sign_in(village.ada), "square", "new@school.example", way="recommend")
    drain()
    assert subjects(mailbox) == [("new@school.example", "Ada Lowe thinks that The Square may be for you")]
    path = link(mailbox[0])
    assert "Ada Lowe thinks that this may be for you" in guest.get(path).text
    answer = guest.post(f"{path}/sign-up", data=ACCOUNT)
    assert answer.headers["Location"] == "/communities/square"
    assert "You belong" in guest.get("/communities?which=mine").text


def test_where_people_ask_to_join_it_leads_to_asking(village, sign_in, paste, drain, mailbox, guest):
    paste(sign_in(village.ada), "close", "new@school.example", way="recommend")
    drain()
    path = link(mailbox[0])
    answer = guest.post(f"{path}/sign-up", data=ACCOUNT)
    assert answer.headers["Location"] == "/communities/close/ask-to-join"
    assert guest.get(answer.headers["Location"]).status_code == 200
    assert guest.get("/communities/close/members").status_code == 403
    assert fresh(village.close).member_count == 3


def test_it_gives_no_right(village, sign_in, paste, drain, mailbox):
    paste(sign_in(village.ada), "close", "olu@village.example", way="recommend")
    drain()
    olu, path = sign_in(village.olu), link(mailbox[0])
    assert [line.why for line in inbox(fresh(village.olu)).lines] == [
        "Ada Lowe thinks that this community may be for you"
    ]
    assert olu.get(path).headers["Location"] == "/communities/close"
    assert "invites you" not in olu.get("/communities/close").text
    assert olu.post("/communities/close/join").status_code == 403
    assert olu.post(f"{path}/accept").status_code == 404
    assert (
        "answered or taken back already" in olu.post("/communities/close/invitation/accept", follow_redirects=True).text
    )
    assert role(village.close, village.olu) is None


@pytest.mark.parametrize("hidden", [{"listed": False, "joining": "invitation"}, {"joining": "invitation"}])
def test_it_leads_nowhere_once_nobody_may_come_by_themselves(
    village, sign_in, paste, drain, mailbox, guest, change, hidden
):
    paste(sign_in(village.ada), "close", "new@school.example, olu@village.example", way="recommend")
    drain()
    paths = [link(letter) for letter in mailbox]
    assert len(inbox(fresh(village.olu)).lines) == 1
    change(village.close, **hidden)
    for path in paths:
        answers = [guest.get(path), guest.post(f"{path}/sign-up", data=ACCOUNT), guest.post(f"{path}/decline")]
        assert [each.status_code for each in answers] == [404] * 3
        assert all("The Close" not in each.text for each in answers)
    assert not inbox(fresh(village.olu)).lines


def test_a_letter_that_is_written_late_is_not_sent_for_what_was_hidden_meanwhile(
    village, sign_in, paste, drain, mailbox, change
):
    paste(sign_in(village.ada), "close", "new@school.example", way="recommend")
    change(village.close, listed=False, joining="invitation")
    drain()
    assert not mailbox


def test_facilitators_do_not_see_whom_a_member_told_and_may_invite_them(village, sign_in, paste, drain, mailbox):
    paste(sign_in(village.ada), "close", "new@school.example", way="recommend")
    fay = sign_in(village.fay)
    assert "new@school.example" not in fay.get("/communities/close/invitations").text
    id = only_invitation().id
    for deed in ("send", "withdraw"):
        said = fay.post(f"/communities/close/invitations/{id}/{deed}", follow_redirects=True).text
        assert "answered or taken back already" in said
    look = paste(fay, "close", "new@school.example", step="read").text
    assert "One person will be invited" in look and "invited before" not in look
    paste(fay, "close", "new@school.example")
    drain()
    assert len(mailbox) == 2


def test_nobody_is_told_twice_whoever_tells_them(village, sign_in, paste, drain, mailbox):
    said = set()
    for person in (village.ada, village.ben):
        client = sign_in(person)
        answer = paste(client, "square", "new@school.example", way="recommend")
        said.add(client.get(answer.headers["Location"]).text.count("They may look at it, and join as anybody may."))
    drain()
    assert len(mailbox) == 1 and said == {1}


def test_there_is_a_measure(village, sign_in, paste, monkeypatch):
    ada = sign_in(village.ada)
    many = "\n".join(f"t{number}@school.example" for number in range(service.TOLD_AT_ONCE + 1))
    answer = paste(ada, "square", many, way="recommend")
    assert answer.status_code == 422 and "at most 10 fit" in answer.text
    monkeypatch.setattr(invitations, "TOLD_A_DAY", 2)
    assert paste(ada, "square", "a@school.example, b@school.example", way="recommend").status_code == 303
    answer = paste(ada, "close", "c@school.example", way="recommend")
    assert answer.status_code == 422 and "c@school.example" in answer.text
    assert (
        "You can send to 0 more people today"
        in ada.post("/communities/close/recommend/olu", follow_redirects=True).text
    )


def test_who_tells_learns_nothing_of_the_address(village, sign_in, paste, counted):
    client, cost = sign_in(village.ada), set()
    for address in ("olu@village.example", "ben@village.example", "nobody@school.example"):
        with counted() as sql:
            answer = paste(client, "close", address, way="recommend")
            page = client.get(answer.headers["Location"])
        assert "Sent. They may look at it, and join as anybody may." in page.text
        cost.add(sql.count)
    assert len(cost) == 1
