"""Terms are completed while they are typed: by keyboard, by pointer, and told to screen readers."""

from playwright.sync_api import expect

from cop.core import terms
from tests.support.cast import Village


def field_for_terms(server, browser_page, **how):
    """Ada asks in the Square of a network with a small vocabulary."""
    village: Village = server.make.village()
    server.make.vocabulary("Peer assessment", "Assessment", "Bullying")
    page = browser_page(village.ada, **how)
    page.goto(f"{village.square.url}/topics/new")
    return page, page.get_by_label("Filed under")


def test_the_part_after_the_last_comma_is_completed_by_keyboard(server, browser_page):
    page, field = field_for_terms(server, browser_page, width=360)
    field = page.get_by_role("combobox", name="Filed under")
    field.press_sequentially("reading, assess")
    options = page.get_by_role("option")
    expect(options).to_have_text(["Assessment", "Peer assessment"])
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".suggestion-box [role=status]")).to_have_text("Terms to choose from: 2")
    field.press("ArrowDown")
    field.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", options.nth(1).get_attribute("id"))
    field.press("Enter")
    expect(field).to_have_value("reading, Peer assessment, ")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press_sequentially("bully")
    options.first.click()
    expect(field).to_have_value("reading, Peer assessment, Bullying, ")
    field.press_sequentially("assess")
    expect(options).to_have_count(2)
    field.press("Escape")
    expect(options).to_have_count(0)
    page.get_by_label("Your question").fill("How?")
    page.get_by_label("Say more").fill("How do you do it?")
    page.get_by_role("button", name="Post question").click()
    expect(page.get_by_role("heading", name="How?")).to_be_visible()
    with server.connected():
        filed = [term.name for term in terms.terms_of("topic", [1])[1]]
    assert filed == ["reading", "Peer assessment", "Bullying", "assess"], "what was not chosen is a term of its own"
