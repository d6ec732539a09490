"""Which letter an account gets: decided by a job, so that a request takes as long for an address nobody has."""

from collections.abc import Callable
from typing import Any

from cop.core import letters, links
from cop.core.db import session, unit_of_work
from cop.people import queries
from cop.people.models import Address, Person
from cop.people.service import accounts

RESET_HOURS = 2


def write(payload: dict[str, Any]) -> None:
    """The job: write one letter."""
    with unit_of_work():
        LETTERS[payload["letter"]](payload)


def _verify(payload: dict[str, Any]) -> None:
    """To prove an address; or, where it has an account already, a word to its owner."""
    entry = session().get(Address, payload["address_id"])
    if entry is None or entry.verified_at is not None:
        return
    person = session().get_one(Person, entry.person_id)
    is_new = person.status == "new"
    if queries.owner_of(entry.address) is not None:
        letters.post(entry.address, "known_sign_up" if is_new else "known_address")
        if is_new:
            accounts.discard_new(person.id)
        return
    token = links.sign("verify", [entry.id, payload["nonce"], payload["claims"]])
    letters.post(
        entry.address,
        "verify_sign_up" if is_new else "verify_address",
        name=person.name,
        url=links.absolute(f"/verify/{token}"),
        hours=accounts.VERIFY_HOURS,
    )


def _reset(payload: dict[str, Any]) -> None:
    """With a link to a new password, if the address has an account that may sign in."""
    person = queries.owner_of(payload["address"])
    if person is None or not person.may_sign_in:
        return
    token = links.sign("reset", [person.id, queries.password_mark(person)])
    letters.post(
        payload["address"], "reset", name=person.name, url=links.absolute(f"/reset/{token}"), hours=RESET_HOURS
    )


def _password_changed(payload: dict[str, Any]) -> None:
    person = session().get(Person, payload["person_id"])
    address = queries.primary_address(person) if person is not None else None
    if person is not None and address is not None:
        letters.post(address, "password_changed", name=person.name)


def _address_added(payload: dict[str, Any]) -> None:
    person = session().get(Person, payload["person_id"])
    address = queries.primary_address(person) if person is not None else None
    if person is not None and address is not None and address != payload["address"]:
        letters.post(address, "address_added", name=person.name, address=payload["address"])


LETTERS: dict[str, Callable[[dict[str, Any]], None]] = {
    "verify": _verify,
    "reset": _reset,
    "password changed": _password_changed,
    "address added": _address_added,
}
