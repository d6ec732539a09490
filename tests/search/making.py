"""Documents for the tests of this folder, and an index in which 500 restricted posts hide."""

import random

from cop.search.documents import Document

MEMBER = frozenset({"public", "network"})
WORDS = "phonics marking maths autism reading behaviour computing wales science drama history music".split()


def post(
    number, text="", audience="network", *, title="", authors=(1,), kind="post", container="", tags=(), created=0.0
):
    """A document; `audience` is one token or several, separated by spaces."""
    return Document(
        f"{kind}:{number}",
        kind,
        title,
        text,
        frozenset(audience.split()),
        tuple(authors),
        container,
        tuple(tags),
        created,
    )


def posts(seed, first, how_many, audience, people=range(1, 30)):
    """Posts of 5 to 40 words, always the same for a seed."""
    dice = random.Random(seed)
    people = list(people)
    for number in range(first, first + how_many):
        text = " ".join(dice.choices(WORDS, weights=range(1, len(WORDS) + 1), k=dice.randint(5, 40)))
        title = " ".join(dice.choices(WORDS, k=3))
        authors = dice.sample(people, dice.randint(1, 2))
        yield post(number, text, audience, title=title, authors=authors, created=float(dice.randint(0, 50)))
