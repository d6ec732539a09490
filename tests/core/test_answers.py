"""Every answer: security headers, forged forms refused, failures as pages or JSON, limits, health, metrics."""

import re
from typing import Any

import pytest
from flask import abort
from sqlalchemy.exc import OperationalError

from cop.core import errors, health, limits, outbox, policy, web
from cop.core.db import unit_of_work
from tests.support import shared
from tests.support.cast import PASSWORD, Make
from tests.support.databases import ROOT

STRICT = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
PRODUCTION = {
    "environment": "production",
    "secret_key": "q8Zr-2vK_0pLx7Tn4Wd9YbHs6Ef3JmRc1GuA",
    "base_url": "https://a.example",
}


# -- headers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/healthz", "/no-such-place", "/static/img/mark.svg", "/sign-in"])
def test_every_answer_carries_the_security_headers(guest, path):
    answer = guest.get(path)
    for name, value in STRICT.items():
        assert answer.headers[name] == value
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    for part in ("object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"):
        assert part in policy


def test_pages_of_somebody_signed_in_are_not_kept_by_anybody(village, sign_in):
    assert sign_in(village.ada).get("/").headers["Cache-Control"] == "private, no-store"


def test_each_answer_has_a_number_of_its_own_for_the_log(guest):
    ids = {guest.get("/healthz").headers["X-Request-Id"] for _ in range(3)}
    assert len(ids) == 3
    assert all(re.fullmatch(r"[0-9a-f]{16}", id) for id in ids)


def test_in_production_cookies_are_for_https_alone_and_browsers_are_told_to_stay(network):
    client = network(**PRODUCTION).test_client()
    Make().person("Ada Lowe", handle="ada")
    sent = {"address": "ada@village.example", "password": PASSWORD}
    answer = client.post("/sign-in", data=sent, base_url="https://a.example", headers={"Referer": "https://a.example/"})
    assert answer.status_code == 303
    assert "max-age=63072000" in answer.headers["Strict-Transport-Security"]
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    assert all("Secure" in each and "HttpOnly" in each and "SameSite=Lax" in each for each in cookies)


def test_two_networks_on_one_machine_have_cookies_of_their_own(application, network, tmp_path):
    other = network(data_dir=tmp_path / "other")
    assert other.config["SESSION_COOKIE_NAME"] != application.config["SESSION_COOKIE_NAME"]


# -- forged forms -----------------------------------------------------------------------------------------------------


def changing_routes(app: Any) -> list[tuple[str, str]]:
    """Every address that changes something, with made-up values, and its method."""
    found = []
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<any\('?([\w-]+)[^>]*>", r"\1", rule.rule)
        path = re.sub(r"<(?:(\w+):)?\w+>", lambda part: "1" if part[1] == "int" else "x", path)
        found += [(path, method) for method in sorted(rule.methods - {"GET", "HEAD", "OPTIONS"})]
    return found


def test_a_form_of_another_site_changes_nothing_anywhere(app, village, sign_in):
    ada = sign_in(village.ada)
    routes = changing_routes(app)
    assert len(routes) > 5
    answers = {
        f"{method} {path}": ada.open(path, method=method, protected=False).status_code for path, method in routes
    }
    assert set(answers.values()) == {400}, answers


@pytest.mark.shared
def test_after_a_form_the_browser_stays_on_this_network(application):
    wrong = []
    for address in shared.inputs("url-open-redirect"):
        target = web.safe_next(address, "/home")
        if target != "/home" and (not target.startswith("/") or re.match(r"^/[/\\\s]|^/\t", target)):
            wrong.append(address)
    assert not wrong


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "/\\evil.example", "https://a.example", "/a\nb", "\\\\evil.example", "/\t/a.example", "", None],
)  # fmt: skip
def test_what_leads_away_is_replaced(address):
    assert web.safe_next(address, "/home") == "/home"


# -- failures ---------------------------------------------------------------------------------------------------------


class Fails:
    """Makes the health page fail in a way, so that one of the error handlers answers."""

    def __init__(self, app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self._app, self._monkeypatch = app, monkeypatch

    def with_(self, error: BaseException | int) -> None:
        """From now on."""

        def view() -> None:
            if isinstance(error, int):
                abort(error)
            raise error

        self._monkeypatch.setitem(self._app.view_functions, "healthz", view)


@pytest.fixture
def fails(app, monkeypatch):
    monkeypatch.setattr(app, "testing", False)
    return Fails(app, monkeypatch)


LOST = OperationalError("SELECT", {}, Exception("gone"))
FAILURES = [
    (400, 400), (403, 403), (404, 404), (405, 405), (413, 413), (429, 429), (418, 418), (503, 503),
    (policy.Unseen(), 404), (policy.Refused("Join this community."), 403), (LOST, 503), (ZeroDivisionError(), 500),
]  # fmt: skip


@pytest.mark.parametrize(("failure", "status"), FAILURES, ids=[str(each[0])[:20] for each in FAILURES])
def test_a_failure_is_a_page_with_a_sentence_and_json_for_scripts(fails, guest, failure, status):
    fails.with_(failure)
    page, data = guest.get("/healthz"), guest.get("/healthz", headers={"Accept": "application/json"})
    assert (page.status_code, data.status_code) == (status, status)
    assert page.mimetype == "text/html"
    assert "<h1" in page.text
    assert "Traceback" not in page.text
    assert data.json["error"].endswith(".")
    assert data.json["request_id"] == data.headers["X-Request-Id"]


def test_a_refusal_says_why(fails, guest):
    fails.with_(policy.Refused("Join this community first; then you can reply."))
    assert "Join this community first; then you can reply." in guest.get("/healthz").text


def test_a_lost_database_says_when_to_come_back(fails, guest):
    fails.with_(LOST)
    assert guest.get("/healthz").headers["Retry-After"] == "10"


def test_every_failure_that_has_a_sentence_is_plain(application):
    with application.test_request_context():
        assert all(str(each).endswith(".") for told in errors.KNOWN.values() for each in (told.sentence, told.step))


def test_a_body_without_end_is_refused(village, sign_in):
    answer = sign_in(village.ada).post("/preview", data={"text": "x" * (12 * 1024 * 1024 + 10)})
    assert answer.status_code == 413


# -- limits -----------------------------------------------------------------------------------------------------------


def test_too_many_requests_are_told_when_to_come_back_each_account_for_itself(village, sign_in):
    ada, ben = sign_in(village.ada), sign_in(village.ben)
    answers = [ada.post("/preview", data={"text": "x"}).status_code for _ in range(121)]
    assert answers == [200] * 120 + [429]
    refused = ada.post("/preview", data={"text": "x"})
    assert 0 < int(refused.headers["Retry-After"]) <= 61
    assert ben.post("/preview", data={"text": "x"}).status_code == 200, "at the same address"


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("10.0.0.1", "10.0.0.1", True),
        ("10.0.0.1", "10.0.0.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
    ],
)
def test_an_address_is_one_household(application, one, two, same):
    found = []
    for each in (one, two):
        with application.test_request_context(environ_base={"REMOTE_ADDR": each}):
            found.append(limits.address())
    assert (found[0] == found[1]) == same


