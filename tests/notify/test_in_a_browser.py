"""The inbox in a real browser: what is opened is read; the bell counts without a reload."""

import re

from playwright.sync_api import expect

from cop.core.db import session
from cop.notify.models import Alert
from tests.support.servers import wait_until


def unread(server, person):
    with server.connected():
        return session().query(Alert).filter_by(person_id=person.id, read_at=None).count()


def test_what_is_opened_from_the_inbox_is_read(server, browser_page):
    village = server.make.village()
    first = server.make.topic(village.square, village.ada, title="The first question")
    second = server.make.topic(village.square, village.ada, title="The second question")
    for topic in (first, second):
        server.make.reply(topic, village.ben)
    wait_until(lambda: unread(server, village.ada) == 2, "the alerts were not written")
    page = browser_page(village.ada)
    page.goto("/inbox")
    expect(page.locator(".lead")).to_have_text("2 things you have not read.")
    with page.expect_response("**/inbox/read") as answer:
        page.get_by_role("link", name="The first question").click()
    assert answer.value.status == 204
    page.goto("/inbox?which=unread")
    expect(page.locator(".alert-row")).to_have_count(1)
    page.get_by_role("button", name=re.compile("Mark read.*The second question")).press("Enter")
    expect(page.locator(".empty-title")).to_have_text("You have read everything")
    assert unread(server, village.ada) == 0


def test_without_scripts_rows_are_marked_by_their_button(server, browser_page):
    village = server.make.village()
    server.make.reply(server.make.topic(village.square, village.ada), village.ben)
    wait_until(lambda: unread(server, village.ada) == 1, "the alert was not written")
    page = browser_page(village.ada, width=360, java_script_enabled=False)
    page.goto("/inbox")
    page.locator(".alert-row button").click()
    expect(page.locator(".lead")).to_have_text("You have read everything.")
