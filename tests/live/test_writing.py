"""Writing in a real browser: drafts that are never lost and never shown to others, pictures, mentions, quotations."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from cop.core.db import session, unit_of_work
from cop.core.drafts import Draft
from tests.live.conftest import connected, write
from tests.support.services import wait_until


def box(page):
    return page.get_by_role("textbox", name="Your reply")


def drafts_of(server, person):
    with server.connected():
        return {draft.place: draft.fields["text"] for draft in session().query(Draft).filter_by(person_id=person.id)}


def sign_out_behind(server, person):
    from cop.core.login import end_others

    with server.connected(), unit_of_work():
        end_others(person)


def sign_in_again(page, server, person):
    page.context.add_cookies([{**server.cookie(person), "url": server.url, "httpOnly": True}])


def test_a_draft_is_saved_while_writing_and_found_again(opened, village, server, topic):
    page = opened(village.ben)
    box(page).press_sequentially("I was going to say")
    expect(page.locator(".composer-draft")).to_have_text(re.compile(r"Draft saved at \d\d:\d\d\."))
    assert drafts_of(server, village.ben)[f"reply:topic:{topic.id}"] == "I was going to say"
    page.reload()
    expect(box(page)).to_have_value("I was going to say")
    expect(page.locator(".composer-draft")).to_contain_text("Your draft from")
    box(page).fill("")
    wait_until(lambda: f"reply:topic:{topic.id}" not in drafts_of(server, village.ben), "an empty draft is none")


def test_what_was_typed_just_before_the_page_was_left_is_kept(opened, village, server, topic):
    page = opened(village.ben)
    box(page).fill("Quick, the bell")
    page.goto("/sign-in")
    page.goto(topic.url)
    expect(box(page)).to_have_value("Quick, the bell")


def test_after_a_lapsed_login_the_words_stay_in_the_tab_and_are_saved_when_the_same_person_is_back(
    opened, village, server, topic
):
    page = opened(village.ben)
    sign_out_behind(server, village.ben)
    box(page).fill("Written while signed out")
    expect(page.locator(".composer-draft")).to_contain_text("You are signed out. Your words are kept in this tab")
    write(page, "Written while signed out, and sent")
    expect(page.locator(".composer-problem")).to_contain_text("Not sent: you are signed out")
    expect(page.locator(".composer-problem").get_by_role("link", name="Sign in")).to_have_attribute(
        "href", re.compile(r"/sign-in\?next=%2Ftopics")
    )
    sign_in_again(page, server, village.ben)
    page.goto(topic.url)
    expect(box(page)).to_have_value("Written while signed out, and sent")
    expect(page.locator(".composer-draft")).to_contain_text("They were not sent yet")
    wait_until(lambda: drafts_of(server, village.ben), "the draft is on the server")
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator("#post-4")).to_contain_text("Written while signed out, and sent")
    assert page.evaluate("Object.keys(sessionStorage)") == []


def test_on_any_page_after_signing_in_again_the_kept_draft_reaches_the_server(opened, village, server, topic):
    page = opened(village.ben)
    sign_out_behind(server, village.ben)
    box(page).fill("Only in this tab")
    expect(page.locator(".composer-draft")).to_contain_text("You are signed out")
    sign_in_again(page, server, village.ben)
    page.goto("/-/patterns")
    wait_until(
        lambda: drafts_of(server, village.ben).get(f"reply:topic:{topic.id}") == "Only in this tab", "it is there"
    )


def test_the_next_person_at_the_same_computer_never_sees_it(opened, village, server, topic):
    page = opened(village.ben)
    sign_out_behind(server, village.ben)
    box(page).fill("Between you and me")
    expect(page.locator(".composer-draft")).to_contain_text("You are signed out")
    sign_in_again(page, server, village.ada)
    page.goto(topic.url)
    connected(page)
    expect(box(page)).to_have_value("")
    assert "Between you and me" not in page.content()
    assert page.evaluate("Object.values(sessionStorage)") == []
    assert drafts_of(server, village.ada) == {}


def test_when_somebody_else_signed_in_meanwhile_nothing_is_saved_or_sent_in_their_name(opened, village, server, topic):
    page = opened(village.ben)
    sign_in_again(page, server, village.ada)
    write(page, "These are Ben's words")
    expect(page.locator(".composer-problem")).to_contain_text("Somebody else is signed in now")
    assert drafts_of(server, village.ada) == {}
    with server.connected():
        from cop.forums.models import Post

        assert session().query(Post).filter_by(topic_id=topic.id).count() == 3


def test_signing_out_saves_the_draft_and_leaves_nothing_in_the_tab(opened, village, server, topic):
    page = opened(village.ben)
    box(page).fill("Half a thought")
    page.locator(".person-menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: "/topics/" not in url)
    assert page.evaluate("Object.keys(sessionStorage)") == []
    wait_until(lambda: drafts_of(server, village.ben).get(f"reply:topic:{topic.id}") == "Half a thought", "saved")


def test_an_old_form_token_of_the_same_person_is_renewed_by_itself(opened, village, server):
    page = opened(village.ben)
    sign_in_again(page, server, village.ben)
    write(page, "Signed in again in another tab.")
    expect(page.locator("#post-4")).to_contain_text("Signed in again in another tab.")


def picture(size=(40, 30)):
    out = io.BytesIO()
    Image.new("RGB", size, (10, 90, 90)).save(out, "PNG")
    return out.getvalue()


def test_a_chosen_picture_comes_into_the_text_and_one_that_cannot_be_taken_is_explained(opened, village):
    page = opened(village.ben)
    box(page).fill("Look:")
    chooser = page.locator("input[data-image]")
    chooser.set_input_files({"name": "board.png", "mimeType": "image/png", "buffer": picture()})
    expect(box(page)).to_have_value(
        re.compile(r"^Look:\n!\[\]\(/files/\d+/board\.jpg\)\n$|^Look:\n!\[\]\(/files/\d+/board\.\w+\)\n$")
    )
    expect(page.locator(".composer-files")).to_contain_text("board.png is in your text")
    chooser.set_input_files({"name": "notes.png", "mimeType": "image/png", "buffer": b"no picture at all"})
    expect(page.locator(".composer-files")).to_contain_text("notes.png could not be sent. This is not a picture")
    assert box(page).input_value().count("![") == 1
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator("#post-4 img")).to_be_visible()


def test_a_picture_is_pasted_and_dropped(opened, village):
    page = opened(village.ben)
    box(page).focus()
    give = """(area, [kind, bytes]) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], 'drawn.png', {type: 'image/png'}));
      const how = {bubbles: true, cancelable: true};
      const event = kind === 'paste' ? new ClipboardEvent('paste', {clipboardData: data, ...how})
        : new DragEvent('drop', {dataTransfer: data, ...how});
      area.dispatchEvent(event);
    }"""
    for count, kind in enumerate(("paste", "drop"), 1):
        box(page).evaluate(give, [kind, list(picture())])
        wait_until(
            lambda count=count: len(re.findall(r"!\[\]\(/files/\d+/drawn", box(page).input_value())) == count, kind
        )


def test_the_preview_shows_the_text_as_it_will_look_and_goes_back(opened, village):
    page = opened(village.ben)
    box(page).fill("So **very** good")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".composer-preview strong")).to_have_text("very")
    expect(box(page)).to_be_hidden()
    page.get_by_role("button", name="Write on").click()
    expect(box(page)).to_be_focused()
    expect(box(page)).to_have_value("So **very** good")


def test_people_are_mentioned_by_keyboard_alone(opened, village):
    page = opened(village.ben)
    box(page).focus()
    page.keyboard.type("Ask @fa")
    option = page.get_by_role("option", name="Fay Fenwick")
    expect(option).to_be_visible()
    expect(box(page)).to_be_focused()
    expect(option).to_have_attribute("aria-selected", "true")
    assert box(page).get_attribute("aria-activedescendant") == option.get_attribute("id")
    assert box(page).get_attribute("aria-controls") == page.get_by_role("listbox", name="People").get_attribute("id")
    page.keyboard.press("Enter")
    expect(box(page)).to_have_value("Ask @fay ")
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator("#post-4 a.mention")).to_have_text("@Fay Fenwick")


def test_what_is_typed_before_the_scripts_have_come_counts(browser_page, village, server, topic):
    page, held = browser_page(village.ben), []
    page.route("**/js/behaviours/composer.js", lambda route: held.append(route))  # noqa: PLW0108  Playwright marks it
    page.goto(topic.url, wait_until="commit")
    box(page).press_sequentially("Ask @fa")
    wait_until(lambda: page.evaluate("document.readyState") and held, "the page never asked for the composer")
    held[0].continue_()
    expect(page.get_by_role("option").first).to_contain_text("Fay Fenwick")
    expect(page.locator(".composer-draft")).to_contain_text("Draft saved")
    assert drafts_of(server, village.ben)[f"reply:topic:{topic.id}"] == "Ask @fa"


def test_what_is_selected_is_quoted_and_without_a_selection_the_whole_post(opened, village, server, topic):
    short = server.make.reply(topic, village.fay, "First line.\n\nSecond line.")
    page = opened(village.ben)
    page.evaluate("getSelection().selectAllChildren(document.querySelector('#post-4 .post-text p:last-child'))")
    page.locator("#post-4 [data-quote]").click()
    head = f"> [Fay Fenwick wrote](/posts/{short.id}):\n"
    expect(box(page)).to_have_value(f"{head}> Second line.\n\n")
    expect(box(page)).to_be_focused()
    box(page).fill("")
    page.evaluate("getSelection().removeAllRanges()")
    page.locator("#post-4 [data-quote]").click()
    expect(box(page)).to_have_value(f"{head}> First line.\n>\n> Second line.\n\n")


def test_a_post_is_answered_in_particular_and_that_can_be_taken_back(opened, village):
    page = opened(village.ben)
    answer = page.locator("#post-1 [data-parent]")
    page.locator("#post-1 summary").click()
    answer.click()
    expect(page.locator(".composer-parent")).to_contain_text("Ada Lowe")
    page.get_by_role("button", name="To the topic instead").click()
    expect(page.locator(".composer-parent")).to_be_hidden()
    page.locator("#post-1 summary").click()
    answer.click()
    write(page, "To you, Ada.")
    expect(page.locator("#post-4 .post-parent")).to_contain_text("Ada Lowe")
    expect(page.locator(".composer-parent")).to_be_hidden()


def test_the_list_of_people_stays_in_the_window_of_a_phone(opened, village):
    page = opened(village.ben, width=360)
    box(page).focus()
    page.keyboard.type("Has anyone here done this @fa")
    listed = page.get_by_role("listbox", name="People")
    expect(listed).to_be_visible()
    page.wait_for_timeout(200)
    edges = listed.bounding_box()
    assert edges["x"] >= 0
    assert edges["x"] + edges["width"] <= 360
    assert page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize("text", ["", "   "])
def test_nothing_is_not_sent(opened, village, text):
    page = opened(village.ben)
    write(page, text)
    expect(page.locator(".composer-problem")).to_have_text("Write something first.")


def test_the_toolbar_marks_what_is_selected(opened, village):
    page = opened(village.ben)
    box(page).fill("very")
    box(page).select_text()
    page.locator("md-bold").click()
    expect(box(page)).to_have_value("**very**")
