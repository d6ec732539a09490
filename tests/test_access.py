"""Every route × every role has a declared answer; and no route tells an outsider a word of a hidden community."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from cop.communities.models import Community, Invitation, JoinRequest
from cop.communities.service import Plan, Purpose, propose
from cop.core import db, guest_pages, policy
from cop.core.db import session, unit_of_work, utcnow
from cop.core.limits import limiter
from cop.core.login import SignIn
from cop.messages import service as messages
from cop.people.models import Address, Affiliation, Person
from tests.access_table import FORMS, ROLES, TABLE
from tests.core.test_files import PNG
from tests.support.cast import Make, Village

SECRET_WORDS = ("Cellar", "cellar", "Quokka", "quokka", "Zanzibar", "zanzibar")
PLACEHOLDER = re.compile(r"<(?:(?P<how>\w+)(?:\((?P<choices>[^)]*)\))?:)?(?P<name>\w+)>")


@dataclass
class Stage:
    """The people of the roles, and what the placeholders of addresses stand for in one community."""

    app: Flask
    tokens: dict[str, str | None]
    close: dict[str, str]
    cellar: dict[str, str]

    def ask(self, role: str, method: str, path: str, form: dict[str, Any]) -> TestResponse:
        """What a fresh browser of this role is answered; whatever that did is undone."""
        client = self.app.test_client()
        token = self.tokens[role]
        if token:
            with client.session_transaction() as cookie:
                cookie["_user_id"], cookie["_fresh"] = token, True
        with undone():
            data = {name: io.BytesIO(PNG) if value == "PICTURE" else value for name, value in form.items()}
            data = {name: (value, "a.png") if isinstance(value, io.BytesIO) else value for name, value in data.items()}
            if method == "PUT":
                return client.open(path, method=method, json=data)
            return client.open(path, method=method, data=data if method == "POST" else None)


@contextmanager
def undone() -> Iterator[None]:
    """Undo one request's deeds, and nothing else."""
    db.release()
    connection: Any = db.database()._bind
    with connection.begin_nested() as savepoint:
        yield
        db.release()
        savepoint.rollback()
    policy.forget_audiences()
    guest_pages.forget()
    limiter.reset()


@pytest.fixture
def stage(app: Flask, make: Make, village: Village, sign_in: Any) -> Stage:
    sue = make.person("Sue Spend", status="suspended")
    people = {"outsider": village.olu, "member": village.ada, "facilitator": village.fay, "manager": village.mona}
    tokens = {role: make.sign_in(person) for role, person in {**people, "suspended": sue}.items()}
    pat = make.person("Pat Archive", status="placeholder")
    make.institution("Rule Street School")
    reading, _literacy = make.vocabulary("Reading", "Literacy")
    merge = str(make.merge("Literacy", "Reading").id)
    close = values_in(make, village, village.close, sign_in) | {
        "person": str(pat.id),
        "merge": merge,
        "term": str(reading.id),
    }
    cellar = values_in(make, village, village.cellar, sign_in) | {
        "person": str(pat.id),
        "merge": merge,
        "term": str(reading.id),
    }
    return Stage(app, {"guest": None, **tokens}, close, cellar)


