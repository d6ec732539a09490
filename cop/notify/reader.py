"""From the record of deeds to alerts: who hears of a deed, and which alerts end with it.

It knows no feature: kinds say who follows a thing, whom it answers, and of which deeds its followers hear, or those who
follow the person; a deed's facts name whom it tells (`tell`), mentions (`mentions`, handles) and what it settles
(`settles`). Safe to run twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from cop.core import blocks, follows, kinds, policy
from cop.core.activity import Activity
from cop.core.db import session, unit_of_work
from cop.core.policy import Act
from cop.core.push import push
from cop.notify import queries, service
from cop.people.models import Person

TO_THE_AUTHOR = ("thanked", "helped", "accepted")
STRENGTH = ("told", "accepted", "helped", "thanked", "answered", "mentioned", "followed person", "followed")
"""Why somebody hears of a deed, the strongest reason first: each person hears of it once."""
ENDING = ("left", "removed", "hid", "changed audience")
"""Deeds by which people lose sight of things, and with it their alerts."""


def accepts(activity: Activity) -> bool:
    """Decline imports, and deeds of which nobody can hear."""
    if activity.quiet:
        return False
    kind, facts = kinds.get(activity.kind), activity.facts
    heard = activity.verb in TO_THE_AUTHOR or activity.verb in kind.news or activity.verb in kind.followed_deeds
    told = any(facts.get(name) for name in ("tell", "mentions", "settles"))
    return heard or told or activity.verb in ENDING


@dataclass(frozen=True)
class _Plan:
    """What a deed does to alerts; found out before the write lock is taken, since asking for many people takes time."""

    activity: Activity
    hearing: dict[int, str]
    unseen: list[tuple[int, int]]


def read(activities: Sequence[Activity]) -> None:
    """Write the alerts of these deeds, take away those that ended, and tell the open pages of whoever is concerned."""
    told: dict[tuple[str, int], set[int]] = {}
    plans = [_plan(activity, told.setdefault((activity.kind, activity.thing_id), set())) for activity in activities]
    concerned: set[int] = set()
    with unit_of_work():
        for plan in plans:
            for settled in plan.activity.facts.get("settles", ()):
                concerned |= service.settle(plan.activity, settled["verb"], settled.get("by"), settled.get("to"))
            concerned |= service.take_away(plan.unseen)
            concerned |= service.alert(plan.activity, plan.hearing)
        unread = queries.unread_counts(concerned)
    for person_id in sorted(concerned):
        push(f"person:{person_id}", "alert", {"unread": unread.get(person_id, 0)})


def _plan(activity: Activity, told: set[int]) -> _Plan:
    """`told`: who hears of an earlier deed on the same thing that is read together with this one."""
    unseen = []
    if activity.verb in ENDING:
        unseen = queries.out_of_sight(activity.kind, activity.thing_id, activity.facts.get("person"))
    hearing = _hearing(activity, told)
    told |= {person for person, reason in hearing.items() if reason in queries.OF_THE_TEXT}
    return _Plan(activity, hearing, unseen)


def _hearing(activity: Activity, told: set[int]) -> dict[int, str]:
    """Who hears of a deed, and why: those concerned who may see the thing and did not ask to hear nothing of it."""
    thing = activity.thing()
    if thing is None:
        return {}
    reasons = _reasons(activity, thing, told)
    reasons.pop(activity.actor_id or 0, None)
    people = session().scalars(select(Person).where(Person.id.in_(reasons), Person.status == "active"))
    hearing = {person.id: reasons[person.id] for person in people if policy.can(person, Act.READ, thing)}
    for each in _muted(hearing, thing):
        hearing.pop(each)
    return hearing


def _reasons(activity: Activity, thing: Any, told: set[int]) -> dict[int, str]:
    """Why each person hears of a deed: of several reasons, the strongest."""
    kind, facts, verb = kinds.of(thing), activity.facts, activity.verb
    found: dict[int, str] = {}

    def hears(people: Iterable[int], reason: str) -> None:
        for person in people:
            found[person] = min(found.get(person, reason), reason, key=_strength)

    if verb in kind.news:
        hears(kind.followers(thing), "told" if verb in kind.told else "followed")
        answered = kind.answers(thing)
        hears([answered] if answered is not None else [], "answered")
    if verb in kind.followed_deeds and activity.actor_id is not None:
        hears(_who_follow(activity.actor_id), "followed person")
    if verb in TO_THE_AUTHOR:
        hears(kind.authors(thing), verb)
    hears(facts.get("tell", []), "told")
    if facts.get("mentions"):
        mentioned = select(Person.id).where(Person.handle.in_(facts["mentions"]))
        before = told | queries.told_of_text(activity)  # an edited text mentions the same people again
        hears((id for id in session().scalars(mentioned) if id not in before), "mentioned")
    return found


def _who_follow(person_id: int) -> set[int]:
    """Who hears by following a person: not where one of the two blocks the other, of which nobody is told."""
    return set(follows.followers_of("person", person_id)) - blocks.around(person_id)


def _strength(reason: str) -> int:
    return STRENGTH.index(reason)


def _muted(people: Iterable[int], thing: Any) -> set[int]:
    """Those who want to hear nothing of the whole that the thing is a part of."""
    kind, _, id = kinds.of(thing).container(thing).partition(":")
    return follows.muted_by(people, kind, int(id))
