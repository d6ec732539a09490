"""Importing a forum: whole talks with their times and people; again and again without harm."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from cop.core import outbox, revisions, terms
from cop.core.db import session, unit_of_work
from cop.core.markup import render
from cop.forums import service as forums
from cop.forums.models import Post, Topic
from cop.notify.models import Alert
from cop.people.models import Person
from cop.people.service import claim
from tests.imports.dumps import USERS, answer, comment, dump, question

EIGHT, NINE, TEN = (f"2020-05-04T{hour}:00:00.000" for hour in ("08", "09", "10"))


@pytest.fixture
def square(own):
    """A community with a facilitator and a member, who joined before anything in the dumps was written."""
    community = own.community("The Square", slug="square", reading="everyone")
    long_ago = dt.datetime(2010, 1, 1, tzinfo=dt.UTC)
    for name in ("fay", "mia"):
        membership = own.member(community, own.person(name.title(), handle=name))
        with unit_of_work() as db:
            db.merge(membership).joined_at = long_ago
    return community


@pytest.fixture
def bring(command, square, tmp_path):
    """Import a dump into the square."""

    def bring_in(posts, comments=(), users=USERS, *words):
        folder = dump(tmp_path / "dump", posts, list(comments), users)
        done = command(
            "import", "forum", str(folder), "--format", "stackexchange", "--community", "square", "--json", *words
        )
        assert done.status == 0, done.err
        return done.json

    return bring_in


def posts_in_order():
    return list(session().scalars(select(Post).order_by(Post.topic_id, Post.number)))


def the_topic():
    return session().scalars(select(Topic)).one()


def person(name, origin_end):
    return session().scalar(select(Person).where(Person.name == name, Person.origin.endswith(origin_end)))


def numbers(told):
    return {name: told[name] for name in ("added", "changed", "unchanged", "rejected", "topics", "posts", "people")}


def test_a_talk_is_one_topic_in_the_order_of_time(bring):
    told = bring(
        [
            question(1, title="How  do you?", Tags="<reading><year-4>", CreationDate=EIGHT, AcceptedAnswerId=3),
            answer(2, 1, CreationDate=TEN, LastEditDate="2021-01-01T00:00:00.000"),
            answer(3, 1, body="<p>Try <em>this</em>.</p>", CreationDate=NINE),
        ],
        [comment(1, 3, "Thanks!", CreationDate="2020-05-04T09:30:00.000"), comment(2, 1, "Which?", CreationDate=EIGHT)],
    )
    assert numbers(told) == {
        "added": 5, "changed": 0, "unchanged": 0, "rejected": 0, "topics": 1, "posts": 5, "people": 3,
    }  # fmt: skip
    topic = the_topic()
    assert (topic.title, topic.last_number, topic.reply_count, topic.answer_count) == ("How do you?", 5, 4, 4)
    assert [term.name for term in terms.terms_of("topic", [topic.id])[topic.id]] == ["reading", "year-4"]
    rows = posts_in_order()
    assert [(row.number, row.source, row.parent_number) for row in rows] == [
        (1, "How is it done?", None),
        (2, "Which?", 1),
        (3, "Try *this*.", None),
        (4, "Thanks!", 3),
        (5, "Like this.", None),
    ]
    assert rows[2].html == "<p>Try <em>this</em>.</p>\n"
    assert rows[0].created_at == dt.datetime(2020, 5, 4, 8, tzinfo=dt.UTC)
    assert rows[4].edited_at == dt.datetime(2021, 1, 1, tzinfo=dt.UTC)
    assert topic.accepted_post_id == rows[2].id
    assert topic.last_post_at == rows[4].created_at


def test_a_comment_never_stands_before_what_it_answers(bring):
    bring([question(1, CreationDate=EIGHT), answer(2, 1, CreationDate=TEN)], [comment(1, 2, CreationDate=EIGHT)])
    assert [(row.number, row.parent_number) for row in posts_in_order()] == [(1, None), (2, None), (3, 2)]


def test_a_closed_question_is_locked(bring):
    bring([question(1, ClosedDate=TEN), question(2)])
    assert [topic.state for topic in session().scalars(select(Topic).order_by(Topic.origin))] == [
        "locked",
        "unanswered",
    ]


def test_authors_become_placeholders_each_their_own(bring):
    bring([question(1), answer(2, 1)], [comment(1, 2)])
    ada, ben, other_ben = person("Ada", ":1"), person("Ben", ":2"), person("Ben", ":3")
    assert [each.status for each in (ada, ben, other_ben)] == ["placeholder"] * 3
    assert (ada.origin, ada.handle, ada.about) == ("stackexchange:square:1", "ada", "I teach *Year 4*.")
    assert ben.handle != other_ben.handle


def test_people_who_left_keep_the_name_that_they_left(bring):
    gone = {"OwnerUserId": 9, "OwnerDisplayName": "user9"}
    posts = [question(1, **gone), answer(2, 1, OwnerUserId=""), answer(3, 1, OwnerUserId="", OwnerDisplayName="Kim")]
    comments = [comment(1, 1, UserId=""), comment(2, 1, UserId="", UserDisplayName="Kim")]
    assert bring(posts, comments)["people"] == 3
    names = dict.fromkeys(row.author_id for row in posts_in_order())
    assert sorted(session().get(Person, id).name for id in names) == ["A former member", "Kim", "user9"]


def test_a_second_run_adds_nothing(bring):
    posts, comments = [question(1), answer(2, 1)], [comment(1, 2)]
    bring(posts, comments)
    people = session().scalar(select(func.count()).select_from(Person))
    again = numbers(bring(posts, comments))
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 3)
    assert (again["topics"], again["posts"], again["people"]) == (1, 3, 3)
    assert session().scalar(select(func.count()).select_from(Person)) == people


def test_a_dry_run_tells_and_writes_nothing(bring):
    told = bring([question(1), answer(2, 1)], [], USERS, "--dry-run")
    assert (told["added"], told["posts"], told["dry_run"]) == (2, 2, True)
    assert posts_in_order() == []


def test_what_comes_late_is_added_to_the_end(bring):
    bring([question(1, CreationDate=EIGHT), answer(2, 1, CreationDate=TEN)])
    with unit_of_work() as db:
        mia = db.scalar(select(Person).where(Person.handle == "mia"))
        forums.reply_to_topic(mia, db.scalars(select(Topic)).one(), render("Written here."))
    posts = [question(1, CreationDate=EIGHT, AcceptedAnswerId=3), answer(2, 1, CreationDate=TEN), answer(3, 1)]
    told = bring(posts, [comment(1, 2, "Late.", CreationDate=NINE)])
    assert (told["added"], told["unchanged"]) == (2, 2)
    assert [(row.number, row.source, row.parent_number) for row in posts_in_order()][2:] == [
        (3, "Written here.", None),
        (4, "Like this.", None),
        (5, "Late.", 2),
    ]
    topic = the_topic()
    assert (topic.last_number, topic.reply_count) == (5, 4)
    assert session().get(Post, topic.accepted_post_id).number == 4


def test_what_was_edited_there_changes_here_and_what_was_edited_here_stays(bring):
    bring([question(1), answer(2, 1), answer(3, 1, LastEditDate=TEN)])
    with unit_of_work() as db:
        third = db.scalar(select(Post).where(Post.number == 3))
        forums.edit_post(db.get(Person, third.author_id), third, render("Better words, from here."))
    newer = "2021-01-01T00:00:00.000"
    posts = [
        question(1, title="How, then?", LastEditDate=newer, Tags="<new>"),
        answer(2, 1, "<p>Changed.</p>", LastEditDate=newer),
        answer(3, 1, "<p>Changed.</p>", LastEditDate=newer),
    ]
    assert numbers(bring(posts))["changed"] == 2
    assert the_topic().title == "How, then?"
    assert [row.source for row in posts_in_order()] == ["How is it done?", "Changed.", "Better words, from here."]
    second = posts_in_order()[1]
    assert [each.source for each in revisions.revisions_of("post", second.id)] == ["Changed.", "Like this."]
    assert second.edited_at == dt.datetime(2021, 1, 1, tzinfo=dt.UTC)
    assert numbers(bring(posts))["changed"] == 0


def test_the_first_edit_here_keeps_what_was_imported(bring):
    bring([question(1, LastEditDate=TEN)])
    with unit_of_work() as db:
        first = db.scalars(select(Post)).one()
        forums.edit_post(db.get(Person, first.author_id), first, render("Other words."))
    kept = revisions.revisions_of("post", first.id)
    assert [each.source for each in kept] == ["Other words.", "How is it done?"]


def test_nobody_is_told_and_nothing_is_new(bring):
    from cop.forums.queries import is_new_to

    bring([question(1, body="<p>Is @mia there?</p>"), answer(2, 1)], [comment(1, 2, "@mia is.")])
    while outbox.drain():
        pass
    assert session().scalars(select(Alert)).all() == []
    mia = session().scalar(select(Person).where(Person.handle == "mia"))
    assert session().scalars(select(Topic).where(is_new_to(mia))).all() == []
    assert not any("/people/mia" in row.html for row in posts_in_order())


def test_what_a_member_had_not_read_stays_unread_when_more_comes(bring):
    from cop.core import marks

    bring([question(1, CreationDate=EIGHT)])
    fay, mia = (session().scalar(select(Person).where(Person.handle == handle)) for handle in ("fay", "mia"))
    with unit_of_work() as db:
        topic = db.scalars(select(Topic)).one()
        forums.reply_to_topic(db.get(Person, fay.id), topic, render("Read this."))
    bring([question(1, CreationDate=EIGHT), answer(2, 1, CreationDate=NINE)])
    topic = the_topic()
    assert (marks.mark_of(fay, "topic", topic.id).number, marks.mark_of(mia, "topic", topic.id).number) == (3, 1)
    while outbox.drain():
        pass
    assert session().scalars(select(Alert)).all() == [], "Fay follows the topic, and an import tells nobody"


def test_a_claimed_author_gets_what_comes_later(bring):
    bring([question(1), answer(2, 1)])
    with unit_of_work() as db:
        claim.take_over(db.scalar(select(Person).where(Person.handle == "mia")), person("Ada", ":1"))
        db.get_one(Person, person("Ben", ":2").id).status = "active"  # as when a new account becomes the author
    bring([question(1), answer(2, 1), question(3), answer(4, 3)])
    authors = [session().get(Person, row.author_id) for row in posts_in_order()]
    assert [each.handle for each in authors[2:]] == ["mia", "ben"]
    assert authors[3].origin == "stackexchange:square:2"


def test_an_imported_talk_is_found(bring, command):
    bring([question(1, body="<p>Where is the marmalade?</p>"), answer(2, 1, "<p>The marmalade is eaten.</p>")])
    command("index", "rebuild")
    while outbox.drain():
        pass
    found = command("people", "find", "marmalade", "--as", "mia@village.example", "--json").json
    assert sorted(each["name"] for each in found["people"]) == ["Ada", "Ben"]
    assert all("marmalade" in each["evidence"][0]["passage"] for each in found["people"])


def test_the_same_archive_goes_into_two_communities(bring, own, command, tmp_path):
    bring([question(1)])
    own.community("The Close", slug="close")
    again = command(
        "import", "forum", str(tmp_path / "dump"), "--format", "stackexchange", "--community", "close", "--json"
    )
    assert again.json["added"] == 1
