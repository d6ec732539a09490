"""What a list of people is to the readers: nothing that anybody searches, hears of or watches."""

from typing import Any

from cop.core import kinds
from cop.lists.models import PersonList


class PersonListKind(kinds.Kind):
    """A list of people."""

    name = "list"
    model = PersonList

    def title(self, thing: Any) -> str:
        """Its name."""
        return str(thing.name)

    def url(self, thing: Any) -> str:
        """Its page."""
        return str(thing.url)

    def audience(self, thing: Any) -> frozenset[str]:
        """Its owner."""
        return frozenset({f"person:{thing.owner_id}"})
