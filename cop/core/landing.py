"""Landing at a passage: addresses that scroll to some words of a page and mark them (text fragments of the web).

A browser that does not know it, or does not find the words, shows the page as the address without them would.
"""

from urllib.parse import quote

LONGEST = 120
"""Characters of a passage that an address says."""


def fragment(words: str) -> str:
    """What follows the `#` of an address so that the page opens at these words; nothing of no words."""
    told = " ".join(words.split())[:LONGEST]
    return f":~:text={quote(told, safe='').replace('-', '%2D')}" if told else ""


def at(url: str, words: str) -> str:
    """An address that opens at these words in its page."""
    found = fragment(words)
    return url + ("" if "#" in url or not found else "#") + found
