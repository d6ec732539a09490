"""The list of communities and the home of one: who sees what, and what it costs."""

import pytest

from cop.communities import queries
from cop.communities.models import JoinRequest
from cop.core.db import session, unit_of_work
from tests.support.cast import fresh

CAST = ("fay", "ada", "ben", "olu", "mona")
EVERY_PAGE = (
    "",
    "/members",
    "/settings",
    "/requests",
    "/requests/1/decline",
    "/requests/1/ask",
    "/invite",
    "/invitations",
    "/recommend",
    "/leave",
    "/step-down",
    "/ask-to-join",
    "/mentionable",
)
EVERY_POST = (
    "/join", "/leave", "/step-down", "/ask-to-join", "/settings", "/invite", "/visited", "/invite/olu",
    "/members/ada/facilitator", "/members/ada/remove", "/requests/1/accept", "/requests/1/decline", "/requests/1/ask",
    "/ask-to-join/answer", "/invitations/1/withdraw", "/invitations/1/send", "/invitation/accept",
    "/invitation/decline", "/recommend", "/recommend/olu", "/settings/look", "/settings/banner",
    "/settings/banner/remove", "/settings/welcome", "/welcome/1/done", "/welcome/1/undone", "/welcome/dismiss",
)  # fmt: skip


def browser(village, sign_in, guest, name):
    return guest if name == "guest" else sign_in(getattr(village, name))


@pytest.mark.parametrize(
    ("name", "seen", "unseen"),
    [
        ("guest", ["The Square"], ["The Close", "The Cellar"]),
        ("olu", ["The Square", "The Close"], ["The Cellar"]),
        ("mona", ["The Square", "The Close"], ["The Cellar"]),
        ("ada", ["The Square", "The Close", "The Cellar"], []),
    ],
)
def test_the_list_shows_what_its_reader_may_know_of(village, sign_in, guest, name, seen, unseen):
    page = browser(village, sign_in, guest, name).get("/communities").text
    assert [each for each in seen + unseen if each in page] == seen


def test_words_narrow_the_list_and_reveal_nothing_hidden(village, sign_in):
    olu = sign_in(village.olu)
    assert "The Close" in olu.get("/communities?q=close").text
    found = olu.get("/communities?q=cellar").text
    assert "No community is like this" in found and "The Cellar" not in found
    assert "No community is like this" in olu.get("/communities?q=%25").text


def test_the_list_can_be_narrowed_to_ones_own_and_to_open_ones(village, sign_in, guest):
    ben = sign_in(village.ben)
    mine, open_ones = (
        ben.get("/communities?which=mine").text,
        sign_in(village.olu).get("/communities?joining=open").text,
    )
    assert "The Square" in mine and "Elsewhere" not in mine
    assert "The Square" in open_ones and "The Close" not in open_ones
    assert ben.get("/communities?which=nonsense").status_code == 404
    assert "/sign-in" in guest.get("/communities?which=mine").headers["Location"]


def test_the_list_costs_the_same_however_long(village, make, sign_in, counted):
    for number in range(12):
        there, person = make.community(f"Place {number}"), make.person(f"Guide {number}")
        make.member(there, person, role="facilitator")
        make.member(there, village.ada)
    ada = sign_in(village.ada)
    with counted() as sql:
        page = ada.get("/communities").text
    assert page.count("Looked after by") >= 12
    assert sql.count <= 10, "\n".join(sql.statements)
    assert not sql.writes


@pytest.mark.parametrize("name", ["guest", "ben", "olu", "mona"])
def test_a_hidden_community_does_not_exist_for_outsiders(village, sign_in, guest, name):
    client = browser(village, sign_in, guest, name)
    for end in EVERY_PAGE:
        there, nowhere = client.get(f"/communities/cellar{end}"), client.get(f"/communities/nowhere{end}")
        assert there.status_code == nowhere.status_code
        assert there.status_code == 404 or (name == "guest" and "/sign-in" in there.headers["Location"])
        assert "Cellar" not in there.text
    for end in EVERY_POST:
        there = client.post(f"/communities/cellar{end}", data=community_fields())
        assert there.status_code == 404 or (name == "guest" and "/sign-in" in there.headers["Location"])


def community_fields(**changes):
    fields = {"name": "Early Reading", "purpose": "For those who teach it.", "listed": "yes", "reading": "network"}
    return {**fields, "joining": "open", "reason": "I teach.", "addresses": "new@school.example", **changes}


@pytest.mark.parametrize("name", CAST)
def test_a_members_only_community_shows_outsiders_what_it_is_for_and_no_more(village, make, sign_in, name):
    make.topic(village.close, village.ada, title="A question for members")
    client = sign_in(getattr(village, name))
    page, members = client.get("/communities/close"), client.get("/communities/close/members")
    assert page.status_code == 200 and "What The Close is for." in page.text and "Fay Fenwick" in page.text
    belongs = name in ("fay", "ada", "ben")
    assert ("A question for members" in page.text) == belongs
    assert (members.status_code, "Ben Okoro" in members.text) == ((200, True) if belongs else (403, False))
    assert name == "ben" or "Ben Okoro" not in page.text


