"""Who may keep people on lists, and who sees these: their owner, and nobody else, whatever their role."""

from typing import Any

from sqlalchemy import ColumnElement, false

from cop.core import policy
from cop.core.policy import Act
from cop.lists.models import PersonList
from cop.people.models import Person
from cop.people.rules import is_known, is_signed_in, is_somebody_else


def is_owner(person: Any | None, thing: PersonList) -> bool:
    """It is the person's own."""
    return person is not None and person.id == thing.owner_id


PERSON_RULES: dict[Act, policy.Alternatives] = {Act.SAVE: [[is_signed_in, is_known, is_somebody_else]]}
LIST_RULES: dict[Act, policy.Alternatives] = {Act.READ: [[is_owner]], Act.EDIT: [[is_owner]]}


def readable(person: Any | None) -> ColumnElement[bool]:
    """READ in SQL."""
    return PersonList.owner_id == person.id if person is not None else false()


policy.add(Person, PERSON_RULES)
policy.register(PersonList, LIST_RULES, readable)
