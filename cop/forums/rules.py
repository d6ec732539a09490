"""Who may do what with topics and posts. Read aloud: "reply: a member who reads an unlocked topic; a facilitator"."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.orm.attributes import set_committed_value

from cop.communities import rules as communities
from cop.communities.models import Community, Membership
from cop.core import policy
from cop.core.db import session, utcnow
from cop.core.i18n import lazy as _
from cop.core.policy import Act, because
from cop.forums.models import Post, ScheduledPost, Topic


def community_of(topic: Topic) -> Community:
    """The topic's community, loaded once and then kept with it."""
    if "community" not in topic.__dict__:
        set_committed_value(topic, "community", session().get_one(Community, topic.community_id))
    return topic.community


def topic_of(post: Post) -> Topic:
    """The post's topic, loaded once and then kept with it."""
    if "topic" not in post.__dict__:
        set_committed_value(post, "topic", session().get_one(Topic, post.topic_id))
    return post.topic


def reads(person: Any | None, topic: Topic) -> bool:
    """The topic's community is one whose talk the person reads, and the topic is not hidden."""
    return topic.hidden_at is None and communities.reads(person, community_of(topic))


@because(_("Only the facilitators of this community can do that."))
def is_facilitator(person: Any | None, topic: Topic) -> bool:
    """The person looks after the topic's community."""
    return communities.is_facilitator(person, community_of(topic))


@because(_("Join this community first; then you can reply."))
def is_member(person: Any | None, topic: Topic) -> bool:
    """The person belongs to the topic's community."""
    return communities.is_member(person, community_of(topic))


@because(_("This topic is locked: it can be read, but not added to."))
def unlocked(person: Any | None, topic: Topic) -> bool:
    """Posts may be added."""
    return not topic.is_locked


@because(_("Only its author, or a facilitator, can do that."))
def is_author(person: Any | None, thing: Topic | Post) -> bool:
    """The person wrote it."""
    return person is not None and thing.author_id == person.id


@because(_("The time for changing what one wrote here is over. A facilitator can still change it."))
def in_time_to_edit(person: Any | None, thing: Topic | Post) -> bool:
    """The time has not passed for which authors of the community may change what they wrote."""
    community = community_of(topic_of(thing) if isinstance(thing, Post) else thing)
    if community.edit_minutes is None:
        return True
    return utcnow() < thing.created_at + dt.timedelta(minutes=community.edit_minutes)


@because(_("Sign in first."))
def is_signed_in(person: Any | None, thing: Any) -> bool:
    """Somebody is signed in."""
    return person is not None


TOPIC_RULES: dict[Act, policy.Alternatives] = {
    Act.READ: [[reads], [is_facilitator]],
    Act.REPLY: [[reads, is_member, unlocked], [is_facilitator]],
    Act.EDIT: [[reads, is_member, is_author, unlocked, in_time_to_edit], [is_facilitator]],
    Act.HIDE: [[is_facilitator]],
    Act.RESTORE: [[is_facilitator]],
    Act.LOCK: [[is_facilitator]],
    Act.PIN: [[is_facilitator]],
    Act.ANNOUNCE: [[is_facilitator]],
    Act.FOLLOW: [[is_signed_in, reads], [is_facilitator]],
}


def post_reads(person: Any | None, post: Post) -> bool:
    """The post is not hidden, and its topic can be read."""
    return post.hidden_at is None and reads(person, topic_of(post))


def post_facilitator(person: Any | None, post: Post) -> bool:
    """The person looks after the post's community."""
    return is_facilitator(person, topic_of(post))


@because(_("Join this community first."))
def post_member(person: Any | None, post: Post) -> bool:
    """The person belongs to the post's community."""
    return is_member(person, topic_of(post))


@because(_("This topic is locked: it can be read, but not changed."))
def post_unlocked(person: Any | None, post: Post) -> bool:
    """The post's topic may be added to."""
    return unlocked(person, topic_of(post))