@pytest.mark.parametrize(
    ("name", "offer"),
    [
        ("guest", "Sign in to take part"),
        ("olu", "Join this community"),
        ("ada", "Ask a question"),
        ("fay", "Look after the place"),
    ],
)
def test_the_home_offers_each_reader_their_next_step(village, sign_in, guest, name, offer):
    page = browser(village, sign_in, guest, name).get("/communities/square").text
    assert offer in page
    assert ("Look after the place" in page) == (name == "fay")


def test_a_guest_is_offered_to_sign_in_where_nothing_may_be_seen(village, guest):
    answers = [guest.get(f"/communities/{slug}") for slug in ("close", "cellar", "nowhere")]
    assert {answer.status_code for answer in answers} == {404}
    for answer, slug in zip(answers, ("close", "cellar", "nowhere"), strict=True):
        assert (
            f"/sign-in?next=%2Fcommunities%2F{slug}" in answer.text
            or f"/sign-in?next=/communities/{slug}" in answer.text
        )


@pytest.mark.parametrize(("name", "status"), [("fay", 303), ("ada", 403), ("olu", 403), ("mona", 403)])
def test_facilitators_change_a_community(village, sign_in, name, status):
    client = sign_in(getattr(village, name))
    answer = client.post("/communities/close/settings", data=community_fields(reading="members"))
    assert answer.status_code == status
    assert (fresh(village.close).name == "Early Reading") == (status == 303)
    assert client.get("/communities/close/settings").status_code == (200 if status == 303 else 403)


def test_a_hidden_community_is_read_by_members_and_joined_by_invitation_whatever_the_form_says(village, sign_in):
    fay = sign_in(village.fay)
    fay.post("/communities/square/settings", data=community_fields(listed="no", reading="everyone", joining="open"))
    square = fresh(village.square)
    assert (square.listed, square.reading, square.joining) == (False, "members", "invitation")
    assert sign_in(village.olu).get("/communities/square").status_code == 404


def test_a_visit_keeps_what_was_new_at_its_beginning(village, sign_in, monkeypatch):
    import datetime as dt

    from cop.communities import models
    from cop.communities.service import places
    from cop.core.db import utcnow

    begun = utcnow()
    ada = sign_in(village.ada)

    def visit(minutes):
        for module in (models, places):
            monkeypatch.setattr(module, "utcnow", lambda: begun + dt.timedelta(minutes=minutes))
        since = queries.visited_at(fresh(village.ada), village.square)
        assert ada.post("/communities/square/visited").status_code == 204
        session().expire_all()
        return round((since - begun).total_seconds() / 60)

    joined = visit(0)
    assert joined <= 0
    assert visit(10) == joined  # the same visit: it stays as it was
    assert visit(35) == joined  # seen ten minutes in, so still the same visit
    assert visit(24 * 60) == 35  # the next day: since the end of the last visit
    assert visit(24 * 60 + 20) == 35


def test_views_write_nothing(village, sign_in, counted):
    ada = sign_in(village.ada)
    with counted() as sql:
        for path in ("/communities", "/communities/square", "/communities/square/members", "/communities/square/leave"):
            assert ada.get(path).status_code == 200
    assert not sql.writes


@pytest.mark.parametrize(("name", "expected"), [("fay", ["Ada Lowe"]), ("ben", None), ("olu", None), ("mona", None)])
def test_only_those_who_may_read_can_be_mentioned(village, sign_in, name, expected):
    answer = sign_in(getattr(village, name)).get("/communities/cellar/mentionable?q=")
    assert answer.status_code == (200 if expected is not None else 404)
    if expected is not None:
        assert [each["name"] for each in answer.json] == expected


def test_mentions_are_found_by_any_word_and_without_accents(village, make, sign_in):
    sian = make.person("Siân Trevelyan-Hughes", handle="sian-trevelyan-hughes")
    make.member(village.close, sian)
    fay = sign_in(village.fay)

    def found(place, typed):
        return [each["name"] for each in fay.get(f"/communities/{place}/mentionable?q={typed}").json]

    for typed in ("sia", "siâ", "Trev", "hug", "sian hug"):
        assert found("close", typed) == ["Siân Trevelyan-Hughes"]
    assert found("close", "ughes") == found("close", "olu") == []
    assert found("square", "olu") == ["Olu Adeyemi"]  # everyone on the network may read the square
    assert found("square", "fay") == []


@pytest.mark.parametrize(
    ("end", "most"),
    [
        ("", 17),
        ("/members", 7),
        ("/settings", 8),
        ("/requests", 9),
        ("/invite?q=pe", 7),
        ("/invitations", 8),
        ("/mentionable?q=pe", 4),
    ],
)
def test_pages_of_a_community_cost_the_same_however_many_belong(village, make, sign_in, counted, end, most):
    from cop.core.db import utcnow

    for number in range(25):
        person = make.person(f"Person {number}")
        if number % 2:
            make.member(village.close, person)
        else:
            with unit_of_work() as db:
                db.add(
                    JoinRequest(person_id=person.id, community_id=village.close.id, reason="Please.", asked_at=utcnow())
                )
    fay = sign_in(village.fay)
    with counted() as sql:
        answer = fay.get(f"/communities/close{end}")
    assert answer.status_code == 200
    assert not sql.writes
    assert sql.count <= most, "\n".join(sql.statements)
