"""What the index keeps of a document: postings for three shelves of text, its audiences, and one card of numbers.

Each shelf has its own fields, and a field in Whoosh is an inverted index of its own, with its own terms and
frequencies: so public, network and restricted text lie in three indexes that share one commit. A document that moves
from one to another is never in both or in neither, whenever the process dies. No text is stored.
"""

import struct
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from cop.search import _whoosh, analysis
from cop.search.documents import NETWORK, PUBLIC, Document, Shelf

FORMAT = 3
"""Raise this when fields, cards or analysis change: older indexes are then unusable, and rebuilt."""

AUDIENCE = "audience"
CARD = "card"
GAP = 100
"""Positions left free between title, text and tags, so that no phrase runs across."""

Posting = tuple[str, int, float, bytes]
"""Term, count in the document, the same as a float, and its positions (4 bytes each, or nothing)."""


def whole(shelf: int) -> str:
    """The field with title, text and tags together."""
    return f"whole{shelf}"


def places(shelf: int) -> str:
    """The same with positions, for phrases: a field of its own, because reading positions takes most of the time."""
    return f"places{shelf}"


def title(shelf: int) -> str:
    """The field with title and tags only."""
    return f"title{shelf}"


def dictionary(shelf: int) -> str:
    """The field with the words as written, for suggestions; restricted text has none."""
    return f"words{shelf}"


class Counts(_whoosh.formats.Existence):  # type: ignore[misc]
    """Postings of terms and counts that are ready when they reach Whoosh."""

    def word_values(self, value: Iterable[Posting], analyzer: object, **_: object) -> Iterator[Posting]:
        """Hand the postings through."""
        return iter(value)


class Places(Counts):
    """The same, with positions."""

    posting_size = -1  # Whoosh's sign for "of varying length"


CARDS: Any = _whoosh.columns.VarBytesColumn()


def schema() -> Any:
    """The fields of the index, by name."""
    counts, placed = (_whoosh.fields.FieldType(kind(), None) for kind in (Counts, Places))
    by_name = {AUDIENCE: counts, CARD: _whoosh.fields.COLUMN(CARDS)}
    for shelf in Shelf:
        by_name |= {whole(shelf): counts, title(shelf): counts, places(shelf): placed}
    by_name |= {dictionary(shelf): counts for shelf in (Shelf.PUBLIC, Shelf.NETWORK)}
    return _whoosh.fields.Schema(**by_name)


_NUMBERS = struct.Struct("<8sdIIBI")


@dataclass(frozen=True, slots=True)
class Card:
    """What ranking and hits need of a document besides its postings."""

    id: str
    kind: str
    container: str
    shelf: int
    whole: int
    """Terms in title, text and tags."""
    title: int
    """Terms in title and tags."""
    created: float
    authors: tuple[int, ...]
    facets: tuple[tuple[str, str], ...]
    digest: bytes
    """8 bytes of everything in the document, all else included: two that agree need not be written again."""

    def pack(self) -> bytes:
        """Write the card as bytes."""
        numbers = _NUMBERS.pack(self.digest, self.created, self.whole, self.title, self.shelf, len(self.authors))
        facets = (part for facet in self.facets for part in facet)
        names = "\0".join((self.id, self.kind, self.container, *facets))
        return numbers + array("q", self.authors).tobytes() + names.encode()

    @classmethod
    def unpack(cls, packed: bytes) -> "Card":
        """Read what `pack` wrote. Raises struct.error or ValueError on anything else."""
        digest, created, whole_length, title_length, shelf, count = _NUMBERS.unpack_from(packed)
        text = _NUMBERS.size + 8 * count
        authors = array("q", packed[_NUMBERS.size : text])
        id, kind, container, *rest = packed[text:].decode().split("\0")
        facets = tuple(zip(rest[::2], rest[1::2], strict=True))
        return cls(id, kind, container, shelf, whole_length, title_length, created, tuple(authors), facets, digest)


def prepare(document: Document) -> dict[str, object]:
    """Analyse a document into the fields that the writer takes. The slow part of writing: done before any lock is held.

    Raises ValueError for an id, kind, container or facet with a NUL in it.
    """
    facets = (part for facet in document.facets for part in facet)
    if any("\0" in name for name in (document.id, document.kind, document.container, *facets)):
        raise ValueError(f"a document's names may not contain NUL: {document.id!r}")
    shelf = document.shelf
    parts = [analysis.terms(document.title), analysis.terms(document.text), analysis.terms(" , ".join(document.tags))]
    heading = parts[0] + parts[2]
    card = Card(
        id=document.id,
        kind=document.kind,
        container=document.container,
        shelf=shelf,
        whole=sum(map(len, parts)),
        title=len(heading),
        created=float(document.created),
        authors=tuple(dict.fromkeys(document.authors)),
        facets=tuple(dict.fromkeys(document.facets)),
        digest=_digest(document),
    )
    placed = _placed(parts)
    ready: dict[str, object] = {
        CARD: card.pack(),
        whole(shelf): [(term, count, weight, b"") for term, count, weight, _places in placed],
        title(shelf): _counted(heading),
        places(shelf): placed,
    }
    ready[AUDIENCE] = _counted(token for token in document.audiences if token not in (PUBLIC, NETWORK))
    if shelf != Shelf.RESTRICTED:
        ready[dictionary(shelf)] = _counted(analysis.words(" ".join((document.title, document.text, *document.tags))))
    return ready


def _digest(document: Document) -> bytes:
    told = (document.title, document.text, sorted(document.audiences), document.tags, document.facets)
    return blake2b(repr(told).encode(errors="replace"), digest_size=8).digest()


def _placed(parts: Iterable[list[str]]) -> list[Posting]:
    """Postings with positions of parts that follow one another."""
    places: dict[str, array[int]] = {}
    start = 0
    for part in parts:
        for at, term in enumerate(part, start):
            if term in places:
                places[term].append(at)
            else:
                places[term] = array("I", (at,))
        start += len(part) + GAP
    return [(term, len(found), float(len(found)), found.tobytes()) for term, found in places.items()]


def _counted(names: Iterable[str]) -> list[Posting]:
    """Postings without positions."""
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return [(name, count, float(count), b"") for name, count in counts.items()]
