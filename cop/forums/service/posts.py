"""Posts: written, edited, taken out of sight, counted."""

import datetime as dt
from typing import Any

from sqlalchemy import bindparam, exists, func, select, update

from cop.core import drafts, files, follows, marks, policy, revisions
from cop.core.activity import record
from cop.core.db import session, utcnow
from cop.core.i18n import duration
from cop.core.i18n import gettext as _
from cop.core.markup import RENDERER, Rendered, one_line
from cop.forums import rules
from cop.forums.models import Post, Topic
from cop.people.models import Person

GRACE = dt.timedelta(minutes=5)
"""For so long an author mends a post that nobody has read without leaving a trace."""


class TooSoon(policy.Refused):
    """The topic is in slow mode, and the author's turn comes later."""

    def __init__(self, turn: dt.datetime, topic: Topic) -> None:
        super().__init__(
            _(
                "This topic is in slow mode: one post from each person every %(pace)s. You can post again in %(wait)s.",
                pace=topic.pace,
                wait=duration(turn - utcnow()),
            )
        )


def reply_to_topic(
    author: Person,
    topic: Topic,
    text: Rendered,
    parent_number: int | None = None,
    sent_key: str | None = None,
    at: dt.datetime | None = None,
    away: bool = False,
) -> Post:
    """Add a post to the end of a topic; the author now follows it. The same form sent twice makes one post.

    `away`: it was scheduled, and its author is not there: their draft stays, and what they have not read stays unread.
    Raises TooSoon in slow mode.
    """
    earlier = sent_before(author, sent_key)
    if earlier is not None:
        return earlier
    _require_turn(author, topic)
    was_read = not away or _has_read(author, topic)
    post = add_post(author, topic, text, _parent(topic, parent_number), sent_key, at)
    if was_read:
        marks.advance(author, "topic", topic.id, post.number)
    follows.follow_unless_asked(author, topic)
    if not away:
        drafts.discard(author, f"reply:topic:{topic.id}")
    record(author, "replied", post, number=post.number, mentions=list(text.mentions))
    return post


def _require_turn(author: Person, topic: Topic) -> None:
    turn = rules.next_turn(author, topic)
    if turn is not None:
        raise TooSoon(turn, topic)


def _has_read(person: Person, topic: Topic) -> bool:
    mark = marks.mark_of(person, "topic", topic.id)
    return mark is not None and mark.number >= topic.last_number


def sent_before(author: Person, sent_key: str | None) -> Post | None:
    """The post that the same form made when it was sent before."""
    if not sent_key:
        return None
    return session().scalar(select(Post).where(Post.author_id == author.id, Post.sent_key == sent_key))


def _parent(topic: Topic, number: int | None) -> int | None:
    """The parent's number, if there is such a post and it is not simply the one before."""
    if number is None or not 1 <= number < topic.last_number:
        return None
    return number


def add_post(
    author: Person,
    topic: Topic,
    text: Rendered,
    parent_number: int | None,
    sent_key: str | None,
    at: dt.datetime | None,
) -> Post:
    """Add a post to the end of a topic, with everything that follows from one but its record."""
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
    """Change what a post says; how it was before is kept in its history, unless nobody has read that."""
    if text.source == post.source:
        return post
    traced = leaves_trace(editor, post)
    if traced:
        _keep_first(post)
    post.source, post.html, post.text, post.renderer = text.source, str(text.html), text.text, RENDERER
    if traced:
        post.edited_at = utcnow()
        revisions.keep(post, editor, post.source, note=one_line(note)[:200])
    files.claim(editor, post, post.html)
    drafts.discard(editor, f"edit:post:{post.id}")
    record(editor, "edited", post, mentions=list(text.mentions))
    return post


def leaves_trace(editor: Person, post: Post) -> bool:
    """Whether readers learn of a change: not when its author mends a new post that nobody else has read or answered."""
    if editor.id != post.author_id or post.edited_at is not None or utcnow() - post.created_at >= GRACE:
        return True
    later = exists().where(Post.topic_id == post.topic_id, Post.number > post.number, Post.author_id != editor.id)
    return bool(session().scalar(select(later | marks.others_reached(editor, "topic", post.topic_id, post.number))))


def _keep_first(post: Post) -> None:
    """The history begins with how the post was first written; most posts are never edited and have none."""
    if not revisions.revisions_of("post", post.id):  # an imported post may say it was edited, and has none
        revisions.keep(post, session().get_one(Person, post.author_id), post.source, at=post.created_at)


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
