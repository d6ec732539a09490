"""A person as one viewer may see them: what every chip, list and page shows instead of the row itself.

No queries: a picture's address follows from its id. Only `terms` asks the database, when a page reads it, and what is
for "my communities", of those whose communities are not known yet.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from markupsafe import Markup

from cop.core import policy, terms
from cop.core.i18n import gettext as _
from cop.people.models import PICTURE_NAME, Person

HONORIFICS = {"Dr", "Prof", "Mr", "Mrs", "Ms", "Miss", "Mx", "Sir", "Dame", "Rev"}

EMPTY = Markup("")


@dataclass(frozen=True)
class ShownPerson:
    """What one viewer may see of one person; what they may not see is empty."""

    id: int
    name: str
    handle: str
    initials: str
    tint: int
    url: str
    """Their page; empty when this viewer has no page of theirs to open."""
    headline: str = ""
    role: str = ""
    institution: str = ""
    picture_url: str = ""
    picture_alt: str = ""
    about_html: Markup = EMPTY
    is_placeholder: bool = False
    shows_terms: bool = field(default=False, repr=False)

    @property
    def first_name(self) -> str:
        """What they are called in a sentence: the name without titles, up to its first space."""
        words = self.name.split()
        return next((word for word in words if word.rstrip(".") not in HONORIFICS), self.name)

    @cached_property
    def terms(self) -> list[terms.Term]:
        """What they say they know; one query, so for a page about one person and not for lists."""
        return terms.terms_of("person", [self.id]).get(self.id, []) if self.shows_terms else []


def sees_field(viewer: Person | None, person: Person, name: str) -> bool:
    """Whether the viewer is in the audience of a profile field."""
    return is_among(viewer, person, person.audience_of(name))


def is_among(viewer: Person | None, person: Person, audience: str) -> bool:
    """Whether the viewer is one of those whom a person means by an audience."""
    if viewer is not None and viewer.id == person.id:
        return True
    if not is_known(person) or audience == "me":
        return False
    if audience == "communities":
        return viewer is not None and share_a_community(viewer, person)
    return audience == "public" or viewer is not None


def share_a_community(one: Person, other: Person) -> bool:
    """Whether there is a community to which both belong."""
    return any(token.startswith("community:") for token in policy.audiences(one) & policy.audiences(other))


def is_known(person: Person) -> bool:
    """There is somebody to see: an account in good standing, or an imported author."""
    return person.status in {"active", "placeholder"}


def has_page_for(viewer: Person | None, person: Person) -> bool:
    """Whether the viewer may open the person's page: the READ rule of people, without asking the database."""
    if viewer is not None:
        return is_known(person) or viewer.id == person.id
    return is_known(person) and person.is_public


def shown(person: Person, viewer: Person | None, as_author: bool = False) -> ShownPerson:
    """The person as this viewer may see them.

    `as_author`: beside what they wrote in a place that everyone may read, where the signed-out see name, role and
    institution too, unless the person keeps them to themselves.
    """
    has_page = has_page_for(viewer, person)
    if not has_page and not as_author and viewer is None:
        return ShownPerson(person.id, _("A member of the network"), "", "–", person.tint, "")

    def text(name: str, value: str) -> str:
        beside_writing = as_author and is_known(person) and person.audience_of(name) in {"public", "network"}
        return value if beside_writing or sees_field(viewer, person, name) else ""

    pictured = person.picture_id is not None and sees_field(viewer, person, "picture")
    return ShownPerson(
        id=person.id,
        name=person.name,
        handle=person.handle if has_page else "",
        initials=person.initials,
        tint=person.tint,
        url=person.url if has_page else "",
        headline=person.headline if sees_field(viewer, person, "headline") else "",
        role=text("role", person.role),
        institution=text("institution", person.institution),
        picture_url=f"/files/{person.picture_id}/{PICTURE_NAME}" if pictured else "",
        picture_alt=person.picture_alt if pictured else "",
        # The column holds what `markup.render` made.
        about_html=Markup(person.about_html if sees_field(viewer, person, "about") else ""),  # noqa: S704
        is_placeholder=person.is_placeholder,
        shows_terms=sees_field(viewer, person, "terms"),
    )


def shown_many(people: Iterable[Person], viewer: Person | None, as_author: bool = False) -> dict[int, ShownPerson]:
    """Several people as this viewer may see them, by id."""
    return {person.id: shown(person, viewer, as_author) for person in people}
