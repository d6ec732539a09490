"""People search on generated networks of 4,000 and 40,000 people, through the function that the page calls.

The searcher is a member of 20 communities. CPU milliseconds a question, p50 and p95, of questions that this process has
not been asked before, after WARMING others; then of the same ones again. The phases are timed inside that one call.

Profiles alone (the P of `cop.people.ranking`: one virtual document a person, of all their open text, best ten taken)
stand beside SQLite's FTS5 with bm25 and beside tantivy, in turns, with the OR of the same words without stop words:
once on the same texts, one document a person, and once on what people say of themselves only.

Exhaustive is the same mix with every document voting that holds a word: VOTERS has no end. The overlap is the share of
the first ten people who are among its first ten, in the mean.

Run: .venv/bin/python -m bench.scale_bench [--folder data/scale] [--json]
The networks are generated where the folder has none (some minutes) and are used again.
"""

import argparse
import json
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import tantivy
from sqlalchemy import select

import cop
from cop import search
from cop.core import db, policy
from cop.core.db import session
from cop.demo.loader import LOGINS
from cop.forums.models import Post, Topic
from cop.people import finder, order, ranking
from cop.people.facets.people import PeopleFacets
from cop.people.models import Address, Person
from cop.search import query, reader
from cop.search.documents import NETWORK, PUBLIC
from cop.search.engine import Engine
from cop.search.view import View

SIZES = ((4_000, 90), (40_000, 900))
QUESTIONS, WARMING = 250, 100
WORDS_OF_QUESTION = ((1, 0.25), (2, 0.35), (3, 0.2), (4, 0.12), (5, 0.08))
SEED = 5
TOP = 10
ALONE, ALONE_AGAIN = "profiles alone", "profiles alone, asked again"
PEERS = {
    "FTS5, same texts": 1.0,
    "tantivy, same texts": 20.0,
    "FTS5, profiles only": 1.0,
    "tantivy, profiles only": 20.0,
}
"""How many times theirs our p95 may be."""

PHASES: tuple[tuple[Any, str, str], ...] = (
    (View, "scores", "votes"),
    (ranking, "_votes", "votes"),
    (View, "author_scores", "profiles"),
    (finder, "in_order", "order"),
    (finder, "_answers_of", "answers"),
    (PeopleFacets, "narrow", "facets"),
    (finder, "find", "cards"),
)
"""Functions, and the phase to which their time counts but for what lies in others: `order` takes the hits of the first
fifty people and what others said of them; `answers` is the other half of the page; `cards` loads and shows."""
WHOLE = "answers"
"""What is called inside this phase stays in it."""


# The networks


def prepared(folder: Path, members: int, communities: int) -> Path:
    """The data folder of a network of this size; generated if it is not there."""
    place = folder / str(members)
    if not (place / "made").exists():
        environment = {**os.environ, "COP_DATA_DIR": str(place), "COP_DATABASE_URL": "", "COP_LOG_LEVEL": "ERROR"}
        command = [sys.executable, "-m", "cop"]
        subprocess.run([*command, "migrate"], check=True, env=environment, stdout=subprocess.DEVNULL)
        size = ["--members", str(members), "--communities", str(communities)]
        told = subprocess.run([*command, "demo", *size, "--json"], check=True, env=environment, stdout=subprocess.PIPE)
        (place / "made").write_bytes(told.stdout)
    return place


class Asker:
    """The searcher, as each request has them: loaded afresh, with nothing left in the session."""

    def __init__(self) -> None:
        wanted = select(Address.person_id).where(Address.address == LOGINS[0].address)
        self.id = session().scalars(wanted).one()

    def fresh(self) -> Person:
        db.release()
        return session().get_one(Person, self.id)


def questions() -> Iterator[str]:
    """Endlessly: runs of words from posts, titles, profiles and terms, and now and then a name."""
    chance = np.random.Generator(np.random.PCG64(SEED))
    wanted = (Post.text, Topic.title, Person.about, Person.role, Person.name)
    texts = [list(session().scalars(select(column).order_by(column).limit(20_000))) for column in wanted]
    lengths, shares = zip(*WORDS_OF_QUESTION, strict=True)
    while True:
        sort = chance.choice(len(wanted), p=(0.35, 0.25, 0.15, 0.15, 0.1))
        words = texts[sort][chance.integers(len(texts[sort]))].replace("*", "").split()
        count = int(chance.choice(lengths, p=shares))
        start = int(chance.integers(max(1, len(words) - count + 1)))
        question = " ".join(words[start : start + count])
        if query.parse(question).terms:
            yield question


# Time


def cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


