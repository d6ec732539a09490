"""What the vocabulary shows on the pages that gather."""

from cop.core import panels
from cop.core.typed import OFFERED, Typed
from cop.people.models import Person
from cop.vocabulary import queries
from cop.vocabulary.queries import OfferedTerm


def offered(reader: Person | None, typed: Typed) -> list[OfferedTerm]:
    """Those that may be meant in the search box; terms are for who is signed in."""
    return queries.offered(reader, typed, OFFERED) if reader is not None else []


def register() -> None:
    """Put the panels in their places."""
    panels.register(panels.Panel("suggest", "vocabulary/panels/suggested.html", offered, 10))
