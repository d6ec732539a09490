"""What is done to institutions: registers are kept, and a manager joins two rows that are one institution."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import selectinload

from cop.core.activity import Kept, record
from cop.core.db import session
from cop.core.i18n import gettext as _
from cop.core.names import LONGEST_SLUG, slug_of
from cop.institutions.models import Institution, InstitutionCode, InstitutionDomain
from cop.institutions.queries import merged_into

STEM = 52
"""Letters of a slug before its number."""
RESERVED = frozenset({"new", "merge", "suggest"})
FIELDS = (
    "name",
    "type",
    "phase",
    "authority",
    "region",
    "country",
    "town",
    "postcode",
    "website",
    "latitude",
    "longitude",
    "ended_on",
    "is_ended",
)
"""What a register says of an institution; the next register may say otherwise."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What a register says of one institution. `scheme` and `code` are the key; see the columns of `Institution`."""

    scheme: str
    code: str
    name: str
    type: str
    phase: str = ""
    authority: str = ""
    region: str = ""
    country: str = ""
    town: str = ""
    postcode: str = ""
    website: str = ""
    latitude: float | None = None
    longitude: float | None = None
    ended_on: dt.date | None = None
    is_ended: bool = False
    other_codes: tuple[tuple[str, str], ...] = ()
    """(scheme, code) pairs that are told and are no key."""
    domains: tuple[str, ...] = ()


def keep(entries: Sequence[Entry]) -> list[Kept]:
    """Add or change institutions as a register says, each known by its key alone, never by a name or a web site.

    What happened to each, in their order; writes and records only what is new or otherwise. Domains and codes that are
    here and not there stay: a manager may have added them.
    """
    known = known_by_key(entries)
    slugs = _Slugs()
    done: list[Kept] = []
    for entry in entries:
        institution = known.get((entry.scheme, entry.code))
        if institution is None:
            institution = _new(entry, slugs)
            done.append("added")
        elif is_otherwise(institution, entry):
            _change(institution, entry)
            done.append("changed")
        else:
            done.append("unchanged")
            continue
        record(None, done[-1], institution)
    return done


def foresee(entries: Sequence[Entry]) -> list[Kept]:
    """What `keep` would do to each; writes nothing."""
    known = known_by_key(entries)
    found = [(known.get((entry.scheme, entry.code)), entry) for entry in entries]
    return [
        "added" if there is None else "changed" if is_otherwise(there, entry) else "unchanged" for there, entry in found
    ]


def known_by_key(entries: Sequence[Entry]) -> dict[tuple[str, str], Institution]:
    """The institutions that these entries are of, by their keys."""
    keys = [(entry.scheme, entry.code) for entry in entries]
    statement = (
        select(InstitutionCode.scheme, InstitutionCode.code, Institution)
        .join(Institution, Institution.id == InstitutionCode.institution_id)
        .where(tuple_(InstitutionCode.scheme, InstitutionCode.code).in_(keys))
        .options(selectinload(Institution.codes), selectinload(Institution.domains), selectinload(Institution.words))
    )
    return {(scheme, code): institution for scheme, code, institution in session().execute(statement)}


def is_otherwise(institution: Institution, entry: Entry) -> bool:
    """Whether a register says something that we do not have."""
    if any(getattr(institution, name) != getattr(entry, name) for name in FIELDS):
        return True
    codes = {(each.scheme, each.code) for each in institution.codes}
    domains = {each.domain for each in institution.domains}
    return not (codes >= set(entry.other_codes) and domains >= set(entry.domains))


def _new(entry: Entry, slugs: "_Slugs") -> Institution:
    institution = Institution(slug=slugs.free(entry), **{name: getattr(entry, name) for name in FIELDS})
    institution.codes = [InstitutionCode(scheme=entry.scheme, code=entry.code)]
    _give(institution, entry)
    session().add(institution)
    return institution


def _change(institution: Institution, entry: Entry) -> None:
    for name in FIELDS:
        if getattr(institution, name) != getattr(entry, name):
            setattr(institution, name, getattr(entry, name))
    _give(institution, entry)


def _give(institution: Institution, entry: Entry) -> None:
    """Codes and domains that it does not have yet."""
    codes = {(each.scheme, each.code) for each in institution.codes}
    domains = {each.domain for each in institution.domains}
    institution.codes += [
        InstitutionCode(scheme=scheme, code=code)
        for scheme, code in dict.fromkeys(entry.other_codes)
        if (scheme, code) not in codes
    ]
    institution.domains += [InstitutionDomain(domain=domain) for domain in entry.domains if domain not in domains]


class Refusal(Exception):
    """It cannot be done; the text is a sentence for the person."""


def merge(manager: Any, source: Institution, target: Institution) -> None:
    """Say that one row and another are one institution. The source leads to the target, with all who are there.

    Nothing moves, so that `tell_apart` leaves everything as it was. Registers go on keeping both rows by their keys.
    """
    if source.merged_into_id is not None:
        raise Refusal(_("“%(name)s” was joined with another one already.", name=source.name))
    if source.id == (merged_into(target) or target).id:
        raise Refusal(_("That is the same institution. Choose another one."))
    source.merged_into_id = target.id
    record(manager, "merged", source, into=target.id)


def tell_apart(manager: Any, source: Institution) -> None:
    """Undo it; nothing if it was undone already."""
    if source.merged_into_id is not None:
        source.merged_into_id = None
        record(manager, "told apart", source)


class _Slugs:
    """Words for addresses that nobody has: the name, with the town if several have the name, then with a number."""

    def __init__(self) -> None:
        self._taken = set(RESERVED)
        self._asked: set[str] = set()

    def free(self, entry: Entry) -> str:
        """The first that is free, taken from now on."""
        plain = slug_of(entry.name) or "institution"
        with_town = "-".join(filter(None, (plain, slug_of(entry.town))))[:LONGEST_SLUG].strip("-")
        stem = plain[:STEM]
        if stem not in self._asked:
            self._asked.add(stem)
            starting = Institution.slug.startswith(stem, autoescape=True)
            self._taken.update(session().scalars(select(Institution.slug).where(starting)))
        numbered = (f"{with_town[:STEM]}-{number}" for number in count(2))
        slug = next(each for each in chain((plain, with_town), numbered) if each not in self._taken)
        self._taken.add(slug)
        return slug