def values_in(make: Make, village: Village, community: Community, sign_in: Any) -> dict[str, str]:
    """A value for each placeholder, from this community: Ben asked and Fay answered, a picture, a request."""
    author = village.ben if community is village.close else village.fay
    uploaded = sign_in(author).post("/files", data={"file": (io.BytesIO(PNG), "zanzibar.png")}).json
    topic = make.topic(community, author, "Zanzibar", f"Quokka {uploaded['markdown']}", ("quokka",))
    make.reply(topic, village.ada, "An answer about the quokka")
    post = make.reply(topic, author, "Zanzibar again, says the quokka")
    waiting = make.scheduled(topic, village.ada, "Zanzibar tomorrow, and the quokka")
    message = make.message(author, village.ada, make.person(), text="Quokka, between us")
    asks, invited = make.person(), make.person()
    kept = make.person_list(village.ada, f"Quokka and Zanzibar, {community.slug}", author)
    asked = make.field(village.mona, f"Exam boards {community.id}")
    with unit_of_work() as work:
        request = JoinRequest(person_id=asks.id, community_id=community.id, reason="Zanzibar", asked_at=utcnow())
        invitation = Invitation(
            person_id=invited.id, community_id=community.id, inviter_id=village.fay.id, invited_at=utcnow()
        )
        work.add_all([request, invitation])
        work.flush()
        affiliation = Affiliation(person_id=author.id, name="Rule Street")
        work.add(affiliation)
        work.flush()
        report = messages.report(work.get_one(Person, village.ada.id), work.get_one(Person, author.id), "Rude.")
        proposal = propose(work.get_one(Person, author.id), Plan(Purpose(f"Proposed by {author.handle}", "Talk.")))
        address = work.scalars(select(Address.id).where(Address.person_id == author.id)).one()
        signed_in = work.scalars(select(SignIn.id).where(SignIn.person_id == author.id).limit(1)).one()
        return {
            "slug": community.slug, "handle": author.handle, "topic": str(topic.id), "post": str(post.id),
            "request": str(request.id), "invitation": str(invitation.id), "address": str(address),
            "affiliation": str(affiliation.id),
            "session": str(signed_in), "file": uploaded["url"].split("/")[2], "name": uploaded["url"].split("/")[3],
            "seq": "0", "number": "1", "token": "no-such-token", "place": f"reply:topic:{topic.id}", "language": "en",
            "version": "1", "filename": "img/mark.svg", "kind": "post",
            "statement": str(make.statement(author, "I work on reading.").id),
            "list": str(kept.id), "field": str(asked.id), "scheduled": str(waiting.id),
            "proposal": str(proposal.id), "step": "1",
            "conversation": str(message.conversation_id), "message": str(message.id), "report": str(report.id),
        }  # fmt: skip


KINDS_OF_ID = {
    "topics": "topic", "posts": "post", "files": "file", "requests": "request", "invitations": "invitation",
    "addresses": "address", "affiliations": "affiliation", "sessions": "session",
    "people": "person", "person": "person",
    "merges": "merge", "terms": "term", "<kind>": "post", "post": "post",
    "statements": "statement", "messages": "conversation", "lists": "list", "message": "message",
    "reports": "report", "fields": "field", "scheduled": "scheduled", "proposals": "proposal",
}  # fmt: skip
"""What an `id` is the id of, by the part of the address before it."""


