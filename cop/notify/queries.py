"""Questions about alerts: a person's inbox, and how much of it is new. Only what may be seen is shown."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from cop.core import kinds, policy
from cop.core.activity import Activity
from cop.core.db import session
from cop.core.i18n import gettext as _
from cop.core.i18n import lazy, ngettext
from cop.core.markup import excerpt
from cop.core.paging import pages_of
from cop.core.policy import Act
from cop.notify.models import Alert
from cop.people.models import Person

EACH_PAGE = 30
COUNTED_AT_MOST = 99
NAMED_AT_MOST = 3
EXCERPT = 140
TOGETHER = 400
OF_THE_TEXT = ("answered", "mentioned", "followed person", "followed")
"""Reasons by which somebody was told of a text itself, rather than of what others said of it."""
SENTENCES = {
    "answered": lazy("%(who)s replied to you in"),
    "mentioned": lazy("%(who)s mentioned you in"),
    "followed": lazy("%(who)s replied in"),
    "thanked": lazy("%(who)s thanked you for what you wrote in"),
    "helped": lazy("%(who)s says that you helped in"),
    "accepted": lazy("%(who)s chose your answer as the one that settled"),
}
ICONS = {
    "answered": "reply",
    "mentioned": "mention",
    "thanked": "thanks",
    "helped": "thanks",
    "followed person": "person",
    "told": "person",
}
WHICH: dict[str, tuple[str, ...]] = {
    "all": (),
    "unread": (),
    "me": ("answered", "mentioned"),
    "followed": ("followed person", "followed"),
    "thanks": ("thanked", "helped", "accepted"),
    "communities": ("told",),
}
"""The filters of the inbox, with the reasons that each shows."""


def unread_count(person: Person) -> int:
    """How many alerts a person has not read, up to 99: cheap, for every page."""
    unread = _unread(person).limit(COUNTED_AT_MOST).subquery()
    return session().scalar(select(func.count()).select_from(unread)) or 0


def _unread(person: Person) -> Any:
    return select(Alert.activity_id).where(Alert.person_id == person.id, Alert.read_at.is_(None))


def unread_counts(people: Iterable[int]) -> dict[int, int]:
    """How many alerts each of these people has not read, up to 99; those who read all are left out."""
    statement = (
        select(Alert.person_id, func.count())
        .where(Alert.person_id.in_(list(people)), Alert.read_at.is_(None))
        .group_by(Alert.person_id)
    )
    return {person: min(count, COUNTED_AT_MOST) for person, count in session().execute(statement)}


def told_of_text(activity: Activity) -> set[int]:
    """Ids of the people who heard of the same text before."""
    statement = (
        select(Alert.person_id)
        .join(Activity, Activity.id == Alert.activity_id)
        .where(
            Activity.kind == activity.kind,
            Activity.thing_id == activity.thing_id,
            Activity.id < activity.id,
            Alert.reason.in_(OF_THE_TEXT),
        )
    )
    return set(session().scalars(statement))


def together(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Rows in portions that one statement can hold."""
    for start in range(0, len(rows), TOGETHER):
        yield rows[start : start + TOGETHER]


def out_of_sight(kind: str, thing_id: int, person_id: int | None) -> list[tuple[int, int]]:
    """Alerts about a thing and what is in it that their people cannot see any more: `(person, deed)`.

    `person_id`: the one whose sight has changed, where it is one.
    """
    gone: list[tuple[int, int]] = []
    for name, ids in _things_within(kind, thing_id):
        statement = (
            select(Alert.person_id, Alert.activity_id, Activity.kind, Activity.thing_id)
            .join(Activity, Activity.id == Alert.activity_id)
            .where(Activity.kind == name, Activity.thing_id.in_(ids))
        )
        if person_id is not None:
            statement = statement.where(Alert.person_id == person_id)
        for some in together(session().execute(statement).all()):
            gone += _unseen(some)
    return gone


def _things_within(kind: str, thing_id: int) -> list[tuple[str, Any]]:
    """The thing and what is in it: ids by kind, as lists or as selects."""
    found: list[tuple[str, Any]] = [(kind, [thing_id])]
    inside = kinds.in_community(thing_id) if kind == "community" else {}
    found += inside.items()
    thing = kinds.load(kind, thing_id)
    if thing is None or inside:
        return found
    parts: dict[str, list[int]] = {}
    for name, id in kinds.of(thing).parts(thing):
        parts.setdefault(name, []).append(id)
    return found + [(name, some) for name, ids in parts.items() for some in together(ids)]


