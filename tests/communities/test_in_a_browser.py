"""A community's pages in a real browser: the beacon of a visit, and joining by keyboard alone."""

from playwright.sync_api import expect

from cop.communities.models import Membership
from cop.core.db import session


def membership(server, community, person):
    with server.connected():
        return session().get(Membership, (person.id, community.id))


def test_looking_at_a_community_is_noted_after_it_was_shown(server, browser_page):
    village = server.make.village()
    page = browser_page(village.ada)
    with page.expect_response("**/visited") as answer:
        page.goto(village.square.url)
    assert answer.value.status == 204
    assert membership(server, village.square, village.ada).here_at is not None


def test_joining_and_leaving_by_keyboard(server, browser_page):
    village = server.make.village()
    page = browser_page(village.olu, width=360)
    page.goto(village.square.url)
    page.get_by_role("button", name="Join this community").press("Enter")
    expect(page.locator(".status")).to_contain_text("You belong to “The Square” now.")
    assert membership(server, village.square, village.olu).role == "member"
    page.get_by_role("link", name="Leave this community").press("Enter")
    page.get_by_role("button", name="Leave", exact=True).press("Enter")
    expect(page.locator(".status")).to_contain_text("You have left “The Square”.")
    assert membership(server, village.square, village.olu) is None
