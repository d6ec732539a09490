"""Signed links prove one thing for one purpose and for a while."""

import datetime as dt

import pytest
import time_machine

from cop.core import links
from cop.core.links import BadLink

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _ready(app):
    """Links are signed with the network's secret."""


def test_a_link_says_what_was_signed():
    assert links.read("reset", links.sign("reset", [7, "x"]), hours=1) == [7, "x"]


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token.replace(token[-20], "A" if token[-20] != "A" else "B"),
        lambda token: token[5:],
        lambda token: token + "x",
        lambda token: "",
        lambda token: links.sign("verify", 7),
        lambda token: token.replace(".", ""),
        lambda token: "\x00\udcff é",
    ],
    ids=["changed", "cut", "longer", "empty", "of another purpose", "without dots", "strange"],
)
def test_anything_else_is_no_link(change):
    with pytest.raises(BadLink):
        links.read("reset", change(links.sign("reset", 7)), hours=1)


@pytest.mark.parametrize(("minutes", "works"), [(59, True), (62, False)])
def test_a_link_ends(minutes, works):
    with time_machine.travel(NOW, tick=False):
        token = links.sign("reset", 7)
    with time_machine.travel(NOW + dt.timedelta(minutes=minutes), tick=False):
        if works:
            assert links.read("reset", token, hours=1) == 7
        else:
            with pytest.raises(BadLink):
                links.read("reset", token, hours=1)


def test_another_networks_links_are_not_ours():
    token = links.sign("reset", 7)
    before = links._secret, links._base_url
    links.use("another network's secret", "http://b.example")
    try:
        with pytest.raises(BadLink):
            links.read("reset", token, hours=1)
        assert links.absolute("/x") == "http://b.example/x"
    finally:
        links.use(*before)
