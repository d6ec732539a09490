"""Questions about requests to join and invitations."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from cop.communities.models import Community, Invitation, JoinRequest, Membership
from cop.core import policy
from cop.core.db import is_writing, session
from cop.people.models import Address, Person
from cop.people.queries import named_like
from cop.people.shown import ShownPerson, shown, shown_many

FOUND_AT_MOST = 20


@dataclass(frozen=True)
class Waiting:
    """Somebody who asks to be let in."""

    request: JoinRequest
    person: ShownPerson


def requests_waiting(facilitator: Person, community: Community) -> list[Waiting]:
    """Who asks to be let in, the longest wait first."""
    statement = (
        select(JoinRequest, Person)
        .join(Person, Person.id == JoinRequest.person_id)
        .where(JoinRequest.community_id == community.id, Person.status == "active")
        .order_by(JoinRequest.asked_at, JoinRequest.id)
        .limit(200)
    )
    return [Waiting(request, shown(person, facilitator)) for request, person in session().execute(statement)]


def request_in(community: Community, id: int) -> JoinRequest | None:
    """A request to join this community, with its person; None when somebody has decided it."""
    return session().scalar(
        select(JoinRequest)
        .options(joinedload(JoinRequest.person))
        .where(JoinRequest.id == id, JoinRequest.community_id == community.id)
    )


@dataclass(frozen=True)
class Invited:
    """An invitation that waits: by the name of the person, or by the address that was typed."""

    invitation: Invitation
    person: ShownPerson | None
    inviter: ShownPerson


def invitations_from(facilitator: Person, community: Community) -> list[Invited]:
    """Invitations that wait for an answer. One made by address shows the address and never whose it is."""
    statement = (
        select(Invitation)
        .options(joinedload(Invitation.person), joinedload(Invitation.inviter))
        .where(Invitation.community_id == community.id)
        .order_by(Invitation.invited_at.desc(), Invitation.id.desc())
        .limit(200)
    )
    return [
        Invited(
            each,
            shown(each.person, facilitator) if each.person is not None and each.address is None else None,
            shown(each.inviter, facilitator),
        )
        for each in session().scalars(statement)
    ]


def invitation_in(community: Community, id: int) -> Invitation | None:
    """An invitation to this community; None when it was answered or taken back."""
    return session().scalar(select(Invitation).where(Invitation.id == id, Invitation.community_id == community.id))


def invitations_for(person: Person) -> list[Invitation]:
    """The invitations that wait for a person's answer, with community and inviter."""
    statement = (
        select(Invitation)
        .options(joinedload(Invitation.community), joinedload(Invitation.inviter))
        .where(Invitation.person_id == person.id)
        .order_by(Invitation.invited_at.desc())
    )
    return list(session().scalars(statement))


def invitation_for(person: Person, community: Community) -> Invitation | None:
    """The person's invitation to this community."""
    return session().scalar(
        select(Invitation).where(Invitation.community_id == community.id, Invitation.person_id == person.id)
    )


def invitation_of_address(community_id: int, address: str) -> Invitation | None:
    """The invitation that a letter speaks of, with community and inviter; None when it was answered or taken back.

    Invitation and community are locked inside a unit of work: a letter is answered once, and members are counted right.
    """
    statement = (
        select(Invitation)
        .join(Invitation.community)
        .options(contains_eager(Invitation.community), joinedload(Invitation.inviter, innerjoin=True))
        .where(Invitation.community_id == community_id, Invitation.address == address)
    )
    if is_writing():
        statement = statement.with_for_update(of=[Invitation, Community])
    return session().scalar(statement)


def has_address(person: Person, address: str) -> bool:
    """Whether the person has proved that this e-mail address is theirs."""
    statement = select(Address.id).where(
        Address.person_id == person.id, Address.address == address, Address.verified_at.is_not(None)
    )
    return session().scalar(statement) is not None


def people_to_invite(inviter: Person, community: Community, text: str) -> list[ShownPerson]:
    """People on the network who are named like this, without those who belong."""
    belongs = select(Membership.person_id).where(Membership.community_id == community.id)
    condition = policy.readable(inviter, Person) & (Person.status == "active") & Person.id.not_in(belongs)
    return list(shown_many(named_like(text, condition, limit=FOUND_AT_MOST), inviter).values())
