"""To whom somebody writes: people by name or by @handle, as they are typed."""

from collections.abc import Sequence

from cop.core import policy
from cop.core.i18n import gettext as _
from cop.core.policy import Act
from cop.messages.rules import writable
from cop.people import naming
from cop.people.models import Person
from cop.people.naming import FOUND_AT_MOST
from cop.people.queries import named_like
from cop.people.shown import ShownPerson, shown


class CannotWrite(Exception):
    """Somebody who was named cannot be written to; the text says who and why."""


class UnclearName(CannotWrite):
    """Several people are called so, or nobody just so: which one is meant is to be chosen among `people`.

    `typed`: the names as they were typed; those that are clear by now so that they are never asked about again.
    """

    def __init__(self, name: str, people: Sequence[ShownPerson], typed: Sequence[str]) -> None:
        super().__init__(_("It is not clear who “%(name)s” is. Choose below, or write more of the name.", name=name))
        self.people, self.typed = people, typed


def addressees(author: Person, names: Sequence[str], chosen: str = "") -> list[Person]:
    """The people who are meant, each once, if the author may write to each.

    `chosen`: the handle of who is meant by the first name that is not clear. A name that fits somebody whom the author
    cannot write to, and somebody else, is asked about too: no message goes to the wrong one. Raises CannotWrite.
    """
    found: list[Person] = []
    for place, name in enumerate(names):
        called = naming.called(author, name)
        likely = called or named_like(name, policy.readable(author, Person), limit=FOUND_AT_MOST)
        meant = [each for each in likely if each.handle == chosen] or called
        if len(meant) != 1:
            clear = naming.as_typed(author, found)
            raise _unclear(author, name, likely, [*(clear[each.id] for each in found), *names[place:]])
        found.append(_taker(author, meant[0]))
    return list({each.id: each for each in found}.values())


def _unclear(author: Person, name: str, likely: Sequence[Person], typed: Sequence[str]) -> CannotWrite:
    takers = [each for each in likely if policy.can(author, Act.WRITE, each)]
    if takers:
        return UnclearName(name, [shown(each, author) for each in takers], typed)
    if likely:
        return CannotWrite(_("You cannot write to anybody who is called “%(name)s”.", name=name))
    return CannotWrite(_("There is nobody here called “%(name)s”.", name=name))


def _taker(author: Person, person: Person) -> Person:
    if not policy.can(author, Act.WRITE, person):
        why = policy.why_not(author, Act.WRITE, person)
        raise CannotWrite(_("%(name)s: %(why)s", name=person.name, why=why))
    return person


def suggested(author: Person, typed: str) -> list[tuple[ShownPerson, str]]:
    """People whom the author may write to and who are named like this, each with what is to be typed for them."""
    found = named_like(typed, writable(author), limit=FOUND_AT_MOST)
    names = naming.as_typed(author, found)
    return [(shown(each, author), names[each.id]) for each in found]
