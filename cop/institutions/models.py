"""Institutions: schools, universities, councils and others that people in education work for or with."""

import datetime as dt

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from cop.core.db import Base, utcnow
from cop.core.names import folded_words, searched_words

TYPES = (
    "school",
    "university",
    "training",
    "local-authority",
    "government",
    "inspectorate",
    "charity",
    "company",
)
"""School; university or college of higher education; teacher-training provider; and so on. Never "kind"."""
PHASES = ("nursery", "primary", "middle", "secondary", "all-through", "16-plus")
"""Ages that a school teaches; others have none."""
REGISTERS = ("urn", "ukprn", "university", "local-authority")
"""Schemes of codes. `urn`: a school in England; `university`: normalised name and country; `local-authority`: nation
and code, because one code stands in two nations.
"""

BY_LETTERS = String().with_variant(String(collation="C"), "postgresql")


class Institution(Base):
    """One institution, as a register or a manager describes it. It may have ended; people's affiliations stay."""

    __tablename__ = "institutions"
    __table_args__ = (
        Index("ix_institutions_name_key", "name_key", "id"),
        Index("ix_institutions_type_name_key", "type", "name_key"),
        Index("ix_institutions_authority", "authority"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(BY_LETTERS, default="")
    """The name folded, for lists by name. It and `words` follow the name by themselves."""
    type: Mapped[str]
    phase: Mapped[str] = mapped_column(default="")
    authority: Mapped[str] = mapped_column(default="")
    """Name of the local authority in whose area it lies."""
    region: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    town: Mapped[str] = mapped_column(default="")
    postcode: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    """An address with its scheme, http or https."""
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    """WGS84 degrees, where the source has them."""
    ended_on: Mapped[dt.date | None]
    is_ended: Mapped[bool] = mapped_column(default=False)
    """Closed or abolished; registers do not always say when."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("institutions.id", ondelete="SET NULL"))
    """Where it went when a manager found that two rows are one institution."""
    added_at: Mapped[dt.datetime] = mapped_column(default=utcnow)

    words: Mapped[list["InstitutionWord"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    codes: Mapped[list["InstitutionCode"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    domains: Mapped[list["InstitutionDomain"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)

    @validates("name", "town")
    def _named(self, field: str, value: str) -> str:
        """Keep the words by which it is looked for, its town's among them; only what changed is written."""
        name, town = (value, self.town) if field == "name" else (self.name, value)
        self.name_key = " ".join(folded_words(name or ""))
        wanted = dict.fromkeys([*searched_words(name or ""), *searched_words(town or "")])
        kept = [word for word in self.words if word.word in wanted]
        self.words = kept + [InstitutionWord(word=word) for word in wanted.keys() - {each.word for each in kept}]
        return value

    @property
    def url(self) -> str:
        """Its page."""
        return f"/institutions/{self.slug}"

    @property
    def where(self) -> str:
        """Where it lies, in the words that tell it from others of its name."""
        places = (self.town, self.authority if self.type != "local-authority" else "", self.country)
        return ", ".join(dict.fromkeys(filter(None, places)))


class InstitutionWord(Base):
    """A word of an institution's name or town, folded: it is found by how its words begin."""

    __tablename__ = "institution_words"
    __table_args__ = (Index("ix_institution_words_word", "word"),)

    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[str] = mapped_column(BY_LETTERS, primary_key=True)


class InstitutionCode(Base):
    """The id of an institution in a register. Only the scheme that a register is kept by is a key: see `service`."""

    __tablename__ = "institution_codes"
    __table_args__ = (Index("ix_institution_codes_code", "scheme", "code"),)

    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id", ondelete="CASCADE"), primary_key=True)
    scheme: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)


class InstitutionDomain(Base):
    """A domain of e-mail addresses that a register or a manager gives to an institution, never guessed from a web site.

    One that several have (a trust, a county) belongs to none of them alone.
    """

    __tablename__ = "institution_domains"
    __table_args__ = (Index("ix_institution_domains_domain", "domain"),)

    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id", ondelete="CASCADE"), primary_key=True)
    domain: Mapped[str] = mapped_column(primary_key=True)
