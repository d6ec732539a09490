"""Replies and new topics that are to appear at a moment: scheduled, changed, sent now, taken back, published in time.

To publish is to do what the author would do then, by the same verbs and under the same rules.
"""

import datetime as dt
import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from cop.communities import rules as community_rules
from cop.communities.models import Community
from cop.core import drafts, files, outbox, policy
from cop.core.activity import quietly, record
from cop.core.db import session, utcnow
from cop.core.i18n import gettext as _
from cop.core.markup import Rendered, one_line
from cop.core.policy import Act
from cop.core.terms import parsed
from cop.forums import rules
from cop.forums.models import TITLE_LIMIT, Post, ScheduledPost, Topic
from cop.forums.service.posts import TooSoon, reply_to_topic, sent_before
from cop.forums.service.topics import start_topic
from cop.people.models import Person

PUBLISHING = "publishing"
"""The job that publishes one, when its time has come."""
WAITING_AT_MOST = 20
"""Posts that one person may have waiting."""


class TooMany(policy.Refused):
    """The person has as many posts waiting as anybody may have."""


def schedule_reply(
    author: Person,
    topic: Topic,
    text: Rendered,
    due_at: dt.datetime,
    parent_number: int | None = None,
    sent_key: str | None = None,
) -> Post | ScheduledPost:
    """Have a reply appear at a moment. The same form sent twice schedules one; the post itself when it has appeared."""
    parent = parent_number if parent_number in range(1, topic.last_number + 1) else None
    return _scheduled_before(author, sent_key) or _schedule(
        author, text, due_at, sent_key, f"reply:topic:{topic.id}", topic_id=topic.id, parent_number=parent
    )


def schedule_topic(
    author: Person,
    community: Community,
    title: str,
    text: Rendered,
    tags: Sequence[str],
    due_at: dt.datetime,
    sent_key: str | None = None,
) -> Post | ScheduledPost:
    """Have a new topic appear at a moment; else as `schedule_reply`."""
    words = {"title": one_line(title)[:TITLE_LIMIT], "tags": ", ".join(tags)}
    place = f"topic:community:{community.id}"
    return _scheduled_before(author, sent_key) or _schedule(
        author, text, due_at, sent_key, place, community_id=community.id, **words
    )


def _scheduled_before(author: Person, sent_key: str | None) -> Post | ScheduledPost | None:
    """What the same form made when it was sent before."""
    if not sent_key:
        return None
    mine = (ScheduledPost.author_id == author.id, ScheduledPost.sent_key == sent_key)
    return session().scalar(select(ScheduledPost).where(*mine)) or sent_before(author, sent_key)


def _schedule(
    author: Person, text: Rendered, due_at: dt.datetime, sent_key: str | None, place: str, **fields: Any
) -> ScheduledPost:
    waiting = select(func.count()).select_from(ScheduledPost).where(ScheduledPost.author_id == author.id)
    if (session().scalar(waiting) or 0) >= WAITING_AT_MOST:
        raise TooMany(_("You have %(most)s posts waiting. Let some of them appear first.", most=WAITING_AT_MOST))
    scheduled = ScheduledPost(
        author_id=author.id,
        source=text.source,
        text=text.text,
        due_at=due_at,
        sent_key=sent_key or secrets.token_urlsafe(12),
        **fields,
    )
    session().add(scheduled)
    _queue(author, scheduled, text, "scheduled")
    drafts.discard(author, place)
    return scheduled


def _queue(author: Person, scheduled: ScheduledPost, text: Rendered, verb: str) -> None:
    """Keep what it shows, and have it published at its time. A job of an earlier time finds that it is not due."""
    session().flush()
    files.claim(author, scheduled, str(text.html))
    outbox.schedule(PUBLISHING, {"scheduled": scheduled.id}, due_at=scheduled.due_at)
    _record(author, verb, scheduled)


