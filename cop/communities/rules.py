"""Who may do what with a community. Read aloud: "ask: a member"."""

from typing import Any, cast

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import aliased

from cop.communities.models import Community, Invitation, Membership
from cop.core import policy
from cop.core.db import is_writing, session
from cop.core.i18n import lazy as _
from cop.core.policy import Act, because


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
    """A facilitator asked the person in."""
    return person is not None and community.id in invited_to(person)


def invited_to(person: Any) -> frozenset[int]:
    """The communities that wait for the person's answer; kept with the session of the moment while it only reads."""
    kept: dict[int, frozenset[int]] = session().info.setdefault("invited", {})
    if person.id not in kept or is_writing():
        statement = select(Invitation.community_id).where(Invitation.person_id == person.id)
        kept[person.id] = frozenset(session().scalars(statement))
    return kept[person.id]


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


RULES: dict[Act, policy.Alternatives] = {
    Act.READ: [[is_listed_for], [reads], [is_member], [is_invited]],
    Act.ASK: [[is_member]],
    Act.FOLLOW: [[is_signed_in, reads]],
    Act.MEMBERS: [[is_member], [is_signed_in, reads]],
    Act.JOIN: [[is_signed_in, is_not_member, is_invited], [is_signed_in, is_not_member, is_listed_for, is_open]],
    Act.REQUEST: [[is_signed_in, is_not_member, is_listed_for, takes_requests]],
    Act.LEAVE: [[is_member]],
    Act.INVITE: [[is_facilitator]],
    Act.EDIT: [[is_facilitator]],
    Act.FACILITATE: [[is_facilitator]],
}


def readable(person: Any | None) -> ColumnElement[bool]:
    """READ in SQL."""
    if person is None:
        return Community.listed & (Community.reading == "everyone")
    invitation = aliased(Invitation)
    invited = exists().where(invitation.community_id == Community.id, invitation.person_id == person.id)
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


policy.register(Community, RULES, readable)
policy.audience_source(audiences_of)
