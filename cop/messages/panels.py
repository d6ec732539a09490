"""What the page of a person, or of several, shows to somebody who might write to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from cop.core import panels, policy
from cop.core.blocks import has_blocked
from cop.core.db import session
from cop.core.policy import Act
from cop.messages import queries
from cop.messages.models import PEOPLE_AT_MOST
from cop.people.models import Person
from cop.people.shown import ShownPerson, shown


@dataclass(frozen=True)
class Ways:
    """What the reader may do towards somebody."""

    person: ShownPerson
    is_blocked: bool


def write_to(reader: Any, person: Person) -> ShownPerson | None:
    """The button with which one writes to somebody."""
    return shown(person, reader) if policy.can(reader, Act.WRITE, person) else None


def ways_to(reader: Any, person: Person) -> Ways | None:
    """What to do about somebody whom one does not want to hear from."""
    if not policy.can(reader, Act.BLOCK, person):
        return None
    return Ways(shown(person, reader), has_blocked(reader.id, person.id))


def write_to_each(reader: Person, people: Sequence[Person]) -> Mapping[int, ShownPerson]:
    """The way to write to each of several people who takes messages."""
    return {each.id: shown(each, reader) for each in queries.writable_of(reader, people)}


def write_beside(reader: Person | None, people: Sequence[ShownPerson]) -> Mapping[int, ShownPerson]:
    """The same beside each person who was found."""
    if reader is None or not people:
        return {}
    rows = session().scalars(select(Person).where(Person.id.in_([each.id for each in people]))).all()
    return write_to_each(reader, rows)


@dataclass(frozen=True)
class Together:
    """Those of several people to whom the reader may write."""

    handles: list[str]
    is_everybody: bool
    most: int = PEOPLE_AT_MOST

    @property
    def number(self) -> int:
        """How many they are."""
        return len(self.handles)

    @property
    def to(self) -> str:
        """They, as the form for a new message takes them."""
        return " ".join(self.handles)

    @property
    def fits(self) -> bool:
        """Whether one conversation holds them and the reader."""
        return self.number < self.most


def write_together(reader: Person, people: Sequence[Person]) -> Together | None:
    """The way to write to several people at once."""
    handles = [each.handle for each in queries.writable_of(reader, people)]
    return Together(handles, len(handles) == len(people)) if len(handles) > 1 else None


def register() -> None:
    """Put the panels in their places: on phones the lead stands before everything else."""
    panels.register(panels.Panel("person-lead", "messages/panels/write.html", write_to, 5))
    panels.register(panels.Panel("person-acts", "messages/panels/ways.html", ways_to))
    panels.register(panels.Panel("listed-person", "messages/panels/write_small.html", write_to_each))
    panels.register(panels.Panel("person-result-acts", "messages/panels/write_small.html", write_beside, 5))
    panels.register(panels.Panel("facilitator-acts", "messages/panels/write_small.html", write_beside))
    panels.register(panels.Panel("list", "messages/panels/write_together.html", write_together))
