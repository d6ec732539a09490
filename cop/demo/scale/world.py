"""The state of one loading: what was planned, what was written, and what will stand in the record."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from sqlalchemy import insert

from cop.core.activity import Activity
from cop.core.db import Base, session, utcnow
from cop.core.terms import Term, of_label
from cop.core.terms.filing import free_slug
from cop.demo.scale import language
from cop.demo.scale.language import Language, Theme, Voice
from cop.demo.scale.plan import Plan, Planner
from cop.institutions.models import Institution

CHUNK = 1_000
"""Rows that are in memory as objects at once."""
SAYS_SO = "Generated to measure with: nobody is called this, and nobody wrote it."

Step = Callable[[int, int, str], None]
"""Is told how much is done, of how much, and of what."""
Row = dict[str, Any]


class World:
    """People, communities and topics have the numbers of the plan; the lists of ids are in their order."""

    def __init__(self, members: int, communities: int) -> None:
        self.now = utcnow()
        self.chance = np.random.Generator(np.random.PCG64(language.SEED))
        self.language = Language(self.chance)
        self.content = language.read_content()
        self.members = members
        self.plan: Plan = Planner(self.chance, members, communities, len(self.language.themes)).draw()
        self.voices = [self.new_voice(self.language.themes[each.theme]) for each in self.plan.communities]
        """What each community talks about."""
        self.topic_voices: list[Voice] = []
        self.workplaces: list[Institution] = []
        self.person_ids: list[int] = []
        self.community_ids: list[int] = []
        self.topic_ids: list[int] = []
        self._terms: dict[str, int] = {}
        self._deeds: list[Row] = []

    # Drawing

    def at(self, days: float) -> dt.datetime:
        """The moment so many days before now."""
        return self.now - dt.timedelta(days=float(days))

    def one(self, things: Sequence[Any]) -> Any:
        """Any of several."""
        return things[int(self.chance.integers(len(things)))]

    def some(self, things: Sequence[Any], most: int) -> list[Any]:
        """One of several, or a few, at most so many."""
        chosen = self.chance.permutation(len(things))[: 1 + int(self.chance.integers(most))]
        return [things[at] for at in chosen]

    def length(self, median: float, spread: float) -> int:
        """Most texts are short, a few long (log-normal)."""
        drawn = median * np.exp(spread * self.chance.standard_normal())
        return int(np.clip(drawn, median / 12, median * 12))

    def new_voice(self, theme: Theme) -> Voice:
        """Talk about a theme that comes back to something of its own."""
        return Voice(theme, self.language.focus(theme))

    def own_voice(self, person: int) -> Voice:
        """What somebody knows about: what their first community does."""
        return self.voices[int(self.plan.home[person])]

    # Terms

    def filed(self, kind: str, thing_id: int, names: Iterable[str]) -> list[Row]:
        """A thing under some terms, which come to be when they are first used."""
        ids = dict.fromkeys(self._term(name) for name in names)
        return [{"term_id": id, "kind": kind, "thing_id": thing_id, "place": place} for place, id in enumerate(ids)]

    def names_of(self, theme: Theme, most: int) -> list[str]:
        """Some of what a theme is about, in words that people would file it under."""
        return self.some([theme.name, *(self.language.words[at] for at in theme.real)], most)

    def _term(self, name: str) -> int:
        if name not in self._terms:
            term = of_label(name)
            if term is None:
                term = Term(slug=free_slug(name), name=name)
                session().add(term)
                session().flush()
            self._terms[name] = term.id
        return self._terms[name]

    # The record

    def did(self, days: float, actor: int, verb: str, kind: str, thing_id: int, **facts: Any) -> None:
        """Note a deed, as `record` would have written it, quietly."""
        self._deeds.append(
            {
                "at": self.at(days),
                "actor_id": self.person_ids[actor],
                "verb": verb,
                "kind": kind,
                "thing_id": thing_id,
                "facts": facts,
                "quiet": True,
            }
        )

    def write_record(self, step: Step) -> None:
        """What happened, in the order of time."""
        self._deeds.sort(key=lambda deed: deed["at"])
        for chunk, done in chunks(self._deeds):
            insert_all(Activity, chunk)
            step(done, len(self._deeds), "Deeds")


def insert_all(model: type[Base], rows: Sequence[Row]) -> None:
    """Insert rows, if there are any."""
    if rows:
        session().execute(insert(model), rows)


def chunks(things: Sequence[Any]) -> Iterator[tuple[Sequence[Any], int]]:
    """Things, a chunk at a time, and how many there were with it."""
    for start in range(0, len(things), CHUNK):
        chunk = things[start : start + CHUNK]
        yield chunk, start + len(chunk)
