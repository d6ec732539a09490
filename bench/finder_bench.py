"""The people finder: how well it ranks, against profile search by the same code, and how fast.

Quality is what `collections/evaluate.py` says of a run written by `cop.people.evaluation`. Speed is CPU per query for
the first page of 20 people with their evidence, and for SQLite's FTS5 with bm25 asked for 200 posts on the same texts.

    .venv/bin/python bench/finder_bench.py [collection ...]        dpdk and aclworkshops-dev unless told
"""

import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cop.people import evaluation
from cop.people.ranking import one_document_per_person
from cop.search import query
from cop.search.engine import Engine

COLLECTIONS = Path(__file__).resolve().parents[2] / "shared" / "collections"
MEASURES = ("MRR", "MAP", "P@5", "nDCG@10")
BARS = {"dpdk": 0.56, "aclworkshops-dev": 0.155}


def scored(collection: Path, run: Path) -> dict[str, float]:
    command = [sys.executable, COLLECTIONS / "evaluate.py", "--qrels", collection / "qrels.txt", "--run", run, "--json"]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def row(name: str, measures: dict[str, float]) -> str:
    return f"{name:34}" + "".join(f"{measures[measure]:9.4f}" for measure in MEASURES)


def quality(engine: Engine, collection: Path, folder: Path) -> None:
    maps = {}
    for name, ranker in (
        ("one document a person, b = .75", one_document_per_person),
        ("as the page ranks", evaluation.ranked),
    ):
        run = folder / "run.txt"
        seconds = evaluation.ask(engine, collection, run, ranker=ranker)
        measures = scored(collection, run)
        maps[name] = measures["MAP"]
        print(row(name, measures), f"  {seconds:.1f} s")
    baseline, mix = maps.values()
    bar = BARS.get(collection.name, 0.0)
    print(f"the mix gains {mix - baseline:+.4f} MAP (at least +.06 is asked) and stands {mix - bar:+.4f} from its bar")


def cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


def speed(engine: Engine, collection: Path) -> None:
    texts = [json.loads(line)["text"] for line in (collection / "queries.jsonl").open(encoding="utf-8")]
    documents = list(evaluation.documents_of(collection, {}))
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE posts USING fts5(title, text, tokenize='porter unicode61')")
    database.executemany("INSERT INTO posts VALUES (?, ?)", ((each.title, each.text) for each in documents))
    sql = "SELECT rowid FROM posts WHERE posts MATCH ? ORDER BY bm25(posts) LIMIT 200"

    def ours(text: str) -> object:
        return evaluation.ranked(engine, text, evaluation.MEMBER, 20)

    def votes(text: str) -> object:
        words = query.parse(text).words.values()
        return database.execute(sql, (" OR ".join(f'"{word}"' for word in words),)).fetchall() if words else []

    for name, work in (("ours, first time", ours), ("ours, page of 20", ours), ("FTS5, 200 votes alone", votes)):
        times = sorted(cpu(partial(work, text)) for text in texts)
        p95 = times[int(len(times) * 0.95)]
        print(
            f"{name:34}{statistics.median(times):9.2f} ms CPU in the median, {p95:.2f} at p95, {times[-1]:.2f} at most"
        )


def measure(name: str) -> None:
    collection = COLLECTIONS / name
    with tempfile.TemporaryDirectory() as scratch:
        engine, seconds = evaluation.load(collection, Path(scratch) / "index")
        print(f"\n{name}: {engine.count():,} documents, indexed in {seconds['indexing']:.0f} s")
        speed(engine, collection)
        print(f"{'':34}" + "".join(f"{measure:>9}" for measure in MEASURES))
        quality(engine, collection, Path(scratch))


if __name__ == "__main__":
    for name in sys.argv[1:] or BARS:
        measure(name)
