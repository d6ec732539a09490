"""The shapes that communities commonly have, each with what one of that shape begins with.

A shape decides nothing later: it is where its founder begins, and a word that says what to expect.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cop.communities.models import READING
from cop.core.i18n import gettext
from cop.core.i18n import lazy as _

READ_BY = {
    "everyone": _("read by everyone on the web"),
    "network": _("read by everyone who is signed in"),
    "members": _("read by its members only"),
}
JOINED = {
    "open": _("open to join"),
    "request": _("joined on request"),
    "invitation": _("joined by invitation"),
}


@dataclass(frozen=True)
class Step:
    """A first step of newcomers: its words, a path on this network, and whether writing here does it."""

    words: Any
    link: str = ""
    by_writing: bool = False


@dataclass(frozen=True)
class Shape:
    """A sort of community."""

    name: Any
    what: Any
    """In a sentence."""
    joining: str
    reading: str
    steps: tuple[Step, ...]

    @property
    def begins(self) -> str:
        """How one of this shape begins, in words."""
        return gettext("Begins listed, %(read)s, %(joined)s.", read=READ_BY[self.reading], joined=JOINED[self.joining])


_ON_YOUR_PAGE = Step(_("Say on your page what you know, so that others find you"), "/settings/terms")

SHAPES: Mapping[str, Shape] = {
    "central": Shape(
        _("Central to local"),
        _("A department, a trust or an association, and those everywhere who carry things out."),
        "open",
        "network",
        (
            Step(_("Say where you work, and what lands on your desk"), by_writing=True),
            Step(_("Read the latest questions from other places"), "/topics"),
            _ON_YOUR_PAGE,
        ),
    ),
    "regional": Shape(
        _("Regional to local"),
        _("A hub, an authority or an adviser, and the schools nearby."),
        "request",
        "network",
        (
            Step(_("Say which school you are from, and one thing that goes well there"), by_writing=True),
            Step(_("See who else is near you"), "/people"),
            _ON_YOUR_PAGE,
        ),
    ),
    "benchmarking": Shape(
        _("Benchmarking peers"),
        _("Institutions alike that compare how they do, in confidence."),
        "request",
        "members",
        (
            Step(_("Say what you would like to compare, and what you can bring"), by_writing=True),
            Step(_("Agree with the others what stays in this room")),
            _ON_YOUR_PAGE,
        ),
    ),
    "innovators": Shape(
        _("Innovators"),
        _("People who try something before it is settled, and tell what failed too."),
        "open",
        "network",
        (
            Step(_("Say what you are trying, and what you do not know yet"), by_writing=True),
            Step(_("Answer one question of somebody else"), "/topics?list=unanswered"),
            _ON_YOUR_PAGE,
        ),
    ),
    "enquiry": Shape(
        _("Joint enquiry group"),
        _("A few people who ask one question together, study their own practice and meet regularly."),
        "invitation",
        "members",
        (
            Step(_("Say in your own words what you would like to find out"), by_writing=True),
            Step(_("Find a partner: most of the work is done in pairs")),
            Step(_("Put the next meeting into your calendar")),
        ),
    ),
    "open": Shape(
        _("Open community"),
        _("Anybody who cares about the subject, from anywhere."),
        "open",
        "everyone",
        (
            Step(_("Say hello: who you are, and what brought you here"), by_writing=True),
            Step(_("Find a question that you can answer"), "/topics?list=unanswered"),
            _ON_YOUR_PAGE,
        ),
    ),
}


def width(reading: str) -> int:
    """How many may read, the fewest first."""
    return -READING.index(reading)


def narrower(reading: str, other: str) -> str:
    """Of two, the one by which fewer may read."""
    return min(reading, other, key=width)


def carried(typed: Mapping[str, str], before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """What a form says when it begins otherwise: the new beginning, but for what somebody had changed in it."""
    return {
        name: value if typed.get(name, "") == before.get(name, "") else typed.get(name, "")
        for name, value in after.items()
    }
