"""Joining, asking, leaving, handing on: who may, who may not, and what follows."""

import threading

import pytest

from cop.communities import service
from cop.communities.models import Community, JoinRequest, Membership
from cop.core import follows, policy
from cop.core.activity import Activity
from cop.core.db import session, unit_of_work
from cop.people.models import Person
from tests.support.cast import fresh

WHY = {"reason": "I teach Year 4 and would like to listen."}


def role(community, person):
    session().expire_all()
    membership = session().get(Membership, (person.id, community.id))
    return membership.role if membership is not None else None


def count(community):
    return fresh(community).member_count


def verbs(community):
    statement = session().query(Activity.verb).filter_by(kind="community", thing_id=community.id).order_by(Activity.id)
    return [verb for (verb,) in statement]


@pytest.mark.parametrize(
    ("name", "place", "status"),
    [
        ("olu", "square", 303),
        ("mona", "square", 303),
        ("olu", "close", 403),
        ("olu", "cellar", 404),
        ("ada", "square", 303),
        ("guest", "square", 302),
    ],
)
def test_anybody_signed_in_joins_an_open_community(village, sign_in, guest, name, place, status):
    community, before = getattr(village, place), getattr(village, place).member_count
    client = guest if name == "guest" else sign_in(getattr(village, name))
    assert client.post(f"/communities/{place}/join").status_code == status
    joined = status == 303 and name != "ada"
    assert count(community) == before + joined
    assert ("joined" in verbs(community)) == joined


def test_a_new_member_may_read_at_once(village, make, sign_in):
    with unit_of_work() as db:
        db.get_one(Community, village.close.id).joining = "open"
    topic = make.topic(village.close, village.ada)
    olu = sign_in(village.olu)
    assert olu.get(topic.url).status_code == 404
    olu.post("/communities/close/join")
    assert olu.get(topic.url).status_code == 200
    olu.post("/communities/close/leave")
    assert olu.get(topic.url).status_code == 404


@pytest.mark.parametrize(
    ("name", "place", "status"),
    [
        ("olu", "close", 303),
        ("olu", "square", 403),
        ("olu", "cellar", 404),
        ("ada", "close", 403),
        ("guest", "close", 302),
    ],
)
def test_asking_to_be_let_in(village, sign_in, guest, name, place, status):
    client = guest if name == "guest" else sign_in(getattr(village, name))
    assert client.post(f"/communities/{place}/ask-to-join", data=WHY).status_code == status
    assert session().query(JoinRequest).count() == (status == 303)


def test_a_request_needs_a_reason_and_asking_twice_is_one_request(village, sign_in):
    olu = sign_in(village.olu)
    assert olu.post("/communities/close/ask-to-join", data={"reason": " … "}).status_code == 422
    for _ in range(2):
        olu.post("/communities/close/ask-to-join", data=WHY)
    assert session().query(JoinRequest).count() == 1
    assert verbs(village.close).count("asked to join") == 1
    assert "You have asked to join" in olu.get("/communities/close").text


def asked(village):
    with unit_of_work() as db:
        olu, close = db.get_one(Person, village.olu.id), db.get_one(Community, village.close.id)
        return service.ask_to_join(olu, close, "I teach.").id


@pytest.mark.parametrize(("name", "status"), [("fay", 303), ("ada", 403), ("olu", 403), ("mona", 403)])
@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_facilitators_decide_requests(village, sign_in, name, status, answer):
    request = asked(village)
    client = sign_in(getattr(village, name))
    assert client.get("/communities/close/requests").status_code == (200 if status == 303 else 403)
    said = client.post(f"/communities/close/requests/{request}/{answer}", data={"reply": "Not this time."})
    assert said.status_code == status
    let_in = status == 303 and answer == "accept"
    assert role(village.close, village.olu) == ("member" if let_in else None)
    waiting = session().query(JoinRequest).filter(JoinRequest.declined_at.is_(None)).count()
    assert waiting == (status != 303)


def test_whoever_decides_second_is_told(village, make, sign_in):
    with unit_of_work() as db:
        db.get_one(Membership, (village.ada.id, village.close.id)).role = "facilitator"
    request = asked(village)
    fay, ada = sign_in(village.fay), sign_in(village.ada)
    fay.post(f"/communities/close/requests/{request}/accept")
    no = {"reply": "Not this time."}
    said = ada.post(f"/communities/close/requests/{request}/decline", data=no, follow_redirects=True).text
    assert "Somebody else has decided this already" in said
    assert role(village.close, village.olu) == "member"
    assert count(village.close) == 4


def test_a_request_to_another_community_cannot_be_decided_from_here(village, sign_in):
    request = asked(village)
    olu = sign_in(village.olu)  # looks after Elsewhere
    assert olu.post(f"/communities/elsewhere/requests/{request}/accept").status_code == 303
    assert role(village.close, village.olu) is None


