"""What a thing is to the readers: its title, text, address, audience, authors, followers and live room.

Features register one Kind for each of their things; readers know things only through it.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Select

from cop.core import landing, policy
from cop.core.db import session
from cop.core.i18n import gettext as _

Facets = tuple[tuple[str, str], ...]
"""(facet, value) of each by which things that were found can be narrowed."""


@dataclass(frozen=True)
class Text:
    """What search keeps of a thing: words that are one audience's. Most things are one text; a profile may be two."""

    title: str
    text: str
    audience: frozenset[str]
    authors: tuple[int, ...]
    tags: tuple[str, ...] = ()
    part: str = ""
    """Which of the thing's texts it is; one of the kind's `text_parts`."""


@dataclass(frozen=True)
class Merit:
    """What others said of a thing, and when it was written."""

    written: dt.datetime | None = None
    thanked: int = 0
    helped: int = 0
    accepted: bool = False


@dataclass(frozen=True)
class Standing:
    """How it is with a thing that was found: `answered`, `unanswered`, `locked` or `open`; and how many replies."""

    state: str = ""
    replies: int = 0


class Kind:
    """One kind of thing. The defaults describe a thing nobody searches, follows or watches live."""

    name: ClassVar[str]
    """The kind's word in ids, activities and addresses: `post`."""
    model: ClassVar[Any]
    searched: ClassVar[bool] = False
    text_parts: ClassVar[tuple[str, ...]] = ("",)
    """Names of the texts that search may keep of one such thing."""
    spreads: ClassVar[frozenset[str]] = frozenset()
    """Deeds after which search reads its parts again: their title or audience follows from its own."""
    news: ClassVar[frozenset[str]] = frozenset()
    """Deeds on such a thing that its followers hear of."""
    followed_deeds: ClassVar[Mapping[str, Any]] = {}
    """Deeds of which those hear who follow whoever did them, in these words: `%(who)s, whom you follow, asked`."""
    hides: ClassVar[bool] = False
    """Whether one that was reported can be taken out of sight, by `hide`."""
    told: ClassVar[Mapping[str, Any]] = {}
    """Deeds that are told in words of their own, as `%(who)s asks to join`; others have the inbox's general ones."""

    def title(self, thing: Any) -> str:
        """The thing's name in a list."""
        raise NotImplementedError

    def text(self, thing: Any) -> str:
        """What is written in it, as plain text."""
        return ""

    def url(self, thing: Any) -> str:
        """Its address on this network, from the root."""
        raise NotImplementedError

    def url_at(self, thing: Any, words: str) -> str:
        """Its address, for landing at some words of its text."""
        return landing.at(self.url(thing), words)

    def audience(self, thing: Any) -> frozenset[str]:
        """Tokens of those who may see it; empty while it is hidden from everybody."""
        return frozenset()

    def authors(self, thing: Any) -> tuple[int, ...]:
        """Ids of the people who wrote it."""
        return ()

    def community(self, thing: Any) -> Any | None:
        """The community that it belongs to."""
        return None

    def texts(self, thing: Any, tags: tuple[str, ...]) -> Iterator[Text]:
        """What search keeps of it; nothing while nobody may see it, and of kinds that are not searched."""
        audience = self.audience(thing) if self.searched else frozenset()
        if audience:
            yield Text(self.title(thing), self.text(thing), audience, self.authors(thing), tags)

    def contribution(self, thing: Any) -> str:
        """What its author did by it, in the word that evidence begins with."""
        return str(_("Wrote"))

    def standing(self, thing: Any) -> Standing:
        """How it is with it."""
        return Standing()

    def merits(self, ids: Sequence[int]) -> Mapping[int, Merit]:
        """What others said of some of its things, by id, in one query; those of which nobody did may be left out."""
        return {}

    def container(self, thing: Any) -> str:
        """`kind:id` of what it is a part of, so that hits in one whole are shown as one."""
        return f"{self.name}:{thing.id}"

    def tags(self, things: Sequence[Any]) -> Mapping[int, tuple[str, ...]]:
        """The terms that some of its things are filed under, by id, in one query; those without may be left out."""
        return {}

    def facets(self, things: Sequence[Any]) -> Mapping[int, Mapping[str, Facets]]:
        """By what some of its things can be narrowed when they are found: by id, then by the part of the text.

        In few queries. A value is seen by whoever sees the text of its part; who may know what it means is asked later.
        """
        communities = {thing.id: self.community(thing) for thing in things}
        return {id: {"": (("community", str(at.id)),)} for id, at in communities.items() if at is not None}

    def created(self, thing: Any) -> dt.datetime | None:
        """When it was written."""
        return None

    def followers(self, thing: Any) -> Iterable[int]:
        """Ids of the people who asked to hear of it."""
        return ()

    def answers(self, thing: Any) -> int | None:
        """Id of the person whose words it answers."""
        return None

    def url_after(self, verb: str, thing: Any) -> str:
        """Where somebody goes who hears of a deed on it."""
        return self.url(thing)

    def room(self, thing: Any) -> str | None:
        """The live room that hears of its changes."""
        return None

    def may_see_file(self, person: Any | None, thing: Any, file: Any) -> bool:
        """Whether the person may have a file that belongs to it: those who may see the thing."""
        return policy.can(person, policy.Act.READ, thing)

    def hide(self, hider: Any, thing: Any) -> None:
        """Take it out of sight, because it was reported and the report is right."""
        raise NotImplementedError

    def parts(self, thing: Any) -> Iterable[tuple[str, int]]:
        """`(kind, id)` of the things whose text or audience follows from this one."""
        return ()

    def in_community(self, community_id: int) -> Select[Any] | None:
        """The ids of the things of this kind in a community, as a select; None for a kind that lies in none."""
        return None

    def latest_in(self, community_id: ColumnElement[int]) -> ColumnElement[dt.datetime] | None:
        """When the latest of its things in a community was written that its readers see, as SQL; None: in none."""
        return None

    def written_by(self, person_id: int) -> Select[Any] | None:
        """The ids of the things of this kind that somebody wrote, as a select; None for a kind that is no evidence."""
        return None

    def load(self, ids: Sequence[int]) -> list[Any]:
        """The things with these ids that still exist, with what the other methods need, in few queries."""
        from sqlalchemy import select

        return list(session().scalars(select(self.model).where(self.model.id.in_(ids))))

    def all_ids(self) -> Iterable[int]:
        """Every id there is, for a rebuild of what is derived."""
        from sqlalchemy import select

        return session().scalars(select(self.model.id).order_by(self.model.id))


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind to the house; a second one with its name takes its place."""
    _kinds[kind.name] = kind


def get(name: str) -> Kind:
    """The kind with this name, or KeyError."""
    return _kinds[name]


def all_kinds() -> list[Kind]:
    """Every kind, by name."""
    return [_kinds[name] for name in sorted(_kinds)]


def of(thing: Any) -> Kind:
    """The kind of a thing."""
    for kind in _kinds.values():
        if isinstance(thing, kind.model):
            return kind
    raise LookupError(f"no kind is registered for {type(thing).__name__}")


def in_community(community_id: int) -> dict[str, Select[Any]]:
    """Everything that lies in a community: the ids of each kind, as selects."""
    found = {kind.name: kind.in_community(community_id) for kind in all_kinds()}
    return {name: ids for name, ids in found.items() if ids is not None}


def load(name: str, id: int) -> Any | None:
    """One thing, afresh; None when it is gone or its kind is no longer served here."""
    kind = _kinds.get(name)
    found = kind.load([id]) if kind else []
    return found[0] if found else None


def load_many(references: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Any]:
    """Things by `(kind, id)`, one query or few for each kind; what is gone is left out."""
    wanted: dict[str, list[int]] = {}
    for name, id in references:
        wanted.setdefault(name, []).append(id)
    return {
        (name, thing.id): thing for name, ids in wanted.items() if name in _kinds for thing in _kinds[name].load(ids)
    }
