"""What somebody said of themselves elsewhere: brought here, corrected by its source, taken away, put back, claimed."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select, update

from cop.core.activity import record
from cop.core.db import session, utcnow
from cop.core.markup import RENDERER, Rendered
from cop.people.models import Person, Statement


@dataclass(frozen=True, kw_only=True)
class Said:
    """One statement as its source has it. `origin` is its key; see the columns of `Statement`."""

    origin: str
    occasion: str
    title: str
    written_on: dt.date | None
    text: Rendered
    attribution: str
    post: str
    post_url: str
    licence: str
    licence_url: str
    audience: str


FIELDS = ("occasion", "title", "written_on", "attribution", "post", "post_url", "licence", "licence_url")
"""What the source says beside the text; a later run may say otherwise."""


def add_statement(person: Person, said: Said) -> Statement:
    """Bring a statement here."""
    statement = Statement(person=person, origin=said.origin)
    _tell(statement, said)
    statement.audience = said.audience
    session().add(statement)
    record(person, "stated", statement)
    return statement


def change_statement(statement: Statement, said: Said) -> None:
    """Let a statement say what its source says now. What was taken away stays so."""
    _tell(statement, said)
    if is_for_others(statement, said):
        statement.audience = said.audience
    record(statement.person, "corrected", statement)


def is_otherwise(statement: Statement, said: Said) -> bool:
    """Whether the source says something that we do not have."""
    if any(getattr(statement, name) != getattr(said, name) for name in FIELDS):
        return True
    return statement.source != said.text.source or is_for_others(statement, said)


def is_for_others(statement: Statement, said: Said) -> bool:
    """Whether it is to be for other readers now: an import says so only until somebody has claimed its author."""
    return statement.audience != said.audience and statement.person.is_placeholder


def _tell(statement: Statement, said: Said) -> None:
    for name in FIELDS:
        setattr(statement, name, getattr(said, name))
    statement.source, statement.html, statement.text = said.text.source, str(said.text.html), said.text.text
    statement.renderer = RENDERER


def hide_statement(hider: Person, statement: Statement) -> Statement:
    """Take a statement out of sight, from the person's page and from search."""
    if statement.hidden_at is None:
        statement.hidden_at, statement.hidden_by_id = utcnow(), hider.id
        record(hider, "hid", statement)
    return statement


def restore_statement(restorer: Person, statement: Statement) -> Statement:
    """Put a statement back."""
    if statement.hidden_at is not None:
        statement.hidden_at = statement.hidden_by_id = None
        record(restorer, "restored", statement)
    return statement


def move_statements(placeholder: Person, person: Person) -> None:
    """Make an unclaimed author's statements those of the person with an account who claims them."""
    mine = select(Statement.id).where(Statement.person_id == placeholder.id)
    ids = session().scalars(mine).all()
    session().execute(update(Statement).where(Statement.id.in_(ids)).values(person_id=person.id))
    for statement in session().scalars(select(Statement).where(Statement.id.in_(ids))).all():
        session().refresh(statement)
        record(person, "claimed", statement)
