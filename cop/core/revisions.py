"""Earlier states of what people wrote: one table for every kind; and the visible difference between two of them."""

import datetime as dt
import difflib
import re
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ForeignKey, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from cop.core import kinds
from cop.core.db import Base, session, utcnow


class Revision(Base):
    """One state of a thing's source. Number 1 is how it was first written."""

    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("kind", "thing_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    thing_id: Mapped[int]
    number: Mapped[int]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[dt.datetime] = mapped_column(default=utcnow)
    title: Mapped[str] = mapped_column(default="")
    source: Mapped[str]
    note: Mapped[str] = mapped_column(default="")


def keep(
    thing: Any, author: Any, source: str, title: str = "", note: str = "", at: dt.datetime | None = None
) -> Revision:
    """Add a state to a thing's history."""
    kind = kinds.of(thing).name
    last = session().scalar(
        select(func.max(Revision.number)).where(Revision.kind == kind, Revision.thing_id == thing.id)
    )
    revision = Revision(
        kind=kind,
        thing_id=thing.id,
        number=(last or 0) + 1,
        author_id=author.id if author is not None else None,
        at=at or utcnow(),
        title=title,
        source=source,
        note=note,
    )
    session().add(revision)
    session().flush()
    return revision


def revisions_of(kind: str, thing_id: int) -> list[Revision]:
    """A thing's history, newest first."""
    statement = (
        select(Revision).where(Revision.kind == kind, Revision.thing_id == thing_id).order_by(Revision.number.desc())
    )
    return list(session().scalars(statement))


@dataclass(frozen=True)
class Change:
    """A run of words that stayed, came or went."""

    what: Literal["same", "added", "removed"]
    text: str


WORDS = re.compile(r"\s+|\w+|[^\w\s]")
WORDS_AT_MOST = 6_000
"""Beyond this the comparison goes by lines: word by word it would take seconds."""


def difference(before: str, after: str) -> list[Change]:
    """What changed between two texts, word by word; line by line for very long ones."""
    split = WORDS.findall
    old, new = split(before), split(after)
    if len(old) + len(new) > WORDS_AT_MOST:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    changes: list[Change] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            changes.append(Change("same", "".join(old[a:b])))
            continue
        if a < b:
            changes.append(Change("removed", "".join(old[a:b])))
        if c < d:
            changes.append(Change("added", "".join(new[c:d])))
    return changes
