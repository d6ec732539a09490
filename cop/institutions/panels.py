"""What institutions show on the pages that gather."""

from typing import Any

from cop.core import panels
from cop.core.typed import OFFERED, Typed
from cop.institutions import queries
from cop.institutions.models import Institution


def offered(_reader: Any, typed: Typed) -> list[Institution]:
    """Those that may be meant in the search box."""
    return queries.offered(typed, OFFERED)


def register() -> None:
    """Put the panels in their places."""
    panels.register(panels.Panel("suggest", "institutions/panels/suggested.html", offered, 30))
