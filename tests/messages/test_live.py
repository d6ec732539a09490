"""Messages arrive on open pages; the room of a conversation is for those in it, as long as they are."""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import expect

import cop
from cop.core.db import session, unit_of_work
from cop.messages import service
from cop.messages.models import Conversation, Message
from cop.people.models import Person
from tests.live.conftest import connected
from tests.support import cast
from tests.support.ears import Ear
from tests.support.servers import Server
from tests.support.services import wait_until


@pytest.fixture(scope="module")
def server(template, settings, mail_server, tmp_path_factory) -> Iterator[Server]:
    """The server of this file."""
    cop.prepare(settings)
    started = Server(tmp_path_factory.mktemp("messages"), template.copy(), mail_server.port, rate_limits=False)
    yield started.start()
    started.close()


@pytest.fixture(scope="module")
def village(server) -> cast.Village:
    """The cast, on the server."""
    return server.make.village()


@pytest.fixture
def said(server, village) -> Message:
    """Ada wrote to Ben and Olu."""
    return server.make.message(village.ada, village.ben, village.olu)


@pytest.fixture
def ear(server):
    """Live connections: `ear(person)`."""
    opened = []

    def listen(person=None):
        opened.append(Ear(server.url, server.cookie(person) if person else None))
        return opened[-1]

    yield listen
    for each in opened:
        each.close()


def address(message):
    return f"/messages/{message.conversation_id}"


@pytest.mark.parametrize(
    ("name", "expected"), [("ada", True), ("ben", True), ("fay", False), ("mona", False), (None, False)]
)
def test_the_room_is_for_those_in_the_conversation(ear, village, said, name, expected):
    listener = ear(getattr(village, name) if name else None)
    assert listener.join(f"conversation:{said.conversation_id}") is expected
    assert not listener.join(f"message:{said.id}")


def test_what_is_heard_there_is_a_number_and_no_text(ear, server, village, said):
    ben, fay = ear(village.ben), ear(village.fay)
    room = f"conversation:{said.conversation_id}"
    assert ben.join(room)
    fay.join(room)
    server.make.answer(said, village.ada, "Quokka.")
    wait_until(lambda: any(event == "heard" for event, _ in ben.heard), "the room is told")
    assert "Quokka" not in str(ben.heard)
    assert not [said for event, said in fay.heard if event == "heard"]


def test_who_leaves_is_put_out_of_the_room(ear, server, village, said):
    ben = ear(village.ben)
    assert ben.join(f"conversation:{said.conversation_id}")
    with server.connected(), unit_of_work():
        found = session().get_one(Conversation, said.conversation_id)
        service.leave(session().get_one(Person, village.ben.id), found)
    wait_until(lambda: any(event == "evicted" for event, _ in ben.heard), "who left is put out")


def test_a_message_appears_in_the_others_open_page(browser_page, village, said):
    ada, ben = browser_page(village.ada), browser_page(village.ben)
    for page in (ada, ben):
        page.goto(address(said))
        connected(page)
    ada.get_by_role("textbox", name="Your message").fill("Friday, **then**.")
    ada.get_by_role("button", name="Send").click()
    expect(ada.locator("#post-2")).to_contain_text("Friday, then.")
    expect(ada.get_by_role("textbox", name="Your message")).to_have_value("")
    expect(ben.locator("#post-2")).to_contain_text("Friday, then.")
    assert ada.locator("#post-2").count() == ben.locator("#post-2").count() == 1
    expect(ben.locator("[data-announce]")).to_have_text("New post by Ada Lowe")


def test_it_appears_without_websockets_too(browser_page, server, village, said):
    page = browser_page(village.ben)
    page.route_web_socket(re.compile("/socket"), lambda socket: socket.close())
    page.goto(address(said))
    server.make.answer(said, village.ada, "It comes late, but it comes.")
    expect(page.locator("#post-2")).to_contain_text("It comes late", timeout=20_000)
    expect(page.locator("html")).not_to_have_attribute("data-live", "on")


def test_a_new_message_is_written_from_a_persons_page_and_its_draft_is_kept(browser_page, village):
    page = browser_page(village.ben)
    page.goto("/people/fay")
    page.get_by_role("link", name="Write to Fay").click()
    box = page.get_by_role("textbox", name="Your message")
    box.press_sequentially("I was going to ask")
    expect(page.locator(".composer-draft")).to_contain_text("Draft saved at")
    page.reload()
    expect(box).to_have_value("I was going to ask")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#post-1")).to_contain_text("I was going to ask")
    expect(page.get_by_role("textbox", name="Your message")).to_have_value("")


def test_two_who_write_to_each_other_at_the_same_moment_have_one_conversation(server):
    pairs = [(server.make.person(), server.make.person()) for _ in range(6)]
    begin = threading.Barrier(2)

    def write(one, other):
        begin.wait(20)
        return server.make.message(one, other).conversation_id

    with ThreadPoolExecutor(2) as threads:
        for one, other in pairs:
            both = [threads.submit(write, one, other), threads.submit(write, other, one)]
            assert len({each.result(30) for each in both}) == 1
