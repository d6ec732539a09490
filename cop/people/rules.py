"""Who may do what with a person's page, and with the network itself."""

from typing import Any

from sqlalchemy import ColumnElement, String, cast, false, or_

from cop.core import policy
from cop.core.login import SignIn
from cop.core.policy import Act
from cop.people.models import Address, Person


def is_signed_in(person: Any | None, thing: Any) -> bool:
    """Somebody is signed in."""
    return person is not None


def is_self(person: Any | None, thing: Person) -> bool:
    """It is the person's own."""
    return person is not None and person.id == thing.id


def is_known(person: Any | None, thing: Person) -> bool:
    """There is somebody to see: not deleted, not suspended."""
    return thing.status in {"active", "placeholder"}


def is_public(person: Any | None, thing: Person) -> bool:
    """The owner made something public, so that everyone may see the page, as far as it is public."""
    return "public" in thing.visibility.values()


def is_manager(person: Any | None, thing: Any) -> bool:
    """The person runs the network."""
    return person is not None and person.is_manager


def is_unclaimed(person: Any | None, thing: Person) -> bool:
    """It is an imported author whom nobody has claimed."""
    return thing.is_placeholder


def is_owner(person: Any | None, thing: Address | SignIn) -> bool:
    """It belongs to the person."""
    return person is not None and thing.person_id == person.id


RULES: dict[Act, policy.Alternatives] = {
    Act.READ: [[is_signed_in, is_known], [is_known, is_public], [is_self]],
    Act.EDIT: [[is_self]],
    Act.START: [[is_self]],
    Act.INVITE: [[is_manager, is_unclaimed]],
}
OWN_RULES: dict[Act, policy.Alternatives] = {Act.READ: [[is_owner]], Act.EDIT: [[is_owner]]}
"""Addresses and sign-ins are their owner's alone."""


def readable(person: Any | None) -> ColumnElement[bool]:
    """READ in SQL. Lists of people are for signed-in people; the public finds them by what they made public."""
    if person is None:
        return false()
    return or_(Person.status.in_(["active", "placeholder"]), Person.id == person.id)


def opened(person: Any | None) -> ColumnElement[bool]:
    """Whose pages somebody may open, in SQL: READ, for who looks for some by name and gets no list of all.

    The status is concatenated, so that names find people, and not the index of all of them by status.
    """
    known = Person.status.concat("").in_(["active", "placeholder"])
    return known if person is not None else known & cast(Person.visibility, String).contains('"public"')


policy.register(Person, RULES, readable)
policy.register(Address, OWN_RULES)
policy.register(SignIn, OWN_RULES)
