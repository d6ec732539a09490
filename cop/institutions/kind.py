"""What an institution is to alerts and live pages. It is looked for by name, and is no document of the index."""

from typing import Any

from cop.core import kinds
from cop.core.policy import PUBLIC
from cop.institutions.models import Institution


class InstitutionKind(kinds.Kind):
    """An institution: known to everybody."""

    name = "institution"
    model = Institution

    def title(self, thing: Any) -> str:
        """Its name."""
        return str(thing.name)

    def url(self, thing: Any) -> str:
        """Its page."""
        return str(thing.url)

    def audience(self, thing: Any) -> frozenset[str]:
        """Everybody: registers are public."""
        return frozenset({PUBLIC})
