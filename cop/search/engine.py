"""The port: everything that the rest of the house may ask of the index. `cop.search` describes it as a whole."""

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from cop.search import query, words
from cop.search.documents import PUBLIC, Document, Shelf
from cop.search.hits import Hits, page_of
from cop.search.index import Index, Prepared
from cop.search.schema import Card, prepare
from cop.search.segments import Remembered
from cop.search.snapshot import Snapshot
from cop.search.store import DiskStore, IndexBusy, MemoryStore, Store
from cop.search.view import View

CHUNK = 10_000
"""Documents a commit while an index is filled: about 300 MB of postings to sort."""
REMEMBERED = 128 << 20
"""Bytes of decoded postings kept in memory."""

Progress = Callable[[int], None]
"""Is told how many documents are in, now and then."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """What an index holds, for `cop doctor` and the manager's page; never for a searcher."""

    documents: int
    public: int
    network: int
    restricted: int
    deleted: int
    """Documents that still take up room; they count in nothing."""
    segments: int


class Engine:
    """An index that can be written, searched and rebuilt. Safe for threads; one process writes, any number read."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._remembered = Remembered(REMEMBERED)
        self._writing = threading.RLock()
        self._rebuilding = threading.Lock()
        self._noticing = threading.Lock()
        self._meanwhile: list[tuple[Mapping[str, Prepared], Collection[str]]] | None = None
        self._stamp = store.stamp()
        self._index = self._opened(store.current())

    @classmethod
    def open(cls, directory: Path) -> "Engine":
        """Open the index in a folder, an empty one if there is none. Raises IndexUnusable: then call `create`."""
        return cls(DiskStore(directory))

    @classmethod
    def in_memory(cls) -> "Engine":
        """An empty index that lasts as long as the object."""
        return cls(MemoryStore())

    @classmethod
    def create(cls, directory: Path, documents: Iterable[Document] = (), progress: Progress | None = None) -> "Engine":
        """Build an index of these documents in a folder, in place of whatever is there, even if that is unusable."""
        store = DiskStore(directory)
        with store.locked():
            fresh = store.fresh()
            try:
                _fill(Index(fresh, Remembered(REMEMBERED), store.seal), documents, progress)
            except BaseException:
                store.discard(fresh)
                raise
            store.swap(fresh)
        return cls(store)

    def _opened(self, storage: Any) -> Index:
        return Index(storage, self._remembered, self._store.seal)

    # Writing

    def write(self, upserts: Iterable[Document], deletions: Iterable[str] = ()) -> None:
        """Replace documents and delete others by id, in one commit: readers see all of it or none. Safe to repeat.

        Searches see it as soon as this returns. Raises IndexBusy if another process writes, OSError if the disk is full
        (the index then stays as it was), IndexUnusable if it cannot be read.
        """
        ready = {document.id: prepare(document) for document in upserts}
        gone = set(deletions) - ready.keys()
        if not ready and not gone:
            return
        with self._writing, self._store.locked():
            self.refresh()
            self._index.write(ready, gone)
            if self._meanwhile is not None:
                self._meanwhile.append((ready, gone))

    def merge(self, most: int = 1000) -> bool:
        """Join small segments, at 1.5 ms CPU a document: for quiet moments. False if there was nothing to gain.

        Segments of more than `most` documents are left to the next `rebuild`: joining them would hold up a removal.
        """
        with self._writing, self._store.locked():
            self.refresh()
            return self._index.merge(most)

    def rebuild(self, documents: Iterable[Document], progress: Progress | None = None) -> int:
        """Build the index anew beside the one that serves, then swap; returns how many documents it has.

        Reading and writing go on meanwhile: what this process writes is applied to both, so the documents may be read
        from the database while people post. Raises IndexBusy if a rebuild is under way, here or in another process.
        """
        if not self._rebuilding.acquire(blocking=False):
            raise IndexBusy("the search index is being rebuilt")
        try:
            with self._store.locked():
                return self._rebuild(documents, progress)
        finally:
            self._meanwhile = None
            self._rebuilding.release()

    def _rebuild(self, documents: Iterable[Document], progress: Progress | None) -> int:
        with self._writing:
            self._meanwhile = []
        storage = self._store.fresh()
        try:
            fresh = self._opened(storage)
            _fill(fresh, documents, progress)
            with self._writing:
                for ready, gone in self._meanwhile:
                    fresh.write(ready, gone)
                self._meanwhile = None
                self._store.swap(storage)
                self._index, self._stamp = fresh, self._store.stamp()
        except BaseException:
            if self._index.storage is not storage:
                self._store.discard(storage)
            raise
        return self.count()

    # Reading

    def refresh(self) -> None:
        """Notice what other processes have written. Every search does so; two calls of stat if there is nothing."""
        stamp = self._store.stamp()
        if stamp == self._stamp:
            return
        with self._noticing:
            if stamp[0] == self._stamp[0]:
                self._index.reload()
            elif stamp[0] != "gone":
                self._index = self._opened(self._store.current())
            self._stamp = stamp

    def view(self, audiences: Collection[str]) -> View:
        """All that somebody with these audiences may see, now, for rankings of other packages.

        Everybody holds "public" without saying so.
        """
        self.refresh()
        return self._index.views.of(frozenset(audiences) | {PUBLIC})

    def search(
        self,
        text: str,
        audiences: Collection[str],
        kinds: Collection[str] | None = None,
        limit: int = 20,
        offset: int = 0,
        *,
        collapse: bool = False,
        newest: bool = False,
    ) -> Hits:
        """Find documents that the searcher may see: those with all the words or, failing that, with some of them.

        "Words in quotes" must stand together, -word must not occur; no text is an error. `kinds` narrows what is
        returned, not the counts by kind. `collapse` shows the best hit of each container; `newest` orders by date.
        """
        asked = query.parse(text)
        return page_of(self.view(audiences), asked, kinds, limit, offset, collapse=collapse, newest=newest)

    def completions(self, prefix: str, audiences: Collection[str], limit: int = 8) -> list[tuple[str, int]]:
        """The commonest words that begin so, in open text, with the number of documents that hold each."""
        return words.completions(self.view(audiences), prefix, limit)

    def corrected(self, text: str, audiences: Collection[str]) -> str | None:
        """The text, with words that no open document has replaced by near ones that some have; None if none is."""
        better = words.corrections(self.view(audiences), query.parse(text).words)
        return words.replaced(text, better) if better else None

    def count(self) -> int:
        """How many documents there are."""
        return int(np.count_nonzero(self._current().live))

    def ids(self) -> Iterator[str]:
        """The ids of all documents, in no order, for comparing with the database."""
        return self._current().ids()

    def cards(self) -> Iterator[Card]:
        """What the index keeps of each document besides its words, in no order, for comparing with the database."""
        return self._current().cards()

    def statistics(self) -> Statistics:
        """Figures for whoever looks after the index."""
        snapshot = self._current()
        public, network, restricted = (int(np.count_nonzero(snapshot.live & (snapshot.shelf == at))) for at in Shelf)
        living = public + network + restricted
        return Statistics(living, public, network, restricted, snapshot.size - living, len(snapshot.segments))

    def _current(self) -> Snapshot:
        self.refresh()
        return self._index.snapshot


def _fill(index: Index, documents: Iterable[Document], progress: Progress | None) -> None:
    """Write many documents into an index that nobody reads yet."""
    source, done = iter(documents), 0
    while chunk := list(islice(source, CHUNK)):
        ready = {}
        for document in chunk:
            ready[document.id] = prepare(document)
            done += 1
            if progress is not None and done % 500 == 0:
                progress(done)
        index.write(ready, ())
    if progress is not None:
        progress(done)
