"""Whom somebody follows: theirs alone. Nobody is told who follows them, nor how many do.

Who is out of sight is followed on no page and in no number until they can be seen again, as with lists of people.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from cop.core import follows, policy
from cop.core.db import session
from cop.core.follows import Follow
from cop.core.paging import pages_of
from cop.core.policy import Act
from cop.people.models import Person

EACH_PAGE = 20


@dataclass(frozen=True)
class Followed:
    """A page of the people whom somebody follows, by name."""

    people: list[Person]
    total: int

    @property
    def pages(self) -> int:
        """How many pages they fill."""
        return pages_of(self.total, EACH_PAGE)


def followed_by(reader: Person, page: int = 1) -> Followed:
    """The people whom the reader follows."""
    statement = (
        select(Person)
        .join(Follow, Follow.thing_id == Person.id)
        .where(*_followed_by(reader))
        .order_by(Person.name_key, Person.id)
        .offset((page - 1) * EACH_PAGE)
        .limit(EACH_PAGE)
    )
    return Followed(list(session().scalars(statement)), number_followed_by(reader))


def number_followed_by(reader: Person) -> int:
    """How many people the reader follows."""
    statement = select(func.count()).select_from(Follow).join(Person, Person.id == Follow.thing_id)
    return session().scalar(statement.where(*_followed_by(reader))) or 0


def _followed_by(reader: Person) -> list[ColumnElement[bool]]:
    return [Follow.person_id == reader.id, Follow.kind == "person", policy.readable(reader, Person)]


def no_longer_followed(reader: Person, handle: str) -> Person | None:
    """Somebody whom the reader has stopped following, to be followed again."""
    person = session().scalar(select(Person).where(Person.handle == handle))
    if person is None or not policy.can(reader, Act.FOLLOW, person) or follows.level_of(reader, person):
        return None
    return person
