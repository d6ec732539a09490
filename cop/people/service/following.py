"""Following people: a wish as all others to hear (`core/follows.py`), and in no record. It is nobody else's affair."""

from cop.core import follows
from cop.people.models import Person


def move_followers(placeholder: Person, person: Person) -> None:
    """Let those who follow an imported author follow who claims it; nobody follows themselves."""
    follows.move("person", placeholder.id, person.id)
    follows.unfollow(person, person)
