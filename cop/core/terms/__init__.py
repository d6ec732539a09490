"""Terms: the one vocabulary for tags and for what people say they know. A tag is a term filed under a thing.

models    a term, what else it is called, what is filed under it, and what a merge moved
filing    things under terms, as people type them
keeping   what vocabularies and managers say of terms: names, broader terms, other labels
merging   two terms become one, and two again
broader   what is broader than a term, all the way up
finding   terms while somebody types
"""

from cop.core.names import slug_of
from cop.core.terms.broader import NamedTerm, with_broader
from cop.core.terms.filing import (
    add_term,
    called,
    most_used,
    of_label,
    of_labels,
    parsed,
    resolved,
    set_terms,
    term,
    terms_of,
)
from cop.core.terms.models import LONGEST, MOST, Tagging, Term, TermAlias, TermMerge, TermMove, TermWord

__all__ = [
    "LONGEST",
    "MOST",
    "NamedTerm",
    "Tagging",
    "Term",
    "TermAlias",
    "TermMerge",
    "TermMove",
    "TermWord",
    "add_term",
    "called",
    "most_used",
    "of_label",
    "of_labels",
    "parsed",
    "resolved",
    "set_terms",
    "slug_of",
    "term",
    "terms_of",
    "with_broader",
]
