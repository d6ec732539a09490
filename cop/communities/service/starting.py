"""Starting a community with all that it begins with; where the network wants it, by way of a manager."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from cop.communities import principles
from cop.communities.models import Community, Proposal
from cop.communities.service.invitations import invite
from cop.communities.service.places import Purpose, start_community
from cop.communities.service.welcome import set_welcome
from cop.communities.shapes import Step, narrower
from cop.core import policy
from cop.core.activity import quietly, record
from cop.core.db import session, utcnow
from cop.core.markup import normalised
from cop.core.policy import Act
from cop.people.models import Person


@dataclass(frozen=True)
class Plan:
    """All that a community begins with."""

    purpose: Purpose
    welcome: str = ""
    welcome_html: str = ""
    steps: tuple[Step, ...] = ()
    principles: int = 0
    """The version of them that the founder accepted."""
    parent: Community | None = None
    co_facilitator: Person | None = None


class CannotStart(Exception):
    """What was proposed cannot be started any more: its founder is gone, or does not look after the parent by now."""


def waits(founder: Person) -> bool:
    """Whether a community of this founder waits for a manager."""
    return principles.STARTS_WAIT.value and not founder.is_manager


def start(founder: Person, plan: Plan) -> Community:
    """Start a community as planned; who is to look after it too is asked. Raises WiderThanParent, TooManyToday."""
    community = start_community(founder, plan.purpose, plan.parent, principles=plan.principles)
    set_welcome(founder, community, plan.welcome, plan.welcome_html, plan.steps)
    if plan.co_facilitator is not None and plan.co_facilitator.may_sign_in:
        invite(founder, community, plan.co_facilitator, "facilitator")
    return community


def propose(founder: Person, plan: Plan) -> Proposal:
    """Ask the managers to let a community start. The same form sent twice makes one proposal."""
    purpose = plan.purpose.settled()
    own = select(Proposal).where(Proposal.founder_id == founder.id, Proposal.status == "waiting")
    for waiting in session().scalars(own):
        if (waiting.plan["name"], waiting.plan["purpose"]) == (purpose.name, purpose.purpose):
            return waiting
    proposal = Proposal(
        founder_id=founder.id,
        parent_id=plan.parent.id if plan.parent is not None else None,
        co_facilitator_id=plan.co_facilitator.id if plan.co_facilitator is not None else None,
        plan=_written(replace(plan, purpose=purpose)),
    )
    session().add(proposal)
    session().flush()
    managers = session().scalars(select(Person.id).where(Person.is_manager, Person.status == "active"))
    record(founder, "proposed", proposal, tell=list(managers))
    return proposal


def _written(plan: Plan) -> dict[str, Any]:
    """A plan as it is stored; people and communities are columns."""
    steps = [{"words": str(each.words), "link": each.link, "by_writing": each.by_writing} for each in plan.steps]
    said = {"welcome": plan.welcome, "welcome_html": plan.welcome_html, "principles": plan.principles}
    return {**plan.purpose.__dict__, **said, "steps": steps}


def plan_of(proposal: Proposal) -> Plan:
    """What was proposed."""
    said: Mapping[str, Any] = proposal.plan
    purpose = Purpose(**{name: said[name] for name in Purpose.__dataclass_fields__})
    return Plan(
        purpose=purpose,
        welcome=said["welcome"],
        welcome_html=said["welcome_html"],
        steps=tuple(Step(**each) for each in said["steps"]),
        principles=said["principles"],
        parent=proposal.parent,
        co_facilitator=session().get(Person, proposal.co_facilitator_id) if proposal.co_facilitator_id else None,
    )


def approve(manager: Person, proposal: Proposal) -> Community:
    """Let a community start; its founder is told. Raises CannotStart, TooManyToday."""
    founder, plan = session().get_one(Person, proposal.founder_id), plan_of(proposal)
    if plan.parent is not None:
        session().refresh(plan.parent, with_for_update=True)
    if not founder.may_sign_in or (plan.parent is not None and not policy.can(founder, Act.START, plan.parent)):
        raise CannotStart
    community = start(founder, _as_wide_as_its_parent(plan))
    proposal.community_id = community.id
    _decide(manager, proposal, "approved")
    return community


def _as_wide_as_its_parent(plan: Plan) -> Plan:
    """The parent may have been narrowed while the proposal waited."""
    if plan.parent is None:
        return plan
    reading = narrower(plan.purpose.reading, plan.parent.reading)
    return replace(plan, purpose=replace(plan.purpose, reading=reading))


def decline(manager: Person, proposal: Proposal, words: str) -> None:
    """Say no, and why; its founder may mend it and propose it again."""
    proposal.words = normalised(words).strip()
    _decide(manager, proposal, "declined")


def _decide(manager: Person, proposal: Proposal, status: str) -> None:
    proposal.status, proposal.decided_at, proposal.decided_by_id = status, utcnow(), manager.id
    record(manager, status, proposal, tell=[proposal.founder_id], settles=[{"verb": "proposed"}])


def take_back(founder: Person, proposal: Proposal) -> None:
    """Propose it no more: to change it, or to let it be."""
    record(founder, "took back", proposal, settles=[{"verb": "proposed"}, {"verb": "declined"}])
    session().delete(proposal)


def decide_how_communities_start(manager: Person, waits: bool, text: str) -> None:
    """Set whether new communities wait for a manager, and what their founders accept."""
    changed = principles.write(text)
    if waits != principles.STARTS_WAIT.value:
        principles.STARTS_WAIT.decide(waits)
        changed = True
    if changed:
        with quietly():
            record(manager, "changed network settings", manager)
