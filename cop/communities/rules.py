"""Who may do what with a community. Read aloud: "ask: a member"."""

from typing import Any, cast

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import aliased
from sqlalchemy.orm.attributes import set_committed_value

from cop.communities.models import OPEN_FOR, Community, Invitation, Membership, Proposal
from cop.core import policy
from cop.core.db import is_writing, session, utcnow
from cop.core.i18n import lazy as _
from cop.core.policy import Act, because
from cop.people.models import Address
from cop.people.rules import is_manager, runs_the_network


def role_in(person: Any | None, community: Community) -> str:
    """`facilitator`, `member` or nothing. One query for each person, session and set of communities."""
    return roles_of(person).get(community.id, "") if person is not None else ""


def roles_of(person: Any) -> dict[int, str]:
    """The person's role in each of their communities, kept with the session of the moment."""
    kept: dict[tuple[int, int], dict[int, str]] = session().info.setdefault("roles", {})
    key = (person.id, person.audience_version)
    if key not in kept:
        statement = select(Membership.community_id, Membership.role).where(Membership.person_id == person.id)
        kept[key] = dict(session().execute(statement).all())
    return kept[key]


def audiences_of(person: Any) -> list[str]:
    """The audience tokens that a person's memberships give."""
    return [f"community:{id}" for id in roles_of(person)]


def reads(person: Any | None, community: Community) -> bool:
    """The community's audience is one that the person holds."""
    return community.audience in policy.audiences(person)


def is_listed_for(person: Any | None, community: Community) -> bool:
    """Its name and purpose may be known: listed ones by those who are signed in, public ones by everyone.

    Of one within another only by those who read that one: what is private has nothing inside that is known outside.
    """
    listed = community.listed and (person is not None or community.reading == "everyone")
    parent = parent_of(community)
    return listed and (parent is None or reads(person, parent))


def lies_hidden(community: Community) -> bool:
    """Only the members of the community around it, and its own, may know of it."""
    parent = parent_of(community)
    return parent is not None and parent.reading == "members"


def parent_of(community: Community) -> Community | None:
    """The community within which it lies, loaded once and then kept with it."""
    if community.parent_id is None:
        return None
    if "parent" not in community.__dict__:
        set_committed_value(community, "parent", session().get_one(Community, community.parent_id))
    return community.parent


def is_invited(person: Any | None, community: Community) -> bool:
    """A facilitator asked the person in, and they have not answered."""
    return person is not None and community.id in invited_to(person)


def invited_to(person: Any) -> frozenset[int]:
    """The communities that wait for the person's answer; kept with the session of the moment while it only reads."""
    kept: dict[int, frozenset[int]] = session().info.setdefault("invited", {})
    if person.id not in kept or is_writing():
        statement = select(Invitation.community_id).where(for_them(person), waits())
        kept[person.id] = frozenset(session().scalars(statement))
    return kept[person.id]


def for_them(person: Any, invitation: Any = Invitation) -> ColumnElement[bool]:
    """Invitations of this person: by name, or by an address that they have proved to be theirs."""
    theirs = select(Address.address).where(Address.person_id == person.id, Address.verified_at.is_not(None))
    return or_(invitation.person_id == person.id, invitation.address.in_(theirs))


def waits(invitation: Any = Invitation) -> ColumnElement[bool]:
    """Invitations that give the right to join and wait for an answer, in SQL."""
    is_open = and_(invitation.withdrawn_at.is_(None), invitation.sent_at > utcnow() - OPEN_FOR)
    return and_(~invitation.recommended, invitation.answer == "", is_open)


@because(_("Sign in first."))
def is_signed_in(person: Any | None, community: Any) -> bool:
    """Somebody is signed in."""
    return person is not None


@because(_("Join this community first; then you can take part."))
def is_member(person: Any | None, community: Community) -> bool:
    """The person belongs to it."""
    return role_in(person, community) in {"member", "facilitator"}


@because(_("Only the facilitators of this community can do that."))
def is_facilitator(person: Any | None, community: Community) -> bool:
    """The person looks after it."""
    return role_in(person, community) == "facilitator"


@because(_("You belong to this community already."))
def is_not_member(person: Any | None, community: Community) -> bool:
    """The person does not belong to it."""
    return not is_member(person, community)


@because(_("Nobody joins this community by themselves. Its page says how people are let in."))
def is_open(person: Any | None, community: Community) -> bool:
    """Anyone who is signed in may join."""
    return community.joining == "open"


@because(_("This community takes no requests. Its page says how people join."))
def takes_requests(person: Any | None, community: Community) -> bool:
    """People may ask to be let in."""
    return community.joining == "request"


