"""What can be found: one flat, plain-text document per thing, with the audiences that may see it.

Search knows nothing else about a thing; features describe theirs as a Document and the search reader hands it over.
"""

from dataclasses import dataclass
from enum import IntEnum

PUBLIC = "public"
NETWORK = "network"


class Shelf(IntEnum):
    """Which of the three indexes a document lies in, the most open first."""

    PUBLIC = 0
    """Text that anybody may see, signed in or not."""
    NETWORK = 1
    """Text that every signed-in member may see."""
    RESTRICTED = 2
    """Text of some communities or persons: it never enters a statistic."""


@dataclass(frozen=True, slots=True)
class Document:
    """A thing as search sees it; `id` is "kind:number", and writing the same id again replaces it."""

    id: str
    kind: str
    title: str
    text: str
    audiences: frozenset[str]
    """Tokens such as "public", "network", "community:12", "person:7"; whoever holds one of them may see the document.
    With none, nobody may."""
    authors: tuple[int, ...] = ()
    """Person ids; a post has one, a page many. Leave out whoever has hidden this evidence about themselves."""
    container: str = ""
    """What it is part of, as "topic:9": results of one container can be shown as one."""
    tags: tuple[str, ...] = ()
    created: float = 0.0
    """Seconds since 1970; the newer of two equal hits comes first."""
    facets: tuple[tuple[str, str], ...] = ()
    """(facet, value) of each by which what is found can be narrowed, as ("community", "12"). No text is searched here.
    """

    @property
    def shelf(self) -> Shelf:
        """The widest index that its audiences allow."""
        if PUBLIC in self.audiences:
            return Shelf.PUBLIC
        return Shelf.NETWORK if NETWORK in self.audiences else Shelf.RESTRICTED