def _record(author: Person, verb: str, scheduled: ScheduledPost) -> None:
    """It is nobody else's affair; what its author was told when it could not appear is settled by any such deed."""
    if scheduled.refusal is not None:
        scheduled.refusal = None
        record(author, verb, scheduled, settles=[{"verb": "not published"}])
        return
    with quietly():
        record(author, verb, scheduled)


def change_scheduled(
    author: Person,
    scheduled: ScheduledPost,
    text: Rendered,
    due_at: dt.datetime,
    title: str = "",
    tags: Sequence[str] = (),
) -> ScheduledPost:
    """Change what is to appear, or when; one that could not appear gets another chance."""
    scheduled.source, scheduled.text, scheduled.due_at = text.source, text.text, due_at
    if scheduled.topic_id is None:
        scheduled.title, scheduled.tags = one_line(title)[:TITLE_LIMIT], ", ".join(tags)
    drafts.discard(author, f"edit:scheduled:{scheduled.id}")
    _queue(author, scheduled, text, "rescheduled")
    return scheduled


def take_back_scheduled(author: Person, scheduled: ScheduledPost) -> None:
    """Do not let it appear: its words go back to where they were written, as a draft, beside what may stand there."""
    place = place_of(scheduled)
    draft = drafts.draft_of(author, place)
    fields = dict(draft.fields) if draft is not None else {}
    texts = (fields.get("text", "").rstrip(), scheduled.source)
    fields["text"] = "\n\n".join(text for text in texts if text)
    for name in ("title", "tags") if scheduled.topic_id is None else ():
        fields[name] = fields.get(name) or getattr(scheduled, name)
    drafts.keep(author, place, fields)
    files.hand_over(scheduled, None)
    _record(author, "took back scheduled", scheduled)
    session().delete(scheduled)


def place_of(scheduled: ScheduledPost) -> str:
    """The place of the draft in whose form it was written."""
    if scheduled.topic_id is not None:
        return f"reply:topic:{scheduled.topic_id}"
    return f"topic:community:{scheduled.community_id}"


def publish(author: Person, scheduled: ScheduledPost, text: Rendered) -> Post | Topic:
    """Let it appear now, if its author may write there. Raises Refused or Unseen, as when they wrote it there now."""
    if author.status != "active":
        raise policy.Unseen
    made: Post | Topic
    if scheduled.topic_id is not None:
        topic = policy.access(author, Topic, scheduled.topic_id, Act.REPLY)
        post = made = reply_to_topic(author, topic, text, scheduled.parent_number, scheduled.sent_key, away=True)
    else:
        community = policy.access(author, Community, scheduled.community_id or 0, Act.ASK)
        made = start_topic(
            author, community, scheduled.title, text, parsed(scheduled.tags), scheduled.sent_key, away=True
        )
        post = session().scalars(select(Post).where(Post.topic_id == made.id, Post.number == 1)).one()
    files.hand_over(scheduled, post)
    _record(author, "published", scheduled)
    session().delete(scheduled)
    return made


def publish_when_due(scheduled_id: int, text: Rendered) -> None:
    """Let it appear if its time has come and it still says this; else tell its author why it does not."""
    scheduled = session().get(ScheduledPost, scheduled_id, with_for_update=True)
    if scheduled is None or scheduled.refusal or scheduled.due_at > utcnow() or scheduled.source != text.source:
        return
    author = session().get_one(Person, scheduled.author_id)
    try:
        publish(author, scheduled, text)
    except (policy.Refused, policy.Unseen) as refusal:
        scheduled.refusal = _why(author, scheduled, refusal)
        record(None, "not published", scheduled, tell=[author.id])


def _why(author: Person, scheduled: ScheduledPost, refusal: Exception) -> str:
    """The word of `kind.REFUSALS` for what stood in the way."""
    if isinstance(refusal, policy.Unseen):
        return "unseen"
    if isinstance(refusal, TooSoon):
        return "too soon"
    topic = session().get(Topic, scheduled.topic_id) if scheduled.topic_id is not None else None
    community = rules.community_of(topic) if topic is not None else session().get_one(Community, scheduled.community_id)
    return "locked" if community_rules.is_member(author, community) else "no member"
