"""Conversations and what is written in them, and reports of what should not be there."""

import datetime as dt

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cop.core.db import Base, utcnow
from cop.people.models import Person

PEOPLE_AT_MOST = 8
"""In one conversation, with who began it."""
NEW_PEOPLE_A_DAY = 20
"""To how many people somebody may write anew within a day."""
MESSAGES_PER_PAGE = 30
REASON_LIMIT = 2_000


class Conversation(Base):
    """A few people who write to each other. Nobody else knows of it."""

    __tablename__ = "conversations"
    __table_args__ = (Index("ix_conversations_starter_id_created_at", "starter_id", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    starter_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    pair: Mapped[str | None] = mapped_column(unique=True)
    """The ids of its two people, as `3:7`, by which they find it again; nothing in a group, or once one has left."""
    created_at: Mapped[dt.datetime] = mapped_column(default=utcnow)

    # Set where a message is added, and nowhere else.
    last_number: Mapped[int] = mapped_column(default=0)
    last_message_at: Mapped[dt.datetime] = mapped_column(default=utcnow)

    participants: Mapped[list["Participant"]] = relationship(lazy="selectin", order_by="Participant.person_id")

    @property
    def url(self) -> str:
        """Its last page, where what is new stands."""
        return f"/messages/{self.id}"

    @property
    def pages(self) -> int:
        """How many pages it has."""
        return (max(self.last_number, 1) - 1) // MESSAGES_PER_PAGE + 1

    def url_of_page(self, page: int) -> str:
        """The address of one page."""
        return f"{self.url}?page={page}" if page < self.pages else self.url

    def url_of(self, number: int) -> str:
        """The address of one message in its page."""
        return f"{self.url_of_page((max(number, 1) - 1) // MESSAGES_PER_PAGE + 1)}#post-{number}"

    @property
    def present(self) -> list["Participant"]:
        """Those who have not left."""
        return [each for each in self.participants if each.left_at is None]


class Participant(Base):
    """Somebody in a conversation, or who was."""

    __tablename__ = "participants"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    joined_at: Mapped[dt.datetime] = mapped_column(default=utcnow)
    left_at: Mapped[dt.datetime | None]
    muted: Mapped[bool] = mapped_column(default=False)
    """They read it when they like, and are told of nothing in it."""

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class Message(Base):
    """What one of them wrote: its source, and the HTML it was rendered to."""

    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("conversation_id", "number"), UniqueConstraint("author_id", "sent_key"))

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    number: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    source: Mapped[str]
    html: Mapped[str]
    text: Mapped[str]
    """The words without markup, for the lists of those who may read it."""
    renderer: Mapped[int]
    created_at: Mapped[dt.datetime] = mapped_column(default=utcnow)
    hidden_at: Mapped[dt.datetime | None]
    hidden_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    sent_key: Mapped[str | None]
    """Made by the form: a second sending of the same form finds the first one's message."""

    conversation: Mapped[Conversation] = relationship(lazy="raise_on_sql")
    author: Mapped[Person] = relationship(foreign_keys=[author_id], lazy="raise_on_sql")


class Report(Base):
    """Somebody says that a thing should not be there; the people who run the network decide."""

    __tablename__ = "reports"
    __table_args__ = (Index("ix_reports_settled_at", "settled_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    thing_id: Mapped[int]
    reporter_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    reason: Mapped[str]
    at: Mapped[dt.datetime] = mapped_column(default=utcnow)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    settled_at: Mapped[dt.datetime | None]
    outcome: Mapped[str] = mapped_column(default="")
    """`hide` or `dismiss`; nothing while it is open."""

    reporter: Mapped[Person] = relationship(foreign_keys=[reporter_id], lazy="raise_on_sql")
