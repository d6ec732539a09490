"""Terms while somebody types: by the beginnings of words, by what words hold, and in spite of typing errors.

Who asks is told of terms that they may see, the most used first, as far as they may see the use: the caller brings both
as conditions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein
from sqlalchemy import ColumnElement, func, or_, select

from cop.core.db import session
from cop.core.names import folded_words
from cop.core.terms.models import Term, TermWord

WORDS_AT_MOST = 8
NEAR_AT_MOST = 6
"""Words that one with a typing error may stand for."""
_LAST = "\U0010ffff"

Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Suggestion:
    """A term to choose, with what tells it from others of its name."""

    term: Term
    parent: str
    alias: str
    """The label that was typed, when it is another than the term's name."""


def begins(word: str) -> Condition:
    """A word of the term's labels begins so."""
    return _holds((TermWord.word >= word) & (TermWord.word < word + _LAST))


def inside(word: str) -> Condition:
    """A word of the term's labels has this in it."""
    return _holds(TermWord.word.contains(word, autoescape=True))


def _holds(condition: Condition) -> Condition:
    return Term.id.in_(select(TermWord.term_id).where(condition))


def suggested(typed: str, readable: Condition, used: ColumnElement[int], limit: int = 8) -> list[Suggestion]:
    """The terms that somebody may mean."""
    words = folded_words(typed)[:WORDS_AT_MOST]
    if not words:
        return []
    found: list[Term] = []
    for way in (begins, inside):
        if len(found) < limit:
            found += _best([way(word) for word in words], readable, used, found, limit - len(found))
    if not found:
        words, conditions = _mended(words)
        found = _best(conditions, readable, used, found, limit) if conditions else []
    parents = _names([term.parent_id for term in found if term.parent_id is not None], readable)
    return [
        Suggestion(term, parents.get(term.parent_id or 0, ""), _alias(term, words) if words else "") for term in found
    ]


def _best(
    conditions: Sequence[Condition], readable: Condition, used: ColumnElement[int], found: Sequence[Term], limit: int
) -> list[Term]:
    fitting = [*conditions, Term.merged_into_id.is_(None), Term.id.not_in([term.id for term in found])]
    if session().scalar(select(Term.id).where(*fitting).limit(1)) is None:
        return []  # what may be seen is asked only of what fits: it costs ten times as much
    statement = (
        select(Term)
        .where(*fitting, readable)
        .order_by(used.desc(), func.length(Term.name_key), Term.name_key, Term.id)
        .limit(limit)
    )
    return list(session().scalars(statement))


def _mended(words: Sequence[str]) -> tuple[list[str], list[Condition]]:
    """What words with typing errors may stand for, as conditions; none when one of them stands for nothing."""
    conditions, meant = [], []
    for word in words:
        near = _near(word)
        if not near:
            return [], []
        conditions.append(or_(*map(begins, near)))
        meant.append(near[0])
    return meant, conditions


def _near(word: str) -> list[str]:
    """Words that begin nearly so, with one of its first two letters: one typing error in short words, two in longer."""
    if len(word) < 4 or not word.isalpha():
        return [word]
    alike = or_(*((TermWord.word >= letter) & (TermWord.word < letter + _LAST) for letter in word[:2]))
    known = session().scalars(select(TermWord.word).where(alike).distinct())
    errors = 1 if len(word) < 7 else 2
    by_start: dict[str, str] = {}
    for each in known:
        by_start.setdefault(each[: len(word)], each)
        by_start.setdefault(each[: len(word) + 1], each)
    near = process.extract(
        word, list(by_start), scorer=DamerauLevenshtein.distance, score_cutoff=errors, limit=NEAR_AT_MOST
    )
    return [start for start, _distance, _at in near]


def _alias(term: Term, words: Sequence[str]) -> str:
    """The label that fits what was typed better than the term's name does."""
    ways: tuple[Callable[[str, str], bool], ...] = (str.startswith, str.__contains__)
    for fits in ways:
        for label in (term.name, *(alias.name for alias in term.aliases)):
            of_label = folded_words(label)
            if all(any(fits(each, word) for each in of_label) for word in words):
                return "" if label == term.name else label
    return ""


def _names(ids: Sequence[int], readable: Condition) -> dict[int, str]:
    return dict(session().execute(select(Term.id, Term.name).where(Term.id.in_(ids), readable)).all())
