"""What becomes of an invitation: answered once, taken back, ended, sent again."""

import pytest

from cop.communities import service
from cop.communities.models import Invitation
from cop.communities.service import invitations
from cop.core.db import session, unit_of_work
from cop.core.outbox import OutboxRow
from cop.notify.queries import inbox
from tests.communities.conftest import listed, only_invitation, role
from tests.support.cast import fresh


@pytest.mark.parametrize(("answer", "belongs"), [("accept", "member"), ("decline", None)])
def test_an_invitation_is_answered_once(village, make, sign_in, answer, belongs):
    topic = make.topic(village.cellar, village.ada, title="Our secret")
    fay, ben = sign_in(village.fay), sign_in(village.ben)
    fay.post("/communities/cellar/invite/ben")
    home = ben.get("/communities/cellar")
    assert "Fay Fenwick invites you to join" in home.text
    assert "Our secret" not in home.text and ben.get(topic.url).status_code == 404
    assert ben.get("/communities/cellar/members").status_code == 403
    assert ben.post(f"/communities/cellar/invitation/{answer}").status_code == 303
    assert role(village.cellar, village.ben) == belongs
    assert ben.get("/communities/cellar").status_code == (200 if belongs else 404)
    assert ben.post(f"/communities/cellar/invitation/{answer}").status_code == (303 if belongs else 404)
    assert fresh(village.cellar).member_count == (3 if belongs else 2)


def test_an_invitation_carries_what_its_guest_becomes(village):
    with unit_of_work() as db:
        fay, ben, cellar = (db.get_one(type(each), each.id) for each in (village.fay, village.ben, village.cellar))
        service.invite(fay, cellar, ben, role="facilitator")
        service.accept_invitation(ben, db.query(Invitation).one())
    assert role(village.cellar, village.ben) == "facilitator"


@pytest.mark.parametrize("whom", ["invite/ben", "ben@village.example"])
def test_an_invitation_that_was_taken_back_is_gone(village, sign_in, paste, drain, whom):
    fay, ben = sign_in(village.fay), sign_in(village.ben)
    if whom == "invite/ben":
        fay.post("/communities/cellar/invite/ben")
    else:
        paste(fay, "cellar", whom)
    drain()
    assert len(inbox(fresh(village.ben)).lines) == 1
    address = f"/communities/cellar/invitations/{only_invitation().id}/withdraw"
    assert fay.post(address).status_code == 303
    drain()
    assert not inbox(fresh(village.ben)).lines
    assert ben.post("/communities/cellar/invitation/accept").status_code == 404
    assert role(village.cellar, village.ben) is None
    assert "answered or taken back already" in fay.post(address, follow_redirects=True).text


def test_an_invitation_ends_after_two_weeks_and_is_told_so(village, sign_in, paste, drain, days_pass):
    fay, ben = sign_in(village.fay), sign_in(village.ben)
    paste(fay, "cellar", "ben@village.example")
    drain()
    assert "open until" in fay.get("/communities/cellar/invitations").text
    days_pass(13.9)
    drain()
    assert ben.get("/communities/cellar").status_code == 200 and len(inbox(fresh(village.ben)).lines) == 1
    days_pass(0.2)
    drain()
    assert ben.get("/communities/cellar").status_code == 404 and not inbox(fresh(village.ben)).lines
    assert ben.post("/communities/cellar/invitation/accept").status_code == 404
    days_pass(46)
    drain()
    assert not session().query(Invitation).count(), "the address is forgotten"
    assert not session().query(OutboxRow).filter_by(reader=invitations.END).count()


def test_sent_again_it_is_open_again_but_not_twice_a_day(village, sign_in, paste, drain, mailbox, days_pass):
    fay, ben = sign_in(village.fay), sign_in(village.ben)
    paste(fay, "cellar", "ben@village.example")
    again = f"/communities/cellar/invitations/{only_invitation().id}/send"
    assert "less than a day ago" in fay.post(again, follow_redirects=True).text
    days_pass(15)
    drain()
    assert listed(fay, "cellar")["expired"] == ["ben@village.example"]
    assert "open for two more weeks" in fay.post(again, follow_redirects=True).text
    drain()
    assert listed(fay, "cellar")["waiting"] == ["ben@village.example"]
    assert ben.get("/communities/cellar").status_code == 200 and len(inbox(fresh(village.ben)).lines) == 1
    days_pass(10)
    drain()
    assert ben.post("/communities/cellar/invitation/accept").status_code == 303


def test_who_said_no_is_left_in_peace_until_they_are_invited_anew(village, sign_in, paste, drain, mailbox, days_pass):
    fay, ben = sign_in(village.fay), sign_in(village.ben)
    paste(fay, "cellar", "ben@village.example")
    drain()
    ben.post("/communities/cellar/invitation/decline")
    days_pass(2)
    id = only_invitation().id
    assert (
        "open for two more weeks" in fay.post(f"/communities/cellar/invitations/{id}/send", follow_redirects=True).text
    )
    drain()
    assert len(mailbox) == 1 and not inbox(fresh(village.ben)).lines
    fay.post(f"/communities/cellar/invitations/{id}/withdraw")
    days_pass(2)
    paste(fay, "cellar", "ben@village.example")
    drain()
    assert len(mailbox) == 2 and ben.get("/communities/cellar").status_code == 200


def test_what_one_community_sent_is_not_in_reach_of_another(village, sign_in, paste):
    paste(sign_in(village.fay), "close", "new@school.example")
    id = only_invitation().id
    olu = sign_in(village.olu)  # looks after Elsewhere
    for deed in ("send", "withdraw"):
        said = olu.post(f"/communities/elsewhere/invitations/{id}/{deed}", follow_redirects=True).text
        assert "answered or taken back already" in said
    assert only_invitation().withdrawn_at is None


def test_after_leaving_a_hidden_community_no_old_invitation_leads_back(village, sign_in, paste):
    fay, ben = sign_in(village.fay), sign_in(village.ben)
    fay.post("/communities/cellar/invite/ben")
    paste(fay, "cellar", "ben@village.example")
    ben.post("/communities/cellar/invitation/accept")
    fay.post("/communities/cellar/members/ben/remove")
    assert ben.get("/communities/cellar").status_code == 404
    assert ben.post("/communities/cellar/join").status_code == 404
