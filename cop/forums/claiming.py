"""When an imported author is claimed by somebody with an account, their topics and posts change hands."""

from sqlalchemy import select, update

from cop.core.activity import record
from cop.core.db import session
from cop.forums.models import Post, Topic
from cop.forums.service import recount
from cop.people.models import Person


def move_writing(placeholder: Person, person: Person) -> None:
    """Make everything that one wrote the other's; counters that depend on authors are set anew."""
    db = session()
    topics = list(db.scalars(select(Topic).where(Topic.author_id == placeholder.id)))
    posts = list(db.scalars(select(Post).where(Post.author_id == placeholder.id)))
    for model in (Topic, Post):
        db.execute(update(model).where(model.author_id == placeholder.id).values(author_id=person.id))
    for topic in topics + _touched(posts, topics):
        db.refresh(topic)
        recount(topic)
    for post in posts:
        db.refresh(post)
        record(person, "claimed", post)


def _touched(posts: list[Post], known: list[Topic]) -> list[Topic]:
    """The topics of others in which one of the posts may be the last."""
    ids = {post.topic_id for post in posts} - {topic.id for topic in known}
    return list(session().scalars(select(Topic).where(Topic.id.in_(ids))))
