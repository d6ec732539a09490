"""Measure the people finder on a collection: fill a scratch index, ask every query, write a TREC run.

The same reader, analysis, index, filter, mix and cut-off as on the search page: only the things are others. A
collection is a folder with people.jsonl, documents.jsonl.gz and queries.jsonl; its documents are seen by the whole
network.
"""

import gzip
import json
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cop.core.kinds import Facets, Kind
from cop.people.kind import PersonKind
from cop.people.models import Person
from cop.people.order import ranked
from cop.people.ranking import PersonHit
from cop.search.documents import NETWORK, Document
from cop.search.engine import Engine
from cop.search.reader import documents_of as documents_of_things

MEMBER = frozenset({NETWORK})
MOST_PEOPLE = 100
TAG = "cop"

Ranker = Callable[[Engine, str, Collection[str], int], list[PersonHit]]
Progress = Callable[[str, int, int], None]
"""Is told the phase ("indexing", "asking"), how much of it is done, and how much there is (0 if that is not known)."""


def _silent(phase: str, done: int, of: int) -> None:
    """Tell nobody."""


def evaluate(collection: Path, run: Path, progress: Progress = _silent, ranker: Ranker = ranked) -> dict[str, float]:
    """Write the run of all queries; returns the seconds spent "reading", "indexing" and "asking".

    A line of the run is `query Q0 person rank score tag`, with at most MOST_PEOPLE people a query. Raises OSError for a
    missing file, ValueError or KeyError for one of another form.
    """
    with TemporaryDirectory(prefix="cop-evaluate-") as scratch:
        engine, seconds = load(collection, Path(scratch), progress)
        seconds["asking"] = ask(engine, collection, run, progress, ranker)
    return seconds


def load(collection: Path, scratch: Path, progress: Progress = _silent) -> tuple[Engine, dict[str, float]]:
    """Index a collection in a folder; returns the engine and the seconds spent "reading" and "indexing"."""
    started = time.perf_counter()
    people = {label: number for number, label in enumerate(people_of(collection), 1)}
    reading = time.perf_counter()
    documents = chain(profiles_of(collection), documents_of(collection, people))
    engine = Engine.create(scratch, documents, lambda done: progress("indexing", done, 0))
    return engine, {"reading": reading - started, "indexing": time.perf_counter() - reading}


def ask(engine: Engine, collection: Path, run: Path, progress: Progress = _silent, ranker: Ranker = ranked) -> float:
    """Ask all queries of a collection that is in the index and write the run; returns the seconds."""
    started = time.perf_counter()
    people = people_of(collection)
    queries = _lines(collection / "queries.jsonl")
    with run.open("w", encoding="utf-8") as out:
        for done, asked in enumerate(queries, 1):
            for rank, hit in enumerate(ranker(engine, str(asked["text"]), MEMBER, MOST_PEOPLE), 1):
                out.write(f"{asked['id']} Q0 {people[hit.person_id - 1]} {rank} {hit.score:.9f} {TAG}\n")
            progress("asking", done, len(queries))
    return time.perf_counter() - started


def people_of(collection: Path) -> list[str]:
    """The people of a collection; the engine knows the first as person 1."""
    return [str(person["id"]) for person in _lines(collection / "people.jsonl")]


class _Profile(PersonKind):
    """A person of a collection: a name, and nothing that they say of themselves."""

    def tags(self, things: Sequence[Any]) -> Mapping[int, tuple[str, ...]]:
        """None, and no question to a database."""
        return {}

    def facets(self, things: Sequence[Any]) -> Mapping[int, Mapping[str, Facets]]:
        """None, and no question to a database."""
        return {}


@dataclass(frozen=True)
class Writing:
    """A document of a collection."""

    id: int
    title: str
    text: str
    authors: tuple[int, ...]


class _Post(Kind):
    """A document of a collection, as if it were a post that the whole network sees."""

    name = "post"
    model = Writing
    searched = True

    def title(self, thing: Writing) -> str:
        """Its title."""
        return thing.title

    def text(self, thing: Writing) -> str:
        """Its words."""
        return thing.text

    def audience(self, thing: Writing) -> frozenset[str]:
        """The whole network."""
        return MEMBER

    def authors(self, thing: Writing) -> tuple[int, ...]:
        """All of them."""
        return thing.authors


def profiles_of(collection: Path) -> Iterator[Document]:
    """The people of a collection as the search reader hands them over."""
    return documents_of_things(_Profile(), [_person(*row) for row in enumerate(_lines(collection / "people.jsonl"), 1)])


def _person(number: int, read: dict[str, object]) -> Person:
    name = str(read.get("label") or read["id"])
    return Person(id=number, name=name, role="", institution="", about="", status="active", visibility={})


def documents_of(collection: Path, people: dict[str, int], most: int | None = None) -> Iterator[Document]:
    """The documents of a collection as the search reader hands them over."""
    return documents_of_things(_Post(), writings_of(collection, people, most))


def writings_of(collection: Path, people: dict[str, int], most: int | None = None) -> Iterator[Writing]:
    """The documents of a collection, numbered from 1; `people` tells authors' numbers."""
    with gzip.open(collection / "documents.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, read in enumerate(map(json.loads, islice(lines, most)), 1):
            authors = tuple(people[author] for author in read["authors"] if author in people)
            yield Writing(number, read["title"], read["text"], authors)


def _lines(file: Path) -> list[dict[str, object]]:
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]
