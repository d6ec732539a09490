"""Communities themselves: starting one, changing one, having been in one."""

import datetime as dt
import secrets
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from cop.communities.models import CLOTHS, VISIT, Community, Membership
from cop.communities.service.members import add_member, drop_lost_follows
from cop.core.activity import record
from cop.core.db import session, utcnow
from cop.core.markup import one_line
from cop.core.names import slug_of
from cop.people.models import Person

RESERVED = {"new", "invited"}
"""Words that stand where a community's stands in addresses."""


SEEN_EVERY = dt.timedelta(minutes=5)
SENT_TWICE = dt.timedelta(minutes=2)


@dataclass(frozen=True)
class Purpose:
    """What a community is for, how people join it, who reads it, whether outsiders may know of it, and its customs."""

    name: str
    purpose: str
    joining: str = "open"
    reading: str = "network"
    listed: bool = True
    edit_minutes: int | None = None

    def settled(self) -> "Purpose":
        """As it is stored: lines cleaned; a hidden community is joined by invitation and read by its members."""
        name, purpose = one_line(self.name), one_line(self.purpose)
        if not self.listed:
            return replace(self, name=name, purpose=purpose, joining="invitation", reading="members")
        return replace(self, name=name, purpose=purpose)


def start_community(founder: Person, wanted: Purpose) -> Community:
    """Start a community; its founder looks after it. Two may have the same name, but a form sent twice makes one."""
    wanted = wanted.settled()
    earlier = _sent_before(founder, wanted)
    if earlier is not None:
        return earlier
    community = _with_free_slug(wanted)
    community.cloth = (community.id - 1) % CLOTHS + 1
    add_member(community, founder, "facilitator")
    record(founder, "started", community)
    return community


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


def _with_free_slug(wanted: Purpose) -> Community:
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
        community = Community(slug=slug, **wanted.__dict__)
        try:
            with session().begin_nested():  # another process may take the word between the question and the row
                session().add(community)
        except IntegrityError:
            continue
        return community


def change_community(facilitator: Person, community: Community, wanted: Purpose) -> Community:
    """Change what a community says of itself and who may read it; those who lose sight of it follow nothing in it."""
    wanted = wanted.settled()
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
    return community


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
