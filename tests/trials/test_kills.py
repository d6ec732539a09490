"""Trial: processes are killed at random instants while people post. Nothing acknowledged is lost, nothing doubled.

Four kills, one of each kind; with COP_TRIALS=long fifty. The order of victims and instants follows from a printed seed.
"""

import json
import os
import random
import signal
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from cop.core.db import session
from cop.forums.models import Post, Topic
from tests.support.servers import Server
from tests.support.services import wait_until
from tests.trials.posting import Poster

pytestmark = [pytest.mark.trial, pytest.mark.service]

KILLS = 50 if os.environ.get("COP_TRIALS") == "long" else 4
POSTERS = 3
STARTING_SECONDS = 30
"""A busy machine may take this long to start Python."""
RECOVERY_SECONDS = 10
"""From when the network answers again until nothing is left to be done."""


def test_kills_under_posting_lose_nothing_and_double_nothing(servers: Callable[..., Server]):
    seed = int(os.environ.get("COP_SEED", random.randrange(10**6)))
    print(f"COP_SEED={seed}")
    chance = random.Random(seed)
    server = servers(rate_limits=False, threads=16)
    topic = populated(server)
    victims = list(VICTIMS) * (KILLS // len(VICTIMS) + 1)
    chance.shuffle(victims)
    slowest = 0.0
    with posting(server, topic) as posters:
        # The factory writes people without a deed: the index is told of them once.
        assert server.run("index", "rebuild").wait(60) == 0, server.log
        worker = server.run("work")
        for kill in victims[:KILLS]:
            for poster in posters:
                poster.go_on()
            time.sleep(chance.uniform(0.1, 1.5))
            worker = VICTIMS[kill](server, worker)
            for poster in posters:
                poster.pause()  # which takes an answer: the network is back
            recovered = time.monotonic()
            wait_until(lambda: is_quiet(server), f"the outbox was not drained: {health(server)}", RECOVERY_SECONDS)
            slowest = max(slowest, time.monotonic() - recovered)
            compare(server, posters, topic)
    print(f"{KILLS} kills, {written(posters)}, slowest recovery {slowest:.1f} s")
    assert sum(poster.repeated for poster in posters) > 0, "no kill ever hit a request: the trial tried nothing"
    assert_index_is_true(server)


def populated(server: Server) -> Topic:
    """A community with a topic, to which the posters write."""
    author = server.make.person("Asker")
    community = server.make.community("The Mill")
    server.make.member(community, author)
    return server.make.topic(community, author)


@contextmanager
def posting(server: Server, topic: Topic) -> Iterator[list[Poster]]:
    """Several members who post."""
    posters = []
    for number in range(POSTERS):
        person = server.make.person(f"Writer {number}")
        server.make.member(topic.community, person)
        posters.append(Poster(server, server.cookie(person), topic.id, f"Writer {number}"))
    for poster in posters:
        poster.start()
    try:
        yield posters
    finally:
        for poster in posters:
            poster.end()


# -- what is killed ---------------------------------------------------------------------------------------------------


def kill_everything(server: Server, worker):
    """A power cut; both processes are started again."""
    server.kill()
    server.start()
    return server.run("work")


def kill_the_web_processes_parent(server: Server, worker):
    """The process that an operator sees. Its child goes by itself, and the port is free again."""
    kill(server.web.pid)
    server.web.wait(5)
    server.start()
    wait_until(lambda: served_by_children_of(server), "the new server never served", STARTING_SECONDS)
    return worker


def kill_the_web_processes_child(server: Server, worker):
    """The process that serves; its parent starts another."""
    before = children(server.web.pid)
    for child in before:
        kill(child)
    wait_until(lambda: set(children(server.web.pid)) - set(before), "no child was started", STARTING_SECONDS)
    return worker


def kill_the_worker(server: Server, worker):
    """The process that only drains."""
    kill(worker.pid)
    worker.wait(5)
    return server.run("work")


VICTIMS = {
    each.__name__: each
    for each in (
        kill_everything,
        kill_the_web_processes_parent,
        kill_the_web_processes_child,
        kill_the_worker,
    )
}


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def children(pid: int) -> list[int]:
    """Processes that a process started."""
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


# -- what must be true ------------------------------------------------------------------------------------------------


def health(server: Server) -> dict:
    with urllib.request.urlopen(f"{server.url}/healthz", timeout=5) as answer:
        return json.load(answer)


def served_by_children_of(server: Server) -> bool:
    """Whether the process that was started last has a child, and the server answers."""
    try:
        return bool(children(server.web.pid)) and bool(health(server))
    except OSError:
        return False


def is_quiet(server: Server) -> bool:
    """Whether nothing is left to be done, and nothing failed."""
    try:
        found = health(server)
    except OSError:
        return False
    waiting = {name: due for name, due in found["outbox"]["readers"].items() if name != "search-merge"}
    return not any(waiting.values()) and found["index"]["waiting"] == 0


def compare(server: Server, posters: list[Poster], topic: Topic) -> None:
    """Every acknowledged post is there once, every other one at most once, and the numbers have no holes."""
    with server.connected():
        rows = session().execute(select(Post.number, Post.text).where(Post.topic_id == topic.id)).all()
        last = session().scalar(select(Topic.last_number).where(Topic.id == topic.id))
    found = Counter(text for _number, text in rows)
    assert [poster.refused for poster in posters if poster.refused] == []
    lost = [text for poster in posters for text in poster.acknowledged if not found[text]]
    doubled = [text for text, times in found.items() if times > 1]
    assert (lost, doubled) == ([], [])
    assert sorted(number for number, _text in rows) == list(range(1, len(rows) + 1))
    assert last == len(rows)


def written(posters: list[Poster]) -> str:
    acknowledged = sum(len(poster.acknowledged) for poster in posters)
    unsure = sum(len(poster.unsure) for poster in posters)
    return f"{acknowledged} posts acknowledged, {unsure} given up, {sum(p.repeated for p in posters)} sent again"


def assert_index_is_true(server: Server) -> None:
    """The index says what the database says: `cop index status` is the judge."""
    asked = server.run("index", "status", "--json")
    assert asked.wait(60) == 0, server.log
