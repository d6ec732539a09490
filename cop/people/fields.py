"""What the network asks of everybody beside what every profile has: which fields there are, and who answered what."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Select, String, cast, func, select, text
from sqlalchemy.orm import joinedload

from cop.core import policy
from cop.core.db import database, is_writing, session
from cop.core.policy import Act
from cop.people.models import Person, ProfileAnswer, ProfileField
from cop.people.shown import is_among

T = TypeVar("T")


def asked(reader: Person) -> list[ProfileField]:
    """What the network asks, in its order. In a unit of work it stays so until that ends: ask this before all else."""
    if is_writing():
        _lock("SHARE")
    statement = (
        select(ProfileField)
        .where(policy.readable(reader, ProfileField), ProfileField.withdrawn_at.is_(None))
        .order_by(ProfileField.place, ProfileField.id)
    )
    return list(session().scalars(statement))


def is_any_asked() -> bool:
    """Whether the network asks anything."""
    return session().scalar(select(ProfileField.id).where(ProfileField.withdrawn_at.is_(None)).limit(1)) is not None


def in_groups(items: Iterable[tuple[str, T]]) -> list[tuple[str, list[T]]]:
    """Things by the name of their group, in the order of the first of each."""
    groups: dict[str, list[T]] = {}
    for name, item in items:
        groups.setdefault(name, []).append(item)
    return list(groups.items())


# -- answers ----------------------------------------------------------------------------------------------------------


def with_answers() -> Any:
    """Load people with what they answered, in the same statement."""
    return joinedload(Person.answers).joinedload(ProfileAnswer.field)


def load_answers(person: Person) -> None:
    """Have what somebody answered and what they chose in fields that take several, in one statement."""
    statement = select(Person).where(Person.id == person.id).options(joinedload(Person.traits), with_answers())
    session().scalars(statement).unique().one()


class ShownAnswer(NamedTuple):
    """An answer that a reader may see."""

    label: str
    sort: str
    values: Sequence[str]


def shown_answers(reader: Person | None, person: Person) -> list[tuple[str, list[ShownAnswer]]]:
    """What a reader may see of somebody's answers, which are loaded, by group."""
    return in_groups(
        (each.field.group_name, ShownAnswer(each.field.label, each.field.sort, each.values))
        for each in person.given_answers
        if is_among(reader, person, each.audience)
    )


def own_answers(person: Person) -> dict[int, ProfileAnswer]:
    """What somebody answered, and to whom they show it, by field: for themselves."""
    found = session().scalars(select(ProfileAnswer).where(ProfileAnswer.person_id == person.id))
    return {each.field_id: each for each in found}


def is_given() -> ColumnElement[bool]:
    """Something was answered, in SQL."""
    return cast(ProfileAnswer.values, String) != "[]"


def answered_by(field: ProfileField) -> Select[Any]:
    """The ids of those who answered, as a select."""
    return select(ProfileAnswer.person_id).where(ProfileAnswer.field_id == field.id, is_given())


# -- for managers -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A field, and how many have answered it."""

    field: ProfileField
    answers: int


@dataclass(frozen=True)
class Kept:
    """Every field of the network."""

    groups: list[tuple[str, list[Row]]]
    withdrawn: list[Row]


def kept(manager: Person) -> Kept:
    """What is asked, by group and in order, and what was withdrawn, the latest first; each with a number only."""
    policy.require(manager, Act.RUN, manager)
    counting = select(ProfileAnswer.field_id, func.count()).where(is_given()).group_by(ProfileAnswer.field_id)
    numbers: dict[int, int] = dict(session().execute(counting).all())
    fields = session().scalars(select(ProfileField).order_by(ProfileField.place, ProfileField.id)).all()
    rows = [Row(each, numbers.get(each.id, 0)) for each in fields]
    return Kept(
        groups=in_groups((row.field.group_name, row) for row in rows if row.field.withdrawn_at is None),
        withdrawn=sorted(
            (row for row in rows if row.field.withdrawn_at is not None),
            key=lambda row: row.field.withdrawn_at or row.field.added_at,
            reverse=True,
        ),
    )


def group_names(manager: Person) -> list[str]:
    """The groups that there are, for who adds to one of them."""
    return [name for name, _rows in kept(manager).groups]


def alone() -> None:
    """Let nobody else change fields, or answer them, until this unit of work ends."""
    _lock("SHARE ROW EXCLUSIVE")


def _lock(mode: str) -> None:
    """Of the whole table, before any row: those who answer lock themselves next, and managers change many of them.

    SQLite's write lock does so by itself.
    """
    if not database().is_sqlite:
        session().execute(text(f"LOCK TABLE profile_fields IN {mode} MODE"))


def field_at(manager: Person, id: int) -> ProfileField:
    """A field that a manager may change; in a unit of work, alone. Raises Unseen or Refused."""
    if is_writing():
        alone()
    return policy.access(manager, ProfileField, id, Act.EDIT)


def number_of_answers(field: ProfileField) -> int:
    """How many have answered it."""
    return session().scalar(select(func.count()).select_from(answered_by(field).subquery())) or 0


def times_chosen(field: ProfileField) -> Counter[str]:
    """How many have chosen each choice, those that are none any more too."""
    answers = session().scalars(select(ProfileAnswer.values).where(ProfileAnswer.field_id == field.id))
    return Counter(value for values in answers for value in values)
