"""What the values of facets are called, where the index keeps ids: by slug, and only what the searcher may know."""

from collections.abc import Callable, Collection, Mapping, Sequence

from cop.core import terms
from cop.people.models import Person
from cop.people.queries import names_by_id
from cop.search.facets import Column, mapped

Labels = Mapping[str, str]
Communities = Callable[[Person | None, Collection[int]], Mapping[int, tuple[str, str]]]
_communities: list[Communities] = []


def register_communities(named: Communities) -> None:
    """`named(reader, ids)`: slug and name, by id, of those communities whose talk and members the reader may see."""
    _communities[:] = [named]


def known_communities(reader: Person | None, found: Column) -> tuple[Column, Labels]:
    """A column of ids by slugs, and the names for them."""
    known = _communities[0](reader, [int(id) for id in found.names]) if found.names else {}
    return by_slug(found, [[known[int(id)]] if int(id) in known else [] for id in found.names])


def known_terms(reader: Person | None, found: Column) -> tuple[Column, Labels]:
    """What has a narrower term counts for each broader one, too; guests are told of no vocabulary."""
    known = terms.with_broader([int(id) for id in found.names]) if found.names else {}
    return by_slug(found, [_known(reader, int(id), known) for id in found.names])


def known_authors(found: Column) -> tuple[Column, Labels]:
    """A column of ids of people by handles, and their names; without those whom nobody is shown any more."""
    known = names_by_id([int(id) for id in found.names])
    return by_slug(found, [[known[int(id)]] if int(id) in known else [] for id in found.names])


def _known(reader: Person | None, id: int, known: Mapping[int, Sequence[terms.NamedTerm]]) -> list[tuple[str, str]]:
    """The term itself, seen where it was found; broader ones are a vocabulary's, or were found themselves."""
    return [
        (term.slug, term.name)
        for place, term in enumerate(known.get(id, ()))
        if place == 0 or (reader is not None and (term.scheme or term.id in known))
    ]


def by_slug(found: Column, into: Sequence[Sequence[tuple[str, str]]]) -> tuple[Column, Labels]:
    """A column whose values are slugs, and the names for them."""
    labels = {slug: name for each in into for slug, name in each}
    return mapped(found, [[slug for slug, _name in each] for each in into]), labels
