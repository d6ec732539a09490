"""An imported author is claimed: by a new account, which it becomes (see `accounts.verify`), or by somebody with one.

In the second case the writing changes hands. Packages that keep authors register how with `on_claim`; each records one
deed for every thing it moves, so that search hears of it.
"""

from collections.abc import Callable

from cop.core import links
from cop.core.activity import record
from cop.core.db import session
from cop.people.models import Person

HOURS = 14 * 24
Mover = Callable[[Person, Person], None]

_movers: list[Mover] = []


def on_claim(call: Mover) -> None:
    """Call this with the imported author and the person who takes over what they wrote, in the deed's transaction."""
    if call not in _movers:
        _movers.append(call)


def link_for(placeholder: Person) -> str:
    """A link that lets one person claim an imported author: it is spent when the author is nobody's no more."""
    return links.absolute(f"/claim/{links.sign('claim', placeholder.id)}")


def read_link(token: str) -> Person:
    """The imported author that a link is for. Raises BadLink when it is old, changed or spent."""
    placeholder = session().get(Person, links.read("claim", token, HOURS))
    if placeholder is None or not placeholder.is_placeholder:
        raise links.BadLink
    return placeholder


def take_over(person: Person, placeholder: Person) -> None:
    """Make everything that the imported author wrote the person's. Raises BadLink when another was faster."""
    session().refresh(placeholder, ["status"], with_for_update=True)
    if not placeholder.is_placeholder:
        raise links.BadLink
    for move in _movers:
        move(placeholder, person)
    placeholder.status = "deleted"
    record(person, "claimed", placeholder, by=person.id)
    record(person, "claimed", person, of=placeholder.id)
