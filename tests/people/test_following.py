"""Following people: the button, the page of those whom one follows, and that it is nobody else's affair."""

import html
import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete, func, select

from cop.core.activity import Activity
from cop.core.db import session, unit_of_work
from cop.core.follows import Follow
from cop.people import following
from cop.people.models import Person
from cop.people.service import claim
from tests.support.cast import fresh


@pytest.fixture
def change(app):
    """Fields of somebody: `change(village.ben, status="deleted")`."""

    def set_fields(person, **fields):
        with unit_of_work() as db:
            row = db.get_one(Person, person.id)
            for name, value in fields.items():
                setattr(row, name, value)

    return set_fields


@pytest.fixture
def pat(make):
    """An imported author whom nobody has claimed."""
    return make.person("Pat Archive", handle="pat", status="placeholder")


def button(page):
    """What the button that follows says, and where it leads."""
    found = re.search(r'action="(/people/[^"]*/(?:un)?follow)".*?<button[^>]*>(.*?)</button>', page, re.DOTALL)
    return (found[1], re.sub(r"<[^>]+>", "", found[2]).strip()) if found else None


def without_tokens(page):
    """A page but for what differs each time it is made."""
    return re.sub(r'name="csrf[_-]token"[^>]*>', "", page)


def names_on(page):
    return re.findall(r'<article class="listed" aria-label="([^"]+)"', html.unescape(page))


def test_a_button_on_a_persons_page_follows_and_stops(village, sign_in):
    olu = sign_in(village.olu)
    assert button(olu.get("/people/ada").text) == ("/people/ada/follow", "Follow Ada Lowe")
    for _ in range(2):
        answer = olu.post("/people/ada/follow")
        assert (answer.status_code, answer.location) == (303, "/people/ada")
    page = olu.get("/people/ada").text
    assert button(page) == ("/people/ada/unfollow", "Following: stop following Ada Lowe")
    assert "You hear when Ada begins something new" in page
    for _ in range(2):
        assert olu.post("/people/ada/unfollow", headers={"Accept": "application/json"}).status_code == 204
    assert button(olu.get("/people/ada").text) == ("/people/ada/follow", "Follow Ada Lowe")


def test_nobody_follows_themselves_guests_or_who_is_out_of_sight(village, sign_in, guest, change):
    ada = sign_in(village.ada)
    for look in ("", "?as=members", "?as=everyone"):
        assert button(ada.get(f"/people/ada{look}").text) is None
    refused = ada.post("/people/ada/follow")
    assert refused.status_code == 403
    assert "This is you." in refused.text
    change(village.ben, visibility={"role": "public"})
    assert button(guest.get("/people/ben").text) is None
    assert guest.post("/people/ben/follow").status_code == guest.get("/people/following").status_code == 302
    for status in ("suspended", "deleted", "new"):
        change(village.ben, status=status)
        assert ada.post("/people/ben/follow").status_code == 404
    assert ada.post("/people/nobody-here/follow").status_code == 404
    assert session().scalar(select(func.count()).select_from(Follow).where(Follow.kind == "person")) == 0


def test_people_whom_one_follows_stand_on_a_page_by_name(village, sign_in):
    olu = sign_in(village.olu)
    assert "You follow nobody yet" in olu.get("/people/following").text
    assert "0 people" in olu.get("/lists").text
    for handle in ("fay", "ben", "ada"):
        olu.post(f"/people/{handle}/follow")
    page = olu.get("/people/following").text
    assert names_on(page) == ["Ada Lowe", "Ben Okoro", "Fay Fenwick"]
    assert "3 people" in page
    assert "Write to Ada" in page
    lists = olu.get("/lists").text
    assert "3 people" in lists
    assert '"/people/following"' in lists
    assert '"/people/following"' in olu.get("/people/ada").text


def test_who_was_stopped_can_be_followed_again_at_once(village, make, sign_in):
    olu = sign_in(village.olu)
    for handle in ("fay", "ben"):
        olu.post(f"/people/{handle}/follow")
    page = olu.get("/people/following").text
    next = re.search(r'action="/people/ben/unfollow".*?name="next" value="([^"]+)"', page, re.DOTALL)[1]
    answer = olu.post("/people/ben/unfollow", data={"next": next})
    assert answer.location == "/people/following?off=ben"
    page = html.unescape(olu.get(answer.location).text)
    assert names_on(page) == ["Fay Fenwick"]
    assert "You do not follow Ben Okoro any more." in page
    assert olu.post("/people/ben/follow", data={"next": "/people/following"}).location == "/people/following"
    assert names_on(olu.get("/people/following").text) == ["Ben Okoro", "Fay Fenwick"]
    for handle in ("ben", "olu", "nobody-here", "x%00y"):  # followed, oneself, nobody, nonsense
        assert "any more" not in olu.get(f"/people/following?off={handle}").text


