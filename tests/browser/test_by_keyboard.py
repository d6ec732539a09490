"""Ten jobs by keyboard alone, at a desk and in a narrow window: each can be done, and one always sees where one is."""

import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.keys import Keys
from tests.support.services import wait_until

IS_LONG = os.environ.get("COP_TRIALS") == "long"
WIDE = [pytest.param(1280, marks=pytest.mark.trial)] if IS_LONG else []
WIDTHS = pytest.mark.parametrize("width", [360, *WIDE])
pytestmark = [WIDTHS]
PASSWORD = "a quiet wooden boat"


@pytest.fixture
def keys_of(browser_page, width) -> Callable[..., Keys]:
    """Somebody at a page: `keys_of(person, address)`."""

    def open_for(person: Any, address: str) -> Keys:
        page = browser_page(person, width=width, reduced_motion="reduce")
        page.goto(address)
        return Keys(page)

    return open_for


def attached(keys: Keys) -> None:
    """Wait until the topic's page is live: what is done on it from now on is done in place."""
    expect(keys.page.locator("html")).to_have_attribute("data-live", "on")


def test_sign_up(keys_of, village, mailbox, width):
    keys = keys_of(None, "/")
    page = keys.page
    keys.enter(page.get_by_role("link", name="Join", exact=True).first)
    expect(page).to_have_url(re.compile("/sign-up$"))
    keys.fill(page.get_by_label("Your name"), "Kit Keys")
    keys.fill(page.get_by_label("E-mail address"), f"kit{width}@keys.example")
    keys.fill(page.get_by_label("Password"), PASSWORD)
    keys.press("Enter")
    expect(page).to_have_url(re.compile("/sign-up/sent$"))
    letter = wait_until(lambda: mailbox and mailbox[-1], "no letter came")
    link = re.search(r"http\S+/verify/\S+", letter.get_content())
    page.goto(link.group())
    keys.enter(page.locator("main form .btn-main"))
    expect(page.locator(".messages")).to_contain_text("Welcome, Kit Keys")


def test_find_a_person(keys_of, server, village, width):
    word = {1280: "zoetrope", 360: "kaleidoscope"}[width]
    server.make.topic(village.square, village.ada, title=f"Making a {word}", text=f"A {word} of card and a lamp.")
    keys = keys_of(village.ben, "/")
    page = keys.page

    def found() -> bool:
        page.goto("/")
        keys.fill(page.locator("main, .cover").get_by_role("combobox").first, word)
        keys.press("Enter")
        page.wait_for_url(re.compile("/find"))
        return page.locator(".person-result").count() > 0

    wait_until(found, "the post was not found")
    expect(page.locator(".person-result").first).to_contain_text(word)
    keys.enter(page.locator(".person-result").get_by_role("link", name="Ada Lowe").first)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada Lowe")


def test_ask(keys_of, village, width):
    keys = keys_of(village.ben, village.square.url)
    page = keys.page
    keys.enter(page.get_by_role("link", name="Ask a question").first)
    keys.fill(page.get_by_label("Your question"), f"Who has a kiln? {width}")
    keys.fill(page.get_by_label("Say more"), "We have clay and nothing to fire it in.")
    keys.fill(page.get_by_label("Filed under"), "clay, art")
    keys.enter(page.get_by_role("button", name="Post question"))
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Who has a kiln? {width}")
    expect(page.locator("#post-1")).to_contain_text("nothing to fire it in")


def test_reply(keys_of, village, topic):
    keys = keys_of(village.ben, topic.url)
    page = keys.page
    attached(keys)
    keys.fill(page.locator("#composer textarea"), "Three groups, and a timer.")
    keys.enter(page.get_by_role("button", name="Post reply"))
    expect(page.locator("#post-3")).to_contain_text("Three groups, and a timer.")
    keys.is_seen()


def test_quote(keys_of, village, topic):
    keys = keys_of(village.ben, topic.url)
    page = keys.page
    attached(keys)
    keys.enter(page.locator("#post-2").get_by_role("link", name="Quote"))
    expect(page.locator("#composer textarea")).to_be_focused()
    keys.is_seen()
    keys.type("How do you choose them?")
    keys.enter(page.get_by_role("button", name="Post reply"))
    expect(page.locator("#post-3 blockquote")).to_contain_text("In two groups, ten minutes each.")
    expect(page.locator("#post-3")).to_contain_text("How do you choose them?")
    keys.is_seen()


