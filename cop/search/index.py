"""One Whoosh index: commits batches to it and keeps a snapshot of what it holds.

One thread at a time may write (the engine sees to that); any number may read the snapshot meanwhile.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from cop.search import _whoosh
from cop.search.schema import schema
from cop.search.segments import IndexUnusable, Remembered, Segment
from cop.search.snapshot import Columns, Numbering, Numberings, Snapshot
from cop.search.store import name_of
from cop.search.view import Views

Prepared = Mapping[str, object]
"""A document as `schema.prepare` leaves it."""

SMALL = 32
"""Segments with fewer documents than this are merged as soon as there are more than MOST_SMALL of them."""
MOST_SMALL = 32

# Uncompressed blocks of 4,096 postings decode five times as fast as Whoosh's compressed blocks of 128. Lengths lie in
# cards.
_CODEC = _whoosh.codec.W3Codec(blocklimit=4096, compression=0)
_CODEC.length_stats = False
_POOL_MEGABYTES = 1024
"""Whoosh sorts postings in memory up to this; it is never reached by the batches that the engine makes."""


class Index:
    """A Whoosh index in a storage, read as snapshots. Raises IndexUnusable if it cannot be read."""

    def __init__(self, storage: Any, remembered: Remembered, seal: Callable[[Any], None]) -> None:
        self.storage = storage
        self.name = name_of(storage)
        self._remembered, self._seal = remembered, seal
        self._schema = schema()
        self._numberings = Numberings(Numbering(), Numbering(), Numbering(), defaultdict(Numbering))
        self._loading = threading.Lock()
        self._generation = -1
        self._parts: dict[str, tuple[Segment, Columns]] = {}
        self.views = Views(Snapshot([], self._numberings, remembered))
        self.reload()

    @property
    def snapshot(self) -> Snapshot:
        """What the latest commit that was noticed left."""
        return self.views.snapshot

    def reload(self) -> None:
        """Notice the latest commit, whoever made it."""
        with self._loading:
            missing: Exception | None = None
            for _ in range(20):
                try:
                    self._load()
                except FileNotFoundError as error:
                    missing = error  # merged away by another process just now: look again
                except IndexUnusable:
                    raise
                except Exception as error:  # torn tables of contents raise whatever pickle and struct think of
                    raise IndexUnusable(f"the index cannot be opened: {error!r}") from error
                else:
                    return
            raise IndexUnusable(f"a file of the index is missing: {missing}") from missing

    def _load(self) -> None:
        generation = _whoosh.index.TOC._latest_generation(self.storage, self.name)  # noqa: SLF001  no public name
        if generation < 0:
            raise IndexUnusable("the index has lost its table of contents")
        if generation == self._generation:
            return
        contents = _whoosh.index.TOC.read(self.storage, self.name, gen=generation, schema=self._schema)
        parts = {segment.segment_id(): self._part(segment) for segment in contents.segments}
        deleted = [frozenset(segment.deleted_docs()) for segment in contents.segments]
        together = [(*part, gone) for part, gone in zip(parts.values(), deleted, strict=True)]
        self.views = Views(Snapshot(together, self._numberings, self._remembered))
        self._parts, self._generation = parts, generation

    def _part(self, segment: Any) -> tuple[Segment, Columns]:
        known = self._parts.get(segment.segment_id())
        if known is not None:
            return known
        read = Segment(self.storage, segment, self._remembered)
        return read, Columns(read.cards, self._numberings)

    # Writing

    def write(self, upserts: Mapping[str, Prepared], deletions: Iterable[str]) -> None:
        """Replace and delete documents by id, in one commit; none if that changes nothing.

        Whatever fails (a full disk, say), the index stays as it was, the lock is released, and the error is raised.
        """
        with _Writer(self.storage, self.name, self._schema) as writer:
            self.reload()  # numbers must be those of the commit that the writer builds on
            found = self._numbers(writer, (*upserts, *deletions))
            for number in found:
                writer.delete_document(number)
            for fields in upserts.values():
                writer.add_document(**fields)
            if not upserts and not found:
                return
            writer.commit(mergetype=_Merge(_many_small))
        self._committed()

    def merge(self, most: int) -> bool:
        """Join the smallest segments, of `most` documents together; False if there is nothing to gain."""
        if not _worth_merging(most)(self._segments()):
            return False
        with _Writer(self.storage, self.name, self._schema) as writer:
            writer.commit(mergetype=_Merge(_worth_merging(most)))
        self._committed()
        return True

    def _committed(self) -> None:
        try:
            self._seal(self.storage)
        finally:
            self.reload()

    def _segments(self) -> list[Any]:
        found: list[Any] = _whoosh.index.TOC.read(self.storage, self.name, schema=self._schema).segments
        return found

    def _numbers(self, writer: Any, ids: Iterable[str]) -> list[int]:
        """The document numbers, as the writer counts, of all living documents with these ids."""
        sought, found, start = list(ids), [], 0
        for segment in writer.segments:
            part, _ = self._parts[segment.segment_id()]
            numbers = (part.numbers.get(id) for id in sought)
            found += [start + number for number in numbers if number is not None and not segment.is_deleted(number)]
            start += part.count
        return found


class _Writer:
    """Whoosh's writer in a `with`: abandoned, and its lock released, unless it was committed."""

    def __init__(self, storage: Any, name: str, schema: Any) -> None:
        index = _whoosh.index.FileIndex(storage, schema=schema, indexname=name)
        self._writer = index.writer(codec=_CODEC, limitmb=_POOL_MEGABYTES)

    def __enter__(self) -> Any:
        return self._writer

    def __exit__(self, *_: object) -> None:
        writer = self._writer
        if writer.is_closed:
            return
        # Cancelling closes files, which fails again on a full disk, before it reaches the lock; so the lock comes by
        # itself.
        with suppress(Exception):
            writer.cancel()
        with suppress(Exception):
            writer.temp_storage().destroy()
        with suppress(Exception):
            writer.writelock.release()


_Choice = Callable[[list[Any]], list[Any]]


def _many_small(segments: list[Any]) -> list[Any]:
    """All small segments once they are too many: a search visits each segment for each word."""
    small = [segment for segment in segments if segment.doc_count_all() < SMALL]
    return small if len(small) > MOST_SMALL else []


def _worth_merging(most: int) -> _Choice:
    """The smallest segments that hold `most` documents together, if they are several or one is a fifth deleted."""

    def choose(segments: list[Any]) -> list[Any]:
        chosen, documents = [], 0
        for segment in sorted(segments, key=lambda segment: int(segment.doc_count_all())):
            documents += segment.doc_count_all()
            if documents > most:
                break
            chosen.append(segment)
        wasteful = any(5 * segment.deleted_count() > segment.doc_count_all() for segment in chosen)
        return chosen if len(chosen) > 1 or wasteful else []

    return choose


class _Merge:
    """A merge policy in Whoosh's form: copies the chosen segments into the one being written, and drops empty ones."""

    def __init__(self, choose: _Choice) -> None:
        self._choose = choose

    def __call__(self, writer: Any, segments: list[Any]) -> list[Any]:
        living = [segment for segment in segments if segment.doc_count() > 0]
        chosen = self._choose(living)
        for segment in chosen:
            reader = _whoosh.reading.SegmentReader(writer.storage, writer.schema, segment)
            writer.add_reader(reader)
            reader.close()
        return [segment for segment in living if segment not in chosen]
