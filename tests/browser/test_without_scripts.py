"""With scripts off: reading, finding, asking, replying, quoting, thanking, changing, following and marking read."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.services import wait_until


@pytest.fixture
def plain(browser_page) -> Any:
    """A page of somebody's on which no script runs: `plain(person)`; on a phone, because most are."""
    return lambda person: browser_page(person, width=360, java_script_enabled=False)


def test_nothing_runs(plain, village):
    page = plain(village.ben)
    page.goto("/")
    expect(page.locator("html.js")).to_have_count(0)


def test_a_guest_reads_and_is_led_to_the_reply(plain, topic):
    page = plain(None)
    page.goto("/topics")
    page.get_by_role("link", name=topic.title).first.click()
    expect(page.locator("#post-2")).to_contain_text("In two groups")
    page.get_by_role("link", name="Sign in to reply").click()
    page.get_by_label("E-mail address").fill("ben@village.example")
    page.get_by_label("Password").fill("correct horse battery")
    page.locator("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(topic.title)
    expect(page.get_by_role("textbox", name="Your reply")).to_be_visible()


def test_find(plain, server, village):
    server.make.topic(
        village.square, village.ada, title="The camera obscura", text="A camera obscura of a cardboard box."
    )
    page = plain(village.ben)

    def found() -> bool:
        page.goto("/")
        page.locator(".cover").get_by_role("searchbox").fill("obscura")
        page.locator(".cover").get_by_role("button", name="Find").click()
        return page.locator(".person-result").count() > 0

    wait_until(found, "the post was not found")
    page.locator(".find-answers a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The camera obscura")


def test_ask_and_reply(plain, village):
    page = plain(village.ben)
    page.goto(village.square.url)
    page.get_by_role("link", name="Ask a question").first.click()
    page.get_by_label("Say more").fill("We have clay.")
    page.get_by_role("button", name="Post question").click()
    expect(page.locator(".field .field-error")).to_contain_text("Give it a title")
    expect(page.get_by_label("Say more")).to_have_value("We have clay.")
    page.get_by_label("Your question").fill("Who has a kiln?")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("section.sheet .prose")).to_have_text("We have clay.")
    page.get_by_role("button", name="Post question").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who has a kiln?")
    page.get_by_role("textbox", name="Your reply").fill("I have.")
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator("#post-2 .post-text")).to_have_text("I have.")
    assert page.url.endswith("#post-2")


def test_quote(plain, village, topic):
    page = plain(village.ben)
    page.goto(topic.url)
    page.locator("#post-2").get_by_role("link", name="Quote").click()
    box = page.get_by_role("textbox", name="Your reply")
    expect(box).to_have_value(re.compile(r"^> \[Fay Fenwick wrote\]\(/posts/\d+\):\n> In two groups"))
    box.fill(f"{box.input_value()}\n\nAnd who chooses?")
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator("#post-3 blockquote")).to_contain_text("In two groups, ten minutes each.")


def test_answer_one_post_in_particular(plain, village, topic):
    page = plain(village.ben)
    page.goto(topic.url)
    page.locator("#post-1 summary").click()
    page.locator("#post-1").get_by_role("link", name="Reply to this").click()
    expect(page.locator(".composer-parent")).to_contain_text("Ada Lowe")
    page.get_by_role("textbox", name="Your reply").fill("To you.")
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator("#post-3 .post-parent")).to_contain_text("Ada Lowe")


def test_thank_and_take_it_back(plain, village, topic):
    page = plain(village.ada)
    page.goto(topic.url)
    page.locator("#post-2").get_by_role("button", name="Thank").click()
    thanked = page.locator("#post-2").get_by_role("button", name="Thanked")
    expect(thanked).to_contain_text("1")
    thanked.click()
    expect(page.locator("#post-2").get_by_role("button", name="Thank", exact=True)).to_have_attribute(
        "aria-pressed", "false"
    )


def test_accept_an_answer(plain, village, topic):
    page = plain(village.ada)
    page.goto(topic.url)
    page.locator("#post-2 summary").click()
    page.locator("#post-2").get_by_role("button", name="This answers the question").click()
    expect(page.locator("#post-2")).to_contain_text("This answered the question")


def test_change_a_post(plain, village, topic):
    page = plain(village.ada)
    page.goto(topic.url)
    page.locator("#post-1 summary").click()
    page.locator("#post-1").get_by_role("link", name="Change").click()
    page.locator("#composer textarea").fill("Changed by hand.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#post-1 .post-text")).to_have_text("Changed by hand.")


def test_follow_and_stop(plain, village, topic):
    page = plain(village.ben)
    page.goto(topic.url)
    page.get_by_role("button", name="Follow this topic").click()
    expect(page.get_by_text("You hear of each reply.")).to_be_visible()
    page.get_by_role("button", name="Stop following").click()
    expect(page.get_by_role("button", name="Follow this topic")).to_be_visible()


def test_mark_read_to_here_and_all(plain, server, village, topic):
    page = plain(village.ben)
    page.goto(topic.url)
    page.locator("#post-1 summary").click()
    page.locator("#post-1").get_by_role("button", name="I have read to here").click()
    expect(page.locator(".messages")).to_contain_text("You have read up to post 1.")
    page.goto(topic.url)
    expect(page.locator("#new + #post-2")).to_be_visible()
    page.get_by_role("button", name="I have read to here").last.click()
    page.goto(topic.url)
    expect(page.locator("#new")).to_have_count(0)
    server.make.reply(topic, village.fay, "One more.")
    page.goto("/topics")
    page.get_by_role("button", name="Mark all read").click()
    expect(page.locator(".messages")).to_contain_text("Everything is marked read.")
    page.goto(topic.url)
    expect(page.locator("#new")).to_have_count(0)


def test_light_or_dark(plain):
    page = plain(None)
    page.goto("/about/how")
    page.locator(".foot summary").filter(has_text="Light or dark").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
