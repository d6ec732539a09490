"""Questions about invitations. What an inviter sees of one made by address depends on nobody's account."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, exists, func, select
from sqlalchemy.orm import contains_eager, joinedload

from cop.communities.models import OPEN_FOR, Community, Invitation, Membership
from cop.communities.rules import for_them, waits
from cop.core import policy
from cop.core.db import is_writing, session, utcnow
from cop.core.paging import pages_of
from cop.people.models import Address, Person
from cop.people.queries import named_like
from cop.people.shown import ShownPerson, shown, shown_many

FOUND_AT_MOST = 20
EACH_PAGE = 50
STATES = ("waiting", "came", "expired")


@dataclass(frozen=True)
class Invited:
    """An invitation as facilitators see it: by the name of the person, or by the address that was typed."""

    invitation: Invitation
    state: str
    person: ShownPerson | None
    inviter: ShownPerson

    @property
    def name(self) -> str:
        """What it is called by."""
        return self.person.name if self.person is not None else self.invitation.address or ""


@dataclass(frozen=True)
class InvitedList:
    """One page of those in one state, and how many are in each."""

    rows: Sequence[Invited]
    counts: Mapping[str, int]
    page: int
    pages: int


def invitations_from(facilitator: Person, community: Community, state: str = "waiting", page: int = 1) -> InvitedList:
    """The invitations of a community in one state, the latest first.

    `came`: by this invitation, and belongs now, as the list of members shows too. Whoever said no, belonged before or
    joined by another way is in the state in which an address that nobody has would be.
    """
    named = _state()
    theirs = [Invitation.community_id == community.id, _is_listed(facilitator)]
    counts = dict(session().execute(select(named, func.count()).where(*theirs).group_by(named)).all())
    statement = (
        select(Invitation)
        .options(joinedload(Invitation.person), joinedload(Invitation.inviter))
        .where(*theirs, named == state)
        .order_by(Invitation.sent_at.desc(), Invitation.id.desc())
        .limit(EACH_PAGE)
        .offset((page - 1) * EACH_PAGE)
    )
    rows = [
        Invited(
            each,
            state,
            shown(each.person, facilitator) if each.person is not None else None,
            shown(each.inviter, facilitator),
        )
        for each in session().scalars(statement)
    ]
    return InvitedList(rows, counts, page, pages_of(counts.get(state, 0), EACH_PAGE))


def _state() -> ColumnElement[str]:
    """In which of `STATES` an invitation is, in SQL."""
    ended = Invitation.sent_at <= utcnow() - OPEN_FOR
    return case((Invitation.answer == "came", "came"), (ended, "expired"), else_="waiting")


def _is_listed(facilitator: Person) -> ColumnElement[bool]:
    """Neither taken back nor a member's recommendation; and of those who came, who is seen among the members."""
    belongs = exists().where(
        Membership.community_id == Invitation.community_id,
        Membership.person_id == Invitation.came_id,
        Person.id == Invitation.came_id,
        policy.readable(facilitator, Person),
    )
    return and_(Invitation.withdrawn_at.is_(None), ~Invitation.recommended, (Invitation.answer != "came") | belongs)


def invited_before(facilitator: Person, community: Community, addresses: Collection[str]) -> set[str]:
    """Those of some addresses to which nothing would be sent now: their invitation is open, or they came by it."""
    statement = select(Invitation.address).where(
        Invitation.community_id == community.id,
        Invitation.address.in_(addresses),
        _is_listed(facilitator),
        _state() != "expired",
    )
    return {address for address in session().scalars(statement) if address}


def invitation_in(community: Community, id: int) -> Invitation | None:
    """A facilitator's invitation to this community; None when it was taken back, or somebody came by it."""
    return session().scalar(
        select(Invitation).where(
            Invitation.id == id,
            Invitation.community_id == community.id,
            Invitation.withdrawn_at.is_(None),
            Invitation.answer != "came",
            ~Invitation.recommended,
        )
    )


def invitation_for(person: Person, community: Community) -> Invitation | None:
    """An invitation to this community that waits for the person's answer, with its inviter: by name if there is one."""
    statement = (
        select(Invitation)
        .options(joinedload(Invitation.inviter))
        .where(Invitation.community_id == community.id, for_them(person), waits())
        .order_by(Invitation.person_id.is_(None), Invitation.id)
        .limit(1)
    )
    return session().scalar(statement)


def of_mark(id: int, mark: str) -> Invitation | None:
    """The invitation that a letter or a job speaks of, whatever became of it; None when it was sent anew since.

    Invitation and community are locked inside a unit of work: a letter is answered once, and members are counted right.
    """
    statement = (
        select(Invitation)
        .join(Invitation.community)
        .options(contains_eager(Invitation.community), joinedload(Invitation.inviter, innerjoin=True))
        .where(Invitation.id == id, Invitation.mark == mark)
    )
    if is_writing():
        statement = statement.with_for_update(of=[Invitation, Community])
    return session().scalar(statement)


def has_address(person: Person, address: str) -> bool:
    """Whether the person has proved that this e-mail address is theirs."""
    statement = select(Address.id).where(
        Address.person_id == person.id, Address.address == address, Address.verified_at.is_not(None)
    )
    return session().scalar(statement) is not None


def people_to_invite(inviter: Person, community: Community, text: str) -> list[ShownPerson]:
    """People on the network who are named like this, without those who belong."""
    belongs = select(Membership.person_id).where(Membership.community_id == community.id)
    condition = policy.readable(inviter, Person) & (Person.status == "active") & Person.id.not_in(belongs)
    return list(shown_many(named_like(text, condition, limit=FOUND_AT_MOST), inviter).values())
