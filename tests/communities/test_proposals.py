"""Where the network wants it, a new community waits for a manager: seen by its founder and the managers alone."""

import pytest

from cop.communities import principles, service
from cop.communities.models import Community, Invitation, Membership, Proposal
from cop.communities.service import Plan, Purpose, invitations
from cop.core.db import session, unit_of_work
from cop.people.models import Person
from tests.support.cast import fresh
from tests.support.founding import Founding, named


@pytest.fixture
def waiting(village):
    """The managers look at each community first."""
    with unit_of_work() as db:
        text = principles.principles().source
        service.decide_how_communities_start(db.get_one(Person, village.mona.id), True, text)


@pytest.fixture
def proposed(village, sign_in, waiting):
    """Olu would like to start one, with Ada."""
    olu = Founding(sign_in(village.olu))
    olu.go(1, name="Quokka Circle", purpose="For quokkas.", shape="enquiry")
    olu.go(2, reading="members", joining="invitation", welcome="Hello.", step_1="Wave", step_1_writing="y")
    answer = olu.start(co_facilitator="Ada Lowe")
    found = session().query(Proposal).one()
    assert (answer.status_code, answer.headers["Location"]) == (303, found.url)
    return found


def test_nothing_starts_before_a_manager_has_looked(village, sign_in, drain, proposed):
    drain()
    assert session().query(Community).filter_by(name="Quokka Circle").count() == 0
    olu, mona = sign_in(village.olu), sign_in(village.mona)
    assert "It waits for the people who run this network" in olu.get(proposed.url).text
    assert "Quokka Circle" in olu.get("/communities").text
    assert "would like to start a community" in mona.get("/inbox").text
    assert "Quokka Circle" in mona.get("/proposals").text
    page = mona.get(proposed.url).text
    assert all(words in page for words in ("For quokkas.", "Joint enquiry group", "Ada Lowe", "Wave", "Hello."))


@pytest.mark.parametrize("name", ["fay", "ada", "ben", "guest"])
def test_only_its_founder_and_the_managers_see_it(village, sign_in, guest, drain, proposed, name):
    drain()
    client = guest if name == "guest" else sign_in(getattr(village, name))
    for path in ("/communities", "/communities?q=quokka", "/find?q=quokka", "/suggest?q=quokka", "/inbox", "/"):
        assert "Quokka" not in client.get(path, follow_redirects=True).text
    answer = client.get(proposed.url)
    assert answer.status_code == 404 or "/sign-in" in answer.headers["Location"]
    for deed in ("approve", "decline", "take-back"):
        answer = client.post(f"{proposed.url}/{deed}", data={"words": "No, thank you."})
        assert answer.status_code in {403, 404} or "/sign-in" in answer.headers["Location"]
    assert fresh(proposed).status == "waiting"


def test_approved_it_opens_as_it_was_proposed_and_its_founder_is_told(village, sign_in, drain, proposed):
    mona, olu = sign_in(village.mona), sign_in(village.olu)
    drain()
    assert mona.post(f"{proposed.url}/approve").headers["Location"] == "/proposals"
    drain()
    made = named("Quokka Circle")
    assert (made.reading, made.joining, made.shape, made.member_count) == ("members", "invitation", "enquiry", 1)
    assert session().get(Membership, (village.olu.id, made.id)).role == "facilitator"
    inbox = olu.get("/inbox").text
    assert "Mona Reid approved it: your community is open" in inbox and f'href="{made.url}"' in inbox
    assert "asks you to look after it together" in sign_in(village.ada).get(made.url).text
    assert "would like to start" not in mona.get("/inbox?which=unread").text  # it is settled
    assert mona.get(made.url).status_code == 200  # listed, though she does not read it
    assert "It is approved, and open." in olu.get(proposed.url).text


