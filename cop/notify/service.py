"""What happens to alerts. None of it commits."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, bindparam, cast, delete, exists, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from cop.core.activity import Activity
from cop.core.db import database, session, utcnow
from cop.core.marks import Mark
from cop.notify.models import Alert
from cop.notify.queries import together
from cop.people.models import Person


def alert(activity: Activity, reasons: Mapping[int, str]) -> set[int]:
    """Tell people of a deed, each once for ever; returns whom. What somebody has read by now is no news to them."""
    if not reasons:
        return set()
    read = _have_read(activity, reasons)
    now = utcnow()
    rows = [
        {
            "person_id": person,
            "activity_id": activity.id,
            "reason": reason,
            "at": activity.at,
            "read_at": now if person in read else None,
        }
        for person, reason in reasons.items()
    ]
    insert = sqlite.insert if database().is_sqlite else postgresql.insert
    for some in together(rows):
        session().execute(insert(Alert).values(list(some)).on_conflict_do_nothing())
    return set(reasons) - read


def _have_read(activity: Activity, people: Iterable[int]) -> set[int]:
    """Those who had the thing on their screen before the alert was written."""
    number = activity.facts.get("number")
    if number is None or activity.room is None:
        return set()
    statement = select(Mark.person_id).where(
        _room_of_mark() == activity.room, Mark.number >= number, Mark.person_id.in_(list(people))
    )
    return set(session().scalars(statement))


def _room_of_mark() -> ColumnElement[str]:
    return Mark.kind + ":" + cast(Mark.thing_id, String)


def mark_what_was_read(person: Any) -> None:
    """Mark the alerts read whose things the person's marks have passed."""
    session().execute(_MARK_PASSED, {"person": person.id, "now": utcnow()}, execution_options=_AS_IS)


def mark_read(person: Person, activity_ids: Sequence[int]) -> None:
    """Mark some of a person's alerts read."""
    _mark(person, Alert.activity_id.in_(activity_ids))


def mark_all_read(person: Person, upto: int) -> None:
    """Mark all alerts read that the person's page could show; what came later stays new."""
    _mark(person, Alert.activity_id <= upto)


def _mark(person: Any, which: ColumnElement[bool]) -> None:
    session().execute(_MARK.where(which), {"person": person.id, "now": utcnow()}, execution_options=_AS_IS)


_AS_IS = {"synchronize_session": False}
_MARK = (
    update(Alert)
    .where(Alert.person_id == bindparam("person"), Alert.read_at.is_(None))
    .values(read_at=bindparam("now"))
)
_MARK_PASSED = _MARK.where(
    exists(Activity.id).where(
        Activity.id == Alert.activity_id,
        Mark.person_id == bindparam("person"),
        _room_of_mark() == Activity.room,
        Activity.facts["number"].as_integer() <= Mark.number,
    )
)
"""Built once: each reply and each look at a topic asks it."""


def settle(activity: Activity, verb: str, by: int | None, to: int | None) -> set[int]:
    """Take away the alerts of earlier deeds on the same thing that this one answers; returns whose they were."""
    conditions = [
        Activity.kind == activity.kind,
        Activity.thing_id == activity.thing_id,
        Activity.verb == verb,
        Activity.id < activity.id,
    ]
    if by is not None:
        conditions.append(Activity.actor_id == by)
    if to is not None:
        conditions.append(Alert.person_id == to)
    statement = select(Alert.person_id, Alert.activity_id).join(Activity, Activity.id == Alert.activity_id)
    return take_away([(person, deed) for person, deed in session().execute(statement.where(*conditions))])


def take_away(keys: Sequence[tuple[int, int]]) -> set[int]:
    """Take away alerts, each by its person and deed; returns whose they were."""
    for some in together(keys):
        session().execute(delete(Alert).where(tuple_(Alert.person_id, Alert.activity_id).in_(some)))
    return {person for person, _activity in keys}
