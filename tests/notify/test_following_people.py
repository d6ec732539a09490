"""Who hears by following a person, and who does not: asked of the policy for each, and once for each deed."""

import pytest

from cop.communities import service as communities
from cop.core import follows
from cop.core import push as pushing
from cop.core.activity import Activity, quietly
from cop.core.db import session, unit_of_work
from cop.core.i18n import lazy
from cop.forums import service as forums
from cop.forums.kind import PostKind
from cop.notify import reader
from cop.notify.models import Alert
from cop.people.models import Person
from tests.support.cast import fresh


@pytest.fixture(autouse=True)
def _starting_deeds(village, drain):
    """What the village itself did is no news."""
    drain()


@pytest.fixture
def follow(sign_in):
    """Somebody follows another: `follow(village.olu, village.ada)`."""

    def deed(person, other):
        assert sign_in(person).post(f"/people/{other.handle}/follow").status_code == 303

    return deed


@pytest.fixture
def block(sign_in):
    """Somebody blocks another, or with `deed="unblock"` no longer."""

    def send(person, other, deed="block"):
        assert sign_in(person).post(f"/people/{other.handle}/{deed}").status_code == 303

    return send


def heard(person):
    """Why a person heard of what, oldest first."""
    session().expire_all()
    statement = (
        session()
        .query(Alert.reason, Activity.verb)
        .join(Activity, Activity.id == Alert.activity_id)
        .filter(Alert.person_id == person.id)
        .order_by(Alert.activity_id)
    )
    return [tuple(row) for row in statement]


BY_FOLLOWING = [("followed person", "asked")]


def test_who_follows_hears_of_a_question_and_of_no_reply(village, make, drain, follow):
    follow(village.olu, village.ada)
    make.reply(make.topic(village.square, village.ben), village.ada)
    make.reply(make.topic(village.square, village.ada), village.ben)
    drain()
    assert heard(village.olu) == BY_FOLLOWING
    assert heard(village.fay) == heard(village.mona) == []
    assert heard(village.ada) == [("answered", "replied")]


def test_the_inbox_says_whose_question_it_is_and_shows_it_among_what_is_followed(village, make, drain, follow, sign_in):
    follow(village.olu, village.ada)
    make.topic(village.square, village.ada, title="Who has a quiet corner?")
    drain()
    olu = sign_in(village.olu)
    for which in ("all", "unread", "followed"):
        page = olu.get(f"/inbox?which={which}").text
        assert "Ada Lowe, whom you follow, asked" in page
        assert "Who has a quiet corner?" in page
        assert "The Square" in page
    assert "Who has a quiet corner?" not in olu.get("/inbox?which=me").text


@pytest.mark.parametrize(
    ("name", "place", "hears"),
    [("olu", "square", True), ("olu", "close", False), ("ben", "close", True), ("ben", "cellar", False)],
)
def test_only_what_a_follower_may_see_is_told(village, make, drain, follow, name, place, hears):
    person = getattr(village, name)
    follow(person, village.ada)
    make.topic(getattr(village, place), village.ada)
    drain()
    assert heard(person) == (BY_FOLLOWING if hears else [])


def leaves(village, topic):
    communities.leave(fresh(village.ben), fresh(village.close))


def topic_is_hidden(village, topic):
    forums.hide_topic(fresh(village.fay), fresh(topic))


@pytest.mark.parametrize("when", ["before it is read", "after it was told"])
@pytest.mark.parametrize("lose", [leaves, topic_is_hidden])
def test_who_loses_sight_hears_nothing_and_what_was_told_is_taken_away(village, make, drain, follow, lose, when):
    follow(village.ben, village.ada)
    topic = make.topic(village.close, village.ada)
    if when == "after it was told":
        drain()
        assert heard(village.ben) == BY_FOLLOWING
    with unit_of_work():
        lose(village, topic)
    drain()
    assert heard(village.ben) == []


def test_whoever_muted_the_topic_hears_nothing(village, make, drain, follow):
    follow(village.olu, village.ada)
    follow(village.ben, village.ada)
    topic = make.topic(village.square, village.ada)
    with unit_of_work():
        follows.follow(fresh(village.olu), topic, "muted")
    drain()
    assert heard(village.olu) == []
    assert heard(village.ben) == BY_FOLLOWING


def test_a_deed_is_told_once_for_the_strongest_reason(village, make, drain, follow, monkeypatch):
    for person in (village.olu, village.ben, village.fay):
        follow(person, village.ada)
    make.topic(village.square, village.ada, text="What does @ben think?")
    drain()
    assert heard(village.ben) == [("mentioned", "asked")]
    assert heard(village.olu) == BY_FOLLOWING
    # Another kind declares a deed: whoever follows the person and the thing hears of the person; an answer is stronger.
    monkeypatch.setattr(PostKind, "followed_deeds", {"replied": lazy("%(who)s, whom you follow, wrote in")})
    topic = make.topic(village.square, village.ben)
    with unit_of_work():
        follows.follow(fresh(village.fay), topic)
    make.reply(topic, village.ada)
    drain()
    assert heard(village.fay)[1:] == [("followed person", "replied")]
    assert heard(village.ben)[1:] == [("answered", "replied")]


