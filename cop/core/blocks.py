"""Who gets nothing from whom: one table for all by which people reach each other. Nobody is told of a block."""

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from cop.core.db import Base, is_writing, session, utcnow


class Block(Base):
    """Somebody gets nothing from somebody else, who is not told."""

    __tablename__ = "blocks"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    blocked_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(default=utcnow)


def block(person: Any, other: Any) -> bool:
    """Let nothing come from somebody any more; False where that is so already."""
    if session().get(Block, (person.id, other.id)) is not None:
        return False
    session().add(Block(person_id=person.id, blocked_id=other.id))
    return True


def unblock(person: Any, other: Any) -> bool:
    """Let something come from somebody again; False where nothing kept it."""
    found = session().get(Block, (person.id, other.id))
    if found is None:
        return False
    session().delete(found)
    return True


def has_blocked(person_id: int, other_id: int) -> bool:
    """Whether one gets nothing from the other."""
    return person_id in _blocking(frozenset((person_id, other_id)))


def _blocking(pair: frozenset[int]) -> set[int]:
    """Those of two who block the other. A session that only reads sees one moment, so it asks once."""
    kept: dict[frozenset[int], set[int]] = session().info.setdefault("blocks", {})
    if pair not in kept or is_writing():
        kept[pair] = set(
            session().scalars(select(Block.person_id).where(Block.person_id.in_(pair), Block.blocked_id.in_(pair)))
        )
    return kept[pair]


def around(person_id: int) -> set[int]:
    """Ids of all whom somebody blocks, and of all who block them."""
    statement = select(Block.person_id, Block.blocked_id).where(
        or_(Block.person_id == person_id, Block.blocked_id == person_id)
    )
    return {id for pair in session().execute(statement) for id in pair} - {person_id}
