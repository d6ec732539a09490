"""A whole topic to take along, and topics like the one that is being asked: as their reader may see them."""

import re

import pytest
from playwright.sync_api import expect

from cop import search
from cop.core.db import unit_of_work
from cop.forums import service
from tests.support.cast import fresh


@pytest.fixture
def talk(make, village):
    """Ben asks in the Square, Ada answers, Fay's post is taken away."""
    topic = make.topic(village.square, village.ben, "Talk in maths & more?", "We try *ten* minutes.", tags=["Oracy"])
    make.reply(topic, village.ada, "So do we: <script>alert(1)</script> ![a plan](/files/1/plan.png)")
    away = make.reply(topic, village.fay, "This was a mistake.")
    with unit_of_work():
        service.hide_post(fresh(village.fay), fresh(away))
    return topic


def test_all_posts_stand_on_one_page_to_print(make, village, talk, guest):
    for number in range(110):
        make.reply(talk, village.ada, f"And number {number}.")
    page = guest.get(f"/topics/{talk.id}/print").text
    assert "And number 0." in page
    assert "And number 109." in page
    assert "This was a mistake." not in page
    assert "Post 3 was taken away." in page
    assert f'href="/topics/{talk.id}/print"' in guest.get(talk.url).text


def test_it_is_saved_as_markdown_as_it_was_written(guest, talk):
    answer = guest.get(f"/topics/{talk.id}/export.md")
    assert answer.mimetype == "text/markdown"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="talk-in-maths-more.md"'
    assert answer.text.startswith("# Talk in maths & more?\n\nThe Square · Filed under Oracy\n")
    assert "## 1 · Ben Okoro\n\nUniversity tutor, Northfield University · " in answer.text
    assert "\n\nWe try *ten* minutes.\n" in answer.text
    assert "So do we: <script>alert(1)</script> ![a plan](/files/1/plan.png)" in answer.text
    assert "This was a mistake." not in answer.text
    assert f"<http://localhost{talk.url}>" in answer.text


def test_it_is_saved_as_html_whose_links_lead_to_the_network(guest, talk):
    answer = guest.get(f"/topics/{talk.id}/export.html")
    assert answer.mimetype == "text/html"
    assert 'attachment; filename="talk-in-maths-more.html"' in answer.headers["Content-Disposition"]
    assert '<base href="http://localhost/">' in answer.text
    assert "<h1>Talk in maths &amp; more?</h1>" in answer.text
    assert "<script" not in answer.text
    assert "This was a mistake." not in answer.text


@pytest.mark.parametrize("what", ["print", "export.md", "export.html"])
def test_who_may_not_read_the_topic_gets_none_of_it(make, village, sign_in, guest, what):
    topic = make.topic(village.cellar, village.ada)
    assert sign_in(village.ada).get(f"/topics/{topic.id}/{what}").status_code == 200
    for outsider in (guest, sign_in(village.ben), sign_in(village.mona)):
        assert outsider.get(f"/topics/{topic.id}/{what}").status_code == 404


def alike(client, title, place="square"):
    answer = client.get(f"/communities/{place}/topics/similar", query_string={"q": title}).json
    found = re.findall(r'<li><a href="[^"]+">([^<]+)</a>', answer["html"])
    assert answer["count"] == len(found)
    return found


def test_topics_like_a_title_are_those_with_half_of_its_words(make, village, sign_in):
    make.topic(village.square, village.ben, "Which phonics scheme for newcomers?", "We have three.")
    make.topic(village.close, village.fay, "Assessment without levels", "Phonics is another matter.")
    make.topic(village.cellar, village.ada, "Phonics scheme: what the newcomers told us", "Quietly.")
    search.rebuild()
    ada, ben = sign_in(village.ada), sign_in(village.ben)
    known = ["Which phonics scheme for newcomers?"]
    assert alike(ben, "A phonics scheme for newcomers") == known
    assert sorted(alike(ada, "A phonics scheme for newcomers")) == [
        "Phonics scheme: what the newcomers told us",
        *known,
    ]
    assert alike(ben, "phonics -scheme") == known, "signs in a title are no operators"
    assert alike(ben, "phonics") == alike(ben, "the of") == alike(ben, "") == [], "of one word everything is alike"
    assert alike(ben, "phonics lunchtime supervision rota changes") == []
    assert alike(ben, "phonics newcomers " * 5_000)


def test_what_is_out_of_sight_is_not_like_anything(make, village, sign_in):
    topic = make.topic(village.square, village.ben, "Which phonics scheme?", "We have three.")
    search.rebuild()
    with unit_of_work():
        service.hide_topic(fresh(village.fay), fresh(topic))
    assert alike(sign_in(village.ada), "Which phonics scheme?") == [], "though the index has not heard of it yet"
    assert alike(sign_in(village.fay), "Which phonics scheme?") == ["Which phonics scheme?"]


def test_without_scripts_they_stand_beside_the_preview(make, village, sign_in):
    make.topic(village.square, village.ben, "Which phonics scheme?", "We have three.")
    search.rebuild()
    typed = {"title": "Which phonics scheme is good", "text": "We wonder.", "preview": "1"}
    page = sign_in(village.ada).post("/communities/square/topics/new", data=typed).text
    assert "Perhaps it is answered already" in page
    assert ">Which phonics scheme?</a>" in page


def test_in_a_browser_they_are_shown_below_the_title_while_it_is_typed(server, browser_page):
    village = server.make.village()
    server.make.topic(village.square, village.ben, "Which phonics scheme?", "We have three.")
    page = browser_page(village.ada, width=360)
    page.goto(f"{village.square.url}/topics/new")
    page.get_by_label("Your question").press_sequentially("A phonics scheme")
    expect(page.locator("[data-similar] li")).to_contain_text("Which phonics scheme?")
    expect(page.locator("[data-behaviour=similar] [role=status]")).to_have_text("Topics like this one: 1")
    page.get_by_label("Your question").fill("Lunch")
    expect(page.locator("[data-similar] li")).to_have_count(0)
