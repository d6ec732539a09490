"""Live connections hold threads: too many are refused politely, pages are served all the same, figures tell."""

import json
import urllib.request

import pytest

from tests.support.ears import Ear
from tests.support.services import wait_until


def get(url):
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read().decode()


@pytest.fixture
def small(servers):
    """A server with few threads: six connections, two for each person."""
    server = servers(threads=8, max_sockets=6, max_sockets_each=2)
    get(f"{server.url}/healthz")  # it listens before it is ready
    return server


def test_more_than_a_person_or_the_process_may_hold_is_refused_with_a_reason_and_pages_go_on(small):
    people = [small.make.person(f"Person {name}") for name in ("One", "Two", "Three", "Four")]
    ears = [Ear(small.url, small.cookie(person)) for person in people[:3] for _ in range(2)]
    assert all(ear.is_connected for ear in ears)
    assert Ear(small.url, small.cookie(people[3])).refused == "full"
    ears.pop().close()
    wait_until(lambda: json.loads(get(f"{small.url}/healthz"))["live"]["threads"] <= 6, "the refused one was closed")
    assert Ear(small.url, small.cookie(people[0])).refused == "enough"
    figures = json.loads(get(f"{small.url}/healthz"))["live"]
    assert (figures["sockets"], figures["people"], figures["limit"], figures["refused"]) == (5, 3, 6, 2)
    assert "cop_live_sockets 5.0" in get(f"{small.url}/metrics")
    assert "</html>" in get(f"{small.url}/sign-in")
    for ear in ears:
        ear.close()


def test_guests_leave_half_of_the_places_to_those_who_are_signed_in(small):
    guests = [Ear(small.url) for _ in range(4)]
    assert [guest.refused for guest in guests] == ["", "", "", "full"]
    member = Ear(small.url, small.cookie(small.make.person("Somebody")))
    assert member.is_connected
    for ear in (*guests[:3], member):
        ear.close()


def test_a_page_that_is_refused_asks_every_few_seconds_instead(small, chromium):
    from playwright.sync_api import expect

    from tests.support.browsers import Browsers

    ada = small.make.person("Ada")
    community = small.make.community("Place")
    small.make.member(community, ada)
    topic = small.make.topic(community, ada)
    ears = [Ear(small.url, small.cookie(ada)) for _ in range(2)]
    browsers = Browsers(chromium, small)
    page = browsers(ada)
    page.goto(topic.url)
    small.make.reply(topic, ada, "Still there.")
    expect(page.locator("#post-2")).to_contain_text("Still there.", timeout=8000)
    browsers.close()
    for ear in ears:
        ear.close()
