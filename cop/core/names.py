"""Names as they are looked for: words without accents and capitals, so that they are found however they are typed."""

import re
import unicodedata

LONGEST_SLUG = 60
PLAIN = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i", "ħ": "h", "ŋ": "ng"}
)
"""Letters that have no accent to take away, and how English keyboards write them."""


def slug_of(name: str) -> str:
    """The form under which different spellings of a word meet: folded, lower case, hyphens."""
    folded = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    words = "".join(c if c.isalnum() else " " for c in folded).split()
    return "-".join(words)[:LONGEST_SLUG]


def folded_words(text: str) -> list[str]:
    """The words of a name or of what was typed to find one: "Siân Trevelyan-Hughes" is sian, trevelyan and hughes."""
    return [word for part in text.casefold().translate(PLAIN).split() for word in slug_of(part).split("-") if word]


APOSTROPHES = re.compile("['\u2019\u02bc]")


def searched_words(text: str) -> list[str]:
    """The words by which a name is found: its folded ones and, as many leave apostrophes out, "St Mary's" by marys."""
    without = folded_words(APOSTROPHES.sub("", text))
    return list(dict.fromkeys([*folded_words(text), *without]))
