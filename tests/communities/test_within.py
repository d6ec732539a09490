"""Communities within others: members of their own, never read or known more widely than the one around them."""

import pytest

from cop.communities import queries, service
from cop.communities.models import Community, Invitation, Membership
from cop.communities.service import Purpose
from cop.core import kinds, policy
from cop.core.db import session, unit_of_work
from cop.core.follows import follow, level_of
from cop.core.policy import Act
from cop.forums.models import Topic
from cop.people.models import Person
from tests.communities.conftest import role
from tests.support.cast import fresh
from tests.support.founding import Founding, named
from tests.support.letters import link


@pytest.fixture
def nook(village, make):
    """Within the Close, looked after by Ada; listed, which says: to those who read the Close."""
    found = make.community("The Nook", reading="members", parent_id=village.close.id)
    make.member(found, village.ada, role="facilitator")
    return found


@pytest.fixture
def bench(village, make):
    """Within the Square, read by everyone."""
    found = make.community("The Bench", reading="everyone", parent_id=village.square.id)
    make.member(found, village.ada, role="facilitator")
    return found


def change(village, community, **fields):
    """Fay changes a community."""
    with unit_of_work() as db:
        there = db.get_one(Community, community.id)
        wanted = {**Purpose.of(there).__dict__, **fields}
        service.change_community(db.get_one(Person, village.fay.id), there, Purpose(**wanted))


def test_facilitators_start_one_within_theirs(village, sign_in):
    fay = Founding(sign_in(village.fay), "&under=close")
    assert "Start a community within “The Close”" in fay.page(1).text
    fay.go(1, name="The Nook")
    page = fay.page(2).text
    assert 'value="members"' in page and 'value="network"' not in page and 'value="everyone"' not in page
    assert "Whoever may read The Close sees it there" in page
    assert fay.go(2, reading="network").status_code == 422
    assert fay.go(2, reading="members").status_code == 303
    assert fay.start().status_code == 303
    made = named("The Nook")
    assert (made.parent_id, made.reading, made.member_count) == (village.close.id, "members", 1)
    assert session().get(Membership, (village.ada.id, made.id)) is None  # membership is not inherited


def test_one_level_is_enough(village, sign_in, nook):
    answer = sign_in(village.ada).get("/communities/new?under=the-nook")
    assert answer.status_code == 403 and "one level is enough" in answer.text
    assert "Start one within it" not in sign_in(village.ada).get(nook.url).text
    assert "Start one within it" in sign_in(village.fay).get(village.close.url).text


@pytest.mark.parametrize(("name", "status"), [("fay", 200), ("ada", 200), ("ben", 200), ("olu", 404), ("mona", 404)])
def test_what_lies_in_a_private_community_is_seen_by_its_members_alone(village, sign_in, drain, nook, name, status):
    drain()
    client = sign_in(getattr(village, name))
    assert client.get(nook.url).status_code == status
    for path in ("/communities", "/communities?q=nook", "/suggest?q=nook", village.close.url):
        assert ("The Nook" in client.get(path).text) == (status == 200), path


def test_search_finds_it_for_those_who_may_know_of_it(village, nook, bench):
    kind = kinds.get("community")
    assert kind.audience(nook) == {f"community:{nook.id}", f"community:{village.close.id}"}
    assert kind.audience(bench) == {"public"}
    with unit_of_work() as db:
        hidden = db.get_one(Community, nook.id)
        hidden.listed = False
    assert kind.audience(hidden) == {f"community:{nook.id}"}


def test_a_guest_sees_what_everyone_may_read_within_what_everyone_may_read(village, guest, bench, nook):
    assert guest.get(bench.url).status_code == 200
    assert "The Bench" in guest.get(village.square.url).text
    assert guest.get(nook.url).status_code == 404


def test_who_is_in_it_and_not_around_it_is_told_nothing_of_what_is_around_it(village, make, sign_in, nook):
    make.member(nook, village.olu)
    change(village, village.close, listed=False)
    olu = sign_in(village.olu)
    for path in (nook.url, f"{nook.url}/members", "/communities?which=mine", "/communities"):
        page = olu.get(path).text
        assert "The Nook" in page and "The Close" not in page, path
    assert "The Close" in sign_in(village.ada).get(nook.url).text
    assert "Within The Close" in sign_in(village.ada).get("/communities?which=mine").text


def test_joining_by_oneself_is_for_those_around_it(village, sign_in, nook):
    assert sign_in(village.ben).post(f"{nook.url}/join").status_code == 303
    assert sign_in(village.olu).post(f"{nook.url}/join").status_code == 404


def test_nobody_is_told_of_what_lies_in_a_private_community(village, sign_in, paste, nook, bench):
    ada = sign_in(village.ada)
    assert "/recommend" not in ada.get(nook.url).text
    assert paste(ada, nook.slug, "new@school.example", way="recommend").status_code == 403
    assert ada.post(f"{nook.url}/recommend/mona").status_code == 403
    assert paste(ada, bench.slug, "new@school.example", way="recommend").status_code == 303
    assert [each.community_id for each in session().query(Invitation)] == [bench.id]


def test_what_somebody_was_told_of_leads_nowhere_once_it_lies_in_a_private_community(
    village, sign_in, guest, paste, drain, mailbox, bench
):
    ada = sign_in(village.ada)
    for address in ("new@school.example", "mona@village.example"):
        paste(ada, bench.slug, address, way="recommend")
    drain()
    mona, paths = sign_in(village.mona), [link(letter) for letter in mailbox]
    assert "The Bench" in mona.get("/inbox").text
    change(village, village.square, reading="members")
    assert all("The Bench" not in guest.get(path).text for path in paths)
    assert all(guest.get(path).status_code == 404 for path in paths)
    assert "The Bench" not in mona.get("/inbox").text


