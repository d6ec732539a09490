"""Who hears of a deed, and why; and when an alert ends."""

import pytest

from cop.communities import service as communities
from cop.communities.models import Community, Invitation, JoinRequest
from cop.core import follows, marks, markup, outbox
from cop.core import push as pushing
from cop.core.activity import Activity, quietly
from cop.core.db import session, unit_of_work
from cop.forums import service as forums
from cop.forums.models import Post, Topic
from cop.notify import reader
from cop.notify.models import Alert
from cop.people.models import Person
from tests.support.cast import fresh


@pytest.fixture(autouse=True)
def _starting_deeds(village, drain):
    """What the village itself did is no news."""
    drain()


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


def unread(person):
    return session().query(Alert).filter_by(person_id=person.id, read_at=None).count()


def deed(verb, actor, thing, *more):
    """Do something as the site does it."""
    with unit_of_work() as db:
        verb(db.get_one(Person, actor.id), db.get_one(type(thing), thing.id), *more)


def test_those_who_follow_hear_of_a_reply_and_its_author_does_not(village, make, drain):
    topic = make.topic(village.square, village.ada)
    make.reply(topic, village.ben)
    with unit_of_work():
        follows.follow(fresh(village.olu), topic)
    make.reply(topic, village.ben)
    drain()
    assert heard(village.ada) == [("answered", "replied")] * 2
    assert heard(village.olu) == [("followed", "replied")] * 2  # followed before the deed was read: late is not lost
    assert heard(village.ben) == heard(village.fay) == []


def test_whoever_is_answered_hears_so_and_only_once(village, make, drain):
    topic = make.topic(village.square, village.ada)
    make.reply(topic, village.ben)
    make.reply(topic, village.fay)
    make.reply(topic, village.fay, text="As @ben says, and @ada too: yes.", parent_number=2)
    drain()
    assert heard(village.ben) == [("followed", "replied"), ("answered", "replied")]
    assert heard(village.ada)[-1] == ("mentioned", "replied")
    assert len(heard(village.ada)) == 3


@pytest.mark.parametrize(("name", "expected"), [("ada", ["mentioned"]), ("ben", []), ("olu", []), ("fay", [])])
def test_a_mention_reaches_only_those_who_may_read(village, make, drain, name, expected):
    make.topic(village.cellar, village.fay, text="What do @ada, @ben, @olu, @fay and @nobody think?")
    drain()
    assert [reason for reason, _verb in heard(getattr(village, name))] == expected


def test_an_edited_text_tells_only_the_newly_mentioned(village, make, drain):
    topic = make.topic(village.square, village.fay)
    post = make.reply(topic, village.fay, text="Ask @ada.")
    drain()
    deed(forums.edit_post, village.fay, post, markup.render("Ask @ada or @ben."))
    deed(forums.edit_post, village.fay, post, markup.render("Ask @ada or @ben!"))
    drain()
    assert heard(village.ada) == [("mentioned", "replied")]
    assert heard(village.ben) == [("mentioned", "edited")]


def test_thanks_reach_the_author_and_end_when_taken_back(village, make, drain):
    topic = make.topic(village.square, village.ada)
    post = make.reply(topic, village.ben)
    drain()
    for reason in ("thanked", "helped"):
        deed(forums.thank_author, village.fay, post, reason)
    deed(forums.accept_answer, village.ada, post)
    drain()
    assert [reason for reason, _verb in heard(village.ben)] == ["thanked", "helped", "accepted"]
    deed(forums.take_back_thanks, village.fay, post, "thanked")
    deed(forums.reopen_question, village.ada, post)
    drain()
    assert [reason for reason, _verb in heard(village.ben)] == ["helped"]


def test_whoever_muted_a_topic_hears_nothing_of_it(village, make, drain):
    topic = make.topic(village.square, village.ada)
    with unit_of_work():
        follows.follow(fresh(village.ada), topic, "muted")
    make.reply(topic, village.ben, text="@ada, look!")
    drain()
    assert heard(village.ada) == []


