"""Which communities may be for somebody, and why, in words: who is there from where they work, what is talked about.

Every reason is made of what they may see: communities whose members and talk are open to them, colleagues who show
where they work, topics that they may read. What lies out of their sight changes nothing.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import ColumnElement, and_, distinct, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from cop import search
from cop.communities import rules
from cop.communities.models import Community, Membership
from cop.communities.queries.directory import DirectoryRow, active_at, rows_of
from cop.core import policy, terms
from cop.core.db import session
from cop.core.i18n import ngettext
from cop.institutions.queries import ids_of, merged_into
from cop.people.knowledge import written_by
from cop.people.models import Affiliation, Person
from cop.people.queries import affiliations_of
from cop.search.segments import Ints
from cop.search.view import View

TERMS = 8
"""Of so many terms that somebody wrote most about, communities are looked for."""
CONSIDERED = 40
"""Communities for each sort of reason: those with most to say for them."""


@dataclass(frozen=True)
class _Talk:
    """How many topics of a community are about a term that somebody wrote about, or says they know."""

    term: int
    topics: int
    wrote: bool


def suggested(person: Person, limit: int) -> list[DirectoryRow]:
    """Communities that somebody does not belong to and could join or ask to, with the reasons; the best first."""
    belongs = frozenset(rules.roles_of(person))
    colleagues, where = _colleagues(person, belongs)
    own = [term.id for term in terms.terms_of("person", [person.id]).get(person.id, [])]
    talk = search.ask(lambda engine: _talk(engine.view(policy.audiences(person)), person.id, own, belongs))
    names = terms.with_broader({each.term for each in talk.values()})
    told: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for id, count in colleagues.items():
        told[id].append((count, _colleague_words(count, where)))
    for id, each in talk.items():
        if each.term in names:
            told[id].append((each.topics, _talk_words(names[each.term][0].name, each)))
    weights = {id: (len(each), sum(count for count, _words in each)) for id, each in told.items()}
    reasons = {id: [words for _count, words in each] for id, each in told.items()}
    return rows_of(person, _joinable(person, weights, limit), reasons)


def _joinable(
    person: Person, weights: Mapping[int, tuple[int, int]], limit: int
) -> list[tuple[Community, str, dt.datetime | None]]:
    """Those of some communities that they may know of and join, or ask to; those with most reasons first."""
    statement = (
        select(Community, active_at(person))
        .options(joinedload(Community.parent))
        .where(Community.id.in_(weights), Community.joining != "invitation", policy.readable(person, Community))
    )
    found = [(community, "", at) for community, at in session().execute(statement)] if weights else []
    found.sort(key=lambda each: (*(-weight for weight in weights[each[0].id]), each[0].name, each[0].id))
    return found[:limit]


# -- colleagues -------------------------------------------------------------------------------------------------------


def _colleagues(person: Person, belongs: Collection[int]) -> tuple[dict[int, int], str]:
    """How many others from where somebody works or learns belong to each community; what it is called, if it is one.

    Counted are people who show this person where they work, in communities whose members this person may see.
    """
    present = [each.institution for each in affiliations_of(person) if not each.is_past]
    institutions = {at.id: at for each in present if each is not None for at in [merged_into(each) or each]}
    if not institutions:
        return {}, ""
    number = func.count(distinct(Person.id))
    statement = (
        select(Membership.community_id, number)
        .join(Person, Person.id == Membership.person_id)
        .join(Affiliation, Affiliation.person_id == Person.id)
        .join(Community, Community.id == Membership.community_id)
        .where(
            Affiliation.institution_id.in_([id for at in institutions.values() for id in ids_of(at)]),
            ~Affiliation.is_past,
            Person.id != person.id,
            Person.status == "active",
            _shows_institution(person),
            Community.id.not_in(belongs),
            rules.talk_readable(person),
        )
        .group_by(Membership.community_id)
        .order_by(number.desc(), Membership.community_id)
        .limit(CONSIDERED)
    )
    names = [at.name for at in institutions.values()]
    return dict(session().execute(statement).all()), names[0] if len(names) == 1 else ""


def _shows_institution(reader: Person) -> ColumnElement[bool]:
    """Whether somebody shows this reader where they work, as SQL: what `sees_field` says of one."""
    audience = func.coalesce(Person.visibility["institution"].as_string(), "network")
    mine, theirs = aliased(Membership), aliased(Membership)
    together = exists().where(
        mine.person_id == reader.id, theirs.person_id == Person.id, theirs.community_id == mine.community_id
    )
    return or_(audience.in_(["public", "network"]), and_(audience == "communities", together))


def _colleague_words(count: int, where: str) -> str:
    if where:
        return ngettext(
            "One person from %(where)s belongs here.", "%(num)s people from %(where)s belong here.", count, where=where
        )
    return ngettext(
        "One person from where you work belongs here.", "%(num)s people from where you work belong here.", count
    )


# -- talk -------------------------------------------------------------------------------------------------------------


def _talk(view: View, person_id: int, own: Sequence[int], belongs: Collection[int]) -> dict[int, _Talk]:
    """For each community the term of somebody's that most topics of others there are filed under; without their own.

    Theirs are those that they wrote about, or say they know. Equal numbers are told apart by ids, never by the order in
    which the index came to know things.
    """
    snapshot = view.snapshot
    documents, values = snapshot.facet("term")
    ids = [int(str(name)) for name in snapshot.numberings.facets["term"].names]
    mine = written_by(view, person_id) & view.visible
    wrote = _most_used(values[mine[documents]], ids)
    wanted = {place for place, id in enumerate(ids) if id in own} | set(wrote)
    if not wanted:
        return {}
    is_wanted = np.zeros(len(ids), np.bool_)
    is_wanted[list(wanted)] = True
    theirs = view.visible & ~np.isin(snapshot.kind, snapshot.numberings.kinds.known(("person",)))
    theirs &= ~np.isin(snapshot.container, snapshot.container[mine])
    picked = is_wanted[values] & theirs[documents]
    topics = {
        (community, place, container)
        for community, place, container in zip(
            _communities_of(view, documents[picked]), values[picked], snapshot.container[documents[picked]], strict=True
        )
    }
    counts = Counter((community, int(place)) for community, place, _container in topics)
    found: dict[int, _Talk] = {}
    for (community, place), count in sorted(counts.items(), key=lambda each: (-each[1], each[0][0], ids[each[0][1]])):
        if community and community not in belongs and len(found) < CONSIDERED:
            found.setdefault(community, _Talk(ids[place], count, place in wrote))
    return found


def _most_used(values: Ints, ids: Sequence[int]) -> frozenset[int]:
    """The places of the terms that occur most among some."""
    used = np.bincount(values, minlength=len(ids))
    most = sorted(map(int, np.flatnonzero(used)), key=lambda place: (-used[place], ids[place]))
    return frozenset(most[:TERMS])


def _communities_of(view: View, documents: Ints) -> list[int]:
    """The community of each of some documents, 0 of one that lies in none."""
    within, values = view.snapshot.facet("community")
    place = np.full(view.snapshot.size, -1, np.int64)
    place[within] = values
    names = view.snapshot.numberings.facets["community"].names
    return [int(str(names[at])) if at >= 0 else 0 for at in place[documents]]


def _talk_words(name: str, talk: _Talk) -> str:
    if talk.wrote:
        return ngettext(
            "You wrote about %(term)s; so does one topic here.",
            "You wrote about %(term)s; so do %(num)s topics here.",
            talk.topics,
            term=name,
        )
    return ngettext(
        "You know about %(term)s; one topic here is about it.",
        "You know about %(term)s; %(num)s topics here are about it.",
        talk.topics,
        term=name,
    )
