"""A network on which hostile texts stand in every place, and browsers to look at it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

import cop
from tests.support.browsers import Browsers
from tests.support.hostile import BEFORE, Stage
from tests.support.servers import Server
from tests.trials.looking import EACH, take_time


@pytest.fixture(scope="module")
def hostile_stage(request, template, settings, mail_server, tmp_path_factory) -> Iterator[Stage]:
    """One for each file; what search and alerts make of the texts is left out where nobody looks at it."""
    take_time()
    cop.prepare(settings)
    folder, works = tmp_path_factory.mktemp("hostile"), request.module.READERS_WORK
    server = Server(folder, template.copy(), mail_server.port, rate_limits=False, embedded_worker=works)
    yield Stage(server, EACH)
    server.close()


@pytest.fixture
def hostile_browsers(hostile_stage, chromium) -> Iterator[Browsers]:
    """Pages that count as failed for whatever tries to run, is refused by the policy, or is asked of another place."""
    take_time()
    opened = Browsers(chromium, hostile_stage.server)
    yield opened
    opened.close()


@pytest.fixture
def looked(hostile_browsers) -> Callable[..., Page]:
    """A page of somebody's on which `see(page, address)` opens and examines."""

    def open_for(person: Any = None, **how: Any) -> Page:
        page = hostile_browsers(person, **how)
        page.add_init_script(BEFORE)
        page.on("dialog", lambda dialog: hostile_browsers.problems.append(f"{page.url}: {dialog.message}"))
        return page

    return open_for
