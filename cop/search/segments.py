"""One segment of the index as arrays: what a commit wrote never changes, so what was decoded is kept.

Whoosh decodes postings one by one in Python; here whole blocks become numpy arrays, the busiest of which stay in
memory.
"""

import threading
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from cop.search import _whoosh, analysis
from cop.search.schema import CARD, CARDS, Card, Counts, Places

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_COUNTS, _PLACES = Counts(), Places()
Arrays = tuple[npt.NDArray[Any], ...]
Answer = TypeVar("Answer")


class IndexUnusable(Exception):
    """The index is torn, garbled, gone or of another version. It is disposable: rebuild it from the database."""


class Remembered:
    """The most recently used arrays of all segments, up to a number of bytes. Safe for threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._bytes = 0
        self._lock = threading.Lock()
        self._arrays: OrderedDict[object, Arrays] = OrderedDict()

    def get(self, key: object, decode: Callable[[], Arrays]) -> Arrays:
        """What is kept under the key, decoded now if it is not."""
        with self._lock:
            if (kept := self._arrays.get(key)) is not None:
                self._arrays.move_to_end(key)
                return kept
        arrays = decode()
        with self._lock:
            if key not in self._arrays:
                self._arrays[key] = arrays
                self._bytes += _size(arrays)
            while self._bytes > self._most and len(self._arrays) > 1:
                self._bytes -= _size(self._arrays.popitem(last=False)[1])
        return arrays


def _size(arrays: Arrays) -> int:
    return 200 + sum(array.nbytes for array in arrays)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The dictionary words of a segment by their folded form, and how many documents hold each, deleted ones too."""

    folded: list[str]
    words: list[str]
    counts: list[int]

    def starting_with(self, prefix: str) -> list[tuple[str, int]]:
        """The (word, count) whose folded form begins so."""
        first = bisect_left(self.folded, prefix)
        last = bisect_left(self.folded, prefix + "\U0010ffff", first)
        return list(zip(self.words[first:last], self.counts[first:last], strict=True))


class Segment:
    """Reads one segment. Raises IndexUnusable whenever what it reads is not what a commit writes."""

    def __init__(self, storage: Any, segment: Any, remembered: Remembered) -> None:
        self.name: str = segment.segment_id()
        self.count: int = segment.doc_count_all()
        self._storage, self._segment, self._remembered = storage, segment, remembered
        self._lock = threading.Lock()  # Whoosh's files have one reading position for all threads
        self._terms: Any = None
        self._vocabularies: dict[str, Vocabulary] = {}
        self.cards: list[Card] = self._reading(self._open)

    def _open(self) -> list[Card]:
        files = self._files()
        codec = self._segment.codec()
        self._terms = codec.terms_reader(files, self._segment)
        documents = codec.per_document_reader(files, self._segment)
        if self.count == 0:
            return []
        return [Card.unpack(packed) for packed in documents.column_reader(CARD, CARDS)]

    def _files(self) -> Any:
        """The segment's compound file. Whoosh's own way of opening it leaves a torn one open."""
        opened = self._storage.open_file(self._segment.make_filename(self._segment.COMPOUND_EXT))
        try:
            return _whoosh.compound.CompoundStorage(opened, use_mmap=self._storage.supports_mmap)
        except Exception:
            opened.close()
            raise

    def _reading(self, ask: Callable[[], Answer]) -> Answer:
        """Ask under the lock; if that fails, once more with files opened afresh, then give the index up.

        Torn files raise at least five kinds of exceptions, closed readers others.
        """
        with self._lock:
            for attempt in (1, 2):
                try:
                    if attempt == 2:
                        self._open()
                    return ask()
                except Exception as error:
                    if isinstance(error, FileNotFoundError) and self._terms is None:
                        raise  # merged away by another process, not torn: whoever opens the index looks again
                    failure = error
        raise IndexUnusable(f"segment {self.name} cannot be read: {failure!r}") from failure

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Document number by id."""
        return {card.id: number for number, card in enumerate(self.cards)}

    def postings(self, field: str, term: str) -> tuple[Ints, Floats]:
        """The documents that hold a term, in order, and how often. Deleted ones are among them."""
        key = (self.name, field, term)
        documents, counts = self._remembered.get(key, lambda: self._reading(lambda: self._postings(field, term)))
        return documents, counts

    def _postings(self, field: str, term: str) -> tuple[Ints, Floats]:
        documents, counts, _ = self._decode(field, term, _COUNTS)
        return documents, counts

    def places(self, field: str, term: str) -> tuple[Ints, Ints]:
        """Each place where a term stands: its document and its position there."""
        key = (self.name, field, term, "places")
        documents, positions = self._remembered.get(key, lambda: self._reading(lambda: self._places(field, term)))
        return documents, positions

    def _places(self, field: str, term: str) -> tuple[Ints, Ints]:
        documents, counts, values = self._decode(field, term, _PLACES)
        positions = np.frombuffer(b"".join(values), np.uint32).astype(np.int64)
        return np.repeat(documents, counts.astype(np.int64)), positions

    def _decode(self, field: str, term: str, format: Any) -> tuple[Ints, Floats, list[bytes]]:
        """All postings of a term, read block by block from Whoosh's matcher rather than posting by posting."""
        values: list[bytes] = []
        try:
            matcher = self._terms.matcher(field, term.encode(), format)
        except _whoosh.reading.TermNotFound:
            return np.empty(0, np.int64), np.empty(0, np.float64), values
        documents, counts = [], []
        while True:
            matcher._read_data()  # noqa: SLF001  so in 2.7.5, which the lock file pins
            gaps, weights, places = matcher._data  # noqa: SLF001
            documents.append(np.cumsum(np.asarray(gaps, np.int64)))
            weights = 1.0 if weights is None else weights  # None and one number stand for "the same in the whole block"
            counts.append(np.broadcast_to(np.asarray(weights, np.float64), len(gaps)))
            values.extend(places or ())
            if matcher._lastblock:  # noqa: SLF001
                return np.concatenate(documents), np.concatenate(counts), values
            matcher._next_block()  # noqa: SLF001

    def vocabulary(self, field: str) -> Vocabulary:
        """The words of a dictionary field, read once."""
        found = self._vocabularies.get(field)
        if found is None:
            found = self._vocabularies[field] = self._reading(lambda: self._read_vocabulary(field))
        return found

    def _read_vocabulary(self, field: str) -> Vocabulary:
        rows: list[tuple[str, str, int]] = []
        if field in self._terms.indexed_field_names():
            for (name, word), info in self._terms.items_from(field, b""):
                if name != field:
                    break
                rows.append((analysis.fold(word.decode()), word.decode(), int(info.doc_frequency())))
        rows.sort()
        return Vocabulary([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])
