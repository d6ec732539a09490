"""What a term is to search, alerts and live pages: no document, but what is filed under it is found by its name."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from cop.core import kinds
from cop.core.db import session
from cop.core.policy import NETWORK
from cop.core.terms import Tagging, Term


class TermKind(kinds.Kind):
    """A term."""

    name = "term"
    model = Term
    spreads = frozenset({"changed", "merged", "unmerged"})

    def title(self, thing: Any) -> str:
        """Its name."""
        return str(thing.name)

    def url(self, thing: Any) -> str:
        """Its page."""
        return str(thing.url)

    def audience(self, thing: Any) -> frozenset[str]:
        """The network's, of a vocabulary's term; who else sees one follows from what is filed under it."""
        return frozenset({NETWORK}) if thing.scheme else frozenset()

    def parts(self, thing: Any) -> Iterable[tuple[str, int]]:
        """What is filed under it; where that is no document itself, what carries its terms."""
        filed = session().execute(select(Tagging.kind, Tagging.thing_id).where(Tagging.term_id == thing.id))
        for (name, id), found in kinds.load_many((name, id) for name, id in filed).items():
            kind = kinds.get(name)
            if kind.searched:
                yield name, id
            else:
                yield from kind.parts(found)
