"""What the network asks no more is nowhere at once and comes back whole; and what several do at the same instant."""

import re
import threading

import pytest
from sqlalchemy import select

from cop.core.db import release, session
from cop.people.models import ProfileField
from tests.people.test_fields import FIELD, shown
from tests.support.cast import Make, fresh

# -- withdrawing ------------------------------------------------------------------------------------------------------


def test_what_is_withdrawn_is_nowhere_and_comes_back_whole(village, make, mona, sign_in, guest):
    field, other = make.field(village.mona), make.field(village.mona, "Key stages")
    make.answered(village.ada, field, "Gallimaufry", audience="public")
    make.answered(village.ada, other, "Two", audience="public")
    make.answered(village.ben, field, "Jabberwock", audience="me")
    ada, ben = sign_in(village.ada), sign_in(village.ben)
    pages = [(each, path) for each in (ada, ben, guest) for path in ("/people/ada", "/people/ada/similar")]
    pages += [(ada, "/settings/more"), (ben, "/settings/more"), (ben, "/people/ben")]
    before = [each.get(path).text for each, path in pages]
    told = mona.post(f"/fields/{field.id}/withdraw", follow_redirects=True).text
    assert "Its answers are kept, and nobody sees them." in told
    assert shown(mona) == {"Teaching": ["Key stages"], "Withdrawn": ["Exam boards"]}
    assert "2 answers" in mona.get("/fields").text
    for client, path in pages:
        page = client.get(path).text
        assert not any(word in page for word in ("Exam boards", "Gallimaufry", "Jabberwock")), path
    make.answered(village.ada, other, "Three", audience="public")  # who answers something else loses nothing
    make.answered(village.ada, other, "Two", audience="public")
    mona.post(f"/fields/{field.id}/restore")
    mona.post(f"/fields/{field.id}/up")
    tokens = re.compile(r'<time.*?</time>|name="csrf[_-]token"[^>]*>|request: \w+', re.DOTALL)
    assert [tokens.sub("", each.get(path).text) for each, path in pages] == [tokens.sub("", each) for each in before]


def test_a_page_that_only_a_withdrawn_field_opened_is_closed_to_guests(village, make, mona, guest, drain):
    field, other = make.field(village.mona), make.field(village.mona, "Key stages")
    topic = make.topic(village.square, village.ada, "How?", "Words.")
    for each in (field, other):
        make.answered(village.ada, each, "Gallimaufry", audience="public")
    link = 'href="/people/ada"'
    assert link in guest.get(topic.url).text
    assert guest.get("/people/ada").status_code == 200
    assert "/people/ada" in guest.get("/suggest?q=ada").text
    mona.post(f"/fields/{field.id}/withdraw")
    assert guest.get("/people/ada").status_code == 200, "the other is still for everyone"
    mona.post(f"/fields/{other.id}/withdraw")
    assert guest.get("/people/ada").status_code == 404
    assert link not in guest.get(topic.url).text, "nor do pages that are kept for guests lead there"
    assert "/people/ada" not in guest.get("/suggest?q=ada").text
    mona.post(f"/fields/{other.id}/restore")
    assert guest.get("/people/ada").status_code == 200
    assert link in guest.get(topic.url).text


@pytest.mark.parametrize(
    ("values", "audience"), [((), "public"), (("x",), "network"), (("x",), "communities"), (("x",), "me")]
)
def test_only_an_answer_for_everyone_opens_a_page(village, make, mona, guest, values, audience):
    field = make.field(village.mona)
    make.answered(village.ada, field, *values, audience=audience)
    assert guest.get("/people/ada").status_code == 404
    for deed in ("withdraw", "restore"):
        mona.post(f"/fields/{field.id}/{deed}")
    assert guest.get("/people/ada").status_code == 404
    make.answered(village.ada, field, "Gallimaufry", audience="public")
    assert guest.get("/people/ada").status_code == 200
    make.answered(village.ada, field, "Gallimaufry", audience=audience if values else "me")
    assert guest.get("/people/ada").status_code == 404


def test_numbers_alone_are_told_to_managers(village, make, mona):
    field = make.field(village.mona)
    for person, audience in ((village.ada, "me"), (village.ben, "communities"), (village.olu, "network")):
        make.answered(person, field, "Gallimaufry", audience=audience)
    make.answered(village.fay, field, audience="me")
    for path in ("/fields", f"/fields/{field.id}/edit"):
        page = mona.get(path).text
        assert "Gallimaufry" not in page
    assert "3 answers" in mona.get("/fields").text, "who only chose an audience has not answered"
    assert "3 people have answered." in mona.get(f"/fields/{field.id}/edit").text


def test_the_list_costs_the_same_however_much_is_asked(village, make, mona, counted):
    field = make.field(village.mona)
    mona.get("/fields")
    with counted() as one:
        mona.get("/fields")
    for n in range(20):
        make.answered(village.ada, make.field(village.mona, f"Number {n}", group_name=f"Group {n % 4}"), "x")
    make.withdrawn(village.mona, field)
    with counted() as many:
        mona.get("/fields")
    assert many.count == one.count


# -- at the same instant, on a database that commits ------------------------------------------------------------------


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
