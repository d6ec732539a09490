"""What somebody has typed so far, looked for in tables of folded words: by how words begin, in spite of typing errors.

Whoever looks for what a word stands for asks who may see that. No word that is near crowds out another one, so nothing
that somebody may not see changes what they find.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein
from sqlalchemy import ColumnElement, CompoundSelect, exists, or_, select, union
from sqlalchemy.orm import InstrumentedAttribute

from cop.core.db import session
from cop.core.names import folded_words

OFFERED = 4
"""Things of one sort that are offered at most."""
WORDS_AT_MOST = 6
MENDED_AT_MOST = 4
"""Among more words, typing errors are not looked for."""
SHORTEST_MENDED = 4
LONG = 7
"""Letters of a word in which two typing errors are forgiven."""
TOGETHER = 200
"""Beginnings in one OR, of which SQLite takes a thousand at most; a union takes 500 such groups."""
_LAST = "\U0010ffff"

Condition = ColumnElement[bool]
Column = InstrumentedAttribute


@dataclass(frozen=True)
class Typed:
    """The words, folded; `forgiving`: each may have typing errors."""

    words: tuple[str, ...]
    forgiving: bool = False

    @classmethod
    def of(cls, text: str) -> "Typed":
        """What was typed; the @ of a handle does not count."""
        return cls(tuple(folded_words(text.strip().lstrip("@"))[:WORDS_AT_MOST]))

    def forgiven(self) -> "Typed":
        """The same words, with typing errors."""
        return replace(self, forgiving=True)

    def on(self, id: Column[int], owner: Column[int], word: Column[str]) -> list[Condition]:
        """Conditions on things by id, whose words stand in a table: for each word typed, one of theirs begins so.

        None when there is nothing to look for. The longest word finds them, because few have it; the others are asked
        of those alone.
        """
        meant = near(word, self.words) if self.forgiving else [[each] for each in self.words]
        longest = max(range(len(meant)), key=lambda at: len(self.words[at]), default=0)
        return [
            id.in_(having(owner, word, starts))
            if at == longest
            else or_(*(exists().where(owner == id, condition) for condition in _begin(word, starts)))
            for at, starts in enumerate(meant)
        ]


def begins(column: Column[str], start: str) -> Condition:
    """The word in this column begins so. An index answers it."""
    return (column >= start) & (column < start + _LAST)


def having(owner: Column[int], word: Column[str], starts: Sequence[str]) -> CompoundSelect[int]:
    """Whose words begin in one of these ways."""
    return union(*(select(owner).where(condition) for condition in _begin(word, starts)))


def _begin(column: Column[str], starts: Sequence[str]) -> list[Condition]:
    """The word in this column begins in one of these ways: some ways in each condition."""
    parts = (starts[at : at + TOGETHER] for at in range(0, len(starts), TOGETHER))
    return [or_(*(begins(column, start) for start in part)) for part in parts]


def near(column: Column[str], words: Sequence[str]) -> list[list[str]]:
    """For each word, how those of the column begin that it may stand for: one typing error in short words, two in long.

    Empty when one of them stands for nothing, or when none of them is one that errors are looked for in.
    """
    wrong = [word for word in words if _may_be_wrong(word)]
    if not wrong or len(words) > MENDED_AT_MOST:
        return []
    beginnings = {start for word in wrong for start in _first_letters(word)}
    # A union: an index answers each part by itself, in order; of one OR, SQLite would sort the rows of all.
    alike = [select(column).where(begins(column, start)).distinct() for start in sorted(beginnings)]
    known = session().scalars(union(*alike)).all()
    found = [_starts_near(word, known) if _may_be_wrong(word) else [word] for word in words]
    return found if all(found) else []


def _may_be_wrong(word: str) -> bool:
    return len(word) >= SHORTEST_MENDED and word.isalpha()


def _first_letters(word: str) -> tuple[str, ...]:
    """How a word begins that was meant: with the same letter, with the first two swapped, or without the first."""
    return word[0], word[1] + word[0], word[1:3]


def _starts_near(word: str, known: Iterable[str]) -> list[str]:
    errors = 1 if len(word) < LONG else 2
    starts = {each[:length] for each in known for length in (len(word), len(word) + 1)}
    found = process.extract(word, starts, scorer=DamerauLevenshtein.distance, score_cutoff=errors, limit=None)
    return list(_without_longer(sorted(start for start, _distance, _at in found)))


def _without_longer(starts: Iterable[str]) -> Iterator[str]:
    """Beginnings, sorted, without those that begin with another of them."""
    last = None
    for start in starts:
        if last is None or not start.startswith(last):
            last = start
            yield start
