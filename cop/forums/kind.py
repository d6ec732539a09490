"""What topics and posts are to search, alerts, live pages and feeds."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload

from cop.communities.models import Community
from cop.core import follows, kinds, terms
from cop.core.db import session
from cop.core.i18n import gettext as _
from cop.core.i18n import lazy
from cop.core.markup import excerpt
from cop.forums import service
from cop.forums.models import Post, ScheduledPost, Topic

REFUSALS = {
    "unseen": lazy("You could not read the topic or the community any more."),
    "no member": lazy("You did not belong to the community any more."),
    "locked": lazy("The topic was closed by then."),
    "too soon": lazy("The topic was in slow mode, and you had posted a short while before."),
}
"""Why what somebody scheduled did not appear, by the word in the row."""


class TopicKind(kinds.Kind):
    """A topic: found by its title and tags; its words are its posts'."""

    name = "topic"
    model = Topic
    spreads = frozenset({"asked", "retitled", "hid", "restored"})
    followed_deeds: ClassVar[Mapping[str, Any]] = {"asked": lazy("%(who)s, whom you follow, asked")}
    news = frozenset({"closed"})
    told: ClassVar[Mapping[str, Any]] = {"closed": lazy("Closed at its time: nothing more can be added to")}
    searched = False  # its opening post carries its title and tags, so that a topic is one hit and not two

    def title(self, thing: Any) -> str:
        """The question."""
        return str(thing.title)

    def url(self, thing: Any) -> str:
        """Its first page."""
        return str(thing.url)

    def audience(self, thing: Any) -> frozenset[str]:
        """Its community's."""
        return frozenset() if thing.hidden_at is not None else frozenset({thing.community.audience})

    def authors(self, thing: Any) -> tuple[int, ...]:
        """Who asked."""
        return (thing.author_id,)

    def community(self, thing: Any) -> Community:
        """Where it was asked."""
        return thing.community  # type: ignore[no-any-return]

    def created(self, thing: Any) -> dt.datetime:
        """When it was asked."""
        return thing.created_at  # type: ignore[no-any-return]

    def followers(self, thing: Any) -> Iterable[int]:
        """Those who follow the topic."""
        return follows.followers_of("topic", thing.id)

    def room(self, thing: Any) -> str:
        """Its own."""
        return f"topic:{thing.id}"

    def in_community(self, community_id: int) -> Select[Any]:
        """All its topics."""
        return select(Topic.id).where(Topic.community_id == community_id)

    def latest_in(self, community_id: ColumnElement[int]) -> ColumnElement[dt.datetime]:
        """The last post of a topic that is not hidden."""
        return (
            select(Topic.last_post_at)
            .where(Topic.community_id == community_id, Topic.hidden_at.is_(None))
            .order_by(Topic.last_post_at.desc())
            .limit(1)
            .scalar_subquery()
        )

    def parts(self, thing: Any) -> Iterable[tuple[str, int]]:
        """Its posts: they are seen when it is, and carry its title."""
        ids = session().scalars(select(Post.id).where(Post.topic_id == thing.id).order_by(Post.number))
        return [("post", id) for id in ids]

    def load(self, ids: Sequence[int]) -> list[Any]:
        """With the community and the author."""
        statement = (
            select(Topic).where(Topic.id.in_(ids)).options(joinedload(Topic.community), joinedload(Topic.author))
        )
        return list(session().scalars(statement))


