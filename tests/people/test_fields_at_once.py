"""What the network asks of everybody, when several change it at the same instant, on a database that commits."""

import threading

import pytest
from sqlalchemy import select

from cop.core.db import release, session
from cop.people.models import ProfileField
from tests.people.test_fields import FIELD
from tests.support.cast import Make, fresh


@pytest.fixture
def together(network):
    """Let several send forms at the same instant, `together((person, path, data), …)`, and say what they got."""
    app = network()

    def send(*forms):
        ready, answers = threading.Barrier(len(forms)), {}

        def one(number, person, path, data):
            client = app.test_client()
            with client.session_transaction() as cookie:
                cookie["_user_id"], cookie["_fresh"] = Make().sign_in(person), True
            ready.wait()
            answers[number] = client.post(path, data=data).status_code

        threads = [threading.Thread(target=one, args=(n, *form)) for n, form in enumerate(forms)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return [answers[number] for number in range(len(forms))]

    return send


def is_public(person):
    """Whether everyone may open somebody's page, at this instant."""
    release()
    return fresh(person).is_public


def test_two_managers_do_not_ask_the_same_twice(together):
    village, make = Make().village(), Make()
    other = make.person("Max Manager", is_manager=True)
    answers = together(*((person, "/fields/new", FIELD) for person in (village.mona, other)))
    assert sorted(answers) == [303, 422]
    make.field(village.mona, "Key stages")
    moved = [make.field(village.mona, f"Number {n}") for n in range(6)]
    assert set(together(*((village.mona, f"/fields/{each.id}/up", {}) for each in moved[1:4]))) == {303}
    release()
    places = session().scalars(select(ProfileField.place)).all()
    assert sorted(places) == list(range(1, 9)), "none has the place of another"


def test_who_answers_while_it_is_withdrawn_leaves_no_page_open(together):
    village, make = Make().village(), Make()
    for number in range(4):
        field = make.field(village.mona, f"Number {number}")
        name = f"answer_{field.id}"
        answer = {name: "Gallimaufry", f"{name}_audience": "public", f"{name}_version": "1"}
        withdrawn = (village.mona, f"/fields/{field.id}/withdraw", {})
        said, done = together((village.ada, "/settings/more", answer), withdrawn)
        assert (said, done) in {(303, 303), (422, 303)}
        assert not is_public(village.ada)
        together((village.ada, "/settings/more", {}), (village.mona, f"/fields/{field.id}/restore", {}))
        assert is_public(village.ada) == (said == 303), "and it comes back as it was"
        make.withdrawn(village.mona, field)