def test_it_waits_another_day_when_its_founder_has_invited_as_many_as_a_day_holds(
    village, sign_in, proposed, monkeypatch
):
    mona = sign_in(village.mona)
    with monkeypatch.context() as today:
        today.setattr(invitations, "A_DAY", 0)
        answer = mona.post(f"{proposed.url}/approve", follow_redirects=True)
        assert "approve it tomorrow" in answer.text
        assert fresh(proposed).status == "waiting"
        assert session().query(Community).filter_by(name="Quokka Circle").count() == 0
    mona.post(f"{proposed.url}/approve")
    assert fresh(proposed).status == "approved"


def test_declined_with_words_it_can_be_mended_and_proposed_again(village, sign_in, drain, proposed):
    mona, olu = sign_in(village.mona), sign_in(village.olu)
    assert mona.post(f"{proposed.url}/decline", data={"words": " "}).status_code == 422
    assert (
        mona.post(f"{proposed.url}/decline", data={"words": "Quokkas are talked about next door."}).status_code == 303
    )
    drain()
    assert "did not approve it" in olu.get("/inbox").text
    assert "Quokkas are talked about next door." in olu.get(proposed.url).text
    assert "was not approved" in olu.get("/communities").text
    Founding(olu).go(1, name="Something else meanwhile")
    again = olu.post(f"{proposed.url}/take-back")
    assert again.headers["Location"] == f"/communities/new?again={proposed.id}"
    assert "Something else meanwhile" in Founding(olu).page(1).text
    founding = Founding(olu, f"&again={proposed.id}")
    assert 'value="Quokka Circle"' in founding.page(1).text
    assert "Hello." in founding.page(2).text and 'value="Wave"' in founding.page(2).text
    assert 'value="Ada Lowe"' in founding.page(3).text
    assert founding.start().status_code == 303
    assert session().query(Proposal).one().status == "waiting"


def test_of_two_managers_one_decides_and_the_other_is_told(village, make, sign_in, proposed):
    other = make.person("Max Manager", is_manager=True)
    sign_in(village.mona).post(f"{proposed.url}/approve")
    late = sign_in(other)
    for deed in ("approve", "decline"):
        late.post(f"{proposed.url}/{deed}", data={"words": "No."})
        assert "Somebody else has decided this already" in late.get("/proposals").text
    assert fresh(proposed).status == "approved"
    assert session().query(Community).filter_by(name="Quokka Circle").count() == 1


def test_what_is_taken_back_is_decided_by_nobody(village, sign_in, proposed):
    url = proposed.url
    sign_in(village.olu).post(f"{url}/take-back")
    mona = sign_in(village.mona)
    mona.post(f"{url}/approve")
    assert "or it was taken back" in mona.get("/proposals").text
    assert session().query(Community).filter_by(name="Quokka Circle").count() == 0


def test_a_form_sent_twice_makes_one_proposal(village, sign_in, proposed):
    olu = Founding(sign_in(village.olu))
    assert olu.start(name="Quokka Circle").headers["Location"] == proposed.url
    with unit_of_work() as db:
        again = Plan(Purpose("Quokka Circle", "For quokkas."))
        assert service.propose(db.get_one(Person, village.olu.id), again).id == proposed.id


def test_managers_start_theirs_at_once(village, sign_in, waiting):
    assert Founding(sign_in(village.mona)).through().headers["Location"] == "/communities/early-reading"


def test_who_was_to_look_after_it_too_and_is_gone_is_not_asked(village, sign_in, proposed):
    with unit_of_work() as db:
        db.get_one(Person, village.ada.id).status = "suspended"
    sign_in(village.mona).post(f"{proposed.url}/approve")
    assert session().query(Invitation).filter_by(community_id=named("Quokka Circle").id).count() == 0


@pytest.mark.parametrize("status", ["suspended", "deleted"])
def test_nobody_who_is_gone_starts_anything(village, sign_in, proposed, status):
    with unit_of_work() as db:
        db.get_one(Person, village.olu.id).status = status
    mona = sign_in(village.mona)
    assert "Quokka" not in mona.get("/proposals").text
    assert mona.post(f"{proposed.url}/approve").headers["Location"] == proposed.url
    assert "may not start it any more" in mona.get(proposed.url).text
    assert session().query(Community).filter_by(name="Quokka Circle").count() == 0


