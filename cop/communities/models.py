"""Communities, memberships, requests to join and invitations."""

import datetime as dt

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from cop.core.db import Base, utcnow
from cop.core.names import searched_words
from cop.people.models import Person

JOINING = ("open", "request", "invitation")
READING = ("everyone", "network", "members")
CLOTHS = 6
NAME_LIMIT = 60
PURPOSE_LIMIT = 300
REASON_LIMIT = 500
VISIT = dt.timedelta(minutes=30)
"""A visit ends when its person has not been seen here for this long."""

BY_LETTERS = String().with_variant(String(collation="C"), "postgresql")


class Community(Base):
    """People who care about the same thing, and the place where they talk."""

    __tablename__ = "communities"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    """`words` follow it by themselves."""
    purpose: Mapped[str]
    joining: Mapped[str] = mapped_column(default="open")
    """`open`, on `request`, or by `invitation`."""
    reading: Mapped[str] = mapped_column(default="network")
    """Who may read: `everyone`, signed-in people (`network`), or `members`."""
    listed: Mapped[bool] = mapped_column(default=True)
    """A community that is not listed is hidden: for outsiders it does not exist. It is read by members."""
    edit_minutes: Mapped[int | None]
    """How long authors may change what they wrote here; without a number, for ever."""
    cloth: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[dt.datetime] = mapped_column(default=utcnow)
    member_count: Mapped[int] = mapped_column(default=0)

    words: Mapped[list["CommunityWord"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)

    @validates("name")
    def _named(self, _field: str, value: str) -> str:
        """Keep the words by which it is looked for; only what changed is written."""
        wanted = dict.fromkeys(searched_words(value or ""))
        kept = [word for word in self.words if word.word in wanted]
        self.words = kept + [CommunityWord(word=word) for word in wanted.keys() - {each.word for each in kept}]
        return value

    @property
    def audience(self) -> str:
        """The token of those who may read what is written here."""
        return {"everyone": "public", "network": "network"}.get(self.reading, f"community:{self.id}")

    @property
    def url(self) -> str:
        """The community's home."""
        return f"/communities/{self.slug}"


class CommunityWord(Base):
    """A word of a community's name, folded: it is found by how its words begin."""

    __tablename__ = "community_words"
    __table_args__ = (Index("ix_community_words_word", "word"),)

    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[str] = mapped_column(BY_LETTERS, primary_key=True)


class Membership(Base):
    """One person in one community."""

    __tablename__ = "memberships"
    __table_args__ = (Index("ix_memberships_community_role", "community_id", "role"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(default="member")
    """`facilitator` (several, equal) or `member`."""
    joined_at: Mapped[dt.datetime] = mapped_column(default=utcnow)
    visited_at: Mapped[dt.datetime | None]
    """When the visit before the last one was."""
    here_at: Mapped[dt.datetime | None]
    """When the person was last here."""

    person: Mapped[Person] = relationship()
    community: Mapped[Community] = relationship()

    @property
    def since(self) -> dt.datetime:
        """What is younger is "new since you were here"; it holds still during a visit. At first, since joining."""
        under_way = self.here_at is not None and utcnow() - self.here_at < VISIT
        return (self.visited_at if under_way else self.here_at) or self.joined_at


class JoinRequest(Base):
    """Somebody asks to be let in; gone when decided."""

    __tablename__ = "join_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id", ondelete="CASCADE"))
    reason: Mapped[str]
    asked_at: Mapped[dt.datetime] = mapped_column(default=utcnow)

    person: Mapped[Person] = relationship()
    community: Mapped[Community] = relationship()

    __table_args__ = (Index("ix_join_requests_once", "community_id", "person_id", unique=True),)


class Invitation(Base):
    """A facilitator asks somebody in; gone when answered."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    """Nobody's yet when the address is not an account's."""
    address: Mapped[str | None]
    """The e-mail address that the inviter typed; shown instead of a name: whose it is, is not theirs to know."""
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id", ondelete="CASCADE"))
    inviter_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    invited_at: Mapped[dt.datetime] = mapped_column(default=utcnow)

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    inviter: Mapped[Person] = relationship(foreign_keys=[inviter_id])
    community: Mapped[Community] = relationship()

    __table_args__ = (
        Index("ix_invitations_once", "community_id", "person_id", unique=True),
        Index("ix_invitations_once_by_address", "community_id", "address", unique=True),
    )