def p(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def summed(values: Sequence[float]) -> dict[str, float]:
    return {"p50": round(statistics.median(values), 3), "p95": round(p(values, 0.95), 3)}


class Clock:
    """CPU time of one call, divided among the phases inside it."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._stack: list[str] = []
        self._since = 0.0

    @contextmanager
    def timing(self) -> Iterator[None]:
        """Every function of PHASES tells this clock when it begins and ends."""
        kept = [(owner, name, getattr(owner, name)) for owner, name, _phase in PHASES]
        for (owner, name, original), (_owner, _name, phase) in zip(kept, PHASES, strict=True):
            setattr(owner, name, self._timed(original, phase))
        try:
            yield
        finally:
            for owner, name, original in kept:
                setattr(owner, name, original)

    def _timed(self, original: Callable[..., Any], phase: str) -> Callable[..., Any]:
        def timed(*arguments: Any, **named: Any) -> Any:
            self._turn((self._stack[-1:] == [WHOLE] and WHOLE) or phase)
            try:
                return original(*arguments, **named)
            finally:
                self._turn(None)

        return timed

    def _turn(self, phase: str | None) -> None:
        now = time.process_time()
        if self._stack:
            self.spent[self._stack[-1]] += (now - self._since) * 1000
        if phase is None:
            self._stack.pop()
        else:
            self._stack.append(phase)
        self._since = now


# What is measured


def measure(folder: Path) -> dict[str, Any]:
    """Everything about one network."""
    cop.prepare(cop.load_settings(data_dir=folder, database_url="", log_level="ERROR"))
    asker = Asker()
    communities = len([each for each in policy.audiences(asker.fresh()) if each.startswith("community:")])
    asked = questions()
    for words in islice(asked, WARMING):
        finder.find(asker.fresh(), page_of_people(words))
    found: dict[str, Any] = {"documents": search.current_index().count(), "communities of the searcher": communities}
    found |= profiles_alone(asker, list(islice(asked, QUESTIONS)), folder)
    chosen = list(islice(asked, QUESTIONS))
    found["whole"] = whole(asker, chosen)
    found["whole, asked again"] = whole(asker, chosen)
    found["overlap"] = overlap(asker, chosen)
    found["megabytes"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return found


def page_of_people(words: str) -> finder.Asked:
    """The page that shows people with all facets: the dearest one."""
    return finder.Asked(words, "people")


def whole(asker: Asker, chosen: Sequence[str]) -> dict[str, Any]:
    times: list[float] = []
    parts: dict[str, list[float]] = defaultdict(list)
    for words in chosen:
        person, clock = asker.fresh(), Clock()
        with clock.timing():
            finder.find(person, page_of_people(words))
        for phase in dict.fromkeys(each for *_names, each in PHASES):
            parts[phase].append(clock.spent[phase])
        times.append(sum(clock.spent.values()))
    return {"all of it": summed(times), **{phase: summed(values) for phase, values in parts.items()}}


def overlap(asker: Asker, chosen: Sequence[str]) -> float:
    audiences = policy.audiences(asker.fresh())
    shares = []
    for words in chosen:
        first, best = first_people(words, audiences), exhaustive(words, audiences)
        if best:
            shares.append(len(first & best) / len(best))
    return round(statistics.mean(shares), 4)


def first_people(words: str, audiences: frozenset[str]) -> set[int]:
    hits = search.ask(lambda engine: order.rank(engine, words, audiences, order.with_profile).hits(0, TOP))
    return {hit.person_id for hit in hits}


def exhaustive(words: str, audiences: frozenset[str]) -> set[int]:
    kept, ranking.VOTERS = ranking.VOTERS, sys.maxsize
    try:
        return first_people(words, audiences)
    finally:
        ranking.VOTERS = kept


def profiles_alone(asker: Asker, chosen: Sequence[str], folder: Path) -> dict[str, dict[str, Any]]:
    """Each way of finding profiles in turns; of questions that are new to the process, then of the same ones again."""
    audiences = policy.audiences(asker.fresh())
    engine = search.current_index()
    works: dict[str, Callable[[str], object]] = {"ours": lambda words: best_profiles(engine, words, audiences)}
    for what, texts in (("same texts", texts_of_people(posts=True)), ("profiles only", texts_of_people(posts=False))):
        works[f"FTS5, {what}"] = fts5(texts)
        works[f"tantivy, {what}"] = of_tantivy(texts, folder / f"tantivy-{what.replace(' ', '-')}")
    return {ALONE: in_turns(works, chosen), ALONE_AGAIN: in_turns(works, chosen)}


def in_turns(works: dict[str, Callable[[str], object]], chosen: Sequence[str]) -> dict[str, Any]:
    times: dict[str, list[float]] = defaultdict(list)
    for words in chosen:
        for name, work in works.items():
            times[name].append(cpu(partial(work, words)))
    return {name: summed(values) for name, values in times.items()}


def best_profiles(engine: Engine, words: str, audiences: frozenset[str]) -> list[int]:
    view, asked = engine.view(audiences), query.parse(words)
    scores = view.author_scores(view.strongest(asked.terms), ranking.OF_PERSON, view.allowed(asked))
    return ranking.Ranking(view, asked, scores, scores[:0]).person_ids[:TOP].tolist()


def texts_of_people(*, posts: bool) -> dict[int, str]:
    """By person: all that they wrote and everybody in the network may see; or what they say of themselves."""
    texts: dict[int, list[str]] = defaultdict(list)
    for document in reader.all_documents():
        if document.audiences & {PUBLIC, NETWORK} and (posts or document.kind == "person"):
            for person in document.authors:
                texts[person] += (document.title, document.text, " ".join(document.tags))
    return {person: "\n".join(parts) for person, parts in texts.items()}


def typed(words: str) -> list[str]:
    return [word.lower() for word in query.parse(words).words.values()]


def fts5(texts: dict[int, str]) -> Callable[[str], object]:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE people USING fts5(text, tokenize='porter unicode61')")
    database.executemany("INSERT INTO people (rowid, text) VALUES (?, ?)", texts.items())
    database.execute("INSERT INTO people (people) VALUES ('optimize')")
    sql = f"SELECT rowid FROM people WHERE people MATCH ? ORDER BY bm25(people) LIMIT {TOP}"
    return lambda words: database.execute(sql, (" OR ".join(f'"{word}"' for word in typed(words)),)).fetchall()


def of_tantivy(texts: dict[int, str], folder: Path) -> Callable[[str], object]:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("person", stored=True)
    builder.add_text_field("text", tokenizer_name="en_stem")
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    index = tantivy.Index(builder.build(), path=str(folder))
    writer = index.writer(num_threads=1)
    for person, text in texts.items():
        writer.add_document(tantivy.Document(person=person, text=text))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()
    return lambda words: searcher.search(index.parse_query(" ".join(typed(words)), ["text"]), TOP).hits


# What is printed


def bars(small: dict[str, Any], large: dict[str, Any]) -> list[tuple[str, float, float, bool]]:
    """Each bar: what, the figure, where it lies, whether it holds."""
    all_of_it = large["whole"]["all of it"]["p95"]
    found = [
        (f"{part}, times {peer}", large[part]["ours"]["p95"] / large[part][peer]["p95"], limit)
        for part in (ALONE, ALONE_AGAIN)
        for peer, limit in PEERS.items()
    ]
    found.append(("the whole, p95 in ms CPU", all_of_it, 200.0))
    found.append(("growth of the whole for ten times the people", all_of_it / small["whole"]["all of it"]["p95"], 7.0))
    told = [(what, round(figure, 3), limit, figure <= limit) for what, figure, limit in found]
    return [*told, ("overlap of the first ten with exhaustive ranking", large["overlap"], 0.8, large["overlap"] >= 0.8)]


def tell(found: dict[int, dict[str, Any]]) -> None:
    for members, figures in found.items():
        print(
            f"\n{members:,} people, {figures['documents']:,} documents; the searcher is in "
            f"{figures['communities of the searcher']} communities; {figures['megabytes']:,} MB at most"
        )
        for part in ("whole", "whole, asked again", ALONE, ALONE_AGAIN):
            print(f"{part:36}{'p50':>9}{'p95':>9}  CPU ms")
            for name, times in figures[part].items():
                print(f"  {name:34}{times['p50']:9.2f}{times['p95']:9.2f}")
        print(f"overlap of the first ten with exhaustive ranking: {figures['overlap']:.3f}")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path("data") / "scale")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found: dict[int, dict[str, Any]] = {}
    for members, communities in SIZES:
        place = prepared(asked.folder, members, communities)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:  # a process has one network
            found[members] = alone.submit(measure, place).result()
    small, large = found.values()
    judged = bars(small, large)
    if asked.json:
        print(json.dumps({"networks": found, "bars": judged}))
    else:
        tell(found)
        print()
        for what, figure, limit, holds in judged:
            print(f"{'holds' if holds else 'FAILS'}  {what}: {figure:.3f} (bar {limit:g})")
    return 0 if all(holds for *_told, holds in judged) else 1


if __name__ == "__main__":
    raise SystemExit(main())