def routes(app: Flask) -> list[tuple[str, str]]:
    """Every method and address, choices spelled out: `POST /posts/<int:id>/hide`."""
    found = set()
    for rule in app.url_map.iter_rules():
        for path in spelled_out(rule.rule):
            found |= {(method, path) for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    return sorted(found, key=lambda each: (each[1], each[0]))


def spelled_out(path: str) -> list[str]:
    """The address once for each choice it offers."""
    choices = next((match for match in PLACEHOLDER.finditer(path) if match["how"] == "any"), None)
    if choices is None:
        return [path]
    words = [word.strip().strip("'\"") for word in choices["choices"].split(",")]
    return [end for word in words for end in spelled_out(path[: choices.start()] + word + path[choices.end() :])]


def filled(path: str, values: dict[str, str]) -> str:
    """The address with something real in each place."""

    def value(match: re.Match[str]) -> str:
        name = match["name"]
        if name == "id":
            name = KINDS_OF_ID[path[: match.start()].rstrip("/").rpartition("/")[2]]
        if name == "handle" and ("/invite/" in path or "/recommend/" in path):
            return "olu"
        if name == "name" and path.startswith("/about/"):
            return "privacy"
        if name == "slug" and path.startswith("/topics/"):
            return "zanzibar"
        if name == "slug" and path.startswith("/institutions/"):
            return "rule-street-school"
        if name == "slug" and path.startswith("/terms/"):
            return "reading"
        return values[name]

    return PLACEHOLDER.sub(value, path)


def test_every_route_has_a_row(app):
    known = {f"{method} {path}" for method, path in routes(app)}
    missing, gone = sorted(known - set(TABLE)), sorted(set(TABLE) - known)
    assert not missing, "routes without a row in tests/access_table.py:\n" + "\n".join(missing)
    assert not gone, "rows without a route:\n" + "\n".join(gone)


@pytest.mark.trial
def test_every_route_answers_each_role_as_declared(stage):
    wrong = []
    for method, path in routes(stage.app):
        key = f"{method} {path}"
        found = " ".join(
            str(stage.ask(role, method, filled(path, stage.close), FORMS.get(key, {})).status_code) for role in ROLES
        )
        if found != TABLE.get(key):
            wrong.append(f'    "{key}": "{found}",  # declared: {TABLE.get(key)}')
    assert not wrong, "\n".join(wrong)


TALK = ("Quokka", "quokka", "Zanzibar", "zanzibar")
OUTSIDE = ("guest", "outsider", "manager")  # the suspended are answered as guests are: see the table


@pytest.mark.trial
@pytest.mark.parametrize("role", OUTSIDE)
def test_no_route_tells_an_outsider_a_word_of_a_hidden_community(stage, role):
    """Every address, with the hidden community's own ids and slugs; and every search and list."""
    wrong = []
    for method, path in routes(stage.app):
        answer = stage.ask(role, method, filled(path, stage.cellar), FORMS.get(f"{method} {path}", {}))
        said = answer.get_data(as_text=True) + str(answer.headers.get("Location", ""))
        asked = filled(path, stage.cellar)
        told = [word for word in SECRET_WORDS if word in said.replace(asked, "")]
        if told and "sign-in?next=" not in answer.headers.get("Location", ""):
            wrong.append(f"{method} {path} {answer.status_code}: {told}")
        if is_inside(path) and not hides(role, answer):
            wrong.append(f"{method} {path}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.trial
@pytest.mark.parametrize("role", OUTSIDE)
def test_no_route_tells_an_outsider_a_word_of_what_members_alone_read(stage, role):
    """The Close is known to be there; what is said in it is not."""
    wrong = []
    for method, path in routes(stage.app):
        asked = filled(path, stage.close)
        answer = stage.ask(role, method, asked, FORMS.get(f"{method} {path}", {}))
        said = (answer.get_data(as_text=True) + answer.headers.get("Location", "")).replace(asked, "")
        if any(word in said for word in TALK) and "sign-in?next=" not in answer.headers.get("Location", ""):
            wrong.append(f"{method} {path} {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def is_inside(path: str) -> bool:
    """Whether the address names something that lies in the community, in a conversation or on a list of its members."""
    inside = r"/(communities/<slug>|(topics|posts|messages|lists|files|evidence/<kind>|report/(post|message))/<int:id>)"
    return bool(re.match(inside, path))


def hides(role: str, answer: TestResponse) -> bool:
    """Not there; or, for who is signed out, "sign in", which is said of any address."""
    if answer.status_code == 404:
        return True
    signed_out = role in {"guest", "suspended"}
    return signed_out and answer.status_code == 302 and "/sign-in" in answer.headers["Location"]


SEARCHES = ("/find?q={}", "/people?q={}", "/communities?q={}", "/topics?tag={}", "/topics?q={}", "/?q={}")


@pytest.mark.parametrize("role", OUTSIDE)
@pytest.mark.parametrize("word", ["quokka", "zanzibar", "cellar"])
def test_no_search_finds_it(stage, drain, role, word):
    drain()
    for search in SEARCHES:
        answer = stage.ask(role, "GET", search.format(word), {})
        said = answer.get_data(as_text=True).replace(f'value="{word}"', "")
        assert "The Cellar" not in said
        assert "/communities/cellar" not in said
        assert f"/topics/{stage.cellar['topic']}" not in said
        assert f"/posts/{stage.cellar['post']}" not in said


def test_a_member_does_find_it(stage, drain):
    """Or the tests before this one would pass for the wrong reason."""
    drain()
    assert f"/posts/{stage.cellar['post']}" in stage.ask("member", "GET", "/find?q=zanzibar", {}).text
    assert "The Cellar" in stage.ask("member", "GET", "/communities?which=mine", {}).text


def test_the_people_of_the_roles_are_who_they_are_said_to_be(stage, village):
    kept = session().scalars(select(Person.status).where(Person.handle == "sue-spend")).one()
    assert kept == "suspended"
    assert village.mona.is_manager
    assert all(len(row.split()) == len(ROLES) for row in TABLE.values())
