"""Questions about lists of people. Each takes the person who asks and answers only what is theirs.

Who is out of sight stands on no list, in no number and under no name, until they can be seen again.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from cop.core import policy
from cop.core.db import is_writing, session
from cop.core.paging import pages_of
from cop.core.policy import Act, Unseen
from cop.lists.models import PersonList, PersonListEntry
from cop.people.models import Person
from cop.people.shown import ShownPerson, shown

EACH_PAGE = 20


def own_lists(reader: Person) -> list[PersonList]:
    """The reader's lists, by name."""
    found = session().scalars(select(PersonList).where(policy.readable(reader, PersonList)))
    return sorted(found, key=lambda each: (each.name.casefold(), each.id))


@dataclass(frozen=True)
class Row:
    """One of the reader's lists, and how many stand on it."""

    person_list: PersonList
    people: int


def rows(reader: Person) -> list[Row]:
    """The reader's lists with their numbers, by name."""
    statement = (
        select(PersonListEntry.list_id, func.count())
        .join(Person, Person.id == PersonListEntry.person_id)
        .join(PersonList, PersonList.id == PersonListEntry.list_id)
        .where(policy.readable(reader, PersonList), *_standing(reader))
        .group_by(PersonListEntry.list_id)
    )
    numbers: dict[int, int] = dict(session().execute(statement).all())
    return [Row(each, numbers.get(each.id, 0)) for each in own_lists(reader)]


def _standing(reader: Person) -> list[ColumnElement[bool]]:
    """An entry whose person stands on the list, and may be seen."""
    return [PersonListEntry.removed_at.is_(None), policy.readable(reader, Person)]


def number_on(reader: Person, found: PersonList) -> int:
    """How many people stand on a list."""
    statement = (
        select(func.count())
        .select_from(PersonListEntry)
        .join(Person, Person.id == PersonListEntry.person_id)
        .where(PersonListEntry.list_id == found.id, *_standing(reader))
    )
    return session().scalar(statement) or 0


@dataclass(frozen=True)
class Entry:
    """Somebody on a list, as its owner may see them now."""

    person: ShownPerson
    note: str
    added_at: dt.datetime


@dataclass(frozen=True)
class OpenList:
    """A page of a list: who was added last comes first."""

    person_list: PersonList
    entries: list[Entry]
    people: list[Person]
    total: int

    @property
    def pages(self) -> int:
        """How many pages it has."""
        return pages_of(self.total, EACH_PAGE)


def open_list(reader: Person, id: int, page: int = 1) -> OpenList:
    """A list of the reader's. Raises Unseen."""
    found = policy.access(reader, PersonList, id, Act.READ)
    statement = (
        select(PersonListEntry, Person)
        .join(Person, Person.id == PersonListEntry.person_id)
        .where(PersonListEntry.list_id == found.id, *_standing(reader))
        .order_by(PersonListEntry.added_at.desc(), PersonListEntry.person_id)
        .offset((page - 1) * EACH_PAGE)
        .limit(EACH_PAGE)
    )
    rows = session().execute(statement).all()
    return OpenList(
        person_list=found,
        entries=[Entry(shown(person, reader), entry.note, entry.added_at) for entry, person in rows],
        people=[person for _entry, person in rows],
        total=number_on(reader, found),
    )


def entry_of(reader: Person, id: int, handle: str) -> tuple[PersonList, PersonListEntry, Person]:
    """Somebody who stands on a list of the reader's, to be changed there. Raises Unseen."""
    found = policy.access(reader, PersonList, id, Act.EDIT)
    statement = (
        select(PersonListEntry, Person)
        .join(Person, Person.id == PersonListEntry.person_id)
        .where(PersonListEntry.list_id == found.id, Person.handle == handle, *_standing(reader))
    )
    if is_writing():
        statement = statement.with_for_update(of=PersonListEntry)
    row = session().execute(statement).first()
    if row is None:
        raise Unseen
    return found, row[0], row[1]


def taken_off(reader: Person, found: PersonList, handle: str) -> ShownPerson | None:
    """Somebody who was taken off a list last and can be put back, if they may be seen."""
    statement = (
        select(Person)
        .join(PersonListEntry, PersonListEntry.person_id == Person.id)
        .where(
            PersonListEntry.list_id == found.id,
            PersonListEntry.removed_at.is_not(None),
            Person.handle == handle,
            policy.readable(reader, Person),
        )
    )
    person = session().scalar(statement)
    return shown(person, reader) if person is not None else None


@dataclass(frozen=True)
class Choice:
    """For one person: the reader's lists on which they stand, and the others."""

    person: ShownPerson
    on: list[PersonList]
    off: list[PersonList]


def choices(reader: Person, people: Sequence[ShownPerson]) -> dict[int, Choice]:
    """On which of the reader's lists each of some people stands; two queries for all of them."""
    own = own_lists(reader)
    statement = (
        select(PersonListEntry.person_id, PersonListEntry.list_id)
        .join(PersonList, PersonList.id == PersonListEntry.list_id)
        .where(
            policy.readable(reader, PersonList),
            PersonListEntry.person_id.in_([each.id for each in people]),
            PersonListEntry.removed_at.is_(None),
        )
    )
    standing = {(person_id, list_id) for person_id, list_id in session().execute(statement)} if own else set()
    return {
        person.id: Choice(
            person,
            [each for each in own if (person.id, each.id) in standing],
            [each for each in own if (person.id, each.id) not in standing],
        )
        for person in people
    }
