"""Where an index lies: a folder of generations on disk of which one is current, or memory.

    search/CURRENT          the name of the generation that serves; replaced in one step
    search/LOCK             held by the one process that writes
    search/g-3f09…/         a Whoosh index, and SEALS: length and CRC of each of its files

Whoosh's table of contents and postings are pickles. SEALS finds torn and garbled files before any is unpickled, but it
is no defence against malice: never open an index that came from elsewhere.
"""

import fcntl
import json
import os
import shutil
import time
import zlib
from collections.abc import Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from secrets import token_hex
from threading import Lock
from typing import Any, Protocol

from cop.search import _whoosh
from cop.search.schema import FORMAT, schema
from cop.search.segments import IndexUnusable


class IndexBusy(Exception):
    """Another process is writing or rebuilding: try again later; nothing was changed."""


class Store(Protocol):
    """What the engine asks of the place where an index lies."""

    def current(self) -> Any:
        """The Whoosh storage that serves, made empty if there was none. Raises IndexUnusable."""

    def fresh(self) -> Any:
        """A new empty storage that does not serve yet."""

    def swap(self, storage: Any) -> None:
        """Let this storage serve from now on, in one step, and drop the others."""

    def discard(self, storage: Any) -> None:
        """Drop a storage that never served."""

    def seal(self, storage: Any) -> None:
        """Note what the files are after a commit."""

    def stamp(self) -> tuple[Hashable, int]:
        """Which storage serves, and a number that changes when somebody may have changed it."""

    def locked(self) -> AbstractContextManager[None]:
        """Hold, for this process, the right to write. Raises IndexBusy at once if another process has it."""


def name_of(storage: Any) -> str:
    """The name of the Whoosh index in a storage. Those in memory differ, as Whoosh names folders in /tmp after it."""
    name: str = getattr(storage, "index_name", "cop")
    return name


class MemoryStore:
    """An index in memory, for tests and scratch work. One process, gone with it."""

    def __init__(self) -> None:
        self._current: Any = None

    def current(self) -> Any:
        """See Store."""
        if self._current is None:
            self._current = self.fresh()
        return self._current

    def fresh(self) -> Any:
        """See Store."""
        storage = _whoosh.filestore.RamStorage()
        storage.index_name = f"m{token_hex(8)}"
        return _with_index(storage)

    def swap(self, storage: Any) -> None:
        """See Store."""
        self._current = storage

    def discard(self, storage: Any) -> None:
        """Nothing to do: memory is freed."""

    def seal(self, storage: Any) -> None:
        """Nothing to do: memory is not torn."""

    def stamp(self) -> tuple[Hashable, int]:
        """The storage alone: nobody else writes to it."""
        return name_of(self.current()), 0

    def locked(self) -> AbstractContextManager[None]:
        """Nothing to do: there is no other process."""
        return nullcontext()


class DiskStore:
    """An index in a folder, shared by processes: one writes, all may read."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._counting = Lock()
        self._holders = 0
        self._descriptor = -1
        root.mkdir(parents=True, exist_ok=True)

    def current(self) -> Any:
        """See Store."""
        pointer = self.root / "CURRENT"
        if not pointer.exists():
            with self.locked():
                if not pointer.exists():
                    return self._first()
        name = _named_by(pointer)
        if not name.startswith("g-") or not (self.root / name).is_dir():
            raise IndexUnusable(f"the index {name!r} is gone")
        self._verify(self.root / name)
        return _whoosh.filestore.FileStorage(str(self.root / name))

    def _first(self) -> Any:
        storage = self.fresh()
        self.seal(storage)
        self._point(storage)
        return storage

    def fresh(self) -> Any:
        """See Store."""
        folder = self.root / f"g-{token_hex(8)}"
        folder.mkdir()
        _write_seals(folder, {})
        return _with_index(_whoosh.filestore.FileStorage(str(folder)))

    def swap(self, storage: Any) -> None:
        """See Store."""
        self._point(storage)
        for folder in self.root.glob("g-*"):
            if folder != Path(storage.folder):
                shutil.rmtree(folder, ignore_errors=True)  # open files stay readable until their readers let go

    def _point(self, storage: Any) -> None:
        draft = self.root / f"CURRENT.{token_hex(4)}"
        draft.write_text(Path(storage.folder).name)
        draft.replace(self.root / "CURRENT")

    def discard(self, storage: Any) -> None:
        """See Store."""
        shutil.rmtree(storage.folder, ignore_errors=True)

    def seal(self, storage: Any) -> None:
        """See Store. Files never change once they are written, so only new ones are read."""
        folder = Path(storage.folder)
        known = _seals(folder)
        _write_seals(folder, {file.name: known.get(file.name) or _seal(file) for file in _index_files(folder)})

    def _verify(self, folder: Path) -> None:
        """Compare all sealed files that are still there; one that is missing shows when Whoosh looks for it.

        One without a seal was committed in the instant before its process died, and is whole, as the kernel lived on.
        """
        for name, seal in _seals(folder).items():
            with suppress(FileNotFoundError):
                if _seal(folder / name) != seal:
                    raise IndexUnusable(f"{name} is not as it was written")

    def stamp(self) -> tuple[Hashable, int]:
        """The folder that serves and the time at which it changed; with the folder gone, what is open goes on serving.

        Too recent a time says nothing, as clocks tick in steps of milliseconds: it counts as a change.
        """
        try:
            folder = self.root / _named_by(self.root / "CURRENT")
            changed = folder.stat().st_mtime_ns
        except OSError:
            return "gone", 0
        recent = time.time_ns() - changed < 50_000_000
        return folder.name, (time.monotonic_ns() if recent else changed)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """See Store. Threads of this process share it: a rebuild does not keep the others from writing."""
        with self._counting:
            if self._holders == 0:
                self._descriptor = self._acquire()
            self._holders += 1
        try:
            yield
        finally:
            with self._counting:
                self._holders -= 1
                if self._holders == 0:
                    os.close(self._descriptor)  # closing releases

    def _acquire(self) -> int:
        descriptor = os.open(self.root / "LOCK", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise IndexBusy("another process is writing to the search index") from None
        return descriptor


def _named_by(pointer: Path) -> str:
    return pointer.read_bytes().decode("ascii", "replace").replace("\0", "").strip()


def _with_index(storage: Any) -> Any:
    _whoosh.index.FileIndex.create(storage, schema(), name_of(storage))
    return storage


def _write_seals(folder: Path, files: dict[str, list[int]]) -> None:
    draft = folder / "SEALS.draft"
    draft.write_text(json.dumps({"format": FORMAT, "files": files}))
    draft.replace(folder / "SEALS")


def _index_files(folder: Path) -> list[Path]:
    return [file for file in folder.iterdir() if file.suffix in {".toc", ".seg"}]


def _seal(file: Path) -> list[int]:
    """Length and CRC-32: half a gigabyte a second, and no torn write passes."""
    crc = 0
    with file.open("rb") as stream:
        while block := stream.read(1 << 20):
            crc = zlib.crc32(block, crc)
    return [file.stat().st_size, crc]


def _seals(folder: Path) -> dict[str, list[int]]:
    try:
        read = json.loads((folder / "SEALS").read_text())
        if read["format"] != FORMAT:
            raise IndexUnusable(f"the index is of format {read['format']}, not {FORMAT}")
        files: dict[str, list[int]] = read["files"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexUnusable(f"the index has no readable list of its files: {error!r}") from error
    return files
