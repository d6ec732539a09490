"""What one searcher sees of one moment of the index, and how well it matches: all scoring of documents is here.

Everything a view returns depends on the documents that its searcher may see, and on nothing else. Scores use N,
document frequency and mean length of the text that every member may see (for the signed-out: of public text), also for
restricted documents; a term that this text lacks counts as one that no document holds, whatever the restricted shelf
has.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from math import log

import numpy as np

from cop.search import schema
from cop.search.documents import NETWORK, PUBLIC, Shelf
from cop.search.query import Query
from cop.search.segments import Flags, Floats, Ints
from cop.search.snapshot import TITLE, WHOLE, Postings, Snapshot


@dataclass(frozen=True, slots=True)
class Bm25:
    """The two constants of BM25: k1, how soon repetition saturates; b, how much length counts (0 to 1)."""

    k1: float
    b: float


# Robertson and Zaragoza's usual constants for whole documents. Titles are all short: a small b is better there on both
# development sets (dpdk .586 → .588 MAP, aclworkshops-dev .166 → .170).
OF_WHOLE = Bm25(1.2, 0.75)
OF_TITLE = Bm25(1.2, 0.3)
MOST_TERMS = 32
"""A longer question is asked with its rarest terms: the composer asks with whole posts."""


def inverse_frequency(documents: int, holders: int) -> float:
    """BM25's idf in the form of Lucene, ln(1 + (N - n + ½)/(n + ½)): always above zero, ln(1 + (N + ½)/½) if n is 0."""
    return log(1 + (documents - holders + 0.5) / (holders + 0.5))


class View:
    """The documents of a snapshot that somebody with these audiences may see."""

    def __init__(self, snapshot: Snapshot, audiences: frozenset[str]) -> None:
        self.snapshot = snapshot
        self.scope = Shelf.NETWORK if NETWORK in audiences else Shelf.PUBLIC
        """The widest shelf that everybody in the searcher's place sees: statistics end there."""
        self.visible = snapshot.counted(self.scope)
        """Whether the searcher may see each document, by number."""
        self.reach = self.scope
        """The widest shelf on which the searcher sees anything."""
        for token in sorted(audiences - {PUBLIC, NETWORK}):
            opened = snapshot.holders(schema.AUDIENCE, token)
            if not self.visible[opened].all():
                self.visible[opened] = True
                self.reach = Shelf.RESTRICTED

    # Documents

    def strongest(self, terms: Iterable[str]) -> list[str]:
        """At most MOST_TERMS of the terms, the rarest of them, in their order."""
        asked = list(dict.fromkeys(terms))
        if len(asked) <= MOST_TERMS:
            return asked
        rarest = set(sorted(asked, key=lambda term: self.snapshot.postings(WHOLE, term).ends[self.scope])[:MOST_TERMS])
        return [term for term in asked if term in rarest]

    def scores(self, terms: Iterable[str], allowed: Flags | None = None) -> Floats:
        """BM25 of the whole text plus BM25 of the title, by document number; 0 if hidden or not allowed."""
        scores = np.zeros(self.snapshot.size)
        for term in terms:
            self._add(scores, WHOLE, term, OF_WHOLE)
            self._add(scores, TITLE, term, OF_TITLE)
        scores[~self._allowed(allowed)] = 0.0
        return scores

    def _add(self, scores: Floats, part: str, term: str, constants: Bm25) -> None:
        found = self.snapshot.postings(part, term)
        end = found.ends[self.reach]
        documents, counts = found.documents[:end], found.counts[:end]
        saturation = self.snapshot.saturation(part, self.scope, constants.k1, constants.b)[documents]
        idf = self._idf(found)
        scores[documents] += idf * (constants.k1 + 1) * counts / (counts + saturation)

    def _idf(self, found: Postings) -> float:
        return inverse_frequency(self.snapshot.statistics(self.scope).documents, found.ends[self.scope])

    def _allowed(self, allowed: Flags | None) -> Flags:
        return self.visible if allowed is None else self.visible & allowed

    def coverage(self, terms: Iterable[str]) -> Ints:
        """How many of the distinct terms each document holds, by document number; hidden documents are not left out."""
        held = np.zeros(self.snapshot.size, np.int64)
        for term in terms:
            found = self.snapshot.postings(WHOLE, term)
            held[found.documents[: found.ends[self.reach]]] += 1
        return held

    def allowed(self, query: Query) -> Flags | None:
        """The documents that have every quoted phrase and nothing excluded; None if the query demands neither."""
        if not query.phrases and not query.excluded:
            return None
        allowed = np.ones(self.snapshot.size, np.bool_)
        for phrase in query.phrases:
            allowed &= self.holds(*phrase)
        for run in query.excluded:
            allowed &= ~self.holds(*run)
        return allowed

    def holds(self, *run: str) -> Flags:
        """Whether each document holds a term or run of terms, by document number; hidden ones are not left out."""
        flags = np.zeros(self.snapshot.size, np.bool_)
        found = self.snapshot.postings(WHOLE, run[0]).documents if len(run) == 1 else self.snapshot.documents_with(run)
        flags[found] = True
        return flags

    def best(self, scores: Floats, most: int) -> Ints:
        """The numbers of the `most` best documents with a score, best first; equal ones by age, then by lot."""
        found = np.flatnonzero(scores)
        if len(found) > most > 0:
            cut = np.partition(scores[found], len(found) - most)[len(found) - most]
            found = found[scores[found] >= cut]
        return self.snapshot.newest_first(found, scores[found])[:most]

    # Authors

    def author_scores(self, terms: Iterable[str], constants: Bm25, allowed: Flags | None = None) -> Floats:
        """BM25 of one virtual document per author: all their text that everybody in the searcher's place sees.

        By author number. The counts of a term are summed from its postings, so that the virtual document need not be
        stored. Restricted text has no part in it, not even text that this searcher may see.
        """
        lengths = self.snapshot.statistics(self.scope).author_lengths
        with_text = int(np.count_nonzero(lengths))
        mean = lengths.sum() / max(1, with_text) or 1.0
        saturation = constants.k1 * (1 - constants.b + constants.b * lengths / mean)
        scores = np.zeros(len(lengths))
        for term in terms:
            counts = self._author_counts(term, allowed)
            idf = inverse_frequency(with_text, int(np.count_nonzero(counts)))
            scores += idf * (constants.k1 + 1) * counts / (counts + saturation)
        return scores

    def author_counts(self, term: str) -> Floats:
        """How often each author uses a term in text that everybody in the searcher's place sees, by author number."""
        return self._author_counts(term, None)

    def _author_counts(self, term: str, allowed: Flags | None) -> Floats:
        found = self.snapshot.postings(WHOLE, term)
        end = found.ends[self.scope]
        documents, counts = found.documents[:end], found.counts[:end]
        if allowed is not None:
            counts = counts * allowed[documents]
        return self.snapshot.by_author(documents, counts)


class Views:
    """The latest views of a snapshot, one for each set of audiences: members of the same communities share one."""

    def __init__(self, snapshot: Snapshot, most: int = 64) -> None:
        self.snapshot, self._most = snapshot, most
        self._views: OrderedDict[frozenset[str], View] = OrderedDict()

    def of(self, audiences: frozenset[str]) -> View:
        """The view for these audiences. Everybody holds "public", and whoever holds "network" does so too."""
        view = self._views.get(audiences)
        if view is None:
            view = self._views[audiences] = View(self.snapshot, audiences)
            if len(self._views) > self._most:
                self._views.popitem(last=False)
        return view
