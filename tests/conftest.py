"""Fixtures of the whole suite. In-process tests run inside one transaction that is undone; server tests on a copy.

SQLite unless COP_TEST_DATABASE_URL says otherwise: the address of a database on a PostgreSQL server on which
databases may be created, or `postgresql:` for one that the suite starts for itself.
"""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

import cop
from cop.config import Settings
from cop.core import db, guest_pages, limits, outbox, policy
from cop.people.models import Person
from cop.search import keeping
from cop.search.engine import Engine
from tests.support import cast, clients, counting, databases, services
from tests.support.servers import SECRET, Server
from tests.support.shared import SHARED

LOCAL = ("127.0.0.1", "localhost", "::1", "0.0.0.0")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what uses a browser or a service; leave out what cannot or need not run here."""
    for item in items:
        used = set(getattr(item, "fixturenames", ()))
        if used & {"browser_page", "chromium"}:
            item.add_marker("browser")
        if used & {"server", "servers", "postgresql", "redis"}:
            item.add_marker("service")
    left_out = [item for item in items if _is_left_out(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = sorted((item for item in items if not _is_left_out(item)), key=_how_soon)


def _is_left_out(item: pytest.Item) -> bool:
    """What reads shared data where there is none; what uses no database, in the run that is for another database."""
    if item.get_closest_marker("shared") and not SHARED.is_dir():
        return True
    return _on_postgresql() and "template" not in getattr(item, "fixturenames", ())


def _on_postgresql() -> bool:
    return os.environ.get("COP_TEST_DATABASE_URL", "").startswith("postgresql")


def _given_postgresql() -> str:
    """The server that the run was given; empty where it starts one of its own."""
    given = os.environ.get("COP_TEST_DATABASE_URL", "").replace("postgresql+psycopg://", "postgresql://")
    return given if given.startswith("postgresql://") else ""


def _how_soon(item: pytest.Item) -> int:
    """What takes longest begins first, so that no process of the run has it left when the others have done."""
    longest_first = ("trial", "browser", "service")
    return next(
        (place for place, mark in enumerate(longest_first) if item.get_closest_marker(mark)), len(longest_first)
    )


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Nothing in the suite reaches another machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and address[0] not in LOCAL:
            raise AssertionError(f"a test wanted to connect to {address}")
        connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


# -- services ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server: the one that the run was given, or one of our own."""
    if given := _given_postgresql():
        yield given
        return
    with services.postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Redis of our own."""
    with services.redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(scope="session")
def mail_server() -> Iterator[services.MailServer]:
    """A real SMTP server; `away()` and `back()`."""
    server = services.MailServer()
    yield server
    server.away()


@pytest.fixture
def mailbox(mail_server: services.MailServer) -> Iterator[list[Any]]:
    """What arrived at the SMTP server during this test."""
    mail_server.messages.clear()
    yield mail_server.messages
    mail_server.back()


# -- databases --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[databases.Template]:
    """The run's migrated database, on SQLite or on the PostgreSQL that the run is for."""
    server = request.getfixturevalue("postgresql") if _on_postgresql() else None
    made = databases.Template(tmp_path_factory.mktemp("databases"), server)
    yield made
    if _given_postgresql():  # ours goes with all that is in it
        made.drop_all()


