"""Beside a person: on which of the reader's lists they stand, and the form that puts them on one."""

from collections.abc import Mapping, Sequence

from cop.core import panels, policy
from cop.core.policy import Act
from cop.lists import queries
from cop.lists.queries import Choice
from cop.people.models import Person
from cop.people.shown import ShownPerson, shown


def save(reader: Person | None, person: Person) -> Choice | None:
    """On the page of a person."""
    if reader is None or not policy.can(reader, Act.SAVE, person):
        return None
    return queries.choices(reader, [shown(person, reader)])[person.id]


def save_each(reader: Person | None, people: Sequence[ShownPerson]) -> Mapping[int, Choice]:
    """Beside each person who was found; they may be seen, or they would not be there."""
    others = [each for each in people if reader is not None and each.id != reader.id]
    return queries.choices(reader, others) if reader is not None and others else {}


def register() -> None:
    """Put the panels in their places."""
    panels.register(panels.Panel("person-lead", "lists/panels/save.html", save, 10))
    panels.register(panels.Panel("person-result-acts", "lists/panels/save.html", save_each))
