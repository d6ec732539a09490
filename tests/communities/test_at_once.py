"""Two people, or two presses of a button, in the same moment: nothing is done twice, and nothing becomes too wide."""

import threading

import pytest

from cop.communities import principles, service
from cop.communities.models import Community, Membership, Proposal
from cop.communities.service import Plan, Purpose
from cop.core.db import session, unit_of_work
from cop.people.models import Person
from tests.support.cast import Make
from tests.support.founding import ABOUT, BEGINS


def together(app, *asked):
    """Send each `(token, path, form)` in a thread of its own; the pages that came back, in the order of asking."""
    ready, pages = threading.Barrier(len(asked)), dict[int, object]()

    def send(number, token, path, form):
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
        ready.wait()
        pages[number] = client.post(path, data=form, follow_redirects=True)

    threads = [threading.Thread(target=send, args=(number, *each)) for number, each in enumerate(asked)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [pages[number] for number in range(len(asked))]


@pytest.fixture
def busy(network):
    """An application on a database that commits, and the village in it."""
    return network(), Make().village()


def test_two_managers_who_approve_at_once_start_one_community(busy):
    (app, village), make = busy, Make()
    other = make.person("Max Manager", is_manager=True)
    with unit_of_work() as db:
        service.decide_how_communities_start(db.get_one(Person, village.mona.id), True, principles.principles().source)
        proposal = service.propose(db.get_one(Person, village.olu.id), Plan(Purpose("Quokkas", "Talk.")))
    path = f"{proposal.url}/approve"
    pages = together(app, *((make.sign_in(each), path, {}) for each in (village.mona, other)))
    assert sorted("Somebody else has decided this already" in page.text for page in pages) == [False, True]
    assert session().query(Community).filter_by(name="Quokkas").count() == 1
    assert session().get_one(Proposal, proposal.id).status == "approved"


def test_a_button_pressed_twice_starts_one_community_and_leads_to_it(busy):
    app, village = busy
    token = Make().sign_in(village.olu)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    for page, fields in ((1, ABOUT), (2, BEGINS)):
        assert client.post(f"/communities/new?page={page}", data={**fields, "go": "on"}).status_code == 303
    sent = {"version": "0", "name": ABOUT["name"], "accepts": "y"}
    pages = together(app, *[(token, "/communities/new/start", sent)] * 2)
    assert [page.request.path for page in pages] == ["/communities/early-reading"] * 2
    assert session().query(Community).filter_by(name="Early Reading").count() == 1


def test_a_community_is_not_widened_past_one_that_is_narrowed_in_the_same_moment(busy):
    (app, village), make = busy, Make()
    bench = make.community("The Bench", reading="members", parent_id=village.square.id)
    make.member(bench, village.ada, role="facilitator")
    known = {"purpose": "Talk.", "listed": "yes", "joining": "open", "for_whom": "", "shape": ""}
    narrow = {**known, "name": "The Square", "reading": "members", "sure": str(bench.id)}
    widen = {**known, "name": "The Bench", "reading": "network"}
    for _try in range(4):
        with unit_of_work() as db:
            db.get_one(Community, village.square.id).reading = "everyone"
            db.get_one(Community, bench.id).reading = "members"
        together(
            app,
            (make.sign_in(village.fay), "/communities/square/settings", narrow),
            (make.sign_in(village.ada), f"{bench.url}/settings", widen),
        )
        session().expire_all()
        found = {each.slug: each.reading for each in session().query(Community).populate_existing()}
        assert (found["square"], found["the-bench"]) == ("members", "members")
    assert session().get(Membership, (village.ada.id, bench.id)).role == "facilitator"