def test_a_forwarded_address_counts_only_when_a_proxy_was_announced(network, tmp_path):
    def seen(app: Any) -> str:
        with app.test_client() as client:
            client.get("/healthz", headers={"X-Forwarded-For": "203.0.113.9"})
            return limits.address()

    assert seen(network()) == "127.0.0.1"
    assert seen(network(trusted_proxies=1, data_dir=tmp_path / "behind")) == "203.0.113.9"


# -- health -----------------------------------------------------------------------------------------------------------


def test_health_tells_what_is_asked(guest):
    answer = guest.get("/healthz")
    assert answer.status_code == 200
    assert answer.json["status"] == "ok"
    assert answer.json["database"] == "ok"
    assert answer.json["version"]
    assert set(answer.json["outbox"]) == {"backlog", "failing", "oldest_seconds", "readers"}
    assert "lag_seconds" in answer.json["index"]


def test_health_shows_what_waits_and_what_fails(guest, monkeypatch, drain):
    monkeypatch.setattr(outbox, "_jobs", {"broken": outbox.Job("broken", lambda payload: 1 / 0)})
    with unit_of_work():
        outbox.schedule("broken", {})
    assert guest.get("/healthz").json["outbox"]["backlog"] == 1
    drain()
    found = guest.get("/healthz").json
    assert (found["status"], found["outbox"]["failing"], found["outbox"]["backlog"]) == ("degraded", 1, 0)


def test_without_its_database_health_says_so(guest, monkeypatch):
    def gone() -> None:
        raise LOST

    monkeypatch.setattr("cop.core.db.check", gone)
    answer = guest.get("/healthz")
    assert answer.status_code == 503
    assert (answer.json["status"], answer.json["database"]) == ("failing", "OperationalError")


def test_a_source_that_fails_is_reported_not_raised(guest, monkeypatch):
    monkeypatch.setitem(health._sources, "broken", lambda: 1 / 0)
    answer = guest.get("/healthz")
    assert answer.json["broken"] == {"error": "ZeroDivisionError"}


@pytest.mark.parametrize(
    ("token", "proxies", "address", "given", "status"),
    [
        ("", 0, "127.0.0.1", "", 200),
        ("", 0, "10.0.0.9", "", 404),
        ("", 1, "127.0.0.1", "", 404),
        ("s3cret", 0, "127.0.0.1", "", 404),
        ("s3cret", 0, "10.0.0.9", "Bearer wrong", 404),
        ("s3cret", 0, "10.0.0.9", "Bearer s3cret", 200),
    ],
)
def test_metrics_are_not_for_the_public(network, token, proxies, address, given, status):
    client = network(metrics_token=token, trusted_proxies=proxies).test_client()
    headers = {"Authorization": given} if given else {}
    answer = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == status
    if status == 200:
        assert "cop_up 1.0" in answer.text
        assert "cop_outbox_backlog" in answer.text


def test_the_tree_has_no_debugger_on():
    assert not [
        path for path in (ROOT / "cop").rglob("*.py") if re.search(r"debug\s*=\s*True|breakpoint\(", path.read_text())
    ]


def test_a_refusal_says_why_and_then_what_to_do(village, sign_in):
    ben = sign_in(village.ben)
    page = ben.get("/communities/square/settings")
    assert page.status_code == 403
    assert page.text.count("Ask the facilitators of the community, or the person, to let you in.") == 1
    error = ben.get("/communities/square/settings", headers={"Accept": "application/json"}).json["error"]
    why = error.removesuffix(" Ask the facilitators of the community, or the person, to let you in.")
    assert error != why
    assert page.text.count(why) == 1


def test_a_link_that_is_too_old_is_called_so(village, guest):
    page = guest.get("/verify/too-old")
    assert page.status_code == 404
    assert "This link does not work any more" in page.text
    assert "Ask for a new one." in page.text
    assert "There is no such page" not in page.text
    assert "Sign in, then look again" not in page.text, "it would lead back here"
    assert 'id="error-search"' not in page.text
    missing = guest.get("/topics/987654")
    assert "Sign in, then look again" in missing.text
    assert 'id="error-search"' in missing.text