class PostKind(kinds.Kind):
    """A post: what is searched, what votes for its author, what alerts."""

    name = "post"
    model = Post
    searched = True
    news = frozenset({"replied"})
    hides = True

    def title(self, thing: Any) -> str:
        """Its topic's."""
        return str(thing.topic.title)

    def text(self, thing: Any) -> str:
        """Its words."""
        return str(thing.text)

    def url(self, thing: Any) -> str:
        """Its permalink."""
        return str(thing.url)

    def url_at(self, thing: Any, words: str) -> str:
        """The permalink is told the words: it leads to another address."""
        return f"{thing.url}?{urlencode({'words': words})}" if words else str(thing.url)

    def audience(self, thing: Any) -> frozenset[str]:
        """Its topic's, unless it is hidden itself."""
        return frozenset() if thing.hidden_at is not None else TopicKind().audience(thing.topic)

    def authors(self, thing: Any) -> tuple[int, ...]:
        """Who wrote it."""
        return (thing.author_id,)

    def community(self, thing: Any) -> Community:
        """Where it was written."""
        return thing.topic.community  # type: ignore[no-any-return]

    def container(self, thing: Any) -> str:
        """Its topic."""
        return f"topic:{thing.topic_id}"

    def tags(self, things: Sequence[Any]) -> Mapping[int, tuple[str, ...]]:
        """Their topics'; carried by opening posts alone, so that a long talk does not count them often."""
        opening = {post.topic_id: post.id for post in things if post.opens}
        filed = terms.terms_of("topic", opening) if opening else {}
        return {opening[topic]: tuple(term.name for term in found) for topic, found in filed.items()}

    def facets(self, things: Sequence[Any]) -> Mapping[int, Mapping[str, kinds.Facets]]:
        """The community and the terms of the topic, of each of its posts: a talk is narrowed as a whole."""
        filed = terms.terms_of("topic", {post.topic_id for post in things})
        return {
            post.id: {
                "": (
                    ("community", str(post.topic.community_id)),
                    *(("term", str(term.id)) for term in filed.get(post.topic_id, ())),
                )
            }
            for post in things
        }

    def contribution(self, thing: Any) -> str:
        """A topic is opened by its author's question; what others write there are answers."""
        if thing.opens:
            return _("Asked")
        return _("Wrote") if thing.author_id == thing.topic.author_id else _("Answered")

    def standing(self, thing: Any) -> kinds.Standing:
        """Its topic's."""
        return kinds.Standing(thing.topic.state, thing.topic.reply_count)

    def merits(self, ids: Sequence[int]) -> Mapping[int, kinds.Merit]:
        """Thanks, "this helped", and whether it is the accepted answer."""
        statement = (
            select(Post.id, Post.created_at, Post.thank_count, Post.helped_count, Topic.accepted_post_id == Post.id)
            .join(Topic, Topic.id == Post.topic_id)
            .where(Post.id.in_(ids))
        )
        rows = session().execute(statement)
        return {id: kinds.Merit(at, thanked, helped, bool(accepted)) for id, at, thanked, helped, accepted in rows}

    def created(self, thing: Any) -> dt.datetime:
        """When it was written."""
        return thing.created_at  # type: ignore[no-any-return]

    def followers(self, thing: Any) -> Iterable[int]:
        """Those who follow its topic."""
        return follows.followers_of("topic", thing.topic_id)

    def answers(self, thing: Any) -> int | None:
        """Who wrote the post that it replies to; without one, who opened the topic."""
        if thing.number == 1:
            return None
        statement = select(Post.author_id).where(
            Post.topic_id == thing.topic_id, Post.number == (thing.parent_number or 1)
        )
        return session().scalar(statement)

    def in_community(self, community_id: int) -> Select[Any]:
        """The posts of all its topics."""
        return select(Post.id).join(Topic, Topic.id == Post.topic_id).where(Topic.community_id == community_id)

    def written_by(self, person_id: int) -> Select[Any]:
        """All their posts."""
        return select(Post.id).where(Post.author_id == person_id)

    def room(self, thing: Any) -> str:
        """Its topic's."""
        return f"topic:{thing.topic_id}"

    def load(self, ids: Sequence[int]) -> list[Any]:
        """With the topic, its community and the author."""
        statement = (
            select(Post)
            .where(Post.id.in_(ids))
            .options(joinedload(Post.topic).joinedload(Topic.community), joinedload(Post.author))
        )
        return list(session().scalars(statement))

    def excerpt(self, thing: Any) -> str:
        """Its first words."""
        return excerpt(thing.text)

    def hide(self, hider: Any, thing: Any) -> None:
        """As a facilitator would."""
        service.hide_post(hider, thing)


class ScheduledKind(kinds.Kind):
    """What is to appear at a moment: its author's alone."""

    name = "scheduled"
    model = ScheduledPost
    told: ClassVar[Mapping[str, Any]] = {"not published": lazy("What you had scheduled did not appear.")}

    def title(self, thing: Any) -> str:
        """The author's own words: the topic's may be out of their sight by now."""
        return str(thing.title or excerpt(thing.text, 80))

    def text(self, thing: Any) -> str:
        """Why it did not appear."""
        return str(REFUSALS.get(thing.refusal or "", ""))

    def url(self, thing: Any) -> str:
        """The list of what its author has scheduled."""
        return "/scheduled"

    def audience(self, thing: Any) -> frozenset[str]:
        """Its author."""
        return frozenset({f"person:{thing.author_id}"})

    def authors(self, thing: Any) -> tuple[int, ...]:
        """Who wrote it."""
        return (thing.author_id,)
