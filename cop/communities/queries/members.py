"""Questions about who belongs to a community."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import case, func, select

from cop.communities.models import Community, Membership
from cop.core import policy
from cop.core.db import session, utcnow
from cop.core.paging import pages_of
from cop.people.models import Person
from cop.people.queries import named_like
from cop.people.shown import ShownPerson, shown, shown_many

EACH_PAGE = 30
MENTIONABLE_AT_MOST = 8
NEW_FOR = dt.timedelta(days=30)


@dataclass(frozen=True)
class Member:
    """A member in a list."""

    person: ShownPerson
    role: str
    joined_at: dt.datetime

    @property
    def is_new(self) -> bool:
        """Whether they have come lately, and may be glad of a welcome."""
        return utcnow() - self.joined_at < NEW_FOR


@dataclass(frozen=True)
class Members:
    """One page of a community's members."""

    rows: list[Member]
    page: int
    pages: int
    total: int


def members_of(reader: Person, community: Community, page: int = 1) -> Members:
    """A community's members, facilitators first, then by name. The reader's right to see them is `Act.MEMBERS`."""
    statement = (
        select(Person, Membership.role, Membership.joined_at, func.count().over())
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.community_id == community.id, policy.readable(reader, Person))
        .order_by(case((Membership.role == "facilitator", 0), else_=1), Person.name_key, Person.id)
        .limit(EACH_PAGE)
        .offset((page - 1) * EACH_PAGE)
    )
    found = list(session().execute(statement))
    total = found[0][3] if found else 0
    rows = [Member(shown(person, reader), role, joined) for person, role, joined, _total in found]
    return Members(rows, page, pages_of(total, EACH_PAGE), total)


def member_named(community: Community, handle: str) -> Person | None:
    """The member with this handle."""
    statement = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.community_id == community.id, Person.handle == handle)
    )
    return session().scalar(statement)


def possible_successors(person: Person, community: Community) -> list[Person]:
    """The other members who could look after a community, by name."""
    statement = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.community_id == community.id, Person.id != person.id, Person.status == "active")
        .order_by(Person.name_key)
        .limit(500)
    )
    return list(session().scalars(statement))


def others_look_after(person: Person, community: Community) -> bool:
    """Whether a community has a facilitator besides this person."""
    statement = select(Membership.person_id).where(
        Membership.community_id == community.id, Membership.role == "facilitator", Membership.person_id != person.id
    )
    return session().scalar(statement.limit(1)) is not None


def mentionable(reader: Person, community: Community, text: str) -> list[ShownPerson]:
    """People who may read what is written here and are named like this, members first; of no words, members."""
    members = Person.id.in_(select(Membership.person_id).where(Membership.community_id == community.id))
    condition = (Person.status == "active") & (Person.id != reader.id)
    if community.audience == f"community:{community.id}":
        condition &= members
    return list(shown_many(named_like(text, condition, members, MENTIONABLE_AT_MOST), reader).values())
