"""The finder: who can help with a need, and what has been said, with the reason why. One question for page and command.

Counts, order, corrections and suggestions depend on nothing but what the searcher may see (see `cop.search`). The index
follows a deed by up to two seconds: each thing is asked of the policy again before it is shown, counts are not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from markupsafe import Markup

from cop import search
from cop.core import kinds, policy, terms
from cop.core.i18n import gettext as _
from cop.core.i18n import ngettext
from cop.core.kinds import Merit
from cop.core.markup import highlighted
from cop.people import evidence
from cop.people.evidence import Line, Reading
from cop.people.facets.answers import AnswerFacets
from cop.people.facets.choosing import Chosen, Facet
from cop.people.facets.people import PeopleFacets
from cop.people.models import Person
from cop.people.order import in_order, with_profile
from cop.people.ranking import PersonHit, rank
from cop.people.shown import ShownPerson, shown
from cop.search import analysis, query
from cop.search.engine import Engine
from cop.search.hits import Hit, Matches
from cop.search.reader import reference

PEOPLE_EACH = 5
ANSWERS_EACH = 6
"""People and answers of the overview, where both are shown."""
EACH_PAGE = 10
"""People, topics or posts of a page that shows one of them."""
COMMUNITIES = 3
NEAREST = 6
SHORT = 4
"""Letters of a word that nobody wrote by which words like it are looked for."""
TABS = ("all", "people", "topics", "posts")


@dataclass(frozen=True)
class Asked:
    """What somebody looks for, and which part of it they look at. Every one of these has an address."""

    words: str
    tab: str = "all"
    page: int = 1
    chosen: Chosen = field(default_factory=dict)
    """By facet. The overview is never narrowed."""
    is_newest_first: bool = False
    """Of topics and posts."""


@dataclass(frozen=True)
class FoundPerson:
    """Somebody who may help, and why: what `parts/_person_result.html` needs."""

    person: ShownPerson
    evidence: Sequence[Line]
    score: float
    distance: str = ""
    """In words, if people nearby are looked for."""


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

    asked: Asked
    people: Sequence[FoundPerson] = ()
    people_total: int = 0
    """How many fit the words, whatever is chosen."""
    answers: Sequence[FoundAnswer] = ()
    """Topics, each with its best post; of the tab of posts, posts."""
    topics_total: int = 0
    posts_total: int = 0
    """How many match the words, whatever is chosen."""
    left: int = 0
    """How many of the tab's are left by what is chosen, those of the other pages too."""
    facets: Sequence[Facet] = ()
    communities: Sequence[Any] = ()
    corrected: str | None = None
    """The words as they may have been meant, when nothing was found."""
    nearest: Sequence[str] = ()
    """Words that people did write and that begin like these, when nothing was found."""

    @property
    def words(self) -> str:
        """What was looked for."""
        return self.asked.words

    @property
    def is_empty(self) -> bool:
        """Whether nobody and nothing was found."""
        return not (self.people_total or self.topics_total)


def find(person: Person | None, asked: Asked, people_each: int = PEOPLE_EACH) -> Found:
    """Who can help, and what has been said. The signed-out find public talk, and people as far as they are public.

    Any words are a question; of none, nothing is found. `people_each` is for the overview.
    """
    if not query.parse(asked.words).terms:
        return Found(asked)
    answered = search.ask(lambda engine: _answered(engine, person, asked, people_each))
    people, answers = answered.people, answered.answers
    beside = [hit.id for hit in (*answers.hits, *answered.communities)]
    reading = evidence.reading_for(person, asked.words, people.hits, people.merits, beside)
    things = reading.things
    return Found(
        asked=asked,
        people=found_people(reading, people.hits, people.distances),
        people_total=people.total,
        answers=[_answer(reading, hit) for hit in answers.hits if reference(hit.id) in things],
        topics_total=answers.topics,
        posts_total=answers.posts,
        left=people.left if asked.tab == "people" else answers.left,
        facets=people.facets if asked.tab == "people" else answers.facets,
        communities=[things[reference(hit.id)] for hit in answered.communities if reference(hit.id) in things],
        corrected=answered.corrected,
        nearest=answered.nearest,
    )


@dataclass(frozen=True)
class _People:
    """The people of one page, before anything was loaded."""

    total: int
    left: int = 0
    hits: Sequence[PersonHit] = ()
    merits: Mapping[str, Merit] = field(default_factory=dict)
    facets: Sequence[Facet] = ()
    distances: Mapping[int, float | None] = field(default_factory=dict)
    """Miles to each of them, if people nearby are looked for; None where that is not known."""


@dataclass(frozen=True)
class _Answers:
    """What was said, of one page, before anything was loaded."""

    topics: int
    posts: int
    left: int = 0
    hits: Sequence[Hit] = ()
    facets: Sequence[Facet] = ()


