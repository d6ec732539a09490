"""Who may do what with terms. Read aloud: "read: somebody signed in who sees something that is filed under it".

Terms that came with a vocabulary are seen by all who are signed in. A term that is only used where the reader may not
look is no term for them, and what became another term is none for anybody: it leads there.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select

from cop.core import kinds, policy
from cop.core.db import session
from cop.core.i18n import lazy as _
from cop.core.policy import Act, because
from cop.core.terms import Tagging, Term
from cop.people.models import Person


def is_signed_in(person: Any | None, term: Term) -> bool:
    """Somebody is signed in."""
    return person is not None


def is_seen(person: Any | None, term: Term) -> bool:
    """It came with a vocabulary, or something that the person may see is filed under it."""
    return session().scalar(select(Term.id).where(Term.id == term.id, readable(person))) is not None


@because(_("Only the people who run the network can change its terms."))
def is_manager(person: Any | None, term: Term) -> bool:
    """The person runs the network."""
    return person is not None and person.is_manager


RULES: dict[Act, policy.Alternatives] = {
    Act.READ: [[is_signed_in, is_seen]],
    Act.EDIT: [[is_signed_in, is_seen, is_manager]],
}


def readable(person: Any | None) -> ColumnElement[bool]:
    """READ in SQL."""
    if person is None:
        return false()
    used = [exists(filed.correlate(Term)) for filed in (seen_under(person, kind) for kind in ("topic", "person"))]
    return and_(Term.merged_into_id.is_(None), or_(Term.scheme != "", *used))


def seen_under(person: Any, kind: str) -> Any:
    """What the person may see of a kind's things that are filed under a term."""
    model: Any = kinds.get(kind).model
    conditions = [policy.readable(person, model)]
    if model is Person:
        audience = func.coalesce(Person.visibility["terms"].as_string(), "network")
        conditions.append(or_(audience != "me", Person.id == person.id))
    return (
        select(Tagging.thing_id)
        .join(model, model.id == Tagging.thing_id)
        .where(Tagging.term_id == Term.id, Tagging.kind == kind, *conditions)
    )


policy.register(Term, RULES, readable)
