"""What the vocabulary shows on the pages that gather."""

from cop.core import panels, policy
from cop.core.names import folded_words
from cop.core.policy import Act
from cop.core.terms import Term
from cop.core.typed import OFFERED, Typed
from cop.people.models import Person
from cop.vocabulary import queries
from cop.vocabulary.queries import OfferedTerm

TERMS = 8
SHORT = 3
"""Words of so few letters begin too much."""


def near_to(reader: Person | None, words: str) -> list[Term] | None:
    """Terms that are called like some of the words that found nothing: there is something under them, or nearby."""
    if reader is None:
        return None
    found: dict[int, Term] = {}
    for word in folded_words(words)[: TERMS // 2]:
        suggestions = queries.suggested(reader, word) if len(word) > SHORT else []
        found |= {each.term.id: each.term for each in suggestions if policy.can(reader, Act.READ, each.term)}
    return list(found.values())[:TERMS] or None


def offered(reader: Person | None, typed: Typed) -> list[OfferedTerm]:
    """Those that may be meant in the search box; terms are for who is signed in."""
    return queries.offered(reader, typed, OFFERED) if reader is not None else []


def register() -> None:
    """Put the panels in their places."""
    panels.register(panels.Panel("nothing-found", "vocabulary/panels/near.html", near_to, 5))
    panels.register(panels.Panel("suggest", "vocabulary/panels/suggested.html", offered, 10))
