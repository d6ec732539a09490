"""Who may be in a room, what is said there, and who has to leave: asked of the policy each time."""

import datetime as dt

import pytest

from cop.core.db import session, unit_of_work
from tests.support.ears import Ear
from tests.support.services import wait_until


@pytest.fixture
def ear(server):
    """Live connections: `ear(person)`."""
    opened = []

    def listen(person=None, **how):
        opened.append(Ear(server.url, server.cookie(person) if person else None, **how))
        return opened[-1]

    yield listen
    for each in opened:
        each.close()


@pytest.fixture
def closed_topic(server, village):
    return server.make.topic(village.close, village.ada)


@pytest.mark.parametrize(
    ("name", "place", "expected"),
    [
        ("ada", "close", True),
        ("olu", "close", False),
        ("mona", "close", False),
        (None, "close", False),
        ("olu", "square", True),
        (None, "square", True),
        ("ben", "cellar", False),
        ("ada", "cellar", True),
    ],
)
def test_a_room_is_joined_by_those_who_may_read_its_thing(ear, server, village, name, place, expected):
    topic = server.make.topic(getattr(village, place), village.fay)
    assert ear(getattr(village, name) if name else None).join(f"topic:{topic.id}") is expected


@pytest.mark.parametrize(
    "room",
    [
        "person:2",
        "person:1",
        "people",
        "topic:",
        "topic:999999",
        "topic:1e3",
        "people in topic:1",
        "post:1",
        "",
        "x" * 5000,
    ],
)
def test_what_is_no_room_cannot_be_joined(ear, village, room):
    assert ear(village.ada).join(room) is False


@pytest.mark.parametrize("message", [None, 7, [], {}, {"room": None}, {"room": {"a": 1}}, "topic:1"])
@pytest.mark.parametrize("event", ["join", "leave", "writing"])
def test_nonsense_is_answered_with_no(ear, village, event, message):
    assert ear(village.ada).say(event, message) == {"ok": False}


def test_a_room_hears_what_happened_with_its_number_and_without_a_word_of_it(ear, server, village, closed_topic):
    ada, ben = ear(village.ada), ear(village.ben)
    assert ada.join(f"topic:{closed_topic.id}")
    assert ben.join(f"topic:{closed_topic.id}")
    posts = [server.make.reply(closed_topic, village.fay, f"A secret word, {n}") for n in range(3)]
    said = [
        {"room": f"topic:{closed_topic.id}", "verb": "replied", "kind": "post", "id": p.id, "seq": n}
        for n, p in enumerate(posts, 2)
    ]
    for each in (ada, ben):
        wait_until(lambda each=each: each.all("heard")[-1:] == said[-1:], f"the last of {said}")
        assert [heard for heard in each.all("heard") if heard["verb"] == "replied"] == said
    assert "secret" not in str(ada.heard)


def test_who_left_a_room_hears_nothing_more(ear, server, village, closed_topic):
    ada, ben = ear(village.ada), ear(village.ben)
    for each in (ada, ben):
        assert each.join(f"topic:{closed_topic.id}")
    ben.say("leave", {"room": f"topic:{closed_topic.id}"})
    before = len(ben.all("heard"))
    server.make.reply(closed_topic, village.fay)
    wait_until(lambda: ada.all("heard")[-1:] and ada.all("heard")[-1]["verb"] == "replied", "ada hears it")
    assert len(ben.all("heard")) == before


def remove(server, community, person):
    from cop.communities.models import Community
    from cop.communities.service import remove_member
    from cop.people.models import Person

    with server.connected(), unit_of_work():
        db = session()
        fay = db.query(Person).filter_by(handle="fay").one()
        remove_member(fay, db.get_one(Community, community.id), db.get_one(Person, person.id))


def hide(server, community, person, topic):
    from cop.forums.models import Topic
    from cop.forums.service import hide_topic
    from cop.people.models import Person

    with server.connected(), unit_of_work():
        db = session()
        hide_topic(db.query(Person).filter_by(handle="fay").one(), db.get_one(Topic, topic.id))


def test_a_member_who_is_removed_leaves_the_rooms_at_once(ear, server, village):
    leaver = server.make.person("Lea Moss")
    server.make.member(village.close, leaver)
    topic = server.make.topic(village.close, village.ada)
    room = f"topic:{topic.id}"
    lea, ada = ear(leaver), ear(village.ada)
    assert lea.join(room)
    assert ada.join(room)
    remove(server, village.close, leaver)
    assert lea.wait_for("evicted") == [{"room": room}]
    server.make.reply(topic, village.ada, "Now that Lea is gone.")
    wait_until(lambda: ada.all("heard")[-1:] and ada.all("heard")[-1]["verb"] == "replied", "ada hears it")
    assert "replied" not in str(lea.heard)
    assert lea.join(room) is False
    wait_until(lambda: ada.all("here") and ada.all("here")[-1]["count"] == 1, "Lea is no longer shown as being here")


