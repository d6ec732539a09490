"""Talk kept in order by facilitators: topics pinned, announced, closed at a time, slowed down; and all of that undone.

`seen` is how the topic stood when the facilitator decided, in the word of `standing`: whoever decides after somebody
else has is told, and nothing is changed. Without it nobody is asked.
"""

import datetime as dt

from cop.core import marks, outbox
from cop.core.activity import record
from cop.core.db import session, utcnow
from cop.forums.models import ANNOUNCEMENT, Topic
from cop.people.models import Person

CLOSING = "closing"
"""The job that records that a topic's time has come."""
COLUMNS = {
    "pin": ("pinned_at", "pinned_until"),
    "announce": ("announced_at", "announced_until"),
    "close": ("closes_at", "locked_at"),
    "slow": ("slow_minutes",),
}
"""What each of these says in a topic."""


class Meanwhile(Exception):
    """Somebody else has decided since the facilitator looked."""


def standing(topic: Topic, what: str) -> str:
    """How a topic stands in one of `COLUMNS`, in a word that changes when it does."""
    return " ".join(str(getattr(topic, column) or "-") for column in COLUMNS[what])


def _require(topic: Topic, what: str, seen: str | None) -> None:
    if seen is not None and seen != standing(topic, what):
        raise Meanwhile


def pin_topic(facilitator: Person, topic: Topic, until: dt.datetime | None, seen: str | None = None) -> Topic:
    """Keep a topic at the top of its community's list until a moment, or for good."""
    if topic.is_pinned and topic.pinned_until == until:
        return topic
    _require(topic, "pin", seen)
    topic.pinned_at, topic.pinned_until = utcnow(), until
    record(facilitator, "pinned", topic)
    return topic


def unpin_topic(facilitator: Person, topic: Topic) -> Topic:
    """Let a topic stand in the list where its last post puts it."""
    if topic.pinned_at is not None:
        topic.pinned_at = topic.pinned_until = None
        record(facilitator, "unpinned", topic)
    return topic


def announce_topic(facilitator: Person, topic: Topic, until: dt.datetime, seen: str | None = None) -> Topic:
    """Put a topic on its community's home page until a moment; also before those who put an earlier one away."""
    if topic.is_announced and topic.announced_until == until:
        return topic
    _require(topic, "announce", seen)
    topic.announced_at, topic.announced_until = utcnow(), until
    record(facilitator, "announced", topic)
    return topic


def take_announcement_down(facilitator: Person, topic: Topic) -> Topic:
    """Take a topic off its community's home page."""
    if topic.announced_at is not None:
        topic.announced_at = topic.announced_until = None
        record(facilitator, "took announcement down", topic)
    return topic


def put_announcement_away(person: Person, topic: Topic) -> None:
    """The person has read it and does not want to see it on the home page any more: a mark, as of what was read."""
    marks.put(person, ANNOUNCEMENT, topic.id, 1)


def schedule_closing(facilitator: Person, topic: Topic, at: dt.datetime, seen: str | None = None) -> Topic:
    """Have a topic close by itself at a moment. The clock closes it; a job at that moment records that it did."""
    if topic.closes_at == at:
        return topic
    _require(topic, "close", seen)
    topic.closes_at = at
    outbox.schedule(CLOSING, {"topic": topic.id}, due_at=at)
    record(facilitator, "scheduled closing", topic)
    return topic


def keep_open(facilitator: Person, topic: Topic) -> Topic:
    """Take back that a topic is to close; one that has closed is unlocked instead."""
    if topic.closes_at is not None and topic.closes_at > utcnow():
        topic.closes_at = None
        record(facilitator, "kept open", topic)
    return topic


def close_when_due(topic_id: int) -> None:
    """Record that a topic is closed, if its time has come: it may have been put off, or closed by hand before."""
    topic = session().get(Topic, topic_id, with_for_update=True)
    if topic is None or topic.locked_at is not None or topic.closes_at is None or topic.closes_at > utcnow():
        return
    topic.locked_at = topic.closes_at
    record(None, "closed", topic)


def slow_down(facilitator: Person, topic: Topic, minutes: int, seen: str | None = None) -> Topic:
    """Let each person but the facilitators post only once in so many minutes."""
    if topic.slow_minutes == minutes:
        return topic
    _require(topic, "slow", seen)
    topic.slow_minutes = minutes
    record(facilitator, "slowed", topic)
    return topic


def lift_slow_mode(facilitator: Person, topic: Topic) -> Topic:
    """Let people post as often as they like again."""
    if topic.slow_minutes is not None:
        topic.slow_minutes = None
        record(facilitator, "lifted slow mode", topic)
    return topic


def lock_topic(facilitator: Person, topic: Topic) -> Topic:
    """Close a topic: it can be read, but not added to."""
    if not topic.is_locked:
        topic.locked_at = utcnow()
        record(facilitator, "locked", topic)
    return topic


def unlock_topic(facilitator: Person, topic: Topic) -> Topic:
    """Open a topic again, also one that closed by itself; a closing that is still to come stays."""
    if topic.is_locked:
        topic.locked_at = None
        if topic.is_locked:
            topic.closes_at = None
        record(facilitator, "unlocked", topic, settles=[{"verb": "closed"}])
    return topic