def test_many_stand_on_several_pages(village, make, sign_in, counted):
    people = [make.person(f"Nell {number:02}") for number in range(following.EACH_PAGE + 1)]
    olu = sign_in(village.olu)
    for person in people:
        olu.post(f"/people/{person.handle}/follow")
    with counted() as sql:
        first = olu.get("/people/following").text
    assert sql.count <= 10, sql
    assert names_on(first) == [person.name for person in people[:-1]]
    second = olu.get("/people/following?page=2").text
    assert names_on(second) == [people[-1].name]
    assert f'value="/people/following?page=2&amp;off={people[-1].handle}"' in second
    assert "There is nobody on this page" in olu.get("/people/following?page=3").text


@pytest.mark.parametrize("status", ["suspended", "deleted"])
def test_who_is_out_of_sight_is_not_shown_and_not_counted_until_they_are_back(village, sign_in, change, status):
    olu = sign_in(village.olu)
    for handle in ("ada", "ben"):
        olu.post(f"/people/{handle}/follow")
    change(village.ben, status=status)
    page = olu.get("/people/following").text
    assert names_on(page) == ["Ada Lowe"]
    assert "Ben Okoro" not in page + olu.get("/people/following?off=ben").text
    assert "1 person" in page
    assert "1 person" in olu.get("/lists").text
    change(village.ben, status="active")
    assert names_on(olu.get("/people/following").text) == ["Ada Lowe", "Ben Okoro"]


def test_an_unclaimed_author_is_followed_for_the_day_on_which_they_come(village, pat, sign_in):
    olu = sign_in(village.olu)
    olu.post("/people/pat/follow")
    assert "Once somebody claims this name" in olu.get("/people/pat").text
    page = olu.get("/people/following").text
    assert names_on(page) == ["Pat Archive"]
    assert "Nobody has claimed this name yet." in page


def test_who_claims_an_author_is_followed_in_the_authors_place(village, pat, make, sign_in, drain):
    for name in ("olu", "ben", "ada"):
        sign_in(getattr(village, name)).post("/people/pat/follow")
    sign_in(village.ben).post("/people/ada/follow")
    sign_in(village.fay).post("/people/ada/follow")
    with unit_of_work():
        claim.take_over(fresh(village.ada), fresh(pat))
    for name, expected in (("olu", ["Ada Lowe"]), ("ben", ["Ada Lowe"]), ("fay", ["Ada Lowe"]), ("ada", [])):
        assert names_on(sign_in(getattr(village, name)).get("/people/following").text) == expected
    rows = session().execute(select(Follow.person_id, Follow.thing_id).where(Follow.kind == "person")).all()
    assert sorted(rows) == sorted((getattr(village, name).id, village.ada.id) for name in ("olu", "ben", "fay"))
    make.topic(village.square, village.ada)
    drain()
    assert "Ada Lowe, whom you follow, asked" in sign_in(village.olu).get("/inbox").text


def test_nobody_else_learns_who_follows_whom(village, sign_in, drain):
    drain()
    watching = {name: sign_in(getattr(village, name)) for name in ("ada", "fay", "mona")}
    pages = ("/people/ada", "/people/olu", "/inbox", "/people/following", "/lists", "/people")
    look = lambda: [without_tokens(browser.get(page).text) for browser in watching.values() for page in pages]
    before, deeds = look(), session().scalar(select(func.count()).select_from(Activity))
    sign_in(village.olu).post("/people/ada/follow")
    assert drain() == 0
    assert look() == before
    assert session().scalar(select(func.count()).select_from(Activity)) == deeds, "it is in no record"


def test_with_a_row_goes_what_it_followed(village, make, sign_in):
    nell = make.person("Nell")
    sign_in(nell).post("/people/ada/follow")
    with unit_of_work() as db:
        db.execute(delete(Person).where(Person.id == nell.id))
    assert session().scalar(select(func.count()).select_from(Follow).where(Follow.kind == "person")) == 0


def test_in_a_browser_the_page_stays_and_the_button_says_how_it_is(server, browser_page):
    village = server.make.village()
    page = browser_page(village.olu)
    page.goto("/people/ada")
    page.wait_for_load_state("networkidle")  # before the scripts have come, the button leads to the page made again
    page.evaluate("window.stayed = true")
    page.get_by_role("button", name="Follow Ada Lowe").press("Enter")
    following = page.get_by_role("button", name=re.compile("^Following ?: stop following Ada Lowe$"))
    expect(following).to_be_focused()
    expect(page.locator("#follow [role=status]")).to_contain_text("You hear when Ada begins something new")
    following.press("Enter")
    expect(page.get_by_role("button", name="Follow Ada Lowe")).to_be_focused()
    assert page.evaluate("window.stayed")
