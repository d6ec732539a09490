"""The archive of a whole forum, imported as an operator does: the measured facts, its traps, and what can be found."""

import csv
import html
import re
import unicodedata

import pytest
from sqlalchemy import func, select

from cop.core.db import session
from cop.core.markup import render
from cop.forums.models import Post, Topic
from cop.imports.html_to_markdown import markdown_from
from cop.imports.stackexchange import read_dump
from cop.people.models import Person
from tests.support.shared import SHARED

pytestmark = pytest.mark.shared

FOLDER = SHARED / "data" / "forum-history-meta"


def golden(check):
    with (SHARED / "data" / "GOLDEN.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return next(row["value"] for row in rows if (row["set"], row["check"]) == ("forum-history-meta", check))


@pytest.mark.service  # it starts none, but takes as long
def test_the_whole_forum_is_imported_and_found(command, own):
    own.community("History", slug="history", reading="everyone")
    own.person("Ada", handle="ada")
    words = ("import", "forum", str(FOLDER), "--format", "stackexchange", "--community", "history", "--json")
    told = command(*words).json
    assert (told["added"], told["changed"], told["unchanged"]) == (5105, 0, 0)
    assert (told["topics"], told["posts"]) == (556, 5105)
    assert [each["reason"].split(",")[0] for each in told["left_out"]] == ["a tag page", "a tag description"] * 3

    threads, answers, comments = map(int, re.findall(r"\d+", golden("threads / answers / comments")))
    kinds = {
        kind: session().scalar(select(func.count()).select_from(Post).where(Post.origin.contains(f":{kind}:")))
        for kind in ("post", "comment")
    }
    assert session().scalar(select(func.count()).select_from(Topic)) == threads
    assert kinds == {"post": threads + answers, "comment": comments}
    the_most_answered()
    who_wrote_it(told["people"])
    what_is_in_order()

    assert command(*words).json["added"] == 0
    command("index", "rebuild")
    for question in ("homework questions", "citing sources", "closing questions"):
        found = command("people", "find", question, "--as", "ada@village.example", "--json").json
        term = re.compile(question.split()[0][:4], re.IGNORECASE)
        reasons = [line for each in found["people"] for line in each["evidence"][:1]]
        assert sum(bool(line["url"].startswith("/posts/") and term.search(line["passage"])) for line in reasons) >= 3


def the_most_answered():
    (number, answers), title = re.findall(r"'(\d+)', (\d+)", golden("thread with most answers"))[0], "downvote"
    topic = session().scalars(select(Topic).where(Topic.origin == f"stackexchange:history:{number}")).one()
    assert title in topic.title
    given = select(func.count()).select_from(Post).where(Post.topic_id == topic.id, Post.origin.contains(":post:"))
    assert session().scalar(given) == int(answers) + 1


def who_wrote_it(people):
    """Users of the archive, and one more person for each name that somebody who left had left behind."""
    placeholders = list(session().scalars(select(Person).where(Person.origin.is_not(None))))
    assert len(placeholders) == people
    assert {each.status for each in placeholders} == {"placeholder"}
    left = [each for each in placeholders if ":name:" in each.origin]
    posts = (
        select(func.count())
        .select_from(Post)
        .where(Post.author_id.in_([each.id for each in left]), Post.origin.contains(":post:"))
    )
    assert session().scalar(posts) == int(golden("posts without a user id (deleted accounts)"))


def what_is_in_order():
    """In each topic numbers are dense, time goes forward, and each comment's parent stands before it."""
    rows = session().execute(
        select(Post.topic_id, Post.number, Post.created_at, Post.parent_number, Post.origin).order_by(
            Post.topic_id, Post.number
        )
    )
    topic, number, moment = None, 0, None
    for topic_id, post_number, created_at, parent, origin in rows:
        if topic_id != topic:
            topic, number, moment = topic_id, 0, created_at
        assert post_number == number + 1
        assert created_at >= moment
        assert (parent is not None) == (":comment:" in origin)
        assert parent is None or parent < post_number
        number, moment = post_number, created_at


def test_markdown_says_what_the_html_said():
    """Word for word, in every post of the archive: what was rendered here is what was written there."""
    from cop.imports.stackexchange import _rows

    different = []
    for row in _rows(FOLDER / "Posts.xml"):
        body = row.fields["Body"]
        said = re.sub(r'<img[^>]*alt="([^"]*)"[^>]*>', r"\1", body)
        said = re.sub(r"<img[^>]*></a>", "Picture", said)
        wanted = words(html.unescape(re.sub(r"<[^>]+>", " ", said)))
        if words(render(markdown_from(body)).text) != wanted:
            different.append(row.fields["Id"])
    assert different == []


def words(text):
    plain = unicodedata.normalize("NFC", text).translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "01234567890123456789"))
    return re.sub(r"[^a-z0-9]+", "", plain.lower())


def test_nobody_without_a_word_becomes_a_person():
    archive = read_dump(FOLDER)
    wrote = {entry.author for thread in archive.threads for entry in thread.entries}
    assert set(archive.authors) == wrote
