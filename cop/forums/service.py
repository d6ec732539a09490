"""What people do with topics and posts. Each deed changes rows and records itself; none commits."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, func, select, update

from cop.communities.models import Community
from cop.core import drafts, files, follows, marks, revisions, terms, thanks
from cop.core.activity import record
from cop.core.db import session, utcnow
from cop.core.markup import RENDERER, Rendered, one_line
from cop.forums.models import TITLE_LIMIT, Post, Topic
from cop.people.models import Person


def start_topic(
    author: Person,
    community: Community,
    title: str,
    text: Rendered,
    tags: Sequence[str] = (),
    sent_key: str | None = None,
    at: dt.datetime | None = None,
) -> Topic:
    """Ask a question or open a subject; the author follows it. The same form sent twice makes one topic."""
    earlier = _sent_before(author, sent_key)
    if earlier is not None:
        return session().get_one(Topic, earlier.topic_id)
    topic = Topic(
        community_id=community.id,
        community=community,
        author_id=author.id,
        title=one_line(title)[:TITLE_LIMIT],
        created_at=at or utcnow(),
    )
    session().add(topic)
    session().flush()
    terms.set_terms(topic, tags)
    _add_post(author, topic, text, None, sent_key, at)
    follows.follow_unless_asked(author, topic)
    drafts.discard(author, f"topic:community:{community.id}")
    record(author, "asked", topic, number=1, mentions=list(text.mentions))
    return topic


def reply_to_topic(
    author: Person,
    topic: Topic,
    text: Rendered,
    parent_number: int | None = None,
    sent_key: str | None = None,
    at: dt.datetime | None = None,
) -> Post:
    """Add a post to the end of a topic; the author now follows it. The same form sent twice makes one post."""
    earlier = _sent_before(author, sent_key)
    if earlier is not None:
        return earlier
    post = _add_post(author, topic, text, _parent(topic, parent_number), sent_key, at)
    follows.follow_unless_asked(author, topic)
    drafts.discard(author, f"reply:topic:{topic.id}")
    record(author, "replied", post, number=post.number, mentions=list(text.mentions))
    return post


def _sent_before(author: Person, sent_key: str | None) -> Post | None:
    if not sent_key:
        return None
    return session().scalar(select(Post).where(Post.author_id == author.id, Post.sent_key == sent_key))


def _parent(topic: Topic, number: int | None) -> int | None:
    """The parent's number, if there is such a post and it is not simply the one before."""
    if number is None or not 1 <= number < topic.last_number:
        return None
    return number


def _add_post(
    author: Person,
    topic: Topic,
    text: Rendered,
    parent_number: int | None,
    sent_key: str | None,
    at: dt.datetime | None,
) -> Post:
    post = Post(
        topic_id=topic.id,
        topic=topic,
        author=author,
        author_id=author.id,
        number=topic.last_number + 1,
        parent_number=parent_number,
        source=text.source,
        html=str(text.html),
        text=text.text,
        renderer=RENDERER,
        created_at=at or utcnow(),
        sent_key=sent_key or None,
    )
    session().add(post)
    session().flush()
    files.claim(author, post, post.html)
    recount(topic)
    marks.advance(author, "topic", topic.id, post.number)
    return post


def recount(topic: Topic) -> None:
    """Set a topic's counters from its posts: the one place that does. Call after adding, hiding, moving, restoring."""
    session().flush()
    session().execute(_RECOUNT, {"topic": topic.id}, execution_options={"synchronize_session": False})
    session().refresh(topic, _COUNTERS.keys())


_OF_TOPIC = Post.topic_id == Topic.id
_SHOWN = _OF_TOPIC & Post.hidden_at.is_(None)
_COUNT = select(func.count(Post.id))
_COUNTERS: dict[str, Any] = {
    "last_number": select(func.coalesce(func.max(Post.number), 0)).where(_OF_TOPIC),
    "reply_count": _COUNT.where(_SHOWN, Post.number > 1),
    "answer_count": _COUNT.where(_SHOWN, Post.author_id != Topic.author_id),
    "last_post_at": select(func.coalesce(func.max(Post.created_at), Topic.created_at)).where(_SHOWN),
    "last_author_id": select(Post.author_id).where(_SHOWN).order_by(Post.number.desc()).limit(1),
}
_RECOUNT = (
    update(Topic)
    .where(Topic.id == bindparam("topic"))
    .values({name: counted.correlate(Topic).scalar_subquery() for name, counted in _COUNTERS.items()})
)
"""Built once: every deed that adds or hides asks it, and building costs as much as asking."""


