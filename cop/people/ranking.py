"""Who can help with this? People ranked by what they wrote, with the documents that say why.

score = ½·V/max V + ½·P/max P, where

- V lets documents vote: of those that the searcher may see, the best 200 give (s/s_best)⁴ to each of their authors,
  with s = BM25 of the whole text + BM25 of the title (the voting model of Macdonald and Ounis, 2006, made steep);
- P is BM25, k1 = 1.2 and b = 0.3, of one virtual document per person: all their text that the whole network may see,
  for the signed-out all public text (Model 1 of Balog, Azzopardi and de Rijke, 2006, by BM25 and with a small b).

What is restricted reaches the ranking only as votes, and only of those who may see it. The number of posts is no score:
text about other things makes a person's virtual document longer, and casts no vote.

Each constant was chosen on dpdk and aclworkshops-dev together and lies on a plateau (bench/finder_bench.py measures).
Tried, and no better on both: pseudo-relevance feedback, votes split among coauthors, a bonus for covering all terms,
geometric means, titles in P, other exponents, depths and idf powers.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np

from cop.search import query
from cop.search.engine import Engine
from cop.search.query import Query
from cop.search.segments import Flags, Floats, Ints
from cop.search.view import Bm25, View

VOTERS = 200
"""How many documents vote."""
SHARE_OF_VOTES = 0.5
OF_PERSON = Bm25(1.2, 0.3)
CUT = 0.05
"""Hits are people with at least this share of the best score."""
EVIDENCE = 6
"""Documents that are looked at for a person's evidence, at most: several may be of one talk."""


@dataclass(frozen=True, slots=True)
class PersonHit:
    """A person who may help, and why."""

    person_id: int
    score: float
    """Between CUT and 1 of the best possible; 1 only for whoever is first in both votes and text."""
    votes: tuple[tuple[str, float], ...]
    """The best documents of this person that the searcher may see, EVIDENCE at most: (document id, share of the best
    document's score, 0 to 1). A document of kind "person" is their profile. Never empty.
    """
    matched_terms: tuple[str, ...]
    """The words of the query, as typed, that this person's text holds."""


class Ranking:
    """Everybody who fits a query, best first; evidence is looked up for the people of one page."""

    def __init__(self, view: View, asked: Query, scores: Floats, documents: Floats) -> None:
        self.view, self._query, self._documents = view, asked, documents
        names = view.snapshot.author_ids
        best = scores.max(initial=0.0)
        found = np.flatnonzero((scores > 0) & (scores >= CUT * best))
        self.authors: Ints = found[np.lexsort((names[found], -scores[found]))]
        """All hits as the index numbers them, best first."""
        self.person_ids: Ints = names[self.authors]
        """All hits, best first."""
        self.scores: Floats = scores[self.authors]

    def __len__(self) -> int:
        return len(self.person_ids)

    def hits(self, start: int = 0, stop: int | None = None) -> list[PersonHit]:
        """The people of a page, with their evidence."""
        return self.hits_at(np.arange(len(self))[start:stop])

    def hits_at(self, rows: Ints) -> list[PersonHit]:
        """Those at some places of the list, with their evidence: the page of a search that facets narrow."""
        authors = self.authors[rows]
        evidence = self._evidence(authors)
        terms = self._matched(authors, evidence)
        snapshot, best = self.view.snapshot, self._documents.max(initial=0.0) or 1.0
        return [
            PersonHit(
                int(self.person_ids[row]),
                float(self.scores[row]),
                tuple((snapshot.card(document).id, float(self._documents[document] / best)) for document in documents),
                matched,
            )
            for row, documents, matched in zip(rows, evidence, terms, strict=True)
        ]

    def _evidence(self, authors: Ints) -> list[list[int]]:
        """For each of some authors, the numbers of their best documents that the searcher may see."""
        snapshot = self.view.snapshot
        wanted = np.zeros(snapshot.people, np.bool_)
        wanted[authors] = True
        matching = np.flatnonzero(self._documents)
        row, writers = snapshot.pairs_of(matching)
        row, writers = row[wanted[writers]], writers[wanted[writers]]
        documents = snapshot.newest_first(matching[row], self._documents[matching[row]], groups=writers)
        writers = np.sort(writers)
        place = np.arange(len(writers)) - np.searchsorted(writers, writers)  # in the list of its author
        found: dict[int, list[int]] = {int(author): [] for author in authors}
        for writer, document in zip(writers[place < EVIDENCE], documents[place < EVIDENCE], strict=True):
            found[int(writer)].append(int(document))
        return list(found.values())

    def _matched(self, authors: Ints, evidence: list[list[int]]) -> list[tuple[str, ...]]:
        """The typed words that each author's open text, or the evidence shown, holds."""
        view, words = self.view, self._query.words
        asked = view.strongest(self._query.terms)
        row = np.repeat(np.arange(len(authors)), [len(shown) for shown in evidence])
        documents = np.fromiter((document for shown in evidence for document in shown), np.int64, len(row))
        held = np.zeros((len(asked), len(authors)), np.bool_)
        for at, term in enumerate(asked):
            held[at] = view.author_counts(term)[authors] > 0
            held[at, row[view.holds(term)[documents]]] = True
        return [tuple(words[term] for term, has in zip(asked, column, strict=True) if has) for column in held.T]


