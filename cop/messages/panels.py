"""What a person's page shows to somebody who might write to them."""

from dataclasses import dataclass
from typing import Any

from cop.core import panels, policy
from cop.core.policy import Act
from cop.messages.rules import has_blocked
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


def register() -> None:
    """Put the panels in their places: on phones the lead stands before everything else."""
    panels.register(panels.Panel("person-lead", "messages/panels/write.html", write_to, 5))
    panels.register(panels.Panel("person-acts", "messages/panels/ways.html", ways_to))
