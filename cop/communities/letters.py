"""What communities write in e-mails: which letter an invitation becomes is decided by a job.

So an inviter sees the same, as soon, whether or not an address has an account.
"""

from typing import Any

from babel.dates import format_date

from cop.communities.models import Invitation, Membership
from cop.communities.queries.invitations import of_mark
from cop.communities.rules import leads_somewhere
from cop.communities.service.invitations import FORGOTTEN_AFTER, tell
from cop.core import letters, links
from cop.core.db import session, unit_of_work
from cop.people.models import Person
from cop.people.queries import owner_of

INVITE = "invitation"
HOURS = FORGOTTEN_AFTER.total_seconds() / 3600
"""How long a letter's link is looked up; how long it works is the invitation's to say."""


def write(payload: dict[str, Any]) -> None:
    """The job: write to the address of one invitation and, if it is an account's, tell its owner in the inbox."""
    with unit_of_work():
        invitation = of_mark(payload["invitation"], payload["mark"])
        if invitation is None or not invitation.waits or not leads_somewhere(None, invitation):
            return
        address = invitation.address or ""
        owner = owner_of(address)
        if owner is not None and (not owner.may_sign_in or _belongs(owner, invitation)):
            return
        letters.post(
            address,
            "recommendation" if invitation.recommended else "invitation",
            inviter=invitation.inviter.name,
            community=invitation.community.name,
            purpose=invitation.community.purpose,
            address=address,
            url=links.absolute(path_of(invitation)),
            day=format_date(invitation.open_until, "d MMMM yyyy", locale="en_GB"),
        )
        if owner is not None:
            tell(invitation.inviter, invitation, owner.id)


def _belongs(person: Person, invitation: Invitation) -> bool:
    return session().get(Membership, (person.id, invitation.community_id)) is not None


def path_of(invitation: Invitation) -> str:
    """Where the link of its letter leads."""
    return f"/communities/invited/{links.sign(INVITE, [invitation.id, invitation.mark])}"
