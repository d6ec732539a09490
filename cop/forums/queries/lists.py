"""Lists of topics, as one reader sees them."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased, joinedload

from cop.communities import rules as community_rules
from cop.communities.models import Community, Membership
from cop.core import policy, terms
from cop.core.db import UtcDateTime, session, utcnow
from cop.core.follows import Follow
from cop.core.marks import Mark
from cop.core.terms import Tagging, Term
from cop.forums.models import Post, Topic
from cop.forums.queries.topics import is_open, tag
from cop.people.models import Person

TOPICS_PER_PAGE = 20


class Named(NamedTuple):
    """Somebody of whom a list says no more than the name."""

    name: str


@dataclass(frozen=True)
class TopicRow:
    """A topic in a list, as one reader sees it: what `parts/_topic_row.html` needs."""

    topic: Topic
    community: Community
    author: Named
    last_author: Named | None
    is_new: bool
    new_count: int
    tags: tuple[dict[str, str], ...] = ()
    pinned: bool = False
    """Whether it stands at the top of this list because it is pinned there."""

    title = property(lambda self: self.topic.title)
    state = property(lambda self: self.topic.state)
    replies = property(lambda self: self.topic.reply_count)
    last_at = property(lambda self: self.topic.last_post_at)

    @property
    def url(self) -> str:
        """Where to go on reading."""
        return f"/topics/{self.topic.id}/unread" if self.new_count else str(self.topic.url)


@dataclass(frozen=True)
class TopicList:
    """One page of a list of topics."""

    rows: list[TopicRow]
    page: int
    more: bool

    @property
    def pages(self) -> int:
        """How many pages are known to exist: there is no total, since counting all would cost what it tells."""
        return self.page + (1 if self.more else 0)


def topics(
    reader: Person | None,
    which: str = "latest",
    community: Community | None = None,
    term: Term | None = None,
    page: int = 1,
    size: int = TOPICS_PER_PAGE,
) -> TopicList:
    """A page of topics that the reader may see, the latest first.

    `which` is a key of `_WHICH`; or `forum`: those of one community, with what is pinned there at the top.
    """
    statement = _listed(reader is not None, which, community is not None, term is not None)
    offset = (page - 1) * size
    asked = {
        "me": reader.id if reader is not None else 0,
        "community": community.id if community is not None else 0,
        "term": term.id if term is not None else 0,
        "now": utcnow(),
        "offset": offset,
        "limit": size + 1,
        "to": offset + size + 1,
    }
    rows = [_row(*row) for row in session().execute(statement, asked)]
    if which == "forum":
        rows = [replace(row, pinned=row.topic.is_pinned) for row in rows]
    return TopicList(_with_tags(rows[:size]), page, len(rows) > size)


class _Asker:
    """Stands for the reader while a statement is built: its id is given when the statement runs."""

    id: BindParameter[int] = bindparam("me")


_NOW: BindParameter[dt.datetime] = bindparam("now", type_=UtcDateTime())


def _unanswered(_reader: Any) -> ColumnElement[bool]:
    return and_(Topic.answer_count == 0, is_open(_NOW), Topic.hidden_at.is_(None))


def _mine(reader: Any) -> ColumnElement[bool]:
    return exists().where(Post.topic_id == Topic.id, Post.author_id == reader.id)


def _followed(reader: Any) -> ColumnElement[bool]:
    return exists().where(
        Follow.person_id == reader.id, Follow.kind == "topic", Follow.thing_id == Topic.id, Follow.level == "following"
    )


def _in_my_communities(reader: Any) -> ColumnElement[bool]:
    mine = aliased(Membership)
    return exists().where(mine.person_id == reader.id, mine.community_id == Topic.community_id)


def is_new_to(reader: Any) -> ColumnElement[bool]:
    """Topics with something new for the reader, in SQL: what `_row` says of one."""
    mine, mark = aliased(Membership), aliased(Mark)
    read_to = select(mark.number).where(mark.person_id == reader.id, mark.kind == "topic", mark.thing_id == Topic.id)
    moved_since_joined = exists().where(
        mine.person_id == reader.id, mine.community_id == Topic.community_id, mine.joined_at < Topic.last_post_at
    )
    return or_(Topic.last_number > read_to.scalar_subquery(), and_(~read_to.exists(), moved_since_joined))


_WHICH: dict[str, Any] = {
    "latest": lambda _reader: and_(True),
    "unanswered": _unanswered,
    "mine": _mine,
    "followed": _followed,
    "new": is_new_to,
    "waiting for me": lambda reader: and_(_unanswered(reader), _in_my_communities(reader)),
}


@cache
def _listed(signed_in: bool, which: str, in_community: bool, filed: bool) -> Any:
    """The statement behind a list, built once: building it costs several times what running it does."""
    asker = _Asker() if signed_in else None
    author, last_author, me = aliased(Person), aliased(Person), _Asker.id
    statement: Any = (
        select(Topic, author.name, last_author.name, Mark.number, Membership.joined_at)
        .options(joinedload(Topic.community))
        .join(author, author.id == Topic.author_id)
        .outerjoin(last_author, last_author.id == Topic.last_author_id)
        .outerjoin(Mark, and_(Mark.person_id == me, Mark.kind == "topic", Mark.thing_id == Topic.id))
        .outerjoin(Membership, and_(Membership.person_id == me, Membership.community_id == Topic.community_id))
    )
    if which == "forum":
        shown = _pinned_first(asker)
        return statement.join(shown, shown.c.id == Topic.id).order_by(shown.c.place, *_LATEST_FIRST)
    statement = _page_of(statement.where(policy.readable(asker, Topic), _WHICH[which](asker)).order_by(*_LATEST_FIRST))
    if in_community:
        statement = statement.where(Topic.community_id == bindparam("community"))
    if filed:
        under = and_(Tagging.kind == "topic", Tagging.thing_id == Topic.id, Tagging.term_id == bindparam("term"))
        statement = statement.where(exists().where(under))
    return statement


_LATEST_FIRST = (Topic.last_post_at.desc(), Topic.id.desc())


def _page_of(statement: Any) -> Any:
    return statement.offset(bindparam("offset")).limit(bindparam("limit"))


def _pinned_first(asker: _Asker | None) -> Any:
    """Ids of the topics on a page of a community's forum: what is pinned, then the others.

    An index answers each part by itself, in order; by one ORDER BY the whole community would be sorted.
    """
    there = and_(Topic.community_id == bindparam("community"), policy.readable(asker, Topic))
    is_pinned = and_(Topic.pinned_at.is_not(None), or_(Topic.pinned_until.is_(None), Topic.pinned_until > _NOW))
    found = select(Topic.id, Topic.last_post_at)
    pinned = found.where(there, is_pinned).subquery()
    others = found.where(there, ~is_pinned).order_by(*_LATEST_FIRST).limit(bindparam("to")).subquery()
    both = union_all(select(pinned, literal(0).label("place")), select(others, literal(1).label("place"))).subquery()
    in_order = (both.c.place, both.c.last_post_at.desc(), both.c.id.desc())
    return _page_of(select(both.c.id, both.c.place).order_by(*in_order)).subquery()


def _row(topic: Topic, author: str, last_author: str | None, mark: int | None, joined: dt.datetime | None) -> TopicRow:
    """New is: posts after my mark; or, in my communities, a topic I never opened that moved since I joined."""
    if mark is not None:
        new = max(topic.last_number - mark, 0)
    else:
        new = topic.last_number if joined is not None and topic.last_post_at > joined else 0
    last = Named(last_author) if last_author else None
    return TopicRow(topic, topic.community, Named(author), last, bool(new), new if mark is not None else 0)


def _with_tags(rows: list[TopicRow]) -> list[TopicRow]:
    filed = terms.terms_of("topic", [row.topic.id for row in rows])
    return [replace(row, tags=tuple(tag(term) for term in filed.get(row.topic.id, []))) for row in rows]


def new_topics(reader: Person, community_ids: Sequence[int]) -> dict[int, int]:
    """How many topics have something new for the reader, by community."""
    statement = (
        select(Topic.community_id, func.count())
        .where(Topic.community_id.in_(community_ids), policy.readable(reader, Topic), is_new_to(reader))
        .group_by(Topic.community_id)
    )
    return dict(session().execute(statement).all())


def everything_read(reader: Person, community: Community | None, now: dt.datetime) -> Any:
    """Marks at the end of every topic with something new for the reader: rows for `marks.advance_all`."""
    conditions = [policy.readable(reader, Topic), is_new_to(reader)]
    if community is not None:
        conditions.append(Topic.community_id == community.id)
    return select(literal(reader.id), literal("topic"), Topic.id, Topic.last_number, literal(now)).where(*conditions)


def term_counts(reader: Person | None, community: Community, limit: int = 8) -> list[tuple[Term, int]]:
    """What a community talks about most, among what the reader may see."""
    return terms.most_used(
        "topic", and_(Topic.community_id == community.id, policy.readable(reader, Topic)), Topic, limit
    )


def filed_lately(reader: Person | None) -> list[str]:
    """What the latest topics that the reader may see are filed under, the commonest first."""
    latest = select(Topic.id).where(policy.readable(reader, Topic)).order_by(Topic.id.desc()).limit(60)
    filed = terms.terms_of("topic", list(session().scalars(latest)))
    counted = Counter(term.name for found in filed.values() for term in found)
    return [name for name, _count in counted.most_common(8)]


def where_to_ask(person: Person) -> list[Community]:
    """The communities in which a person may start a topic."""
    mine = community_rules.roles_of(person)
    return list(session().scalars(select(Community).where(Community.id.in_(mine)).order_by(Community.name)))
