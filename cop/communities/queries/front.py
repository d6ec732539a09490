"""What a community shows at its door: how it looks, and what newcomers find."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy import select

from cop.communities import rules
from cop.communities.models import DISMISSED, Community, FirstStep, Front, Membership, WelcomeTick
from cop.communities.queries.members import NEW_FOR
from cop.core import kinds
from cop.core.db import session, utcnow
from cop.people.models import Person


def front_of(reader: Person | None, community: Community) -> Front | None:
    """Banner, intro and welcome, for those who read the community."""
    return session().get(Front, community.id) if rules.reads(reader, community) else None


def steps_of(member: Person, community: Community) -> list[FirstStep]:
    """The first steps that its members are offered."""
    statement = select(FirstStep).where(FirstStep.community_id == community.id).order_by(FirstStep.place)
    return list(session().scalars(statement))


@dataclass(frozen=True)
class ShownStep:
    """A first step, as one newcomer sees it."""

    step: FirstStep
    done: bool


@dataclass(frozen=True)
class Welcome:
    """What a newcomer finds on a community's home."""

    html: Markup
    steps: Sequence[ShownStep]


def welcome_for(
    reader: Person | None, community: Community, membership: Membership | None, front: Front | None
) -> Welcome | None:
    """The welcome, for who joined lately; until they have done the steps, or want to see it no more."""
    if reader is None or membership is None or membership.role == "facilitator":
        return None
    if utcnow() - membership.joined_at >= NEW_FOR:
        return None
    steps = steps_of(reader, community)
    if not (steps or (front is not None and front.welcome)):
        return None
    ticked = _ticks_of(reader, community)
    if DISMISSED in ticked:
        return None
    written = any(step.by_writing for step in steps) and has_written(reader, community)
    shown = [ShownStep(step, step.place in ticked or (step.by_writing and written)) for step in steps]
    if shown and all(each.done for each in shown):
        return None
    return Welcome(Markup(front.welcome_html if front is not None else ""), shown)  # noqa: S704  `markup.render` made it


def _ticks_of(reader: Person, community: Community) -> set[int]:
    statement = select(WelcomeTick.place).where(
        WelcomeTick.person_id == reader.id, WelcomeTick.community_id == community.id
    )
    return set(session().scalars(statement))


def has_written(reader: Person, community: Community) -> bool:
    """Whether somebody has written anything in a community."""
    for kind in kinds.all_kinds():
        there, theirs = kind.in_community(community.id), kind.written_by(reader.id)
        if there is None or theirs is None:
            continue
        if session().scalar(select(there.where(kind.model.id.in_(theirs)).exists())):
            return True
    return False
