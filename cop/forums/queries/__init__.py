"""Questions about topics and posts. Each takes the person who asks and answers only what they may see.

`topics`: one topic. `posts`: the posts in it. `lists`: many topics. `order`: what is announced, decided and scheduled.
"""

from cop.forums.queries.lists import (
    Named,
    TopicRow,
    everything_read,
    filed_lately,
    is_new_to,
    new_topics,
    term_counts,
    topics,
    where_to_ask,
)
from cop.forums.queries.order import Announced, Scheduled, announced, decided, is_old, placed, scheduled_by
from cop.forums.queries.posts import (
    ShownPost,
    lately_by,
    post_by_number,
    post_history,
    post_sent,
    posts_in,
    posts_with_ids,
    quotation,
    whole_talk,
)
from cop.forums.queries.similar import similar_topics
from cop.forums.queries.topics import (
    OpenTopic,
    continued,
    first_unread,
    heard_after,
    open_topic,
    page_window,
    tag,
    tags_of,
    unanswered_by,
)

__all__ = [
    "Announced",
    "Named",
    "OpenTopic",
    "Scheduled",
    "ShownPost",
    "TopicRow",
    "announced",
    "continued",
    "decided",
    "everything_read",
    "filed_lately",
    "first_unread",
    "heard_after",
    "is_new_to",
    "is_old",
    "lately_by",
    "new_topics",
    "open_topic",
    "page_window",
    "placed",
    "post_by_number",
    "post_history",
    "post_sent",
    "posts_in",
    "posts_with_ids",
    "quotation",
    "scheduled_by",
    "similar_topics",
    "tag",
    "tags_of",
    "term_counts",
    "topics",
    "unanswered_by",
    "where_to_ask",
    "whole_talk",
]