def test_a_proposal_within_another_is_no_wider_when_it_opens(village, sign_in, waiting):
    fay = Founding(sign_in(village.fay), "&under=square")
    fay.go(1, name="The Bench")
    fay.go(2, reading="everyone")
    fay.start()
    proposal = session().query(Proposal).one()
    with unit_of_work() as db:
        square = db.get_one(Community, village.square.id)
        service.change_community(
            db.get_one(Person, village.fay.id), square, Purpose("The Square", "x", "open", "members")
        )
    assert sign_in(village.mona).post(f"{proposal.url}/approve").status_code == 303
    assert (named("The Bench").reading, named("The Bench").parent_id) == ("members", village.square.id)


def test_managers_are_not_told_within_which_hidden_community_it_is_to_lie(village, sign_in, waiting):
    Founding(sign_in(village.fay), "&under=cellar").through({"reading": "members"}, name="The Vault")
    proposal, mona = session().query(Proposal).one(), sign_in(village.mona)
    page = mona.get(proposal.url).text
    assert "a community that you do not see" in page and "Cellar" not in page
    assert "The Cellar" in sign_in(village.fay).get(proposal.url).text
    assert "Cellar" not in mona.get("/proposals").text


def test_who_looks_after_the_parent_no_more_starts_nothing_within_it(village, sign_in, waiting):
    fay = Founding(sign_in(village.fay), "&under=square")
    fay.through(name="The Bench")
    proposal = session().query(Proposal).one()
    with unit_of_work() as db:
        db.get_one(Membership, (village.fay.id, village.square.id)).role = "member"
    mona = sign_in(village.mona)
    mona.post(f"{proposal.url}/approve")
    assert fresh(proposal).status == "waiting"
    assert "may not start it any more" in mona.get("/proposals", follow_redirects=True).text


# -- how communities start here ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "status"), [("fay", 403), ("olu", 403), ("mona", 200)])
def test_managers_decide_how_communities_start(village, sign_in, name, status):
    client = sign_in(getattr(village, name))
    assert client.get("/network").status_code == client.get("/proposals").status_code == status
    sent = client.post("/network", data={"waits": "y", "principles": "Be **kind**."})
    assert sent.status_code == (303 if status == 200 else 403)
    assert principles.STARTS_WAIT.value == (status == 200)
    assert ("<strong>kind</strong>" in client.get("/principles").text) == (status == 200)


def test_principles_that_stay_as_they_are_need_not_be_read_again(village, sign_in):
    mona, source = sign_in(village.mona), principles.principles().source
    for waits in ("y", ""):
        mona.post("/network", data={"waits": waits, "principles": source.replace("\n", "\r\n")})
        assert (principles.principles().version, principles.STARTS_WAIT.value) == (0, bool(waits))


def test_principles_need_a_sentence_and_stay_typed(village, sign_in):
    mona = sign_in(village.mona)
    assert "at least one sentence" in mona.post("/network", data={"principles": " "}).text
    long = mona.post("/network", data={"principles": "x" * 5001})
    assert long.status_code == 422 and "at most 5000 fits" in long.text and "x" * 5001 in long.text


def test_of_two_managers_who_change_it_one_wins_and_the_other_sees_both(village, make, sign_in):
    import re

    mona, max_ = sign_in(village.mona), sign_in(make.person("Max Manager", is_manager=True))
    basis = re.search(r'name="basis" type="hidden" value="(\w+)"', mona.get("/network").text)[1]
    assert max_.post("/network", data={"principles": "From Max.", "basis": basis}).status_code == 303
    late = mona.post("/network", data={"principles": "From Mona.", "basis": basis})
    assert late.status_code == 409 and "From Max." in late.text and "From Mona." in late.text
    assert principles.principles().source == "From Max."
    basis = re.search(r'name="basis" type="hidden" value="(\w+)"', late.text)[1]
    assert mona.post("/network", data={"principles": "From Mona.", "basis": basis}).status_code == 303
    assert principles.principles().source == "From Mona."
