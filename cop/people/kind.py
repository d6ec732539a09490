"""What a person is to search, alerts and live pages."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from cop.core import kinds, markup, policy, terms
from cop.core.db import session
from cop.core.i18n import gettext as _
from cop.people import fields
from cop.people.fields import with_answers
from cop.people.models import Affiliation, Person, ProfileField, Statement
from cop.people.queries import affiliations_of_many
from cop.people.service import statements
from cop.people.shown import is_known, sees_field
from cop.people.words import OFFER_WORDS, PHASE_WORDS

PUBLIC_PART, SHARED_PART = "public", "communities"


class PersonKind(kinds.Kind):
    """A person: found by name, and by what they say of themselves as far as the searcher may see it."""

    name = "person"
    model = Person
    searched = True
    text_parts = ("", PUBLIC_PART, SHARED_PART)
    spreads = frozenset({"changed"})  # whoever is suspended takes their statements out of everybody's sight

    def title(self, thing: Any) -> str:
        """The name."""
        return str(thing.name)

    def url(self, thing: Any) -> str:
        """The person's page."""
        return str(thing.url)

    def texts(self, thing: Any, tags: tuple[str, ...]) -> Iterator[kinds.Text]:
        """A text for signed-in people, one for everyone and one for their communities, each with what is for those.

        The name is in the wider one, once: who has made something public has a page that everyone may open.
        """
        if not is_known(thing):
            return
        is_public = thing.is_public
        yield _text(thing, tags, "network", frozenset({"network"}), with_name=not is_public)
        if is_public:
            yield _text(thing, tags, "public", frozenset({"public"}), with_name=True, part=PUBLIC_PART)
        audiences = {*thing.visibility.values(), *(answer.audience for answer in thing.given_answers)}
        if "communities" in audiences and (shared := _communities(thing)):
            yield _text(thing, tags, "communities", shared, with_name=False, part=SHARED_PART)

    def tags(self, things: Sequence[Any]) -> Mapping[int, tuple[str, ...]]:
        """What they say they know."""
        filed = terms.terms_of("person", [person.id for person in things])
        return {id: tuple(term.name for term in found) for id, found in filed.items()}

    def facets(self, things: Sequence[Any]) -> Mapping[int, Mapping[str, kinds.Facets]]:
        """What they say of themselves, each for whom they say it to; their communities beside what the network sees."""
        places = affiliations_of_many([person.id for person in things])
        filed = terms.terms_of("person", [person.id for person in things])
        return {
            person.id: {
                part: tuple(facets_for(person, who, places.get(person.id, ()), filed.get(person.id, ())))
                for part, who in (("", "network"), (PUBLIC_PART, "public"), (SHARED_PART, "communities"))
            }
            for person in things
        }

    def contribution(self, thing: Any) -> str:
        """What stands in a profile is the person's own word."""
        return str(_("Says"))

    def authors(self, thing: Any) -> tuple[int, ...]:
        """Themselves."""
        return (thing.id,)

    def created(self, thing: Any) -> dt.datetime:
        """When they joined."""
        return thing.joined_at  # type: ignore[no-any-return]

    def room(self, thing: Any) -> str:
        """The one room of all profiles: what guests see of people is made again when any profile changes."""
        return "people"

    def parts(self, thing: Any) -> Iterable[tuple[str, int]]:
        """Their statements."""
        return [("statement", id) for id in session().scalars(StatementKind().written_by(thing.id))]

    def load(self, ids: Sequence[int]) -> list[Any]:
        """With what they chose in fields that take several, and what they answered to the network's own."""
        statement = select(Person).where(Person.id.in_(ids))
        return list(session().scalars(statement.options(selectinload(Person.traits), with_answers())).unique())

    def may_see_file(self, person: Any | None, thing: Any, file: Any) -> bool:
        """Their picture, by the picture's audience; what their "about" shows, by that one's."""
        return sees_field(person, thing, "picture" if file.id == thing.picture_id else "about")


class ProfileFieldKind(kinds.Kind):
    """What the network asks of everybody: no document, but those who answered it are found by its words, too."""

    name = "field"
    model = ProfileField
    spreads = frozenset({"retitled", "withdrew", "restored"})

    def title(self, thing: Any) -> str:
        """What it asks."""
        return str(thing.label)

    def url(self, thing: Any) -> str:
        """Where it is answered."""
        return "/settings/more"

    def room(self, thing: Any) -> str:
        """That of all profiles: a page that only its answers opened to guests is closed with it."""
        return "people"

    def parts(self, thing: Any) -> Iterable[tuple[str, int]]:
        """Those who answered it."""
        return [("person", id) for id in session().scalars(fields.answered_by(thing))]