@pytest.mark.parametrize(("place", "keeps"), [("close", False), ("square", True)])
def test_leaving_ends_the_follows_of_what_is_out_of_sight(village, make, sign_in, place, keeps):
    community = getattr(village, place)
    topic = make.topic(community, village.fay)
    make.reply(topic, village.ben)
    assert sign_in(village.ben).post(f"/communities/{place}/leave").status_code == 303
    assert role(community, village.ben) is None
    assert (follows.level_of(village.ben, topic) == "following") == keeps
    assert "left" in verbs(community) and count(community) == 2


def test_the_last_facilitator_names_who_follows(village, sign_in):
    fay = sign_in(village.fay)
    page = fay.get("/communities/close/leave").text
    assert "Who looks after it next?" in page and "Ada Lowe" in page and "Fay Fenwick</option>" not in page
    for successor in ("", "olu", "fay", "nobody"):
        answer = fay.post("/communities/close/leave", data={"successor": successor})
        assert answer.status_code == 422 and "Choose a member who looks after it" in answer.text
    assert role(village.close, village.fay) == "facilitator"
    assert fay.post("/communities/close/leave", data={"successor": "ada"}).status_code == 303
    assert (role(village.close, village.fay), role(village.close, village.ada)) == (None, "facilitator")


def test_somebody_alone_cannot_leave(village, sign_in):
    olu = sign_in(village.olu)
    answer = olu.post("/communities/elsewhere/leave")
    assert answer.status_code == 422 and "You are the only person here" in answer.text
    assert "Invite people" in answer.text


def test_with_a_second_facilitator_the_first_is_free_to_go(village, sign_in):
    fay = sign_in(village.fay)
    fay.post("/communities/close/members/ada/facilitator")
    assert role(village.close, village.ada) == "facilitator"
    assert fay.post("/communities/close/step-down").status_code == 303
    assert role(village.close, village.fay) == "member"
    assert fay.get("/communities/close/requests").status_code == 403
    answer = sign_in(village.ada).post("/communities/close/step-down")
    assert answer.status_code == 422 and role(village.close, village.ada) == "facilitator"


@pytest.mark.parametrize(("name", "status"), [("fay", 303), ("ada", 403), ("ben", 403), ("olu", 403), ("mona", 403)])
@pytest.mark.parametrize("deed", ["remove", "facilitator"])
def test_facilitators_look_after_members(village, sign_in, name, status, deed):
    answer = sign_in(getattr(village, name)).post(f"/communities/close/members/ben/{deed}")
    assert answer.status_code == status
    expected = {"remove": None, "facilitator": "facilitator"}[deed] if status == 303 else "member"
    assert role(village.close, village.ben) == expected


def test_whoever_is_removed_loses_sight_at_once(village, make, sign_in):
    topic = make.topic(village.cellar, village.ada)
    fay, ada = sign_in(village.fay), sign_in(village.ada)
    assert ada.get(topic.url).status_code == 200
    fay.post("/communities/cellar/members/ada/remove")
    assert ada.get(topic.url).status_code == ada.get("/communities/cellar").status_code == 404
    assert follows.level_of(village.ada, topic) == ""
    assert f"community:{village.cellar.id}" not in policy.audiences(fresh(village.ada))


def test_a_facilitator_cannot_remove_themselves(village, sign_in):
    sign_in(village.fay).post("/communities/close/members/fay/remove")
    assert role(village.close, village.fay) == "facilitator"


def test_fewer_readers_end_the_follows_of_those_who_lose_sight(village, make, sign_in):
    topic = make.topic(village.square, village.ada)
    with unit_of_work():
        for person in (village.olu, village.mona):
            follows.follow(person, topic, "muted" if person is village.mona else "following")
    fields = {"name": "The Square", "purpose": "All.", "listed": "yes", "reading": "members", "joining": "open"}
    sign_in(village.fay).post("/communities/square/settings", data=fields)
    levels = [follows.level_of(person, topic) for person in (village.ada, village.olu, village.mona)]
    assert levels == ["following", "", "muted"]
    assert verbs(village.square) == ["changed audience"]


def test_all_in_a_community_are_its_parts(village, make):
    from cop.core import kinds

    topic = make.topic(village.close, village.ada)
    post = make.reply(topic, village.ben)
    make.topic(village.square, village.ada)
    parts = set(kinds.get("community").parts(village.close))
    assert ("topic", topic.id) in parts and ("post", post.id) in parts
    assert sum(kind == "topic" for kind, _id in parts) == 1


def test_two_who_decide_at_the_same_instant_make_one_member(network):
    """On a database that commits: one decision wins, the other is told."""
    from tests.support.cast import Make

    app = network()
    make = Make()
    village = make.village()
    make.member(village.elsewhere if hasattr(village, "elsewhere") else village.square, village.mona)
    with unit_of_work() as db:
        db.get_one(Membership, (village.ada.id, village.close.id)).role = "facilitator"
    request = asked(village)
    tokens = [make.sign_in(village.fay), make.sign_in(village.ada)]
    ready, said = threading.Barrier(2), []

    def decide(token):
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
        ready.wait()
        page = client.post(f"/communities/close/requests/{request}/accept", follow_redirects=True)
        said.append("Somebody else has decided" in page.text)

    threads = [threading.Thread(target=decide, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == [False, True]
    assert count(village.close) == 4
    assert verbs(village.close).count("let in") == 1
