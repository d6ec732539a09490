"""What one does on settings and messages before they are looked at: see `screens`."""

import io

from PIL import Image
from playwright.sync_api import Page


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
