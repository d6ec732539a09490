"""Hostile texts of people and communities, in searches, alerts and what arrives live, in a real browser: as in
test_hostile_texts_in_topics.py.
"""

import urllib.parse

import pytest
from playwright.sync_api import expect

from cop.core import markup
from tests.support import hostile
from tests.support.hostile import LOOK, line
from tests.support.services import wait_until
from tests.trials.looking import EACH, IS_LONG, PAGES, examine, in_print, see, shown, some
from tests.trials.test_kills import is_quiet

pytestmark = [pytest.mark.shared, pytest.mark.trial]

READERS_WORK = True
INBOX_WAIT_SECONDS = 900 if IS_LONG else 60


# -- people and communities -------------------------------------------------------------------------------------------


def test_people_and_their_profiles(hostile_stage, looked):
    page = looked(hostile_stage.village.olu)
    address: str | None = "/people"
    while address:
        see(page, address)
        onward = page.locator('a[href*="from="]').last
        found = onward.get_attribute("href") if onward.count() else None
        address = found if found and "~" in urllib.parse.unquote(found) else None
    for number in range(0, len(hostile_stage.texts) // hostile.ABOUT_EACH + 1, 4 if IS_LONG else 1):
        see(page, f"/people/guise-{number}")


def test_members_of_a_community(hostile_stage, looked):
    page = looked(hostile_stage.village.ada)
    for number in some(list(range(1, len(hostile_stage.texts) // 30 + 2))):
        see(page, f"{hostile_stage.hall.url}/members?page={number}")


def test_communities(hostile_stage, looked):
    page, made = looked(hostile_stage.village.olu), hostile_stage.communities()
    names: set[str] = set()
    for number in range(1, len(made) // 20 + 2):
        see(page, f"/communities?page={number}")
        names |= set(shown(page, ".community-row-name"))
    assert {" ".join(each.name.split()) for each in made} <= names
    for community in made[:: 40 if IS_LONG else 20]:
        see(page, community.url)


def test_institutions(hostile_stage, looked):
    """In the list, on their pages, and where a person says that they are there."""
    page, made = looked(hostile_stage.village.ada), hostile_stage.institutions()
    for number in range(1, len(made) // 20 + 2, 4 if IS_LONG else 1):
        see(page, f"/institutions?page={number}")
    for institution in made[:: 40 if IS_LONG else 20]:
        see(page, institution.url)
        assert shown(page, "h1") == [institution.name]
    see(page, "/settings/affiliations")
    see(page, "/people/ada")


def test_what_is_asked_and_answered(hostile_stage, looked):
    """Where managers ask it, where it is answered, and where the answers stand."""
    mona, ada, guest = looked(hostile_stage.village.mona), looked(hostile_stage.village.ada), looked(None)
    for labels in hostile_stage.asked():
        see(mona, "/fields")
        assert {in_print(each) for each in labels} <= {in_print(each) for each in shown(mona, ".own-row-name")}
        see(ada, "/settings/more")
        see(guest, "/people/ada")
        see(mona, mona.locator('a[href$="/edit"]').first.get_attribute("href"))


def test_reasons_of_those_who_ask_to_join(hostile_stage, looked):
    page = looked(hostile_stage.village.fay)
    for community in hostile_stage.requests():
        see(page, f"{community.url}/requests")


def test_people_who_are_suggested_while_writing(hostile_stage, looked):
    page = looked(hostile_stage.village.ada)
    page.goto(hostile_stage.threads[0].url)
    box = page.locator("#composer textarea")
    expect(page.locator("text-expander[data-mentions-url]")).to_be_attached()
    for first in range(0, len(hostile_stage.texts) if IS_LONG else 16, 40 if IS_LONG else 4):
        box.fill("")
        box.press_sequentially(f"Ask @guise-{first}")
        expect(page.locator("[role=option]").first).to_be_visible()
        examine(page)
    box.fill("")


# -- finding, hearing -------------------------------------------------------------------------------------------------


def test_questions(hostile_stage, looked):
    page = looked(hostile_stage.village.olu)
    for words in some(list(hostile.in_lots(hostile_stage.texts, 1_900))):
        asked = urllib.parse.quote(words[:1_900])
        see(page, f"/find?q={asked}")
        assert in_print(page.locator("#q").first.input_value()) == in_print(words[:1_900])
    for text in hostile_stage.texts[:: 160 if IS_LONG else 24]:
        for address in ("/people?q={}", "/communities?q={}", "/communities?which=mine&q={}", "/find?q={}"):
            see(page, address.format(urllib.parse.quote(text[:400])))


def test_answers_that_quote_what_was_written(hostile_stage, looked):
    wait_until(lambda: is_quiet(hostile_stage.server), "what was written was not indexed", INBOX_WAIT_SECONDS)
    page = looked(hostile_stage.village.olu)
    for words in ("alert script", "javascript", "img src onerror", "xss", "answer")[:PAGES]:
        for number in range(1, 6 if IS_LONG else 3):
            see(page, f"/find?q={urllib.parse.quote(words)}&answers={number}&people={number}")
    assert page.locator(".answer-result").count() + page.locator(".person-result").count() > 0


def test_the_inbox(hostile_stage, looked):
    wait_until(lambda: is_quiet(hostile_stage.server), "the alerts were not written", INBOX_WAIT_SECONDS)
    page, lines = looked(hostile_stage.village.ada), 0
    for number in range(1, len(hostile_stage.texts) // 30 + 2):
        see(page, f"/inbox?page={number}")
        lines += page.locator(".alert-row").count()
    assert lines >= len(hostile_stage.texts)


def test_posts_that_arrive_while_the_page_is_open(hostile_stage, looked):
    """A topic for each lot: everybody who writes in one hears of all that comes after."""
    page = looked(hostile_stage.village.ada)
    for numbered in hostile.lots(list(enumerate(hostile_stage.texts[:: 4 if IS_LONG else 2])), 30):
        topic = hostile_stage.server.make.topic(hostile_stage.hall, hostile_stage.village.fay, title="Live")
        page.goto(topic.url)
        expect(page.locator("html")).to_have_attribute("data-live", "on")
        for number, text in numbered:
            hostile_stage.server.make.reply(topic, hostile_stage.person(number), text)
        expect(page.locator("#posts > .post")).to_have_count(len(numbered) + 1, timeout=60_000)
        examine(page)


def test_the_page_that_is_asked_would_notice(hostile_stage, looked, hostile_browsers):
    """Or the tests before this one would prove nothing."""
    page = looked()
    page.goto("/about/how")
    page.evaluate(
        """() => {
          document.querySelector("main").insertAdjacentHTML("beforeend", `<div class="prose"><form></form></div>
            <a href="javascript:alert(1)" onclick="alert(2)">x</a><iframe></iframe>`);
          document.body.append(document.createElement("b"));
          alert(3);
        }"""
    )
    wrong = page.evaluate(LOOK)
    for what in ("ran: alert(3)", "href:", "onclick:", "element:", "in what was written", "beside the page: b."):
        assert [each for each in wrong if each.startswith(what)], what
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=http://other.example/ onerror=1>')"
    )
    wait_until(lambda: page.evaluate("1") and len(hostile_browsers.problems) >= 2, "the policy said nothing")
    assert any("loads http://other.example/" in each or "CSP: img-src" in each for each in hostile_browsers.problems)
    assert any("CSP: script-src" in each for each in hostile_browsers.problems)
    hostile_browsers.problems.clear()


def test_texts_are_there_and_hostile():
    found = hostile.texts(EACH)
    assert len(found) >= (2000 if IS_LONG else 20)
    assert any("<script" in text.lower() for text in found)
    assert all(line(text, 60, "x") for text in found)
    assert all(len(text) <= markup.POST_LIMIT for text in found)
