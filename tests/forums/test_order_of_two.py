"""Two facilitators who decide about one topic; and that what was decided and undone leaves everything as it was."""

import datetime as dt
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect, select

from cop.communities.models import Membership
from cop.core.db import session, unit_of_work, utcnow
from cop.core.marks import Mark
from cop.forums import queries, service
from cop.forums.models import Topic
from cop.people.models import Person
from tests.support.cast import Make, fresh
from tests.support.ordering import SOON, day_in, decide, seen_in, typed, verbs

# -- two at once ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "mine", "yours"),
    [
        ("pin", {"until": ""}, {"until": "DAY"}),
        ("announce", {"until": "DAY"}, {"until": "LATER"}),
        ("close", {"at": "SOON"}, {"at": "LATE"}),
        ("slow", {"minutes": "15"}, {"minutes": "60"}),
    ],
)
def test_who_decides_second_is_told_and_keeps_their_wish(village, make, sign_in, what, mine, yours):
    words = {
        "DAY": day_in(3),
        "LATER": day_in(5),
        "SOON": typed(utcnow() + SOON),
        "LATE": typed(utcnow() + 3 * SOON),
    }
    mine, yours = ({name: words.get(value, value) for name, value in each.items()} for each in (mine, yours))
    topic = make.topic(village.square, village.ada)
    with unit_of_work() as db:
        db.get_one(Membership, (village.ben.id, village.square.id)).role = "facilitator"
    fay, ben, address = sign_in(village.fay), sign_in(village.ben), f"/topics/{topic.id}/order/{what}"
    seen = seen_in(ben.get(address))
    assert decide(fay, topic, what, **mine).status_code == 303
    late = ben.post(address, data={"seen": seen, **yours})
    assert late.status_code == 409
    assert "Fay Fenwick has decided about this a moment ago" in late.text
    assert len(verbs(topic)) == 2
    assert ben.post(address, data={"seen": seen, **mine}).status_code == 303  # of one mind: nothing to tell
    assert len(verbs(topic)) == 2
    now = seen_in(late)
    assert ben.post(address, data={"seen": now, **yours}).status_code == 303
    assert len(verbs(topic)) == 3


def test_of_two_at_the_same_instant_one_wins(network):
    app = network()
    make = Make()
    village = make.village()
    topic = make.topic(village.square, village.ada)
    with unit_of_work() as db:
        db.get_one(Membership, (village.ben.id, village.square.id)).role = "facilitator"
    tokens = {make.sign_in(village.fay): "5", make.sign_in(village.ben): "60"}
    ready, said = threading.Barrier(2), []

    def send(token, minutes):
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
        seen = seen_in(client.get(f"/topics/{topic.id}/order/slow"))
        ready.wait()
        said.append(client.post(f"/topics/{topic.id}/order/slow", data={"seen": seen, "minutes": minutes}).status_code)

    threads = [threading.Thread(target=send, args=each) for each in tokens.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == [303, 409]
    assert verbs(topic).count("slowed") == 1


# -- undone -----------------------------------------------------------------------------------------------------------

UNDONE = {
    "pin": (service.pin_topic, service.unpin_topic, (None, utcnow() + dt.timedelta(days=9))),
    "announce": (service.announce_topic, service.take_announcement_down, (utcnow() + dt.timedelta(days=9),)),
    "close": (service.schedule_closing, service.keep_open, (utcnow() + dt.timedelta(days=9),)),
    "slow": (service.slow_down, service.lift_slow_mode, (5, 60)),
    "lock": (lambda person, topic, _: service.lock_topic(person, topic), service.unlock_topic, (None,)),
}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(st.tuples(st.sampled_from(sorted(UNDONE)), st.integers(0, 1)), max_size=8))
def test_whatever_was_decided_and_undone_leaves_the_topic_as_it_was(village, make, drain, deeds):
    topic = make.topic(village.square, village.ada)

    def everything():
        row = fresh(topic)
        columns = {attribute.key: getattr(row, attribute.key) for attribute in inspect(Topic).column_attrs}
        listed = [each.topic.id for each in queries.topics(None, "forum", village.square).rows]
        marks = session().scalars(select(Mark.number).where(Mark.thing_id == topic.id)).all()
        return columns, listed, marks, queries.announced(None, village.square)

    before = everything()
    for what, chosen in deeds:
        do, _undo, wanted = UNDONE[what]
        with unit_of_work() as db:
            do(db.get_one(Person, village.fay.id), db.get_one(Topic, topic.id), wanted[chosen % len(wanted)])
    for what, _chosen in reversed(deeds):
        with unit_of_work() as db:
            UNDONE[what][1](db.get_one(Person, village.fay.id), db.get_one(Topic, topic.id))
    assert everything() == before