def open_more(keys: Keys, post: str) -> None:
    keys.enter(keys.page.locator(f"{post} summary").filter(has_text="More"))
    expect(keys.page.locator(f"{post} details[open]")).to_be_attached()


def test_edit(keys_of, village, topic):
    keys = keys_of(village.ada, topic.url)
    page = keys.page
    attached(keys)
    open_more(keys, "#post-1")
    keys.enter(page.locator("#post-1").get_by_role("link", name="Change"))
    expect(page).to_have_url(re.compile("/edit$"))
    keys.fill(page.locator("#composer textarea"), "We have one class of two ages.")
    keys.fill(page.get_by_label("What you changed"), "Said it shorter")
    keys.enter(page.get_by_role("button", name="Save"))
    expect(page.locator("#post-1 .post-text")).to_have_text("We have one class of two ages.")
    keys.enter(page.locator("#post-1").get_by_role("link", name="what changed"))
    expect(page.get_by_role("heading", name="Said it shorter")).to_be_visible()


def test_thank(keys_of, village, topic):
    keys = keys_of(village.ada, topic.url)
    page = keys.page
    attached(keys)
    keys.enter(page.locator("#post-2").get_by_role("button", name="Thank"))
    thanked = page.locator("#post-2").get_by_role("button", name="Thanked")
    expect(thanked).to_have_attribute("aria-pressed", "true")
    expect(thanked).to_be_focused()
    keys.is_seen()


def test_accept_an_answer(keys_of, village, topic):
    keys = keys_of(village.ada, topic.url)
    page = keys.page
    attached(keys)
    open_more(keys, "#post-2")
    keys.enter(page.locator("#post-2").get_by_role("button", name="This answers the question"))
    expect(page.locator("#post-2 .post-helped")).to_contain_text("This answered the question")
    expect(page.locator("#topic-summary")).to_contain_text("answered")
    keys.is_seen()


def test_follow(keys_of, village, topic):
    keys = keys_of(village.ben, topic.url)
    page = keys.page
    attached(keys)
    keys.enter(page.get_by_role("button", name="Follow this topic"))
    expect(page.get_by_role("button", name="Stop following")).to_be_visible()
    expect(page.get_by_text("You hear of each reply.")).to_be_visible()
    keys.is_seen()


def test_mark_read(keys_of, village, topic):
    keys = keys_of(village.ben, "/topics")
    page = keys.page
    expect(page.locator(".topic-row").filter(has_text="phonics").first).to_contain_text("New")
    keys.enter(page.get_by_role("button", name="Mark all read"))
    expect(page.locator(".messages")).to_contain_text("Everything is marked read.")
    expect(page.locator(".topic-row").filter(has_text="phonics").first).not_to_contain_text("New")


def test_a_menu_closes_and_gives_the_focus_back(keys_of, village, topic):
    """Nowhere is the focus held, and nowhere lost."""
    keys = keys_of(village.ada, topic.url)
    attached(keys)
    open_more(keys, "#post-1")
    keys.press("Tab", "Escape")
    expect(keys.page.locator("#post-1 details[open]")).to_have_count(0)
    expect(keys.page.locator("#post-1 summary")).to_be_focused()
    keys.is_seen()


def test_the_first_tab_leads_past_the_masthead(keys_of, village, topic):
    keys = keys_of(village.ada, topic.url)
    keys.press("Tab")
    expect(keys.page.get_by_role("link", name="Skip to the page")).to_be_focused()
    keys.is_seen()
    keys.press("Enter", "Tab")
    assert keys.page.evaluate("document.activeElement.closest('main') !== null")


def test_put_what_is_asked_in_order(keys_of, server, village, width):
    labels = [f"{letter} at {width}" for letter in "ABC"]
    for label in labels:
        server.make.field(village.mona, label, group_name=f"Group {width}")
    keys = keys_of(village.mona, "/fields")
    page = keys.page
    group = page.locator("section", has=page.get_by_role("heading", name=f"Group {width}"))
    last = group.get_by_role("listitem").filter(has_text=labels[2])
    keys.enter(last.get_by_role("button", name=re.compile(rf"Up\s*: {labels[2]}")))
    expect(page).to_have_url(re.compile(r"#field-\d+$"))
    for _ in range(3):  # from where it stands now, its own buttons come first
        if page.locator(":focus").get_by_text("Up").count():
            break
        keys.press("Tab")
    keys.is_seen()
    keys.press("Enter")
    expect(group.locator(".own-row-name")).to_have_text([labels[2], labels[0], labels[1]])
