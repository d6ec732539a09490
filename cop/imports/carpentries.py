"""Reads what The Carpentries' people wrote of themselves, one person a line of JSON, and checks it; writes nothing.

A line is `{"name", "texts": [{"kind", "date", "post", "title", "bio", …}]}`. A name is all that tells people apart
there, so that a person is known by exactly that name: names that are only alike stay apart. A record is kept whole or
not at all. Institutions that were guessed from the texts (`organisations_mentioned`) are left behind.
"""

import datetime as dt
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from cop.core.markup import POST_LIMIT, Rendered, TooLong, one_line, render
from cop.imports.archive import Author
from cop.imports.html_to_markdown import markdown_from
from cop.imports.registers.reading import Rejected, Unfit
from cop.imports.statements import PREFIX, Entry
from cop.people.service.statements import Said

LARGEST = 50 * 1024 * 1024
"""Bytes of a file; real ones have some 200 kB."""
ATTRIBUTION = "The Carpentries, carpentries.org"
POSTS = "https://github.com/carpentries/carpentries.org/blob/main/content/posts/"
"""Where a post is read by its name; on the web site some have other addresses."""
LICENCE, LICENCE_URL = "CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"
LONGEST_NAME, LONGEST_LINE = 120, 300
POST = re.compile(r"[\w-]+(?:[/.][\w-]+)*")
DAY_IN_NAME = re.compile(r"/(\d{4}-\d{2}-\d{2})-")

# HTML is let through here because what comes out is rendered and cleaned like anything that somebody types.
_markdown = MarkdownIt("commonmark", {"html": True, "maxNesting": 20}).enable("strikethrough")


class BadFile(Exception):
    """The file cannot be read; the text is a sentence that says where and why. Nothing was written."""


@dataclass
class People:
    """A whole file, read and checked."""

    entries: list[Entry] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What somebody should know and nobody did wrong, as that a date was taken from a post's name."""


def read(path: Path, audience: str) -> People:
    """Read and check a whole file, for an audience. Raises BadFile with line and reason when a line is no JSON."""
    found, lines = People(), dict[str, int]()
    for number, row in _rows(path):
        place = f"{path.name}, line {number}"
        try:
            entry = _entry(row, audience)
            _require_new(entry, lines.setdefault(entry.author.key, number), number)
        except Unfit as error:
            found.rejected.append(Rejected(place, error.column, error.reason))
            continue
        found.entries.append(entry)
        found.notes += [f"{place}: {note}" for note in _notes(row, entry)]
    return found


def _require_new(entry: Entry, first: int, number: int) -> None:
    if first != number:
        raise Unfit("name", f"“{entry.author.name}” stands in line {first} too: put their texts together")


def _rows(path: Path) -> list[tuple[int, Any]]:
    try:
        if path.stat().st_size > LARGEST:
            raise BadFile(f"{path.name} is too large: it has more than {LARGEST // 2**20} MB.")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadFile(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise BadFile(f"{path.name} is not a text file in UTF-8.") from None
    rows: list[tuple[int, Any]] = []
    for number, line in enumerate(text.split("\n"), 1):
        try:
            rows += [(number, json.loads(line))] if line.strip() else []
        except (ValueError, RecursionError) as error:
            raise BadFile(f"{path.name}, line {number}{_what_is_wrong(error)}. Nothing was imported.") from None
    if not rows:
        raise BadFile(f"{path.name} is empty: each line is to be a person.")
    return rows


def _what_is_wrong(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f", column {error.colno}: {error.msg}"
    return ": it is nested too deeply" if isinstance(error, RecursionError) else f": {error}"


def _entry(row: Any, audience: str) -> Entry:
    if not isinstance(row, dict):
        raise Unfit("", "it is not an object")
    name = _line(row, "name", "name", LONGEST_NAME)
    if not any(letter.isalpha() for letter in name):
        raise Unfit("name", "there is no name" if not name else f"“{name}” has no letter")
    texts = row.get("texts")
    if not isinstance(texts, list) or not texts:
        raise Unfit("texts", "there is no list of texts")
    said = tuple(_said(name, text, f"texts {number}", audience) for number, text in enumerate(texts, 1))
    posts = [each.post for each in said]
    for place, post in enumerate(posts):
        if post in posts[:place]:
            raise Unfit(f"texts {place + 1}, post", f"“{post}” stands there twice")
    return Entry(Author(name, name), said)


def _said(name: str, text: Any, place: str, audience: str) -> Said:
    if not isinstance(text, dict):
        raise Unfit(place, "it is not an object")
    post = _line(text, "post", f"{place}, post")
    if not POST.fullmatch(post):
        raise Unfit(f"{place}, post", f"“{post}” does not name a post" if post else "there is no post")
    title = _line(text, "title", f"{place}, title")
    if not title:
        raise Unfit(f"{place}, title", "there is no title")
    return Said(
        origin=f"{PREFIX}:{post}:{name}",
        occasion=_line(text, "kind", f"{place}, kind"),
        title=title,
        written_on=_day(_line(text, "date", f"{place}, date"), post, f"{place}, date"),
        text=_rendered(text.get("bio"), post, f"{place}, bio"),
        attribution=ATTRIBUTION,
        post=post,
        post_url=f"{POSTS}{post}",
        licence=LICENCE,
        licence_url=LICENCE_URL,
        audience=audience,
    )


def _line(row: dict[str, Any], name: str, place: str, longest: int = LONGEST_LINE) -> str:
    value = row.get(name, "")
    if not isinstance(value, str):
        raise Unfit(place, "it is not a text")
    line = one_line(value)
    if len(line) > longest:
        raise Unfit(place, f"it is longer than {longest} characters")
    return line


def _day(value: str, post: str, place: str) -> dt.date | None:
    """The day of a text; where none is told, the one with which its post's name begins."""
    named = DAY_IN_NAME.search(post)
    value = value or (named[1] if named else "")
    try:
        return dt.date.fromisoformat(value) if value else None
    except ValueError:
        raise Unfit(place, f"“{value}” is not a day: write it as 2015-03-31") from None


def _rendered(source: Any, post: str, place: str) -> Rendered:
    """The text as ours. Posts are Markdown with pieces of HTML, or HTML; links that only lead on there become words."""
    if not isinstance(source, str):
        raise Unfit(place, "it is not a text")
    if len(source) > POST_LIMIT:
        raise Unfit(place, f"it is longer than {POST_LIMIT:,} characters")
    try:
        rendered = render(markdown_from(source if post.endswith(".html") else _markdown.render(source)))
    except TooLong:
        raise Unfit(place, f"with its markup it is longer than {POST_LIMIT:,} characters") from None
    if not rendered.text.strip():
        raise Unfit(place, "there is no word in it")
    return rendered


def _notes(row: dict[str, Any], entry: Entry) -> list[str]:
    """Which days the file did not tell."""
    untold = [said for text, said in zip(row["texts"], entry.statements, strict=True) if not text.get("date")]
    return [
        f"the text of {said.post} has no date: "
        + (f"{said.written_on}, from the post's name, was taken." if said.written_on else "it stands without one.")
        for said in untold
    ]
