"""Questions about how communities come to be: proposals, and what lies within others."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from cop.communities.models import SENT_TWICE, Community, Membership, Proposal
from cop.communities.shapes import narrower
from cop.core import policy
from cop.core.db import session, utcnow
from cop.core.markup import one_line
from cop.people.models import Person
from cop.people.shown import ShownPerson, shown

SHOWN_AT_MOST = 100


@dataclass(frozen=True)
class ShownProposal:
    """A proposal, with who would like to start it."""

    proposal: Proposal
    founder: ShownPerson


def shown_proposal(reader: Person, proposal: Proposal) -> ShownProposal:
    """A proposal that the reader may see."""
    return ShownProposal(proposal, shown(proposal.founder, reader))


def proposals_waiting(manager: Person) -> list[ShownProposal]:
    """What waits for a manager, the longest wait first. Of who is gone by now, nothing waits."""
    return _proposals(manager, Proposal.status == "waiting", Proposal.proposed_at, Proposal.id)


def proposals_decided(manager: Person) -> list[ShownProposal]:
    """What managers decided, the latest first."""
    return _proposals(manager, Proposal.status != "waiting", Proposal.decided_at.desc(), Proposal.id.desc())


def _proposals(reader: Person, condition: ColumnElement[bool], *order: Any) -> list[ShownProposal]:
    statement = (
        select(Proposal)
        .join(Proposal.founder)
        .options(joinedload(Proposal.founder), joinedload(Proposal.community), joinedload(Proposal.parent))
        .where(policy.readable(reader, Proposal), Person.status == "active", condition)
        .order_by(*order)
        .limit(SHOWN_AT_MOST)
    )
    return [shown_proposal(reader, each) for each in session().scalars(statement)]


def proposals_beside_list(reader: Person | None) -> list[Proposal]:
    """Beside the list of communities: what waits, and of the reader's own what was declined too."""
    if reader is None:
        return []
    own = and_(Proposal.founder_id == reader.id, Proposal.status == "declined")
    statement = (
        select(Proposal)
        .where(policy.readable(reader, Proposal), or_(Proposal.status == "waiting", own))
        .order_by(Proposal.proposed_at, Proposal.id)
        .limit(SHOWN_AT_MOST)
    )
    return list(session().scalars(statement))


def just_started(founder: Person, name: str) -> Community | Proposal | None:
    """What somebody started or proposed under this name a moment ago: a form that was sent twice leads there."""
    lately, name = utcnow() - SENT_TWICE, one_line(name)
    mine = and_(Membership.community_id == Community.id, Membership.person_id == founder.id)
    started = (
        select(Community)
        .join(Membership, mine)
        .where(Membership.role == "facilitator", Community.name == name, Community.created_at > lately)
    )
    proposed = select(Proposal).where(Proposal.founder_id == founder.id, Proposal.proposed_at > lately)
    found = session().scalars(started.limit(1)).first()
    return found or next((each for each in session().scalars(proposed) if each.name == name), None)


def within(reader: Person | None, community: Community) -> list[Community]:
    """What lies within a community, by name, as far as the reader may know of it."""
    statement = (
        select(Community)
        .where(Community.parent_id == community.id, policy.readable(reader, Community))
        .order_by(Community.name, Community.id)
    )
    return list(session().scalars(statement))


@dataclass(frozen=True)
class Narrowed:
    """A community within another one that is narrowed: it would be narrowed with it."""

    community: Community
    reading: str
    """Who would read it then."""


def narrowed_with(facilitator: Person, community: Community, reading: str) -> list[Narrowed]:
    """What lies within a community and would be read, or known of, by fewer if the community were read by these."""
    if narrower(reading, community.reading) == community.reading:
        return []
    children = within(facilitator, community)
    after = [(child, narrower(child.reading, reading)) for child in children]
    return [
        Narrowed(child, then)
        for child, then in after
        if then != child.reading or (reading == "members" and child.listed)
    ]
