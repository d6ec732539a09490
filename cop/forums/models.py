"""Topics and their posts. Posts carry a dense number in their topic, which a hidden post keeps."""

import datetime as dt

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cop.communities.models import Community
from cop.core.db import Base, utcnow
from cop.core.i18n import lazy as _
from cop.core.names import slug_of
from cop.people.models import Person

POSTS_PER_PAGE = 30
TITLE_LIMIT = 200
SLOW = {5: _("5 minutes"), 15: _("15 minutes"), 60: _("hour"), 360: _("6 hours"), 1440: _("day")}
"""Slow mode: minutes between two posts of the same person, as they stand after "every"."""

ANNOUNCEMENT = "announcement"
"""The kind of a mark in a topic's announcement: whose mark is younger than the announcement has put it away."""


def _few(column: str) -> Index:
    """An index of the few topics of a community in which this column says something."""
    said = text(f"{column} IS NOT NULL")
    return Index(f"ix_topics_{column}", "community_id", sqlite_where=said, postgresql_where=said)


class Topic(Base):
    """A question or a subject, and the talk about it."""

    __tablename__ = "topics"
    __table_args__ = (
        Index("ix_topics_community_last_post_at", "community_id", "last_post_at"),
        _few("pinned_at"),
        _few("announced_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    title: Mapped[str]
    created_at: Mapped[dt.datetime] = mapped_column(default=utcnow)
    locked_at: Mapped[dt.datetime | None]
    hidden_at: Mapped[dt.datetime | None]
    hidden_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    accepted_post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", use_alter=True))
    origin: Mapped[str | None] = mapped_column(unique=True)
    """Where an imported topic came from and its id there."""

    # What facilitators set to keep the talk in order. What ends at a moment ends by itself: no row changes then.
    pinned_at: Mapped[dt.datetime | None]
    pinned_until: Mapped[dt.datetime | None]
    """Until when it stands at the top of its community's list; without a moment, for good."""
    announced_at: Mapped[dt.datetime | None]
    announced_until: Mapped[dt.datetime | None]
    """Until when it stands on its community's home page."""
    closes_at: Mapped[dt.datetime | None]
    """From when on nothing can be added to it; `locked_at` says it too once that is recorded."""
    slow_minutes: Mapped[int | None]
    """How long each person waits between two posts; a key of `SLOW`."""

    # Set by `recount` alone.
    last_number: Mapped[int] = mapped_column(default=0)
    """The number of the last post, hidden or not: numbers are never given twice."""
    reply_count: Mapped[int] = mapped_column(default=0)
    """Visible posts after the first."""
    answer_count: Mapped[int] = mapped_column(default=0)
    """Visible posts by others than the author: a topic with none is unanswered."""
    last_post_at: Mapped[dt.datetime] = mapped_column(default=utcnow, index=True)
    last_author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    community: Mapped[Community] = relationship(lazy="raise_on_sql")
    author: Mapped[Person] = relationship(foreign_keys=[author_id], lazy="raise_on_sql")
    last_author: Mapped[Person | None] = relationship(foreign_keys=[last_author_id], lazy="raise_on_sql")

    @property
    def url(self) -> str:
        """The topic's first page."""
        return f"/topics/{self.id}/{slug_of(self.title) or 'topic'}"

    @property
    def state(self) -> str:
        """`answered` (an answer was accepted), `unanswered` (nobody else wrote), `locked` or `open`."""
        if self.accepted_post_id is not None:
            return "answered"
        if self.is_locked:
            return "locked"
        return "open" if self.answer_count else "unanswered"

    @property
    def is_locked(self) -> bool:
        """Whether nothing can be added: it was locked, or the time that was set for it has come."""
        return self.locked_at is not None or (self.closes_at is not None and self.closes_at <= utcnow())

    @property
    def is_pinned(self) -> bool:
        """Whether it stands at the top of its community's list."""
        return self.pinned_at is not None and (self.pinned_until is None or self.pinned_until > utcnow())

    @property
    def is_announced(self) -> bool:
        """Whether it stands on its community's home page."""
        return self.announced_until is not None and self.announced_until > utcnow()

    @property
    def pace(self) -> str:
        """How often each person may post in slow mode, as it stands after "every"; else nothing."""
        return str(SLOW.get(self.slow_minutes or 0, ""))

    def page_of(self, number: int) -> int:
        """The page on which a post stands."""
        return (max(number, 1) - 1) // POSTS_PER_PAGE + 1

    @property
    def pages(self) -> int:
        """How many pages the topic has."""
        return self.page_of(self.last_number)

    def url_of_page(self, page: int) -> str:
        """The address of one page."""
        return f"{self.url}?page={page}" if page > 1 else self.url

    def url_of(self, number: int) -> str:
        """The address of one post in its page."""
        return f"{self.url_of_page(self.page_of(number))}#post-{number}"


class Post(Base):
    """One contribution to a topic: its source, and the HTML it was rendered to when it was written."""

    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("topic_id", "number"),
        UniqueConstraint("author_id", "sent_key"),
        Index("ix_posts_author_id_created_at", "author_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"))
    number: Mapped[int]
    """1 opens the topic."""
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    parent_number: Mapped[int | None]
    """The number of the post that this one answers in particular."""
    source: Mapped[str]
    html: Mapped[str]
    text: Mapped[str]
    """The words without markup: for search, excerpts and evidence."""
    renderer: Mapped[int]
    created_at: Mapped[dt.datetime] = mapped_column(default=utcnow)
    edited_at: Mapped[dt.datetime | None]
    hidden_at: Mapped[dt.datetime | None]
    hidden_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    sent_key: Mapped[str | None]
    """Made by the form: a second sending of the same form finds the first one's post."""
    origin: Mapped[str | None] = mapped_column(unique=True)
    thank_count: Mapped[int] = mapped_column(default=0)
    helped_count: Mapped[int] = mapped_column(default=0)

    topic: Mapped[Topic] = relationship(foreign_keys=[topic_id], lazy="raise_on_sql")
    author: Mapped[Person] = relationship(foreign_keys=[author_id], lazy="raise_on_sql")

    @property
    def url(self) -> str:
        """The permalink, which finds the post wherever it stands now."""
        return f"/posts/{self.id}"

    @property
    def opens(self) -> bool:
        """Whether it is the topic's first."""
        return self.number == 1


class ScheduledPost(Base):
    """A reply or a new topic that is to appear at a moment. Until then it is its author's alone and is not counted.

    It goes when it appears. When it may not appear, it stays with the reason, for its author to go on with.
    """

    __tablename__ = "scheduled_posts"
    __table_args__ = (UniqueConstraint("author_id", "sent_key"), {"sqlite_autoincrement": True})
    # No number is given twice: an alert of what could not appear, or a picture, must not become another one's.

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"), index=True)
    """Where it replies; a new topic has a community instead."""
    community_id: Mapped[int | None] = mapped_column(ForeignKey("communities.id", ondelete="CASCADE"), index=True)
    parent_number: Mapped[int | None]
    title: Mapped[str] = mapped_column(default="")
    tags: Mapped[str] = mapped_column(default="")
    """The terms of a new topic, as they were typed."""
    source: Mapped[str]
    text: Mapped[str]
    """The words without markup, for lists."""
    due_at: Mapped[dt.datetime]
    sent_key: Mapped[str]
    """The post gets it, so that there is one, however often this is done."""
    refusal: Mapped[str | None]
    """Why it did not appear when its time had come; a word that `kind.REFUSALS` explains."""

    topic: Mapped[Topic | None] = relationship(lazy="raise_on_sql")
    community: Mapped[Community | None] = relationship(lazy="raise_on_sql")
