"""E-mail addresses as people type them and paste them: one normal form in all of the house.

What is pasted may be anything: names before addresses, commas, semicolons, lines, the columns of a spreadsheet. Nothing
is guessed: an address that cannot be read is given back as it was typed, so that its writer mends it.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

LONGEST = 254

QUOTED = re.compile(r'"[^"]*"')
IN_ANGLES = re.compile(r"<([^<>]*)>")
BETWEEN = re.compile(r"[,;|\t]")
BETWEEN_WORDS = re.compile(r"[\s,;|]+")
LABEL = re.compile(r"^[A-Za-z-]{2,20}:")
"""`mailto:` of links, `E-mail:` and `Bcc:` of what was copied with them."""
WITHOUT_AT = re.compile(r"^(?!www\.|https?:)[^\s@]+\.[A-Za-z]{2,}$", re.IGNORECASE)
"""What may be an address whose @ was lost, among others of its line that have theirs."""
AROUND = " \"'`\u201c\u201d\u2018\u2019\u00b4<>()[]{}.,:;!?*\u2022"
OTHER_SIGNS = str.maketrans(
    {"\uff20": "@", "\ufe6b": "@", "\uff1c": "<", "\uff1e": ">", "\u060c": ",", "\u3001": ",", "\uff0c": ",",
     "\uff1b": ";", "\u061b": ";", "\u201c": '"', "\u201d": '"', "\0": " "}
)  # fmt: skip
"""Signs of other keyboards and scripts that stand for these."""


class TooMany(Exception):
    """More addresses than fit at once."""

    def __init__(self, count: int, most: int) -> None:
        super().__init__(f"{count} addresses; the limit is {most}")
        self.count, self.most = count, most


@dataclass(frozen=True)
class Pasted:
    """What was read in a text: addresses in their normal form, each once; and what could not be read, as it stood."""

    good: tuple[str, ...]
    bad: tuple[str, ...]


def normal(typed: str) -> str | None:
    """The form in which an address is stored and compared; None for what cannot be one."""
    try:
        found = validate_email(typed.strip()[: LONGEST + 1], check_deliverability=False).normalized
    except EmailNotValidError:
        return None
    return found.lower()


def pasted(text: str, most: int) -> Pasted:
    """The addresses in a text. Raises TooMany before it has looked closely at more than so many."""
    pieces = [_read(piece) for row in _rows(text) for piece in _pieces(row)]
    candidates = dict.fromkeys(each for piece in pieces for each in piece.candidates)
    if len(candidates) > most:
        raise TooMany(len(candidates), most)
    known = {each: normal(each) for each in candidates}
    good = dict.fromkeys(address for address in known.values() if address is not None)
    bad = dict.fromkeys(each for piece in pieces for each in piece.unread(known))
    return Pasted(tuple(good), tuple(bad))


@dataclass(frozen=True)
class _Piece:
    """What stands between two separators: what should be an address in it, what may be one beside it, and its text."""

    text: str
    meant: tuple[str, ...]
    beside: tuple[str, ...] = ()

    @property
    def candidates(self) -> tuple[str, ...]:
        """All that may be addresses."""
        return self.meant + self.beside

    def unread(self, known: Mapping[str, str | None]) -> tuple[str, ...]:
        """What should have been an address: the whole piece, where there is none in it."""
        if all(known[each] is None for each in self.candidates):
            return (self.text,)
        return tuple(each for each in self.meant if known[each] is None)


def _rows(text: str) -> Iterator[str]:
    """Lines with something in them, without signs that nobody sees."""
    for line in text.translate(OTHER_SIGNS).splitlines():
        row = "".join(
            character if character == "\t" or unicodedata.category(character)[0] != "Z" else " "
            for character in line
            if character == "\t" or unicodedata.category(character) not in {"Cf", "Cc"}
        ).strip()
        if any(character.isalnum() or character == "@" for character in row):
            yield row


def _pieces(row: str) -> Iterator[str]:
    """The parts of a line that may be addresses; a line without any is one part, to be mended as it is."""
    if "@" not in row:
        yield row
        return
    for piece in _divided(row):
        if "@" in piece or WITHOUT_AT.match(_bare(piece)):
            yield piece


def _divided(row: str) -> list[str]:
    """A line at its separators, but for those in quotes; a quote that does not end is no quote."""
    if row.count('"') % 2 == 0:
        row = QUOTED.sub(lambda quoted: BETWEEN.sub(" ", quoted[0]), row)
    return [piece.strip() for piece in BETWEEN.split(row)]


def _read(piece: str) -> _Piece:
    """Addresses stand in angles, with a name beside them, or are words of their own."""
    in_angles = tuple(_bare(each) for each in IN_ANGLES.findall(piece) if "@" in each)
    if in_angles:
        return _Piece(piece, in_angles, tuple(each for each in _words(_without_names(piece)) if "@" in each))
    return _Piece(piece, tuple(each for each in _words(piece) if "@" in each or WITHOUT_AT.match(each)) or (piece,))


def _without_names(piece: str) -> str:
    return QUOTED.sub(" ", IN_ANGLES.sub(" ", piece))


def _words(text: str) -> list[str]:
    return [_bare(word) for word in BETWEEN_WORDS.split(text)]


def _bare(word: str) -> str:
    """A word without what stands around it: punctuation, `mailto:` and what a link says after its address."""
    bare = word.strip(AROUND)
    return LABEL.sub("", bare).partition("?")[0].strip(AROUND) if LABEL.match(bare) else bare