@pytest.fixture(scope="session")
def postgresql_template(postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[databases.Template]:
    """A migrated database on PostgreSQL, whatever the run is for."""
    made = databases.Template(tmp_path_factory.mktemp("databases"), postgresql)
    yield made
    if _given_postgresql():  # ours goes with all that is in it
        made.drop_all()


# -- the application --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def settings(
    template: databases.Template, mail_server: services.MailServer, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """The settings of the application under test."""
    return cop.load_settings(
        data_dir=tmp_path_factory.mktemp("data"),
        database_url=template.url,
        secret_key=SECRET,
        base_url="http://localhost",
        smtp_host="127.0.0.1",
        smtp_port=mail_server.port,
        log_level="ERROR",
        embedded_worker=False,
    )


@pytest.fixture(scope="session")
def application(settings: Settings) -> Flask:
    """The application of the run; tests take `app`, which undoes what they did."""
    made = _testable(cop.create_app(settings))
    made.extensions["cop_somebody"] = True  # in undone transactions nobody stays: no page is to lead to set-up
    return made


def _testable(made: Flask) -> Flask:
    made.testing = True
    made.test_client_class = clients.Browser
    return made


@pytest.fixture
def app(application: Flask, settings: Settings) -> Iterator[Flask]:
    """The application, in a transaction that is undone after the test, with an index in memory."""
    if db.database().url != settings.database:  # a test made another network this process's own
        cop.prepare(settings)
    keeping.use(Engine.in_memory())
    with databases.undone(db.database()):
        yield application
    forget()


def forget() -> None:
    """Forget what this process keeps beside the database, because the rows under it were undone."""
    policy.forget_audiences()
    guest_pages.forget()
    limits.limiter.reset()


@pytest.fixture
def network(template: databases.Template, tmp_path: Path, settings: Settings) -> Iterator[Callable[..., Flask]]:
    """Make another network in this process, with a database that really commits: `network(environment="…")`."""

    def create(database_url: str = "", **changes: Any) -> Flask:
        wanted: dict[str, Any] = {
            "data_dir": tmp_path / "network",
            "database_url": database_url or template.copy(),
            "secret_key": SECRET,
            "log_level": "ERROR",
            "embedded_worker": False,
            "smtp_host": settings.smtp_host,
            "smtp_port": settings.smtp_port,
        }
        return _testable(cop.create_app(cop.load_settings(**{**wanted, **changes})))

    yield create
    db.release()
    cop.prepare(settings)
    forget()


# -- people -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def make(app: Flask) -> cast.Make:
    """The factory of people, communities, topics and replies."""
    return cast.Make()


@pytest.fixture
def village(make: cast.Make) -> cast.Village:
    """The cast."""
    return make.village()


@pytest.fixture
def sign_in(app: Flask, make: cast.Make) -> Callable[[Person], FlaskClient]:
    """A browser of its own in which this person is signed in."""

    def enter(person: Person) -> FlaskClient:
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = make.sign_in(person), True
        return client

    return enter


@pytest.fixture
def guest(app: Flask) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return app.test_client()


# -- what a test asks for ---------------------------------------------------------------------------------------------


@pytest.fixture
def drain(app: Flask) -> Callable[..., int]:
    """Let every reader and job do what is due: `drain()`, or `drain("mail")` for one; until nothing more is due."""

    def until_empty(name: str | None = None) -> int:
        done = 0
        while step := outbox.drain(name):
            done += step
        return done

    return until_empty


@pytest.fixture
def counted() -> Callable[[], AbstractContextManager[counting.Counted]]:
    """Count the SQL of a block: `with counted() as sql: …; assert sql.count <= 8`."""
    return counting.counted


# -- a server and a browser --------------------------------------------------------------------------------------------


@pytest.fixture
def servers(
    template: databases.Template,
    settings: Settings,
    mail_server: services.MailServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[..., Server]]:
    """Start servers, each a network of its own unless told to share: `servers(redis_url=…, data_dir=…)`."""
    cop.prepare(settings)  # kinds, rules and readers, for `server.make`
    started: list[Server] = []

    def start(database_url: str = "", data_dir: Path | None = None, **changes: Any) -> Server:
        folder = data_dir or tmp_path_factory.mktemp("server")
        server = Server(folder, database_url or template.copy(), mail_server.port, **changes)
        started.append(server)
        return server.start()

    with ExitStack() as stack:
        stack.callback(lambda: [server.close() for server in started])
        yield start


@pytest.fixture
def server(servers: Callable[..., Server]) -> Server:
    """A real `cop serve` on a copy of the migrated database, with its own worker."""
    return servers()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser of the run."""
    from playwright.sync_api import sync_playwright

    from tests.support.browsers import launch

    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def browser_page(server: Server, chromium: Any) -> Iterator[Any]:
    """Open pages on `server`: `browser_page(person=None, width=1280, theme="light")`. Errors on them fail the test."""
    from tests.support.browsers import Browsers

    browsers = Browsers(chromium, server)
    yield browsers
    browsers.close()
