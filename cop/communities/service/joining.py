"""Requests to join, and invitations: made, answered, taken back."""

from sqlalchemy import delete, select

from cop.communities.models import Community, Invitation, JoinRequest, Membership
from cop.communities.service.members import enter, forget_waiting
from cop.core import mail
from cop.core.activity import record
from cop.core.db import session
from cop.core.markup import one_line
from cop.people.models import Address, Person


def ask_to_join(person: Person, community: Community, reason: str) -> JoinRequest:
    """Ask the facilitators to be let in; asking again changes the reason and tells nobody twice."""
    waiting = session().scalar(
        select(JoinRequest).where(JoinRequest.community_id == community.id, JoinRequest.person_id == person.id)
    )
    if waiting is not None:
        waiting.reason = one_line(reason)
        return waiting
    request = JoinRequest(person_id=person.id, community_id=community.id, reason=one_line(reason))
    session().add(request)
    record(person, "asked to join", community, person=person.id)
    return request


def accept_request(facilitator: Person, request: JoinRequest) -> Membership:
    """Let somebody in who asked."""
    person, community = _both(request)
    return enter(facilitator, community, person, "let in", tell=[person.id])


def decline_request(facilitator: Person, request: JoinRequest) -> None:
    """Say no to somebody who asked; they may ask again."""
    person, community = _both(request)
    session().delete(request)
    settles = [{"verb": "asked to join", "by": person.id}]
    record(facilitator, "declined", community, person=person.id, tell=[person.id], settles=settles)


def _both(request: JoinRequest) -> tuple[Person, Community]:
    return session().get_one(Person, request.person_id), session().get_one(Community, request.community_id)


def invite(inviter: Person, community: Community, person: Person) -> None:
    """Ask somebody in. Whoever asked to join is let in at once; nothing happens to members and to the invited."""
    request = session().scalar(
        select(JoinRequest).where(JoinRequest.community_id == community.id, JoinRequest.person_id == person.id)
    )
    if request is not None:
        accept_request(inviter, request)
    elif not _belongs_or_invited(community, person):
        _invite(inviter, community, Invitation(person_id=person.id))


def _belongs_or_invited(community: Community, person: Person) -> bool:
    if session().get(Membership, (person.id, community.id)) is not None:
        return True
    found = select(Invitation.id).where(Invitation.community_id == community.id, Invitation.person_id == person.id)
    return session().scalar(found) is not None


def _invite(inviter: Person, community: Community, invitation: Invitation) -> None:
    invitation.community_id, invitation.inviter_id = community.id, inviter.id
    session().add(invitation)
    if invitation.person_id is not None:
        record(inviter, "invited", community, person=invitation.person_id, tell=[invitation.person_id])


def invite_address(inviter: Person, community: Community, address: str, subject: str, letter: str) -> None:
    """Ask in whoever has this address: in their inbox if it is an account's, else by the letter.

    The inviter sees the same in both cases: an invitation of this address that waits.
    """
    address = address.strip().lower()
    known = select(Invitation.id).where(Invitation.community_id == community.id, Invitation.address == address)
    if session().scalar(known) is not None:
        return
    invitation = Invitation(address=address)
    person = _owner_of(address)
    if person is None:
        mail.post(address, subject, letter)
    elif person.may_sign_in and not _belongs_or_invited(community, person):
        invitation.person_id = person.id
    _invite(inviter, community, invitation)


def _owner_of(address: str) -> Person | None:
    return session().scalar(
        select(Person)
        .join(Address, Address.person_id == Person.id)
        .where(Address.address == address, Address.verified_at.is_not(None))
    )


def accept_invitation(person: Person, invitation: Invitation) -> Membership:
    """Become a member at a facilitator's invitation."""
    community = session().get_one(Community, invitation.community_id)
    session().delete(invitation)
    return enter(person, community, person, "joined")


def decline_invitation(person: Person, invitation: Invitation) -> None:
    """Say no to an invitation; nobody is told."""
    community = session().get_one(Community, invitation.community_id)
    session().delete(invitation)
    record(person, "declined invitation", community, person=person.id, settles=forget_waiting(community, person))


def withdraw_invitation(facilitator: Person, invitation: Invitation) -> None:
    """Take an invitation back before it is answered."""
    community, person_id = session().get_one(Community, invitation.community_id), invitation.person_id
    session().execute(delete(Invitation).where(Invitation.id == invitation.id))
    if person_id is not None:
        settles = [{"verb": "invited", "to": person_id}]
        record(facilitator, "withdrew invitation", community, person=person_id, settles=settles)
