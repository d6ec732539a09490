"""What people do with their lists. Each deed changes rows and records itself; none commits.

Nothing of it is anybody else's affair, so it is recorded quietly, and who is on a list is in no record.
"""

from sqlalchemy import delete, select

from cop.core.activity import quietly, record
from cop.core.db import session, utcnow
from cop.core.i18n import gettext as _
from cop.lists import queries
from cop.lists.models import LISTS_AT_MOST, PEOPLE_AT_MOST, PersonList, PersonListEntry
from cop.people.models import Person


class CannotKeep(Exception):
    """A list, or one more person on it, is too much, or a name is taken; the text says what to do."""


def start(owner: Person, name: str) -> PersonList:
    """A new list. Raises CannotKeep."""
    _alone(owner)
    own = queries.own_lists(owner)
    _refuse_taken(own, name)
    if len(own) >= LISTS_AT_MOST:
        raise CannotKeep(_("You have %(most)s lists, and more do not fit. Delete one first.", most=LISTS_AT_MOST))
    made = PersonList(owner_id=owner.id, name=name)
    session().add(made)
    session().flush()
    _recorded(owner, "started", made)
    return made


def find_or_start(owner: Person, name: str) -> PersonList:
    """The owner's list of this name, or a new one. Raises CannotKeep."""
    _alone(owner)
    return next((each for each in queries.own_lists(owner) if _same(each.name, name)), None) or start(owner, name)


def change(owner: Person, found: PersonList, name: str, note: str) -> None:
    """Give a list another name or note. Raises CannotKeep."""
    _alone(owner)
    _refuse_taken([each for each in queries.own_lists(owner) if each.id != found.id], name)
    found.name, found.note = name, note
    _recorded(owner, "changed", found)


def remove(owner: Person, found: PersonList) -> None:
    """Delete a list with all that stands on it."""
    _recorded(owner, "deleted", found)
    session().execute(delete(PersonListEntry).where(PersonListEntry.list_id == found.id))
    session().delete(found)


def save(owner: Person, found: PersonList, person: Person) -> bool:
    """Put somebody on a list, or back on it with their note; False when they stand there. Raises CannotKeep."""
    entry = session().get(PersonListEntry, (found.id, person.id))
    if entry is not None and entry.removed_at is None:
        return False
    if queries.number_on(owner, found) >= PEOPLE_AT_MOST:
        raise CannotKeep(
            _(
                "“%(name)s” has %(most)s people, and more do not fit. Choose another list.",
                name=found.name,
                most=PEOPLE_AT_MOST,
            )
        )
    if entry is None:
        session().add(PersonListEntry(list_id=found.id, person_id=person.id))
    else:
        entry.removed_at = None
    _recorded(owner, "saved", found)
    return True


def take_off(owner: Person, entry: PersonListEntry, found: PersonList) -> None:
    """Take somebody off a list, to be put back; who was taken off before is forgotten for good."""
    earlier = (PersonListEntry.list_id == found.id, PersonListEntry.removed_at.is_not(None))
    session().execute(delete(PersonListEntry).where(*earlier))
    entry.removed_at = utcnow()
    _recorded(owner, "took off", found)


def write_note(owner: Person, entry: PersonListEntry, found: PersonList, note: str) -> None:
    """Say something to oneself about somebody on a list."""
    entry.note = note
    _recorded(owner, "changed", found)


def move_entries(placeholder: Person, person: Person) -> None:
    """Let the person who claims an imported author stand where the author stood: on a list with both, once.

    Nobody stands on their own list. Nothing is recorded: that somebody is on a list is in no record.
    """
    on_lists = select(PersonListEntry, PersonList.owner_id).join(PersonList, PersonList.id == PersonListEntry.list_id)
    for entry, owner_id in session().execute(on_lists.where(PersonListEntry.person_id == placeholder.id)).all():
        other = session().get(PersonListEntry, (entry.list_id, person.id))
        if owner_id == person.id:
            session().delete(entry)
        elif other is None:
            entry.person_id = person.id
        else:
            _join(other, entry)


def _join(kept: PersonListEntry, given_up: PersonListEntry) -> None:
    """Make one entry of two: it has both notes, and stands on the list if one of them did."""
    kept.note = "\n\n".join(note for note in (kept.note, given_up.note) if note)
    if given_up.removed_at is None:
        kept.removed_at = None
    session().delete(given_up)


def _alone(owner: Person) -> None:
    """Forms that are sent together are counted together: one list of a name, and no more lists than fit."""
    session().execute(select(Person.id).where(Person.id == owner.id).with_for_update(key_share=True))


def _refuse_taken(own: list[PersonList], name: str) -> None:
    if any(_same(each.name, name) for each in own):
        raise CannotKeep(_("You have a list called “%(name)s”. Give this one another name.", name=name))


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _recorded(owner: Person, verb: str, found: PersonList) -> None:
    with quietly():
        record(owner, verb, found)
