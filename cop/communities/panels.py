"""What communities show on the pages that gather: home, a person, a search that found nothing, the search box."""

from typing import Any

from cop.communities import queries
from cop.communities.models import Community
from cop.communities.queries import DirectoryRow
from cop.core import panels
from cop.core.typed import OFFERED, Typed
from cop.institutions.models import Institution
from cop.institutions.queries import ids_of
from cop.people.models import Person
from cop.people.queries import people_at

SHOWN = 6
PEOPLE_AT_MOST = 500
"""Of so many people at an institution communities are gathered."""


def to_read(reader: Person | None, _subject: Any) -> list[DirectoryRow] | None:
    """For the signed-out: communities that everyone may read."""
    return queries.largest(None, SHOWN) or None if reader is None else None


def mine(reader: Person | None, _subject: Any) -> list[DirectoryRow] | None:
    """The reader's own communities, with what is new there."""
    return queries.mine(reader) or None if reader is not None else None


def where_they_belong(reader: Person | None, person: Person) -> list[Community] | None:
    """The communities of a person whose members the reader may see: of others not even a guess is given."""
    return queries.shared_places(reader, [person.id]) or None


def of_those_there(reader: Person | None, institution: Institution) -> list[Community] | None:
    """The communities of those who are at an institution, as far as the reader may know both."""
    people = people_at(reader, ids_of(institution), PEOPLE_AT_MOST)
    return queries.shared_places(reader, [person.id for person in people]) or None


def largest(reader: Person | None, _subject: Any) -> list[DirectoryRow] | None:
    """Where to look further: communities that the reader may know of."""
    return queries.largest(reader, SHOWN) or None


def offered(reader: Person | None, typed: Typed) -> list[Community]:
    """Those that may be meant in the search box."""
    return queries.offered(reader, typed, OFFERED)


def register() -> None:
    """Put the panels in their places."""
    panels.register(panels.Panel("home", "communities/panels/to_read.html", to_read, 30))
    panels.register(panels.Panel("home-aside", "communities/panels/mine.html", mine, 10))
    panels.register(panels.Panel("person-aside", "communities/panels/belongs.html", where_they_belong, 10))
    panels.register(panels.Panel("institution-aside", "communities/panels/belongs.html", of_those_there, 10))
    panels.register(panels.Panel("nothing-found", "communities/panels/to_read.html", largest, 10))
    panels.register(panels.Panel("suggest", "communities/panels/suggested.html", offered, 40))