@dataclass(frozen=True)
class _Answered:
    """What the index said, before anything was loaded."""

    people: _People
    answers: _Answers
    communities: Sequence[Hit] = ()
    corrected: str | None = None
    nearest: Sequence[str] = ()


def _answered(engine: Engine, person: Person | None, asked: Asked, people_each: int) -> _Answered:
    audiences = policy.audiences(person)
    people = _people_of(engine, person, asked, audiences, people_each)
    answers = _answers_of(engine, person, asked, audiences)
    nothing = not (people.total or answers.topics)
    overview = asked.tab == "all"
    return _Answered(
        people=people,
        answers=answers,
        communities=engine.search(asked.words, audiences, ("community",), COMMUNITIES).hits if overview else (),
        corrected=engine.corrected(asked.words, audiences) if nothing else None,
        nearest=_nearest(engine, asked.words, audiences) if nothing else [],
    )


def _people_of(
    engine: Engine, person: Person | None, asked: Asked, audiences: frozenset[str], overview_each: int
) -> _People:
    if asked.tab not in {"all", "people"}:
        return _People(len(rank(engine, asked.words, audiences, with_profile)))
    if asked.tab == "all":
        ordered = in_order(engine, asked.words, audiences, evidence.merits_of)
        return _People(len(ordered), len(ordered), ordered.hits(0, overview_each), ordered.merits)
    facets = PeopleFacets(person, asked.chosen)
    ordered = in_order(engine, asked.words, audiences, evidence.merits_of, facets.narrow)
    start = (asked.page - 1) * EACH_PAGE
    hits = ordered.hits(start, start + EACH_PAGE)
    distances = facets.distances_of([hit.person_id for hit in hits])
    return _People(len(ordered.ranking), len(ordered), hits, ordered.merits, facets.shown, distances)


def _answers_of(engine: Engine, person: Person | None, asked: Asked, audiences: frozenset[str]) -> _Answers:
    posts = Matches(engine.view(audiences), query.parse(asked.words), _kinds_of_answers())
    topics = posts.collapsed()
    totals = topics.size, posts.size
    if asked.tab == "people":
        return _Answers(*totals)
    if asked.tab == "all":
        return _Answers(*totals, left=topics.size, hits=topics.page(ANSWERS_EACH).hits)
    facets = AnswerFacets(person, asked.chosen)
    matches = topics if asked.tab == "topics" else posts
    start = (asked.page - 1) * EACH_PAGE
    left = facets.narrow(matches)
    page = matches.page(EACH_PAGE, start, left=left, newest=asked.is_newest_first)
    return _Answers(*totals, left=int(np.count_nonzero(left)), hits=page.hits, facets=facets.shown)


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


def found_people(
    reading: Reading, hits: Sequence[PersonHit], distances: Mapping[int, float | None] | None = None
) -> list[FoundPerson]:
    """Those whom the searcher may see, each with evidence; without any there is no reason to name somebody."""
    seen = [(hit, person) for hit in hits if (person := reading.things.get(("person", hit.person_id))) is not None]
    own_terms = _own_terms([person for _hit, person in seen])
    people, distances = [], distances or {}
    for hit, person in seen:
        lines = evidence.lines_for(reading, hit, person, own_terms.get(person.id, ()))
        if lines:
            distance = _distance(distances[person.id]) if person.id in distances else ""
            people.append(FoundPerson(shown(person, reading.reader), lines, hit.score, distance))
    return people


def _distance(miles: float | None) -> str:
    if miles is None:
        return _("Distance not known")
    return ngettext("%(num)s mile from you", "%(num)s miles from you", max(1, round(miles)))


def _own_terms(people: Sequence[Person]) -> Mapping[int, Sequence[str]]:
    filed = terms.terms_of("person", [person.id for person in people]) if people else {}
    return {id: [term.name for term in found] for id, found in filed.items()}


def _answer(reading: Reading, hit: Hit) -> FoundAnswer:
    thing = reading.things[reference(hit.id)]
    kind = kinds.of(thing)
    standing = kind.standing(thing)
    text = kind.text(thing)
    passage = evidence.passage_of(text, reading.asked)  # none where only the title holds what was asked
    whole = kind.container(thing).partition(":")[0]
    return FoundAnswer(
        kind=whole,
        url=kind.url_at(thing, analysis.landing(text, reading.asked)),
        title=kind.title(thing),
        passage_html=Markup("“{}”").format(highlighted(passage)) if passage else Markup(),
        community=kind.community(thing),
        state=standing.state,
        replies=standing.replies,
        at=kind.created(thing),
        score=hit.score,
    )
