"""What managers do with the fields that the network asks of everybody. Nobody's answer is ever changed or lost by it.

Places are numbers in the order of the page; each deed that changes the order writes them all anew. Whoever has a field
by `fields.field_at` is the only manager who does any of this.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy import exists, select, update

from cop.core.activity import record
from cop.core.db import session, utcnow
from cop.core.i18n import gettext as _
from cop.core.i18n import ngettext
from cop.people import fields
from cop.people.models import SORTS, Person, ProfileAnswer, ProfileField

FIELDS_AT_MOST = 30
"""That are asked at once."""
BECOMES = {"line": {"text"}, "one": {"several"}}
"""Sorts of answers, and those as which each can still be read when people have answered."""
OF_A_LIST = ("one", "several")
Item = TypeVar("Item")


class Refusal(Exception):
    """It cannot be done; the text is a sentence for the manager. `about`: the part of the field that it speaks of."""

    def __init__(self, sentence: str, about: str = "label") -> None:
        super().__init__(sentence)
        self.about = about


class ChoicesTaken(Refusal):
    """People chose what is to be a choice no more. It is done when the manager says that they keep it."""


class Changed(Exception):
    """Another manager changed the field since this one saw it."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a field is to be; see the columns of `ProfileField`."""

    group_name: str
    label: str
    hint: str
    sort: str
    choices: Sequence[str]
    audience: str


def add_field(manager: Person, asked: Asked) -> ProfileField:
    """Ask something more of everybody, last in its group. Raises Refusal."""
    fields.alone()
    _refuse_too_many()
    asked = _checked(asked)
    field = ProfileField(place=_after_all())
    session().add(field)
    _tell(field, asked)
    _arrange()
    record(manager, "added", field)
    return field


def change_field(
    manager: Person, field: ProfileField, asked: Asked, *, seen: int, they_keep_choices: bool = False
) -> bool:
    """Let a field be so; whether anything changed. Raises Refusal; and Changed, if it was `seen` in another version."""
    asked = _checked(asked, field)
    if asked == _as_it_is(field):
        return False
    if field.version != seen:
        raise Changed
    _refuse_other_sort(field, asked)
    if not they_keep_choices:
        _refuse_to_take_choices(field, asked)
    verb = "retitled" if asked.label != field.label else "changed"
    if asked.group_name != field.group_name:
        field.place = _after_all()
    _tell(field, asked)
    field.version += 1
    _arrange()
    record(manager, verb, field)
    return True


def possible_sorts(field: ProfileField) -> set[str]:
    """What its answers can be: anything while there are none, and then what they can still be read as."""
    return set(SORTS) if not fields.number_of_answers(field) else {field.sort} | BECOMES.get(field.sort, set())


def move_field(manager: Person, field: ProfileField, by: int) -> None:
    """Put it so many places further down in its group, or up; nothing at the end."""
    groups = _groups()
    within = next((each for _name, each in groups if field in each), [])
    if _moved(within, field, by):
        _arrange(groups)
        record(manager, "moved", field)


def move_group(manager: Person, field: ProfileField, by: int) -> None:
    """Put the group of a field further down, or up; nothing at the end."""
    groups = _groups()
    its_own = next((each for each in groups if field in each[1]), None)
    if its_own is not None and _moved(groups, its_own, by):
        _arrange(groups)
        record(manager, "moved", field, group=True)


def withdraw_field(manager: Person, field: ProfileField) -> None:
    """Ask it no more: what was answered is kept, and neither seen nor found by anybody."""
    if field.withdrawn_at is None:
        field.withdrawn_at = utcnow()
        _open_pages(field)
        record(manager, "withdrew", field)


def restore_field(manager: Person, field: ProfileField) -> None:
    """Ask it again, last in its group, with all that was answered. Raises Refusal."""
    if field.withdrawn_at is not None:
        _refuse_too_many()
        field.withdrawn_at, field.place = None, _after_all()
        _arrange()
        _open_pages(field)
        record(manager, "restored", field)


