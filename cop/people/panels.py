"""What people show on the pages that gather."""

from dataclasses import dataclass

from cop.core import follows, panels, policy
from cop.core.policy import Act
from cop.core.typed import OFFERED, Typed
from cop.institutions.models import Institution
from cop.institutions.queries import ids_of
from cop.people import queries
from cop.people.models import Person, Statement
from cop.people.shown import ShownPerson, shown

AT_MOST = 60


def at_institution(reader: Person | None, institution: Institution) -> list[ShownPerson] | None:
    """Who is there now, as far as the reader may know it."""
    found = queries.people_at(reader, ids_of(institution), AT_MOST)
    return [shown(person, reader) for person in found] or None


def said_elsewhere(reader: Person | None, person: Person) -> list[Statement] | None:
    """What somebody said of themselves elsewhere, as far as the reader may see it."""
    return queries.statements_of(reader, person) or None


def like_them(reader: Person | None, person: Person) -> str:
    """The way to those who are like somebody."""
    return person.handle


@dataclass(frozen=True)
class Wish:
    """Whether the reader follows somebody whom they may follow."""

    person: ShownPerson
    is_followed: bool


def follow(reader: Person | None, person: Person) -> Wish | None:
    """The button with which one follows somebody, or stops."""
    if not policy.can(reader, Act.FOLLOW, person):
        return None
    return Wish(shown(person, reader), follows.level_of(reader, person) == "following")


def offered(reader: Person | None, typed: Typed) -> list[ShownPerson]:
    """Those who may be meant in the search box."""
    return [shown(person, reader) for person in queries.offered(reader, typed, OFFERED)]


def register() -> None:
    """Put the panels in their places."""
    panels.register(panels.Panel("person", "people/panels/statements.html", said_elsewhere, 40))
    panels.register(panels.Panel("person-lead", "people/panels/follow.html", follow, 15))
    panels.register(panels.Panel("suggest", "people/panels/suggested.html", offered, 20))
    panels.register(panels.Panel("institution", "people/panels/at_institution.html", at_institution, 10))
    panels.register(panels.Panel("person-aside", "people/panels/similar.html", like_them, 60))
