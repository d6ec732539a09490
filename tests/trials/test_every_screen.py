"""Every screen, at every size, in both themes: nothing that axe objects to, nothing wider than the window.

With COP_SCREENS=folder, pictures are kept for people to look at. The main screens are looked at in each run; all of
them with COP_TRIALS=long. COP_ONLY=name,name looks at those whose names begin so.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Page

import cop
from tests.support import axe
from tests.support.browsers import Browsers
from tests.support.other_screens import OTHERS
from tests.support.screen_stage import Stage
from tests.support.screens import MAIN, Eyes, Screen, resize
from tests.support.servers import Server

pytestmark = [pytest.mark.trial, pytest.mark.browser]

IS_LONG = os.environ.get("COP_TRIALS") == "long"
PICTURES = os.environ.get("COP_SCREENS", "")
ONLY = tuple(os.environ.get("COP_ONLY", "").split(","))
CHECKED = (
    ((320, "light"), (320, "dark"), (1280, "light"), (1280, "dark")) if IS_LONG else ((320, "light"), (1280, "dark"))
)
PICTURED = tuple((width, theme) for width in (360, 768, 1280) for theme in ("light", "dark"))
SCREENS = [screen for screen in (*MAIN, *(OTHERS if IS_LONG else ())) if screen.name.startswith(ONLY)]


@pytest.fixture(scope="module")
def stage(template, settings, mail_server, tmp_path_factory) -> Iterator[Stage]:
    """The demo on a server that keeps its mail."""
    cop.prepare(settings)
    folder = tmp_path_factory.mktemp("screens")
    server = Server(folder, template.copy(), mail_server.port, rate_limits=False, smtp_host="")
    yield Stage(server)
    server.close()


@pytest.fixture(scope="module")
def eyes(stage, chromium) -> Iterator[Eyes]:
    """Whoever looks; what goes wrong on a page fails the test in whose screen it does."""
    browsers = Browsers(chromium, stage.server)
    yield Eyes(stage, browsers)
    browsers.close()


def look(page: Page, name: str, allowed: Sequence[str] = ()) -> list[str]:
    """What is wrong with a page at each size and in each theme; pictures of it, if they are wanted."""
    wrong = []
    for width, theme in CHECKED:
        resize(page, width, theme)
        wrong += axe.problems(page, f"{width} {theme}", allowed)
    for width, theme in PICTURED if PICTURES else ():
        resize(page, width, theme)
        wrong += [f"{width} {theme}: {each}" for each in axe.misfits(page)]
        page.screenshot(path=Path(PICTURES) / f"{name}-{width}-{theme}.png", full_page=True)
    return wrong


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_is_as_it_should_be(eyes: Eyes, screen: Screen):
    page = eyes.look_at(screen, *CHECKED[0])
    wrong = [*look(page, screen.name, screen.allowed), *eyes.problems]
    eyes.problems.clear()
    assert not wrong, "\n".join(wrong)


@pytest.mark.skipif(not IS_LONG, reason="with COP_TRIALS=long")
@pytest.mark.parametrize("name", ["set-up", "set-up-mistakes"])
def test_an_empty_network_too(server: Server, browser_page: Browsers, name: str):
    page = browser_page(width=320, reduced_motion="reduce")
    page.goto("/")
    assert page.url.endswith("/setup")
    if name == "set-up-mistakes":
        page.locator("main .btn-main").click()
        page.wait_for_load_state()
    assert not (wrong := look(page, name)), "\n".join(wrong)