class StatementKind(kinds.Kind):
    """What somebody said of themselves elsewhere: searched, and evidence about them."""

    name = "statement"
    model = Statement
    searched = True
    hides = True

    def title(self, thing: Any) -> str:
        """The title of the post that it comes from."""
        return str(thing.title)

    def text(self, thing: Any) -> str:
        """Its words."""
        return str(thing.text)

    def url(self, thing: Any) -> str:
        """Its page."""
        return str(thing.url)

    def audience(self, thing: Any) -> frozenset[str]:
        """Whom it is for, unless it is hidden or its author is suspended or deleted."""
        return frozenset({thing.audience}) if thing.hidden_at is None and is_known(thing.person) else frozenset()

    def authors(self, thing: Any) -> tuple[int, ...]:
        """Whose it is."""
        return (thing.person_id,)

    def created(self, thing: Any) -> dt.datetime | None:
        """The day on which it was published."""
        return _moment(thing.written_on)

    def merits(self, ids: Sequence[int]) -> Mapping[int, kinds.Merit]:
        """When it was written: nobody thanks a statement."""
        rows = session().execute(select(Statement.id, Statement.written_on).where(Statement.id.in_(ids)))
        return {id: kinds.Merit(_moment(day)) for id, day in rows}

    def written_by(self, person_id: int) -> Select[Any]:
        """All their statements."""
        return select(Statement.id).where(Statement.person_id == person_id)

    def load(self, ids: Sequence[int]) -> list[Any]:
        """With whose they are."""
        return list(
            session().scalars(select(Statement).where(Statement.id.in_(ids)).options(joinedload(Statement.person)))
        )

    def hide(self, hider: Any, thing: Any) -> None:
        """As its author or a manager would."""
        statements.hide_statement(hider, thing)


def _moment(day: dt.date | None) -> dt.datetime | None:
    return dt.datetime.combine(day, dt.time(), dt.UTC) if day is not None else None


def _text(
    person: Person, tags: tuple[str, ...], who: str, audience: frozenset[str], *, with_name: bool, part: str = ""
) -> kinds.Text:
    """The fields of a profile that are for exactly these people."""

    def of(field: str, *values: str) -> list[str]:
        return [value for value in values if value] if person.audience_of(field) == who else []

    title = [*([person.name] if with_name else []), *of("role", person.role)]
    text = [
        *of("headline", person.headline),
        *of("institution", person.institution),
        *of("about", about_words(person.about)),
        *(word for field, words in chosen_words(person) for word in of(field, words)),
        *(answer.words for answer in person.given_answers if answer.audience == who),
    ]
    return kinds.Text(
        title=", ".join(title),
        text="\n".join(text),
        audience=audience,
        authors=(person.id,),
        tags=tags if person.audience_of("terms") == who else (),
        part=part,
    )


def facets_for(
    person: Person, who: str, places: Iterable[Affiliation], filed: Iterable[terms.Term]
) -> Iterator[tuple[str, str]]:
    """What narrows to somebody by the fields of a profile that are for exactly these people."""
    said = [
        *(("institution", "institution", str(place.institution_id)) for place in places if place.institution_id),
        *(("role", "role", place.role) for place in places if place.role),
        *(("terms", "term", str(term.id)) for term in filed),
        *(("offers", "offer", offer) for offer in person.values_of("offers")),
        *(("languages", "language", language) for language in person.values_of("languages")),
        *(("teaching", "phase", phase) for phase in person.values_of("phases")),
    ]
    yield from ((facet, value) for field, facet, value in said if person.audience_of(field) == who)
    if who == "network":
        yield from (("community", token.partition(":")[2]) for token in sorted(_communities(person)))


def _communities(person: Person) -> frozenset[str]:
    return frozenset(token for token in policy.audiences(person) if token.startswith("community:"))


def chosen_words(person: Person) -> list[tuple[str, str]]:
    """What somebody chose in fields that take several, in words, each with the field whose audience sees it."""
    return [
        ("offers", ", ".join(str(OFFER_WORDS[offer]) for offer in person.values_of("offers"))),
        ("languages", ", ".join(person.values_of("languages"))),
        ("teaching", ", ".join(str(PHASE_WORDS[phase]) for phase in person.values_of("phases"))),
        ("teaching", ", ".join(person.values_of("subjects"))),
    ]


def about_words(source: str) -> str:
    """What somebody wrote about themselves, without its markup."""
    return markup.render(source).text if source else ""
