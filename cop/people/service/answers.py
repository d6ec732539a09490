"""What people answer to what the network asks of everybody, and to whom they show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cop.core.activity import record
from cop.core.db import session
from cop.people import fields
from cop.people.models import AUDIENCES, Person, ProfileAnswer, ProfileField


@dataclass(frozen=True)
class Given:
    """An answer: its values, none where nothing is said; who sees it; and the version of what was asked."""

    values: tuple[str, ...]
    audience: str
    version: int


class Changed(Exception):
    """What is asked was changed while somebody answered: they look at it again."""


def answer(person: Person, asked: Sequence[ProfileField], given: Mapping[int, Given]) -> bool:
    """Keep answers, by field, and leave the others; whether anything changed. Raises Changed.

    `asked` is what the network asks now; it stays so until the unit of work ends.
    """
    versions = {field.id: field.version for field in asked}
    if any(versions.get(id) != each.version for id, each in given.items()):
        raise Changed
    if not {each.audience for each in given.values()} <= set(AUDIENCES):
        raise ValueError("no such audience")
    usual = {field.id: field.audience for field in asked}
    own = fields.own_answers(person)
    before = {id: (each.values, each.audience) for id, each in own.items()}
    for id, each in given.items():
        if each.values or each.audience != usual[id]:
            _keep(own, person, id, each)
        elif id in own:
            session().delete(own.pop(id))
    session().refresh(person, ["has_public_answer"])  # who withdraws or restores a field sets it, without this session
    person.has_public_answer = any(
        each.values and each.audience == "public" for id, each in own.items() if id in versions
    )
    changed = before != {id: (each.values, each.audience) for id, each in own.items()}
    if changed:
        record(person, "changed", person)
    return changed


def _keep(own: dict[int, ProfileAnswer], person: Person, field_id: int, given: Given) -> None:
    if field_id not in own:
        own[field_id] = ProfileAnswer(person_id=person.id, field_id=field_id)
        session().add(own[field_id])
    own[field_id].values, own[field_id].audience = list(given.values), given.audience
