"""Questions about requests to join."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from cop.communities.models import Community, JoinQuestion, JoinRequest
from cop.core import terms
from cop.core.db import is_writing, session
from cop.people.models import Person
from cop.people.shown import ShownPerson, shown

WAITING_AT_MOST = 200


@dataclass(frozen=True)
class Waiting:
    """Somebody who asks to be let in, with what the facilitator may see of their profile."""

    request: JoinRequest
    person: ShownPerson
    knows: Sequence[str]
    """What they say they know."""
    asked_by: dict[int, ShownPerson]
    """Who asked back, by the number of the question."""


def requests_waiting(facilitator: Person, community: Community) -> list[Waiting]:
    """Who asks to be let in, the longest wait first."""
    statement = (
        select(JoinRequest, Person)
        .join(Person, Person.id == JoinRequest.person_id)
        .options(selectinload(JoinRequest.questions).joinedload(JoinQuestion.asked_by))
        .where(JoinRequest.community_id == community.id, JoinRequest.declined_at.is_(None), Person.status == "active")
        .order_by(JoinRequest.asked_at, JoinRequest.id)
        .limit(WAITING_AT_MOST)
    )
    return _shown(facilitator, [(request, person) for request, person in session().execute(statement)])


def shown_request(facilitator: Person, request: JoinRequest) -> Waiting:
    """One of them."""
    (found,) = _shown(facilitator, [(request, request.person)])
    return found


def _shown(facilitator: Person, found: Sequence[tuple[JoinRequest, Person]]) -> list[Waiting]:
    people = {person.id: shown(person, facilitator) for _request, person in found}
    knowing = [id for id, person in people.items() if person.shows_terms]
    known = terms.terms_of("person", knowing) if knowing else {}
    return [
        Waiting(
            request,
            people[person.id],
            [term.name for term in known.get(person.id, ())],
            {each.id: shown(each.asked_by, facilitator) for each in request.questions},
        )
        for request, person in found
    ]


def request_in(community: Community, id: int) -> JoinRequest | None:
    """A request to join this community that waits, with its person; None when somebody has decided it."""
    statement = (
        select(JoinRequest)
        .options(
            joinedload(JoinRequest.person, innerjoin=True),
            joinedload(JoinRequest.community, innerjoin=True),
            selectinload(JoinRequest.questions).joinedload(JoinQuestion.asked_by),
        )
        .where(JoinRequest.id == id, JoinRequest.community_id == community.id, JoinRequest.declined_at.is_(None))
    )
    if is_writing():
        statement = statement.with_for_update(of=JoinRequest)
    return session().scalar(statement)


def request_of(person: Person, community: Community) -> JoinRequest | None:
    """Somebody's own request, waiting or declined, with all that was asked and written."""
    statement = (
        select(JoinRequest)
        .options(
            joinedload(JoinRequest.declined_by),
            selectinload(JoinRequest.questions).joinedload(JoinQuestion.asked_by),
        )
        .where(JoinRequest.community_id == community.id, JoinRequest.person_id == person.id)
    )
    return session().scalar(statement)
