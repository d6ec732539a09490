"""Who may do what with a person's page, and with the network itself."""

from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, false, or_, true
from sqlalchemy.orm.attributes import set_committed_value

from cop.core import policy
from cop.core.blocks import has_blocked
from cop.core.db import session
from cop.core.i18n import lazy as _
from cop.core.login import SignIn
from cop.core.policy import Act, because
from cop.people.models import Address, Person, ProfileField, Statement


def is_signed_in(person: Any | None, thing: Any) -> bool:
    """Somebody is signed in."""
    return person is not None


def is_self(person: Any | None, thing: Person) -> bool:
    """It is the person's own."""
    return person is not None and person.id == thing.id


@because(_("This is you."))
def is_somebody_else(person: Any | None, thing: Person) -> bool:
    """It is not the person's own self."""
    return person is not None and person.id != thing.id


@because(_("You have blocked this person. Unblock them first."))
def is_not_blocked(person: Any | None, thing: Person) -> bool:
    """The person wants to hear from the other."""
    return person is not None and not has_blocked(person.id, thing.id)


def is_known(person: Any | None, thing: Person) -> bool:
    """There is somebody to see: not deleted, not suspended."""
    return thing.status in {"active", "placeholder"}


def is_public(person: Any | None, thing: Person) -> bool:
    """The owner made something public, so that everyone may see the page, as far as it is public."""
    return thing.is_public


def is_manager(person: Any | None, thing: Any) -> bool:
    """The person runs the network."""
    return person is not None and person.is_manager


@because(_("Only the people who run this network see that."))
def runs_the_network(person: Any | None, thing: Any) -> bool:
    """The person runs the network."""
    return is_manager(person, thing)


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
    Act.FOLLOW: [[is_signed_in, is_known, is_somebody_else, is_not_blocked]],
    Act.RUN: [[is_self, runs_the_network]],
}
OWN_RULES: dict[Act, policy.Alternatives] = {Act.READ: [[is_owner]], Act.EDIT: [[is_owner]]}
"""Addresses and sign-ins are their owner's alone."""


def person_of(statement: Statement) -> Person:
    """Whose statement it is, loaded once and then kept with it."""
    if "person" not in statement.__dict__:
        set_committed_value(statement, "person", session().get_one(Person, statement.person_id))
    return statement.person


def reads_statement(person: Any | None, statement: Statement) -> bool:
    """It is not hidden, the person is among those whom it is for, and its author is neither suspended nor deleted."""
    if statement.hidden_at is not None or statement.audience not in policy.audiences(person):
        return False
    return is_known(person, person_of(statement))


def said_it(person: Any | None, statement: Statement) -> bool:
    """It is the person's own."""
    return person is not None and person.id == statement.person_id


def hidden_by_its_author(person: Any | None, statement: Statement) -> bool:
    """The person took their own statement away, and may put it back."""
    return statement.hidden_at is not None and statement.hidden_by_id == statement.person_id


def hidden_by_a_manager(person: Any | None, statement: Statement) -> bool:
    """Those who run the network took it away."""
    return statement.hidden_at is not None and statement.hidden_by_id != statement.person_id


STATEMENT_RULES: dict[Act, policy.Alternatives] = {
    Act.READ: [[reads_statement], [said_it], [is_manager, hidden_by_a_manager]],
    Act.HIDE: [[said_it], [is_manager, reads_statement]],
    Act.RESTORE: [[said_it, hidden_by_its_author], [is_manager, hidden_by_a_manager]],
}


def readable_statements(person: Any | None) -> ColumnElement[bool]:
    """READ of a statement in SQL."""
    known = exists().where(Person.id == Statement.person_id, Person.status.in_(["active", "placeholder"]))
    for_them = and_(Statement.hidden_at.is_(None), Statement.audience.in_(policy.audiences(person)), known)
    if person is None:
        return for_them
    seen = or_(for_them, Statement.person_id == person.id)
    if not person.is_manager:
        return seen
    return or_(seen, and_(Statement.hidden_at.is_not(None), Statement.hidden_by_id != Statement.person_id))


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
    if person is not None:
        return known
    return known & or_(Person.has_public_answer, cast(Person.visibility, String).contains('"public"'))


def is_asked(person: Any | None, field: ProfileField) -> bool:
    """It was not withdrawn."""
    return field.withdrawn_at is None


FIELD_RULES: dict[Act, policy.Alternatives] = {
    Act.READ: [[is_signed_in, is_asked], [is_manager]],
    Act.EDIT: [[runs_the_network]],
}


def readable_fields(person: Any | None) -> ColumnElement[bool]:
    """READ of a field in SQL."""
    if person is None:
        return false()
    return true() if person.is_manager else ProfileField.withdrawn_at.is_(None)


policy.register(Person, RULES, readable)
policy.register(Statement, STATEMENT_RULES, readable_statements)
policy.register(ProfileField, FIELD_RULES, readable_fields)
policy.register(Address, OWN_RULES)
policy.register(SignIn, OWN_RULES)
