"""One server for each file of browser tests, with the cast on it; every test has a topic of its own."""

from collections.abc import Iterator
from typing import Any

import pytest

import cop
from cop.forums.models import Topic
from tests.support import cast
from tests.support.raw import Raw
from tests.support.servers import Server


@pytest.fixture(scope="module")
def server(template, settings, mail_server, tmp_path_factory) -> Iterator[Server]:
    """The server of this file."""
    cop.prepare(settings)
    started = Server(tmp_path_factory.mktemp("browser"), template.copy(), mail_server.port, rate_limits=False)
    yield started.start()
    started.close()


@pytest.fixture(scope="module")
def village(server) -> cast.Village:
    """The cast, on the server. They came without a deed, so that the index is told of them."""
    made = server.make.village()
    assert server.run("index", "rebuild").wait(60) == 0, server.log
    return made


@pytest.fixture
def topic(server, village) -> Any:
    """Ada's question in the square, with Fay's answer."""
    topic = server.make.topic(village.square, village.ada, title="How do you teach phonics to two ages at once?")
    server.make.reply(topic, village.fay, "In two groups, ten minutes each.")
    return topic


@pytest.fixture(scope="module")
def ben(server, village) -> Raw:
    """Ben, who sends any bytes."""
    return Raw(server, village.ben)


@pytest.fixture(scope="module")
def raw_guest(server, village) -> Raw:
    """Nobody who is signed in, who sends any bytes."""
    return Raw(server)


@pytest.fixture(scope="module")
def place(server, village) -> Topic:
    """A topic that bad input is sent to."""
    return server.make.topic(village.square, village.ada, title="For bad input")


@pytest.fixture
def still_serves(server, village):
    """After whatever was sent, the next visitor is served, and nothing was logged as a failure of ours."""
    before = server.log.count("request failed")
    yield
    assert Raw(server).ask("GET", "/").status == 200
    assert server.log.count("request failed") <= before, server.log
