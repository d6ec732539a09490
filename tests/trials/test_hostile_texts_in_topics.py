"""Hostile texts in topics, in a real browser: nothing runs, nothing is loaded from elsewhere, and what was written
stays where it was written. People, communities, finding and what arrives live: test_hostile_texts_elsewhere.py.
"""

import pytest
from playwright.sync_api import expect

from cop.core import markup
from tests.support import hostile
from tests.trials.looking import IS_LONG, examine, in_print, see, shown, some

pytestmark = [pytest.mark.shared, pytest.mark.trial]

READERS_WORK = False


@pytest.mark.parametrize("who", ["guest", "member"])
def test_posts_and_their_authors(hostile_stage, looked, who):
    """Each post is a text; its author's name, role and institution are that text as well."""
    page = looked(hostile_stage.village.ada if who == "member" else None)
    # What a member sees besides, buttons and the composer, holds no text of theirs.
    for topic in hostile_stage.threads[:: 1 if who == "guest" or not IS_LONG else 4]:
        see(page, topic.url)
        expect(page.locator("#posts > .post > .post-body > .post-text")).to_have_count(topic.last_number)


def test_a_post_that_was_sent_through_the_form(hostile_stage, looked):
    page = looked(hostile_stage.village.fay)
    topic = hostile_stage.server.make.topic(
        hostile_stage.village.square, hostile_stage.village.fay, title="Sent by form"
    )
    page.goto(topic.url)
    sent = hostile_stage.texts[:: 16 if IS_LONG else 4]
    for number, text in enumerate(sent, 2):
        token = page.locator('meta[name="csrf-token"]').get_attribute("content")
        form = {"text": text, "csrf_token": token or "", "sent_key": f"hostile-{number}"}
        answer = page.request.post(f"/topics/{topic.id}/reply", form=form, max_redirects=0)
        assert answer.status == (303 if markup.render(text).html.strip() else 422), text
    for number in range(1, len(sent) // 30 + 2):
        see(page, f"{topic.url}?page={number}")


def test_titles_and_terms(hostile_stage, looked):
    """In the list of a forum, and on a topic's own page: exactly the words."""
    page = looked()
    titles = set()
    for number in range(1, (len(hostile_stage.titled) + len(hostile_stage.threads)) // 20 + 2):
        see(page, f"{hostile_stage.hall.url}/topics?page={number}")
        titles |= set(shown(page, ".topic-row-title a"))
    wanted = {" ".join(topic.title.split()) for topic in hostile_stage.titled}
    assert wanted <= titles
    for topic in hostile_stage.titled[:: 40 if IS_LONG else 20]:
        see(page, topic.url)
        assert shown(page, "h1") == [" ".join(topic.title.split())]
        assert page.title().startswith(" ".join(topic.title.split()))


def test_the_history_of_a_post_and_its_notes(hostile_stage, looked):
    page = looked(hostile_stage.village.ada)
    for post in hostile_stage.histories():
        see(page, f"/posts/{post.id}/history")


def test_the_preview_in_the_composer(hostile_stage, looked):
    page = looked(hostile_stage.village.ada)
    page.goto(hostile_stage.threads[0].url)
    page.wait_for_load_state("networkidle")  # before the scripts have come, the button leads to another page
    box, button = page.get_by_role("textbox", name="Your reply"), page.locator("[data-preview]")
    alone, together = hostile_stage.texts[:: 40 if IS_LONG else 4], hostile.in_lots(hostile_stage.texts, 2_000)
    for text in (*alone, *some(list(together))):
        box.fill(text)
        button.click()
        expect(page.locator(".composer-preview")).to_be_visible()
        examine(page)
        button.click()
        expect(box).to_be_visible()
    box.fill("")


def test_a_draft_that_is_put_back_into_the_form(hostile_stage, looked):
    page = looked(hostile_stage.village.ada)
    topic = hostile_stage.server.make.topic(
        hostile_stage.village.square, hostile_stage.village.fay, title="To be answered"
    )
    for words in hostile_stage.drafts(f"reply:topic:{topic.id}", ["text"], 25_000):
        see(page, topic.url)
        assert in_print(page.locator("#composer textarea").input_value()) == in_print(words)
    place = f"topic:community:{hostile_stage.village.square.id}"
    for _words in hostile_stage.drafts(place, ["title", "text", "tags"], 25_000):
        see(page, f"{hostile_stage.village.square.url}/topics/new")


def test_what_was_typed_comes_back_with_the_mistakes(hostile_stage, looked):
    """All that was sent is wrong in some field, so that each stands in the form again."""
    page = looked(hostile_stage.village.ada)
    page.goto("/settings")
    for words in some(list(hostile.in_lots(hostile_stage.texts, 20_000))):
        for name in ("name", "terms", "about"):
            page.locator(f'form[action="/settings"] [name="{name}"], form [name="{name}"]').first.fill(words)
        page.locator('form:has([name="about"]) .btn-main').click()
        expect(page.locator(".form-errors, .field-error").first).to_be_attached()
        examine(page)
    page.goto("/settings/affiliations")
    for words in some(list(hostile.in_lots(hostile_stage.texts, 20_000))):
        for name in ("institution", "role", "began", "ended"):
            page.locator(f'form:has([name="began"]) [name="{name}"]').fill(words)
        page.locator('form:has([name="began"]) .btn-main').click()
        expect(page.locator(".form-errors").first).to_be_attached()
        examine(page)
