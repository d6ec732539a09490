"""Accounts from the operator's chair, and the finder."""

import re

import pytest
from sqlalchemy import select

from cop.core import links
from cop.core.db import session, unit_of_work
from cop.core.markup import render
from cop.people.models import Person
from cop.people.service import accounts, claim

PASSWORD = "a fox under the piano"


def person(handle: str) -> Person | None:
    return session().scalar(select(Person).where(Person.handle == handle))


@pytest.mark.parametrize("manager", [False, True])
def test_an_account_made_here_signs_in(command, manager):
    words = ["--name", "Ada  Lowe", "--email", "Ada@Village.example", *(["--manager"] if manager else [])]
    made = command("person", "create", *words, "--password-stdin", "--json", typed=f"{PASSWORD}\n")
    assert made.json["handle"] == "ada-lowe"
    found = accounts.person_for("ada@village.example", PASSWORD)
    assert found is not None
    assert (found.name, found.is_manager) == ("Ada Lowe", manager)
    assert accounts.person_for("ada@village.example", "something else") is None


@pytest.mark.parametrize(
    ("email", "name", "password", "sentence"),
    [
        ("ada@village.example", "Another", PASSWORD, "has an account already"),
        ("nonsense", "Bo", PASSWORD, "not a whole e-mail address"),
        ("bo@village.example", " ", PASSWORD, "Give a name"),
        ("bo@village.example", "Bo", "short", "shorter than 8"),
        ("bo@village.example", "Bo", "password1", "first that somebody would guess"),
    ],
)
def test_accounts_that_cannot_be_are_refused(own, command, email, name, password, sentence):
    own.person("Ada", handle="ada")
    refused = command(
        "person", "create", "--name", name, "--email", email, "--password-stdin", typed=f"{password}\n"
    )  # fmt: skip
    assert refused.status == 1
    assert sentence in refused.err
    assert session().scalars(select(Person.handle)).all() == ["ada"]


def test_without_a_terminal_nobody_is_asked_for_a_password(command):
    refused = command("person", "create", "--name", "Bo", "--email", "bo@village.example")
    assert refused.status == 1
    assert "--password-stdin" in refused.err


def test_promoting(own, command):
    own.person("Ada", handle="ada")
    assert command("person", "promote", "ada@village.example").out == "Ada runs the network now.\n"
    assert person("ada").is_manager
    assert command("person", "promote", "ada@village.example").out == "Ada runs the network already.\n"


def test_a_claim_link_is_for_an_imported_author_alone(own, command):
    own.person("Ada", handle="ada")
    with unit_of_work():
        author = accounts.create_placeholder("Bo", "stackexchange:square:7", render("Reads a lot."), None)
    refused = command("person", "claim-link", "ada")
    assert (refused.status, "not an imported author" in refused.err) == (1, True)
    told = command("person", "claim-link", author.handle)
    token = re.fullmatch(r"http://\S+/claim/(\S+)\n", told.out).group(1)
    assert claim.read_link(token).id == author.id
    with unit_of_work() as db:
        db.get_one(Person, author.id).status = "active"
    with pytest.raises(links.BadLink):
        claim.read_link(token)
    assert command("person", "claim-link", author.handle).status == 1


def test_finding_shows_each_searcher_what_they_may_read(own, command):
    ada, olu = own.person("Ada", handle="ada"), own.person("Olu", handle="olu")
    close = own.community("The Close", slug="close", reading="members")
    own.member(close, ada)
    own.topic(close, ada, title="Marmalade", text="Boil the marmalade slowly.")
    command("index", "rebuild")
    mine = command("people", "find", "marmalade", "--as", "ada@village.example", "--json").json
    assert [each["handle"] for each in mine["people"]] == ["ada"]
    assert "marmalade" in mine["people"][0]["evidence"][0]["passage"]
    assert mine["people"][0]["evidence"][0]["url"].startswith("/posts/")
    assert "Ada" in command("people", "find", "marmalade", "--as", "ada@village.example").out
    for searcher in (["--as", "olu@village.example"], []):
        found = command("people", "find", "marmalade", *searcher, "--json").json
        assert (found["people"], found["topics"], found["people_total"]) == ([], [], 0)
        assert "Nobody wrote about" in command("people", "find", "marmalade", *searcher).out
    assert olu.id != ada.id


def test_evaluating_writes_a_run(command, tmp_path):
    import gzip
    import json

    people = [{"id": "p1", "name": "One"}, {"id": "p2", "name": "Two"}]
    documents = [
        {"id": "d1", "authors": ["p1"], "title": "Phonics", "text": "Phonics in Reception."},
        {"id": "d2", "authors": ["p2"], "title": "Fractions", "text": "Fractions with fruit."},
    ]
    (tmp_path / "people.jsonl").write_text("\n".join(map(json.dumps, people)))
    with gzip.open(tmp_path / "documents.jsonl.gz", "wt") as file:
        file.write("\n".join(map(json.dumps, documents)))
    (tmp_path / "queries.jsonl").write_text(json.dumps({"id": "q1", "text": "phonics"}))
    run = tmp_path / "run.txt"
    answer = command("people", "evaluate", "--collection", str(tmp_path), "--run", str(run), "--json")
    assert answer.status == 0, answer.err
    assert answer.json["run"] == str(run)
    assert run.read_text().split()[:4] == ["q1", "Q0", "p1", "1"]
    (tmp_path / "queries.jsonl").write_text("{broken")
    refused = command("people", "evaluate", "--collection", str(tmp_path), "--run", str(run))
    assert (refused.status, "is not a collection" in refused.err) == (1, True)
