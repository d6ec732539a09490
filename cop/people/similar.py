"""People like somebody: what is theirs, as far as the reader may see it, becomes a question that the finder answers.

The question is made of their own terms, subjects, headline, role and offers, and of the words that tell their writing
from everybody's. What the reader may not see of anybody has no part in it (see `cop.search`).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from math import log

import numpy as np

from cop import search
from cop.core import hidden_evidence, kinds, policy
from cop.people import evidence
from cop.people.about import about
from cop.people.finder import FoundPerson, found_people
from cop.people.knowledge import latest_of, written_by
from cop.people.models import Person
from cop.people.order import Ordered, in_order
from cop.people.ranking import PersonHit
from cop.people.shown import shown
from cop.search import analysis, query
from cop.search.engine import Engine
from cop.search.reader import reference
from cop.search.segments import Flags
from cop.search.snapshot import TITLE, WHOLE
from cop.search.view import MOST_TERMS, View

EACH_PAGE = 10
TEXTS = 40
"""Of so many of the latest things that somebody wrote the telling words are taken."""
CANDIDATES = 150
"""Of so many of the commonest words in these it is asked how rare they are elsewhere."""
TELLING = 8
"""Words that are added to somebody's own terms."""
OFTENER = 4.0
"""A telling word stands so many times as often in their texts as in others'."""
TWICE = 2
"""What stands in one text only may be a slip."""
IN_TITLES = 1 / 3
"""A word that is about something stands in the title of so many of the texts that hold it."""
LIKE_TEXTS = 3
"""A word of a profile weighs as much as one that stands in so many texts."""


@dataclass(frozen=True)
class Similar:
    """A page of the people who are like somebody, and the words by which they were found."""

    words: Sequence[str]
    """Their own terms, then single words."""
    people: Sequence[FoundPerson] = ()
    total: int = 0

    @property
    def question(self) -> str:
        """The words as the finder takes them."""
        return " ".join(self.words)


class _Theirs:
    """What is somebody's, as far as the reader may see it: their own terms, and in how much each other word stands.

    A word that never stands there in small letters is left out: greetings would make friends of namesakes.
    """

    def __init__(self, person_id: int, names: Sequence[str]) -> None:
        self.person_id, self.names = person_id, names
        self.texts = 0
        self._counts: Counter[str] = Counter()
        self._words: dict[str, str] = {}
        self._small: set[str] = set()

    def says(self, words: str, weight: int) -> None:
        """Count words of their profile, where capitals mean nothing."""
        self._count(words.lower(), weight)

    def wrote(self, text: str) -> None:
        """Count a text."""
        self.texts += 1
        self._count(text, 1)

    def _count(self, text: str, weight: int) -> None:
        found: dict[str, str] = {}
        for token in analysis.tokens(text):
            if word := analysis.word_of(token):
                found.setdefault(analysis.term_of(word), word)
                if token[0].islower():
                    self._small.add(analysis.term_of(word))
        for term, word in found.items():
            self._counts[term] += weight
            self._words.setdefault(term, word)

    def repeated(self) -> list[tuple[str, str, int]]:
        """Each term that stands in several texts, with a word for it and in how many, the commonest first."""
        common = self._counts.most_common(CANDIDATES)
        return [(term, self._words[term], count) for term, count in common if count >= TWICE and term in self._small]


@dataclass(frozen=True)
class _Answered:
    """What the index said, before anybody was loaded."""

    words: list[str]
    ordered: Ordered
    hits: list[PersonHit]


def like(reader: Person | None, person: Person, page: int = 1, each: int = EACH_PAGE) -> Similar:
    """The people who are like somebody, a page of them, each with the reason why."""
    audiences = policy.audiences(reader)
    theirs = _theirs(reader, person, audiences)
    start = (page - 1) * each
    answered = search.ask(lambda engine: _answered(engine, theirs, audiences, (start, start + each)))
    if answered is None:
        return Similar(())
    words = " ".join(answered.words)
    reading = evidence.reading_for(reader, words, answered.hits, answered.ordered.merits)
    return Similar(answered.words, found_people(reading, answered.hits), len(answered.ordered))


def _theirs(reader: Person | None, person: Person, audiences: frozenset[str]) -> _Theirs:
    seen, more = shown(person, reader), about(reader, person)
    names = [*(term.name for term in seen.terms), *more.subjects]
    theirs = _Theirs(person.id, [query.as_words(name) for name in names])
    theirs.says(" ".join((seen.headline, seen.role, *more.phases)), LIKE_TEXTS)
    theirs.says(" ".join(more.offers), TWICE)
    for text in _texts(reader, person, audiences):
        theirs.wrote(text)
    return theirs


def _texts(reader: Person | None, person: Person, audiences: frozenset[str]) -> list[str]:
    """What they wrote last that the reader may see, and that they did not hide as evidence about themselves."""
    hidden = frozenset(hidden_evidence.hidden_by([person.id]).get(person.id, []))
    latest = search.ask(lambda engine: latest_of(engine.view(audiences), person.id, hidden, TEXTS))
    things = evidence.load(reader, latest)
    found = (things[key] for key in map(reference, latest) if key in things)
    return [f"{kinds.of(thing).title(thing)} {kinds.of(thing).text(thing)}" for thing in found]


def _answered(engine: Engine, theirs: _Theirs, audiences: frozenset[str], places: tuple[int, int]) -> _Answered | None:
    words = _words(engine.view(audiences), theirs)
    if not words:
        return None
    ordered = in_order(engine, " ".join(words), audiences, evidence.merits_of, but=theirs.person_id)
    return _Answered(words, ordered, ordered.hits(*places))


def _words(view: View, theirs: _Theirs) -> list[str]:
    """The question: their own terms in their order, then the words that tell them from others; each asked once."""
    asked: set[str] = set()
    words = []
    for name in theirs.names:
        terms = set(query.parse(name).terms)
        if terms - asked and len(asked | terms) <= MOST_TERMS:
            words.append(name)
            asked |= terms
    telling = (word for term, word in _telling(view, theirs) if term not in asked)
    return [*words, *islice(telling, min(TELLING, MOST_TERMS - len(asked)))]


def _telling(view: View, theirs: _Theirs) -> list[tuple[str, str]]:
    """Terms that stand in many of their texts and in few of others', each with its word, the most telling first."""
    others = view.visible & ~written_by(view, theirs.person_id)
    of_others = np.count_nonzero(others) + 1
    weighed = []
    for term, word, count in theirs.repeated():
        holders = _number(view, WHOLE, term, others)
        oftener = (count / max(theirs.texts, 1)) / ((holders + 0.5) / of_others)
        if holders and oftener > OFTENER and _is_topic(view, term):
            weighed.append((-count * log(oftener), term, word))
    return [(term, word) for _weight, term, word in sorted(weighed)]


def _is_topic(view: View, term: str) -> bool:
    """Whether what holds it is often called so: "phonics" stands in titles, "today" is only how somebody talks."""
    return _number(view, TITLE, term, view.visible) >= IN_TITLES * _number(view, WHOLE, term, view.visible)


def _number(view: View, part: str, term: str, among: Flags) -> int:
    """In how many of some documents that the reader may see a term stands."""
    found = view.snapshot.postings(part, term)
    return int(np.count_nonzero(among[found.documents[: found.ends[view.reach]]]))
