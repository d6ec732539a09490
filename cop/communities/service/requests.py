"""Requests to join: made, asked back about, answered. Whoever decides second is told, and nothing is done twice."""

from typing import Any

from sqlalchemy import select

from cop.communities.models import Community, JoinQuestion, JoinRequest, Membership
from cop.communities.service.members import ASKING, enter
from cop.core import letters, links
from cop.core.activity import record
from cop.core.db import session, utcnow
from cop.core.markup import one_line
from cop.people.models import Person
from cop.people.queries import primary_address


class AskedAlready(Exception):
    """A question to this person waits for its answer: one at a time."""


def ask_to_join(person: Person, community: Community, reason: str) -> JoinRequest:
    """Ask the facilitators to be let in; asking again while one waits changes the reason and tells nobody twice."""
    request = session().scalar(
        select(JoinRequest).where(JoinRequest.community_id == community.id, JoinRequest.person_id == person.id)
    )
    if request is not None and request.declined_at is None:
        request.reason = one_line(reason)
        return request
    if request is None:
        request = JoinRequest(person_id=person.id, community_id=community.id)
        session().add(request)
    request.reason, request.asked_at, request.questions = one_line(reason), utcnow(), []
    request.declined_at, request.declined_by_id, request.reply = None, None, ""
    record(person, "asked to join", community, person=person.id, settles=[{"verb": "declined", "to": person.id}])
    return request


def accept_request(facilitator: Person, request: JoinRequest) -> Membership:
    """Let somebody in who asked."""
    person, community = _both(request)
    membership = enter(facilitator, community, person, "let in", tell=[person.id])
    _write(person, "let_in", facilitator, community)
    return membership


def decline_request(facilitator: Person, request: JoinRequest, reply: str, keep: bool = False) -> None:
    """Say no to somebody who asked, with a letter; `keep` it as what is proposed next time. They may ask again."""
    person, community = _both(request)
    request.reply, request.declined_at, request.declined_by_id = reply, utcnow(), facilitator.id
    if keep:
        community.decline_text = reply
    _write(person, "declined", facilitator, community, reply=reply)
    settles = [{"verb": verb, "by": person.id} for verb in ASKING] + [{"verb": "asked back", "to": person.id}]
    record(facilitator, "declined", community, person=person.id, tell=[person.id], settles=settles)


def ask_back(facilitator: Person, request: JoinRequest, question: str) -> JoinQuestion:
    """Ask somebody something before deciding. Raises AskedAlready while an earlier question is not answered."""
    if request.open_question is not None:
        raise AskedAlready
    person, community = _both(request)
    asked = JoinQuestion(asked_by_id=facilitator.id, question=one_line(question))
    request.questions.append(asked)
    _write(person, "asked_back", facilitator, community, question=asked.question)
    record(facilitator, "asked back", community, person=person.id, tell=[person.id])
    return asked


def answer_question(person: Person, question: JoinQuestion, answer: str) -> None:
    """Answer what a facilitator asked back; they all hear of it."""
    request = session().get_one(JoinRequest, question.request_id)
    question.answer, question.answered_at = answer.strip(), utcnow()
    community = session().get_one(Community, request.community_id)
    settles = [{"verb": "asked back", "to": person.id}]
    record(person, "answered the question", community, person=person.id, settles=settles)


def _both(request: JoinRequest) -> tuple[Person, Community]:
    return session().get_one(Person, request.person_id), session().get_one(Community, request.community_id)


def _write(person: Person, letter: str, facilitator: Person, community: Community, **words: Any) -> None:
    """Send what a facilitator answers to whoever asked: they may not come by before they hear of it."""
    address = primary_address(person)
    if address is None:
        return
    page = community.url if letter == "let_in" else f"{community.url}/ask-to-join"
    names = {"name": person.name, "facilitator": facilitator.name, "community": community.name}
    letters.post(address, letter, url=links.absolute(page), **names, **words)