def test_two_sorts_of_deeds_in_one_place_stand_on_two_lines(village, make, drain, follow, sign_in, monkeypatch):
    follow(village.olu, village.ada)
    monkeypatch.setattr(PostKind, "followed_deeds", {"replied": lazy("%(who)s, whom you follow, wrote in")})
    topic = make.topic(village.square, village.ada)
    make.reply(topic, village.ada)
    make.reply(topic, village.ada)
    drain()
    page = sign_in(village.olu).get("/inbox").text
    assert page.count('class="alert-row ') == 2
    assert page.count("Ada Lowe, whom you follow, wrote in") == page.count("Ada Lowe, whom you follow, asked") == 1


def test_who_is_blocked_hears_nothing_by_following_and_cannot_know(village, make, drain, follow, block, sign_in):
    follow(village.olu, village.ada)
    olu = sign_in(village.olu)
    block(village.ada, village.olu)
    make.topic(village.square, village.ada)
    drain()
    assert heard(village.olu) == []
    assert "/people/ada/unfollow" in olu.get("/people/ada").text
    assert "/people/ada/unfollow" in olu.get("/people/following").text
    olu.post("/people/ada/unfollow")
    assert "/people/ada/follow" in olu.get("/people/ada").text
    follow(village.olu, village.ada)  # as if nothing were
    assert "/people/ada/unfollow" in olu.get("/people/following").text
    make.topic(village.square, village.ada)
    drain()
    assert heard(village.olu) == []
    block(village.ada, village.olu, "unblock")
    make.topic(village.square, village.ada)
    drain()
    assert heard(village.olu) == BY_FOLLOWING


def test_what_was_told_before_a_block_stays(village, make, drain, follow, block):
    follow(village.olu, village.ada)
    make.topic(village.square, village.ada)
    drain()
    block(village.ada, village.olu)
    drain()
    assert heard(village.olu) == BY_FOLLOWING


def test_who_blocks_somebody_follows_them_no_longer(village, make, drain, follow, block, sign_in):
    follow(village.ada, village.ben)
    ada = sign_in(village.ada)
    block(village.ada, village.ben)
    assert "Ben Okoro" not in ada.get("/people/following").text
    assert "/people/ben/follow" not in ada.get("/people/ben").text
    refused = ada.post("/people/ben/follow")
    assert refused.status_code == 403
    assert "You have blocked this person. Unblock them first." in refused.text
    with unit_of_work():
        follows.follow(fresh(village.ada), fresh(village.ben))  # as by a claim: the block is asked all the same
    make.topic(village.square, village.ben)
    drain()
    assert heard(village.ada) == []
    ada.post("/people/ben/unfollow")
    block(village.ada, village.ben, "unblock")
    make.topic(village.square, village.ben)
    drain()
    assert heard(village.ada) == [], "what ended stays ended"


def test_nobody_hears_of_imports_of_their_own_deeds_or_with_a_closed_account(village, make, drain, follow):
    follow(village.olu, village.ada)
    follow(village.ben, village.ada)
    with unit_of_work() as db:
        follows.follow(fresh(village.ada), fresh(village.ada))
        db.get_one(Person, village.ben.id).status = "suspended"
    with quietly():
        make.topic(village.square, village.ada)
    drain()
    assert heard(village.olu) == []
    make.topic(village.square, village.ada)
    drain()
    assert heard(village.ada) == heard(village.ben) == []
    assert heard(village.olu) == BY_FOLLOWING


def test_read_twice_it_is_told_once_and_who_stopped_hears_no_more(village, make, drain, follow, sign_in):
    follow(village.olu, village.ada)
    make.topic(village.square, village.ada)
    drain()
    activities = session().query(Activity).order_by(Activity.id).all()
    reader.read([each for each in activities if reader.accepts(each)])
    assert heard(village.olu) == BY_FOLLOWING
    sign_in(village.olu).post("/people/ada/unfollow")
    make.topic(village.square, village.ada)
    drain()
    assert heard(village.olu) == BY_FOLLOWING


def test_nothing_is_said_to_anybody_else(village, make, drain, follow):
    said = []
    before = pushing._sender
    pushing.use(lambda room, event, payload: said.append((room, event, payload)))
    try:
        follow(village.olu, village.ada)
        drain()
        assert said == []
        make.topic(village.square, village.ada)
        drain()
    finally:
        pushing.use(before)
    assert [each for each in said if each[1] == "alert"] == [(f"person:{village.olu.id}", "alert", {"unread": 1})]
    assert [room for room, _event, _payload in said if room.startswith("person:")] == [f"person:{village.olu.id}"]
