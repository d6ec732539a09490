"""What no form of ours sends: a clear page with the right status, and nothing half-done. Over HTTP, to a real server.

Here: texts, ids, links, what is sent twice, and what stays in the forms. Sizes, methods, types and cookies: next file.
"""

import re
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import itsdangerous
import pytest
from sqlalchemy import func, select

from cop.communities.models import Community
from cop.core import links
from cop.core.db import session
from cop.forums.models import Post, Topic
from cop.people.models import Address
from cop.people.queries import password_mark
from tests.support.raw import FORM, Raw, Said, counts

pytestmark = pytest.mark.usefixtures("still_serves")


def written(server: Any, topic: Topic) -> list[str]:
    with server.connected():
        return list(session().scalars(select(Post.source).where(Post.topic_id == topic.id).order_by(Post.number)))


# -- encodings --------------------------------------------------------------------------------------------------------

ENCODED = {
    "latin-1": "caf\xe9 au lait".encode("latin-1"),
    "half a character": b"caf\xc3",
    "windows-1252 quotes": "\u201cHow?\u201d".encode("cp1252"),
    "UTF-16": "How do you start?".encode("utf-16"),
    "NUL": b"How\x00do you start?",
    "control characters": b"How\x01\x02\x1b[31m do you start?",
    "surrogates": b"How \xed\xa0\x80 do you start?",
    "overlong": b"How \xc0\xaf do you start?",
    "not a character": "How \ufffe\uffff do you start?".encode(),
    "right to left": "How \u202edo you start?".encode(),
    "shift-jis": "\u3053\u3093\u306b\u3061\u306f\u4e16\u754c".encode("shift-jis"),
}


@pytest.mark.parametrize("what", ENCODED)
def test_text_in_a_foreign_encoding_is_kept_as_far_as_it_can_be_read(server, ben, place, what):
    sent = urllib.parse.quote_from_bytes(ENCODED[what])
    answer = ben.ask("POST", f"/topics/{place.id}/reply", f"text={sent}&sent_key={hash(what)}", Content_Type=FORM)
    assert answer.status == 303
    kept = written(server, place)[-1]
    assert "\x00" not in kept
    assert kept.encode().decode() == kept
    assert ben.ask("GET", f"/topics/{place.id}/at/{place.last_number + 1}").status == 302


@pytest.mark.parametrize("what", ENCODED)
@pytest.mark.parametrize("where", ["/find?q={}", "/people?q={}", "/communities?q={}", "/topics?tag={}", "/people/{}",
                                   "/communities/{}", "/communities/{}/topics", "/sign-in?next={}", "/verify/{}",
                                   "/reset/{}", "/about/{}", "/static/{}", "/files/1/{}", "/{}"])  # fmt: skip
def test_an_address_in_a_foreign_encoding_gets_a_page(ben, where, what):
    address = where.format(urllib.parse.quote_from_bytes(ENCODED[what]))
    answer = ben.ask("GET", address)
    assert answer.status in {200, 302, 303, 400, 404}
    assert answer.status in {302, 303} or answer.is_clear


@pytest.mark.parametrize("what", ["latin-1", "NUL", "UTF-16", "surrogates"])
def test_a_sign_up_in_a_foreign_encoding_is_answered(server, raw_guest, what):
    name = urllib.parse.quote_from_bytes(ENCODED[what])
    before = counts(server)
    answer = raw_guest.ask("POST", "/sign-up", f"name={name}&address={name}&password={name}", Content_Type=FORM)
    assert answer.status in {400, 422}  # without a token, or with mistakes
    assert answer.is_clear
    assert counts(server) == before


# -- what is not there ------------------------------------------------------------------------------------------------

IDS = [
    "0",
    "999999",
    "2147483648",
    "9223372036854775807",
    "9223372036854775808",
    "9" * 40,
    "-1",
    "1.5",
    "one",
    "%00",
]
PLACES = ["/topics/{}", "/topics/{}/x", "/topics/{}/unread", "/topics/{}/at/1", "/topics/{}/after/0", "/topics/{}/edit",
          "/posts/{}", "/posts/{}/edit", "/posts/{}/history", "/files/{}/a.png", "/topics/{}/mentionable"]  # fmt: skip


@pytest.mark.parametrize("id", IDS)
@pytest.mark.parametrize("place", PLACES)
def test_an_unknown_id_is_not_found(ben, place, id):
    answer = ben.ask("GET", place.format(id))
    assert answer.status == 404, answer.text[:300]
    assert answer.is_clear


