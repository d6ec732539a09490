"""Questions about posts: as one reader sees them, their history, what somebody wrote lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from cop.core import policy, revisions, thanks
from cop.core.db import session
from cop.core.i18n import gettext as _
from cop.core.policy import Act
from cop.forums.models import Post, Topic
from cop.people.models import Person
from cop.people.shown import ShownPerson, shown_many

TOGETHER = 100
"""So many posts are asked for at once, at most."""

# The statements of the busiest pages are built once: building one costs as much as running it.
_parent, _parent_author = aliased(Post), aliased(Person)
_POSTS = (
    select(Post, _parent_author.name)
    .options(joinedload(Post.author))
    .outerjoin(_parent, and_(_parent.topic_id == Post.topic_id, _parent.number == Post.parent_number))
    .outerjoin(_parent_author, _parent_author.id == _parent.author_id)
    .where(Post.topic_id == bindparam("topic"))
    .order_by(Post.number)
    .limit(TOGETHER)
)
_POSTS_BETWEEN = _POSTS.where(Post.number.between(bindparam("first"), bindparam("last")))
_POSTS_WITH_IDS = _POSTS.where(Post.id.in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True)
class ShownPost:
    """A post as one reader sees it: what `forums/_post.html` needs."""

    post: Post
    topic: Topic
    author: ShownPerson
    parent_name: str | None
    hidden: bool
    thanked: bool
    helped: bool
    mine: bool
    accepted: bool
    helped_names: tuple[str, ...]
    may: frozenset[str]
    """What the reader may do with it, as words of `Act`."""
    may_reply: bool


def posts_in(topic: Topic, reader: Person | None, first: int, last: int) -> list[ShownPost]:
    """A topic's posts from one number to another, hidden ones as stubs, at most TOGETHER."""
    return _shown(topic, reader, _POSTS_BETWEEN, {"first": first, "last": last})


def whole_talk(topic: Topic, reader: Person | None) -> list[ShownPost]:
    """All posts of a topic, hidden ones as stubs."""
    starts = range(1, topic.last_number + 1, TOGETHER)
    return [each for first in starts for each in posts_in(topic, reader, first, first + TOGETHER - 1)]


def posts_with_ids(topic: Topic, reader: Person | None, ids: Sequence[int]) -> list[ShownPost]:
    """Some of a topic's posts, in their order."""
    return _shown(topic, reader, _POSTS_WITH_IDS, {"ids": ids}) if ids else []


def _shown(topic: Topic, reader: Person | None, statement: Any, asked: dict[str, Any]) -> list[ShownPost]:
    rows = session().execute(statement, {"topic": topic.id, **asked}).all()
    posts = [post for post, _ in rows]
    authors = shown_many([post.author for post in posts], reader, as_author=True)
    given = thanks.given_by(reader, "post", [post.id for post in posts])
    helped = _helped_names(posts)
    may_reply = policy.can(reader, Act.REPLY, topic)
    return [
        ShownPost(
            post=post,
            topic=topic,
            author=authors[post.author_id],
            parent_name=name,
            hidden=post.hidden_at is not None,
            thanked=(post.id, "thanked") in given,
            helped=(post.id, "helped") in given,
            mine=reader is not None and reader.id == post.author_id,
            accepted=topic.accepted_post_id == post.id,
            helped_names=helped.get(post.id, ()),
            may=_acts(reader, topic, post),
            may_reply=may_reply,
        )
        for post, name in rows
    ]


POST_ACTS, STUB_ACTS = (Act.EDIT, Act.HIDE, Act.THANK, Act.ACCEPT), (Act.RESTORE,)
"""What the buttons of a post, and of one that is out of sight, are for."""


def _acts(reader: Person | None, topic: Topic, post: Post) -> frozenset[str]:
    if reader is None:
        return frozenset()
    set_committed_value(post, "topic", topic)  # the rules ask for it, for each post and act
    acts = POST_ACTS if post.hidden_at is None else STUB_ACTS
    return frozenset(act.value for act in acts if policy.can(reader, act, post))


def _helped_names(posts: Sequence[Post]) -> dict[int, tuple[str, ...]]:
    """Who said that a post helped, by name; one query, and none when nobody did."""
    ids = [post.id for post in posts if post.helped_count and post.hidden_at is None]
    if not ids:
        return {}
    statement = (
        select(thanks.Thank.thing_id, Person.name)
        .join(Person, Person.id == thanks.Thank.person_id)
        .where(thanks.Thank.kind == "post", thanks.Thank.thing_id.in_(ids), thanks.Thank.reason == "helped")
        .order_by(thanks.Thank.at)
    )
    found: dict[int, tuple[str, ...]] = {}
    for id, name in session().execute(statement):
        found[id] = (*found.get(id, ()), name)
    return found


def post_by_number(topic: Topic, reader: Person | None, number: int) -> Post | None:
    """A topic's post by its number, if there is one and the reader may read it."""
    if not 1 <= number <= topic.last_number:
        return None
    statement = select(Post).options(joinedload(Post.author)).where(Post.topic_id == topic.id, Post.number == number)
    post = session().scalar(statement)
    return post if post is not None and policy.can(reader, Act.READ, post) else None


def post_sent(person: Person, sent_key: str) -> Post | None:
    """The post that a form of the person's made, by the form's key."""
    return session().scalar(select(Post).where(Post.author_id == person.id, Post.sent_key == sent_key))


def quotation(post: Post) -> str:
    """A post as a quotation in Markdown, with a link back to it."""
    lines = "\n".join(f"> {line}".rstrip() for line in post.source.splitlines() if not line.startswith(">"))
    wrote = _("%(name)s wrote", name=post.author.name)
    return f"> [{wrote}]({post.url}):\n{lines}\n\n"


def post_history(post: Post) -> list[tuple[revisions.Revision, list[revisions.Change], str]]:
    """A post's revisions, newest first, each with what it changed and its author's name."""
    kept = revisions.revisions_of("post", post.id)
    names = _names({revision.author_id for revision in kept if revision.author_id})
    before = {revision.number: revision.source for revision in kept}
    return [
        (revision, revisions.difference(before.get(revision.number - 1, ""), revision.source),
         names.get(revision.author_id or 0, ""))
        for revision in kept
    ]  # fmt: skip


def _names(ids: set[int]) -> dict[int, str]:
    return dict(session().execute(select(Person.id, Person.name).where(Person.id.in_(ids))).all())


def lately_by(person: Person, reader: Person | None, limit: int = 5) -> list[Post]:
    """What somebody wrote last, as far as the reader may see it."""
    statement = (
        select(Post)
        .options(joinedload(Post.topic).joinedload(Topic.community))
        .where(Post.author_id == person.id, Post.hidden_at.is_(None), policy.readable(reader, Post))
        .order_by(Post.created_at.desc())
        .limit(limit)
    )
    return list(session().scalars(statement))