def _unseen(rows: Sequence[tuple[int, int, str, int]]) -> list[tuple[int, int]]:
    """The keys of those alerts whose people cannot see what they are about."""
    things = kinds.load_many({(kind, id) for _person, _activity, kind, id in rows})
    statement = select(Person).where(Person.id.in_({person for person, *_rest in rows}))
    people = {person.id: person for person in session().scalars(statement)}
    return [
        (person, activity)
        for person, activity, kind, id in rows
        if (kind, id) not in things or not policy.can(people[person], Act.READ, things[kind, id])
    ]


@dataclass
class Line:
    """One line of the inbox: a deed, or several of the same sort on one thing that came one after the other."""

    url: str
    title: str
    why: str
    excerpt: str
    community: Any | None
    at: dt.datetime
    is_new: bool
    kind: str
    ids: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Inbox:
    """One page of a person's inbox."""

    lines: list[Line]
    page: int
    pages: int
    newest: int
    """The id of the newest deed in it: "all read" means up to here."""


@dataclass(frozen=True)
class _Told:
    """An alert with what it is about."""

    alert: Alert
    actor: Person | None
    thing: Any

    @property
    def together_by(self) -> tuple[Any, ...]:
        """Alerts that are equal in this stand on one line."""
        kind = kinds.of(self.thing)
        verb = "" if self.alert.reason in SENTENCES else self.alert.activity.verb
        return kind.container(self.thing), self.alert.reason, verb, self.alert.read_at is None


def inbox(person: Person, which: str = "all", page: int = 1) -> Inbox:
    """What a person was told of, newest first, without what they may no longer see."""
    statement = (
        select(Alert, Person, func.count().over(), func.max(Alert.activity_id).over())
        .options(joinedload(Alert.activity))
        .outerjoin(Activity, Activity.id == Alert.activity_id)
        .outerjoin(Person, Person.id == Activity.actor_id)
        .where(Alert.person_id == person.id, *_which(which))
        .order_by(Alert.at.desc(), Alert.activity_id.desc())
        .limit(EACH_PAGE)
        .offset((page - 1) * EACH_PAGE)
    )
    found = list(session().execute(statement))
    things = kinds.load_many({(alert.activity.kind, alert.activity.thing_id) for alert, *_rest in found})
    told = [
        _Told(alert, actor, things[alert.activity.kind, alert.activity.thing_id])
        for alert, actor, *_rest in found
        if (alert.activity.kind, alert.activity.thing_id) in things
    ]
    seen = [each for each in told if policy.can(person, Act.READ, each.thing)]
    lines = [_line(list(group)) for _key, group in groupby(seen, key=lambda each: each.together_by)]
    total, newest = (found[0][2], found[0][3]) if found else (0, 0)
    return Inbox(lines, page, pages_of(total, EACH_PAGE), newest)


def _which(which: str) -> list[ColumnElement[bool]]:
    if which == "unread":
        return [Alert.read_at.is_(None)]
    return [Alert.reason.in_(WHICH[which])] if WHICH[which] else []


def _line(group: list[_Told]) -> Line:
    """A line of one or several alerts; it leads to the earliest, where reading begins."""
    latest, first = group[0], group[-1]
    kind, activity, reason = kinds.of(first.thing), first.alert.activity, first.alert.reason
    own = kind.followed_deeds if reason == "followed person" else kind.told
    sentence = SENTENCES[reason] if reason in SENTENCES else own[activity.verb]
    community = kind.community(first.thing)
    return Line(
        url=kind.url_after(activity.verb, first.thing),
        title=kind.title(first.thing),
        why=str(sentence) % {"who": who([each.actor for each in group])},
        excerpt=excerpt(kind.text(first.thing), EXCERPT) if len(group) == 1 else "",
        community=community if community is not first.thing else None,
        at=latest.alert.at,
        is_new=first.alert.read_at is None,
        kind=ICONS.get(reason, ""),
        ids=[each.alert.activity_id for each in group],
    )


def who(actors: list[Person | None]) -> str:
    """People in words, each once, at most three: "Danuta, Kofi and 2 others"."""
    names = list({actor.id: actor.name for actor in actors if actor is not None}.values()) or [str(_("The network"))]
    if len(names) == 1:
        return names[0]
    if len(names) <= NAMED_AT_MOST:
        return str(_("%(names)s and %(last)s", names=", ".join(names[:-1]), last=names[-1]))
    shown = ", ".join(names[: NAMED_AT_MOST - 1])
    others = len(names) - NAMED_AT_MOST + 1
    return str(ngettext("%(names)s and %(num)s other", "%(names)s and %(num)s others", others, names=shown))
