"""Who belongs to a community and who looks after it. A community is never without a facilitator."""

from typing import Any

from sqlalchemy import Select, delete, func, select, update

from cop.communities import rules
from cop.communities.models import Community, Invitation, JoinRequest, Membership
from cop.core import follows, kinds
from cop.core.activity import quietly, record
from cop.core.db import session
from cop.people.models import Person

ASKING = ("asked to join", "answered the question")
"""Deeds of whoever asks to be let in, of which the facilitators hear until it is decided."""
INVITING = [{"verb": "invited"}, {"verb": "recommended"}]
"""Deeds that whoever is invited hears of until they answer."""


class LastFacilitator(Exception):
    """Nobody else looks after the community: a member must be named who does from now on."""


def join(person: Person, community: Community) -> Membership:
    """Become what one is invited by name to be, else a member; answers the invitation and takes back a request."""
    offered = select(Invitation.role).where(
        Invitation.community_id == community.id, Invitation.person_id == person.id, rules.waits()
    )
    return enter(person, community, person, "joined", session().scalar(offered) or "member")


def enter(
    actor: Person, community: Community, person: Person, verb: str, role: str = "member", **facts: Any
) -> Membership:
    """Make somebody a member by a deed of this name; nothing happens when they are one already."""
    membership = session().get(Membership, (person.id, community.id))
    if membership is not None:
        return membership
    membership = add_member(community, person, role)
    forget_waiting(community, person)
    settles = [{"verb": verb, "by": person.id} for verb in ASKING]
    record(actor, verb, community, person=person.id, settles=settles, **facts)
    return membership


def add_member(community: Community, person: Person, role: str = "member") -> Membership:
    """Add a membership and everything that follows from one."""
    membership = Membership(community_id=community.id, person_id=person.id, role=role)
    session().add(membership)
    _changed(community, person)
    return membership


def forget_waiting(community: Community, person: Person) -> None:
    """Forget that somebody asks; end their invitations, those that were sent to an address without a word of it."""
    session().execute(
        delete(JoinRequest).where(JoinRequest.community_id == community.id, JoinRequest.person_id == person.id)
    )
    statement = select(Invitation).where(
        Invitation.community_id == community.id, Invitation.answer == "", rules.for_them(person)
    )
    for invitation in session().scalars(statement).all():
        by_name = invitation.person_id is not None
        answered(person, invitation, "came" if by_name else "joined", person if by_name else None)


def answered(person: Person | None, invitation: Invitation, answer: str, came: Person | None = None) -> None:
    """Note how an invitation ended; the alert of it goes."""
    invitation.answer, invitation.came_id = answer, came.id if came is not None else None
    record(person, f"{answer} to it", invitation, settles=INVITING)


def leave(person: Person, community: Community, successor: Person | None = None) -> None:
    """Stop being a member. Raises LastFacilitator when nobody else looks after it and no member is named who will."""
    if successor is not None:
        _hand_on(person, community, successor)
    _require_another(person, community)
    _take_out(person, community)
    record(person, "left", community, person=person.id)


def remove_member(facilitator: Person, community: Community, person: Person) -> None:
    """Put somebody out. A facilitator does not put themselves out: they leave."""
    if person.id == facilitator.id or session().get(Membership, (person.id, community.id)) is None:
        return
    _take_out(person, community)
    record(facilitator, "removed", community, person=person.id)


def make_facilitator(facilitator: Person, community: Community, person: Person) -> None:
    """Let a member look after the community too; nothing happens to somebody who is no plain member."""
    membership = session().get(Membership, (person.id, community.id))
    if membership is None or membership.role == "facilitator":
        return
    membership.role = "facilitator"
    _changed(community, person)
    record(facilitator, "made facilitator", community, person=person.id, tell=[person.id])


def step_down(person: Person, community: Community, successor: Person | None = None) -> None:
    """Look after the community no longer, and stay a member. Raises LastFacilitator as `leave` does."""
    if successor is not None:
        _hand_on(person, community, successor)
    _require_another(person, community)
    session().get_one(Membership, (person.id, community.id)).role = "member"
    _changed(community, person)
    record(person, "stepped down", community, person=person.id)


def _hand_on(person: Person, community: Community, successor: Person) -> None:
    if successor.id != person.id:
        make_facilitator(person, community, successor)


def _require_another(person: Person, community: Community) -> None:
    """Raise LastFacilitator if the community would be left with nobody who looks after it."""
    session().flush()
    facilitators = select(Membership.person_id).where(
        Membership.community_id == community.id, Membership.role == "facilitator"
    )
    if set(session().scalars(facilitators)) == {person.id}:
        raise LastFacilitator


def _take_out(person: Person, community: Community) -> None:
    session().delete(session().get_one(Membership, (person.id, community.id)))
    _changed(community, person)
    if community.audience == f"community:{community.id}":
        _drop_follows(select(Person.id).where(Person.id == person.id), community)


def drop_lost_follows(community: Community) -> None:
    """End the follows of everybody who can no longer read what is written here."""
    if community.audience == f"community:{community.id}":
        members = select(Membership.person_id).where(Membership.community_id == community.id)
        _drop_follows(select(Person.id).where(Person.id.not_in(members)), community)


def _drop_follows(people: Select[Any], community: Community) -> None:
    for kind, things in kinds.in_community(community.id).items():
        follows.drop(people, kind, things)


def _changed(community: Community, person: Person) -> None:
    """After each change of a membership: kept audiences are dropped, members counted again."""
    session().flush()
    session().execute(
        update(Person)
        .where(Person.id == person.id)
        .values(audience_version=Person.audience_version + 1)
        .execution_options(synchronize_session=False)
    )
    session().refresh(person, ["audience_version"])
    with quietly():
        record(person, "changed communities", person)  # search reads again who sees them, and where they are found
    recount_members(community)


def recount_members(community: Community) -> None:
    """Set a community's count from its memberships: the one place that does."""
    session().flush()
    session().execute(
        update(Community)
        .where(Community.id == community.id)
        .values(
            member_count=select(func.count())
            .select_from(Membership)
            .where(Membership.community_id == community.id)
            .scalar_subquery()
        )
        .execution_options(synchronize_session=False)
    )
    session().refresh(community, ["member_count"])
