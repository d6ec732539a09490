"""A person's addresses: several may be verified, and one of those is the primary, to which letters go."""

from sqlalchemy import update

from cop.core import outbox
from cop.core.activity import record
from cop.core.db import session
from cop.core.i18n import gettext as _
from cop.people import queries
from cop.people.models import Address, Person
from cop.people.service.accounts import LETTER

MOST = 10


class Refusal(Exception):
    """It cannot be done; the text is a sentence for the person."""


def add_address(person: Person, address: str) -> Address:
    """Add an address and send it a link; whether somebody else has it is told to nobody but its owner."""
    own = queries.addresses_of(person)
    if any(entry.address == address for entry in own):
        raise Refusal(_("You have this address here already."))
    if len(own) >= MOST:
        raise Refusal(_("You have %(number)s addresses here. Remove one first.", number=len(own)))
    entry = Address(person_id=person.id, address=address)
    session().add(entry)
    session().flush()
    send_verification(entry)
    return entry


def send_verification(entry: Address) -> None:
    """Send the link that proves an address; once more if need be."""
    if entry.verified_at is None:
        outbox.schedule(LETTER, {"letter": "verify", "address_id": entry.id, "nonce": "", "claims": None})


def make_primary(person: Person, entry: Address) -> None:
    """Send letters to this address from now on."""
    if entry.verified_at is None:
        raise Refusal(_("Open the letter we sent to this address first; then it can be your main one."))
    if not entry.is_primary:
        session().execute(update(Address).where(Address.person_id == person.id).values(is_primary=False))
        entry.is_primary = True
        session().flush()
        record(person, "changed primary address", person)


def remove_address(person: Person, entry: Address) -> None:
    """Take an address away; never the primary, so that one verified address always stays."""
    if entry.is_primary:
        raise Refusal(_("This is your main address. Make another one your main address first."))
    session().delete(entry)
    session().flush()
    record(person, "removed address", person)
