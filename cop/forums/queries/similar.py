"""Topics like the one that somebody is about to start: perhaps it is answered already."""

from collections.abc import Collection

from cop import search
from cop.core import kinds, policy
from cop.core.policy import Act
from cop.forums.models import Post, Topic
from cop.people.models import Person
from cop.search import analysis
from cop.search.reader import reference

SHOWN = 5
LEAST = 2
"""Of fewer words than this everything is alike."""


def similar_topics(reader: Person | None, title: str) -> list[Topic]:
    """At most five topics that the reader may see and that hold half of a title's words or more, the closest first."""
    asked = set(analysis.terms(title))
    if len(asked) < LEAST:
        return []
    words = " ".join(analysis.tokens(title))  # signs in a title are no operators
    audiences = policy.audiences(reader)
    hits = search.ask(lambda engine: engine.search(words, audiences, ("post",), 2 * SHOWN, collapse=True)).hits
    places = [reference(hit.id) for hit in hits]
    posts = kinds.load_many(set(places))
    alike = [posts[place] for place in places if place in posts and _is_like(posts[place], asked)]
    return [post.topic for post in alike if policy.can(reader, Act.READ, post)][:SHOWN]


def _is_like(post: Post, asked: Collection[str]) -> bool:
    there = set(analysis.terms(f"{post.topic.title} {post.text}"))
    return 2 * sum(term in there for term in asked) >= len(asked)
