"""Two terms become one, and two again, exactly as they were."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select, tuple_, update

from cop.core.activity import record
from cop.core.db import session, utcnow
from cop.core.i18n import gettext as _
from cop.core.terms.keeping import call_also, leads_back
from cop.core.terms.models import Tagging, Term, TermAlias, TermMerge, TermMove

Thing = tuple[str, int]


class CannotMerge(Exception):
    """These two cannot become one, or two again; the text is a sentence that says why."""


def merge(manager: Any, source: Term, target: Term) -> TermMerge:
    """Make one term another: what was filed under it moves, its labels and its address lead to the other.

    Raises CannotMerge.
    """
    if source.id == target.id:
        raise CannotMerge(_("These two are one term already."))
    if source.merged_into_id is not None or target.merged_into_id is not None:
        raise CannotMerge(_("One of these became another term meanwhile. Look again."))
    made = TermMerge(source_id=source.id, target_id=target.id, narrower_ids=[])
    session().add(made)
    session().flush()
    _move_taggings(made)
    _move_narrower(made, source, target)
    source.merged_into_id = target.id
    call_also(target, [source.name, *(alias.name for alias in source.aliases)], made.id)
    record(manager, "merged", target, merge=made.id)
    return made


def _move_taggings(merge: TermMerge) -> None:
    there = set(_filed_under(merge.target_id))
    for (kind, thing_id), place in _filed_under(merge.source_id).items():
        brought = (kind, thing_id) not in there
        session().add(TermMove(merge_id=merge.id, kind=kind, thing_id=thing_id, place=place, brought=brought))
    session().flush()
    session().execute(
        update(Tagging)
        .where(Tagging.term_id == merge.source_id, _of_things(_moves(merge, brought=True)))
        .values(term_id=merge.target_id)
    )
    session().execute(delete(Tagging).where(Tagging.term_id == merge.source_id))


def _filed_under(term_id: int) -> dict[Thing, int]:
    """What is filed under a term, each with the term's place there."""
    rows = session().execute(select(Tagging.kind, Tagging.thing_id, Tagging.place).where(Tagging.term_id == term_id))
    return {(kind, thing_id): place for kind, thing_id, place in rows}


def _moves(merge: TermMerge, *, brought: bool) -> Any:
    return select(TermMove.kind, TermMove.thing_id).where(TermMove.merge_id == merge.id, TermMove.brought.is_(brought))


def _of_things(things: Any) -> Any:
    return tuple_(Tagging.kind, Tagging.thing_id).in_(things)


def _move_narrower(merge: TermMerge, source: Term, target: Term) -> None:
    """What was under the source is under the target; a target that lay under the source takes its place."""
    if leads_back(source, target):
        merge.lifted_from_id = target.parent_id
        target.parent_id = source.parent_id
    narrower = list(session().scalars(select(Term).where(Term.parent_id == source.id, Term.id != target.id)))
    for term in narrower:
        term.parent_id = target.id
    merge.narrower_ids = [term.id for term in narrower]
    session().flush()


def undo(manager: Any, merge: TermMerge) -> Term:
    """Make two terms of one again: each has what it had; what was filed or taken away since stays so.

    Raises CannotMerge when that was done already, or the target has become another term.
    """
    source, target = session().get_one(Term, merge.source_id), session().get_one(Term, merge.target_id)
    if merge.undone_at is not None:
        raise CannotMerge(_("They are two terms again already."))
    if target.merged_into_id is not None:
        raise CannotMerge(_("“%(name)s” became another term since: undo that first.", name=target.name))
    _move_back(merge)
    source.merged_into_id = None
    for term in session().scalars(select(Term).where(Term.id.in_(merge.narrower_ids), Term.parent_id == target.id)):
        if not leads_back(term, source):  # the hierarchy may have changed since
            term.parent_id = source.id
            session().flush()
    _lower(merge, source, target)
    target.aliases = [alias for alias in target.aliases if alias.merge_id != merge.id]
    target.reword()
    merge.undone_at = utcnow()
    record(manager, "unmerged", source, merge=merge.id)
    return source


def _lower(merge: TermMerge, source: Term, target: Term) -> None:
    """Put a target that took its source's place under it again, unless somebody has moved it since."""
    if merge.lifted_from_id is None or target.parent_id != source.parent_id:
        return
    above = session().get_one(Term, merge.lifted_from_id)
    if not leads_back(target, above):
        target.parent_id = above.id


def _move_back(merge: TermMerge) -> None:
    there = _filed_under(merge.target_id)
    moves = session().scalars(select(TermMove).where(TermMove.merge_id == merge.id)).all()
    heirs = _heirs(merge)
    for move in moves:
        thing = (move.kind, move.thing_id)
        if thing not in there:
            continue  # somebody has taken the term away since
        place = move.place if not move.brought or thing in heirs else there[thing]
        session().add(Tagging(term_id=merge.source_id, kind=move.kind, thing_id=move.thing_id, place=place))
        tagging = session().get_one(Tagging, (merge.target_id, *thing))
        if not move.brought:
            continue
        if thing in heirs:
            heirs[thing].brought, tagging.place = True, heirs[thing].place
        else:
            session().delete(tagging)
    session().flush()


def _heirs(merge: TermMerge) -> dict[Thing, TermMove]:
    """Moves of other merges into the same term, by the thing that each would keep there: the earliest of each."""
    others = (
        select(TermMove)
        .join(TermMerge, TermMerge.id == TermMove.merge_id)
        .where(TermMerge.target_id == merge.target_id, TermMerge.id != merge.id, TermMerge.undone_at.is_(None))
        .order_by(TermMerge.id.desc())
    )
    return {(move.kind, move.thing_id): move for move in session().scalars(others)}


def merges_into(term: Term) -> Sequence[tuple[TermMerge, Term]]:
    """What became this term and can be told apart again, the latest first, each with what it was."""
    statement = (
        select(TermMerge, Term)
        .join(Term, Term.id == TermMerge.source_id)
        .where(TermMerge.target_id == term.id, TermMerge.undone_at.is_(None))
        .order_by(TermMerge.id.desc())
    )
    return [(merge, source) for merge, source in session().execute(statement)]


def aliases_of(term: Term) -> list[TermAlias]:
    """What else a term is called, each label once."""
    found = {alias.name.casefold(): alias for alias in reversed(term.aliases)}
    found.pop(term.name.casefold(), None)
    return sorted(found.values(), key=lambda alias: alias.name.casefold())
