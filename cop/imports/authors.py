"""The people of an archive as people of this network: placeholders, until somebody claims them."""

from collections.abc import Iterable

from sqlalchemy import select

from cop.core.activity import Activity
from cop.core.db import session
from cop.core.markup import Rendered
from cop.imports.archive import Author
from cop.people.models import Person
from cop.people.service import accounts


def people_for(authors: Iterable[Author], prefix: str, abouts: dict[str, Rendered]) -> dict[str, Person]:
    """Each author's person, by key; who is not here yet is made. Whoever claimed an author is that author."""
    wanted = {f"{prefix}:{author.key}": author for author in authors}
    known = {person.origin: person for person in session().scalars(select(Person).where(Person.origin.in_(wanted)))}
    people: dict[str, Person] = {}
    for origin, author in wanted.items():
        person = known.get(origin)
        if person is None:
            person = accounts.create_placeholder(author.name, origin, abouts[author.key], author.joined_at)
        people[author.key] = _who_took_over(person) if person.status == "deleted" else person
    return people


def _who_took_over(author: Person) -> Person:
    """The person with an account who claimed this author and got the writing; else the author as they are."""
    claimed = select(Activity).where(
        Activity.kind == "person", Activity.thing_id == author.id, Activity.verb == "claimed"
    )
    activity = session().scalar(claimed)
    taker = session().get(Person, activity.facts["by"]) if activity is not None and "by" in activity.facts else None
    return taker or author
