"""What all readers of registers share: tables of text, rows that are left out, names and addresses made equal."""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cop.core.markup import one_line
from cop.core.names import folded_words
from cop.institutions.service import Entry

LARGEST = 400 * 1024 * 1024
"""Bytes of a register; the whole of GIAS has some 60 MB."""


class BadRegister(Exception):
    """The register cannot be read; the text is a sentence that says where and why. Nothing was written."""


@dataclass(frozen=True)
class Rejected:
    """A row that was left out, and why."""

    place: str
    """As "edubase.csv, row 12"."""
    column: str
    """Its heading there; empty when the whole row is meant."""
    reason: str


class Unfit(Exception):
    """A row that is left out: a column, and a reason that says how to mend it."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.reason = column, reason


@dataclass
class Register:
    """A whole register, read and checked."""

    entries: list[Entry] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What somebody should know and nobody did wrong, as that two rows became one."""
    _rows: dict[str, int] = field(default_factory=dict)

    def add(self, row: int, entry: Entry, column: str) -> None:
        """Take an entry in. Raises Unfit when one before it has its key, which stands in this column."""
        before = self._rows.setdefault(entry.code, row)
        if before != row:
            raise Unfit(column, f"the same key stands in row {before}")
        self.entries.append(entry)


def text_of(path: Path) -> str:
    """A file's text: UTF-8, with or without a mark, or what Windows made of it. Raises BadRegister."""
    try:
        if path.stat().st_size > LARGEST:
            raise BadRegister(f"{path.name} is larger than any register: it has more than {LARGEST // 2**20} MB.")
        content = path.read_bytes()
    except OSError as error:
        raise BadRegister(f"{path} cannot be read: {error.strerror}.") from None
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise BadRegister(f"{path.name} is not a text file: save it as CSV in UTF-8, then import it again.")


def rows_of(path: Path, delimiter: str = ",") -> tuple[list[str], Iterator[tuple[int, dict[str, str]]]]:
    """The headings of a table, and its rows with their numbers (1 is the line of headings). Raises BadRegister."""
    reader = csv.reader(io.StringIO(text_of(path), newline=""), delimiter=delimiter, strict=False)
    try:
        headings = [heading.strip() for heading in next(reader, [])]
    except csv.Error as error:
        raise BadRegister(f"{path.name}, row 1: {error}.") from None
    if not any(headings):
        raise BadRegister(f"{path.name} is empty: the first row must name the columns.")

    def rows() -> Iterator[tuple[int, dict[str, str]]]:
        number = 1
        try:
            for number, row in enumerate(reader, 2):
                if row:
                    cells = [one_line(cell) for cell in row]
                    yield number, dict(zip(headings, cells + [""] * (len(headings) - len(cells)), strict=False))
        except csv.Error as error:
            raise BadRegister(f"{path.name}, row {number + 1}: {error}.") from None

    return headings, rows()


def required(path: Path, headings: Iterable[str], wanted: Iterable[str]) -> None:
    """Raise BadRegister unless the table has these columns."""
    missing = [name for name in wanted if name not in set(headings)]
    if missing:
        raise BadRegister(f"{path.name} has no column “{missing[0]}”: is it the register that you named?")


def cell(row: Mapping[str, str], *names: str) -> str:
    """The first of some columns that there is, without what registers write for "nothing"."""
    for name in names:
        value = row.get(name, "")
        if value:
            return "" if value.casefold() in {"na", "n/a", "null", "none"} else value
    return ""


def normalised(name: str) -> str:
    """A name by which two sources are joined: folded words, "&" as "and"; nothing is left out or guessed."""
    return " ".join(folded_words(name.replace("&", " and ")))


DAYS = (re.compile(r"^(\d{4})-(\d{2})-(\d{2})"), re.compile(r"^(\d{1,2})[/-](\d{1,2})[/-](\d{4})$"))


def day_of(value: str, column: str) -> dt.date | None:
    """A day as registers write it: 2015-03-31 or 31/03/2015. Raises Unfit."""
    if not value:
        return None
    try:
        if found := DAYS[0].match(value):
            return dt.date(int(found[1]), int(found[2]), int(found[3]))
        if found := DAYS[1].match(value):
            return dt.date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        pass
    raise Unfit(column, f"“{value}” is not a day: write it as 31/03/2015 or 2015-03-31")
