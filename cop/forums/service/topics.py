"""Topics: started, named, taken out of sight."""

import datetime as dt
from collections.abc import Sequence

from cop.communities.models import Community
from cop.core import drafts, follows, marks, terms
from cop.core.activity import record
from cop.core.db import session, utcnow
from cop.core.markup import Rendered, one_line
from cop.forums.models import TITLE_LIMIT, Topic
from cop.forums.service.posts import add_post, sent_before
from cop.people.models import Person


def start_topic(
    author: Person,
    community: Community,
    title: str,
    text: Rendered,
    tags: Sequence[str] = (),
    sent_key: str | None = None,
    at: dt.datetime | None = None,
    away: bool = False,
) -> Topic:
    """Ask a question or open a subject; the author follows it. The same form sent twice makes one topic.

    `away`: it was scheduled, and its author is not there: what they are writing in the form just now stays.
    """
    earlier = sent_before(author, sent_key)
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
    add_post(author, topic, text, None, sent_key, at)
    marks.advance(author, "topic", topic.id, 1)
    follows.follow_unless_asked(author, topic)
    if not away:
        drafts.discard(author, f"topic:community:{community.id}")
    record(author, "asked", topic, number=1, mentions=list(text.mentions))
    return topic


def retitle_topic(editor: Person, topic: Topic, title: str, tags: Sequence[str]) -> Topic:
    """Change a topic's title and the terms it is filed under."""
    title = one_line(title)[:TITLE_LIMIT]
    refiled = terms.set_terms(topic, tags)
    if title != topic.title or refiled:
        topic.title = title
        record(editor, "retitled", topic)
    return topic


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
