"""The search reader: hands what happened to the index, as documents made afresh from the things themselves.

It knows things through their kinds only. It may see a deed twice: a document replaces the one with its id. A thing that
is gone, hidden from everybody or of a kind that is not searched is taken out.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from cop.core import hidden_evidence, kinds
from cop.core.activity import Activity
from cop.core.db import release
from cop.core.kinds import Kind
from cop.search import keeping
from cop.search.documents import Document

NAME = "search"
CHUNK = 500
"""Things that are loaded at once."""

Reference = tuple[str, int]


def read(activities: Sequence[Activity]) -> None:
    """Bring the index up to date with some deeds, in one commit. Raises what the engine raises: the rows stay."""
    upserts: list[Document] = []
    deletions: list[str] = []
    for name, ids in _by_kind(_touched(activities)).items():
        kind = _kind(name)
        for chunk in _chunks(ids):
            upserts += _stored_documents(kind, chunk)
            deletions += (document_id(name, id, part) for id in chunk for part in kind.text_parts)
    keeping.write(upserts, deletions)


def _by_kind(references: Iterable[Reference]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for name, id in references:
        found.setdefault(name, []).append(id)
    return found


def _touched(activities: Sequence[Activity]) -> list[Reference]:
    """The things of some deeds, and their parts where the deed changes what these are to search; each once."""
    touched = dict.fromkeys((activity.kind, activity.thing_id) for activity in activities)
    spreading = {
        (activity.kind, activity.thing_id) for activity in activities if activity.verb in _kind(activity.kind).spreads
    }
    for (name, _), thing in kinds.load_many(spreading).items():
        touched.update(dict.fromkeys(kinds.get(name).parts(thing)))
    return list(touched)


class _NoKind(Kind):
    """A kind that is no longer served here: what is left of it is taken out."""

    def load(self, ids: Sequence[int]) -> list[Any]:
        """Nothing."""
        return []


def _kind(name: str) -> Kind:
    return next((kind for kind in kinds.all_kinds() if kind.name == name), _NoKind())


def _stored_documents(kind: Kind, ids: Sequence[int]) -> Iterator[Document]:
    """The documents of some of the network's things, by those of their authors who let them be evidence about them."""
    hiders = hidden_evidence.hiders(kind.name, ids)
    for document in documents_of(kind, kind.load(ids)):
        hid = hiders.get(reference(document.id)[1])
        yield (
            replace(document, authors=tuple(each for each in document.authors if each not in hid)) if hid else document
        )


def documents_of(kind: Kind, things: Iterable[Any]) -> Iterator[Document]:
    """What the index keeps of some things of one kind: a document for each of their texts."""
    for chunk in _chunks(things):
        yield from _documents(kind, chunk)


def _documents(kind: Kind, things: Sequence[Any]) -> Iterator[Document]:
    tags, facets = kind.tags(things), kind.facets(things)
    for thing in things:
        created = kind.created(thing)
        for text in kind.texts(thing, tags.get(thing.id, ())):
            yield Document(
                id=document_id(kind.name, thing.id, text.part),
                kind=kind.name,
                title=text.title,
                text=text.text,
                audiences=text.audience,
                authors=text.authors,
                container=kind.container(thing),
                tags=text.tags,
                created=created.timestamp() if created is not None else 0.0,
                facets=facets.get(thing.id, {}).get(text.part, ()),
            )


def document_id(kind: str, number: int, part: str = "") -> str:
    """The id of the document of one text of a thing."""
    return f"{kind}:{number}:{part}" if part else f"{kind}:{number}"


def reference(document_id: str) -> Reference:
    """`(kind, id)` of the thing that a document is of."""
    kind, number, *_part = document_id.split(":")
    return kind, int(number)


def all_documents() -> Iterator[Document]:
    """Every document that the index should have, from the database, a chunk of things in memory at a time."""
    for kind in kinds.all_kinds():
        for chunk in _chunks(list(kind.all_ids())):
            yield from _stored_documents(kind, chunk)
            release()


def _chunks(items: Iterable[Any]) -> Iterator[list[Any]]:
    source = iter(items)
    while chunk := list(islice(source, CHUNK)):
        yield chunk
