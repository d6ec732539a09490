"""Communities themselves: starting one, changing one, having been in one."""

import datetime as dt
import secrets
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from cop.communities.models import CLOTHS, SENT_TWICE, VISIT, Community, Membership
from cop.communities.service.members import add_member, drop_lost_follows
from cop.communities.shapes import narrower, width
from cop.core.activity import record
from cop.core.db import session, utcnow
from cop.core.markup import one_line
from cop.core.names import slug_of
from cop.people.models import Person

RESERVED = {"new", "invited"}
"""Words that stand where a community's stands in addresses."""


SEEN_EVERY = dt.timedelta(minutes=5)


@dataclass(frozen=True)
class Purpose:
    """What a community is for and for whom, how people join it, who reads it and may know of it, and its customs."""

    name: str
    purpose: str
    joining: str = "open"
    reading: str = "network"
    listed: bool = True
    edit_minutes: int | None = None
    for_whom: str = ""
    shape: str = ""

    @classmethod
    def of(cls, community: Community) -> "Purpose":
        """What a community is for, as it stands."""
        return cls(**{name: getattr(community, name) for name in cls.__dataclass_fields__})

    def settled(self) -> "Purpose":
        """As it is stored: lines cleaned; a hidden community is joined by invitation and read by its members."""
        joining, reading = (self.joining, self.reading) if self.listed else ("invitation", "members")
        return replace(
            self,
            name=one_line(self.name),
            purpose=one_line(self.purpose),
            for_whom=one_line(self.for_whom),
            joining=joining,
            reading=reading,
        )


class WiderThanParent(Exception):
    """A community within another one would be read by more than that one is."""


def start_community(founder: Person, wanted: Purpose, parent: Community | None = None, **facts: Any) -> Community:
    """Start a community; its founder looks after it. Two may have the same name, but a form sent twice makes one.

    `parent`: the community within which it lies. Raises WiderThanParent. `facts` are kept with the deed.
    """
    wanted = wanted.settled()
    _refuse_wider(wanted, parent)
    earlier = _sent_before(founder, wanted)
    if earlier is not None:
        return earlier
    community = _with_free_slug(wanted, parent)
    community.cloth = (community.id - 1) % CLOTHS + 1
    add_member(community, founder, "facilitator")
    record(founder, "started", community, **facts)
    return community


def _refuse_wider(wanted: Purpose, parent: Community | None) -> None:
    if parent is not None and width(wanted.reading) > width(parent.reading):
        raise WiderThanParent


def _sent_before(founder: Person, wanted: Purpose) -> Community | None:
    """The community that the same person started a moment ago with the same words."""
    return session().scalar(
        select(Community)
        .join(Membership, Membership.community_id == Community.id)
        .where(
            Membership.person_id == founder.id,
            Membership.role == "facilitator",
            Community.name == wanted.name,
            Community.purpose == wanted.purpose,
            Community.created_at > utcnow() - SENT_TWICE,
        )
        .limit(1)
    )


def _with_free_slug(wanted: Purpose, parent: Community | None) -> Community:
    """A stored community under an address of its own.

    A hidden one's address cannot be guessed, so nobody learns of it by being refused a name, or given a number.
    """
    base = slug_of(wanted.name) or "community"
    if not wanted.listed:
        base = f"{base}-{secrets.token_hex(3)}"
    taken = set(session().scalars(select(Community.slug).where(Community.slug.startswith(base, autoescape=True))))
    number = 1
    while True:
        slug = base if number == 1 else f"{base}-{number}"
        number += 1
        if slug in taken or slug in RESERVED:
            continue
        community = Community(slug=slug, parent=parent, **wanted.__dict__)
        try:
            with session().begin_nested():  # another process may take the word between the question and the row
                session().add(community)
        except IntegrityError:
            continue
        return community


def change_community(facilitator: Person, community: Community, wanted: Purpose) -> Community:
    """Change what a community says of itself and who may read it; those who lose sight of it follow nothing in it.

    What lies within it is narrowed with it. Raises WiderThanParent.
    """
    wanted = wanted.settled()
    _refuse_wider(wanted, _parent_now(community))
    before = (community.audience, community.listed)
    changed = False
    for name, value in wanted.__dict__.items():
        if getattr(community, name) != value:
            setattr(community, name, value)
            changed = True
    if not changed:
        return community
    if (community.audience, community.listed) == before:
        record(facilitator, "changed", community)
        return community
    session().flush()
    drop_lost_follows(community)
    record(facilitator, "changed audience", community)
    _narrow_within(facilitator, community)
    return community


def _parent_now(community: Community) -> Community | None:
    """The parent as it is by now. It is not locked: whoever narrows it waits for this community, and narrows it too."""
    if community.parent_id is None:
        return None
    return session().get(Community, community.parent_id, populate_existing=True)


def _narrow_within(facilitator: Person, community: Community) -> None:
    """What lies within a community is read by no more than it, and known to no more; its facilitators hear of it."""
    within = select(Community).where(Community.parent_id == community.id).order_by(Community.id).with_for_update()
    for child in session().scalars(within.execution_options(populate_existing=True)).all():
        facts: dict[str, Any] = {}
        if narrower(child.reading, community.reading) != child.reading:
            child.reading = community.reading
            facts["tell"] = _facilitators_of(child)
        session().flush()
        drop_lost_follows(child)
        record(facilitator, "changed audience", child, **facts)


def _facilitators_of(community: Community) -> list[int]:
    facilitators = select(Membership.person_id).where(
        Membership.community_id == community.id, Membership.role == "facilitator"
    )
    return list(session().scalars(facilitators))


def was_here(person: Person, community: Community) -> None:
    """Note that a member is looking at the community: moves "new since you were here" on when a new visit begins."""
    membership = session().get(Membership, (person.id, community.id))
    if membership is None:
        return
    now = utcnow()
    if membership.here_at is not None and now - membership.here_at < SEEN_EVERY:
        return
    if membership.here_at is not None and now - membership.here_at >= VISIT:
        membership.visited_at = membership.here_at
    membership.here_at = now
