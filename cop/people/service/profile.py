"""What people say of themselves, who may see it, and how the network looks to them."""

import datetime as dt
from collections.abc import Mapping, Sequence

from cop.core import files, terms
from cop.core.activity import record
from cop.core.db import session
from cop.core.files import File, Picture
from cop.core.markup import Rendered
from cop.people.models import AUDIENCES, TRAITS, Person, PersonTrait

PREFERENCES = ("theme", "text_size", "language", "time_zone")


def change_profile(
    person: Person,
    *,
    name: str,
    headline: str,
    about: Rendered,
    links: Sequence[str],
    orcid: str,
    knows: Sequence[str],
    audiences: Mapping[str, str],
) -> bool:
    """Set the words of a profile and who may see them; whether anything changed."""
    before = _words_of(person)
    person.name, person.headline, person.links, person.orcid = name, headline, list(links), orcid
    person.about, person.about_html = about.source, str(about.html)
    _show_to(person, audiences)
    files.claim(person, person, person.about_html)
    refiled = terms.set_terms(person, knows)
    changed = refiled or before != _words_of(person)
    if changed:
        record(person, "changed", person)
    return changed


def _words_of(person: Person) -> tuple[object, ...]:
    words = (person.name, person.headline, person.about, list(person.links), person.orcid)
    return (*words, dict(person.visibility))


def change_offers(
    person: Person,
    *,
    traits: Mapping[str, Sequence[str]],
    reach: str,
    away_until: dt.date | None,
    audiences: Mapping[str, str],
) -> bool:
    """Set what a person offers, speaks and teaches (lists by the names of TRAITS), and how they like to be reached.

    Whether anything changed.
    """
    before = (_traits_of(person), person.reach, person.away_until, dict(person.visibility))
    wanted = {(field, value): place for field in TRAITS for place, value in enumerate(traits.get(field, ()))}
    kept = {(each.field, each.value): each for each in person.traits}
    for key, place in wanted.items():
        if key in kept:
            kept[key].place = place
    new = [PersonTrait(field=key[0], value=key[1], place=place) for key, place in wanted.items() if key not in kept]
    person.traits = [each for key, each in kept.items() if key in wanted] + new
    person.reach, person.away_until = reach, away_until
    _show_to(person, audiences)
    session().flush()
    changed = before != (_traits_of(person), person.reach, person.away_until, dict(person.visibility))
    if changed:
        record(person, "changed", person)
    return changed


def _traits_of(person: Person) -> list[tuple[str, int, str]]:
    return sorted((each.field, each.place, each.value) for each in person.traits)


def show_to(person: Person, audiences: Mapping[str, str]) -> None:
    """Set who may see some fields."""
    before = dict(person.visibility)
    _show_to(person, audiences)
    if before != dict(person.visibility):
        record(person, "changed", person)


def _show_to(person: Person, audiences: Mapping[str, str]) -> None:
    if not set(audiences.values()) <= set(AUDIENCES):
        raise ValueError("no such audience")
    person.visibility = {**person.visibility, **audiences}


def change_picture(person: Person, picture: Picture | None, alt: str, audience: str) -> bool:
    """Set a new picture (None: keep the one there is), its words and who may see it; whether anything changed."""
    before = (person.picture_id, person.picture_alt, person.audience_of("picture"))
    if picture is not None:
        _let_go(person)
        file = files.store(person, picture)
        file.owner_kind, file.owner_id = "person", person.id
        person.picture_id = file.id
    person.picture_alt = alt if person.picture_id is not None else ""
    _show_to(person, {"picture": audience})
    changed = before != (person.picture_id, person.picture_alt, audience)
    if changed:
        record(person, "changed", person)
    return changed


def remove_picture(person: Person) -> None:
    """Go back to initials."""
    if person.picture_id is not None:
        _let_go(person)
        record(person, "changed", person)


def _let_go(person: Person) -> None:
    """The old picture belongs to nothing now; its bytes go with the next cleaning, not before the commit."""
    if person.picture_id is None:
        return
    old = session().get(File, person.picture_id)
    person.picture_id, person.picture_alt = None, ""
    if old is not None:
        old.owner_kind = old.owner_id = None


def set_preferences(person: Person, chosen: Mapping[str, str]) -> None:
    """How the network looks to the person. Nobody else sees it, so nothing is recorded."""
    for name, value in chosen.items():
        if name not in PREFERENCES:
            raise ValueError(name)
        setattr(person, name, value)