def _open_pages(field: ProfileField) -> None:
    """Everyone may open a person's page, or not, as far as answers to this field decide it."""
    session().flush()
    publicly = (
        select(ProfileAnswer.person_id)
        .join(ProfileField, ProfileField.id == ProfileAnswer.field_id)
        .where(ProfileAnswer.audience == "public", fields.is_given())
    )
    answered = Person.id.in_(publicly.where(ProfileField.id == field.id))
    shown = publicly.where(ProfileField.withdrawn_at.is_(None), ProfileAnswer.person_id == Person.id)
    session().execute(
        update(Person)
        .where(answered)
        .values(has_public_answer=exists(shown))
        .execution_options(synchronize_session=False)
    )


# -- what a field is ---------------------------------------------------------------------------------------------------


def _checked(asked: Asked, field: ProfileField | None = None) -> Asked:
    """As it is kept: in the group that is called so already, with choices where there is a list to choose from."""
    others = [each for each in session().scalars(select(ProfileField)) if field is None or each.id != field.id]
    group = next((each.group_name for each in others if _same(each.group_name, asked.group_name)), asked.group_name)
    there = next((each for each in others if each.group_name == group and _same(each.label, asked.label)), None)
    if there is not None and there.withdrawn_at is None:
        raise Refusal(_("“%(label)s” is asked in this group already.", label=there.label))
    if there is not None:
        raise Refusal(_("“%(label)s” was asked in this group, and withdrawn: put it back.", label=there.label))
    return replace(asked, group_name=group, choices=tuple(asked.choices) if asked.sort in OF_A_LIST else ())


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _as_it_is(field: ProfileField) -> Asked:
    return Asked(
        group_name=field.group_name,
        label=field.label,
        hint=field.hint,
        sort=field.sort,
        choices=tuple(field.choices),
        audience=field.audience,
    )


def _tell(field: ProfileField, asked: Asked) -> None:
    field.group_name, field.label, field.hint = asked.group_name, asked.label, asked.hint
    field.sort, field.choices, field.audience = asked.sort, list(asked.choices), asked.audience


def _refuse_too_many() -> None:
    number = len([field for _name, group in _groups() for field in group])
    if number >= FIELDS_AT_MOST:
        raise Refusal(
            _("%(most)s things are asked already, and nobody answers more. Withdraw one first.", most=FIELDS_AT_MOST)
        )


def _refuse_other_sort(field: ProfileField, asked: Asked) -> None:
    if asked.sort in possible_sorts(field):
        return
    number = fields.number_of_answers(field)
    raise Refusal(
        ngettext(
            "%(num)s person has answered, and that answer cannot be read so. Withdraw this field and add another.",
            "%(num)s people have answered, and their answers cannot be read so. Withdraw this field and add another.",
            number,
        ),
        "sort",
    )


def _refuse_to_take_choices(field: ProfileField, asked: Asked) -> None:
    gone = [each for each in field.choices if each not in asked.choices]
    chosen = fields.times_chosen(field) if gone else {}
    taken = [_chosen_by(each, chosen[each]) for each in gone if chosen.get(each)]
    if taken:
        raise ChoicesTaken(
            _(
                "People chose what is not in the list any more: %(what)s. Put it back, or say that they keep it.",
                what=", ".join(taken),
            ),
            "choices",
        )


def _chosen_by(choice: str, number: int) -> str:
    return ngettext("“%(choice)s” (%(num)s person)", "“%(choice)s” (%(num)s people)", number, choice=choice)


# -- their order ------------------------------------------------------------------------------------------------------

Groups = list[tuple[str, list[ProfileField]]]


def _groups() -> Groups:
    session().flush()
    statement = select(ProfileField).where(ProfileField.withdrawn_at.is_(None))
    found = session().scalars(statement.order_by(ProfileField.place, ProfileField.id))
    return fields.in_groups((each.group_name, each) for each in found)


def _after_all() -> int:
    return FIELDS_AT_MOST + 1


def _arrange(groups: Groups | None = None) -> None:
    """Number what is asked in the order of its groups."""
    ordered = [field for _name, group in (groups or _groups()) for field in group]
    for place, field in enumerate(ordered, 1):
        field.place = place


def _moved(items: list[Item], item: Item, by: int) -> bool:
    """Move one of several; whether there was a place for it."""
    there = items.index(item)
    if not 0 <= there + by < len(items):
        return False
    items.insert(there + by, items.pop(there))
    return True
