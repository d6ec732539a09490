"""Settings in a browser: the part of a picture that is kept, by keys, pointer and zoom; the time zone of the device."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect


@pytest.fixture
def ada(server):
    return server.make.village().ada


def striped(path):
    """Red, green and blue from left to right."""
    image = Image.new("RGB", (600, 300), "lime")
    image.paste("red", (0, 0, 200, 300))
    image.paste("blue", (400, 0, 600, 300))
    image.save(path)
    return path


def colours(page):
    """The colours of the picture that is shown now, at its left, middle and right: r, g or b."""
    content = page.request.get(page.locator(".side .face img").get_attribute("src")).body()
    with Image.open(io.BytesIO(content)) as image:
        points = [image.getpixel((x, 160)) for x in (4, 160, 315)]
    return "".join("rgb"[point.index(max(point))] for point in points)


@pytest.fixture
def chosen(server, browser_page, ada, tmp_path):
    """Ada has chosen a picture; the page, where she cuts it."""
    page = browser_page(ada, width=360, has_touch=True)
    page.goto("/settings/picture")
    expect(page.locator("[data-crop]")).to_be_hidden()
    page.locator("input[type=file]").set_input_files(striped(tmp_path / "flag.png"))
    expect(page.locator("[data-crop]")).to_be_visible()
    return page


def save(page):
    page.get_by_role("button", name="Save the picture").click()
    expect(page.get_by_text("Your picture is saved.")).to_be_visible()


def test_by_keys_the_part_is_moved_and_said(chosen):
    stage = chosen.get_by_role("application", name="The part that is kept")
    stage.focus()
    for key in ["+"] * 8 + ["ArrowLeft"] * 40:
        stage.press(key)
    expect(chosen.locator("[data-crop] [role=status]")).to_contain_text("from the left")
    save(chosen)
    assert colours(chosen) == "bbb"


def test_by_pointer_and_zoom(chosen):
    zoom = chosen.get_by_label("Zoom")
    zoom.focus()
    zoom.press("End")
    box = chosen.locator(".crop-stage").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for _ in range(9):
        chosen.mouse.move(*middle)
        chosen.mouse.down()
        chosen.mouse.move(middle[0] + 90, middle[1], steps=3)
        chosen.mouse.up()
    save(chosen)
    assert colours(chosen) == "rrr"


def test_what_is_no_picture_shows_no_part_and_is_refused_in_words(chosen, tmp_path):
    drawing = tmp_path / "drawing.svg"
    drawing.write_text("not a drawing")
    chosen.get_by_label("The picture in words").fill("Ada, smiling")
    chosen.locator("input[type=file]").set_input_files(drawing)
    expect(chosen.locator("[data-crop]")).to_be_hidden()
    chosen.get_by_role("button", name="Save the picture").click()
    expect(chosen.get_by_text("This is not a picture that browsers can show.").first).to_be_visible()
    expect(chosen.get_by_label("The picture in words")).to_have_value("Ada, smiling")


def test_the_time_zone_of_the_device_is_offered_by_a_button(browser_page, ada):
    page = browser_page(ada, timezone_id="America/New_York")
    page.goto("/preferences")
    page.get_by_role("button", name="Use the time zone of this device: America/New York").click()
    field = page.get_by_role("combobox", name="Time zone")
    expect(field).to_have_value("America/New York")
    expect(field).to_be_focused()
    page.get_by_role("button", name="Save").click()
    expect(field).to_have_value("America/New York")
    expect(page.get_by_role("button", name="Use the time zone")).to_have_count(0)
