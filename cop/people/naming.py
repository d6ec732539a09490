"""Who is meant by a name or an @handle, as people type it; and what is to be typed for somebody."""

from collections.abc import Sequence

from sqlalchemy import func, select

from cop.core import policy
from cop.core.db import session
from cop.core.names import folded_words
from cop.people.models import Person, PersonWord
from cop.people.queries import WORDS_AT_MOST, named_like
from cop.people.shown import ShownPerson, shown

FOUND_AT_MOST = 8


class NotClear(Exception):
    """A name is nobody's, or may be that of several: of `people`."""

    def __init__(self, people: Sequence[ShownPerson]) -> None:
        super().__init__(len(people))
        self.people = people


def meant(reader: Person, name: str, chosen: str = "") -> Person:
    """Who with an account here is meant by a name; `chosen`: the handle of one of several. Raises NotClear."""
    found = [each for each in called(reader, name) if each.may_sign_in]
    if not found:
        with_account = policy.readable(reader, Person) & (Person.status == "active")
        found = named_like(name, with_account, limit=FOUND_AT_MOST)
        if not any(each.handle == chosen for each in found):
            raise NotClear([shown(each, reader) for each in found])
    among = [each for each in found if each.handle == chosen] or found
    if len(among) > 1:
        raise NotClear([shown(each, reader) for each in among])
    return among[0]


def called(reader: Person, name: str) -> list[Person]:
    """Whom the reader knows by a name: who is called exactly so, else who has these whole words in name or handle."""
    words = folded_words(name)
    exact = Person.handle == name[1:].lower() if name.startswith("@") else Person.name_key == " ".join(words)
    holding = [Person.id.in_(select(PersonWord.person_id).where(PersonWord.word == word)) for word in words]
    statement = select(Person).where(policy.readable(reader, Person)).order_by(Person.id).limit(FOUND_AT_MOST)
    found = list(session().scalars(statement.where(exact))) if words else []
    if found or not words or name.startswith("@"):
        return found
    return list(session().scalars(statement.where(*holding[:WORDS_AT_MOST])))


def as_typed(reader: Person, people: Sequence[Person]) -> dict[int, str]:
    """What stands for each of some people where people are typed: the name or, if another has it too, the @handle.

    Another whom the reader may not see does not count.
    """
    keys = {each.name_key for each in people}
    known = select(Person.name_key).where(Person.name_key.in_(keys), policy.readable(reader, Person))
    shared = known.group_by(Person.name_key)
    unclear = {"", *session().scalars(shared.having(func.count() > 1))} if keys else set()
    return {
        each.id: f"@{each.handle}" if each.name_key in unclear or set(",;@") & set(each.name) else each.name
        for each in people
    }
