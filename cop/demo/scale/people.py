"""The people of a generated network: where they work, and what they say of themselves."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import select

from cop.core.activity import quietly
from cop.core.db import session
from cop.core.markup import render
from cop.core.terms import Tagging
from cop.demo.content import content
from cop.demo.loader import DOMAIN, LOGINS
from cop.demo.scale.world import SAYS_SO, Row, Step, World, chunks, insert_all
from cop.institutions import service as institutions
from cop.institutions.models import Institution, InstitutionCode
from cop.people import handles
from cop.people.models import OFFERS, Address, Affiliation, Password, Person, PersonTrait
from cop.people.words import PHASE_WORDS

SCHEME = "generated"
PEOPLE_OF_INSTITUTION = 15
SURNAMES = 3_000
ABOUT, SPREAD_OF_ABOUT = 780, 0.3
"""Characters in the median; with all else that a profile says it is about 1.1 kB."""
TERMS_OF_PERSON = 5


def number_of(what: str) -> int:
    """The place of one of those who can sign in."""
    return next(at for at, login in enumerate(LOGINS) if login.what == what)


# Institutions


def write_institutions(world: World, step: Step) -> int:
    """Each in a town of its own that is not far from a real place; how many there are."""
    entries = [_entry(world, number) for number in range(max(3, world.members // PEOPLE_OF_INSTITUTION))]
    with quietly():
        for chunk, done in chunks(entries):
            institutions.keep(chunk)
            step(done, len(entries), "Institutions")
    ours = select(Institution).join(InstitutionCode).where(InstitutionCode.scheme == SCHEME)
    world.workplaces = list(session().scalars(ours.order_by(Institution.id)))
    return len(entries)


def _entry(world: World, number: int) -> institutions.Entry:
    area, sort = world.one(world.content["areas"]), world.one(world.content["institutions"])
    town = world.language.name(2).title()
    north, east = world.chance.normal(0, 0.25, 2)
    return institutions.Entry(
        scheme=SCHEME,
        code=str(number),
        name=f"{town} {sort['name']} (generated)",
        type=sort["type"],
        phase=sort["phase"],
        region=area["region"],
        country=area["country"],
        town=town,
        latitude=round(area["latitude"] + float(north), 5),
        longitude=round(area["longitude"] + float(east), 5),
    )


# People


def write_people(world: World, hashes: Mapping[str, str], step: Step) -> None:
    """People with their profiles; those who can sign in come first, and nobody else has a password."""
    free = _Handles()
    for chunk, done in chunks(list(enumerate(_names(world)))):
        people = [_profile(world, number, name, free.of(name)) for number, name in chunk]
        session().add_all(people)
        session().flush()
        world.person_ids += [person.id for person in people]
        _write_belongings(world, [number for number, _name in chunk], people)
        session().expunge_all()
        step(done, world.members, "People")
    insert_all(
        Password,
        [{"person_id": world.person_ids[at], "hash": hashes[login.key]} for at, login in enumerate(LOGINS)],
    )


def _names(world: World) -> list[str]:
    first_names = world.content["first_names"].split()
    surnames = [world.language.name(2).title() for _ in range(SURNAMES)]
    known = {person.key: person.name for person in content().people}
    others = (f"{world.one(first_names)} {world.one(surnames)}" for _ in range(world.members - len(LOGINS)))
    return [*(known[login.key] for login in LOGINS), *others]


def _profile(world: World, number: int, name: str, handle: str) -> Person:
    voice, work = world.own_voice(number), _workplace(world, number)
    about = render(f"{world.language.text(voice, world.length(ABOUT, SPREAD_OF_ABOUT))}\n\n*{SAYS_SO}*")
    person = Person(
        name=name,
        handle=handle,
        headline=world.language.title(voice),
        role=f"{world.one(world.content['roles'])}, {voice.theme.name}",
        institution=work.name,
        about=about.source,
        about_html=str(about.html),
        visibility=_visibility(number),
        is_manager=number == number_of("manager"),
        joined_at=world.at(world.plan.joined[number]),
    )
    person.traits = [
        *_traits("offers", world.some(OFFERS, 3)),
        *_traits("languages", ["English", world.one(world.content["languages"])]),
        *_traits("phases", world.some(list(PHASE_WORDS), 2)),
        *_traits("subjects", world.some([theme.name for theme in world.language.themes], 2)),
    ]
    return person


def _workplace(world: World, number: int) -> Institution:
    return world.workplaces[number % len(world.workplaces)]


def _traits(field: str, values: Sequence[str]) -> list[PersonTrait]:
    return [PersonTrait(field=field, value=value, place=place) for place, value in enumerate(values)]


def _visibility(number: int) -> dict[str, str]:
    """People differ: some show everything to everyone, some who they are, some keep to their communities."""
    sort = number % 10
    if sort < 2:
        fields = ("headline", "role", "institution", "about", "terms", "offers", "languages", "teaching")
        return dict.fromkeys(fields, "public")
    if sort == 2:
        return {"role": "public", "institution": "public"}
    if sort == 3:
        return {"about": "communities"}
    return {"about": "me", "offers": "me"} if number % 20 == 4 else {}


def _write_belongings(world: World, numbers: Sequence[int], people: Sequence[Person]) -> None:
    """What lies in other tables than the people themselves."""
    filed: list[Row] = []
    for number, person in zip(numbers, people, strict=True):
        filed += world.filed("person", person.id, world.names_of(world.own_voice(number).theme, TERMS_OF_PERSON))
        world.did(world.plan.joined[number], number, "signed up", "person", person.id)
    insert_all(Tagging, filed)
    insert_all(Address, [_address(number, person) for number, person in zip(numbers, people, strict=True)])
    insert_all(Affiliation, [_affiliation(world, *each) for each in zip(numbers, people, strict=True)])


def _address(number: int, person: Person) -> Row:
    key = LOGINS[number].key if number < len(LOGINS) else f"generated-{number + 1}"
    since = person.joined_at
    address = f"{key}@{DOMAIN}"
    return {"person_id": person.id, "address": address, "verified_at": since, "is_primary": True, "added_at": since}


def _affiliation(world: World, number: int, person: Person) -> Row:
    work = _workplace(world, number)
    return {"person_id": person.id, "institution_id": work.id, "name": work.name, "role": person.role, "place": 1}


class _Handles:
    """Handles for the people of an empty network: nobody else has one."""

    def __init__(self) -> None:
        self._given: dict[str, int] = defaultdict(int)

    def of(self, name: str) -> str:
        """The next one that is free."""
        stem = handles.stem_of(name)
        self._given[stem] += 1
        number = self._given[stem]
        return stem if number == 1 else f"{stem}-{number}"
