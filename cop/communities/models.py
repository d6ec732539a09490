"""Communities, what they show at their door, memberships, requests to join, invitations, and proposals of new ones."""

import datetime as dt
import secrets
from typing import Any

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from cop.core.db import Base, utcnow
from cop.core.names import searched_words
from cop.people.models import Person

JOINING = ("open", "request", "invitation")
READING = ("everyone", "network", "members")
CLOTHS = 6
NAME_LIMIT = 60
PURPOSE_LIMIT = 300
FOR_WHOM_LIMIT = 200
REASON_LIMIT = 500
QUESTION_LIMIT = 500
ANSWER_LIMIT = 1_000
REPLY_LIMIT = 2_000
OPEN_FOR = dt.timedelta(days=14)
"""How long an invitation is open, from its last letter."""
STEPS = 3
"""First steps that a newcomer is offered, at most."""
BANNER_NAME = "banner.jpg"
VISIT = dt.timedelta(minutes=30)
"""A visit ends when its person has not been seen here for this long."""

SENT_TWICE = dt.timedelta(minutes=2)
"""A form that starts the same community again within this time was sent twice."""

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
    decline_text: Mapped[str] = mapped_column(default="", server_default="")
    """What its facilitators write to those whom they do not let in; nothing: what the house proposes."""
    for_whom: Mapped[str] = mapped_column(default="", server_default="")
    """Who it is for, in a line."""
    shape: Mapped[str] = mapped_column(default="", server_default="")
    """One of `SHAPES`, or nothing: what sort of community it is."""
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("communities.id"))
    """The community within which it lies: never read or known more widely than that one. One level deep."""

    words: Mapped[list["CommunityWord"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    parent: Mapped["Community | None"] = relationship(remote_side="Community.id", lazy="raise_on_sql")

    __table_args__ = (Index("ix_communities_parent", "parent_id"),)

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


def new_mark() -> str:
    """A word that nobody guesses."""
    return secrets.token_hex(8)


class JoinRequest(Base):
    """Somebody asks to be let in; gone when they are. A declined one stays, with the letter, until they ask again."""

    __tablename__ = "join_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id", ondelete="CASCADE"))
    reason: Mapped[str]
    asked_at: Mapped[dt.datetime] = mapped_column(default=utcnow)
    declined_at: Mapped[dt.datetime | None]
    declined_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    reply: Mapped[str] = mapped_column(default="", server_default="")
    """The letter with which it was declined."""

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    declined_by: Mapped[Person | None] = relationship(foreign_keys=[declined_by_id])
    community: Mapped[Community] = relationship()
    questions: Mapped[list["JoinQuestion"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="JoinQuestion.id"
    )

    __table_args__ = (Index("ix_join_requests_once", "community_id", "person_id", unique=True),)

    @property
    def open_question(self) -> "JoinQuestion | None":
        """What a facilitator asked back and is not answered yet."""
        return next((each for each in self.questions if each.answered_at is None), None)


class JoinQuestion(Base):
    """What a facilitator asks somebody who would like to join, and the answer."""

    __tablename__ = "join_questions"
    __table_args__ = (Index("ix_join_questions_request", "request_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("join_requests.id", ondelete="CASCADE"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    question: Mapped[str]
    asked_at: Mapped[dt.datetime] = mapped_column(default=utcnow)
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[dt.datetime | None]

    asked_by: Mapped[Person] = relationship()


class Invitation(Base):
    """Somebody is asked in, by name or by an e-mail address; or told of a community by a member.

    Whose an address is, is found when it is asked for and never kept: a row says of an account nothing that its
    inviter did not type, until somebody has come by it.
    """

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    """Who was asked by name."""
    address: Mapped[str | None]
    """The address that the inviter typed, in its normal form."""
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id", ondelete="CASCADE"))
    inviter_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    role: Mapped[str] = mapped_column(default="member", server_default="member")
    """What whoever comes by it becomes."""
    recommended: Mapped[bool] = mapped_column(default=False, server_default=false())
    """A member told somebody of the community: that gives no right."""
    mark: Mapped[str] = mapped_column(default=new_mark, server_default="")
    """A word that its letters' links say: another one once it was taken back."""
    invited_at: Mapped[dt.datetime] = mapped_column(default=utcnow)
    sent_at: Mapped[dt.datetime] = mapped_column(default=utcnow)
    """When it was sent last."""
    answer: Mapped[str] = mapped_column(default="", server_default="")
    """`came` (by this invitation), `joined` (by another way, of which this list says nothing) or `declined`."""
    came_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    """Who came by it."""
    withdrawn_at: Mapped[dt.datetime | None]

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    inviter: Mapped[Person] = relationship(foreign_keys=[inviter_id])
    community: Mapped[Community] = relationship()

    __table_args__ = (
        Index("ix_invitations_once", "community_id", "person_id", "recommended", unique=True),
        Index("ix_invitations_once_by_address", "community_id", "address", "recommended", unique=True),
        Index("ix_invitations_person", "person_id"),
        Index("ix_invitations_address", "address"),
        Index("ix_invitations_inviter_sent_at", "inviter_id", "sent_at"),
    )

    @property
    def open_until(self) -> dt.datetime:
        """When it ends, unless it is sent again."""
        return self.sent_at + OPEN_FOR

    @property
    def is_open(self) -> bool:
        """Whether it can be answered: not taken back, not too old, and nobody has come. A no may be thought over."""
        return self.withdrawn_at is None and self.answer in {"", "declined"} and utcnow() < self.open_until

    @property
    def waits(self) -> bool:
        """Whether it is open and whoever it is for has said nothing to it."""
        return self.is_open and not self.answer


class Front(Base):
    """What a community shows at its door besides its name; a row comes with the first of it."""

    __tablename__ = "community_fronts"

    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id", ondelete="CASCADE"), primary_key=True)
    intro: Mapped[str] = mapped_column(default="")
    """Markdown, for those who read the community."""
    intro_html: Mapped[str] = mapped_column(default="")
    banner_id: Mapped[int | None] = mapped_column(ForeignKey("files.id", ondelete="SET NULL"))
    banner_alt: Mapped[str] = mapped_column(default="")
    welcome: Mapped[str] = mapped_column(default="")
    """Markdown, for newcomers."""
    welcome_html: Mapped[str] = mapped_column(default="")

    @property
    def banner_url(self) -> str:
        """The banner's address, if there is one; its file name is always the same."""
        return f"/files/{self.banner_id}/{BANNER_NAME}" if self.banner_id is not None else ""


class FirstStep(Base):
    """One of the few things that a newcomer does first."""

    __tablename__ = "first_steps"

    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str]
    link: Mapped[str] = mapped_column(default="")
    """A path on this network, or nothing."""
    by_writing: Mapped[bool] = mapped_column(default=False)
    """Done by whoever has written something in the community, without a word of theirs."""


DISMISSED = 0
"""The place of the tick by which a welcome is not shown any more."""


class WelcomeTick(Base):
    """A member's own word that a first step is done, or that the welcome need not be shown any more."""

    __tablename__ = "welcome_ticks"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "community_id"], ["memberships.person_id", "memberships.community_id"], ondelete="CASCADE"
        ),
    )

    person_id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)


