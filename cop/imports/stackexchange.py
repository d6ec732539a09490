"""Reads a Stack Exchange dump (Posts.xml, Comments.xml, Users.xml) and checks it; writes nothing.

A question opens a thread, answers and comments are its entries; a comment answers the entry it stands under. Scores are
left behind. Rows that belong to no talk (tag descriptions and the like) are reported.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler

import defusedxml.sax
from defusedxml import DefusedXmlException

from cop.core.markup import POST_LIMIT
from cop.imports.archive import Archive, Author, BadArchive, Entry, Rejected, Thread
from cop.imports.html_to_markdown import markdown_from

FILES = ("Users.xml", "Posts.xml", "Comments.xml")
QUESTION, ANSWER = "1", "2"
OTHER_TYPES = {
    "3": "an orphaned tag description", "4": "a tag description", "5": "a tag page", "6": "an election's nomination",
    "7": "a page for moderators", "8": "a placeholder", "17": "a collection",
}  # fmt: skip
FORMER_MEMBER = "A former member"


@dataclass(frozen=True)
class _Row:
    """One row of a file, with the line on which it stands."""

    file: str
    line: int
    fields: dict[str, str]

    @property
    def place(self) -> str:
        """As "Posts.xml, line 12"."""
        return f"{self.file}, line {self.line}"


class _BadRow(Exception):
    """A row that cannot be taken; the text says why."""


def read_dump(folder: Path) -> Archive:
    """Read a dump. Raises BadArchive with file, line and reason when a file cannot be read to its end."""
    if not folder.is_dir():
        raise BadArchive(f"{folder} is not a folder.")
    absent = [name for name in FILES if not (folder / name).is_file()]
    if absent:
        raise BadArchive(f"{folder} has no {' and no '.join(absent)}; a dump has {', '.join(FILES)}.")
    users, posts, comments = (_rows(folder / name) for name in FILES)
    return _Reading(users).archive(posts, comments)


def _rows(file: Path) -> list[_Row]:
    handler = _Rows(file.name)
    try:
        with file.open("rb") as opened:
            defusedxml.sax.parse(opened, handler, forbid_dtd=True)
    except SAXParseException as error:
        raise BadArchive(
            f"{file.name}, line {error.getLineNumber()}: {error.getMessage()}. Nothing was imported."
        ) from None
    except DefusedXmlException as error:
        raise BadArchive(
            f"{file.name}: it declares a document type or entities ({type(error).__name__}), which is refused. "
            "Nothing was imported."
        ) from None
    except (SAXException, LookupError, ValueError) as error:
        raise BadArchive(f"{file.name}: {error}. Nothing was imported.") from None
    return handler.rows


class _Rows(ContentHandler):
    """Keeps the attributes of each `row`."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file, self.rows = file, list[_Row]()
        self._locator: Any = None

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802  SAX's name
        """Keep who knows the line."""
        self._locator = locator

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802  SAX's name
        """Keep a row."""
        if name == "row":
            self.rows.append(_Row(self.file, self._locator.getLineNumber(), dict(attrs.items())))


