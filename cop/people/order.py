"""Who fits a need, in the order in which they are shown: what the page, the command and the benchmark all ask.

The ranking decides. What it lacks (how lately somebody wrote, and what others said of that) only settles near ties.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cop.core.db import utcnow
from cop.core.kinds import Merit
from cop.people.ranking import PersonHit, Ranking, rank
from cop.search.engine import Engine
from cop.search.segments import Flags, Ints
from cop.search.view import View

NEAR = 0.05
"""People are put in another order only if their scores differ by no more than this."""
SETTLED = 50
"""Among how many of the first people near ties are settled; further down nobody looks, and evidence costs."""
HALF_LIFE = dt.timedelta(days=365)
"""What was written so long ago counts half as recent."""
SATURATION = 3.0
"""So many thanks count half as much as endlessly many."""

Merits = Callable[[Collection[str]], Mapping[str, Merit]]
"""Tells, of some documents by id, what others said of them."""


@dataclass(frozen=True)
class Ordered:
    """Everybody who fits, in order; the first ones with near ties settled."""

    ranking: Ranking
    rows: Ints
    """The places in the ranking of those who are left when facets have narrowed it."""
    first: Sequence[PersonHit]
    merits: Mapping[str, Merit]
    """What others said of the first ones' evidence, by document."""

    def __len__(self) -> int:
        return len(self.rows)

    def hits(self, start: int, stop: int) -> list[PersonHit]:
        """The people of a page, with their evidence."""
        settled = len(self.first)
        later = self.rows[max(start, settled) : stop]
        return [*self.first[start:stop], *(self.ranking.hits_at(later) if len(later) else ())]


def nothing_said(_documents: Collection[str]) -> Mapping[str, Merit]:
    """Merits where there are none, as in a collection."""
    return {}


def everybody(ranking: Ranking) -> Ints:
    """The places of all who fit: nothing is narrowed."""
    return np.arange(len(ranking))


def in_order(
    engine: Engine,
    words: str,
    audiences: Collection[str],
    merits: Merits = nothing_said,
    narrow: Callable[[Ranking], Ints] = everybody,
    but: int | None = None,
) -> Ordered:
    """Everybody with a profile that the searcher may see, by how well they fit the words; `but` one person, if any.

    `narrow` says which places of the ranking are left; it changes nobody's score.
    """
    ranking = rank(engine, words, audiences, with_profile, but)
    rows = narrow(ranking)
    hits = ranking.hits_at(rows[:SETTLED])
    said = merits([document for hit in hits for document, _ in hit.votes])
    return Ordered(ranking, rows, settle(hits, said), said)


def with_profile(view: View) -> Flags:
    """By author number: whether the searcher may see a profile of theirs. Suspended and deleted people have none."""
    snapshot = view.snapshot
    person = snapshot.numberings.kinds.known(("person",))
    profiles = np.flatnonzero(view.visible & np.isin(snapshot.kind, person))
    return np.asarray(snapshot.by_author(profiles, np.ones(len(profiles))) > 0)


def settle(hits: Sequence[PersonHit], merits: Mapping[str, Merit]) -> list[PersonHit]:
    """The same people; who is at most NEAR behind another may come before them, for livelier and better liked evidence.

    A score is raised by NEAR at most, so that a lead of more than that always holds.
    """
    now = utcnow()
    raised = [hit.score * (1 + NEAR * standing(hit, merits, now)) for hit in hits]
    return [hits[at] for at in sorted(range(len(hits)), key=lambda at: -raised[at])]


def standing(hit: PersonHit, merits: Mapping[str, Merit], now: dt.datetime) -> float:
    """From 0 to 1: the mean of how recent somebody's evidence is, how often thanked, how often it helped, accepted."""
    said = [merits.get(document, Merit()) for document, _ in hit.votes]
    newest = max((each.written for each in said if each.written), default=None)
    recency = 0.5 ** (max(now - newest, dt.timedelta()) / HALF_LIFE) if newest is not None else 0.0
    thanked, helped = sum(each.thanked for each in said), sum(each.helped for each in said)
    accepted = any(each.accepted for each in said)
    return (recency + thanked / (thanked + SATURATION) + helped / (helped + SATURATION) + accepted) / 4


def ranked(engine: Engine, words: str, audiences: Collection[str], limit: int) -> list[PersonHit]:
    """The best people for the benchmark: as everywhere, where nobody has said anything of anything."""
    return in_order(engine, words, audiences).hits(0, limit)
