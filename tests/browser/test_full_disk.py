"""The disk is full: a page says so, nothing is half-done, reading goes on, and all works again when there is room.

The server's processes may write no file beyond a few kilobytes, which is what a full disk is to them.
"""

import io
import random
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from cop.core.db import session
from cop.forums.models import Post, Topic
from tests.support.raw import Raw, counts
from tests.support.services import wait_until
from tests.trials.test_kills import children, is_quiet

AUDIENCES = {f"{field}_audience": "network" for field in ("headline", "about", "terms", "links")}
ROOM = 4096
"""Bytes that a file may have: too few for one more page of the database's log."""


@contextmanager
def full(server: Any) -> Iterator[None]:
    """No room for the server's processes inside, and room again after."""
    processes = [server.web.pid, *children(server.web.pid)]
    for process in processes:
        resource.prlimit(process, resource.RLIMIT_FSIZE, (ROOM, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        for process in processes:
            resource.prlimit(process, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@pytest.fixture
def ben(server, village, topic) -> Raw:
    raw = Raw(server, village.ben)
    wait_until(lambda: is_quiet(server), "the outbox was not drained")
    return raw


def test_nothing_is_half_done_and_all_goes_on_after(server, village, topic, ben):
    before = counts(server)
    form = {"text": "Is there room?", "sent_key": "room"}
    with full(server):
        answers = {
            "reply": ben.post(f"/topics/{topic.id}/reply", **form),
            "topic": ben.post(f"{village.square.url}/topics/new", title="Room?", text="Room?", sent_key="room-2"),
            "thank": ben.post(f"/posts/{post_of(server, topic)}/thank"),
            "profile": ben.post("/settings", name="Ben Okoro", about="Somebody else", **AUDIENCES),
        }
        read = ben.ask("GET", topic.url)
        found = Raw(server).ask("GET", "/find?q=phonics")
    for what, answer in answers.items():
        assert answer.status == 503, f"{what}: {answer.status}"
        assert answer.is_clear
        assert answer.headers["Retry-After"]
    assert read.status == 200
    assert "In two groups, ten minutes each." in read.text
    assert found.status == 200
    assert counts(server) == before
    # The browser's form is still there, with its key: sent again, it makes one post.
    assert [ben.post(f"/topics/{topic.id}/reply", **form).status for _ in range(2)] == [303, 303]
    assert [now - then for now, then in zip(counts(server), before, strict=True)] == [0, 0, 0, 1, 0]
    wait_until(lambda: is_quiet(server), f"the readers did not catch up: {server.log}", 60)


def test_a_picture_that_found_no_room_leaves_nothing_behind(server, ben):
    before = counts(server), stored(server)
    picture = noise(400)
    with full(server):
        answer = upload(ben, picture)
    assert answer.status == 503
    assert answer.is_clear
    assert (counts(server), stored(server)) == before
    assert upload(ben, picture).status == 201


def noise(side: int) -> bytes:
    """A picture that no compression makes small."""
    out = io.BytesIO()
    Image.frombytes("RGB", (side, side), random.Random(1).randbytes(side * side * 3)).save(out, "PNG")
    return out.getvalue()


def stored(server: Any) -> list[str]:
    return sorted(str(path) for path in (server.folder / "files").rglob("*") if path.is_file())


def upload(ben: Raw, picture: bytes) -> Any:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
    return ben.ask("POST", "/files", head + picture + b"\r\n--x--\r\n", Content_Type="multipart/form-data; boundary=x")


def post_of(server: Any, topic: Topic) -> int:
    with server.connected():
        return session().scalars(select(Post.id).where(Post.topic_id == topic.id, Post.number == 2)).one()
