"""Searching posts and writing them: the commonest word for a member of 20 communities, and what an edit costs.

Floors in the same run: SQLite's FTS5 with bm25, without any access filter, and plain Whoosh as its own documentation
has it, with a filter of 21 tokens. CPU milliseconds, medians of interleaved rounds. The texts are dpdk's (see
PERFORMANCE.md).

    .venv/bin/python bench/search_bench.py [documents ...]        6000 and 39611 unless told
"""

import sqlite3
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cop.people.evaluation import documents_of, people_of
from cop.search import _whoosh, analysis
from cop.search.documents import Document
from cop.search.engine import Engine

COLLECTION = Path(__file__).resolve().parents[2] / "shared" / "collections" / "dpdk"
MEMBER = frozenset({"public", "network", *(f"community:{n}" for n in range(20))})
ROUNDS = 15


def audiences(number: int) -> frozenset[str]:
    """40 % public, 40 % network, 20 % in 50 communities."""
    tenth = number % 10
    if tenth < 4:
        return frozenset({"public"})
    return frozenset({"network"} if tenth < 8 else {f"community:{number // 10 % 50}"})


def posts(most: int) -> list[Document]:
    people = {label: number for number, label in enumerate(people_of(COLLECTION), 1)}
    documents = documents_of(COLLECTION, people, most)
    return [
        replace(document, audiences=audiences(number), container=f"topic:{number // 8}", created=1.7e9 - number)
        for number, document in enumerate(documents)
    ]


def commonest(documents: list[Document]) -> str:
    counts = Counter(word for document in documents[:2000] for word in analysis.words(document.text))
    return counts.most_common(1)[0][0]


def cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


def fts5(documents: list[Document]) -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE posts USING fts5(title, text, tokenize='porter unicode61')")
    rows = ((document.title, document.text) for document in documents)
    database.executemany("INSERT INTO posts VALUES (?, ?)", rows)
    return database


def plain_whoosh(documents: list[Document], folder: Path) -> Any:
    fields, index = _whoosh.fields, _whoosh.index
    schema = fields.Schema(id=fields.ID(stored=True, unique=True), text=fields.TEXT, audience=fields.KEYWORD)
    opened = index.create_in(str(folder), schema)
    writer = opened.writer(limitmb=1024)
    for document in documents:
        text = f"{document.title} {document.text}"
        writer.add_document(id=document.id, text=text, audience=" ".join(document.audiences))
    writer.commit()
    return opened.searcher()


def plain_search(searcher: Any, word: str) -> object:
    from whoosh import query

    allowed = query.Or([query.Term("audience", token) for token in MEMBER])
    return [hit["id"] for hit in searcher.search(query.Term("text", word), filter=allowed, limit=20)]


def measure(most: int) -> None:
    documents = posts(most)
    word = commonest(documents)
    with tempfile.TemporaryDirectory() as folder:
        started = time.process_time()
        engine = Engine.create(Path(folder) / "ours", documents)
        build = time.process_time() - started
        database = fts5(documents)
        (Path(folder) / "plain").mkdir()
        searcher = plain_whoosh(documents, Path(folder) / "plain")
        first = cpu(lambda: engine.search(word, MEMBER))
        fts = "SELECT rowid FROM posts WHERE posts MATCH ? ORDER BY bm25(posts) LIMIT 20"
        works: dict[str, Callable[[], object]] = {
            "ours, member of 20": lambda: engine.search(word, MEMBER),
            "ours, collapsed": lambda: engine.search(word, MEMBER, collapse=True),
            "ours, signed out": lambda: engine.search(word, ()),
            "ours, two words": lambda: engine.search(f"{word} driver", MEMBER),
            "ours, a phrase": lambda: engine.search(f'"{word} driver"', MEMBER),
            "FTS5 bm25, no filter": lambda: database.execute(fts, (word,)).fetchall(),
            "plain Whoosh, filter of 22": lambda: plain_search(searcher, word),
        }
        times: dict[str, list[float]] = {name: [] for name in works}
        for _ in range(ROUNDS):
            for name, work in works.items():
                times[name].append(cpu(work))
        hits = engine.search(word, MEMBER).total
        print(f"\n{len(documents):,} posts; commonest word {word!r}, {hits:,} hits or more; built in {build:.1f} s CPU")
        print(f"{'first search after opening':32}{first:8.2f} ms CPU")
        for name, values in times.items():
            print(f"{name:32}{statistics.median(values):8.2f} ms CPU   slowest {max(values):.2f}")
        writing(engine, documents)


def writing(engine: Engine, documents: list[Document]) -> None:
    """One edit a commit, and the search that follows it, on an index as large as that."""
    edits, after = [], []
    for number in range(60):
        edited = replace(documents[number * 7], text=f"{documents[number * 7].text} edited {number}")
        edits.append(cpu(partial(engine.write, [edited])))
        after.append(cpu(partial(engine.search, "driver", MEMBER)))
    hides = [cpu(partial(engine.write, [], [document.id])) for document in documents[1:200:10]]
    batch = [replace(document, text=f"{document.text} again") for document in documents[3000:3500]]
    together = cpu(lambda: engine.write(batch))
    print(f"{'edit to visible, one a commit':32}{statistics.median(edits):8.2f} ms CPU   slowest {max(edits):.2f}")
    print(f"{'  mean, tiny merges included':32}{statistics.mean(edits):8.2f} ms CPU")
    print(f"{'first search after a commit':32}{statistics.median(after):8.2f} ms CPU   slowest {max(after):.2f}")
    print(f"{'removal':32}{statistics.median(hides):8.2f} ms CPU   slowest {max(hides):.2f}")
    print(f"{'500 edits in one commit':32}{together:8.2f} ms CPU   {500_000 / together:.0f} documents a second")
    print(f"{'merge of small segments':32}{cpu(engine.merge):8.2f} ms CPU")


if __name__ == "__main__":
    for most in [int(word) for word in sys.argv[1:]] or [6_000, 39_611]:
        measure(most)
