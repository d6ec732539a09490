"""What the search box offers while somebody types, at 40,000 people: CPU milliseconds a request, p50 and p95.

With 5,000 institutions, 900 communities and 4,000 terms under which most people are filed; written straight into the
database. The floor in the same run is the same request with no words: sign-in, policy and an empty answer.

Run: .venv/bin/python -m bench.suggestions_bench
"""

import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bench.pages_bench import World
from bench.terms_bench import names
from cop.communities.models import Community, CommunityWord
from cop.core.db import Base, unit_of_work
from cop.core.names import folded_words, searched_words
from cop.core.terms import Tagging, keeping
from cop.institutions.models import Institution, InstitutionWord
from cop.people.models import Person, PersonWord

PEOPLE, INSTITUTIONS, COMMUNITIES, TERMS = 40_000, 5_000, 900, 4_000
ROUNDS = 9
TYPED = (
    *("sa", "le", "sch", "read", "assess", "hal", "mar", "st m"),
    *("sarah", "sarah hal", "sara thornbeck", "thornb", "primary s", "st marys", "mary's pri", "university of"),
    *("sarha", "sarha halworth", "asessment", "techer trainig", "primery", "thronbeck", "comunity", "matematics"),
    *("how do i help", "word problems new to", "xqz", "zzzzzzzz"),
)
FIRST = (
    "Sarah James Leila Siân Kofi Danuta Morwenna Ines Ben Fay Olu Mona Ada Priya Tomasz Aisha Gareth Eilidh Niamh Rhys "
    "Hannah Joshua Megan Callum Sophie Oliver Amelia Harry Chloe Imran Yusuf Zainab Mei Hiroshi Anna Luca Marta Pavel"
).split()
ONE = "Thorn Hal Bram Ash West Nor South Ald Birk Hart Cal Whit Black Marl Pen Tre Lang Mid Stan Win".split()
TWO = "beck worth hall ley ton by ford wick ham field mere combe den shaw well stead bridge more land croft".split()
THREE = ["", "", "s", "er", "son", "man", "ing", "ey"]
SAINTS = "Mary Peter Paul John Oswin Hilda Cuthbert Aidan Bede Anne".split()


def surname(chance: random.Random) -> str:
    """One of some thousands."""
    return chance.choice(ONE) + chance.choice(TWO) + chance.choice(THREE)


def fill() -> None:
    """Everything that can be offered, the same in each run."""
    chance = random.Random(11)  # no secret
    people = [
        {"handle": f"sb-{n}", "name": name, "name_key": " ".join(folded_words(name)), "visibility": {}, "links": []}
        for n in range(PEOPLE)
        for name in [f"{chance.choice(FIRST)} {surname(chance)}"]
    ]
    _keep(Person, people, PersonWord, "person_id", "name")
    places = []
    for n in range(INSTITUTIONS):
        town = chance.choice(ONE) + chance.choice(TWO)
        kind = chance.choice([f"St {chance.choice(SAINTS)}'s Church of England", surname(chance), town])
        name = f"University of {town} {n}" if n % 40 == 0 else f"{kind} Primary School"
        key = " ".join(folded_words(name))
        places.append({"slug": f"i-{n}", "name": name, "name_key": key, "type": "school", "town": town})
    _keep(Institution, places, InstitutionWord, "institution_id", "name", "town")
    talk = [
        {"slug": f"c-{n}", "name": f"{name} community", "purpose": "Talk.", "listed": n % 9 > 0, "member_count": n}
        for n, name in enumerate(names(COMMUNITIES))
    ]
    _keep(Community, talk, CommunityWord, "community_id", "name")
    entries = [keeping.Entry("bench", str(number), name) for number, name in enumerate(names(TERMS))]
    for start in range(0, TERMS, 500):
        with unit_of_work():
            keeping.keep(entries[start : start + 500])
    with unit_of_work() as work:
        filed = {(chance.randint(1, TERMS), chance.randint(1, PEOPLE)) for _ in range(2 * PEOPLE)}
        work.execute(insert(Tagging), [{"term_id": t, "kind": "person", "thing_id": p, "place": 0} for t, p in filed])


def _keep(model: type[Base], rows: list[dict[str, Any]], words: type[Base], key: str, *named: str) -> None:
    """Rows as they are stored, with the words by which they are found."""
    with unit_of_work() as work:
        ids = work.scalars(insert(model).returning(model.id, sort_by_parameter_order=True), rows).all()  # type: ignore[attr-defined]
        found = [
            {key: id, "word": word}
            for id, row in zip(ids, rows, strict=True)
            for word in dict.fromkeys(word for name in named for word in searched_words(row[name]))
        ]
        work.execute(insert(words), found)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        fill()
        browsers = {"member": world.client(world.people[5]), "guest": world.client(None)}
        took: dict[tuple[str, str], list[float]] = {(who, typed): [] for who in browsers for typed in ("", *TYPED)}
        for _ in range(ROUNDS):
            for (who, typed), figures in took.items():
                began = time.process_time()
                assert browsers[who].get("/suggest", query_string={"q": typed}).status_code == 200
                figures.append((time.process_time() - began) * 1000)
    print(f"{'typed':24}{'member':>8}{'guest':>8}  median CPU ms")
    for typed in ("", *TYPED):
        middle = [statistics.median(took[who, typed]) for who in browsers]
        print(f"{typed or '(nothing)':24}{middle[0]:8.2f}{middle[1]:8.2f}")
    for who in browsers:
        every = sorted(figure for typed in TYPED for figure in took[who, typed])
        p95 = every[int(len(every) * 0.95)]
        print(f"all words, {who:13}{statistics.median(every):8.2f}{p95:8.2f}  p50, p95; goal p95 30")


if __name__ == "__main__":
    main()
