"""What readers say of posts: thanks, "this helped", the answer that settled a question."""

from cop.core import thanks
from cop.core.activity import record
from cop.core.db import session
from cop.forums.models import Post, Topic
from cop.people.models import Person


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
