"""What a person knows, and how we know: their own terms, each with what they wrote about it that the reader may see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from cop import search
from cop.core import hidden_evidence, kinds, policy
from cop.core.i18n import ngettext
from cop.core.kinds import Merit
from cop.people import evidence
from cop.people.evidence import Line
from cop.people.models import Person
from cop.people.shown import ShownPerson
from cop.search import query
from cop.search.engine import Engine
from cop.search.reader import Reference, reference
from cop.search.segments import Flags
from cop.search.view import View

EACH = 2
"""Lines of evidence for one term."""
CANDIDATES = 6
"""Of so many of the best documents for a term lines are made: several may be of one talk."""


@dataclass(frozen=True)
class Known:
    """One of a person's own terms, with the evidence: what `parts/_terms.html` needs."""

    name: str
    evidence: Sequence[Line]


@dataclass(frozen=True)
class _Proof:
    documents: list[str]
    total: int


def known_of(reader: Person | None, person: ShownPerson) -> list[Known]:
    """A person's own terms in their order; one without evidence is shown as their word alone."""
    names = [term.name for term in person.terms]
    if not names:
        return []
    audiences = policy.audiences(reader)
    hidden = hidden_evidence.hidden_by([person.id]).get(person.id, [])
    proofs = search.ask(lambda engine: _proofs(engine, person.id, names, audiences, hidden))
    documents = [document for proof in proofs for document in proof.documents]
    things = evidence.load(reader, documents)
    merits = evidence.merits_of([document for document in documents if reference(document) in things])
    found = []
    for name, proof in zip(names, proofs, strict=True):
        asked = frozenset(query.parse(query.as_words(name)).terms)
        lines: dict[str, Line] = {}
        for document in proof.documents:
            thing = things.get(reference(document))
            if thing is not None:
                whole = kinds.of(thing).container(thing)
                lines.setdefault(whole, evidence.line_of(thing, asked, merits.get(document, Merit())))
        found.append(Known(name, with_rest(list(lines.values())[:EACH], proof.total)))
    return found


def with_rest(lines: list[Line], total: int) -> list[Line]:
    """Say how much more there is: the number of what the reader may see, never of anything else."""
    rest = total - len(lines)
    if not lines or rest < 1:
        return lines
    more = ngettext("and %(num)s more post about it", "and %(num)s more posts about it", rest)
    return [*lines, Line("", title=more, cited=False)]


def hidden_of(person: Person) -> list[Line]:
    """What somebody has hidden as evidence about themselves, the latest first, for their own eyes."""
    references = hidden_evidence.hidden_by([person.id]).get(person.id, [])
    things = evidence.only_seen(person, kinds.load_many(references))
    return [evidence.line_of(things[each], frozenset(), Merit()) for each in references if each in things]


def _proofs(
    engine: Engine, person_id: int, names: Sequence[str], audiences: frozenset[str], hidden: Collection[Reference]
) -> list[_Proof]:
    view = engine.view(audiences)
    theirs = _without_hidden(view, written_by(view, person_id), frozenset(hidden))
    return [_proof(view, theirs, name) for name in names]


def latest_of(view: View, person_id: int, hidden: frozenset[Reference], most: int) -> list[str]:
    """The documents of what somebody wrote last and did not hide, as far as the view shows them; the latest first."""
    theirs = np.flatnonzero(_without_hidden(view, written_by(view, person_id) & view.visible, hidden))
    newest = view.snapshot.newest_first(theirs, np.zeros(len(theirs)))[:most]
    return [view.snapshot.card(int(document)).id for document in newest]


def _without_hidden(view: View, theirs: Flags, hidden: frozenset[Reference]) -> Flags:
    """Those of somebody's documents that they did not hide; the index hears of it a moment after the page does."""
    kept = theirs.copy()
    if hidden:
        for document in np.flatnonzero(theirs):
            kept[document] = reference(view.snapshot.card(int(document)).id) not in hidden
    return kept


def _proof(view: View, theirs: Flags, name: str) -> _Proof:
    """The best of somebody's documents that hold all words of a term."""
    terms = query.parse(query.as_words(name)).terms
    allowed = theirs & (view.coverage(terms) == len(terms))
    scores = view.scores(terms, allowed)
    best = view.best(scores, CANDIDATES)
    return _Proof([view.snapshot.card(int(each)).id for each in best], int(np.count_nonzero(scores)))


def written_by(view: View, person_id: int) -> Flags:
    """Which documents a person wrote, by number; their profile is none of them."""
    snapshot = view.snapshot
    flags = np.zeros(snapshot.size, np.bool_)
    for author in snapshot.numberings.authors.known((person_id,)):
        pairs = np.flatnonzero(snapshot.pairs == author)
        flags[np.searchsorted(snapshot.first_pair, pairs, side="right") - 1] = True
    flags &= ~np.isin(snapshot.kind, snapshot.numberings.kinds.known(("person",)))
    return flags
