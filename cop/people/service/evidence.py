"""What people do not want to have shown as evidence about themselves. What they wrote stays where it is."""

from typing import Any

from cop.core import hidden_evidence, kinds
from cop.core.activity import quietly, record
from cop.core.db import session
from cop.core.i18n import gettext as _
from cop.core.policy import Refused
from cop.people.models import Person


def hide_evidence(person: Person, thing: Any) -> None:
    """Let a thing say nothing about the person any more; nothing if it is so already.

    It is gone from pages with the commit, and from votes and text of the ranking when search has read the deed.
    Raises Refused unless the person wrote it.
    """
    _require_author(person, thing)
    if hidden_evidence.hide(person, thing):
        _tell_search(person, "hid evidence", thing)


def show_evidence_again(person: Person, thing: Any) -> None:
    """Let a thing be evidence about the person again; nothing if it is. Raises Refused unless the person wrote it."""
    _require_author(person, thing)
    if hidden_evidence.restore(person, thing):
        _tell_search(person, "showed evidence", thing)


def hide_evidence_out_of_reach(person: Person) -> None:
    """Let nothing that the person wrote and cannot read any more say anything about them; nothing if it is so already.

    Whoever left a community for members cannot point at their posts there, and yet may have them hidden.
    """
    for name, ids in hidden_evidence.out_of_reach(person).items():
        for thing in kinds.get(name).load(session().scalars(ids).all()):
            hide_evidence(person, thing)


def _require_author(person: Person, thing: Any) -> None:
    if person.id not in kinds.of(thing).authors(thing):
        raise Refused(_("Only somebody who wrote this may choose whether it is shown as evidence about them."))


def _tell_search(person: Person, verb: str, thing: Any) -> None:
    with quietly():  # nobody who follows the thing, or has it open, is to hear of it
        record(person, verb, thing)
