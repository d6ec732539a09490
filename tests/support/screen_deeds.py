"""What one does on a screen before it is looked at: for `tests/support/screens.py`."""

import io
from collections.abc import Callable

from PIL import Image
from playwright.sync_api import Page

from tests.support.screen_stage import EVERY_MARK


def send(selector: str = "main form .btn-main", **typed: str) -> Callable[[Page], None]:
    """Fill in fields, by name, and send the form; what was wrong with it is to be looked at."""

    def do(page: Page) -> None:
        for name, value in typed.items():
            page.locator(f'main [name="{name}"]').first.fill(value)
        page.locator(selector).first.click()
        page.wait_for_load_state()

    return do


def send_plainly(**typed: str) -> Callable[[Page], None]:
    """As `send`, without the composer's script: the form goes to the server as a whole page."""

    def do(page: Page) -> None:
        for name, value in typed.items():
            page.locator(f'main [name="{name}"]').first.fill(value)
        with page.expect_navigation():
            page.evaluate("() => HTMLFormElement.prototype.submit.call(document.getElementById('composer'))")

    return do


def type_term(page: Page) -> None:
    """A term is typed after a comma, and one of the list is marked."""
    field = page.locator('main [name="tags"]')
    field.press_sequentially("phonics, assess")
    page.locator(".suggestion-box [role=option]").first.wait_for()
    field.press("ArrowDown")


def type_in_search_box(page: Page) -> None:
    """Something is typed in the search box, and one of what is offered is marked."""
    field = page.locator('.search-box [role="combobox"]:visible').first
    field.press_sequentially("re")
    page.locator(".search-box [role=option]").first.wait_for()
    field.press("ArrowDown")
    field.press("ArrowDown")


def ask_what_was_asked(page: Page) -> None:
    """A title is typed that is like those of other topics."""
    page.locator('main [name="title"]').press_sequentially("Something new here about phonics")
    page.locator(".similar").wait_for()


def open_menu(page: Page) -> None:
    """The menu of a post."""
    page.locator(".post:not(.post-stub) .post-acts summary").first.press("Enter")
    page.locator(".post-acts details[open] .menu-list").wait_for()


def open_save(page: Page) -> None:
    """The menu that saves somebody to a list."""
    page.locator(".save-menu > summary").first.press("Enter")
    page.locator(".save-menu[open] .menu-list").wait_for()


def open_asking(page: Page) -> None:
    """The menu with those who look after a community."""
    page.locator(".community-row .menu > summary").first.press("Enter")
    page.locator(".community-row details[open] .menu-list").wait_for()


def open_mine(page: Page) -> None:
    """The menu of the person, in the masthead."""
    page.locator(".person-menu > summary").press("Enter")


def open_foot(page: Page) -> None:
    """The menus at the foot of each page."""
    for number in range(2):
        page.locator(".foot .menu > summary").nth(number).press("Enter")
        page.evaluate("document.querySelectorAll('.foot .menu').forEach((each) => (each.open = true))")


def preview(page: Page) -> None:
    """The composer's preview, of a text with everything in it."""
    page.wait_for_load_state("networkidle")  # before the scripts have come, the button leads to another page
    page.locator("#composer textarea").fill(EVERY_MARK)
    page.locator("[data-preview]").click()
    page.locator(".composer-preview").wait_for()


def suggest(page: Page) -> None:
    """The list of people to mention."""
    page.wait_for_load_state("networkidle")  # the scripts have come
    page.locator("#composer textarea").press_sequentially("Ask @in")
    page.locator("[role=option]").first.wait_for()


def send_nothing(page: Page) -> None:
    """An empty reply, when the scripts have come: without them it would lead to another page."""
    page.wait_for_load_state("networkidle")
    page.locator("#composer .btn-main").click()
    page.locator(".composer-problem:not([hidden])").wait_for()


def open_later(page: Page) -> None:
    """The day and the time at which a reply is to appear."""
    page.locator(".composer-later > summary").press("Enter")
    page.locator('[name="publish_at"]').wait_for()


def send_later(moment: str) -> Callable[[Page], None]:
    """A reply that is to appear at a moment, sent without the composer's script."""

    def do(page: Page) -> None:
        open_later(page)
        page.locator('[name="publish_at"]').fill(moment)
        send_plainly(text="Later.")(page)

    return do


def decide_late(page: Page) -> None:
    """Something is decided about a topic after somebody else has decided."""
    page.evaluate("() => { document.querySelector('[name=seen]').value = 'otherwise' }")
    page.locator('main [name="minutes"]').first.check()
    page.locator("main form .btn-main").first.click()
    page.wait_for_load_state()


