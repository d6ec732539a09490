"""What vocabularies and managers say of terms: names, broader terms, and what else they are called."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import selectinload

from cop.core.activity import Kept, record
from cop.core.db import session
from cop.core.names import slug_of
from cop.core.terms.filing import free_slug, resolved
from cop.core.terms.models import Term, TermAlias

Key = tuple[str, str]
"""Scheme and code."""


class Cycle(Exception):
    """A term would be broader than itself."""


@dataclass(frozen=True)
class Entry:
    """What a vocabulary says of one term."""

    scheme: str
    code: str
    name: str
    aliases: tuple[str, ...] = ()
    parent: Key | None = None
    """The key of the broader term, which is kept before this one."""

    @property
    def key(self) -> Key:
        """What the term is known by."""
        return self.scheme, self.code


def keep(entries: Sequence[Entry]) -> list[Kept]:
    """Add or change terms as a vocabulary says, each known by its key alone, never by its label.

    What happened to each, in their order. What else a term is called here and not there stays, and so does a name that
    a manager gave it: the vocabulary's leads to it then.
    """
    known = known_by_key(entries)
    done: list[Kept] = []
    for entry in entries:
        term = known.get(entry.key)
        if term is None:
            term = known[entry.key] = _new(entry)
            _change(term, entry, known)
            done.append("added")
        elif is_otherwise(term, entry, known):
            _change(term, entry, known)
            done.append("changed")
        else:
            done.append("unchanged")
            continue
        record(None, done[-1], term)
    return done


def foresee(entries: Sequence[Entry]) -> list[Kept]:
    """What `keep` would do to each; writes nothing."""
    known = known_by_key(entries)
    found = [(known.get(entry.key), entry) for entry in entries]
    return [
        "added" if there is None else "changed" if is_otherwise(there, entry, known) else "unchanged"
        for there, entry in found
    ]


def known_by_key(entries: Iterable[Entry]) -> dict[Key, Term]:
    """The terms that these entries are of, and those that they are under, by their keys."""
    keys = {entry.key for entry in entries} | {entry.parent for entry in entries if entry.parent}
    statement = (
        select(Term)
        .where(tuple_(Term.scheme, Term.code).in_(keys))
        .options(selectinload(Term.aliases), selectinload(Term.words))
    )
    return {(term.scheme, term.code): term for term in session().scalars(statement)}


def is_otherwise(term: Term, entry: Entry, known: Mapping[Key, Term]) -> bool:
    """Whether a vocabulary says something that we do not have."""
    return bool(_new_labels(term, entry)) or _is_elsewhere(term, entry, known)


def _new_labels(term: Term, entry: Entry) -> list[str]:
    """Labels of an entry that do not lead to the term yet."""
    known = {term.name_key, *(alias.slug for alias in term.aliases)}
    return [name for name in dict.fromkeys((entry.name, *entry.aliases)) if slug_of(name) not in known]


def _is_elsewhere(term: Term, entry: Entry, known: Mapping[Key, Term]) -> bool:
    """Whether it belongs under another term. One that became another is under nothing, and merges are not undone."""
    if term.merged_into_id is not None:
        return False
    if entry.parent is not None and entry.parent not in known:
        return True
    parent = resolved(known[entry.parent]) if entry.parent else None
    return term.parent_id != (parent.id if parent else None) and not (parent and leads_back(term, parent))


def _new(entry: Entry) -> Term:
    term = Term(slug=free_slug(entry.name), name=entry.name, scheme=entry.scheme, code=entry.code)
    session().add(term)
    session().flush()
    return term


def _change(term: Term, entry: Entry, known: Mapping[Key, Term]) -> None:
    fresh = _new_labels(term, entry)
    if entry.name in fresh:
        _rename(term, entry.name)
        fresh.remove(entry.name)
    call_also(term, fresh)
    if _is_elsewhere(term, entry, known):
        set_parent(term, resolved(known[entry.parent]) if entry.parent else None)


def call_also(term: Term, names: Iterable[str], merge_id: int | None = None) -> None:
    """Give a term further labels."""
    term.aliases += [TermAlias(name=name, slug=slug_of(name), merge_id=merge_id) for name in names]
    term.reword()


def _rename(term: Term, name: str) -> None:
    """Give a term another name; the old one, as a word and as an address, leads to it."""
    old, old_slug = term.name, term.slug
    term.name = name
    term.aliases = [alias for alias in term.aliases if alias.merge_id is not None or alias.slug != term.name_key]
    if slug_of(old) != term.name_key:
        call_also(term, [old])
        term.slug = free_slug(name)
        if old_slug != slug_of(old):
            term.aliases.append(TermAlias(name=old, slug=old_slug))
    term.reword()


def leads_back(term: Term, parent: Term) -> bool:
    """Whether a term is broader than what is to be broader than it."""
    above: Term | None = parent
    while above is not None and above.id != term.id:
        above = session().get(Term, above.parent_id) if above.parent_id is not None else None
    return above is not None


def set_parent(term: Term, parent: Term | None) -> None:
    """Put a term under another. Raises Cycle."""
    if parent is not None and leads_back(term, parent):
        raise Cycle
    term.parent_id = parent.id if parent is not None else None
    session().flush()


def change(manager: Any, term: Term, name: str, parent: Term | None, also: Sequence[str]) -> None:
    """Name a term, say what is broader and what else it is called. Raises Cycle. What merges brought stays."""
    set_parent(term, parent)
    wanted = {slug_of(each): each for each in also if slug_of(each) != slug_of(name)}
    kept = [alias for alias in term.aliases if alias.merge_id is not None or slug_of(alias.name) in wanted]
    term.aliases = kept
    known = {slug_of(alias.name) for alias in kept}
    call_also(term, [label for slug, label in wanted.items() if slug not in known])
    if name != term.name:
        _rename(term, name)
    record(manager, "changed", term)