def test_an_invitation_of_a_facilitator_leads_into_a_private_community(village, sign_in, paste, drain, mailbox, nook):
    paste(sign_in(village.ada), nook.slug, "olu@village.example")
    drain()
    change(village, village.close, listed=False)
    olu = sign_in(village.olu)
    assert olu.get(nook.url).status_code == 200 and "The Close" not in olu.get(nook.url).text
    assert olu.post(f"{link(mailbox[0])}/accept").status_code == 303
    assert role(nook, village.olu) == "member" and role(village.close, village.olu) is None


# -- narrowing --------------------------------------------------------------------------------------------------------


def fields(**changes):
    known = {"name": "The Square", "purpose": "Talk.", "listed": "yes", "reading": "everyone", "joining": "open"}
    return {**known, "for_whom": "", "shape": "", **changes}


def test_narrowing_says_what_is_narrowed_with_it_before_it_is_done(village, sign_in, bench):
    fay = sign_in(village.fay)
    asked = fay.post("/communities/square/settings", data=fields(reading="network"))
    assert asked.status_code == 422
    assert "What lies within is narrowed too" in asked.text
    assert "The Bench: Everyone who is signed in may read" in asked.text
    assert (fresh(village.square).reading, fresh(bench).reading) == ("everyone", "everyone")
    sent = fields(reading="network", sure=str(bench.id))
    assert fay.post("/communities/square/settings", data=sent).status_code == 303
    assert (fresh(village.square).reading, fresh(bench).reading) == ("network", "network")


def test_narrowing_asks_again_about_what_was_started_meanwhile(village, make, sign_in, bench):
    later = make.community("The Fountain", reading="network", parent_id=village.square.id)
    sent = fields(reading="members", sure=str(bench.id))
    asked = sign_in(village.fay).post("/communities/square/settings", data=sent)
    assert asked.status_code == 422 and "The Fountain" in asked.text
    assert f"{bench.id},{later.id}" in asked.text or f"{later.id},{bench.id}" in asked.text


def test_widening_and_what_nothing_lies_within_are_not_asked_about(village, sign_in, bench, nook):
    assert queries.narrowed_with(village.fay, fresh(village.square), "everyone") == []
    assert queries.narrowed_with(village.fay, fresh(village.close), "everyone") == []
    fay = sign_in(village.fay)
    assert fay.post("/communities/close/settings", data=fields(reading="network")).status_code == 303
    assert fresh(nook).reading == "members"


@pytest.mark.parametrize(
    ("fields", "reading"),
    [({"reading": "network"}, "network"), ({"reading": "members"}, "members"), ({"listed": False}, "members")],
)
def test_what_lies_within_is_never_wider_whatever_the_way(village, bench, fields, reading):
    change(village, village.square, **fields)
    assert fresh(bench).reading == reading


def test_what_lies_within_cannot_be_widened_past_its_parent(village, sign_in, nook):
    ada = sign_in(village.ada)
    page = ada.get(f"{nook.url}/settings").text
    assert 'value="network"' not in page and 'value="everyone"' not in page
    answer = ada.post(f"{nook.url}/settings", data=fields(name="The Nook", reading="network"))
    assert answer.status_code == 422 and "cannot be read by more people" in answer.text
    with pytest.raises(service.WiderThanParent), unit_of_work() as db:
        there = db.get_one(Community, nook.id)
        service.change_community(db.get_one(Person, village.ada.id), there, Purpose("The Nook", "x", "open", "network"))
    with pytest.raises(service.WiderThanParent), unit_of_work() as db:
        parent = db.get_one(Community, village.close.id)
        service.start_community(db.get_one(Person, village.fay.id), Purpose("Wide", "x"), parent)
    assert fresh(nook).reading == "members"


def test_who_lost_sight_of_what_lies_within_follows_nothing_there_and_its_facilitators_are_told(
    village, make, sign_in, drain, bench
):
    topic = make.topic(bench, village.ada, title="On the bench")
    with unit_of_work() as db:
        follow(db.get_one(Person, village.olu.id), db.get_one(Topic, topic.id))
    make.reply(topic, village.ada, "Hear, @olu")
    drain()
    assert "On the bench" in sign_in(village.olu).get("/inbox").text
    change(village, village.square, reading="members")
    drain()
    olu, row = session().get_one(Person, village.olu.id), session().get_one(Topic, topic.id, populate_existing=True)
    assert not policy.can(olu, Act.READ, row) and level_of(olu, row) == ""
    client = sign_in(village.olu)
    assert "On the bench" not in client.get("/inbox").text
    assert "On the bench" not in client.get("/find?q=bench&tab=topics").text
    assert "let fewer people read the community around it" in sign_in(village.ada).get("/inbox").text


def test_a_parent_and_its_children_cost_one_question(village, make, sign_in, counted, bench):
    for number in range(12):
        make.member(make.community(f"Stall {number}", parent_id=village.square.id), village.ada)
    ada = sign_in(village.ada)
    for path, most in ((village.square.url, 18), ("/communities?which=mine", 7)):
        with counted() as sql:
            assert ada.get(path).text.count("Stall") >= 12
        assert sql.count <= most, "\n".join(sql.statements)
