"""Questions about communities themselves, and what the home of one shows to one reader."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, exists, func, select

from cop.communities import rules
from cop.communities.models import Community, CommunityWord, Invitation, JoinRequest, Membership
from cop.communities.queries.invitations import invitation_for
from cop.core import panels, policy
from cop.core.db import in_batches, session
from cop.core.i18n import gettext as _
from cop.core.i18n import ngettext
from cop.core.typed import Typed
from cop.people.models import Person
from cop.people.shown import ShownPerson, shown


def offered(reader: Person | None, typed: Typed, limit: int) -> list[Community]:
    """Communities that may be meant in the search box and that the reader may know of, the largest first."""
    conditions = typed.on(Community.id, CommunityWord.community_id, CommunityWord.word)
    if not conditions:
        return []
    statement = (
        select(Community)
        .where(*conditions, policy.readable(reader, Community))
        .order_by(Community.member_count.desc(), Community.name, Community.id)
        .limit(limit)
    )
    return list(session().scalars(statement))


def parent_of(reader: Person | None, community: Community) -> Community | None:
    """Within which community it lies, if the reader may know of that one."""
    parent = rules.parent_of(community)
    return parent if parent is not None and policy.can(reader, policy.Act.READ, parent) else None


def shared_places(reader: Person | None, person_ids: Collection[int]) -> list[Community]:
    """The communities to which some people belong, by name, whose members the reader may see (`Act.MEMBERS`)."""
    if reader is None:
        return []
    belongs = exists().where(Membership.community_id == Community.id, Membership.person_id.in_(person_ids))
    statement = select(Community).where(belongs, rules.talk_readable(reader)).order_by(Community.name)
    return list(session().scalars(statement))


def named(reader: Person | None, ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Slug and name, by id, of those communities whose talk the reader may read, and whose members they may see."""
    statement = select(Community.id, Community.slug, Community.name).where(rules.talk_readable(reader))
    rows = in_batches(ids, lambda batch: session().execute(statement.where(Community.id.in_(batch))))
    return {id: (slug, name) for id, slug, name in rows}


def facilitators_of(reader: Person | None, communities: Sequence[Community]) -> dict[int, list[ShownPerson]]:
    """Who looks after each community, the longest there first; one query. Guests see those with a public page."""
    if not communities:
        return {}
    statement = (
        select(Membership.community_id, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.community_id.in_([community.id for community in communities]),
            Membership.role == "facilitator",
            Person.status == "active",
        )
        .order_by(Membership.joined_at, Person.id)
    )
    found: dict[int, list[ShownPerson]] = {}
    for community_id, person in session().execute(statement):
        each = shown(person, reader)
        if reader is not None or each.url:
            found.setdefault(community_id, []).append(each)
    return found


@dataclass(frozen=True)
class Standing:
    """Where a person stands with a community: what its home offers them."""

    membership: Membership | None
    request: JoinRequest | None
    invitation: Invitation | None
    waiting: int
    """Requests to join that wait, for those who decide them."""

    @property
    def role(self) -> str:
        """`facilitator`, `member` or nothing."""
        return self.membership.role if self.membership is not None else ""


def standing(person: Person | None, community: Community) -> Standing:
    """Where a person stands with a community."""
    if person is None:
        return Standing(None, None, None, 0)
    waiting = (
        select(func.count(JoinRequest.id))
        .where(JoinRequest.community_id == community.id, JoinRequest.declined_at.is_(None))
        .scalar_subquery()
    )
    mine = and_(JoinRequest.person_id == Person.id, JoinRequest.community_id == community.id)
    statement = (
        select(Membership, JoinRequest, waiting)
        .select_from(Person)
        .outerjoin(Membership, and_(Membership.person_id == Person.id, Membership.community_id == community.id))
        .outerjoin(JoinRequest, mine)
        .where(Person.id == person.id)
    )
    membership, request, count = session().execute(statement).one()
    invitation = invitation_for(person, community) if membership is None else None
    looks_after = membership is not None and membership.role == "facilitator"
    return Standing(membership, request, invitation, count if looks_after else 0)


def visited_at(reader: Person | None, community: Community) -> dt.datetime | None:
    """Since when a member has not been here: what is younger is new to them. None for everybody else."""
    membership = session().get(Membership, (reader.id, community.id)) if reader is not None else None
    return membership.since if membership is not None else None


def news_in(reader: Person | None, community: Community) -> dict[str, int]:
    """How much is new for a member in each tool of a community."""
    if not rules.is_member(reader, community):
        return {}
    return {tool: counts.get(community.id, 0) for tool, counts in panels.news(reader, [community.id]).items()}


def audience_sentence(community: Community) -> str:
    """Who will read what is written here, to stand beside the button that sends it."""
    if community.reading == "everyone":
        return str(_("Anyone on the web can read this, with your name, role and institution."))
    if community.reading == "network":
        return str(_("Everyone on the network can read this."))
    return str(
        ngettext(
            "Only you, so far the one person in %(name)s, will see this.",
            "Everyone in %(name)s (%(num)s people) will see this.",
            community.member_count,
            name=community.name,
        )
    )
