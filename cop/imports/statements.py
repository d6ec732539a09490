"""Keeps people and what they said of themselves elsewhere: authors become placeholders, until somebody claims them.

Each statement carries its origin, by which the next run knows it, whosever it is by then.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from cop.core.activity import Kept
from cop.core.db import session
from cop.core.markup import render
from cop.imports.archive import Author
from cop.imports.authors import people_for
from cop.people.models import Person, Statement
from cop.people.service import statements
from cop.people.service.statements import Said

PREFIX = "carpentries"
NOTHING = render("")
CLAIMED = "network"
"""Whom something new is for once somebody has claimed its author: who imports does not make it public for them."""


@dataclass(frozen=True)
class Entry:
    """A person with what they said."""

    author: Author
    statements: tuple[Said, ...]


def keep(entries: Sequence[Entry]) -> list[Kept]:
    """Add people with their statements, and what is new or otherwise of those who are here; what happened to each.

    What is here and not there stays.
    """
    there = _there(entries)
    done = _foreseen(entries, there)
    people = people_for([entry.author for entry in entries], PREFIX, {entry.author.key: NOTHING for entry in entries})
    for entry in entries:
        person = people[entry.author.key]
        for said in entry.statements:
            statement = there.get(said.origin)
            if statement is None:
                statements.add_statement(person, said if person.is_placeholder else replace(said, audience=CLAIMED))
            elif statements.is_otherwise(statement, said):
                statements.change_statement(statement, said)
    return done


def foresee(entries: Sequence[Entry]) -> list[Kept]:
    """What `keep` would do to each; writes nothing."""
    return _foreseen(entries, _there(entries))


def _foreseen(entries: Sequence[Entry], there: dict[str, Statement]) -> list[Kept]:
    origins = [f"{PREFIX}:{entry.author.key}" for entry in entries]
    known = set(session().scalars(select(Person.origin).where(Person.origin.in_(origins))))
    return [
        "added" if origin not in known else "changed" if _is_otherwise(entry, there) else "unchanged"
        for origin, entry in zip(origins, entries, strict=True)
    ]


def _is_otherwise(entry: Entry, there: dict[str, Statement]) -> bool:
    return any(
        said.origin not in there or statements.is_otherwise(there[said.origin], said) for said in entry.statements
    )


def _there(entries: Sequence[Entry]) -> dict[str, Statement]:
    origins = [said.origin for entry in entries for said in entry.statements]
    statement = select(Statement).where(Statement.origin.in_(origins)).options(joinedload(Statement.person))
    return {each.origin: each for each in session().scalars(statement)}
