"""Requests that no browser makes of our pages: a clear page with the right status, and nothing done."""

import urllib.parse
import zlib

import pytest

from cop.core.db import session
from cop.people.models import Person
from tests.support.raw import FORM, Raw, counts

pytestmark = pytest.mark.usefixtures("still_serves")


# -- size, method, type -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "size"),
    [
        ("/topics/{id}/reply", 13 * 2**20),
        ("/sign-in", 13 * 2**20),
        ("/files", 13 * 2**20),
    ],
)
def test_a_huge_body_is_refused_with_a_page(server, ben, place, path, size):
    before = counts(server)
    answer = ben.ask("POST", path.format(id=place.id), b"text=" + b"a" * size, Content_Type=FORM)
    assert answer.status == 413
    assert answer.is_clear
    assert "That is too big to send" in answer.text
    assert counts(server) == before


@pytest.mark.parametrize("length", [30_001, 200_000, 3_000_000])
def test_a_post_that_is_too_long_stays_in_the_form_with_a_sentence(server, ben, place, length):
    before = counts(server)
    answer = ben.post(f"/topics/{place.id}/reply", text="a" * length)
    assert answer.status == 422
    assert f"This is {length} long; at most 30000 fits." in answer.text
    assert "a" * length in answer.text
    assert counts(server) == before


def test_a_body_that_unpacks_is_not_unpacked(ben, place):
    bomb = zlib.compress(b"text=" + b"a" * 50_000_000)
    answer = ben.ask("POST", f"/topics/{place.id}/reply", bomb, Content_Type=FORM, Content_Encoding="deflate")
    assert answer.status in {413, 415, 422}
    assert answer.is_clear


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "PROPFIND", "TRACE", "BREW"])
@pytest.mark.parametrize("path", ["/", "/topics", "/sign-in", "/topics/{id}/reply", "/settings"])
def test_a_wrong_method_is_told_so(server, ben, place, method, path):
    before = counts(server)
    answer = ben.ask(method, path.format(id=place.id), "text=x", Content_Type=FORM)
    assert answer.status in {405, 501}
    assert answer.is_clear
    assert counts(server) == before


@pytest.mark.parametrize("path", ["/topics/{id}/reply/", "/posts/1/thank", "/sign-out", "/topics/read", "/inbox/read"])
def test_a_page_is_not_asked_of_what_only_takes_forms(ben, place, path):
    answer = ben.ask("GET", path.format(id=place.id))
    assert answer.status in {404, 405}
    assert answer.is_clear


TYPES = {
    "application/json": b"[1]",
    "application/json; charset=utf-8": b'{"text": 5}',
    "application/vnd.cop+json": b'{"text": {"a": []}}',
    "application/json; x=1": b'{"text": null}',
    "application/json; x=2": b'"text"',
    "application/json; x=3": b"null",
    "application/json; x=4": b'{"text":',
    "text/plain": b"text=In+plain",
    "application/xml": b"<text>In XML</text>",
    "multipart/form-data": b"no boundary",
    "multipart/form-data; boundary=x": b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nnever ended',
    "application/x-www-form-urlencoded; charset=utf-16": "text=a".encode("utf-16"),
    "nonsense": b"\x00\x01\x02",
    "": b"text=none",
}


@pytest.mark.parametrize("kind", TYPES)
def test_a_body_of_a_wrong_type_is_a_mistake(server, ben, place, kind):
    before = counts(server)
    answer = ben.ask("POST", f"/topics/{place.id}/reply", TYPES[kind], **({"Content_Type": kind} if kind else {}))
    assert answer.status in {400, 415, 422}
    assert answer.is_clear
    assert counts(server) == before


@pytest.mark.parametrize(
    "body", [b"", b"nonsense", b"[1]", b'{"text":', b'{"text": 5}', b"\xff\xfe", b'"' + b"a" * 300_000 + b'"']
)
def test_a_draft_that_is_none_is_refused(ben, place, body):
    answer = ben.ask("PUT", f"/drafts/reply:topic:{place.id}", body, Content_Type="application/json")
    assert answer.status in {200, 400, 413}
    assert answer.status == 200 or answer.is_clear
    assert ben.ask("GET", place.url).status == 200


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\x00b.png", "a" * 500 + ".png", "\u202egnp.exe", ""])
@pytest.mark.parametrize(
    "content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, b"GIF89a" + b"\xff" * 100]
)
def test_a_picture_that_is_none_is_refused(ben, name, content):
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="' + name.encode() + b'"\r\n'
        b"Content-Type: image/png\r\n\r\n" + content + b"\r\n--x--\r\n"
    )
    answer = ben.ask("POST", "/files", body, Content_Type="multipart/form-data; boundary=x")
    assert answer.status in {400, 422}
    assert answer.is_clear


# -- cookies and tokens -----------------------------------------------------------------------------------------------

COOKIES = [
    "{name}=",
    "{name}=nonsense",
    "{name}=a.b.c",
    "{name}={value}x",
    "{name}=x{value}",
    "{name}={value}; {name}=x",
    "{name}=\xff\xfe",
    'theme=<script>; text_size="; language=../..; time_zone=Nowhere/At/All',
    "=;;=;a",
    "{name}=" + "x" * 6000,
]


@pytest.mark.parametrize("cookie", COOKIES)
@pytest.mark.parametrize("path", ["/", "/topics", "/settings", "/sign-in"])
def test_a_broken_cookie_is_nobodys(server, ben, cookie, path):
    name, _, value = ben.cookie.partition("=")
    broken = Raw(server)
    broken.cookie = cookie.format(name=name, value=value)
    answer = broken.ask("GET", path)
    assert answer.status in {200, 302, 303}
    assert answer.status != 200 or answer.is_clear
    assert "<script>;" not in answer.text


@pytest.mark.parametrize("token", ["", "nonsense", "IjEi.x.y"])
@pytest.mark.parametrize("path", ["/topics/{id}/reply", "/settings", "/sign-out", "/communities/new", "/preferences"])
def test_a_form_without_its_token_does_nothing(server, village, place, token, path):
    before = counts(server)
    forger = Raw(server, village.ben)
    forger.token = token
    answer = forger.post(path.format(id=place.id), text="Forged", name="Forged", purpose="Forged", theme="dark")
    assert answer.status == 400
    assert answer.is_clear
    assert counts(server) == before
    with server.connected():
        assert session().get_one(Person, village.ben.id).theme != "dark"


ELSEWHERE = [
    "//elsewhere.example",
    "https://elsewhere.example",
    "/\\elsewhere.example",
    "/\t/elsewhere.example",
    "javascript:alert(1)",
    "\\\\elsewhere.example",
    "/%0d%0aSet-Cookie:x=1",
]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_nobody_is_led_to_another_place(ben, address):
    answer = ben.post("/preferences", next=address, theme="light")
    assert answer.status == 303
    assert urllib.parse.urlsplit(answer.headers["Location"]).netloc == ""
    assert "\n" not in answer.headers["Location"]
    assert "x=1" not in str(answer.headers.get_all("Set-Cookie"))
