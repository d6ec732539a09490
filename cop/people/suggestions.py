"""Terms that somebody's own writing suggests they know: for their eyes only, to accept, hide or correct.

Read is what they wrote last and may still read, without what they hid as evidence. A term is suggested that several of
these things say, or that answers of theirs are filed under, and that they use more than others do: compared with the
open text of everybody, as the index has it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlalchemy import select

from cop import search
from cop.core import hidden_evidence, kinds, policy, terms
from cop.core.db import session
from cop.core.kinds import Merit
from cop.core.names import slug_of
from cop.core.terms import Term
from cop.people import evidence
from cop.people.evidence import Line
from cop.people.knowledge import latest_of, with_rest, written_by
from cop.people.models import HiddenSuggestion, Person
from cop.search import analysis
from cop.search.reader import Reference, document_id, reference
from cop.search.segments import Flags
from cop.search.view import View, inverse_frequency

MOST = 5
READ = 50
"""So many things are read, the latest."""
CHARACTERS = 2_000
"""Of each its beginning."""
WORDS = 5
"""The longest label that is looked for."""
LEAST = 2
"""In one thing alone a term is mentioned, and in two it is what somebody writes about."""
TIMES = 2
"""As often as others."""
LABELS = 2_000
COMPARED = 40
"""About so many labels are looked up at most, and terms compared with the writing of others: the most said."""

Run = tuple[str, ...]
"""Terms of the index that stand together."""


@dataclass(frozen=True)
class Suggestion:
    """A term, with what they wrote about it: a line that cites the latest, and how much more there is."""

    term: Term
    count: int
    evidence: Sequence[Line]


@dataclass
class _Candidate:
    term: Term
    runs: set[Run] = field(default_factory=set)
    things: set[Reference] = field(default_factory=set)


def suggested_to(person: Person) -> list[Suggestion]:
    """The terms that a person's own writing suggests, what says most first."""
    things = _writing(person)
    if len(things) < LEAST:
        return []
    own = terms.terms_of("person", [person.id]).get(person.id, [])
    candidates = _compared(person, _candidates(person, things, own), len(things))
    chosen = _without_parts(candidates, own)[:MOST]
    latest = {each.term.id: next(key for key in things if key in each.things) for each in chosen}
    merits = evidence.merits_of([document_id(*key) for key in latest.values()])
    found = []
    for each in chosen:
        key = latest[each.term.id]
        asked = frozenset(term for run in each.runs for term in run)
        line = evidence.line_of(things[key], asked, merits.get(document_id(*key), Merit()))
        found.append(Suggestion(each.term, len(each.things), with_rest([line], len(each.things))))
    return found


def hidden_from(person: Person) -> list[Term]:
    """The terms that somebody does not want to have suggested, the latest first; of one that was merged, the other.

    Without those of which they may see no use any more: these are not suggested either.
    """
    statement = (
        select(Term)
        .join(HiddenSuggestion, HiddenSuggestion.term_id == Term.id)
        .where(HiddenSuggestion.person_id == person.id)
        .order_by(HiddenSuggestion.hidden_at.desc(), Term.id.desc())
    )
    hidden = list(dict.fromkeys(terms.resolved(term) for term in session().scalars(statement)))
    seen = select(Term.id).where(Term.id.in_([term.id for term in hidden]), policy.readable(person, Term))
    seen_ids = set(session().scalars(seen)) if hidden else set()
    return [term for term in hidden if term.id in seen_ids]


# -- what they wrote --------------------------------------------------------------------------------------------------


def _writing(person: Person) -> dict[Reference, Any]:
    """What somebody wrote and may read, the latest first."""
    hidden = frozenset(hidden_evidence.hidden_by([person.id]).get(person.id, ()))
    audiences = policy.audiences(person)
    latest = search.ask(lambda engine: latest_of(engine.view(audiences), person.id, hidden, READ))
    things = evidence.load(person, latest)
    return {key: things[key] for key in map(reference, latest) if key in things}


# -- which terms it says ----------------------------------------------------------------------------------------------


def _candidates(person: Person, things: Mapping[Reference, Any], own: Sequence[Term]) -> list[_Candidate]:
    """Terms with enough to show for them, that the person neither has nor hid; those with most first."""
    found: dict[int, _Candidate] = {}
    for term, run, said_by in _labelled(person, things):
        candidate = found.setdefault(term.id, _Candidate(term))
        candidate.runs.add(run)
        candidate.things |= said_by
    for term, filed in _answered(person, things):
        candidate = found.setdefault(term.id, _Candidate(term, {tuple(analysis.terms(term.name))}))
        candidate.things |= filed
    hidden, had = {term.id for term in hidden_from(person)}, {term.name_key for term in own}
    fitting = [
        each
        for each in found.values()
        if len(each.things) >= LEAST and each.term.id not in hidden and each.term.name_key not in had
    ]
    return sorted(fitting, key=lambda each: (-len(each.things), each.term.id))[:COMPARED]


