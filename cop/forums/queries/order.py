"""Questions about talk that is kept in order: what is announced, who decided what, what somebody has scheduled."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import joinedload

from cop.communities.models import Community
from cop.core import policy
from cop.core.activity import Activity
from cop.core.db import session, utcnow
from cop.core.marks import Mark
from cop.core.policy import Act
from cop.forums.models import ANNOUNCEMENT, Post, ScheduledPost, Topic
from cop.people.models import Person

ANNOUNCED_AT_MOST = 2
"""More at once would be no announcement."""
OLD = dt.timedelta(days=182)
"""After so long without a post, a reply may be read by nobody who remembers the question."""
DECIDED = {
    "pin": ("pinned", "unpinned"),
    "announce": ("announced", "took announcement down"),
    "close": ("scheduled closing", "kept open", "locked", "unlocked", "closed"),
    "slow": ("slowed", "lifted slow mode"),
}
"""The deeds by which each of `service.order.COLUMNS` is changed."""


@dataclass(frozen=True)
class Announced:
    """A topic that is announced, with the beginning of what it says."""

    topic: Topic
    text: str


def announced(reader: Person | None, community: Community) -> list[Announced]:
    """What is announced in a community, without what the reader has put away; the latest first."""
    away = exists().where(
        Mark.person_id == (reader.id if reader is not None else 0),
        Mark.kind == ANNOUNCEMENT,
        Mark.thing_id == Topic.id,
        Mark.at >= Topic.announced_at,
    )
    statement = (
        select(Topic, Post.text)
        .outerjoin(Post, and_(Post.topic_id == Topic.id, Post.number == 1, Post.hidden_at.is_(None)))
        .options(joinedload(Topic.author))
        .where(
            Topic.community_id == community.id,
            Topic.announced_at.is_not(None),
            Topic.announced_until > utcnow(),
            Topic.hidden_at.is_(None),
            policy.readable(reader, Topic),
            ~away,
        )
        .order_by(Topic.announced_at.desc())
        .limit(ANNOUNCED_AT_MOST)
    )
    return [Announced(topic, text or "") for topic, text in session().execute(statement)]


def decided(topic: Topic, what: str) -> tuple[str, dt.datetime] | None:
    """Who last decided something about a topic, by name, and when; the network itself has no name."""
    statement = (
        select(Person.name, Activity.at)
        .select_from(Activity)
        .outerjoin(Person, Person.id == Activity.actor_id)
        .where(Activity.kind == "topic", Activity.thing_id == topic.id, Activity.verb.in_(DECIDED[what]))
        .order_by(Activity.id.desc())
        .limit(1)
    )
    row = session().execute(statement).first()
    return (row[0] or "", row[1]) if row is not None else None


def is_old(topic: Topic) -> bool:
    """Whether nobody has written in a topic for so long that a new one may be better."""
    return utcnow() - topic.last_post_at > OLD


@dataclass(frozen=True)
class Scheduled:
    """Something that its author has scheduled, and where it is to appear, as far as they may see that now."""

    post: ScheduledPost
    topic: Topic | None
    community: Community | None


def scheduled_by(person: Person) -> list[Scheduled]:
    """What somebody has scheduled: first what could not appear, then what is to come, the soonest first."""
    statement = (
        select(ScheduledPost)
        .options(joinedload(ScheduledPost.community), joinedload(ScheduledPost.topic).joinedload(Topic.community))
        .where(ScheduledPost.author_id == person.id)
        .order_by(ScheduledPost.refusal.is_(None), ScheduledPost.due_at, ScheduledPost.id)
    )
    return [placed(person, each) for each in session().scalars(statement)]


def placed(person: Person, post: ScheduledPost) -> Scheduled:
    """One of them, with no more than its author may see of where it is to appear."""
    topic = session().get(Topic, post.topic_id) if post.topic_id is not None else None
    community = session().get(Community, topic.community_id if topic is not None else post.community_id)
    sees_topic = topic is not None and policy.can(person, Act.READ, topic)
    sees_community = community is not None and policy.can(person, Act.READ, community)
    return Scheduled(post, topic if sees_topic else None, community if sees_community else None)
