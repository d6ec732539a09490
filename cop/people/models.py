"""People, their addresses and their passwords. A person is neither a login nor an address."""

import datetime as dt
import zlib

from sqlalchemy import JSON, ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from cop.core.db import Base, utcnow
from cop.core.files import File
from cop.core.names import folded_words, searched_words
from cop.institutions.models import Institution

TINTS = 6
PICTURE_NAME = "picture.jpg"
"""Every profile picture has this file name, so that its address is known without asking for its row."""
AUDIENCES = ("public", "network", "communities", "me")
"""Who may see a profile field: everyone, signed-in people, who shares a community with its owner, only its owner."""
TRAITS = ("offers", "languages", "phases", "subjects")
"""Fields of a profile that take several values."""
OFFERS = ("answer", "mentor", "host", "observe", "research", "speak")
"""Answer questions, mentor, host a visit, observe each other's lessons, do research together, speak."""
FIELDS = ("picture", "headline", "role", "institution", "about", "terms", "offers", "languages", "teaching", "links")
"""The profile fields that have an audience of their own; `teaching`: phases and subjects, `links`: the ORCID too.

The name is always seen by signed-in people."""
SORTS = ("line", "text", "one", "several", "link")
"""Of answers to a field that managers define: a short text, a long one, one of its choices, several of them, a link."""

BY_LETTERS = String().with_variant(String(collation="C"), "postgresql")
"""Text that is compared letter by letter, so that an index finds beginnings; SQLite does so by itself."""


