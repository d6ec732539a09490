"""Talk in order in a real browser: the composer that posts later, slow mode, and what the clock does to open pages."""

import datetime as dt

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from cop.core.db import session, unit_of_work, utcnow
from cop.core.markup import render
from cop.forums import service
from cop.forums.models import Post, ScheduledPost, Topic
from cop.people.models import Person
from tests.support.ordering import SOON, typed

SHORTLY = dt.timedelta(seconds=4)


@pytest.fixture
def talk(server):
    """The cast, and a topic of Ada's in The Square."""
    village = server.make.village()
    return village, server.make.topic(village.square, village.ada)


def count(server, model):
    with server.connected():
        return len(session().scalars(select(model)).all())


def test_with_a_time_in_it_the_composer_says_so_and_posts_later(server, browser_page, talk):
    village, topic = talk
    page = browser_page(village.ben, width=360)
    page.goto(topic.url)
    composer = page.locator("#composer")
    composer.locator("textarea").fill("On Monday, then.")
    button = composer.locator(".btn-main")
    expect(button).to_have_text("Post reply")
    composer.locator(".composer-later > summary").press("Enter")
    when = composer.locator('[name="publish_at"]')
    when.fill(typed(utcnow() + SOON))
    expect(button).to_have_text("Post it then")
    when.fill("")
    expect(button).to_have_text("Post reply")
    when.fill(typed(utcnow() + SOON))
    button.press("Enter")
    page.wait_for_url("**/scheduled")
    expect(page.locator(".status")).to_contain_text("Scheduled. It will appear by itself")
    expect(page.locator(".scheduled")).to_contain_text("On Monday, then.")
    assert (count(server, Post), count(server, ScheduledPost)) == (1, 1)
    page.get_by_role("button", name="Take it back").press("Enter")
    expect(page.locator("#composer textarea")).to_have_value("On Monday, then.")


def test_in_slow_mode_the_words_stay_where_they_were_typed(server, browser_page, talk):
    village, topic = talk
    with server.connected(), unit_of_work() as db:
        service.slow_down(db.get_one(Person, village.fay.id), db.get_one(Topic, topic.id), 15)
    page = browser_page(village.ben)
    page.goto(topic.url)
    for words in ("One.", "Two, too soon."):
        page.locator("#composer textarea").fill(words)
        page.locator("#composer .btn-main").click()
        if words == "One.":
            expect(page.locator("#post-2")).to_contain_text("One.")
    expect(page.locator(".composer-problem")).to_contain_text("You can post again in 15 minutes.")
    expect(page.locator("#composer textarea")).to_have_value("Two, too soon.")
    assert count(server, Post) == 2


def test_open_pages_see_what_the_clock_does(server, browser_page, talk):
    village, topic = talk
    page = browser_page(village.olu)
    page.goto(topic.url)
    with server.connected(), unit_of_work() as db:
        there, due = db.get_one(Topic, topic.id), utcnow() + SHORTLY
        service.schedule_reply(db.get_one(Person, village.ben.id), there, render("It is time."), due)
        service.schedule_closing(db.get_one(Person, village.fay.id), there, due + SHORTLY)
    expect(page.locator("#topic-summary")).to_contain_text("closes")
    expect(page.locator("#post-2")).to_contain_text("It is time.", timeout=20_000)
    expect(page.locator("#topic-summary")).to_contain_text("locked", timeout=20_000)