class _Reading:
    """Puts rows together into threads, leaving out what has no place."""

    def __init__(self, users: Iterable[_Row]) -> None:
        self.found = Archive()
        self._users = {row.fields.get("Id", ""): row.fields for row in users}
        self._threads: dict[str, Thread] = {}
        self._thread_of: dict[str, Thread] = {}
        """The thread in which a question or answer stands, by its id there."""

    def archive(self, posts: list[_Row], comments: list[_Row]) -> Archive:
        """Everything, in the order of time."""
        kinds = {QUESTION: self._question, ANSWER: self._answer}
        self._each((row for row in posts if row.fields.get("PostTypeId") == QUESTION), kinds[QUESTION])
        self._each((row for row in posts if row.fields.get("PostTypeId") == ANSWER), kinds[ANSWER])
        self._each((row for row in posts if row.fields.get("PostTypeId") not in kinds), self._other)
        self._each(comments, self._comment)
        for thread in self._threads.values():
            thread.entries = _in_order(thread.entries)
        self.found.threads = sorted(self._threads.values(), key=lambda thread: thread.entries[0].at)
        wrote = {entry.author for thread in self.found.threads for entry in thread.entries}
        self.found.authors = {key: author for key, author in self.found.authors.items() if key in wrote}
        return self.found

    def _each(self, rows: Iterable[_Row], take: Any) -> None:
        for row in rows:
            try:
                take(row.fields)
            except _BadRow as error:
                self.found.rejected.append(Rejected(row.place, str(error)))

    def _question(self, fields: dict[str, str]) -> None:
        id = _id(fields, "Id")
        if id in self._thread_of:
            raise _BadRow(f"post {id} occurs twice")
        title = " ".join(fields.get("Title", "").split())
        if not title:
            raise _BadRow("a question without a title")
        accepted = fields.get("AcceptedAnswerId")
        thread = Thread(
            key=id,
            title=title,
            tags=tuple(re.findall(r"[^<>|\s]+", fields.get("Tags", ""))),
            entries=[self._post(id, fields)],
            accepted=f"post:{accepted}" if accepted else None,
            closed_at=_moment(fields, "ClosedDate") if fields.get("ClosedDate") else None,
        )
        self._threads[id] = self._thread_of[id] = thread

    def _answer(self, fields: dict[str, str]) -> None:
        id = _id(fields, "Id")
        if id in self._thread_of:
            raise _BadRow(f"post {id} occurs twice")
        thread = self._threads.get(_id(fields, "ParentId"))
        if thread is None:
            raise _BadRow(f"an answer to a question that is not there ({fields['ParentId']})")
        thread.entries.append(self._post(id, fields))
        self._thread_of[id] = thread

    def _other(self, fields: dict[str, str]) -> None:
        kind = fields.get("PostTypeId", "")
        raise _BadRow(f"{OTHER_TYPES.get(kind, f'a post of an unknown type ({kind})')}, not a part of a talk")

    def _comment(self, fields: dict[str, str]) -> None:
        post = _id(fields, "PostId")
        thread = self._thread_of.get(post)
        if thread is None:
            raise _BadRow(f"a comment under a post that is not there ({post})")
        entry = Entry(
            key=f"comment:{_id(fields, 'Id')}",
            author=self._author(fields.get("UserId"), fields.get("UserDisplayName")),
            at=_moment(fields, "CreationDate"),
            source=comment_source(fields.get("Text", "")),
            parent=f"post:{post}",
        )
        thread.entries.append(_with_words(entry))

    def _post(self, id: str, fields: dict[str, str]) -> Entry:
        entry = Entry(
            key=f"post:{id}",
            author=self._author(fields.get("OwnerUserId"), fields.get("OwnerDisplayName")),
            at=_moment(fields, "CreationDate"),
            source=markdown_from(fields.get("Body", "")),
            edited_at=_moment(fields, "LastEditDate") if fields.get("LastEditDate") else None,
        )
        return _with_words(entry)

    def _author(self, id: str | None, name: str | None) -> str:
        """The author's key. Somebody who deleted the account is known by the name left behind, if there is one."""
        fields = self._users.get(id or "")
        name = " ".join(((fields or {}).get("DisplayName") or name or "").split())
        key = id or (f"name:{name}" if name else "former")
        if key not in self.found.authors:
            self.found.authors[key] = Author(
                key=key,
                name=name or FORMER_MEMBER,
                about=markdown_from((fields or {}).get("AboutMe", "")),
                joined_at=_joined(fields or {}),
            )
        return key


def _with_words(entry: Entry) -> Entry:
    if not entry.source.strip():
        raise _BadRow("it says nothing")
    if len(entry.source) > POST_LIMIT:
        raise _BadRow(f"{len(entry.source)} characters; a post has at most {POST_LIMIT}")
    return entry


def _joined(fields: dict[str, str]) -> dt.datetime | None:
    try:
        return _moment(fields, "CreationDate")
    except _BadRow:
        return None


def _id(fields: dict[str, str], name: str) -> str:
    value = fields.get(name, "")
    if not re.fullmatch(r"-?\d{1,18}", value):
        raise _BadRow(f"{name} is {value!r} and not a number" if value else f"it has no {name}")
    return str(int(value))


def _moment(fields: dict[str, str], name: str) -> dt.datetime:
    value = fields.get(name, "")
    try:
        moment = dt.datetime.fromisoformat(value)
    except ValueError:
        raise _BadRow(f"{name} is {value!r} and not a date" if value else f"it has no {name}") from None
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


def _in_order(entries: list[Entry]) -> list[Entry]:
    """By time, but the opening entry first and none before its parent, whatever the clocks said."""
    by_key = {entry.key: entry for entry in entries}
    opening = entries[0]

    def time(entry: Entry) -> dt.datetime:
        parent = by_key.get(entry.parent or "")
        return max(entry.at, parent.at if parent else entry.at)

    return [opening, *sorted(entries[1:], key=lambda entry: (time(entry), entry.parent is not None, entry.key))]


_BLOCK_START = re.compile(r"^\s*(#{1,6}(?= |$)|[-+*](?= |$)|>|=+\s*$|-{2,}\s*$|~{3,}|\||[-:| ]+$)")
_NUMBER_START = re.compile(r"^\s*(\d{1,9})([.)])(?= |$)")


def comment_source(text: str) -> str:
    """A comment's text, which is Markdown without blocks there, as Markdown without blocks here; no mentions."""
    lines = "\n".join(_plain_line(line.strip()) for line in text.split("\n"))
    return re.sub(r"(?<![\w/@.&=\\-])@(?=[A-Za-z0-9])", r"\\@", lines).strip("\n")


def _plain_line(line: str) -> str:
    line = _NUMBER_START.sub(r"\1\\\2", _BLOCK_START.sub(r"\\\1", line))
    return f"\\{line}" if line.startswith("```") and line.count("```") == 1 else line
