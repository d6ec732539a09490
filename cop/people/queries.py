"""Questions about people; each that lists people takes the one who asks."""

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, select, text, tuple_
from sqlalchemy.orm import joinedload

from cop.core import policy
from cop.core.db import database, in_batches, is_writing, session
from cop.core.names import folded_words
from cop.core.paging import row_number
from cop.core.policy import Act
from cop.core.typed import Typed, begins
from cop.institutions.models import Institution
from cop.institutions.queries import with_domain_of
from cop.people.models import Address, Affiliation, EmptySearch, Password, Person, PersonWord, Statement
from cop.people.rules import opened
from cop.people.shown import sees_field


def names_of_handles(handles: Iterable[str]) -> Mapping[str, str]:
    """Which of these handles are people's, with their names: for mentions, which signed-in people write."""
    statement = select(Person.handle, Person.name).where(Person.handle.in_(list(handles)), Person.status == "active")
    return dict(session().execute(statement).all())


def names_by_id(ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Handle and name, by id, of those of some people whom everybody who is signed in may see."""
    statement = select(Person.id, Person.handle, Person.name).where(Person.status.in_(["active", "placeholder"]))
    rows = in_batches(ids, lambda batch: session().execute(statement.where(Person.id.in_(batch))))
    return {id: (handle, name) for id, handle, name in rows}


def alone() -> None:
    """Let no other unit of work add people until this one ends (SQLite's write lock does so by itself)."""
    if not database().is_sqlite:
        session().execute(text("LOCK TABLE people IN SHARE ROW EXCLUSIVE MODE"))


def has_anybody() -> bool:
    """Whether somebody has, or ever had, an account here."""
    return session().scalar(select(Person.id).where(Person.status != "placeholder").limit(1)) is not None


def owner_of(address: str) -> Person | None:
    """The person whose verified address this is."""
    statement = (
        select(Person)
        .join(Address, Address.person_id == Person.id)
        .where(Address.address == address, Address.verified_at.is_not(None))
    )
    return session().scalar(statement)


def password_of(address: str) -> tuple[Person, str] | None:
    """The owner of a verified address, and the hash of their password."""
    statement = (
        select(Person, Password.hash)
        .join(Address, Address.person_id == Person.id)
        .join(Password, Password.person_id == Person.id)
        .where(Address.address == address, Address.verified_at.is_not(None))
    )
    row = session().execute(statement).first()
    return (row[0], row[1]) if row is not None else None


def hash_of(person: Person) -> str | None:
    """The hash of a person's password."""
    return session().scalar(select(Password.hash).where(Password.person_id == person.id))


def password_mark(person: Person) -> str:
    """A mark that is another one once the password was changed: by it a link to a new password works once."""
    return hashlib.sha256((hash_of(person) or "").encode()).hexdigest()[:24]


def addresses_of(person: Person) -> list[Address]:
    """A person's own addresses, the primary first."""
    statement = select(Address).where(Address.person_id == person.id).order_by(Address.is_primary.desc(), Address.id)
    return list(session().scalars(statement))


def affiliations_of(person: Person) -> list[Affiliation]:
    """A person's affiliations with their institutions, present ones first, in the person's order."""
    statement = (
        select(Affiliation)
        .where(Affiliation.person_id == person.id)
        .options(joinedload(Affiliation.institution))
        .order_by(Affiliation.is_past, Affiliation.place, Affiliation.id)
    )
    return list(session().scalars(statement))


def affiliations_of_many(person_ids: Iterable[int]) -> dict[int, list[Affiliation]]:
    """Where several people work or learn now, by their ids; without the institutions."""
    statement = (
        select(Affiliation)
        .where(Affiliation.person_id.in_(list(person_ids)), ~Affiliation.is_past)
        .order_by(Affiliation.person_id, Affiliation.place, Affiliation.id)
    )
    found: dict[int, list[Affiliation]] = {}
    for affiliation in session().scalars(statement):
        found.setdefault(affiliation.person_id, []).append(affiliation)
    return found


def affiliation_of(person: Person, id: int) -> Affiliation | None:
    """One of a person's own affiliations."""
    return next((each for each in affiliations_of(person) if each.id == id), None)


@dataclass(frozen=True)
class ShownAffiliation:
    """An affiliation as one reader may see it; what they may not see is empty."""

    name: str
    url: str
    role: str
    began: str
    ended: str
    is_past: bool
    proved_domain: str
    institution: Institution | None


def shown_affiliations(reader: Person | None, person: Person) -> list[ShownAffiliation]:
    """Where somebody works or learns and did, as far as the reader may see it, present ones first."""
    sees_where, sees_role = (sees_field(reader, person, field) for field in ("institution", "role"))
    return [
        ShownAffiliation(
            name=each.name if sees_where else "",
            url=each.institution.url if sees_where and each.institution is not None else "",
            role=each.role if sees_role else "",
            began=each.began,
            ended=each.ended,
            is_past=each.is_past,
            proved_domain=each.proved_domain if sees_where else "",
            institution=each.institution if sees_where else None,
        )
        for each in (affiliations_of(person) if sees_where or sees_role else [])
        if (sees_where and each.name) or (sees_role and each.role)
    ]


def statements_of(reader: Person | None, person: Person) -> list[Statement]:
    """What somebody said of themselves elsewhere, as far as the reader may see it, the latest first."""
    statement = (
        select(Statement)
        .where(Statement.person_id == person.id, policy.readable(reader, Statement))
        .options(joinedload(Statement.person))
        .order_by(Statement.written_on.desc().nulls_last(), Statement.id)
    )
    return list(session().scalars(statement))


def people_at(reader: Person | None, institution_ids: Collection[int], limit: int) -> list[Person]:
    """Who works or learns there now, as far as the reader may know it, by name; at most so many."""
    is_there = exists().where(
        Affiliation.person_id == Person.id, Affiliation.institution_id.in_(institution_ids), ~Affiliation.is_past
    )
    statement = select(Person).where(is_there, Person.status == "active").order_by(Person.name_key, Person.id)
    seen = (person for person in session().scalars(statement) if sees_field(reader, person, "institution"))
    return list(islice(seen, limit))


def offered_by_addresses(person: Person) -> list[tuple[str, list[Institution]]]:
    """Institutions that a verified address speaks for and that the person does not name yet, by address.

    Several for one address share its domain: the person chooses.
    """
    named = {each.institution_id for each in affiliations_of(person)}
    found = []
    for entry in addresses_of(person):
        offered = with_domain_of(entry.address) if entry.verified_at is not None else []
        if offered and not named & {each.id for each in offered}:
            found.append((entry.address, offered))
    return found


def primary_address(person: Person) -> str | None:
    """Where letters to a person go."""
    statement = select(Address.address).where(Address.person_id == person.id, Address.is_primary)
    return session().scalar(statement.where(Address.verified_at.is_not(None)))


def to_be_verified(address_id: int) -> tuple[Person, Address] | None:
    """An address that a link is to prove, and whose it is; None when it was taken back."""
    statement = select(Person, Address).join(Address, Address.person_id == Person.id).where(Address.id == address_id)
    row = session().execute(statement).first()
    return (row[0], row[1]) if row is not None else None


def account_by_id(person_id: int) -> Person | None:
    """An account that may sign in; its row is locked inside a unit of work."""
    person = session().get(Person, person_id, with_for_update=True if is_writing() else None)
    return person if person is not None and person.may_sign_in else None


EMPTY_SEARCHES_AT_MOST = 200


@dataclass(frozen=True)
class EmptySearches:
    """Words that found nothing, and how often they were looked for."""

    words: str
    times: int
    last: dt.datetime


def empty_searches(manager: Person) -> list[EmptySearches]:
    """What was looked for in vain, the most frequent first."""
    policy.require(manager, Act.RUN, manager)
    times, last = func.count(), func.max(EmptySearch.asked_at)
    statement = (
        select(EmptySearch.words, times, last)
        .group_by(EmptySearch.words)
        .order_by(times.desc(), last.desc(), EmptySearch.words)
        .limit(EMPTY_SEARCHES_AT_MOST)
    )
    return [EmptySearches(*row) for row in session().execute(statement)]


WORDS_AT_MOST = 6
EACH_PAGE = 40


def named(words: str) -> list[ColumnElement[bool]]:
    """People whose name or handle has, for each word typed, one that begins so; accents and capitals do not count."""
    return [
        Person.id.in_(select(PersonWord.person_id).where(begins(PersonWord.word, word)))
        for word in folded_words(words.lstrip("@"))[:WORDS_AT_MOST]
    ]


def named_like(
    words: str, condition: ColumnElement[bool], first: ColumnElement[bool] | None = None, limit: int = 8
) -> list[Person]:
    """People who satisfy the condition and are named like this, by name; those whom `first` describes come first.

    Of no words, only those come. The condition says whom the asker may see.
    """
    conditions = [condition, *named(words)]
    order: list[Any] = [Person.name_key, Person.id]
    if len(conditions) == 1:
        if first is None:
            return []
        conditions.append(first)
    elif first is not None:
        order.insert(0, case((first, 0), else_=1))
    return list(session().scalars(select(Person).where(*conditions).order_by(*order).limit(limit)))


def offered(reader: Person | None, typed: Typed, limit: int) -> list[Person]:
    """People with accounts who may be meant in the search box and whose pages the reader may open, by name."""
    conditions = typed.on(Person.id, PersonWord.person_id, PersonWord.word)
    if not conditions:
        return []
    statement = (
        select(Person)
        .where(*conditions, opened(reader), Person.status != "placeholder")
        .order_by(Person.name_key, Person.id)
        .limit(limit)
    )
    return list(session().scalars(statement))


@dataclass(frozen=True)
class Names:
    """One page of the list of people by name."""

    people: list[Person]
    after: str | None
    """Where the next page begins, as an address says it."""


def people_by_name(reader: Person, words: str = "", after: str = "") -> Names:
    """Everybody, unclaimed authors too, by name, from where an earlier page ended (or a letter); by words, if any."""
    conditions = [policy.readable(reader, Person), Person.status.in_(["active", "placeholder"]), *named(words)]
    if after:
        key, _, id = after.partition("~")
        conditions.append(tuple_(Person.name_key, Person.id) > tuple_(key, row_number(id) or 0))
    statement = select(Person).where(*conditions).order_by(Person.name_key, Person.id).limit(EACH_PAGE + 1)
    found = list(session().scalars(statement))
    last = found[EACH_PAGE - 1] if len(found) > EACH_PAGE else None
    return Names(found[:EACH_PAGE], f"{last.name_key}~{last.id}" if last is not None else None)