def test_an_import_alerts_nobody(village, make, drain):
    topic = make.topic(village.square, village.ada)
    with quietly():
        make.reply(topic, village.ben, text="@fay")
    drain()
    assert heard(village.ada) == heard(village.fay) == []


def test_reading_a_deed_twice_tells_once(village, make, drain):
    topic = make.topic(village.square, village.ada)
    make.reply(topic, village.ben)
    drain()
    activities = session().query(Activity).order_by(Activity.id).all()
    reader.read([each for each in activities if reader.accepts(each)])
    assert len(heard(village.ada)) == 1


def test_no_row_is_written_for_deeds_of_which_nobody_hears(village, make, drain):
    topic = make.topic(village.square, village.ada)
    drain()
    deed(forums.lock_topic, village.fay, topic)
    assert session().query(outbox.OutboxRow).filter_by(reader="notify").count() == 0


def test_facilitators_hear_of_requests_until_one_of_them_decides(village, make, drain):
    make.member(village.close, village.mona, role="facilitator")
    deed(communities.ask_to_join, village.olu, village.close, "I teach.")
    drain()
    told = [("told", "asked to join")]
    assert heard(village.fay) == heard(village.mona) == told and heard(village.ada) == []
    with unit_of_work() as db:
        request = db.query(JoinRequest).one()
        communities.accept_request(db.get_one(Person, village.fay.id), request)
    drain()
    assert heard(village.fay) == heard(village.mona) == []
    assert heard(village.olu) == [("told", "let in")]


@pytest.mark.parametrize("ends", ["withdrawn", "declined", "accepted"])
def test_an_invitation_is_told_until_it_is_answered(village, drain, ends):
    with unit_of_work() as db:
        fay, ben, cellar = (db.get_one(type(each), each.id) for each in (village.fay, village.ben, village.cellar))
        communities.invite(fay, cellar, ben)
    drain()
    assert heard(village.ben) == [("told", "invited")] and unread(village.ben) == 1
    with unit_of_work() as db:
        fay, ben = db.get_one(Person, village.fay.id), db.get_one(Person, village.ben.id)
        invitation = db.query(Invitation).one()
        if ends == "withdrawn":
            communities.withdraw_invitation(fay, invitation)
        else:
            answer = communities.accept_invitation if ends == "accepted" else communities.decline_invitation
            answer(ben, invitation)
    drain()
    assert heard(village.ben) == []


def test_whoever_is_declined_hears_it(village, drain):
    deed(communities.ask_to_join, village.olu, village.close, "I teach.")
    with unit_of_work() as db:
        request = db.query(JoinRequest).one()
        communities.decline_request(db.get_one(Person, village.fay.id), request, "Not this time.")
    drain()
    assert heard(village.olu) == [("told", "declined")]


def loses_by_leaving(village, topic, post):
    deed(communities.leave, village.ada, village.close)


def loses_by_removal(village, topic, post):
    with unit_of_work() as db:
        fay, close, ada = (db.get_one(type(each), each.id) for each in (village.fay, village.close, village.ada))
        communities.remove_member(fay, close, ada)


def loses_by_hidden_post(village, topic, post):
    deed(forums.hide_post, village.fay, post)


def loses_by_hidden_topic(village, topic, post):
    deed(forums.hide_topic, village.fay, topic)


@pytest.mark.parametrize("lose", [loses_by_leaving, loses_by_removal, loses_by_hidden_post, loses_by_hidden_topic])
def test_alerts_end_with_the_sight_of_what_they_are_about(village, make, drain, sign_in, lose):
    elsewhere = make.topic(village.square, village.ada)
    make.reply(elsewhere, village.ben)
    topic = make.topic(village.close, village.ada, title="For members")
    post = make.reply(topic, village.ben)
    drain()
    assert unread(village.ada) == 2
    lose(village, topic, post)
    page = sign_in(village.ada).get("/inbox").text  # before the reader came: not shown
    assert "For members" not in page
    drain()
    assert heard(village.ada) == [("answered", "replied")] and unread(village.ada) == 1


