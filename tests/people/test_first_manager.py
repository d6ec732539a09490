"""An empty network leads its first visitor through set-up, once."""

import pytest

from cop.core.db import session
from cop.people import passwords
from cop.people.models import Person

FORM = {"name": "Mona Reid", "address": "mona@village.example", "password": "correct horse battery"}


def test_every_page_of_an_empty_network_leads_to_set_up(network):
    client = network().test_client()
    for path in ("/", "/sign-in", "/sign-up", "/settings", "/people"):
        assert client.get(path).headers["Location"] == "/setup", path
    for path in ("/healthz", "/about/privacy", "/preferences"):
        assert client.get(path).status_code in {200, 503}, path


@pytest.mark.parametrize(("field", "value"), [("name", ""), ("address", "mona"), ("password", "password")])
def test_mistakes_make_nobody(network, field, value):
    client = network().test_client()
    answer = client.post("/setup", data={**FORM, field: value})
    assert answer.status_code == 422
    assert session().query(Person).count() == 0
    assert client.get("/").headers["Location"] == "/setup"


def test_the_first_account_runs_the_network_and_set_up_is_gone(network, counted):
    app = network()
    client = app.test_client()
    answer = client.post("/setup", data=FORM)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/settings")
    assert client.get("/settings").status_code == 200
    [mona] = session().query(Person).all()
    assert mona.is_manager
    assert passwords.matches(
        session().connection().exec_driver_sql("SELECT hash FROM passwords").scalar(), FORM["password"]
    )
    session().rollback()
    assert client.get("/setup").status_code == 404
    assert app.test_client().post("/setup", data={**FORM, "address": "eve@village.example"}).status_code == 404
    with counted() as sql:
        app.test_client().get("/about/how")
    assert sql.count == 0, "nobody asks again whether somebody is here"
