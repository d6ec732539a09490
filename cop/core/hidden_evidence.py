"""What people do not want to have shown as evidence about themselves: one table for every kind, by (kind, id).

The thing stays where it is and is found as before; it only says nothing about this one of its authors any more.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from cop.core import kinds, policy
from cop.core.db import Base, session, utcnow


class HiddenEvidence(Base):
    """One thing that one of its authors has hidden as evidence about themselves."""

    __tablename__ = "hidden_evidence"
    __table_args__ = (Index("ix_hidden_evidence_thing", "kind", "thing_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    thing_id: Mapped[int] = mapped_column(primary_key=True)
    hidden_at: Mapped[dt.datetime] = mapped_column(default=utcnow)


def hide(person: Any, thing: Any) -> bool:
    """Hide it; False when it was hidden before."""
    name = kinds.of(thing).name
    if session().get(HiddenEvidence, (person.id, name, thing.id)) is not None:
        return False
    session().add(HiddenEvidence(person_id=person.id, kind=name, thing_id=thing.id))
    session().flush()
    return True


def restore(person: Any, thing: Any) -> bool:
    """Let it be evidence again; False when it was not hidden."""
    result = session().execute(
        delete(HiddenEvidence).where(
            HiddenEvidence.person_id == person.id,
            HiddenEvidence.kind == kinds.of(thing).name,
            HiddenEvidence.thing_id == thing.id,
        )
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]


def hidden_by(person_ids: Iterable[int]) -> dict[int, list[tuple[str, int]]]:
    """What some people have hidden, by person, as `(kind, id)`, the latest first; others are left out."""
    statement = (
        select(HiddenEvidence.person_id, HiddenEvidence.kind, HiddenEvidence.thing_id)
        .where(HiddenEvidence.person_id.in_(list(person_ids)))
        .order_by(HiddenEvidence.hidden_at.desc(), HiddenEvidence.thing_id.desc())
    )
    found: dict[int, list[tuple[str, int]]] = {}
    for person_id, kind, thing_id in session().execute(statement):
        found.setdefault(person_id, []).append((kind, thing_id))
    return found


def hiders(kind: str, ids: Iterable[int]) -> dict[int, set[int]]:
    """Ids of the people who have hidden some things, by thing; those that nobody hid are left out."""
    statement = select(HiddenEvidence.thing_id, HiddenEvidence.person_id).where(
        HiddenEvidence.kind == kind, HiddenEvidence.thing_id.in_(list(ids))
    )
    found: dict[int, set[int]] = {}
    for thing_id, person_id in session().execute(statement):
        found.setdefault(thing_id, set()).add(person_id)
    return found


def out_of_reach(person: Any) -> dict[str, Select[Any]]:
    """What somebody wrote, cannot read any more and has not hidden: the ids of each kind, as selects.

    Others who can read it may still be shown it as evidence, as after its author has left a community for members.
    """
    found = {}
    for kind in kinds.all_kinds():
        written = kind.written_by(person.id)
        if written is not None:
            hidden = select(HiddenEvidence.thing_id).where(
                HiddenEvidence.person_id == person.id, HiddenEvidence.kind == kind.name
            )
            found[kind.name] = written.where(~policy.readable(person, kind.model), kind.model.id.not_in(hidden))
    return found


def is_any_out_of_reach(person: Any) -> bool:
    """Whether there is such a thing. How many, and where, is not theirs to know."""
    return any(session().scalar(select(ids.exists())) for ids in out_of_reach(person).values())