@because(_("People come here by invitation of a facilitator, or from the community around it."))
def lets_people_in(person: Any | None, community: Community) -> bool:
    """Whoever hears of it may join, or ask to; which is nobody's right where only some may hear of it."""
    return community.listed and community.joining != "invitation" and not lies_hidden(community)


@because(_("This community lies within another one, and none lies within it: one level is enough."))
def stands_alone(person: Any | None, community: Community) -> bool:
    """It lies within no other community."""
    return community.parent_id is None


RULES: dict[Act, policy.Alternatives] = {
    Act.READ: [[is_listed_for], [reads], [is_member], [is_invited]],
    Act.ASK: [[is_member]],
    Act.FOLLOW: [[is_signed_in, reads]],
    Act.MEMBERS: [[is_member], [is_signed_in, reads]],
    Act.JOIN: [[is_signed_in, is_not_member, is_invited], [is_signed_in, is_not_member, is_listed_for, is_open]],
    Act.REQUEST: [[is_signed_in, is_not_member, is_listed_for, takes_requests]],
    Act.LEAVE: [[is_member]],
    Act.INVITE: [[is_facilitator]],
    Act.RECOMMEND: [[is_member, lets_people_in]],
    Act.EDIT: [[is_facilitator]],
    Act.FACILITATE: [[is_facilitator]],
    Act.START: [[is_facilitator, stands_alone]],
}


def readable(person: Any | None) -> ColumnElement[bool]:
    """READ in SQL."""
    parent = aliased(Community)
    within = exists().where(parent.id == Community.parent_id, talk_readable(person, parent))
    listed = Community.listed & or_(Community.parent_id.is_(None), within)
    if person is None:
        return listed & (Community.reading == "everyone")
    invitation = aliased(Invitation)
    invited = exists().where(invitation.community_id == Community.id, for_them(person, invitation), waits(invitation))
    return or_(listed, _belongs(person, Community), invited)


def talk_readable(person: Any | None, community: Any = Community) -> ColumnElement[bool]:
    """The communities whose talk the person may read, in SQL: what `reads` says of one. `community`: an alias."""
    if person is None:
        return cast("ColumnElement[bool]", community.reading == "everyone")
    return or_(community.reading.in_(["everyone", "network"]), _belongs(person, community))


def _belongs(person: Any, community: Any) -> ColumnElement[bool]:
    """The person is a member. The table has a name of its own, so that the condition fits any query."""
    mine = aliased(Membership)
    return exists().where(mine.community_id == community.id, mine.person_id == person.id)


def is_to_them(person: Any | None, invitation: Invitation) -> bool:
    """It was sent to the person by name, or to an address of theirs."""
    if person is None:
        return False
    mine = select(Invitation.id).where(Invitation.id == invitation.id, for_them(person))
    return session().scalar(mine) is not None


def is_waiting(person: Any | None, invitation: Invitation) -> bool:
    """It is open, and they have not answered."""
    return invitation.waits


def leads_somewhere(person: Any | None, invitation: Invitation) -> bool:
    """It gives the right to join, or the community lets in whoever hears of it."""
    return not invitation.recommended or lets_people_in(person, community_of(invitation))


def community_of(invitation: Invitation) -> Community:
    """The invitation's community, loaded once and then kept with it."""
    if "community" not in invitation.__dict__:
        set_committed_value(invitation, "community", session().get_one(Community, invitation.community_id))
    return invitation.community


INVITATION_RULES: dict[Act, policy.Alternatives] = {Act.READ: [[is_to_them, is_waiting, leads_somewhere]]}


def is_founder(person: Any | None, proposal: Proposal) -> bool:
    """The person would like to start it."""
    return person is not None and person.id == proposal.founder_id


@because(_("It is approved: the community is there."))
def is_not_approved(person: Any | None, proposal: Proposal) -> bool:
    """No community has become of it."""
    return proposal.status != "approved"


@because(_("This is decided already."))
def is_undecided(person: Any | None, proposal: Proposal) -> bool:
    """No manager has decided yet."""
    return proposal.status == "waiting"


PROPOSAL_RULES: dict[Act, policy.Alternatives] = {
    Act.READ: [[is_founder], [runs_the_network]],
    Act.EDIT: [[is_founder, is_not_approved]],
    Act.SETTLE: [[runs_the_network, is_undecided]],
}


def readable_proposals(person: Any | None) -> ColumnElement[bool]:
    """READ of a proposal in SQL."""
    if is_manager(person, None):
        return true()
    return Proposal.founder_id == person.id if person is not None else false()


policy.register(Community, RULES, readable)
policy.register(Invitation, INVITATION_RULES)
policy.register(Proposal, PROPOSAL_RULES, readable_proposals)
policy.audience_source(audiences_of)
