"""Invitations: by name or by address, sent again, taken back, answered; and what a member tells others of.

Nothing here asks whose an address is: one that has an account and one that nobody has are gone about in the same way,
and a job decides what its owner is told (`cop.communities.letters`).
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from cop.communities.models import Community, Invitation, JoinRequest, Membership, new_mark
from cop.communities.queries.invitations import of_mark
from cop.communities.service.members import INVITING, answered, enter
from cop.communities.service.requests import accept_request
from cop.core import outbox
from cop.core.activity import record
from cop.core.db import session, unit_of_work, utcnow
from cop.institutions.models import Institution
from cop.people.models import Person
from cop.people.service import accounts, affiliations

AT_ONCE = 200
"""Addresses in one paste."""
A_DAY = 400
"""Invitations that one person sends in a day."""
TOLD_AT_ONCE, TOLD_A_DAY = 10, 20
"""The same, of what a member tells others of."""
AGAIN_AFTER = dt.timedelta(days=1)
FORGOTTEN_AFTER = dt.timedelta(days=60)
"""An invitation, and with it the address of somebody who may never have come, is forgotten so long after its last
letter."""
LETTER, END = "communities-letter", "communities-end-invitation"


class TooManyToday(Exception):
    """Somebody has sent so many in the last day that these do not fit any more."""

    def __init__(self, left: int) -> None:
        super().__init__(f"{left} more today")
        self.left = left


class TooSoon(Exception):
    """It was sent less than a day ago."""


@dataclass(frozen=True)
class Sent:
    """How many were invited now, and how many were before."""

    new: int
    before: int


def invite(inviter: Person, community: Community, person: Person, role: str = "member") -> None:
    """Ask somebody in by name. Whoever asked to join is let in at once; nothing happens to members and the invited."""
    request = session().scalar(
        select(JoinRequest).where(
            JoinRequest.community_id == community.id,
            JoinRequest.person_id == person.id,
            JoinRequest.declined_at.is_(None),
        )
    )
    if request is not None:
        accept_request(inviter, request)
    elif session().get(Membership, (person.id, community.id)) is None:
        _send_to_each(inviter, community, Invitation.person_id, [person.id], role=role)


def invite_addresses(inviter: Person, community: Community, addresses: Sequence[str], role: str = "member") -> Sent:
    """Ask in whoever has these addresses. Those whose invitation is open, or who came, are not written to again.

    Raises TooManyToday.
    """
    return _send_to_each(inviter, community, Invitation.address, addresses, role=role)


def recommend(member: Person, community: Community, addresses: Sequence[str]) -> Sent:
    """Tell whoever has these addresses of a community. They get no right by it. Raises TooManyToday."""
    return _send_to_each(member, community, Invitation.address, addresses, recommended=True)


def recommend_to(member: Person, community: Community, person: Person) -> None:
    """Tell somebody by name. Raises TooManyToday."""
    if session().get(Membership, (person.id, community.id)) is None:
        _send_to_each(member, community, Invitation.person_id, [person.id], recommended=True)


def _send_to_each(
    inviter: Person,
    community: Community,
    by: Any,
    whom: Sequence[int | str],
    role: str = "member",
    recommended: bool = False,
) -> Sent:
    """Send one to each of some people or addresses, unless one was sent that is still good."""
    statement = select(Invitation).where(
        Invitation.community_id == community.id, Invitation.recommended == recommended, by.in_(whom)
    )
    known = {getattr(each, by.key): each for each in session().scalars(statement)}
    belonging = _who_belong(community, known.values())
    to_send = [each for each in whom if each not in known or not _is_good(known[each], belonging)]
    _require_room(inviter, len(to_send), recommended)
    sent = [
        known.get(each) or Invitation(community_id=community.id, recommended=recommended, **{by.key: each})
        for each in to_send
    ]
    for invitation in sent:
        _renew(inviter, invitation, role)
    session().add_all(sent)
    session().flush()
    for invitation in sent:
        _hand_over(inviter, invitation)
    if sent:
        record(inviter, "sent invitations", community, number=len(sent))
    return Sent(len(sent), len(whom) - len(sent))


def _require_room(inviter: Person, wanted: int, recommended: bool) -> None:
    """Each row counts while its last letter is younger than a day, also when it was taken back."""
    sent = select(func.count()).where(
        Invitation.inviter_id == inviter.id,
        Invitation.recommended == recommended,
        Invitation.sent_at > utcnow() - dt.timedelta(days=1),
    )
    left = max(0, (TOLD_A_DAY if recommended else A_DAY) - (session().scalar(sent) or 0))
    if wanted > left:
        raise TooManyToday(left)


def _who_belong(community: Community, invitations: Collection[Invitation]) -> set[int]:
    """Those who came by one of these, and belong."""
    came = [each.came_id for each in invitations if each.came_id is not None]
    statement = select(Membership.person_id).where(
        Membership.community_id == community.id, Membership.person_id.in_(came)
    )
    return set(session().scalars(statement)) if came else set()


def _is_good(invitation: Invitation, belonging: Collection[int]) -> bool:
    """Whether it needs not be sent again: it is open, for all that its sender may know, or who came by it belongs."""
    if invitation.answer == "came":
        return invitation.came_id in belonging
    return invitation.withdrawn_at is None and utcnow() < invitation.open_until


def _renew(inviter: Person, invitation: Invitation, role: str) -> None:
    """Let it begin, or begin again. A no stays a no, of which the inviter sees nothing; unless they took it back."""
    if invitation.withdrawn_at is not None or invitation.answer != "declined":
        invitation.answer, invitation.came_id = "", None
    if invitation.withdrawn_at is not None:
        invitation.mark, invitation.withdrawn_at = new_mark(), None
    invitation.inviter_id, invitation.role, invitation.sent_at = inviter.id, role, utcnow()


def _hand_over(inviter: Person, invitation: Invitation) -> None:
    """Whoever was named is told; what an address is told is for a job to find out. Another one ends it in its time."""
    if invitation.person_id is None:
        outbox.schedule(LETTER, {"invitation": invitation.id, "mark": invitation.mark})
    elif not invitation.answer:
        tell(inviter, invitation, invitation.person_id)
    outbox.schedule(END, {"invitation": invitation.id, "mark": invitation.mark}, due_at=invitation.open_until)


def tell(inviter: Person, invitation: Invitation, person_id: int) -> None:
    """Tell somebody in their inbox, in the place of what they were told before."""
    verb = "recommended" if invitation.recommended else "invited"
    record(inviter, verb, invitation, tell=[person_id], settles=INVITING)


def send_again(inviter: Person, invitation: Invitation) -> None:
    """Send one again, open for as long as a new one. Raises TooSoon, TooManyToday."""
    if utcnow() - invitation.sent_at < AGAIN_AFTER:
        raise TooSoon
    _require_room(inviter, 1, recommended=False)
    _renew(inviter, invitation, invitation.role)
    _hand_over(inviter, invitation)
    record(inviter, "sent invitations", session().get_one(Community, invitation.community_id), number=1)


def withdraw_invitation(facilitator: Person, invitation: Invitation) -> None:
    """Take an invitation back before it is answered: its letters' links lead nowhere from now on."""
    invitation.withdrawn_at = utcnow()
    record(facilitator, "withdrew invitation", invitation, settles=INVITING)


