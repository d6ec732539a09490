"""Words to offer while somebody types, and for words that nobody has written: from open text only.

Counts are of living documents on the shelves that everybody in the searcher's place sees, exactly: what was deleted,
hidden or narrowed is offered no more, and restricted text has no dictionary at all.
"""

from collections.abc import Iterator, Mapping

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from cop.search import analysis, schema
from cop.search.documents import Shelf
from cop.search.segments import Segment
from cop.search.snapshot import WHOLE
from cop.search.view import View


def completions(view: View, prefix: str, limit: int) -> list[tuple[str, int]]:
    """The words that begin so and occur in the most documents, with their number."""
    prefix = analysis.fold(prefix.strip())
    if not prefix:
        return []
    most: dict[str, int] = {}
    for segment, field in _dictionaries(view):
        for word, count in segment.vocabulary(field).starting_with(prefix):
            most[word] = most.get(word, 0) + count
    return _commonest(view, most, limit)


def _commonest(view: View, most: dict[str, int], limit: int) -> list[tuple[str, int]]:
    """The true counts of the commonest words, found by counting exactly only while an upper bound may still win."""
    exact: list[tuple[int, str]] = []
    for word in sorted(most, key=lambda word: (-most[word], word)):
        if len(exact) == limit and most[word] < -exact[-1][0]:
            break
        if count := _holders(view, word):
            exact = sorted([*exact, (-count, word)])[:limit]
    return [(word, -count) for count, word in exact]


def corrections(view: View, typed: Mapping[str, str]) -> dict[str, str]:
    """By typed word, the nearest word that open documents hold, if none holds the typed one and there is one near.

    `typed` has the word for each term, as `Query.words` does.
    """
    found = {}
    for term, word in typed.items():
        unknown = not view.snapshot.postings(WHOLE, term).ends[view.scope]
        if unknown and (better := _nearest(view, word)):
            found[word] = better
    return found


def replaced(text: str, better: Mapping[str, str]) -> str:
    """The text with each whole word that has a better one replaced."""
    return "".join(better.get(piece, piece) for piece in analysis.pieces(text))


def _nearest(view: View, word: str) -> str | None:
    """One typing error in short words, two in longer ones; then the commoner word. None for numbers and short words."""
    typed = analysis.fold(word)
    if len(typed) < 4 or not typed.isalpha():
        return None
    errors = 1 if len(typed) < 7 else 2
    tried: dict[str, int] = {}
    for segment, field in _dictionaries(view):
        vocabulary = segment.vocabulary(field)
        near = process.extract(
            typed, vocabulary.folded, scorer=DamerauLevenshtein.distance, score_cutoff=errors, limit=None
        )
        tried.update((vocabulary.words[at], int(distance)) for _, distance, at in near)
    ranked = [(distance, -_holders(view, better), better) for better, distance in tried.items()]
    return min((row for row in ranked if row[1]), default=(0, 0, None))[2]


def _dictionaries(view: View) -> Iterator[tuple[Segment, str]]:
    for segment in view.snapshot.segments:
        for shelf in Shelf:
            if shelf <= view.scope:
                yield segment, schema.dictionary(shelf)


def _holders(view: View, word: str) -> int:
    fields = (schema.dictionary(shelf) for shelf in Shelf if shelf <= view.scope)
    return sum(len(view.snapshot.holders(field, word)) for field in fields)