def _labelled(person: Person, things: Mapping[Reference, Any]) -> Iterator[tuple[Term, Run, set[Reference]]]:
    """Terms whose label several of the things hold in their own words."""
    said_by, spelled = _runs({key: kinds.of(thing).text(thing)[:CHARACTERS] for key, thing in things.items()})
    slugs: dict[str, Run] = {}
    for run in sorted(said_by, key=lambda run: -len(said_by[run])):
        if len(slugs) < LABELS:
            for slug in _slugs(spelled[run]):
                slugs.setdefault(slug, run)
    for slug, term in terms.of_labels(list(slugs), policy.readable(person, Term)).items():
        yield term, slugs[slug], said_by[slugs[slug]]


def _runs(texts: Mapping[Reference, str]) -> tuple[dict[Run, set[Reference]], dict[Run, set[str]]]:
    """The runs of words that several texts hold: which hold it, and how it is spelled there.

    Word by word: what several texts hold begins with what several hold. A label may have stop words within it, not at
    its ends.
    """
    words = {key: [(analysis.term_of(word), word) for word in analysis.tokens(text)] for key, text in texts.items()}
    said_by: dict[Run, set[Reference]] = {}
    spelled: dict[Run, set[str]] = {}
    places = [(key, at, at + 1) for key, text in words.items() for at, (term, _word) in enumerate(text) if term]
    for _length in range(WORDS):
        alike: dict[Run, list[tuple[Reference, int, int]]] = {}
        for key, start, end in places:
            alike.setdefault(tuple(term for term, _word in words[key][start:end]), []).append((key, start, end))
        shared = {run: found for run, found in alike.items() if len({key for key, _start, _end in found}) >= LEAST}
        for run, found in shared.items():
            if run[-1]:
                label = tuple(filter(None, run))
                said_by.setdefault(label, set()).update(key for key, _start, _end in found)
                spellings = (" ".join(word for _term, word in words[key][start:end]) for key, start, end in found)
                spelled.setdefault(label, set()).update(spellings)
        places = [
            (key, start, end + 1) for found in shared.values() for key, start, end in found if end < len(words[key])
        ]
    return said_by, spelled


def _slugs(spellings: Iterable[str]) -> set[str]:
    """The slugs of labels that are meant by what is written so: labels are often plural where texts are not."""
    plain = {slug_of(each) for each in spellings}
    return plain | {f"{each}s" for each in plain} | {each.removesuffix("s") for each in plain}


def _answered(person: Person, things: Mapping[Reference, Any]) -> Iterator[tuple[Term, set[Reference]]]:
    """The terms under which the talks of others are filed in which the person wrote."""
    parts: dict[Reference, set[Reference]] = {}
    for key, thing in things.items():
        parts.setdefault(reference(kinds.of(thing).container(thing)), set()).add(key)
    wholes = evidence.only_seen(person, kinds.load_many(parts))
    others = [key for key, whole in wholes.items() if person.id not in kinds.of(whole).authors(whole)]
    for name in dict.fromkeys(kind for kind, _id in others):
        for id, filed in terms.terms_of(name, [id for kind, id in others if kind == name]).items():
            for term in filed:
                yield term, parts[name, id]


# -- compared with everybody ------------------------------------------------------------------------------------------


def _compared(person: Person, candidates: Sequence[_Candidate], read: int) -> list[_Candidate]:
    """Those of some terms that the person uses more than others do, what tells most first."""
    audiences = policy.audiences(person)
    runs = [each.runs for each in candidates]
    weights = search.ask(lambda engine: _weights(engine.view(audiences), person.id, runs))
    scored = [
        (len(each.things) * rarity, each)
        for each, (share, rarity) in zip(candidates, weights, strict=True)
        if len(each.things) / read >= TIMES * share
    ]
    return [each for _score, each in sorted(scored, key=lambda pair: (-pair[0], pair[1].term.id))]


def _weights(view: View, person_id: int, labels: Sequence[Collection[Run]]) -> list[tuple[float, float]]:
    """For each term, by its labels: the share of what others wrote that holds it, and how rare it is in all."""
    snapshot = view.snapshot
    profiles = np.isin(snapshot.kind, snapshot.numberings.kinds.known(("person",)))
    written = snapshot.counted(view.scope) & ~profiles
    of_others = written & ~written_by(view, person_id)
    found = []
    for runs in labels:
        holding = _holding(view, runs)
        share = int(np.count_nonzero(holding & of_others)) / max(1, int(np.count_nonzero(of_others)))
        rarity = inverse_frequency(int(np.count_nonzero(written)), int(np.count_nonzero(holding & written)))
        found.append((share, rarity))
    return found


def _holding(view: View, runs: Collection[Run]) -> Flags:
    flags = np.zeros(view.snapshot.size, np.bool_)
    for run in runs:
        if run:
            flags |= view.holds(*run)
    return flags


def _without_parts(candidates: Sequence[_Candidate], own: Sequence[Term]) -> list[_Candidate]:
    """Without terms that are only a part of one before them, or of one that the person has: "models", "bar models"."""
    taken = [set(analysis.terms(term.name)) for term in own]
    found = []
    for each in candidates:
        words = set(analysis.terms(each.term.name))
        if not any(words < other for other in taken):
            found.append(each)
            taken.append(words)
    return found
