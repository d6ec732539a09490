"""What somebody typed into a search box, understood without ever failing.

Words are looked for as terms; "words in quotes" must stand together; -word and -"words" must not occur. Everything else
is text: an odd quote, brackets, operators of other engines.
"""

import re
from dataclasses import dataclass

from cop.search import analysis

MAX_CHARACTERS = 10_000
"""The composer asks with a whole post (30,000 characters at most); its beginning says what it is about."""

# Words with which people put a question; they are looked for only if nothing else is.
_ASKING = frozenset(map(analysis.term_of, "i me my am do does did how what which who where should would could".split()))

_QUOTES = re.compile(r'["“”]')
_PIECE = re.compile(r'((?<!\S)-)?["“”]([^"“”]*)["“”]|((?<!\S)-)?([^\s"“”]+)')


@dataclass(frozen=True, slots=True)
class Query:
    """A search, in index terms. Empty if there is nothing to look for."""

    words: dict[str, str]
    """Each distinct term, in order, with the word that was typed for it."""
    phrases: tuple[tuple[str, ...], ...] = ()
    """Runs of two terms or more that must stand together; their terms are among `words` too."""
    excluded: tuple[tuple[str, ...], ...] = ()
    """Terms and runs of terms that must not occur."""

    @property
    def terms(self) -> tuple[str, ...]:
        """The distinct terms to look for."""
        return tuple(self.words)


def parse(text: str) -> Query:
    """Understand any text as a query."""
    words: dict[str, str] = {}
    phrases: list[tuple[str, ...]] = []
    excluded: list[tuple[str, ...]] = []
    for minus, quoted, bare_minus, bare in _PIECE.findall(analysis.plain(text[:MAX_CHARACTERS])):
        found = [(analysis.term_of(token), token) for token in analysis.tokens(quoted or bare)]
        run = tuple(term for term, _ in found if term)
        if not run:
            continue
        if minus or bare_minus:
            excluded.append(run)
            continue
        words.update((term, token) for term, token in found if term and term not in words)
        if quoted and len(run) > 1:
            phrases.append(run)
    telling = {term: word for term, word in words.items() if term not in _ASKING}
    return Query(telling or words, tuple(phrases), tuple(excluded))


def as_words(text: str) -> str:
    """A name that becomes part of a query: without what would make phrases of it, or exclude some of it."""
    words = (word.lstrip("-") for word in _QUOTES.sub(" ", text).split())
    return " ".join(word for word in words if word)
