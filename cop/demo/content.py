"""Reads what the demo consists of from `content/`; see its README for the form. Asks no database."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from cop.communities.shapes import Step
from cop.core.terms import slug_of
from cop.institutions.service import Entry

FOLDER = Path(__file__).resolve().parent / "content"


@dataclass(frozen=True)
class DemoPerson:
    """Somebody invented."""

    key: str
    name: str
    role: str
    institution: str
    joined: float
    """Days ago."""
    about: str = ""
    terms: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    """The keys of others."""


@dataclass(frozen=True)
class DemoField:
    """What the network asks of everybody, and who answered it, by key."""

    group_name: str
    label: str
    sort: str
    hint: str = ""
    choices: tuple[str, ...] = ()
    audience: str = "network"
    answers: dict[str, str | list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class DemoInvitation:
    """Somebody is asked in, by name or by an address, and has not answered yet; unless `came` says who did."""

    inviter: str
    days_ago: float
    person: str = ""
    address: str = ""
    came: str = ""


@dataclass(frozen=True)
class DemoRequest:
    """Somebody asks to join and waits; a facilitator may have asked something back."""

    person: str
    reason: str
    days_ago: float
    asked_by: str = ""
    question: str = ""
    answer: str = ""


@dataclass(frozen=True)
class DemoPost:
    """One contribution; the first of a topic has no author and no time of its own."""

    text: str
    author: str = ""
    after: float = 0
    """Minutes since the post before."""
    reply_to: int | None = None
    thanks: tuple[str, ...] = ()
    helped: tuple[str, ...] = ()


@dataclass(frozen=True)
class DemoTopic:
    """A topic with all its posts."""

    title: str
    author: str
    days_ago: float
    posts: tuple[DemoPost, ...]
    tags: tuple[str, ...] = ()
    accepted: int | None = None
    followers: tuple[str, ...] = ()
    pinned_by: str = ""
    announced_by: str = ""


@dataclass(frozen=True)
class DemoCommunity:
    """A community with its people and its talk."""

    slug: str
    name: str
    purpose: str
    joining: str
    reading: str
    listed: bool
    cloth: int
    facilitators: tuple[str, ...]
    members: tuple[str, ...]
    invitations: tuple[DemoInvitation, ...]
    requests: tuple[DemoRequest, ...]
    topics: tuple[DemoTopic, ...]
    shape: str = ""
    for_whom: str = ""
    within: str = ""
    """The slug of the community around it."""
    intro: str = ""
    banner: str = ""
    """The name of a drawing of `banners.py`."""
    banner_alt: str = ""
    welcome: str = ""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Content:
    """All of it."""

    institutions: tuple[Entry, ...]
    people: tuple[DemoPerson, ...]
    fields: tuple[DemoField, ...]
    communities: tuple[DemoCommunity, ...]


@cache
def content() -> Content:
    """What the demo consists of."""
    people = tuple(DemoPerson(**_tuples(each)) for each in _read("people.toml")["people"])
    institutions = tuple(_institution(each) for each in _read("institutions.toml")["institutions"])
    fields = tuple(DemoField(**_tuples(each)) for each in _read("fields.toml")["fields"])
    return Content(
        institutions, people, fields, tuple(_community(each) for each in _read("communities.toml")["communities"])
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def _institution(fields: dict[str, Any]) -> Entry:
    return Entry(scheme="demo", code=slug_of(fields["name"]), **_tuples(fields))


def _community(fields: dict[str, Any]) -> DemoCommunity:
    topics = tuple(_topic(each) for each in _read(f"topics/{fields['slug']}.toml")["topics"])
    invitations = tuple(DemoInvitation(**each) for each in fields.pop("invitations", ()))
    requests = tuple(DemoRequest(**each) for each in fields.pop("requests", ()))
    steps = tuple(Step(**each) for each in fields.pop("steps", ()))
    return DemoCommunity(**_tuples(fields), topics=topics, invitations=invitations, requests=requests, steps=steps)


def _topic(fields: dict[str, Any]) -> DemoTopic:
    posts = tuple(DemoPost(**_tuples(each)) for each in fields.pop("posts"))
    return DemoTopic(**_tuples(fields), posts=posts)


def _tuples(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
