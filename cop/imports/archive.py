"""What any forum's archive is to us once it was read: authors, threads, their entries, and what was left out."""

import datetime as dt
from dataclasses import dataclass, field


class BadArchive(Exception):
    """The archive cannot be read; the text is a sentence that says where and why. Nothing was written."""


@dataclass(frozen=True)
class Author:
    """Somebody who wrote there. `key` is stable from one import to the next."""

    key: str
    name: str
    about: str = ""
    """Markdown."""
    joined_at: dt.datetime | None = None


@dataclass
class Entry:
    """One thing that somebody wrote: an opening question, an answer or a comment."""

    key: str
    author: str
    at: dt.datetime
    source: str
    """Markdown."""
    parent: str | None = None
    """The key of the entry that it answers in particular."""
    edited_at: dt.datetime | None = None


@dataclass
class Thread:
    """A topic-to-be: its first entry opens it; the others stand in the order of time, each after its parent."""

    key: str
    title: str
    tags: tuple[str, ...]
    entries: list[Entry]
    accepted: str | None = None
    closed_at: dt.datetime | None = None


@dataclass(frozen=True)
class Rejected:
    """A row that was left out, and why."""

    place: str
    """As "Posts.xml, line 12"."""
    reason: str


@dataclass
class Archive:
    """A whole archive, read and checked."""

    authors: dict[str, Author] = field(default_factory=dict)
    threads: list[Thread] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)

    @property
    def entries(self) -> int:
        """How many entries all threads have."""
        return sum(len(thread.entries) for thread in self.threads)