def accept_invitation(person: Person, invitation: Invitation) -> Membership:
    """Become a member at a facilitator's invitation."""
    community = session().get_one(Community, invitation.community_id)
    answered(person, invitation, "came", person)
    return enter(person, community, person, "joined", role=invitation.role)


def decline_invitation(person: Person | None, invitation: Invitation) -> None:
    """Say no to an invitation; nobody is told, and it is sent to them no more. `person`: None by a letter's link."""
    answered(person, invitation, "declined")


def sign_up_by(invitation: Invitation, name: str, hash: str, at: Institution | None) -> Person:
    """Make an account with the address that a letter went to, and go on as far as the invitation leads.

    `at`: where they say that they work or learn. Raises AddressTaken.
    """
    person = accounts.create_person(name, invitation.address or "", hash)
    if at is not None:
        work = affiliations.Work(name=at.name, institution=at, role="", began="", ended="", is_past=False)
        affiliations.add_affiliation(person, work)
    community = session().get_one(Community, invitation.community_id)
    if not invitation.recommended:
        accept_invitation(person, invitation)
    elif community.joining == "open":
        enter(person, community, person, "joined")
    return person


def end_invitation(payload: dict[str, Any]) -> None:
    """A job: whoever did not answer in time hears of it no more; some weeks later the row is forgotten."""
    with unit_of_work():
        invitation = of_mark(payload["invitation"], payload["mark"])
        if invitation is None or utcnow() < invitation.open_until:
            return  # taken back and sent anew, or sent again: that has an end of its own
        forgotten_at = invitation.sent_at + FORGOTTEN_AFTER
        if utcnow() >= forgotten_at:
            session().delete(invitation)
            return
        outbox.schedule(END, payload, due_at=forgotten_at)
        if not invitation.answer:
            record(None, "ended", invitation, settles=INVITING)
