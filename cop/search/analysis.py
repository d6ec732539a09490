"""From text to terms, and back to the passage that matched.

The analyser is Whoosh's chain, applied to one token at a time and remembered, because the same few thousand words make
up nearly all text: 40,000 documents take 6 seconds instead of 60. It gives exactly what the chain gives on whole text.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Any

from cop.search import _whoosh

MAX_TOKEN = 64
"""Longer tokens are noise (keys, encoded files); they are not indexed."""

# A run of letters and digits. Underscores divide (`year_7`, `rte_eth_dev`): measured better than \w+ on dpdk, +.008
# MAP. What follows an apostrophe as an English ending is not a word of its own ("don't", "Ofsted's"), but a lone letter
# elsewhere is ("D&T", "Key Stage 3", "C"), so that short tokens are kept and these endings are cut here instead.
_TOKEN = re.compile(r"(?<![^\W_])(?!(?<=\w['’])(?:s|t|d|ll|re|ve|m)(?![^\W_]))[^\W_]+", re.IGNORECASE)

# Whoosh's short list without its "tbd". A longer one costs .004 MAP on dpdk, as it makes lengths say less.
STOP_WORDS: frozenset[str] = frozenset(_whoosh.analysis.STOP_WORDS - {"tbd"})

_ENGLISH: Any = _whoosh.snowball.EnglishStemmer()

ANALYSER: Any = (
    _whoosh.analysis.RegexTokenizer(_TOKEN)
    | _whoosh.analysis.LowercaseFilter()
    | _whoosh.analysis.CharsetFilter(_whoosh.charset.accent_map)
    | _whoosh.analysis.StopFilter(stoplist=STOP_WORDS, minsize=1, maxsize=MAX_TOKEN)
    | _whoosh.analysis.StemFilter(stemfn=_ENGLISH.stem, cachesize=None)
)


def plain(text: str) -> str:
    """Compose letters and their accents, so that "ŷ" is one character however it was typed."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Lower case without accents: what two spellings have in common."""
    folded: str = plain(text).lower().translate(_whoosh.charset.accent_map)
    return folded


@lru_cache(maxsize=1 << 18)
def term_of(token: str) -> str:
    """The index term of one token, or "" for a stop word."""
    return next((str(found.text) for found in ANALYSER(token)), "")


def tokens(text: str) -> list[str]:
    """The words of a text as they are written."""
    return _TOKEN.findall(plain(text))


def pieces(text: str) -> list[str]:
    """The words of a text and, between them, all the rest: joined, they are the text."""
    text = plain(text)
    spans = [token.span() for token in _TOKEN.finditer(text)]
    cuts = [0, *(end for span in spans for end in span), len(text)]
    return [text[start:end] for start, end in pairwise(cuts)]


def terms(text: str) -> list[str]:
    """The index terms of a text, in order, without stop words."""
    return [term for term in map(term_of, tokens(text)) if term]


@lru_cache(maxsize=1 << 18)
def word_of(token: str) -> str:
    """The dictionary word of one token, lower case with accents, or "" if nobody should be offered it."""
    word = token.lower()
    return word if 3 <= len(word) <= 30 and word.isalpha() and term_of(token) else ""


def words(text: str) -> set[str]:
    """The distinct words of a text that may be offered as suggestions and corrections."""
    found = set(map(word_of, tokens(text)))
    found.discard("")
    return found


Segments = list[tuple[str, bool]]
"""Pieces of text, in order; True marks those that matched. Plain text: escaping is the template's business."""


def highlight(text: str, query_terms: Collection[str]) -> Segments:
    """The whole text, with the words marked whose terms are among the query's."""
    text = plain(text)
    return _marked(text, _matches(text, frozenset(query_terms)), 0, len(text))


def passages(text: str, query_terms: Collection[str], width: int = 240) -> Segments:
    """The stretch of about `width` characters with the most different query terms, marked, with "…" where it is cut."""
    text, width = plain(text), max(width, 2 * MAX_TOKEN)
    found = _matches(text, frozenset(query_terms))
    start, end = _window(text, found, width)
    cut = _marked(text, found, start, end)
    before = [("…", False)] if start else []
    return before + cut + ([("…", False)] if end < len(text) else [])


def landing(text: str, query_terms: Collection[str], words: int = 8) -> str:
    """Some words of the text as they stand in one line of it, from the first that was asked for in the best line on.

    The best line has the most different ones. Empty if the text holds none.
    """
    asked = frozenset(query_terms)
    found = [(line, spans) for line in plain(text).splitlines() if (spans := _matches(line, asked))]
    if not found:
        return ""
    line, spans = max(found, key=lambda each: len({term for _start, _end, term in each[1]}))
    start = spans[0][0]
    ends = [token.end() for token in _TOKEN.finditer(line, start)][:words]
    return line[start : ends[-1]]


_Span = tuple[int, int, str]


def _matches(text: str, query_terms: frozenset[str]) -> list[_Span]:
    """(start, end, term) of each token whose term was asked for."""
    if not query_terms:
        return []
    spans = ((token.start(), token.end(), term_of(token.group())) for token in _TOKEN.finditer(text))
    return [span for span in spans if span[2] in query_terms]


def _window(text: str, found: list[_Span], width: int) -> tuple[int, int]:
    """Where to cut: the first of the windows with the most different terms, widened to whole words."""
    if len(text) <= width or not found:
        return _whole_words(text, 0, width)
    best, last = (0, 0, 0), 0
    inside: dict[str, int] = {}
    for first, (start, _, term) in enumerate(found):
        while last < len(found) and found[last][1] <= start + width:
            inside[found[last][2]] = inside.get(found[last][2], 0) + 1
            last += 1
        best = max(best, (len(inside), last - first, -first))
        inside[term] = inside.get(term, 0) - 1
        if inside[term] <= 0:
            del inside[term]
    first, last = -best[2], -best[2] + best[1] - 1
    spare = width - (found[max(first, last)][1] - found[first][0])
    return _whole_words(text, max(0, found[first][0] - max(0, spare) // 3), width)


def _whole_words(text: str, start: int, width: int) -> tuple[int, int]:
    """Move both ends outwards to the nearest space, by 20 characters at most."""
    end = min(len(text), start + width)
    start = max(0, end - width)
    if start:
        start = max(text.rfind(" ", max(0, start - 20), start) + 1, start - 20)
    if end < len(text):
        space = text.find(" ", end, end + 20)
        end = space if space >= 0 else end
    return start, end


def _marked(text: str, found: Iterable[_Span], start: int, end: int) -> Segments:
    """Divide text[start:end] at the matches."""
    pieces: Segments = []
    at = start
    for left, right, _ in found:
        if left < at or right > end:
            continue
        if left > at:
            pieces.append((text[at:left], False))
        pieces.append((text[left:right], True))
        at = right
    if at < end:
        pieces.append((text[at:end], False))
    return pieces