@pytest.mark.parametrize("id", ["0", "999999", "9223372036854775808", "9" * 40])
@pytest.mark.parametrize("deed", ["/topics/{}/reply", "/topics/{}/follow", "/topics/{}/mark/1", "/topics/{}/lock",
                                  "/posts/{}/edit", "/posts/{}/thank", "/posts/{}/hide", "/settings/sessions/{}/end",
                                  "/settings/addresses/{}/remove", "/people/{}/claim-link"])  # fmt: skip
def test_a_deed_on_an_unknown_id_is_not_found(server, ben, deed, id):
    before = counts(server)
    answer = ben.post(deed.format(id), text="Something", level="following")
    assert answer.status in {404, 405}  # 405: no id of any row, so that no address that takes forms
    assert answer.is_clear
    assert counts(server) == before


NUMBERED = [
    "/topics/{id}/at/{n}", "/topics/{id}/after/{n}", "{url}?page={n}", "/topics?page={n}", "/communities?page={n}",
    "/inbox?page={n}", "/find?q=a&people={n}&answers={n}", "/topics/{id}/reply?quote={n}&parent={n}",
    "/people?from=a~{n}", "/topics/{id}/after/0?first={n}&last={n}",
]  # fmt: skip


@pytest.mark.parametrize("number", ["0", "2147483648", "9223372036854775808", "9" * 40, "-1", "x"])
@pytest.mark.parametrize("where", NUMBERED)
def test_a_number_of_a_page_or_post_that_there_is_not_gets_a_page(ben, place, where, number):
    answer = ben.ask("GET", where.format(id=place.id, url=place.url, n=number))
    assert answer.status in {200, 302, 404}
    assert answer.status == 302 or answer.is_clear or answer.headers.get_content_type() == "application/json"


@pytest.mark.parametrize("number", ["0", "-5", "999999", "9223372036854775808", "x", ""])
def test_a_parent_that_there_is_not_is_no_parent_or_a_mistake(server, ben, place, number):
    before = len(written(server, place))
    answer = ben.post(f"/topics/{place.id}/reply", text="To whom?", parent_number=number, sent_key=f"parent{number}")
    assert answer.status in {303, 422}
    assert len(written(server, place)) - before == (1 if answer.status == 303 else 0)


# -- links ------------------------------------------------------------------------------------------------------------

AGES = {"old": "too old", "cut": "cut short", "changed": "changed", "other": "of another kind", "spent": "used before"}


