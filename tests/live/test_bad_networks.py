"""When the connection is cut, refused or lost, nothing is missed: each post comes once, in order."""

import re

import pytest
from playwright.sync_api import expect

from tests.live.conftest import write
from tests.support.no_upgrade import NoUpgrade


def numbers(page):
    return [int(number) for number in page.eval_on_selector_all(".post", "posts => posts.map(p => p.dataset.post)")]


def test_what_was_missed_while_the_network_was_cut_arrives_once_and_in_order(
    opened, village, server, topic, browser_page
):
    page = opened(village.ben)
    page.context.set_offline(True)
    expect(page.locator(".live-strip")).to_contain_text("The connection is lost")
    for number in range(4, 8):
        server.make.reply(topic, village.ada, f"While you were away, {number}")
    assert numbers(page) == [1, 2, 3]
    page.context.set_offline(False)
    expect(page.locator("#post-7")).to_contain_text("While you were away, 7")
    expect(page.locator(".live-strip")).to_contain_text("connected again")
    assert numbers(page) == [1, 2, 3, 4, 5, 6, 7]
    server.make.reply(topic, village.ada, "And on it goes.")
    expect(page.locator("#post-8")).to_be_attached()
    assert numbers(page) == [1, 2, 3, 4, 5, 6, 7, 8]
    browser_page.problems.clear()  # the browser reports each request that failed


def test_a_reply_that_could_not_be_sent_is_kept_said_and_sent_once_later(opened, village, browser_page):
    page = opened(village.ben)
    page.context.set_offline(True)
    write(page, "Written on a train.")
    expect(page.locator(".composer-problem")).to_contain_text("Not sent: there is no connection")
    expect(page.get_by_role("textbox", name="Your reply")).to_have_value("Written on a train.")
    page.context.set_offline(False)
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator("#post-4")).to_contain_text("Written on a train.")
    page.reload()
    assert numbers(page) == [1, 2, 3, 4]
    expect(page.get_by_role("textbox", name="Your reply")).to_have_value("")
    browser_page.problems.clear()


def test_an_answer_that_got_lost_on_its_way_back_makes_no_second_post(opened, village, browser_page):
    page = opened(village.ben)
    lose = {"first": True}

    def lost_once(route):
        if lose.pop("first", False):
            route.fetch()  # the server did it
            route.abort()
        else:
            route.continue_()

    page.route(re.compile("/reply$"), lost_once)
    write(page, "Only once, please.")
    expect(page.locator(".composer-problem")).to_contain_text("Not sent")
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator(".composer-draft")).to_have_text("Your reply is there.")
    assert numbers(page) == [1, 2, 3, 4]
    browser_page.problems.clear()


@pytest.fixture
def proxy(server):
    """A way to the server on which WebSocket is refused."""
    proxy = NoUpgrade(server.port)
    yield proxy
    proxy.close()


def test_where_websocket_is_refused_a_reply_arrives_within_five_seconds(page_to, proxy, village, server, topic):
    page = page_to(proxy.url, village.ben)
    page.goto(f"{proxy.url}{topic.url}")
    for number in (4, 5):
        server.make.reply(topic, village.ada, f"By another way, {number}")
        expect(page.locator(f"#post-{number}")).to_contain_text("By another way", timeout=5000)
    assert proxy.refused >= 1
    assert numbers(page) == [1, 2, 3, 4, 5]
    expect(page.locator("html")).not_to_have_attribute("data-live", "on")


def test_a_page_whose_room_does_not_answer_goes_on_by_asking(browser_page, village, server, topic):
    page = browser_page(village.ben)
    unheard = []

    def without_joining(socket):
        there = socket.connect_to_server()
        socket.on_message(lambda said: unheard.append(said) if '"join"' in str(said) else there.send(said))

    page.route_web_socket(re.compile("/socket"), without_joining)
    page.goto(topic.url)
    for number in (4, 5):
        server.make.reply(topic, village.ada, f"Nobody answers, {number}")
        expect(page.locator(f"#post-{number}")).to_contain_text("Nobody answers")
    assert unheard
    expect(page.locator("html")).not_to_have_attribute("data-live", "on")