def post_to(address: str) -> Callable[[Page], None]:
    """Send a form to an address of which no page has one."""

    def do(page: Page) -> None:
        with page.expect_navigation():
            page.evaluate(
                """address => {
              const form = Object.assign(document.createElement("form"), { method: "post", action: address });
              form.append(Object.assign(document.createElement("input"), {
                name: "csrf_token", value: document.querySelector('meta[name="csrf-token"]')?.content ?? "" }));
              document.body.append(form);
              form.submit();
            }""",
                address,
            )

    return do


def add_affiliation(**fields: str) -> Callable[[Page], None]:
    """Say where one works, in the form for one more."""
    return send('form:has([name="began"]) .btn-main', **fields)


def hide_suggested(page: Page) -> None:
    """The last of the suggested terms is hidden."""
    page.locator('form[action$="/hide"] button').last.click()
    page.wait_for_load_state()


def correct_suggested(page: Page) -> None:
    """The first of them is called two things."""
    page.locator(".own-more > summary").first.click()
    page.locator(".own-more input[type=text]").first.fill("one thing, another thing")
    page.locator(".own-more button").first.click()
    page.wait_for_load_state()


def choose_picture(page: Page) -> None:
    """A picture is chosen, and moved a little; not sent yet."""
    out = io.BytesIO()
    Image.radial_gradient("L").resize((800, 500)).save(out, "PNG")
    page.wait_for_load_state("networkidle")  # the scripts have come
    page.locator("input[name=picture]").set_input_files(
        {"name": "me.png", "mimeType": "image/png", "buffer": out.getvalue()}
    )
    page.locator(".crop-stage").press("ArrowLeft")


def type_name(page: Page) -> None:
    """A name is begun, and one of the list is marked."""
    field = page.locator('main [name="to"]')
    field.press_sequentially("in")
    page.locator(".suggestion-box [role=option]").first.wait_for()
    field.press("ArrowDown")


def list_nothing(page: Page) -> None:
    """A field without a name, answered with one of a list that is empty."""
    page.locator('main [value="one"]').check()
    send(choices="")(page)


def answer_badly(page: Page) -> None:
    """A link that is none."""
    page.locator('main [inputmode="url"]').fill("javascript:alert(1)")
    send()(page)


def answer_old(page: Page) -> None:
    """What is asked was changed since the page was made, and something of it withdrawn."""
    first = page.locator('main [name$="_version"]').first
    first.evaluate("each => { each.value = '0'; }")
    first.evaluate(
        """each => each.form.append(Object.assign(document.createElement("input"),
                { type: "hidden", name: "answer_999999", value: "What I typed, and nobody asks any more." }))"""
    )
    send()(page)


def send_old_field(page: Page) -> None:
    """Another manager changed it since the page was made."""
    page.locator('main [name="version"]').evaluate("each => { each.value = '0'; }")
    send(hint="What I typed.")(page)


def begin_community(pages: int, **last: str) -> Callable[[Page], None]:
    """Fill in the pages before one by which a community is started; `last` is typed there and sent."""

    def do(page: Page) -> None:
        page.locator('[name="name"]').fill("Reading aloud, and what it does to those who listen")
        page.locator('[name="purpose"]').fill(
            "For everybody who reads to a class, and wonders what the back row hears."
        )
        page.locator('[name="shape"][value="enquiry"]').check()
        for _page in range(1, pages):
            page.locator("main form .btn-main").click()
            page.wait_for_load_state()
        for name, value in last.items():
            page.locator(f'main [name="{name}"]').first.fill(value)
        if last:
            page.locator("main form .btn-main").click()
            page.wait_for_load_state()

    return do


def open_section(section: str, **typed: str) -> Callable[[Page], None]:
    """A section of a community's settings; `typed` is sent."""

    def do(page: Page) -> None:
        page.locator(f"details:has(#settings-{section}) > summary").click()
        for name, value in typed.items():
            page.locator(f'#settings-{section} [name="{name}"]').fill(value)
        if typed:
            page.locator(f"#settings-{section} .btn-main").first.click()
            page.wait_for_load_state()

    return do


def narrow(page: Page) -> None:
    """A community within which another one lies is to be hidden."""
    page.locator('#settings-about [name="listed"][value="no"]').check()
    page.locator("#settings-about .btn-main").click()
    page.wait_for_load_state()


def overtake(page: Page) -> None:
    """Somebody else has saved meanwhile: the form was opened with something that stands there no more."""
    page.locator("details:has(#settings-look) > summary").click()
    page.evaluate("""document.querySelector('#settings-look [name="basis"]').value = "what stood there before" """)
    page.locator("#settings-look .btn-main").click()
    page.wait_for_load_state()
