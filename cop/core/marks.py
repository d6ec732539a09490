"""How far a person has read: one high-water mark for each thing whose parts are numbered.

A part counts as read once it was on the person's screen; the mark moves back only when they say so.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, bindparam, exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from cop.core.db import Base, database, session, utcnow


class Mark(Base):
    """The number of the last part read."""

    __tablename__ = "marks"
    __table_args__ = (Index("ix_marks_thing", "kind", "thing_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    thing_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    at: Mapped[dt.datetime] = mapped_column(default=utcnow)


_moved: list[Callable[[Any], None]] = []


def on_move(call: Callable[[Any], None]) -> None:
    """Call this with the person, in the same transaction, when their marks moved forward: what was read is no news."""
    if call not in _moved:
        _moved.append(call)


def _tell(person: Any) -> None:
    for call in _moved:
        call(person)


def _insert(is_sqlite: bool) -> Any:
    return sqlite.insert(Mark) if is_sqlite else postgresql.insert(Mark)


def advance(person: Any, kind: str, thing_id: int, number: int) -> None:
    """Move the mark forward to a number; never back, whatever order two beacons arrive in."""
    _set(person, kind, thing_id, number, only_forward=True)
    _tell(person)


def put(person: Any, kind: str, thing_id: int, number: int) -> None:
    """Put the mark at a number, also back: "mark unread from here"."""
    _set(person, kind, thing_id, number, only_forward=False)


def _set(person: Any, kind: str, thing_id: int, number: int, *, only_forward: bool) -> None:
    values = {"person": person.id, "of": kind, "thing": thing_id, "to": number, "now": utcnow()}
    session().execute(_upsert(database().is_sqlite, only_forward), values)


@cache
def _upsert(is_sqlite: bool, only_forward: bool) -> Any:
    """Built once: each reply asks it."""
    wanted = {"person_id": "person", "kind": "of", "thing_id": "thing", "number": "to", "at": "now"}
    statement = _insert(is_sqlite).values({column: bindparam(name) for column, name in wanted.items()})
    return statement.on_conflict_do_update(
        index_elements=["person_id", "kind", "thing_id"],
        set_={"number": statement.excluded.number, "at": statement.excluded.at},
        where=Mark.number < statement.excluded.number if only_forward else None,
    )


def advance_all(rows: Select[*tuple[Any, ...]], person: Any | None = None) -> None:
    """Move many marks forward in one statement; the select gives person_id, kind, thing_id, number, at.

    `person`: whose marks they are, where they are one person's.
    """
    statement: Any = _insert(database().is_sqlite).from_select(["person_id", "kind", "thing_id", "number", "at"], rows)
    session().execute(
        statement.on_conflict_do_update(
            index_elements=["person_id", "kind", "thing_id"],
            set_={"number": statement.excluded.number, "at": statement.excluded.at},
            where=Mark.number < statement.excluded.number,
        )
    )
    if person is not None:
        _tell(person)


def mark_of(person: Any, kind: str, thing_id: int) -> Mark | None:
    """The person's mark in a thing, if there is one."""
    return session().get(Mark, (person.id, kind, thing_id))


def others_reached(person: Any, kind: str, thing_id: int, number: int) -> ColumnElement[bool]:
    """Somebody else has read a thing up to this number, in SQL."""
    return exists().where(
        Mark.kind == kind, Mark.thing_id == thing_id, Mark.number >= number, Mark.person_id != person.id
    )


def marks_of(person: Any, kind: str, ids: Iterable[int]) -> dict[int, int]:
    """The person's marks in several things, by id."""
    statement = select(Mark.thing_id, Mark.number).where(
        Mark.person_id == person.id, Mark.kind == kind, Mark.thing_id.in_(list(ids))
    )
    return dict(session().execute(statement).all())
