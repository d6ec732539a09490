"""What newcomers are told, and the first steps that they are offered."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select

from cop.communities.models import DISMISSED, STEPS, Community, FirstStep, Membership, WelcomeTick
from cop.communities.service.look import front_of
from cop.communities.shapes import Step
from cop.core import files
from cop.core.activity import record
from cop.core.db import session
from cop.core.markup import one_line
from cop.people.models import Person


def change_welcome(facilitator: Person, community: Community, text: str, html: str, steps: Sequence[Step]) -> None:
    """Set the welcome (`html` is its text rendered) and the first steps. A step that is changed is to be done anew."""
    if set_welcome(facilitator, community, text, html, steps):
        record(facilitator, "changed welcome", community)


def set_welcome(writer: Person, community: Community, text: str, html: str, steps: Sequence[Step]) -> bool:
    """The rows of it; whether anything changed."""
    front = front_of(community)
    changed = front.welcome != text
    front.welcome, front.welcome_html = text, html
    files.claim(writer, community, html)
    return _set_steps(community, steps) or changed


def _set_steps(community: Community, steps: Sequence[Step]) -> bool:
    wanted = dict(enumerate(map(_said, steps[:STEPS]), 1))
    of_community = select(FirstStep).where(FirstStep.community_id == community.id)
    there = {each.place: each for each in session().scalars(of_community)}
    anew = [
        place for place in {*wanted, *there} if wanted.get(place) != (_said(there[place]) if place in there else None)
    ]
    for place in anew:
        if place in there:
            session().delete(there[place])
    session().flush()
    for place in anew:
        if place in wanted:
            words, link, by_writing = wanted[place]
            session().add(
                FirstStep(community_id=community.id, place=place, words=words, link=link, by_writing=by_writing)
            )
    _forget_ticks(community, anew)
    return bool(anew)


def _said(step: FirstStep | Step) -> tuple[str, str, bool]:
    return one_line(str(step.words)), step.link, step.by_writing


def _forget_ticks(community: Community, places: Iterable[int]) -> None:
    session().execute(
        delete(WelcomeTick).where(WelcomeTick.community_id == community.id, WelcomeTick.place.in_(list(places)))
    )


def tick(person: Person, community: Community, place: int, done: bool = True) -> None:
    """Say that a first step is done, or is not. It is nobody else's affair, so nothing is recorded."""
    key = (person.id, community.id, place)
    found = session().get(WelcomeTick, key)
    if done and found is None and session().get(Membership, (person.id, community.id)) is not None:
        session().add(WelcomeTick(person_id=person.id, community_id=community.id, place=place))
    elif not done and found is not None:
        session().delete(found)


def dismiss(person: Person, community: Community) -> None:
    """Show the welcome to this member no more."""
    tick(person, community, DISMISSED)