def test_when_a_topic_is_hidden_its_readers_leave_and_its_facilitator_stays(ear, server, village, closed_topic):
    room = f"topic:{closed_topic.id}"
    fay, ben, olu = ear(village.fay), ear(village.ben), ear(village.olu)
    assert fay.join(room)
    assert ben.join(room)
    hide(server, None, None, closed_topic)
    ben.wait_for("evicted")
    wait_until(lambda: "hid" in str(fay.all("heard")), "fay hears it")
    assert fay.all("evicted") == olu.heard == []
    assert "hid" not in str(ben.all("heard"))


def test_a_sign_in_that_is_ended_loses_its_connection_within_a_minute(ear, server, village, closed_topic):
    from cop.core.login import end_others

    ada = ear(village.ada)
    assert ada.join(f"topic:{closed_topic.id}")
    with server.connected(), unit_of_work():
        end_others(village.ada)
    ada.mutter("join", {"room": f"topic:{closed_topic.id}"})
    wait_until(lambda: not ada.is_connected, "asking with an ended sign-in cuts the connection off", 10)
    ben = ear(village.ben)
    with server.connected(), unit_of_work():
        end_others(village.ben)
    wait_until(lambda: not ben.is_connected, "a silent connection is cut off too", 60)


def test_presence_names_people_to_people_only(ear, server, village):
    topic = server.make.topic(village.square, village.ada)
    room = f"topic:{topic.id}"
    guest, ada, twice = ear(), ear(village.ada), ear(village.ada)
    for each in (guest, ada, twice):
        assert each.join(room)
    here = wait_until(lambda: [said for said in ada.all("here") if said["count"] == 1], "ada is here")[-1]
    assert [card["handle"] for card in here["people"]] == ["ada"]
    assert set(here["people"][0]) == {"id", "name", "handle", "initials", "tint"}
    ben = ear(village.ben)
    assert ben.join(room)
    wait_until(lambda: ada.all("here")[-1]["count"] == 2, "ben came")
    assert ben.say("writing", {"room": room}) == {"ok": True}
    assert ben.say("writing", {"room": room}) == {"ok": False}  # too soon to say it again
    assert ada.wait_for("writing")[0]["person"]["handle"] == "ben"
    assert guest.say("writing", {"room": room}) == {"ok": False}
    assert guest.all("here") == guest.all("writing") == []


def test_who_says_too_much_is_cut_off(ear, village):
    ada = ear(village.ada)
    for _ in range(110):
        if not ada.is_connected:
            break
        ada.mutter("join", {"room": "topic:0"})
    wait_until(lambda: not ada.is_connected, "a hundred events in a second end the connection", 10)


@pytest.mark.parametrize(
    ("origin", "expected"), [("http://evil.example", False), ("null", False), ("own", True), (None, True)]
)
def test_only_pages_of_this_network_may_open_a_connection(ear, server, village, origin, expected):
    opened = ear(village.ada, origin=server.url if origin == "own" else origin)
    assert opened.is_connected is expected


def test_long_polling_is_not_offered_because_it_holds_threads(server):
    import urllib.error
    import urllib.request

    with pytest.raises(urllib.error.HTTPError, match="400") as answer:
        urllib.request.urlopen(f"{server.url}/socket.io/?EIO=4&transport=polling", timeout=5)
    answer.value.close()


def test_the_application_made_second_asks_who_is_there_too(network, village, monkeypatch):
    """Handlers added after `init_app` would be missing from it: an anonymous connection was accepted that way."""
    # Its thread would outlive the test and read the databases of later ones.
    monkeypatch.setattr("cop.live.keeper.Keeper.begin", lambda keeper: None)
    first, second = network(), network()
    for app in (first, second):
        live = app.extensions["socketio"]
        client = live.test_client(app)
        assert client.emit("join", {"room": "topic:1"}, callback=True) == {"ok": False}
        assert set(live.server.handlers["/"]) >= {"connect", "join", "leave", "writing", "disconnect"}
        client.disconnect()


def test_numbers_are_told_again_so_that_a_lost_message_is_noticed(ear, village, closed_topic):
    ada = ear(village.ada)
    assert ada.join(f"topic:{closed_topic.id}")
    began = dt.datetime.now(dt.UTC)
    assert ada.wait_for("at", seconds=40) == [{"room": f"topic:{closed_topic.id}", "seq": 1}]
    assert dt.datetime.now(dt.UTC) - began < dt.timedelta(seconds=40)
