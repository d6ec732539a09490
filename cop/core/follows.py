"""Who asked to hear of what: one table for every kind. A follow may also be a wish to hear nothing."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Literal

from sqlalchemy import ForeignKey, Index, Select, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from cop.core import kinds
from cop.core.db import Base, session, utcnow

Level = Literal["following", "muted"]


class Follow(Base):
    """One person's wish about one thing."""

    __tablename__ = "follows"
    __table_args__ = (Index("ix_follows_thing", "kind", "thing_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    thing_id: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[str]
    """`following`: hear of everything; `muted`: hear of nothing, not even as its author."""
    since: Mapped[dt.datetime] = mapped_column(default=utcnow)


def follow(person: Any, thing: Any, level: Level = "following") -> None:
    """Set the person's wish about a thing."""
    found = _row(person, thing)
    if found is None:
        session().add(Follow(person_id=person.id, kind=kinds.of(thing).name, thing_id=thing.id, level=level))
    else:
        found.level = level


def follow_unless_asked(person: Any, thing: Any) -> None:
    """Follow as a consequence of taking part; an earlier wish stands."""
    if _row(person, thing) is None:
        follow(person, thing)


def unfollow(person: Any, thing: Any) -> None:
    """Take the wish back."""
    session().execute(
        delete(Follow).where(
            Follow.person_id == person.id, Follow.kind == kinds.of(thing).name, Follow.thing_id == thing.id
        )
    )


def level_of(person: Any | None, thing: Any) -> str:
    """`following`, `muted` or nothing said (an empty string)."""
    found = _row(person, thing) if person is not None else None
    return found.level if found is not None else ""


def followers_of(kind: str, thing_id: int) -> list[int]:
    """Ids of the people who follow it."""
    return list(
        session().scalars(
            select(Follow.person_id).where(
                Follow.kind == kind, Follow.thing_id == thing_id, Follow.level == "following"
            )
        )
    )


def muted_by(people: Iterable[int], kind: str, thing_id: int) -> set[int]:
    """Those of the people who want to hear nothing of it."""
    statement = select(Follow.person_id).where(
        Follow.kind == kind, Follow.thing_id == thing_id, Follow.level == "muted", Follow.person_id.in_(list(people))
    )
    return set(session().scalars(statement))


def drop(people: Select[Any], kind: str, things: Select[Any]) -> None:
    """End the follows of those who lost sight of things; both by select. A wish to hear nothing stands."""
    session().execute(
        delete(Follow)
        .where(
            Follow.kind == kind,
            Follow.level == "following",
            Follow.person_id.in_(people),
            Follow.thing_id.in_(things),
        )
        .execution_options(synchronize_session=False)
    )


def move(kind: str, thing_id: int, to_id: int) -> None:
    """Let the wishes about a thing hold for another that takes its place; what was said of that one stands."""
    wished = (Follow.kind == kind, Follow.thing_id == thing_id)
    known = select(Follow.person_id).where(Follow.kind == kind, Follow.thing_id == to_id)
    as_is = {"synchronize_session": False}
    session().execute(delete(Follow).where(*wished, Follow.person_id.in_(known)).execution_options(**as_is))
    session().execute(update(Follow).where(*wished).values(thing_id=to_id).execution_options(**as_is))


def _row(person: Any, thing: Any) -> Follow | None:
    return session().get(Follow, (person.id, kinds.of(thing).name, thing.id))
