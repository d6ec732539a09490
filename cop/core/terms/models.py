"""Terms, what else they are called, what is filed under them, and what merges moved."""

import datetime as dt

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from cop.core.db import Base, utcnow
from cop.core.names import folded_words, slug_of

LONGEST = 60
MOST = 12
"""Terms that one thing may be filed under."""

BY_LETTERS = String().with_variant(String(collation="C"), "postgresql")


class Term(Base):
    """A word or phrase, as people wrote it first or as a vocabulary has it; its slug is its address.

    One label may stand in several vocabularies, and twice in one: these are different terms.
    """

    __tablename__ = "terms"
    __table_args__ = (
        Index("ix_terms_name_key", "name_key", "id"),
        Index("ix_terms_key", "scheme", "code"),
        Index("ix_terms_parent", "parent_id"),
        Index("ix_terms_merged_into", "merged_into_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(BY_LETTERS, default="", server_default="")
    """The slug of its name, under which spellings meet. It and `words` follow the name by themselves."""
    scheme: Mapped[str] = mapped_column(default="", server_default="")
    """The vocabulary that it came with; empty for people's own."""
    code: Mapped[str] = mapped_column(default="", server_default="")
    """Its id in that vocabulary: scheme and code are the key."""
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("terms.id", ondelete="SET NULL"))
    """The broader term. Only `keeping.set_parent` and merges write it: nothing is broader than itself."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("terms.id", ondelete="SET NULL"))
    """Where it leads since a manager found that two terms are one; nothing is filed under it then."""

    aliases: Mapped[list["TermAlias"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="TermAlias.id"
    )
    words: Mapped[list["TermWord"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)

    @validates("name")
    def _named(self, _field: str, value: str) -> str:
        """Keep what the term is looked for by."""
        self.name_key = slug_of(value or "")
        self.reword(value)
        return value

    def reword(self, name: str | None = None) -> None:
        """Keep the words of its name and of what else it is called; only what changed is written."""
        labels = [self.name if name is None else name, *(alias.name for alias in self.aliases)]
        wanted = dict.fromkeys(word for label in labels for word in folded_words(label or ""))
        kept = [word for word in self.words if word.word in wanted]
        self.words = kept + [TermWord(word=word) for word in wanted.keys() - {each.word for each in kept}]

    @property
    def url(self) -> str:
        """Its page."""
        return f"/terms/{self.slug}"


class TermAlias(Base):
    """What else a term is called, or was: typed, it files under the term; as an address, it leads there."""

    __tablename__ = "term_aliases"
    __table_args__ = (
        Index("ix_term_aliases_slug", "slug"),
        Index("ix_term_aliases_term", "term_id"),
        Index("ix_term_aliases_merge", "merge_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    term_id: Mapped[int] = mapped_column(ForeignKey("terms.id", ondelete="CASCADE"))
    name: Mapped[str]
    slug: Mapped[str]
    merge_id: Mapped[int | None] = mapped_column(ForeignKey("term_merges.id", ondelete="CASCADE"))
    """The merge that brought it, and takes it with it when it is undone."""


class TermWord(Base):
    """A word of a term's name or of what else it is called, folded."""

    __tablename__ = "term_words"
    __table_args__ = (Index("ix_term_words_word", "word"),)

    term_id: Mapped[int] = mapped_column(ForeignKey("terms.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[str] = mapped_column(BY_LETTERS, primary_key=True)


class Tagging(Base):
    """A thing filed under a term."""

    __tablename__ = "taggings"
    __table_args__ = (Index("ix_taggings_thing", "kind", "thing_id"),)

    term_id: Mapped[int] = mapped_column(ForeignKey("terms.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    thing_id: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(default=0)


class TermMerge(Base):
    """One term became another; with its moves, all that it takes to make two of them again."""

    __tablename__ = "term_merges"
    __table_args__ = (Index("ix_term_merges_target", "target_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("terms.id", ondelete="CASCADE"))
    target_id: Mapped[int] = mapped_column(ForeignKey("terms.id", ondelete="CASCADE"))
    at: Mapped[dt.datetime] = mapped_column(default=utcnow)
    undone_at: Mapped[dt.datetime | None]
    narrower_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Terms that were under the source and are under the target now."""
    lifted_from_id: Mapped[int | None] = mapped_column(ForeignKey("terms.id", ondelete="SET NULL"))
    """What was broader than the target, when that was the source itself or lay under it."""


class TermMove(Base):
    """A thing that was filed under the source of a merge."""

    __tablename__ = "term_moves"

    merge_id: Mapped[int] = mapped_column(ForeignKey("term_merges.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    thing_id: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[int]
    brought: Mapped[bool]
    """Whether it is filed under the target through this merge alone, and not already for another reason."""
