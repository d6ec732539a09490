"""How far somebody has read: only what was on screen for a second counts, and opening lands on the first unread."""

from playwright.sync_api import expect

from cop.core import marks
from tests.live.conftest import LONG, connected
from tests.support.services import wait_until


def mark(server, person, topic):
    with server.connected():
        found = marks.mark_of(person, "topic", topic.id)
        return found.number if found else 0


def test_the_mark_moves_only_over_what_was_on_screen(opened, village, server, topic):
    page = opened(village.ben)
    wait_until(lambda: mark(server, village.ben, topic) == 1, "the first post was seen")
    page.evaluate("document.getElementById('post-2').scrollIntoView()")
    wait_until(lambda: mark(server, village.ben, topic) == 2, "then the second")
    page.evaluate("document.getElementById('post-3').scrollIntoView()")
    page.wait_for_timeout(300)
    page.evaluate("scrollTo(0, 0)")  # seen, but for less than a second
    page.wait_for_timeout(2500)
    assert mark(server, village.ben, topic) == 2
    page.evaluate("document.getElementById('post-3').scrollIntoView()")
    page.wait_for_timeout(1300)
    page.goto("/sign-in")  # before the two seconds are over: told on leaving
    wait_until(lambda: mark(server, village.ben, topic) == 3, "what was seen last is told when the page is left")


def test_what_arrives_in_a_page_that_is_out_of_sight_stays_unread_under_a_line(opened, village, server, topic):
    page = opened(village.ben)
    page.evaluate("document.getElementById('post-3').scrollIntoView()")
    wait_until(lambda: mark(server, village.ben, topic) == 3, "all was read")
    hide = """hidden => {
      Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
      document.dispatchEvent(new Event('visibilitychange'));
    }"""
    page.evaluate(hide, True)
    server.make.reply(topic, village.ada, "While you looked away.")
    server.make.reply(topic, village.ada, "And more.")
    expect(page.locator("#post-5")).to_be_attached()
    expect(page.locator("#new + #post-4")).to_be_attached()
    page.evaluate("document.getElementById('post-5').scrollIntoView()")
    page.wait_for_timeout(2500)
    assert mark(server, village.ben, topic) == 3
    page.evaluate(hide, False)
    wait_until(lambda: mark(server, village.ben, topic) == 5, "now they were seen")


def test_new_posts_below_are_pointed_to_and_never_jumped_to(opened, village, server, topic):
    page = opened(village.ben)
    page.evaluate("scrollTo(0, 0)")
    wait_until(lambda: mark(server, village.ben, topic) == 1, "the first post was seen")
    server.make.reply(topic, village.ada, LONG)
    pointer = page.locator(".arrived a")
    expect(pointer).to_have_text("New post by Ada Lowe")
    assert page.evaluate("scrollY") <= 2  # the head grew by a hair; what is read was kept in its place
    server.make.reply(topic, village.fay, LONG)
    expect(pointer).to_have_text("New posts: 2")
    pointer.click()
    expect(page.locator("#post-4")).to_be_in_viewport()
    expect(page.locator("#topic-summary")).to_contain_text("new since you last read")
    page.evaluate("document.getElementById('post-5').scrollIntoView()")
    expect(page.locator("#topic-summary")).not_to_contain_text("new since you last read")
    expect(pointer).to_be_hidden()


def test_a_page_opened_again_lands_on_the_first_unread(browser_page, village, server, topic):
    with server.connected():
        from cop.core.db import unit_of_work

        with unit_of_work():
            marks.advance(village.ben, "topic", topic.id, 2)
    page = browser_page(village.ben)
    page.goto(topic.url)
    connected(page)
    expect(page.locator("#new")).to_be_in_viewport()
    assert page.evaluate("document.getElementById('new').getBoundingClientRect().top") < 450
