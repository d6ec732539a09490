"""Which live rooms there are and who may be in one: a room is a thing's, and hearing it is reading the thing."""

from collections.abc import Iterable
from typing import Any

from cop.core import kinds, policy
from cop.core.policy import Act

DIGITS_AT_MOST = 15


def own_room(person_id: int) -> str:
    """The room of one person's own pages: joined by the server, never on request."""
    return f"person:{person_id}"


def people_room(room: str) -> str:
    """The part of a room in which signed-in people are: who is here and who is writing is said only there."""
    return f"people in {room}"


def things_of(rooms: Iterable[str]) -> dict[str, Any]:
    """The things whose rooms these are, loaded afresh; names that are no thing's room are left out."""
    references = {room: reference for room in rooms if (reference := _reference(room))}
    found = kinds.load_many(references.values())
    return {
        room: found[reference]
        for room, reference in references.items()
        if reference in found and kinds.of(found[reference]).room(found[reference]) == room
    }


def _reference(room: str) -> tuple[str, int] | None:
    kind, _, number = room.partition(":")
    if not (number.isascii() and number.isdecimal()) or len(number) > DIGITS_AT_MOST:
        return None
    return kind, int(number)


def may_hear(person: Any | None, thing: Any | None) -> bool:
    """Whether the person may be in the room of this thing."""
    return thing is not None and policy.can(person, Act.READ, thing)
