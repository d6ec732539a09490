"""Who may do what: one table of rules, read aloud; the same rules as a check, as SQL and as audience tokens.

A thing belongs to an audience, a person holds audiences, and seeing is their intersection. Packages register their
lines at start; views fetch through `access` only, which answers 404 for what may not be known and 403 with a sentence.
"""

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from cop.core.db import is_writing, session
from cop.core.i18n import lazy as _

T = TypeVar("T")
PUBLIC = "public"
NETWORK = "network"


class Act(enum.Enum):
    """Everything that can be asked of the policy."""

    READ = "read"
    """See the thing and that it exists."""
    ASK = "ask"
    """Start a topic in a community."""
    REPLY = "reply"
    """Add a post to a topic."""
    EDIT = "edit"
    """Change what was written, or a thing's settings."""
    HIDE = "hide"
    """Take out of sight, to be restored."""
    RESTORE = "restore"
    """Put back what was hidden."""
    THANK = "thank"
    """Thank an author, or say that it helped."""
    ACCEPT = "accept"
    """Mark the answer that settled a question."""
    LOCK = "lock"
    """Close a topic to further posts, now or at a time, or slow it down; or open it again."""
    PIN = "pin"
    """Keep a topic at the top of its community's list."""
    ANNOUNCE = "announce"
    """Put a topic on its community's home page."""
    FOLLOW = "follow"
    """Ask to hear of what happens there, or of what a person begins."""
    JOIN = "join"
    """Become a member at once."""
    REQUEST = "request"
    """Ask the facilitators to be let in."""
    LEAVE = "leave"
    """Stop being a member."""
    INVITE = "invite"
    """Bring somebody in."""
    RECOMMEND = "recommend"
    """Tell somebody of a community."""
    FACILITATE = "facilitate"
    """Look after a community: members, requests, settings."""
    MEMBERS = "members"
    """See who belongs to a community."""
    START = "start"
    """Start a community; of a community: one within it."""
    WRITE = "write"
    """Write to a person."""
    BLOCK = "block"
    """Get nothing from a person any more, or again."""
    RUN = "run"
    """Look after the network itself: what it lacks."""
    SETTLE = "settle"
    """Decide about what was reported."""
    SAVE = "save"
    """Put a person on a list of one's own."""


class Refused(Exception):
    """The person may know of the thing but may not do this; the text says why."""


class Unseen(Exception):
    """There is no such thing for this person, whether or not it exists."""


Predicate = Callable[[Any, Any], bool]
Alternatives = list[list[Predicate]]


@dataclass(frozen=True)
class Rules:
    """The lines of the table for one model."""

    table: dict[Act, Alternatives]
    readable: Callable[[Any], ColumnElement[bool]] | None


_rules: dict[type, Rules] = {}
_sources: list[Callable[[Any], Iterable[str]]] = []
_held: dict[int, tuple[int, frozenset[str]]] = {}
HELD_AT_MOST = 20_000


def because(sentence: str) -> Callable[[Predicate], Predicate]:
    """Give a predicate the sentence that a person reads when it is what stops them."""

    def keep(predicate: Predicate) -> Predicate:
        predicate.because = sentence  # type: ignore[attr-defined]
        return predicate

    return keep


def register(
    model: type, table: dict[Act, Alternatives], readable: Callable[[Any], ColumnElement[bool]] | None = None
) -> None:
    """Add the lines for a model: acts as alternatives of predicates that must all hold; READ also as SQL."""
    _rules[model] = Rules(table, readable)


def add(model: type, table: dict[Act, Alternatives]) -> None:
    """Add lines about another package's things: what a feature lets people do with them."""
    _rules[model].table.update(table)


def audience_source(source: Callable[[Any], Iterable[str]]) -> None:
    """Register who gives a signed-in person further audiences (their communities)."""
    if source not in _sources:
        _sources.append(source)


def audiences(person: Any | None) -> frozenset[str]:
    """The tokens that a person holds, kept until the person's `audience_version` moves on."""
    if person is None:
        return frozenset({PUBLIC})
    kept = _held.get(person.id)
    if kept is not None and kept[0] == person.audience_version:
        return kept[1]
    tokens = {PUBLIC, NETWORK, f"person:{person.id}"}
    for source in _sources:
        tokens.update(source(person))
    held = frozenset(tokens)
    if not is_writing():  # inside a unit of work the version may yet be undone
        if len(_held) >= HELD_AT_MOST:
            _held.clear()
        _held[person.id] = (person.audience_version, held)
    return held


def forget_audiences() -> None:
    """Forget what was kept (tests undo transactions under it)."""
    _held.clear()


def can(person: Any | None, act: Act, thing: Any) -> bool:
    """Whether the person may do this to the thing."""
    for alternative in _rules[_model_of(thing)].table.get(act, []):
        for predicate in alternative:  # loops, not any(all(…)): a page of posts asks this a hundred and fifty times
            if not predicate(person, thing):
                break
        else:
            return True
    return False


def require(person: Any | None, act: Act, thing: Any) -> None:
    """Raise Unseen or Refused unless the person may do this."""
    if can(person, act, thing):
        return
    if act is Act.READ or not can(person, Act.READ, thing):
        raise Unseen
    raise Refused(why_not(person, act, thing))


def why_not(person: Any | None, act: Act, thing: Any) -> str:
    """The sentence of the first predicate that fails: of the nearest alternative, the one that fails last."""
    failing: list[tuple[int, str]] = []
    for alternative in _rules[_model_of(thing)].table.get(act, []):
        for place, predicate in enumerate(alternative):
            if not predicate(person, thing):
                failing.append((place, str(getattr(predicate, "because", ""))))
                break
    sentences = [sentence for _, sentence in sorted(failing, key=lambda each: -each[0]) if sentence]
    return sentences[0] if sentences else str(_("You may not do this here."))


def access(person: Any | None, model: type[T], id: int, act: Act) -> T:
    """The row, if the person may do this to it; locked when it is had inside a unit of work."""
    db: Session = session()
    thing = db.get(model, id, with_for_update=True if is_writing() else None)
    if thing is None:
        raise Unseen
    require(person, act, thing)
    return thing


def find(person: Any | None, model: type[T], act: Act, *conditions: ColumnElement[bool]) -> T:
    """As `access`, for a thing known by something else than its id (a slug, a handle)."""
    statement = select(model).where(*conditions)
    if is_writing():
        statement = statement.with_for_update()
    thing = session().scalar(statement)
    if thing is None:
        raise Unseen
    require(person, act, thing)
    return thing


def readable(person: Any | None, model: type) -> ColumnElement[bool]:
    """The READ rule of a model as a condition in SQL."""
    rule = _rules[model].readable
    if rule is None:
        raise LookupError(f"{model.__name__} is never listed")
    return rule(person)


def table() -> dict[str, dict[Act, Alternatives]]:
    """The whole who-may table, by model name, for `cop doctor rules` and the tests."""
    return {model.__name__: rules.table for model, rules in sorted(_rules.items(), key=lambda each: each[0].__name__)}


def models() -> list[type]:
    """The models that have rules."""
    return list(_rules)


def _model_of(thing: Any) -> type:
    for model in type(thing).__mro__:
        if model in _rules:
            return model
    raise LookupError(f"no rules are registered for {type(thing).__name__}")
