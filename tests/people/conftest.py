"""What tests about people share."""

import pytest

from cop.core import terms
from cop.core.db import unit_of_work
from cop.people.models import Person


@pytest.fixture
def knows():
    """Say that a person knows these things, for this audience."""

    def say(person, *names, audience="network"):
        with unit_of_work() as db:
            stored = db.get_one(Person, person.id)
            terms.set_terms(stored, names)
            stored.visibility = {**stored.visibility, "terms": audience}

    return say


@pytest.fixture
def mona(village, sign_in):
    """The manager's browser."""
    return sign_in(village.mona)


def counts(found, name):
    """How many each value of a facet has, by its label."""
    return {
        str(each.label): each.count
        for facet in found.facets
        if facet.name == name
        for each in facet.values
        if each.count
    }
