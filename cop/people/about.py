"""What a person's page says beside writing and terms, as one reader may see it; and what its owner could add next."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cop.core import terms
from cop.core.db import utcnow
from cop.core.i18n import lazy as _
from cop.core.i18n import ngettext
from cop.people.models import Person
from cop.people.shown import sees_field
from cop.people.words import OFFER_WORDS, PHASE_WORDS


@dataclass(frozen=True)
class About:
    """What a person offers, speaks and teaches, and where else they are; what the reader may not see is empty."""

    offers: Sequence[str]
    languages: Sequence[str]
    phases: Sequence[str]
    subjects: Sequence[str]
    links: Sequence[str]
    orcid: str
    away_until: dt.date | None
    """A day that has not passed."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.offers or self.languages or self.phases or self.subjects or self.links or self.orcid)


def about(reader: Person | None, person: Person) -> About:
    """What one reader may see of it."""

    def seen(field: str, values: Sequence[Any]) -> Sequence[Any]:
        return values if sees_field(reader, person, field) else ()

    away = person.away_until if reader is not None else None
    return About(
        offers=[str(OFFER_WORDS[each]) for each in seen("offers", person.values_of("offers"))],
        languages=seen("languages", person.values_of("languages")),
        phases=[str(PHASE_WORDS[each]) for each in seen("teaching", person.values_of("phases"))],
        subjects=seen("teaching", person.values_of("subjects")),
        links=seen("links", person.links),
        orcid=person.orcid if sees_field(reader, person, "links") else "",
        away_until=away if away is not None and away >= utcnow().date() else None,
    )


def time_there(person: Person, theirs: dt.tzinfo, readers: dt.tzinfo) -> dt.datetime | None:
    """What time it is for somebody who has chosen a time zone, where that is another than the reader's."""
    now = utcnow()
    there = now.astimezone(theirs)
    differs = there.utcoffset() != now.astimezone(readers).utcoffset()
    return there if person.time_zone and differs else None


@dataclass(frozen=True)
class Completeness:
    """How much of a profile is there, and the one thing to add next."""

    done: int
    of: int
    next_step: Any | None
    next_page: str
    """The endpoint of the page on which it is added."""


def completeness(person: Person, suggested: int) -> Completeness:
    """For the owner only. What helps others most comes first: terms that their writing suggests, as many as there are.

    These are no part of the count: new ones come for as long as somebody writes.
    """
    steps = (
        (bool(terms.terms_of("person", [person.id])), _("Say what others may ask you about"), "people.settings"),
        (bool(person.role or person.institution), _("Say where you work, and as what"), "people.work"),
        (bool(person.about), _("Write a few lines about yourself"), "people.settings"),
        (bool(person.values_of("offers")), _("Say what you offer"), "people.offers"),
        (person.picture_id is not None, _("Add a picture"), "people.picture"),
        (bool(person.headline), _("Say in one line what you are about"), "people.settings"),
    )
    missing: tuple[Any | None, str] = next(((step, page) for is_done, step, page in steps if not is_done), (None, ""))
    if suggested:
        words = ngettext(
            "Look at the term that your writing suggests",
            "Look at the %(num)s terms that your writing suggests",
            suggested,
        )
        missing = (words, "people.suggested")
    return Completeness(sum(is_done for is_done, _step, _page in steps), len(steps), *missing)
