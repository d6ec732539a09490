"""Why we say that somebody knows something: lines that cite what they wrote, as far as the reader may see it.

The index proposes documents; each is loaded afresh and asked of the policy before a line is made of it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from cop.core import hidden_evidence, kinds, policy
from cop.core.i18n import gettext as _
from cop.core.i18n import ngettext
from cop.core.kinds import Merit
from cop.core.markup import highlighted
from cop.core.policy import Act
from cop.people.kind import about_words, chosen_words
from cop.people.models import Person
from cop.people.ranking import PersonHit
from cop.people.shown import is_among, sees_field
from cop.search import analysis, query
from cop.search.analysis import Segments
from cop.search.reader import Reference, document_id, reference

LINES = 3
PASSAGE = 140
"""About how many characters of a passage are shown."""


@dataclass(frozen=True)
class Line:
    """One citation: verb first, source linked."""

    verb: str
    url: str = ""
    title: str = ""
    passage: tuple[tuple[str, bool], ...] = ()
    """Pieces of text; True marks those that were looked for. If only the title holds them, it is the title."""
    note: str = ""
    cited: bool = True
    in_title: bool = False
    thing: Reference | None = None
    """What it cites."""

    @property
    def title_html(self) -> Markup:
        """The title; with what was looked for marked, if only it holds that."""
        return highlighted(self.passage) if self.in_title else Markup("{}").format(self.title)

    @property
    def passage_html(self) -> Markup:
        """The passage with what was looked for marked, in quotation marks beside a title."""
        if not self.passage or self.in_title:
            return Markup("")
        quoted = Markup("“{}”") if self.title else Markup("{}")
        return quoted.format(highlighted(self.passage))


def load(person: Person | None, documents: Iterable[str]) -> dict[Reference, Any]:
    """The things that some documents are of, afresh, without those that the person may not see."""
    return only_seen(person, kinds.load_many({reference(document) for document in documents}))


def only_seen(person: Person | None, things: Mapping[Reference, Any]) -> dict[Reference, Any]:
    """Those of some things that the person may see."""
    return {key: thing for key, thing in things.items() if policy.can(person, Act.READ, thing)}


def merits_of(documents: Collection[str]) -> dict[str, Merit]:
    """What others said of what some documents are of; a query for each kind."""
    by_kind: dict[str, list[int]] = {}
    for document in documents:
        kind, id = reference(document)
        by_kind.setdefault(kind, []).append(id)
    return {
        document_id(kind, id): merit
        for kind, ids in by_kind.items()
        for id, merit in kinds.get(kind).merits(ids).items()
    }


@dataclass(frozen=True)
class Reading:
    """What was looked for, by whom, and the things that were loaded for it."""

    reader: Person | None
    asked: frozenset[str]
    """Terms of the index."""
    things: Mapping[Reference, Any]
    merits: Mapping[str, Merit]
    hidden: Mapping[int, Collection[Reference]] = field(default_factory=dict)
    """What each person has hidden as evidence about themselves: the index may not know of it yet."""


def reading_for(
    reader: Person | None,
    words: str,
    hits: Sequence[PersonHit],
    merits: Mapping[str, Merit],
    beside: Iterable[str] = (),
) -> Reading:
    """All that a page of people needs to say why: they and their evidence, afresh, a query for each kind.

    `beside`: documents that the page shows beside them.
    """
    documents = [*(document for hit in hits for document, _share in hit.votes), *beside]
    references = {("person", hit.person_id) for hit in hits} | {reference(each) for each in documents}
    things = only_seen(reader, kinds.load_many(references))
    hidden = hidden_evidence.hidden_by([hit.person_id for hit in hits]) if hits else {}
    return Reading(reader, frozenset(query.parse(words).terms), things, merits, hidden)


def lines_for(reading: Reading, hit: PersonHit, person: Person, own_terms: Sequence[str]) -> list[Line]:
    """At most LINES lines for somebody who was found: what they wrote, then what they say of themselves."""
    said = says(reading, person, own_terms)
    wrote: dict[str, Line] = {}
    for document, _share in hit.votes:
        key = reference(document)
        thing = reading.things.get(key)
        if thing is None or key[0] == "person" or key in reading.hidden.get(person.id, ()):
            continue
        line = line_of(thing, reading.asked, reading.merits.get(document, Merit()))
        # One talk is one line, however often they spoke in it: where their own words hold what was looked for.
        whole = kinds.of(thing).container(thing)
        if whole not in wrote or (wrote[whole].in_title and not line.in_title):
            wrote[whole] = line
    lines = list(wrote.values())
    return [*lines[: LINES - 1], said] if said is not None else lines[:LINES]


def line_of(thing: Any, asked: frozenset[str], merit: Merit) -> Line:
    """The line that cites a thing: with the passage that holds what was looked for or, if only its title does, that."""
    kind = kinds.of(thing)
    text = kind.text(thing)
    passage = passage_of(text, asked)
    title = kind.title(thing)
    return Line(
        verb=kind.contribution(thing),
        url=kind.url_at(thing, analysis.landing(text, asked)),
        title=title,
        passage=tuple(passage or analysis.highlight(title, asked)),
        note=_in_words(merit),
        in_title=not passage,
        thing=(kind.name, thing.id),
    )


def passage_of(text: str, asked: frozenset[str]) -> Segments:
    """The passage of a text that holds most of what was looked for; empty if it holds nothing of it."""
    found = analysis.passages(" ".join(text.split()), asked, PASSAGE)
    return _tidied(found) if any(hit for _piece, hit in found) else []


def _tidied(found: Segments) -> Segments:
    """Without the full stop before the "…" where a passage is cut."""
    if len(found) > 1 and found[-1] == ("…", False) and not found[-2][1]:
        return [*found[:-2], (found[-2][0].rstrip(" .,;:"), False), found[-1]]
    return found


def _in_words(merit: Merit) -> str:
    parts = []
    if merit.accepted:
        parts.append(_("the accepted answer"))
    if merit.helped:
        parts.append(ngettext("helped %(num)s person", "helped %(num)s people", merit.helped))
    if merit.thanked:
        parts.append(ngettext("thanked by %(num)s person", "thanked by %(num)s people", merit.thanked))
    return ", ".join(parts[:2])


def says(reading: Reading, person: Person, own_terms: Sequence[str]) -> Line | None:
    """What somebody says of themselves that was looked for: their own terms, else their words, else their name."""

    def seen(field: str, words: str) -> str:
        return words if sees_field(reading.reader, person, field) else ""

    matching = [name for name in own_terms if not reading.asked.isdisjoint(analysis.terms(name))]
    if matching and sees_field(reading.reader, person, "terms"):
        return Line(_("Says"), passage=tuple(analysis.highlight(", ".join(matching), reading.asked)))
    for words in (
        seen("role", person.role),
        seen("headline", person.headline),
        about_words(seen("about", person.about)),
        seen("institution", person.institution),
        *(seen(whose, chosen) for whose, chosen in chosen_words(person)),
        *(each.words for each in person.given_answers if is_among(reading.reader, person, each.audience)),
    ):
        if passage := passage_of(words, reading.asked):
            return Line(_("Says"), passage=tuple(passage))
    passage = passage_of(person.name, reading.asked)
    return Line(_("Name"), passage=tuple(passage)) if passage else None
