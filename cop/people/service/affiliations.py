"""Where somebody works or learns: several at once, past ones kept. An affiliation ends, and nothing else ends with it.

What stands beside a person's name (`Person.role`, `Person.institution`) is their first present affiliation.
"""

from dataclasses import dataclass

from cop.core.activity import record
from cop.core.db import session
from cop.core.i18n import gettext as _
from cop.institutions.models import Institution
from cop.institutions.queries import with_domain_of
from cop.people import queries
from cop.people.models import Affiliation, Person

MOST = 20


class Refusal(Exception):
    """It cannot be done; the text is a sentence for the person."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """What a person says of an affiliation. See the columns of `Affiliation`."""

    name: str
    institution: Institution | None
    role: str
    began: str
    ended: str
    is_past: bool


def add_affiliation(person: Person, work: Work) -> Affiliation:
    """Add one after the others. Proved, if a verified address of theirs lies in the institution's own domain."""
    own = queries.affiliations_of(person)
    if len(own) >= MOST:
        raise Refusal(_("You have %(number)s entries here. Remove one first.", number=len(own)))
    affiliation = Affiliation(person_id=person.id, place=max((each.place for each in own), default=0) + 1)
    session().add(affiliation)
    _set(person, affiliation, work)
    return affiliation


def change_affiliation(person: Person, affiliation: Affiliation, work: Work) -> None:
    """Say it otherwise."""
    _set(person, affiliation, work)


def end_affiliation(person: Person, affiliation: Affiliation, ended: str) -> None:
    """It is past from now on; the account, its addresses and what was written go on."""
    affiliation.is_past, affiliation.ended = True, ended
    _settle(person)


def put_first(person: Person, affiliation: Affiliation) -> None:
    """Let it stand beside the person's name."""
    others = [each for each in queries.affiliations_of(person) if each.id != affiliation.id]
    for place, each in enumerate([affiliation, *others], 1):
        each.place = place
    _settle(person)


def remove_affiliation(person: Person, affiliation: Affiliation) -> None:
    """As if it had never been said."""
    session().delete(affiliation)
    _settle(person)


def _set(person: Person, affiliation: Affiliation, work: Work) -> None:
    affiliation.institution, affiliation.role = work.institution, work.role
    affiliation.name = work.institution.name if work.institution is not None else work.name
    affiliation.began, affiliation.ended, affiliation.is_past = work.began, work.ended, work.is_past
    affiliation.proved_domain = _proof(person, work.institution)
    _settle(person)


def _proof(person: Person, institution: Institution | None) -> str:
    """The domain of a verified address that belongs to this institution and to no other."""
    if institution is None:
        return ""
    for entry in queries.addresses_of(person):
        found = with_domain_of(entry.address) if entry.verified_at is not None else []
        if [each.id for each in found] == [institution.id]:
            return entry.address.rpartition("@")[2]
    return ""


def _settle(person: Person) -> None:
    """Set what stands beside the name, and tell."""
    session().flush()
    first = next((each for each in queries.affiliations_of(person) if not each.is_past), None)
    person.role, person.institution = (first.role, first.name) if first is not None else ("", "")
    record(person, "changed", person)
