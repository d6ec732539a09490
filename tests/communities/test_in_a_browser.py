"""A community's pages in a real browser: the beacon of a visit, and joining by keyboard alone."""

from playwright.sync_api import expect

from cop.communities.models import Membership
from cop.core import drafts
from cop.core.db import session
from tests.support.services import wait_until


def membership(server, community, person):
    with server.connected():
        return session().get(Membership, (person.id, community.id))


def kept(server, person):
    """What somebody has typed into the first page by which a community is started."""
    with server.connected():
        return drafts.draft_of(person, "start:1").fields


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


def test_what_is_typed_while_starting_is_there_when_the_page_is_opened_again(server, browser_page):
    village = server.make.village()
    page = browser_page(village.olu)
    page.goto("/communities/new")
    page.wait_for_load_state("networkidle")
    page.get_by_label("Name", exact=True).fill("Early Rea")
    page.get_by_label("Joint enquiry group").check()
    expect(page.locator(".draft-line")).to_contain_text("Draft saved at")
    page.get_by_label("Who it is for").fill("Everybody")
    page.goto("/communities")  # left before it was saved again: kept on leaving
    wait_until(lambda: kept(server, village.olu).get("for_whom") == "Everybody", "it was not kept on leaving")
    page.goto("/communities/new")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Early Rea")
    expect(page.get_by_label("Joint enquiry group")).to_be_checked()
    expect(page.get_by_label("Who it is for")).to_have_value("Everybody")


def test_a_community_is_started_without_scripts_by_keyboard_on_a_phone(server, browser_page):
    village = server.make.village()
    page = browser_page(village.olu, width=360, java_script_enabled=False)
    page.goto("/communities/new")
    page.get_by_label("Name", exact=True).fill("Early Reading")
    page.get_by_role("button", name="Go on").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("2 things to mend")
    page.get_by_label("What it is for").fill("For those who teach it.")
    page.get_by_label("Joint enquiry group").press("Space")
    page.get_by_role("button", name="Go on").press("Enter")
    expect(page.get_by_role("radio", name="By invitation A")).to_be_checked()
    page.get_by_label("On request").press("Space")
    page.get_by_role("button", name="Back").press("Enter")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Early Reading")
    page.get_by_role("button", name="Go on").press("Enter")
    expect(page.get_by_label("On request")).to_be_checked()
    page.get_by_role("button", name="Go on").press("Enter")
    page.get_by_label("I accept these principles").press("Space")
    page.get_by_label("Who looks after it with you?").fill("Ada Lowe")
    page.get_by_role("button", name="Start it").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Early Reading")
    expect(page.locator(".status").first).to_contain_text("“Early Reading” is open")


def test_a_section_of_the_settings_is_opened_and_saved_by_keyboard(server, browser_page):
    village = server.make.village()
    page = browser_page(village.fay, width=360)
    page.goto(f"{village.close.url}/settings")
    page.locator("summary", has_text="Colour and intro").press("Enter")
    expect(page.get_by_label("Name", exact=True)).not_to_be_visible()  # one section at a time
    page.get_by_label("Plum").press("Space")
    page.get_by_label("Intro").fill("We meet on Thursdays.")
    page.get_by_role("button", name="Save colour and intro").press("Enter")
    expect(page.locator(".status").first).to_contain_text("Saved.")
    expect(page.get_by_label("Plum")).to_be_checked()
    expect(page.get_by_label("Plum")).to_be_visible()  # the section that was saved is open again
    page.goto(village.close.url)
    expect(page.locator(".prose").first).to_contain_text("We meet on Thursdays.")
    expect(page.locator(".community-head .cloth-2")).to_be_visible()