def test_alerts_of_outsiders_end_when_fewer_may_read(village, make, drain):
    topic = make.topic(village.square, village.ada)
    with unit_of_work():
        follows.follow(fresh(village.olu), topic)
    make.reply(topic, village.ben)
    drain()
    assert len(heard(village.olu)) == 1
    wanted = communities.Purpose("The Square", "All.", "open", "members")
    deed(communities.change_community, village.fay, village.square, wanted)
    drain()
    assert heard(village.olu) == [] and len(heard(village.ada)) == 1


@pytest.mark.parametrize("first", ["reader", "screen"])
def test_what_was_on_the_screen_is_no_news(village, make, drain, first):
    topic = make.topic(village.square, village.ada)
    post = make.reply(topic, village.ben)
    later = make.reply(topic, village.ben)
    steps = [drain, lambda: read_to(village.ada, topic, post.number)]
    for step in steps if first == "reader" else reversed(steps):
        step()
    assert len(heard(village.ada)) == 2 and unread(village.ada) == 1
    read_to(village.ada, topic, later.number)
    assert unread(village.ada) == 0


def read_to(person, topic, number):
    with unit_of_work():
        marks.advance(fresh(person), "topic", topic.id, number)


def test_open_pages_are_told_how_much_is_new(village, make, drain):
    said = []
    before = pushing._sender
    pushing.use(lambda room, event, payload: said.append((room, event, payload)))
    try:
        topic = make.topic(village.square, village.ada)
        make.reply(topic, village.ben)
        make.reply(topic, village.ben)
        drain()
    finally:
        pushing.use(before)
    assert [each for each in said if each[1] == "alert"] == [(f"person:{village.ada.id}", "alert", {"unread": 2})]


def test_nobody_hears_whose_account_is_closed(village, make, drain):
    topic = make.topic(village.square, village.ada)
    with unit_of_work() as db:
        db.get_one(Person, village.ada.id).status = "suspended"
    make.reply(topic, village.ben)
    drain()
    assert heard(village.ada) == []


def test_a_deed_on_something_gone_is_passed_over(village, make, drain):
    topic = make.topic(village.square, village.ada)
    drain()
    post = make.reply(topic, village.ben)
    with unit_of_work() as db:
        db.delete(db.get_one(Post, post.id))
    assert db and session().get(Topic, topic.id) and session().get(Community, village.square.id)
    assert drain("notify") == 1
    assert heard(village.ada) == []


def test_deciding_one_request_leaves_the_others(village, drain):
    for person in (village.olu, village.mona):
        deed(communities.ask_to_join, person, village.close, "I teach.")
    drain()
    with unit_of_work() as db:
        request = db.query(JoinRequest).filter_by(person_id=village.olu.id).one()
        communities.accept_request(db.get_one(Person, village.fay.id), request)
    drain()
    assert heard(village.fay) == [("told", "asked to join")]


def test_an_answer_read_again_does_not_take_away_a_later_invitation(village, drain):
    def invited():
        with unit_of_work() as db:
            fay, ben, cellar = (db.get_one(type(each), each.id) for each in (village.fay, village.ben, village.cellar))
            communities.invite(fay, cellar, ben)

    invited()
    with unit_of_work() as db:
        ben, invitation = db.get_one(Person, village.ben.id), db.query(Invitation).one()
        communities.decline_invitation(ben, invitation)
        communities.withdraw_invitation(db.get_one(Person, village.fay.id), invitation)
    answer = session().query(Activity).filter_by(verb="declined to it").one()
    invited()
    drain()
    reader.read([answer])
    assert heard(village.ben) == [("told", "invited")]
