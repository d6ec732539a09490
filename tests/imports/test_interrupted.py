"""An import that is killed is simply started again; meanwhile people post."""

import signal

import pytest
from sqlalchemy import func, select

from cop.core.db import session
from cop.forums.models import Post, Topic
from tests.imports.dumps import answer, comment, dump, question
from tests.support.services import wait_until

pytestmark = pytest.mark.service

TOPICS, ANSWERS = 120, 8


def test_a_killed_import_goes_on_where_it_was_and_people_post_meanwhile(server, tmp_path):
    posts, comments = [], []
    for number in range(TOPICS):
        first = number * 100 + 1
        posts.append(question(first, title=f"Question {number}", AcceptedAnswerId=first + ANSWERS))
        posts += [answer(first + each, first, f"<p>Answer {each}</p>") for each in range(1, ANSWERS + 1)]
        comments.append(comment(number + 1, first + 1))
    whole = TOPICS * (ANSWERS + 2)
    folder = dump(tmp_path / "dump", posts, comments)
    square = server.make.community("The Square", slug="square")
    ada = server.make.person("Ada Here", handle="ada-here")
    server.make.member(square, ada)
    own = server.make.topic(square, ada, title="Written here")
    words = ("import", "forum", str(folder), "--format", "stackexchange", "--community", "square", "--json")

    importing = server.run(*words)
    wait_until(lambda: imported(server), f"nothing was imported: {server.log}")
    server.make.reply(own, ada, text="Posted meanwhile.")  # waits for the import's lock, and gets it
    assert importing.poll() is None, "it was over before anybody could kill it"
    importing.end(signal.SIGKILL)
    importing.wait(10)
    before = imported(server)
    assert 0 < before < whole

    again = server.run(*words)
    assert again.wait(120) == 0, server.log
    assert f'"added": {whole - before}, "changed": 0, "unchanged": {before}' in server.log
    with server.connected():
        rows = session().execute(select(Post.topic_id, Post.number).order_by(Post.topic_id, Post.number))
        numbers: dict[int, list[int]] = {}
        for topic_id, number in rows:
            numbers.setdefault(topic_id, []).append(number)
        topics = {topic.id: topic for topic in session().scalars(select(Topic))}
    assert numbers.pop(own.id) == [1, 2]
    assert list(numbers.values()) == [list(range(1, ANSWERS + 3))] * TOPICS
    imported_topics = [topic for topic in topics.values() if topic.origin]
    assert {topic.last_number for topic in imported_topics} == {ANSWERS + 2}
    assert None not in {topic.accepted_post_id for topic in imported_topics}


def imported(server):
    """How many imported posts there are."""
    with server.connected():
        return session().scalar(select(func.count()).select_from(Post).where(Post.origin.is_not(None)))
