"""Two people in one topic, in real browsers: what one does, the other sees, without being moved or interrupted."""

import re

from playwright.sync_api import expect

from tests.live.conftest import connected, write

ANNOUNCED = "[data-announce]"
TOP = "id => document.getElementById(id).getBoundingClientRect().top"


def test_a_reply_appears_for_both_without_loading_the_page(opened, village):
    ada, ben = opened(village.ada), opened(village.ben)
    write(ada, "We begin with a song.")
    expect(ada.locator("#post-4")).to_contain_text("We begin with a song.")
    expect(ada.get_by_role("textbox", name="Your reply")).to_have_value("")
    expect(ben.locator("#post-4")).to_contain_text("We begin with a song.")
    expect(ben.locator(ANNOUNCED)).to_have_text("New post by Ada Lowe")
    assert ada.locator("#post-4").count() == ben.locator("#post-4").count() == 1


def test_what_is_being_read_does_not_move(opened, village, server, topic):
    page = opened(village.ben)
    page.evaluate("document.getElementById('post-3').scrollIntoView()")
    before = page.evaluate(TOP, "post-3")
    server.make.reply(topic, village.ada, "Something long.\n\n" * 30)
    expect(page.locator("#post-4")).to_be_attached()
    assert page.evaluate(TOP, "post-3") == before


def test_what_is_being_read_does_not_move_when_a_post_above_it_grows(opened, village, server, topic):
    from cop.core import markup
    from cop.core.db import session, unit_of_work
    from cop.forums import service
    from cop.forums.models import Post, Topic
    from cop.people.models import Person

    page = opened(village.ben)
    page.evaluate("document.getElementById('post-2').scrollIntoView()")
    before = page.evaluate(TOP, "post-2")
    longer = markup.render("Much longer now.\n\n" * 40)
    with server.connected(), unit_of_work():
        first = session().query(Post).filter_by(topic_id=topic.id, number=1).one()
        session().get_one(Topic, topic.id)
        service.edit_post(session().get_one(Person, village.ada.id), first, longer)
    expect(page.locator("#post-1")).to_contain_text("Much longer now.")
    assert abs(page.evaluate(TOP, "post-2") - before) < 1  # a window scrolls by whole pixels


def test_who_is_writing_keeps_the_focus_the_words_and_the_place(opened, village, server, topic):
    page = opened(village.ben)
    box = page.get_by_role("textbox", name="Your reply")
    box.fill("I am in the middle of")
    before = box.bounding_box()
    server.make.reply(topic, village.ada, "Something long.\n\n" * 30)
    expect(page.locator("#post-4")).to_be_attached()
    expect(box).to_be_focused()
    expect(box).to_have_value("I am in the middle of")
    assert abs(box.bounding_box()["y"] - before["y"]) < 1  # a window scrolls by whole pixels


def test_thanks_and_changes_show_in_place_and_the_focus_stays(opened, village, server, topic):
    ada, ben = opened(village.ada), opened(village.ben)
    thank = ben.locator("#post-1").get_by_role("button", name="Thank")
    thank.click()
    expect(ben.locator("#post-1").get_by_role("button", name="Thanked")).to_have_attribute("aria-pressed", "true")
    assert ben.evaluate("document.activeElement.closest('#post-1') !== null")
    expect(ada.locator("#post-1")).to_contain_text("thanked by 1")
    ben.locator("#post-1").get_by_role("button", name="Thanked").click()
    expect(ada.locator("#post-1")).not_to_contain_text("thanked by")


def test_a_hidden_post_leaves_a_stub_at_once(opened, village, server, topic):
    fay, ben = opened(village.fay), opened(village.ben)
    fay.locator("#post-3").locator("summary").click()
    fay.locator("#post-3").get_by_role("button", name="Take away").click()
    expect(ben.locator("#post-3")).to_have_class(re.compile("post-stub"))
    expect(ben.locator("#post-3")).not_to_contain_text("Paragraph 1")


def test_who_is_here_and_who_writes_is_shown_to_others_only(opened, village):
    ada = opened(village.ada)
    expect(ada.locator("[data-presence]")).to_be_hidden()
    ben, guest = opened(village.ben), opened(None)
    expect(ada.locator("[data-presence]")).to_contain_text("Here now: Ben Okoro")
    ben.get_by_role("textbox", name="Your reply").press_sequentially("So")
    expect(ada.locator("[data-typing]")).to_contain_text("Ben Okoro is writing")
    expect(guest.locator("[data-presence]")).to_be_hidden()
    expect(guest.locator("[data-typing]")).to_be_empty()
    write(ben, "So do we.")
    expect(ada.locator("[data-typing]")).to_be_empty()
    ben.close()
    expect(ada.locator("[data-presence]")).to_be_hidden()


def test_a_double_click_makes_one_post(opened, village):
    page = opened(village.ada)
    page.get_by_role("textbox", name="Your reply").fill("Once only.")
    page.get_by_role("button", name="Post reply").dblclick()
    expect(page.locator("#post-4")).to_contain_text("Once only.")
    expect(page.locator(".composer-draft")).to_have_text("Your reply is there.")
    page.reload()
    expect(page.locator(".post")).to_have_count(4)


def test_a_guest_sees_replies_arrive_too(opened, village, server, topic):
    page = opened(None)
    server.make.reply(topic, village.ada, "For everyone to read.")
    expect(page.locator("#post-4")).to_contain_text("For everyone to read.")


def test_a_reader_of_an_earlier_page_is_told_and_not_moved(browser_page, village, server):
    topic = server.make.topic(village.square, village.ada)
    for number in range(32):
        server.make.reply(topic, village.fay, f"Number {number}")
    page = browser_page(village.ben)
    page.goto(topic.url)
    connected(page)
    server.make.reply(topic, village.ada, "At the end.")
    expect(page.locator(".arrived a")).to_have_text("New posts on the last page: 1")
    expect(page.locator(".post")).to_have_count(30)
    page.locator(".arrived a").click()
    expect(page.locator("#post-34")).to_contain_text("At the end.")


def test_the_number_beside_the_inbox_moves_when_somebody_replies(browser_page, village, server):
    asker = server.make.person("Ann Asker")
    server.make.member(village.square, asker)
    page = browser_page(asker)
    page.goto("/-/patterns")
    connected(page)
    inbox = page.get_by_role("link", name=re.compile("^Inbox")).first
    expect(inbox).to_have_accessible_name("Inbox")
    topic = server.make.topic(village.square, asker)
    server.make.reply(topic, village.ben, "Look at this.")
    expect(inbox).to_have_accessible_name("Inbox 1 unread")
