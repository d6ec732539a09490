"""Questions about one topic: as a reader opens it, where they go on reading, what happened since."""

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from cop.communities.models import Membership
from cop.core import activity, policy, terms
from cop.core.activity import LiveRoom
from cop.core.db import session, utcnow
from cop.core.drafts import Draft
from cop.core.follows import Follow
from cop.core.i18n import gettext as _
from cop.core.marks import Mark
from cop.core.paging import LARGEST_ROW
from cop.core.policy import Act
from cop.core.terms import Term
from cop.forums.models import POSTS_PER_PAGE, Post, Topic
from cop.people.models import Person


@dataclass(frozen=True)
class OpenTopic:
    """A topic as one reader opens it: with where they stand in it, in one query."""

    topic: Topic
    mark: int | None
    """The number up to which they have read; None when they never opened it."""
    marked_at: dt.datetime | None
    level: str
    draft: Draft | None
    seq: int
    """The last number of its live room."""
    accepted_number: int | None
    joined_at: dt.datetime | None

    @property
    def first_unread(self) -> int | None:
        """The number of the first post they have not read, if there is one and they have read before."""
        if self.mark is None or self.mark >= self.topic.last_number:
            return None
        return self.mark + 1


# The statements of the busiest pages are built once: building one costs as much as running it.
_accepted = aliased(Post)
_ME: BindParameter[int] = bindparam("me")
_OPENED = (
    select(Topic, Mark.number, Mark.at, Follow.level, Draft, LiveRoom.seq, _accepted.number, Membership.joined_at)
    .options(joinedload(Topic.community))
    .outerjoin(Mark, and_(Mark.person_id == _ME, Mark.kind == "topic", Mark.thing_id == Topic.id))
    .outerjoin(Follow, and_(Follow.person_id == _ME, Follow.kind == "topic", Follow.thing_id == Topic.id))
    .outerjoin(Draft, and_(Draft.person_id == _ME, Draft.place == bindparam("place")))
    .outerjoin(LiveRoom, LiveRoom.name == bindparam("room"))
    .outerjoin(_accepted, _accepted.id == Topic.accepted_post_id)
    .outerjoin(Membership, and_(Membership.person_id == _ME, Membership.community_id == Topic.community_id))
    .where(Topic.id == bindparam("topic"))
)


def open_topic(reader: Person | None, id: int) -> OpenTopic:
    """A topic with the reader's mark, follow and draft. Raises Unseen."""
    me = reader.id if reader is not None else 0
    asked = {"me": me, "topic": id, "room": f"topic:{id}", "place": f"reply:topic:{id}"}
    row = session().execute(_OPENED, asked).first()
    if row is None or not policy.can(reader, Act.READ, row[0]):
        raise policy.Unseen
    topic, mark, at, level, draft, seq, number, joined = row
    return OpenTopic(topic, mark, at, level or "", draft, seq or 0, number, joined)


def first_unread(opened: OpenTopic) -> int | None:
    """The number of the first post to read: after the mark; without one, the first since the reader joined."""
    if opened.mark is not None:
        return opened.first_unread
    if opened.joined_at is None or opened.joined_at <= opened.topic.created_at:
        return 1
    number = post_number_after(opened.topic, opened.joined_at)
    return number if number <= opened.topic.last_number else None


def post_number_after(topic: Topic, moment: dt.datetime) -> int:
    """The number of the first post written after a moment; one past the end if there is none."""
    number = session().scalar(select(func.min(Post.number)).where(Post.topic_id == topic.id, Post.created_at > moment))
    return number or topic.last_number + 1


@dataclass(frozen=True)
class Heard:
    """What happened in a topic after a number of its live room."""

    seq: int
    post_ids: list[int]
    """Posts that came or changed, each once."""
    added: frozenset[int]
    more: bool


HEARD_AT_MOST = 200


def heard_after(opened: OpenTopic, seq: int) -> Heard:
    """The posts that came or changed after `seq`; thanks and choices of an answer change posts too."""
    heard = activity.heard_after(f"topic:{opened.topic.id}", seq, HEARD_AT_MOST)
    added = frozenset(each.thing_id for each in heard if each.verb == "replied")
    ids = {each.thing_id for each in heard if each.kind == "post"}
    ids |= {id for each in heard for id in each.facts.get("also", ())}
    more = len(heard) == HEARD_AT_MOST
    return Heard(heard[-1].seq or seq if heard else max(seq, opened.seq), sorted(ids), added, more)


def continued(reader: Person | None, id: int) -> str:
    """How a topic begins that goes on from another one, in Markdown; empty if the reader cannot see that one."""
    topic = session().get(Topic, id) if 0 < id <= LARGEST_ROW else None
    if topic is None or not policy.can(reader, Act.READ, topic):
        return ""
    title = re.sub(r"([\\\[\]*_`<>~])", r"\\\1", topic.title)
    return _("Following on from %(topic)s:", topic=f"[{title}]({topic.url})") + "\n\n"


def tags_of(topic: Topic) -> list[dict[str, str]]:
    """The terms that a topic is filed under, as links."""
    return [tag(term) for term in terms.terms_of("topic", [topic.id]).get(topic.id, [])]


def tag(term: Term) -> dict[str, str]:
    """A term as a link to the topics that are filed under it."""
    return {"name": term.name, "url": f"/topics?tag={term.slug}"}


def page_window(page: int) -> tuple[int, int]:
    """The numbers of the first and the last post of a page."""
    return (page - 1) * POSTS_PER_PAGE + 1, page * POSTS_PER_PAGE


def is_open(now: Any) -> ColumnElement[bool]:
    """Topics that can be added to, in SQL: what `Topic.is_locked` denies of one. `now`: the moment, or a parameter."""
    return and_(Topic.locked_at.is_(None), or_(Topic.closes_at.is_(None), Topic.closes_at > now))


def unanswered_by(reader: Person | None, person_ids: Collection[int], limit: int = 5) -> list[Topic]:
    """Questions of some people that nobody has answered and the reader may see, the latest first."""
    statement = (
        select(Topic)
        .options(joinedload(Topic.community), joinedload(Topic.author))
        .where(
            Topic.author_id.in_(person_ids),
            Topic.answer_count == 0,
            is_open(utcnow()),
            Topic.hidden_at.is_(None),
            policy.readable(reader, Topic),
        )
        .order_by(Topic.created_at.desc(), Topic.id.desc())
        .limit(limit)
    )
    return list(session().scalars(statement))
