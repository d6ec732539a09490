"""Signing up, verifying, and passwords.

Nothing here says whether an address has an account: whoever signs up or resets goes the same way, and a job decides
which letter is written. The hash of a password is made before the unit of work opens.
"""

import datetime as dt
import secrets
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from cop.core import login, outbox
from cop.core.activity import record
from cop.core.db import session, unit_of_work, utcnow
from cop.core.links import BadLink
from cop.core.markup import Rendered, one_line
from cop.people import handles, passwords, queries
from cop.people.models import Address, Password, Person

LETTER = "people-letter"
FORGET_NEW = "people-forget-new"
VERIFY_HOURS = 48
NEW_KEPT = dt.timedelta(hours=VERIFY_HOURS + 24)
HANDLES_TRIED = 5


class AddressTaken(Exception):
    """Another account verified the address first."""


def create_person(name: str, address: str, hash: str, is_manager: bool = False) -> Person:
    """Make an account at once, its address taken as verified: somebody came by its letter, or an operator says so.

    Raises AddressTaken.
    """
    if queries.owner_of(address) is not None:
        raise AddressTaken
    person = _with_handle(Person(name=name, is_manager=is_manager))
    entry = Address(person_id=person.id, address=address, verified_at=utcnow(), is_primary=True)
    session().add_all([entry, Password(person_id=person.id, hash=hash)])
    try:
        session().flush()
    except IntegrityError:
        raise AddressTaken from None
    _forget_rivals(entry)
    record(person, "signed up", person)
    return person


def create_placeholder(name: str, origin: str, about: Rendered, joined_at: dt.datetime | None) -> Person:
    """Make an imported author: nobody's account, until somebody claims it."""
    placeholder = Person(
        name=one_line(name),
        status="placeholder",
        origin=origin,
        about=about.source,
        about_html=str(about.html),
        joined_at=joined_at or utcnow(),
    )
    record(None, "imported", _with_handle(placeholder))
    return placeholder


def make_manager(person: Person) -> None:
    """Let somebody run the network; only an operator can."""
    person.is_manager = True
    record(None, "made manager", person)


def _with_handle(person: Person) -> Person:
    """Give a person a free handle; when another takes it in the same moment, the next one."""
    for _attempt in range(HANDLES_TRIED):
        person.handle = handles.free_handle(person.name)
        try:
            with session().begin_nested():
                session().add(person)
                session().flush()
        except IntegrityError:
            continue
        return person
    raise RuntimeError(f"no handle was free for person {person.name!r}")


def sign_up(name: str, address: str, hash: str, nonce: str, claims: Person | None = None) -> Person:
    """Begin an account: it stays `new`, seen by nobody, until its address is verified.

    `nonce` is known to the browser that signed up. `claims`: the imported author that this account is to become.
    """
    person = Person(name=name, status="new", handle=f"new-{secrets.token_hex(12)}")
    session().add(person)
    session().flush()
    entry = Address(person_id=person.id, address=address, is_primary=True)
    session().add_all([entry, Password(person_id=person.id, hash=hash)])
    session().flush()
    outbox.schedule(
        LETTER,
        {"letter": "verify", "address_id": entry.id, "nonce": nonce, "claims": claims.id if claims else None},
    )
    outbox.schedule(FORGET_NEW, {"person_id": person.id}, due_at=utcnow() + NEW_KEPT)
    return person


def forget_new(payload: dict[str, Any]) -> None:
    """A job: forget an account whose address was never verified."""
    with unit_of_work():
        discard_new(payload["person_id"])


def discard_new(person_id: int) -> None:
    """Delete an account that was begun and never verified; nothing, if it was."""
    session().execute(delete(Person).where(Person.id == person_id, Person.status == "new"))


def verify(address_id: int, claims: int | None = None) -> Person:
    """Count an address as its person's from now on; a new account begins with this, or becomes the author it claims.

    Raises BadLink when the address was taken back, AddressTaken when another account verified it first.
    """
    entry = session().scalar(select(Address).where(Address.id == address_id).with_for_update())
    if entry is None:
        raise BadLink
    person = session().get_one(Person, entry.person_id)
    if entry.verified_at is not None:
        return person
    entry.verified_at = utcnow()
    try:
        session().flush()
    except IntegrityError:
        raise AddressTaken from None
    _forget_rivals(entry)
    if person.status != "new":
        record(person, "added address", person)
        outbox.schedule(LETTER, {"letter": "address added", "person_id": person.id, "address": entry.address})
        return person
    return _become(person, entry, claims)


def _forget_rivals(entry: Address) -> None:
    """Whoever else began an account with this address, and cannot finish it now, is forgotten."""
    begun = select(Address.person_id).where(Address.address == entry.address, Address.id != entry.id)
    session().execute(
        delete(Person).where(Person.id.in_(begun), Person.status == "new").execution_options(synchronize_session=False)
    )


def _become(person: Person, entry: Address, claims: int | None) -> Person:
    placeholder = session().get(Person, claims, with_for_update=True) if claims is not None else None
    if placeholder is not None and placeholder.is_placeholder:
        return _become_author(person, entry, placeholder)
    person.status, person.joined_at = "active", utcnow()
    _with_handle(person)
    record(person, "signed up", person)
    return person


def _become_author(person: Person, entry: Address, placeholder: Person) -> Person:
    """The imported author becomes the account: their writing is theirs without being touched."""
    entry.person_id = placeholder.id
    session().flush()
    session().execute(update(Password).where(Password.person_id == person.id).values(person_id=placeholder.id))
    placeholder.status = "active"
    session().flush()
    session().expunge(person)
    discard_new(person.id)
    record(placeholder, "claimed", placeholder)
    return placeholder


def person_for(address: str, password: str) -> Person | None:
    """Who signs in with this address and password. Slow, and equally so for an address that nobody has."""
    found = queries.password_of(address)
    person, hash = found if found is not None else (None, None)
    return person if passwords.matches(hash, password) else None


def strengthen(person: Person, password: str) -> str | None:
    """A new hash for a password that was just right, when its own was made with weaker numbers. Slow."""
    stored = session().get(Password, person.id)
    return passwords.hashed(password) if stored is not None and passwords.needs_hashing(stored.hash) else None


def ask_reset(address: str) -> None:
    """Ask for a letter with a link to a new password; it is written only if the address has an account."""
    outbox.schedule(LETTER, {"letter": "reset", "address": address})


def set_password(person: Person, hash: str) -> None:
    """Store a hash, without more ado."""
    stored = session().get(Password, person.id)
    if stored is None:
        session().add(Password(person_id=person.id, hash=hash))
    else:
        stored.hash, stored.changed_at = hash, utcnow()


def change_password(person: Person, hash: str, keep: int | None) -> None:
    """Change a password and sign out everywhere, but for the sign-in that it is changed in; a letter says so."""
    set_password(person, hash)
    login.end_others(person, keep)
    record(person, "changed password", person)
    outbox.schedule(LETTER, {"letter": "password changed", "person_id": person.id})
