"""What both readers of vocabularies share: which terms fit, and in which order they are kept."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from cop.core.names import slug_of
from cop.core.terms import LONGEST
from cop.core.terms.keeping import Entry, Key
from cop.imports.registers.reading import Rejected, Unfit

LARGEST = 50 * 1024 * 1024
"""Bytes of a vocabulary; the whole of the UNESCO Thesaurus has some 10 MB."""


DEEPEST = 30
"""Terms above one another; real vocabularies have up to ten."""


class BadVocabulary(Exception):
    """The file cannot be read; the text is a sentence that says where and why. Nothing was written."""


@dataclass
class Vocabulary:
    """A whole vocabulary, read and checked; broader terms stand before those that lie under them."""

    entries: list[Entry] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What somebody should know and nobody did wrong, as that a label stands twice."""


def check_size(path: Path) -> None:
    """Raise BadVocabulary for what is no file, or a file that no vocabulary fills."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise BadVocabulary(f"{path} cannot be read: {error.strerror}.") from None
    if size > LARGEST:
        raise BadVocabulary(f"{path.name} is larger than any vocabulary: it has more than {LARGEST // 2**20} MB.")


class Collecting:
    """Takes entries in, one by one, each with its place in the file; then puts them in order."""

    def __init__(self) -> None:
        self.vocabulary = Vocabulary()
        self._entries: dict[Key, Entry] = {}
        self._places: dict[Key, str] = {}

    def reject(self, place: str, unfit: Unfit) -> None:
        """Leave a row out."""
        self.vocabulary.rejected.append(Rejected(place, unfit.column, unfit.reason))

    def add(self, place: str, entry: Entry, name_column: str, id_column: str) -> None:
        """Take an entry in, if its labels fit and its key is new. What else it is called must fit, or is left out."""
        before = self._places.get(entry.key)
        unfit = _name_unfit(entry.name, name_column)
        if unfit is None and before is not None:
            unfit = Unfit(id_column, f"the same term stands in {before}")
        if unfit is not None:
            self.reject(place, unfit)
            return
        self._places[entry.key] = place
        aliases = {slug_of(name): name for name in entry.aliases if _name_unfit(name, "") is None}
        aliases.pop(slug_of(entry.name), None)
        self._entries[entry.key] = replace(entry, aliases=tuple(aliases.values()))
        for name in entry.aliases:
            if (unfit := _name_unfit(name, "")) is not None:
                self.note(f"{place}: of what else it is called, {unfit.reason}.")

    def note(self, sentence: str) -> None:
        """Say something that somebody should know."""
        self.vocabulary.notes.append(sentence)

    def finished(self, parent_column: str) -> Vocabulary:
        """The vocabulary in order: terms that lie under themselves are left out, and gaps are told."""
        self._leave_out_circles(parent_column)
        for key, entry in self._entries.items():
            if entry.parent is not None and entry.parent not in self._entries:
                self.note(f"{self._places[key]}: the broader term “{entry.parent[1]}” is not there.")
                self._entries[key] = replace(entry, parent=None)
        self._tell_of_doubles()
        depths = {key: len(self._above(key)) for key in self._entries}
        self.vocabulary.entries = sorted(self._entries.values(), key=lambda entry: depths[entry.key])
        return self.vocabulary

    def _leave_out_circles(self, column: str) -> None:
        above = {key: self._above(key) for key in self._entries}
        for key, keys in above.items():
            if key in keys:
                self.reject(self._places[key], Unfit(column, "its broader terms lead back to it"))
            elif len(keys) > DEEPEST:
                self.reject(self._places[key], Unfit(column, f"it lies under more than {DEEPEST} terms"))
            else:
                continue
            del self._entries[key]

    def _above(self, key: Key) -> list[Key]:
        """The keys of what is broader, nearest first; in a circle each stands once, with the key itself."""
        found: list[Key] = []
        parent = self._entries[key].parent
        while parent is not None and parent in self._entries and parent not in found and len(found) <= DEEPEST:
            found.append(parent)
            parent = self._entries[parent].parent
        return found

    def _tell_of_doubles(self) -> None:
        """One line for labels that stand in two schemes, one for those that stand twice in one."""
        schemes: dict[str, list[str]] = {}
        for entry in self._entries.values():
            schemes.setdefault(entry.name.casefold(), []).append(entry.scheme)
        several = sum(len(set(found)) > 1 for found in schemes.values())
        twice = sum(len(found) > len(set(found)) for found in schemes.values())
        if several:
            self.note(f"{several:,} labels stand in several schemes: each is a term of each.")
        if twice:
            self.note(f"{twice:,} labels stand more than once in one scheme: each is a term of its own.")


def _name_unfit(name: str, column: str) -> Unfit | None:
    if not name:
        return Unfit(column, "there is no label")
    if not slug_of(name):
        return Unfit(column, f"“{name[:LONGEST]}” has no letter or figure")
    if len(name) > LONGEST:
        return Unfit(column, f"“{name[:LONGEST]}…” is longer than {LONGEST} characters")
    return None