def link(kind: str, how: str, village: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """A link's token that is not good: too old, or not as we made it."""
    value = {"verify": [1, "", None], "reset": [village.ben.id, "x" * 24], "claim": village.ben.id,
             "communities/invited": [1, "0123456789abcdef"]}[kind]  # fmt: skip
    purpose = "invitation" if kind == "communities/invited" else kind
    with monkeypatch.context() as patch:
        if how == "old":
            patch.setattr(itsdangerous.TimestampSigner, "get_timestamp", lambda _self: 1_000_000_000)
        token = links.sign("other" if how == "other" else purpose, value)
    if how == "cut":
        return token[:-3]
    return f"x{token[1:]}" if how == "changed" else token


@pytest.mark.parametrize("how", ["old", "cut", "changed", "other"])
@pytest.mark.parametrize("kind", ["verify", "reset", "claim", "communities/invited"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_that_is_not_good_says_so(server, village, ben, monkeypatch, kind, how, method):
    before = counts(server)
    token = link(kind, how, village, monkeypatch)
    path = f"/{kind}/{token}" + ("/accept" if kind == "communities/invited" and method == "POST" else "")
    answer = ben.ask(method, path, "password=a+wooden+boat+at+sea" if method == "POST" else None, Content_Type=FORM)
    assert answer.status == 404
    assert "This link is too old, was used already, or lost a part on its way." in answer.text
    assert counts(server) == before


def test_a_link_to_a_new_password_works_once(server, village):
    somebody = server.make.person("Rae Reset")
    with server.connected():
        token = links.sign("reset", [somebody.id, password_mark(somebody)])
    guest = Raw(server)
    page = guest.ask("GET", f"/reset/{token}")
    guest.cookie = page.headers["Set-Cookie"].partition(";")[0]
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert found
    form = {"csrf_token": found.group(1), "password": "a wooden boat at sea"}
    assert guest.post(f"/reset/{token}", **form).status == 303
    again = guest.post(f"/reset/{token}", **form)
    assert again.status == 404
    assert "used already" in again.text


# -- sent twice -------------------------------------------------------------------------------------------------------


def test_a_reply_that_is_sent_twice_is_one_post(server, ben, place):
    before = len(written(server, place))
    first, second = (ben.post(f"/topics/{place.id}/reply", text="Twice", sent_key="twice") for _ in range(2))
    assert first.status == second.status == 303
    assert first.headers["Location"] == second.headers["Location"]
    assert len(written(server, place)) == before + 1


def test_replies_that_are_sent_at_the_same_moment_are_one_post(server, ben, place):
    before = len(written(server, place))
    with ThreadPoolExecutor(6) as pool:
        sent = [pool.submit(ben.post, f"/topics/{place.id}/reply", text="At once", sent_key="once") for _ in range(6)]
    answers = [each.result() for each in sent]
    assert {answer.status for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert len(written(server, place)) == before + 1


def test_a_topic_that_is_sent_twice_is_one_topic(server, ben, village):
    before = counts(server)
    form = {"title": "Twice", "text": "Twice.", "tags": "", "sent_key": "topic-twice"}
    first, second = (ben.post(f"{village.square.url}/topics/new", **form) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert [now - then for now, then in zip(counts(server), before, strict=True)] == [0, 0, 1, 1, 0]


@pytest.mark.parametrize("deed", ["thank", "helped", "accept"])
def test_a_deed_that_is_done_twice_is_done_once(server, village, deed):
    topic = server.make.topic(village.square, village.ada)
    reply = server.make.reply(topic, village.ben)
    ada = Raw(server, village.ada)
    assert {ada.post(f"/posts/{reply.id}/{deed}").status for _ in range(2)} == {303}
    with server.connected():
        post = session().get_one(Post, reply.id)
        assert (post.thank_count, post.helped_count) == {"thank": (1, 0), "helped": (0, 1), "accept": (0, 0)}[deed]


def test_joining_twice_is_joining_once(server, village):
    olu = Raw(server, village.olu)
    there = server.make.community("Joined Twice")
    assert {olu.post(f"{there.url}/join").status for _ in range(2)} == {303}
    with server.connected():
        assert session().get_one(Community, there.id).member_count == 1


# -- forms ------------------------------------------------------------------------------------------------------------


def test_what_was_typed_stays_in_each_form_with_a_sentence_beside_it(server, ben, village, place):
    kept = "Kept <b>& \u201cwhole\u201d"
    forms = {
        f"{village.square.url}/topics/new": {"title": "", "text": kept, "tags": kept},
        f"/topics/{place.id}/reply": {"text": "", "parent_number": "1"},
        "/communities/new": {"name": kept, "purpose": "", "listed": "yes", "reading": "nobody", "joining": "open"},
        "/settings": {"name": "", "about": kept, "terms": kept},
        "/settings/affiliations": {"institution": kept, "role": kept, "began": "long ago"},
        "/settings/addresses": {"address": kept},
    }
    before = counts(server)
    for path, form in forms.items():
        answer = ben.post(path, **form)
        assert answer.status == 422, path
        assert "field-error" in answer.text, path
        if kept in form.values():
            assert "Kept &lt;b&gt;&amp;" in answer.text, path
    assert counts(server) == before


def addresses(server: Any) -> int:
    with server.connected():
        return session().scalar(select(func.count(Address.id))) or 0


@pytest.mark.parametrize(
    "fields", [{}, {"name": "x"}, {"address": ["a@b.example", "c@d.example"]}, {"password": "a" * 100_000}]
)
def test_a_sign_up_with_fields_missing_or_doubled_makes_nothing(server, raw_guest, fields):
    page = raw_guest.ask("GET", "/sign-up")
    somebody = Raw(server)
    somebody.cookie = page.headers["Set-Cookie"].partition(";")[0]
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert found
    before = addresses(server)
    body = urllib.parse.urlencode({"csrf_token": found.group(1), **fields}, doseq=True)
    answer: Said = somebody.ask("POST", "/sign-up", body, Content_Type=FORM)
    assert answer.status == 422
    assert answer.is_clear
    assert addresses(server) == before
