"""A conversation of two, and how its pages are asked."""

from collections.abc import Callable
from typing import Any

import pytest

from cop.core.db import unit_of_work
from cop.messages.models import Message
from cop.people.models import Person


@pytest.fixture
def said(village, make) -> Message:
    """Ada wrote to Ben; they share two communities."""
    return make.message(village.ada, village.ben, text="Are you free on Thursday?")


@pytest.fixture
def change(app) -> Callable[..., None]:
    """Settings of somebody: `change(village.ben, reach="nobody")`."""

    def set_fields(person: Person, **fields: Any) -> None:
        with unit_of_work() as db:
            row = db.get_one(Person, person.id)
            for name, value in fields.items():
                setattr(row, name, value)

    return set_fields


def write(client: Any, to: str, text: str = "Hello there.", **more: Any) -> Any:
    """What the form for a new message is answered."""
    return client.post(f"/messages/new?to={to}", data={"to": to, "text": text, **more})