def edit_post(editor: Person, post: Post, text: Rendered, note: str = "") -> Post:
    """Change what a post says; how it was before is kept in its history."""
    if text.source == post.source:
        return post
    _keep_first(post)
    post.source, post.html, post.text = text.source, str(text.html), text.text
    post.renderer, post.edited_at = RENDERER, utcnow()
    revisions.keep(post, editor, post.source, note=one_line(note)[:200])
    files.claim(editor, post, post.html)
    drafts.discard(editor, f"edit:post:{post.id}")
    record(editor, "edited", post, mentions=list(text.mentions))
    return post


def _keep_first(post: Post) -> None:
    """The history begins with how the post was first written; most posts are never edited and have none."""
    if not revisions.revisions_of("post", post.id):  # an imported post may say it was edited, and has none
        revisions.keep(post, session().get_one(Person, post.author_id), post.source, at=post.created_at)


def retitle_topic(editor: Person, topic: Topic, title: str, tags: Sequence[str]) -> Topic:
    """Change a topic's title and the terms it is filed under."""
    title = one_line(title)[:TITLE_LIMIT]
    refiled = terms.set_terms(topic, tags)
    if title != topic.title or refiled:
        topic.title = title
        record(editor, "retitled", topic)
    return topic


def hide_post(hider: Person, post: Post) -> Post:
    """Take a post out of sight; it keeps its number and leaves a stub."""
    if post.hidden_at is None:
        post.hidden_at, post.hidden_by_id = utcnow(), hider.id
        topic = session().get_one(Topic, post.topic_id)
        if topic.accepted_post_id == post.id:
            topic.accepted_post_id = None
        recount(topic)
        record(hider, "hid", post)
    return post


def restore_post(restorer: Person, post: Post) -> Post:
    """Put a hidden post back where it stood."""
    if post.hidden_at is not None:
        post.hidden_at = post.hidden_by_id = None
        recount(session().get_one(Topic, post.topic_id))
        record(restorer, "restored", post)
    return post


def hide_topic(facilitator: Person, topic: Topic) -> Topic:
    """Take a whole topic out of everybody's sight but the facilitators'."""
    if topic.hidden_at is None:
        topic.hidden_at, topic.hidden_by_id = utcnow(), facilitator.id
        record(facilitator, "hid", topic)
    return topic


def restore_topic(facilitator: Person, topic: Topic) -> Topic:
    """Put a hidden topic back."""
    if topic.hidden_at is not None:
        topic.hidden_at = topic.hidden_by_id = None
        record(facilitator, "restored", topic)
    return topic


def lock_topic(facilitator: Person, topic: Topic) -> Topic:
    """Close a topic: it can be read, but not added to."""
    if topic.locked_at is None:
        topic.locked_at = utcnow()
        record(facilitator, "locked", topic)
    return topic


def unlock_topic(facilitator: Person, topic: Topic) -> Topic:
    """Open a topic again."""
    if topic.locked_at is not None:
        topic.locked_at = None
        record(facilitator, "unlocked", topic)
    return topic


def thank_author(person: Person, post: Post, reason: thanks.Reason) -> Post:
    """Thank the author of a post, or say that it helped."""
    if thanks.thank(person, post, reason):
        _recount_thanks(post)
        record(person, reason, post)
    return post


def take_back_thanks(person: Person, post: Post, reason: thanks.Reason) -> Post:
    """Take back what was said."""
    if thanks.take_back(person, post, reason):
        _recount_thanks(post)
        record(person, f"took back {reason}", post, settles=[{"verb": reason, "by": person.id}])
    return post


def _recount_thanks(post: Post) -> None:
    counts = thanks.counts("post", post.id)
    post.thank_count, post.helped_count = counts.get("thanked", 0), counts.get("helped", 0)


def accept_answer(person: Person, post: Post) -> Post:
    """Mark the answer that settled the question; an earlier choice gives way."""
    topic = session().get_one(Topic, post.topic_id)
    if topic.accepted_post_id != post.id:
        before, topic.accepted_post_id = topic.accepted_post_id, post.id
        record(person, "accepted", post, also=[before] if before else [])  # the earlier choice changes its looks too
    return post


def reopen_question(person: Person, post: Post) -> Post:
    """Take back the choice of an answer."""
    topic = session().get_one(Topic, post.topic_id)
    if topic.accepted_post_id == post.id:
        topic.accepted_post_id = None
        record(person, "took back accepted", post, settles=[{"verb": "accepted"}])
    return post
