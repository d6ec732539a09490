"""Services that tests start for themselves, each on a free port in a temporary folder: PostgreSQL, Redis, SMTP.

Where one is not installed, the tests that need it are skipped with the reason and what to install; with `CI` set
they fail, because a service that nobody installed proves nothing.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

READY_SECONDS = 30


def missing(what: str, install: str) -> NoReturn:
    """Leave this test out because a program is not here; with CI set, fail it."""
    sentence = f"{what} is not installed here; install it with: apt-get install {install}"
    if os.environ.get("CI"):
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


def free_port() -> int:
    """A port of this machine on which nobody listens just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], Any], what: str, seconds: float = READY_SECONDS) -> Any:
    """Ask again and again until the answer is true, and return it. Only here does the suite wait by the clock."""
    until = time.monotonic() + seconds
    while not (answer := condition()):
        if time.monotonic() > until:
            raise AssertionError(f"waited {seconds:.0f} s in vain: {what}")
        time.sleep(0.02)
    return answer


def answers(port: int) -> bool:
    """Whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _as_postgres() -> list[str]:
    """PostgreSQL refuses to run as root: what to put before its commands then."""
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


def _postgresql_program(name: str) -> str:
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    found = str(installed[-1]) if installed else shutil.which(name)
    return found or missing("PostgreSQL", "postgresql")


@contextmanager
def postgresql() -> Iterator[str]:
    """A PostgreSQL of our own without durability, which tests do not need; yields the address of its first database."""
    initdb, server = _postgresql_program("initdb"), _postgresql_program("postgres")
    prefix, port = _as_postgres(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="cop-postgresql-"))
    place = folder / "cluster"
    place.mkdir()
    if prefix:
        folder.chmod(0o711)  # the other user must get through to its own
        shutil.chown(place, "postgres", "postgres")
    made = [*prefix, initdb, "-D", str(place), "-U", "cop", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
    subprocess.run(made, check=True, capture_output=True, cwd="/")
    options = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": "", "max_connections": 200}
    options |= {
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_locks_per_transaction": 256,
    }
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    command = [*prefix, server, "-D", str(place), *settings]
    with (
        (folder / "postgresql.log").open("w") as log,
        subprocess.Popen(command, stdout=log, stderr=log, cwd="/") as running,
    ):
        try:
            url = f"postgresql://cop@127.0.0.1:{port}/postgres"
            wait_until(lambda: _takes_queries(url), f"PostgreSQL did not start; see {folder}/postgresql.log")
            yield url
        finally:
            _stop(running, place)
            shutil.rmtree(folder)


def _takes_queries(url: str) -> bool:
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=2) as connection:
            return connection.execute("SELECT 1").fetchone() is not None
    except psycopg.OperationalError:
        return False


def _stop(running: subprocess.Popen[bytes], place: Path) -> None:
    """End it at once: its folder goes too. Under runuser it is a child, found by its record of its number."""
    record = place / "postmaster.pid"
    number = int(record.read_text().split()[0]) if record.exists() else running.pid
    os.kill(number, signal.SIGQUIT)
    running.wait(20)


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """A Redis of our own that keeps nothing; yields its address."""
    program = shutil.which("redis-server") or missing("Redis", "redis-server")
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as running:
        try:
            wait_until(lambda: answers(port), "Redis did not start")
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            running.terminate()


class MailServer:
    """A real SMTP server on a port of its own, which keeps what it is given; it can be away for a while."""

    def __init__(self) -> None:
        self.port = free_port()
        self.messages: list[Any] = []
        self._controller: Controller | None = None
        self.back()

    def away(self) -> None:
        """Stop listening: connections are refused."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def back(self) -> None:
        """Listen (again) on the same port."""
        if self._controller is None:
            self._controller = Controller(_Keeper(self.messages), hostname="127.0.0.1", port=self.port)
            self._controller.start()


class _Keeper(Message):
    def __init__(self, messages: list[Any]) -> None:
        import email.message

        super().__init__(email.message.EmailMessage)
        self._messages = messages

    def prepare_message(self, session: Any, envelope: Any) -> Any:
        """Read it as today's mail programs do."""
        import email
        import email.policy

        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        message = email.message_from_bytes(content, policy=email.policy.default)
        message["X-RcptTo"] = ", ".join(envelope.rcpt_tos)
        return message

    def handle_message(self, message: Any) -> None:
        """Keep it."""
        self._messages.append(message)