def rank(
    engine: Engine,
    query_text: str,
    audiences: Collection[str],
    among: Callable[[View], Flags] | None = None,
    but: int | None = None,
) -> Ranking:
    """Rank everybody for a need in words, as somebody with these audiences may see it. Any text is a query.

    "Words in quotes" and -words narrow which documents count, for votes and for text. Equal people come by id.
    `among` says, by author number, who is ranked at all; the others have no part in votes, cut-off and normalisation.
    `but` is somebody who is looked for in others: what they alone wrote does not count, or it would outvote everybody.
    """
    asked = query.parse(query_text)
    view = engine.view(audiences)
    terms, allowed = view.strongest(asked.terms), view.allowed(asked)
    if but is not None:
        of_others = ~_by_alone(view, but)
        allowed = of_others if allowed is None else allowed & of_others
    documents = view.scores(terms, allowed)
    of_votes = _votes(view, documents)
    of_text = view.author_scores(terms, OF_PERSON, allowed)
    if among is not None:
        ranked = among(view)
        of_votes, of_text = of_votes * ranked, of_text * ranked
    if but is not None:
        others = ~np.isin(np.arange(view.snapshot.people), view.snapshot.numberings.authors.known((but,)))
        of_votes, of_text = of_votes * others, of_text * others
    return Ranking(view, asked, _mixed(of_votes, of_text), documents)


def rank_people(
    engine: Engine, query_text: str, audiences: Collection[str], limit: int | None = 100
) -> list[PersonHit]:
    """The best people for a need in words, with their evidence. See `rank`."""
    return rank(engine, query_text, audiences).hits(0, limit)


def _by_alone(view: View, person_id: int) -> Flags:
    """Which documents have this one author, by number."""
    snapshot = view.snapshot
    alone = np.flatnonzero(np.diff(snapshot.first_pair) == 1)
    flags = np.zeros(snapshot.size, np.bool_)
    them = snapshot.numberings.authors.known((person_id,))
    flags[alone[np.isin(snapshot.pairs[snapshot.first_pair[alone]], them)]] = True
    return flags


def _votes(view: View, documents: Floats) -> Floats:
    """V: what the best documents give their authors, by author number."""
    voters = view.best(documents, VOTERS)
    if not len(voters):
        return np.zeros(view.snapshot.people)
    square = (documents[voters] / documents[voters[0]]) ** 2
    return view.snapshot.by_author(voters, square * square)


def _mixed(of_votes: Floats, of_text: Floats) -> Floats:
    return SHARE_OF_VOTES * _normal(of_votes) + (1 - SHARE_OF_VOTES) * _normal(of_text)


def _normal(scores: Floats) -> Floats:
    best = scores.max(initial=0.0)
    return scores / best if best > 0 else scores


def one_document_per_person(engine: Engine, query_text: str, audiences: Collection[str], limit: int) -> list[PersonHit]:
    """What profile search does, for comparison only: BM25 with k1 = 1.2 and b = .75 of one document per person."""
    asked = query.parse(query_text)
    view = engine.view(audiences)
    terms = view.strongest(asked.terms)
    scores = view.author_scores(terms, Bm25(1.2, 0.75))
    return Ranking(view, asked, scores, view.scores(terms)).hits(0, limit)
