"""Who may do what with a community. Read aloud: "ask: a member"."""

from typing import Any, cast

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.orm.attributes import set_committed_value

from cop.communities.models import OPEN_FOR, Community, Invitation, Membership
from cop.core import policy
from cop.core.db import is_writing, session, utcnow
from cop.core.i18n import lazy as _
from cop.core.policy import Act, because
from cop.people.models import Address


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
    """Its name and purpose may be known: listed ones by those who are signed in, public ones by everyone."""
    return community.listed and (person is not None or community.reading == "everyone")


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


@because(_("People come here by invitation of a facilitator only."))
def lets_people_in(person: Any | None, community: Community) -> bool:
    """Whoever hears of it may join, or ask to."""
    return community.listed and community.joining != "invitation"


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
}


def readable(person: Any | None) -> ColumnElement[bool]:
    """READ in SQL."""
    if person is None:
        return Community.listed & (Community.reading == "everyone")
    invitation = aliased(Invitation)
    invited = exists().where(invitation.community_id == Community.id, for_them(person, invitation), waits(invitation))
    return or_(Community.listed, _belongs(person, Community), invited)


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

policy.register(Community, RULES, readable)
policy.register(Invitation, INVITATION_RULES)
policy.audience_source(audiences_of)
