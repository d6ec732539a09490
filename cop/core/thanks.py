"""Thanks, and "this helped me": one table for every kind. Counts live on the thing, set by its own recount."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Literal

from sqlalchemy import ForeignKey, Index, bindparam, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from cop.core import kinds
from cop.core.db import Base, session, utcnow

Reason = Literal["thanked", "helped"]


class Thank(Base):
    """One person's thanks for one thing."""

    __tablename__ = "thanks"
    __table_args__ = (Index("ix_thanks_thing", "kind", "thing_id", "reason"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    thing_id: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(primary_key=True)
    """`thanked` or `helped`."""
    at: Mapped[dt.datetime] = mapped_column(default=utcnow)


def thank(person: Any, thing: Any, reason: Reason) -> bool:
    """Say it; False when it was said before."""
    if session().get(Thank, (person.id, kinds.of(thing).name, thing.id, reason)) is not None:
        return False
    session().add(Thank(person_id=person.id, kind=kinds.of(thing).name, thing_id=thing.id, reason=reason))
    session().flush()
    return True


def take_back(person: Any, thing: Any, reason: Reason) -> bool:
    """Take it back; False when there was nothing to take back."""
    result = session().execute(
        delete(Thank).where(
            Thank.person_id == person.id,
            Thank.kind == kinds.of(thing).name,
            Thank.thing_id == thing.id,
            Thank.reason == reason,
        )
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]


_COUNT = (
    select(Thank.reason, func.count())
    .where(Thank.kind == bindparam("kind"), Thank.thing_id == bindparam("thing"))
    .group_by(Thank.reason)
)


def counts(kind: str, thing_id: int) -> dict[str, int]:
    """How many said it, by reason; a reason that nobody gave is not there."""
    return dict(session().execute(_COUNT, {"kind": kind, "thing": thing_id}).all())


_GIVEN = select(Thank.thing_id, Thank.reason).where(
    Thank.person_id == bindparam("person"),
    Thank.kind == bindparam("kind"),
    Thank.thing_id.in_(bindparam("ids", expanding=True)),
)
"""Built once: every topic page asks it, and building costs as much as asking."""


def given_by(person: Any | None, kind: str, ids: Iterable[int]) -> set[tuple[int, str]]:
    """What the person said of these things, as `(id, reason)`."""
    if person is None:
        return set()
    return set(session().execute(_GIVEN, {"person": person.id, "kind": kind, "ids": list(ids)}))


def givers(kind: str, ids: Iterable[int], reason: Reason) -> dict[int, list[int]]:
    """Ids of the people who said it, by thing, in the order in which they did."""
    statement = (
        select(Thank.thing_id, Thank.person_id)
        .where(Thank.kind == kind, Thank.thing_id.in_(list(ids)), Thank.reason == reason)
        .order_by(Thank.at)
    )
    found: dict[int, list[int]] = {}
    for thing_id, person_id in session().execute(statement):
        found.setdefault(thing_id, []).append(person_id)
    return found