class Proposal(Base):
    """A community that somebody would like to start, on a network whose managers look at it first."""

    __tablename__ = "community_proposals"
    __table_args__ = (
        Index("ix_community_proposals_founder", "founder_id"),
        Index("ix_community_proposals_status", "status", "proposed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    founder_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("communities.id", ondelete="CASCADE"))
    co_facilitator_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    plan: Mapped[dict[str, Any]] = mapped_column(JSON)
    """All that the community begins with: what `service.starting.Plan` holds."""
    status: Mapped[str] = mapped_column(default="waiting")
    """`waiting`, `approved` or `declined`."""
    words: Mapped[str] = mapped_column(default="")
    """Why it was declined."""
    community_id: Mapped[int | None] = mapped_column(ForeignKey("communities.id", ondelete="SET NULL"))
    """What became of it."""
    proposed_at: Mapped[dt.datetime] = mapped_column(default=utcnow)
    decided_at: Mapped[dt.datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))

    founder: Mapped[Person] = relationship(foreign_keys=[founder_id])
    parent: Mapped[Community | None] = relationship(foreign_keys=[parent_id])
    community: Mapped[Community | None] = relationship(foreign_keys=[community_id])

    @property
    def name(self) -> str:
        """What the community is to be called."""
        return str(self.plan["name"])

    @property
    def url(self) -> str:
        """Its page, for its founder and the managers."""
        return f"/proposals/{self.id}"
