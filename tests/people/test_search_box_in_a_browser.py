"""The search box while somebody types: by keyboard, by pointer, told to screen readers, and when nobody answers."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.axe import problems


@pytest.fixture
def box(server, browser_page):
    """Ben at a page, in whose search box he types: `box(address)`; the page and the field."""
    village = server.make.village()
    server.make.vocabulary("Thorn hedges")
    server.make.person("Siân Thornbeck", handle="sian")
    server.make.institution("Thorn Primary School", town="Hexham")

    def open_at(address="/", **how):
        page = browser_page(village.ben, **how)
        page.goto(address)
        field = page.get_by_role("combobox").and_(page.locator("[name=q]"))
        expect(field).to_have_count(1)
        return page, field

    return open_at


def test_by_keyboard_one_goes_to_what_one_means(box):
    page, field = box(width=360)
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press_sequentially("thorn")
    options = page.get_by_role("option")
    expect(options).to_have_count(4)
    expect(field).to_have_attribute("aria-expanded", "true")
    marked = page.locator("[role=option][aria-selected=true]")
    for key, place in (("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0), ("ArrowUp", 3), ("Home", 0), ("End", 3)):
        field.press(key)
        expect(marked).to_have_count(1)
        expect(field).to_have_attribute("aria-activedescendant", options.nth(place).get_attribute("id"))
        expect(options.nth(place)).to_have_attribute("aria-selected", "true")
    field.press("Escape")
    expect(options).to_have_count(0)
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("thorn")
    field.press("ArrowDown")
    expect(options).to_have_count(4)
    for _ in range(3):
        field.press("ArrowDown")
    field.press("Enter")
    expect(page).to_have_url(re.compile("/people/sian$"))


def test_enter_searches_for_what_was_typed(box):
    page, field = box()
    field.press_sequentially("thorn")
    expect(page.get_by_role("option")).to_have_count(4)
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"/find\?q=thorn$"))


def test_by_pointer_in_the_header_and_leaving_closes_the_list(box):
    page, field = box("/communities", width=800)
    field.press_sequentially("thronbeck")
    options = page.get_by_role("option")
    expect(options).to_have_count(2)
    page.mouse.click(5, 700)
    expect(options).to_have_count(0)
    field.focus()
    field.press_sequentially("s")
    field.press("Backspace")
    expect(options).to_have_count(2)
    assert all(option.bounding_box()["height"] >= 44 for option in options.all())
    options.filter(has_text="Siân Thornbeck").click()
    expect(page).to_have_url(re.compile("/people/sian$"))


def test_a_screen_reader_is_told_of_the_list_its_groups_and_how_many(box):
    page, field = box(width=320)
    field.press_sequentially("thorn")
    listbox = page.get_by_role("listbox", name="Suggestions")
    expect(listbox).to_be_visible()
    assert field.get_attribute("aria-controls") == listbox.get_attribute("id")
    assert field.get_attribute("aria-autocomplete") == "list"
    assert [each.get_attribute("aria-label") for each in listbox.get_by_role("group").all()] == [
        "Terms",
        "People",
        "Institutions",
    ]
    expect(listbox.get_by_role("option", name=re.compile("^Thorn Primary School School.+Hexham$"))).to_have_count(1)
    expect(page.locator(".search-box [role=status]")).to_have_text("Suggestions: 3")
    field.press("ArrowDown")
    expect(field).to_be_focused()
    assert problems(page, "suggestions") == []


def test_answers_that_come_late_are_dropped(box):
    page, field = box()
    waiting = []
    page.route("**/suggest?q=thorn", lambda route: waiting.append(route))  # noqa: PLW0108  Playwright marks it
    with page.expect_request("**/suggest?q=thorn"):
        field.press_sequentially("thorn")
    field.press_sequentially(" h")
    options = page.get_by_role("option")
    expect(options).to_have_count(3)
    with page.expect_response("**/suggest?q=thorn"):
        waiting[0].continue_()
    page.evaluate("() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))")
    expect(options).to_have_count(3)


def test_when_nobody_answers_the_box_searches_as_ever(box, browser_page):
    page, field = box()
    page.route("**/suggest?*", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        field.press_sequentially("thorn")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"/find\?q=thorn$"))
    browser_page.problems[:] = [each for each in browser_page.problems if "ERR_FAILED" not in each]