class Person(Base):
    """Somebody: a member of the network, or a placeholder for an author whose writing was imported."""

    __tablename__ = "people"
    __table_args__ = (
        Index("ix_people_origin", "origin", unique=True),
        Index("ix_people_status_name_key", "status", "name_key", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    handle: Mapped[str] = mapped_column(unique=True)
    """The person's word in addresses and mentions: `leila-bramhall`."""
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(BY_LETTERS, default="")
    """The name folded, for lists by name. It and `words` follow the name by themselves."""
    role: Mapped[str] = mapped_column(default="")
    institution: Mapped[str] = mapped_column(default="")
    about: Mapped[str] = mapped_column(default="")
    about_html: Mapped[str] = mapped_column(default="")
    headline: Mapped[str] = mapped_column(default="", server_default="")
    """What somebody is about, in one line of their own."""
    orcid: Mapped[str] = mapped_column(default="", server_default="")
    """As 0000-0002-1825-0097."""
    links: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    """Addresses elsewhere, https or http."""
    reach: Mapped[str] = mapped_column(default="network", server_default="network")
    """Who may write to them: `network` (signed-in people), `communities` (who shares a community) or `nobody`."""
    away_until: Mapped[dt.date | None]
    """The last day on which they do not answer."""
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("files.id", use_alter=True))
    picture_alt: Mapped[str] = mapped_column(default="")
    visibility: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """Audience of each profile field; a field without a word here is for signed-in people."""
    has_public_answer: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether an answer to a field of the network's own is for everyone: kept by `service.answers` and `.fields`."""
    status: Mapped[str] = mapped_column(default="active")
    """`new` (signed up, address not verified), `active`, `suspended`, `placeholder` (an imported author, claimable)
    or `deleted`."""
    is_manager: Mapped[bool] = mapped_column(default=False)
    origin: Mapped[str | None]
    """Where a placeholder was imported from and its id there."""
    joined_at: Mapped[dt.datetime] = mapped_column(default=utcnow)
    audience_version: Mapped[int] = mapped_column(default=1)
    """Moves on with every change of membership, so that kept audiences are dropped."""
    language: Mapped[str] = mapped_column(default="")
    time_zone: Mapped[str] = mapped_column(default="")
    theme: Mapped[str] = mapped_column(default="")
    text_size: Mapped[str] = mapped_column(default="")

    picture: Mapped[File | None] = relationship(foreign_keys=[picture_id], lazy="raise_on_sql")
    addresses: Mapped[list["Address"]] = relationship(back_populates="person", order_by="Address.id")
    traits: Mapped[list["PersonTrait"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="PersonTrait.place"
    )
    words: Mapped[list["PersonWord"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    answers: Mapped[list["ProfileAnswer"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, lazy="raise_on_sql"
    )

    @validates("name", "handle")
    def _named(self, field: str, value: str) -> str:
        """Keep the words by which the person is looked for; only what changed is written."""
        name, handle = (value, self.handle) if field == "name" else (self.name, value)
        self.name_key = " ".join(folded_words(name or ""))
        wanted = dict.fromkeys([*searched_words(name or ""), *folded_words(handle or "")])
        kept = [word for word in self.words if word.word in wanted]
        self.words = kept + [PersonWord(word=word) for word in wanted.keys() - {each.word for each in kept}]
        return value

    @property
    def may_sign_in(self) -> bool:
        """Whether this is somebody's account, in good standing."""
        return self.status == "active"

    @property
    def is_placeholder(self) -> bool:
        """Whether nobody has claimed this imported author."""
        return self.status == "placeholder"

    @property
    def initials(self) -> str:
        """Two letters that stand in for a picture."""
        words = [word for word in self.name.split() if word[0].isalpha() and not word.endswith(".")] or [self.name]
        words = [word for word in words if word not in {"Dr", "Prof", "Mr", "Mrs", "Ms", "Miss"}] or words
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()

    @property
    def tint(self) -> int:
        """The colour behind the initials, 1 to 6; the same for ever."""
        return zlib.crc32(self.handle.encode()) % TINTS + 1

    @property
    def url(self) -> str:
        """The person's page."""
        return f"/people/{self.handle}"

    def values_of(self, trait: str) -> list[str]:
        """What they chose in a field that takes several, in their order."""
        return [each.value for each in self.traits if each.field == trait]

    def audience_of(self, field: str) -> str:
        """Who may see a profile field."""
        return self.visibility.get(field, "network")

    @property
    def is_public(self) -> bool:
        """Whether something of theirs is for everyone, so that everyone may open their page."""
        return self.has_public_answer or "public" in self.visibility.values()

    @property
    def given_answers(self) -> list["ProfileAnswer"]:
        """What they answered to what the network asks now, in its order."""
        given = (each for each in self.answers if each.values and each.field.withdrawn_at is None)
        return sorted(given, key=lambda each: each.field.place)


class PersonWord(Base):
    """A word of somebody's name or handle, folded: who is called so is found by how their words begin."""

    __tablename__ = "person_words"
    __table_args__ = (Index("ix_person_words_word", "word"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[str] = mapped_column(BY_LETTERS, primary_key=True)


class PersonTrait(Base):
    """One value of a field of a profile that takes several: an offer, a language, a phase or a subject."""

    __tablename__ = "person_traits"
    __table_args__ = (Index("ix_person_traits_field", "field", "value"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    """One of `TRAITS`."""
    value: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(default=0)


class ProfileField(Base):
    """What the network asks of everybody, beside what every profile has. Once withdrawn, no answer to it is seen."""

    __tablename__ = "profile_fields"

    id: Mapped[int] = mapped_column(primary_key=True)
    group_name: Mapped[str]
    label: Mapped[str]
    hint: Mapped[str] = mapped_column(default="")
    sort: Mapped[str]
    """One of `SORTS`."""
    choices: Mapped[list[str]] = mapped_column(JSON, default=list)
    audience: Mapped[str] = mapped_column(default="network")
    """Who sees an answer unless its owner says otherwise; never everyone, which is the owner's own choice."""
    place: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    """Moves on with every change, so that nobody changes or answers what they have not seen."""
    added_at: Mapped[dt.datetime] = mapped_column(default=utcnow)
    withdrawn_at: Mapped[dt.datetime | None]


class ProfileAnswer(Base):
    """What somebody answered. One without values holds only who is to see what they may answer."""

    __tablename__ = "profile_answers"
    __table_args__ = (Index("ix_profile_answers_field", "field_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    field_id: Mapped[int] = mapped_column(ForeignKey("profile_fields.id", ondelete="CASCADE"), primary_key=True)
    values: Mapped[list[str]] = mapped_column(JSON, default=list)
    """One, but for several of a list. What was chosen stays so when it is no choice any more."""
    audience: Mapped[str]
    """One of `AUDIENCES`."""

    field: Mapped[ProfileField] = relationship(lazy="raise_on_sql")

    @property
    def words(self) -> str:
        """What is found and shown as evidence: it says what was asked, too. Links are not looked for."""
        return f"{self.field.label}: {', '.join(self.values)}" if self.field.sort != "link" else ""


class HiddenSuggestion(Base):
    """A term that somebody does not want to be told that they know: it is not suggested to them again."""

    __tablename__ = "hidden_suggestions"
    __table_args__ = (Index("ix_hidden_suggestions_term", "term_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    term_id: Mapped[int] = mapped_column(ForeignKey("terms.id", ondelete="CASCADE"), primary_key=True)
    hidden_at: Mapped[dt.datetime] = mapped_column(default=utcnow)


class Affiliation(Base):
    """Where somebody works or learns, or did: it ends, and nothing else ends with it."""

    __tablename__ = "affiliations"
    __table_args__ = (
        Index("ix_affiliations_person", "person_id", "place"),
        Index("ix_affiliations_institution", "institution_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institutions.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(default="")
    """As the person calls the institution: all there is when no register has it."""
    role: Mapped[str] = mapped_column(default="")
    began: Mapped[str] = mapped_column(default="")
    ended: Mapped[str] = mapped_column(default="")
    """A year or a month, as 2019 or 2019-09; nothing when it is not told, or not so."""
    is_past: Mapped[bool] = mapped_column(default=False)
    proved_domain: Mapped[str] = mapped_column(default="")
    """The domain of a verified address that belongs to the institution: "proved by an address at …"; else "says"."""
    place: Mapped[int] = mapped_column(default=0)

    institution: Mapped[Institution | None] = relationship(lazy="raise_on_sql")


class EmptySearch(Base):
    """A search that found nothing: its words, and nothing of who asked."""

    __tablename__ = "empty_searches"
    __table_args__ = (Index("ix_empty_searches_asked_at", "asked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str]
    asked_at: Mapped[dt.datetime] = mapped_column(default=utcnow)


class Statement(Base):
    """What somebody said of themselves, or was introduced with, elsewhere: attributed, dated, and not edited here.

    It is no profile field, because it is of its day and of its source, and no post, because nobody answers it.
    """

    __tablename__ = "statements"
    __table_args__ = (Index("ix_statements_person", "person_id", "written_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    origin: Mapped[str] = mapped_column(unique=True)
    """Where it was imported from and its id there."""
    occasion: Mapped[str] = mapped_column(default="")
    """What it was written for, in the source's words: `election statement`."""
    title: Mapped[str]
    written_on: Mapped[dt.date | None]
    """The day on which it was published; None where the source does not say."""
    source: Mapped[str]
    """Markdown."""
    html: Mapped[str]
    text: Mapped[str]
    renderer: Mapped[int]
    attribution: Mapped[str]
    """Whom to name for it, as the licence asks: `The Carpentries, carpentries.org`."""
    post: Mapped[str]
    """The post that it comes from, as the source names it, and its address."""
    post_url: Mapped[str]
    licence: Mapped[str]
    licence_url: Mapped[str]
    audience: Mapped[str] = mapped_column(default="network")
    """`network` or `public`."""
    imported_at: Mapped[dt.datetime] = mapped_column(default=utcnow)
    hidden_at: Mapped[dt.datetime | None]
    hidden_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    @property
    def url(self) -> str:
        """Its page; the same whoever claims it."""
        return f"/statements/{self.id}"


class Address(Base):
    """An e-mail address of a person. Only a verified one signs in or gets mail; one is the primary."""

    __tablename__ = "addresses"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    address: Mapped[str] = mapped_column(index=True)
    """As typed, but lower case. Unique among verified addresses: see the partial index."""
    verified_at: Mapped[dt.datetime | None]
    is_primary: Mapped[bool] = mapped_column(default=False)
    added_at: Mapped[dt.datetime] = mapped_column(default=utcnow)

    person: Mapped[Person] = relationship(back_populates="addresses")

    __table_args__ = (
        Index(
            "ix_addresses_verified",
            "address",
            unique=True,
            sqlite_where=text("verified_at IS NOT NULL"),
            postgresql_where=text("verified_at IS NOT NULL"),
        ),
    )


class Password(Base):
    """One way to sign in: an argon2id hash."""

    __tablename__ = "passwords"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    hash: Mapped[str]
    changed_at: Mapped[dt.datetime] = mapped_column(default=utcnow)
