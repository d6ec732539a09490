"""What becomes of the terms that somebody's writing suggests: accepted, hidden, or corrected to another one."""

from sqlalchemy import select

from cop.core import terms
from cop.core.activity import record
from cop.core.db import session
from cop.core.i18n import gettext as _
from cop.core.terms import Term
from cop.people.models import HiddenSuggestion, Person


class Full(Exception):
    """The person says so many things already; the text says what to do."""


def accept_suggestion(person: Person, term: Term) -> None:
    """Let a term be one of those that the person knows about; nothing if it is. Raises Full."""
    own = _own(person)
    if len(own) >= terms.MOST and term.id not in {each.id for each in own}:
        raise Full(
            _("You have said %(most)s things, and no more fit. Take one out of your profile first.", most=terms.MOST)
        )
    if terms.add_term(person, term):
        record(person, "changed", person)


def correct_suggestion(person: Person, term: Term, name: str) -> Term:
    """Let the term with this name be theirs in the place of the suggested one, which is not suggested again.

    The term that is theirs now. Raises Full.
    """
    meant = terms.called(name, [each.id for each in _own(person)])
    if meant.id != term.id:
        hide_suggestion(person, term)
    accept_suggestion(person, meant)
    return meant


def _own(person: Person) -> list[Term]:
    return terms.terms_of("person", [person.id]).get(person.id, [])


def hide_suggestion(person: Person, term: Term) -> None:
    """Do not suggest a term again; nobody else's affair, so that nothing is recorded."""
    if session().get(HiddenSuggestion, (person.id, term.id)) is None:
        session().add(HiddenSuggestion(person_id=person.id, term_id=term.id))
        session().flush()


def suggest_again(person: Person, term: Term) -> None:
    """Let a term be suggested again, under each of the names under which it was hidden."""
    for hidden in session().scalars(select(HiddenSuggestion).where(HiddenSuggestion.person_id == person.id)):
        if terms.resolved(session().get_one(Term, hidden.term_id)).id == term.id:
            session().delete(hidden)
    session().flush()
