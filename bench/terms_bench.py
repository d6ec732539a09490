"""Suggestions of terms while one is typed, on a vocabulary of 4,000: CPU milliseconds a request, p50 and p95.

The floor in the same run is the same request with no words: sign-in, policy and an empty answer.

Run: .venv/bin/python -m bench.terms_bench
"""

import random
import statistics
import tempfile
import time
from pathlib import Path

from bench.pages_bench import World
from cop.core.db import unit_of_work
from cop.core.terms import keeping

TERMS, ROUNDS = 4_000, 12
TYPED = ("e", "ed", "re", "read", "assess", "peer ass", "sycholog", "techer trainig", "matematics", "xqz")


STEMS = "read write learn teach assess num lit geo bio psych math hist art lang mus phon gram spell think".split()
ENDS = "ing er ment ation acy ology ics ory ure ade isation ability ness ship ful ist".split()


def names(count: int) -> list[str]:
    """Invented terms of two words each, the same in each run."""
    chance = random.Random(7)  # no secret
    word = lambda: chance.choice(STEMS) + chance.choice(ENDS) + chance.choice(["", chance.choice(ENDS)])
    return [f"{word()} {word()} {number}"[:60] for number in range(count)]


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        entries = [keeping.Entry("bench", str(number), name) for number, name in enumerate(names(TERMS))]
        for start in range(0, TERMS, 500):
            with unit_of_work():
                keeping.keep(entries[start : start + 500])
        client = world.client(world.people[5])
        took: dict[str, list[float]] = {typed: [] for typed in ("", *TYPED)}
        for _ in range(ROUNDS):
            for typed, figures in took.items():
                began = time.process_time()
                assert client.get("/terms/suggest", query_string={"q": typed}).status_code == 200
                figures.append((time.process_time() - began) * 1000)
    every = sorted(figure for typed in TYPED for figure in took[typed])
    print(f"{'typed':20}{'median':>8}{'most':>8}  CPU ms")
    for typed, figures in took.items():
        print(f"{typed or '(nothing)':20}{statistics.median(figures):8.2f}{max(figures):8.2f}")
    print(f"{'all words':20}{statistics.median(every):8.2f}{every[int(len(every) * 0.95)]:8.2f}  p50, p95; goal p95 30")


if __name__ == "__main__":
    main()