@because(_("You cannot thank yourself."))
def by_somebody_else(person: Any | None, post: Post) -> bool:
    """The person did not write it."""
    return person is not None and post.author_id != person.id


@because(_("The first post is the question; accept one of the answers."))
def is_answer(person: Any | None, post: Post) -> bool:
    """It is not the opening post."""
    return post.number > 1


def may_accept(person: Any | None, post: Post) -> bool:
    """The person asked the question, or looks after the community."""
    topic = topic_of(post)
    return is_author(person, topic) or is_facilitator(person, topic)


may_accept.because = _("Only the person who asked, or a facilitator, can accept an answer.")  # type: ignore[attr-defined]


def hidden_by_its_author(person: Any | None, post: Post) -> bool:
    """The author took it away, so the author may put it back."""
    return is_author(person, post) and post.hidden_by_id == post.author_id and reads(person, topic_of(post))


POST_RULES: dict[Act, policy.Alternatives] = {
    Act.READ: [[post_reads], [post_facilitator], [hidden_by_its_author]],
    Act.EDIT: [[post_reads, post_member, is_author, post_unlocked, in_time_to_edit], [post_facilitator]],
    Act.HIDE: [[post_reads, is_author], [post_facilitator]],
    Act.RESTORE: [[hidden_by_its_author], [post_facilitator]],
    Act.THANK: [[is_signed_in, post_reads, by_somebody_else]],
    Act.ACCEPT: [[post_reads, is_answer, may_accept]],
}


def scheduled_it(person: Any | None, scheduled: ScheduledPost) -> bool:
    """The person wrote it; until it appears nobody else learns of it."""
    return person is not None and scheduled.author_id == person.id


SCHEDULED_RULES: dict[Act, policy.Alternatives] = {Act.READ: [[scheduled_it]], Act.EDIT: [[scheduled_it]]}


def next_turn(person: Any, topic: Topic) -> dt.datetime | None:
    """When the person may post again in a topic in slow mode; None: now. Facilitators need not wait."""
    if topic.slow_minutes is None or is_facilitator(person, topic):
        return None
    pause = dt.timedelta(minutes=topic.slow_minutes)
    mine = (Post.author_id == person.id, Post.topic_id == topic.id, Post.created_at > utcnow() - pause)
    last = session().scalar(select(func.max(Post.created_at)).where(*mine))
    return last + pause if last is not None else None


def readable_topics(person: Any | None) -> ColumnElement[bool]:
    """READ of a topic in SQL."""
    seen = and_(Topic.hidden_at.is_(None), _in_readable_talk(person, Topic.community_id))
    return or_(seen, _facilitates(person, Topic.community_id)) if person is not None else seen


def readable_posts(person: Any | None) -> ColumnElement[bool]:
    """READ of a post in SQL. The tables inside have names of their own, so that the condition fits any query."""
    topic = aliased(Topic)
    in_topic = topic.id == Post.topic_id
    talk = exists().where(in_topic, topic.hidden_at.is_(None), _in_readable_talk(person, topic.community_id))
    if person is None:
        return and_(Post.hidden_at.is_(None), talk)
    own = and_(Post.author_id == person.id, Post.hidden_by_id == person.id)
    return or_(
        and_(or_(Post.hidden_at.is_(None), own), talk),
        exists().where(in_topic, _facilitates(person, topic.community_id)),
    )


def _in_readable_talk(person: Any | None, community_id: Any) -> ColumnElement[bool]:
    """The talk of the community with this id is one that the person reads."""
    there = aliased(Community)
    return exists().where(there.id == community_id, communities.talk_readable(person, there))


def _facilitates(person: Any, community_id: Any) -> ColumnElement[bool]:
    """The person looks after the community with this id."""
    mine = aliased(Membership)
    return exists().where(mine.community_id == community_id, mine.person_id == person.id, mine.role == "facilitator")


policy.register(Topic, TOPIC_RULES, readable_topics)
policy.register(Post, POST_RULES, readable_posts)
policy.register(ScheduledPost, SCHEDULED_RULES)
