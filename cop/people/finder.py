"""The finder: who can help with a need, and what has been said, with the reason why. One question for page and command.

Counts, order, corrections and suggestions depend on nothing but what the searcher may see (see `cop.search`), and each
thing is asked of the policy again before it is shown, because the index follows a deed by up to two seconds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from cop import search
from cop.core import hidden_evidence, kinds, policy, terms
from cop.core.markup import highlighted
from cop.people import evidence
from cop.people.evidence import Line, Reading
from cop.people.models import Person
from cop.people.order import Ordered, in_order
from cop.people.ranking import PersonHit
from cop.people.shown import ShownPerson, shown
from cop.search import query
from cop.search.engine import Engine
from cop.search.hits import Hit, Hits
from cop.search.reader import Reference, reference

PEOPLE_EACH = 5
ANSWERS_EACH = 6
COMMUNITIES = 3
NEAREST = 6
SHORT = 4
"""Letters of a word that nobody wrote by which words like it are looked for."""


@dataclass(frozen=True)
class FoundPerson:
    """Somebody who may help, and why: what `parts/_person_result.html` needs."""

    person: ShownPerson
    evidence: Sequence[Line]
    score: float


@dataclass(frozen=True)
class FoundAnswer:
    """Something that has been said: what `parts/_answer_result.html` needs."""

    kind: str
    """The kind of the whole that it is a part of."""
    url: str
    title: str
    passage_html: Markup
    community: Any
    state: str
    replies: int
    at: Any
    score: float


@dataclass(frozen=True)
class Found:
    """One page of what was found."""

    words: str
    people: Sequence[FoundPerson] = ()
    people_total: int = 0
    people_page: int = 1
    answers: Sequence[FoundAnswer] = ()
    answers_total: int = 0
    answers_page: int = 1
    answers_more: bool = False
    """Whether there are more answers than anybody counts."""
    communities: Sequence[Any] = ()
    corrected: str | None = None
    """The words as they may have been meant, when nothing was found."""
    nearest: Sequence[str] = field(default=())
    """Words that people did write and that begin like these, when nothing was found."""

    @property
    def is_empty(self) -> bool:
        """Whether nobody and nothing was found."""
        return not (self.people_total or self.answers_total)

    @property
    def people_left(self) -> int:
        """How many people stand on the pages after this one."""
        return max(0, self.people_total - self.people_page * PEOPLE_EACH)

    @property
    def answers_left(self) -> int:
        """How many answers stand on the pages after this one."""
        return max(0, self.answers_total - self.answers_page * ANSWERS_EACH)


@dataclass(frozen=True)
class _Answered:
    """What the index said, before anything was loaded."""

    people: Ordered
    hits: list[PersonHit]
    answers: Hits
    communities: Hits
    corrected: str | None
    nearest: list[str]


def find(
    person: Person | None, words: str, people_page: int = 1, answers_page: int = 1, people_each: int = PEOPLE_EACH
) -> Found:
    """Who can help, and what has been said. The signed-out find public talk, and people as far as they are public.

    Any words are a question; of none, nothing is found.
    """
    asked = frozenset(query.parse(words).terms)
    if not asked:
        return Found(words)
    audiences = policy.audiences(person)
    start = (people_page - 1) * people_each
    answered = search.ask(
        lambda engine: _answered(
            engine, words, audiences, (start, start + people_each), (answers_page - 1) * ANSWERS_EACH
        )
    )
    things = _loaded(person, answered)
    hidden = hidden_evidence.hidden_by([hit.person_id for hit in answered.hits]) if answered.hits else {}
    reading = Reading(person, asked, things, answered.people.merits, hidden)
    return Found(
        words=words,
        people=found_people(reading, answered.hits),
        people_total=len(answered.people),
        people_page=people_page,
        answers=[_answer(reading, hit) for hit in answered.answers.hits if reference(hit.id) in things],
        answers_total=answered.answers.total,
        answers_page=answers_page,
        answers_more=answered.answers.capped,
        communities=[things[reference(hit.id)] for hit in answered.communities.hits if reference(hit.id) in things],
        corrected=answered.corrected,
        nearest=answered.nearest,
    )


def _answered(engine: Engine, words: str, audiences: frozenset[str], people: tuple[int, int], offset: int) -> _Answered:
    ordered = in_order(engine, words, audiences, evidence.merits_of)
    answers = engine.search(words, audiences, _kinds_of_answers(), ANSWERS_EACH, offset, collapse=True)
    nothing = not (len(ordered) or answers.total)
    return _Answered(
        people=ordered,
        hits=ordered.hits(*people),
        answers=answers,
        communities=engine.search(words, audiences, ("community",), COMMUNITIES),
        corrected=engine.corrected(words, audiences) if nothing else None,
        nearest=_nearest(engine, words, audiences) if nothing else [],
    )


def _kinds_of_answers() -> list[str]:
    """Everything that is searched, but for people and places."""
    return [kind.name for kind in kinds.all_kinds() if kind.searched and kind.name not in {"person", "community"}]


def _nearest(engine: Engine, words: str, audiences: frozenset[str]) -> list[str]:
    """Words of open text that begin like those that nobody wrote, the commonest first."""
    found: dict[str, None] = {}
    for word in query.parse(words).words.values():
        if len(word) >= SHORT:
            found.update(dict.fromkeys(each for each, _count in engine.completions(word[:SHORT], audiences, NEAREST)))
    return list(found)[:NEAREST]


def _loaded(person: Person | None, answered: _Answered) -> dict[Reference, Any]:
    """Everything that the page shows, a query for each kind, without what the person may not see."""
    documents = [document for hit in answered.hits for document, _share in hit.votes]
    documents += (hit.id for hits in (answered.answers, answered.communities) for hit in hits.hits)
    references = {("person", hit.person_id) for hit in answered.hits} | {reference(each) for each in documents}
    return evidence.only_seen(person, kinds.load_many(references))


def found_people(reading: Reading, hits: Iterable[PersonHit]) -> list[FoundPerson]:
    """Those whom the searcher may see, each with evidence; without any there is no reason to name somebody."""
    seen = [(hit, person) for hit in hits if (person := reading.things.get(("person", hit.person_id))) is not None]
    own_terms = _own_terms([person for _hit, person in seen])
    found = []
    for hit, person in seen:
        lines = evidence.lines_for(reading, hit, person, own_terms.get(person.id, ()))
        if lines:
            found.append(FoundPerson(shown(person, reading.reader), lines, hit.score))
    return found


def _own_terms(people: Sequence[Person]) -> Mapping[int, Sequence[str]]:
    filed = terms.terms_of("person", [person.id for person in people]) if people else {}
    return {id: [term.name for term in found] for id, found in filed.items()}


def _answer(reading: Reading, hit: Hit) -> FoundAnswer:
    thing = reading.things[reference(hit.id)]
    kind = kinds.of(thing)
    standing = kind.standing(thing)
    passage = evidence.passage_of(kind.text(thing), reading.asked)  # none where only the title holds what was asked
    whole = kind.container(thing).partition(":")[0]
    return FoundAnswer(
        kind=whole,
        url=kind.url(thing),
        title=kind.title(thing),
        passage_html=Markup("“{}”").format(highlighted(passage)) if passage else Markup(),
        community=kind.community(thing),
        state=standing.state,
        replies=standing.replies,
        at=kind.created(thing),
        score=hit.score,
    )
