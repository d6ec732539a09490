"""The one record of deeds: who did what to which thing, when; and the counter that orders a live room.

Services call `record` last, in the deed's own transaction. Nobody else tells search, alerts or live pages.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal

from sqlalchemy import JSON, ForeignKey, Index, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from cop.core import kinds
from cop.core.db import Base, database, session, utcnow

Kept = Literal["added", "changed", "unchanged"]
"""What becomes of what a register or a vocabulary says; the first two are deeds."""


class Activity(Base):
    """One deed. It names the thing by kind and id and carries no text, so that nothing leaks through it."""

    __tablename__ = "activities"
    __table_args__ = (Index("ix_activities_room_seq", "room", "seq"), Index("ix_activities_thing", "kind", "thing_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(default=utcnow)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    verb: Mapped[str]
    kind: Mapped[str]
    thing_id: Mapped[int]
    room: Mapped[str | None]
    """The live room that hears of it, as `topic:9`; and the deed's place in that room's order."""
    seq: Mapped[int | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Ids and numbers a reader needs to know what changed; never what somebody wrote."""
    quiet: Mapped[bool] = mapped_column(default=False)
    """An import, or one's own affair: no alert, no live push, nothing new."""

    def thing(self) -> Any | None:
        """The thing itself, loaded afresh; None when it is gone for good."""
        return kinds.load(self.kind, self.thing_id)


class LiveRoom(Base):
    """The counter of a live room: taken in the deed's transaction, so that commit order is its order."""

    __tablename__ = "live_rooms"

    name: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int]


_recorded: list[Callable[[Activity], None]] = []
_quiet: ContextVar[bool] = ContextVar("cop_quiet", default=False)
_moment: ContextVar[dt.datetime | None] = ContextVar("cop_moment", default=None)


def on_record(call: Callable[[Activity], None]) -> None:
    """Call this in the deed's transaction for each activity: how the outbox gets its rows."""
    if call not in _recorded:
        _recorded.append(call)


@contextmanager
def quietly() -> Iterator[None]:
    """Record what happens inside as an import, or what is nobody else's affair: readers that alert or push decline."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)


@contextmanager
def happened_at(moment: dt.datetime) -> Iterator[None]:
    """Record what happens inside as having happened then: imports and the demo tell of the past."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)


def record(actor: Any | None, verb: str, thing: Any, **facts: Any) -> Activity:
    """Write down that `actor` (None: the network itself) did this to the thing, and hand it to the readers."""
    quiet = _quiet.get()
    db = session()
    db.flush()
    kind = kinds.of(thing)
    room = None if quiet else kind.room(thing)
    activity = Activity(
        at=_moment.get() or utcnow(),
        actor_id=actor.id if actor is not None else None,
        verb=verb,
        kind=kind.name,
        thing_id=thing.id,
        room=room,
        seq=_next_seq(room) if room else None,
        facts=facts,
        quiet=quiet,
    )
    db.add(activity)
    db.flush()
    for call in _recorded:
        call(activity)
    return activity


def _next_seq(room: str) -> int:
    insert = sqlite.insert if database().is_sqlite else postgresql.insert
    statement = (
        insert(LiveRoom)
        .values(name=room, seq=1)
        .on_conflict_do_update(index_elements=[LiveRoom.name], set_={"seq": LiveRoom.seq + 1})
        .returning(LiveRoom.seq)
    )
    return session().execute(statement).scalar_one()


def seq_of(room: str) -> int:
    """The last number given in a live room; 0 before its first deed."""
    return session().scalar(select(LiveRoom.seq).where(LiveRoom.name == room)) or 0


def seqs_of(rooms: Iterable[str]) -> dict[str, int]:
    """The last number given in each of several live rooms; those without a deed yet are left out."""
    statement = select(LiveRoom.name, LiveRoom.seq).where(LiveRoom.name.in_(list(rooms)))
    return dict(session().execute(statement).all())


def heard_after(room: str, seq: int, limit: int = 200) -> list[Activity]:
    """What happened in a live room after a number, in order."""
    statement = select(Activity).where(Activity.room == room, Activity.seq > seq).order_by(Activity.seq).limit(limit)
    return list(session().scalars(statement))
