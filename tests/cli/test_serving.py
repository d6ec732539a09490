"""`cop serve` and `cop work` as processes: ready when they say so, ended gently, several on one network."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from subprocess import PIPE

import pytest

from cop.cli.draining import Draining
from cop.cli.waking import Wakes
from cop.config import load_settings
from cop.core.db import session, utcnow
from cop.core.outbox import OutboxRow
from tests.support.databases import ROOT
from tests.support.services import wait_until

pytestmark = pytest.mark.service


def health(server):
    with urllib.request.urlopen(f"{server.url}/healthz", timeout=10) as answer:
        return json.load(answer)


def ended(process):
    return process.wait(20)


def test_it_says_where_it_is_when_it_is_ready(server):
    wait_until(lambda: "is on" in server.log, "no ready line")
    assert f"Long Table is on {server.url}\n" in server.log
    assert health(server)["status"] == "ok"


@pytest.mark.parametrize(
    "command", [[ROOT / ".venv/bin/cop"], [sys.executable, "-m", "cop"]], ids=["cop", "python -m cop"]
)
def test_the_command_itself_serves_and_ends_when_told(servers, command):
    """Other tests fork their servers from a process that has imported everything; here nothing is imported before."""
    server = servers()
    server.stop()
    environment = {**os.environ, **server.environment}
    with subprocess.Popen([*command, "serve", "--port", "0"], cwd=ROOT, env=environment, stdout=PIPE) as running:
        assert running.stdout
        address = running.stdout.readline().decode().split()[-1]
        with urllib.request.urlopen(f"{address}/healthz", timeout=10) as answer:
            assert json.load(answer)["status"] == "ok"
        running.terminate()
        assert running.wait(20) == 0


def test_a_connection_that_stays_open_does_not_hold_up_the_end(servers):
    server = servers(threads=8)
    with socket.create_connection(("127.0.0.1", server.port)) as idle:
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(100).startswith(b"HTTP/1.1 200")
        started = time.monotonic()
        server.stop()
    assert time.monotonic() - started < 15
    with pytest.raises(OSError):
        health(server)


def test_a_port_that_is_taken_is_refused_in_a_sentence(server):
    second = server.run("serve", "--port", str(server.port))
    assert ended(second) == 1
    assert f"Port {server.port} is in use by another program; choose another with --port." in server.log


def test_any_free_port_is_told(server):
    other = server.run("serve", "--port", "0")
    wait_until(lambda: server.log.count("is on http://") == 2, f"no second ready line: {server.log}")
    port = server.log.rstrip().rpartition(":")[2]
    assert port.isdigit()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
        assert json.load(answer)["version"]
    other.end(signal.SIGTERM)
    assert ended(other) == 0


def test_two_web_processes_and_a_worker_share_one_network(servers):
    first = servers(embedded_worker=False)
    second = servers(database_url=first.environment["COP_DATABASE_URL"], data_dir=first.folder, embedded_worker=False)
    author = first.make.person("Ada")
    square = first.make.community("The Square", reading="everyone")
    first.make.member(square, author)
    topic = first.make.topic(square, author, title="Seen by both")
    for server in (first, second):
        with urllib.request.urlopen(f"{server.url}{topic.url}", timeout=10) as page:
            assert "Seen by both" in page.read().decode()
    assert waiting(first) > 0
    worker = first.run("work")
    wait_until(lambda: waiting(first) == 0, f"the worker read nothing: {first.log}")
    wait_until(lambda: health(second)["index"]["documents"] > 0, "the second process does not see the index")
    worker.end(signal.SIGTERM)
    assert ended(worker) == 0


def waiting(server):
    from sqlalchemy import func, select

    with server.connected():
        return session().scalar(select(func.count()).select_from(OutboxRow).where(OutboxRow.due_at <= utcnow()))


def test_a_commit_in_one_process_wakes_another_through_redis(redis, tmp_path):
    settings = load_settings(data_dir=tmp_path, redis_url=redis)
    heard = threading.Event()
    hearing, telling = Wakes(settings, heard.set), Wakes(settings, lambda: None)
    hearing.start()
    assert heard.wait(10), "it looks once when it begins to listen"
    heard.clear()
    telling.start()
    telling.tell()
    assert heard.wait(10)
    for each in (hearing, telling):
        each.stop()


def test_another_network_on_the_same_redis_is_not_woken(redis, tmp_path):
    heard, own = threading.Event(), threading.Event()
    mine = load_settings(data_dir=tmp_path / "mine", redis_url=redis)
    other = load_settings(data_dir=tmp_path / "other", redis_url=redis)
    hearing, control, telling = Wakes(other, heard.set), Wakes(mine, own.set), Wakes(mine, lambda: None)
    for each, event in ((hearing, heard), (control, own)):
        each.start()
        assert event.wait(10)
        event.clear()
    telling.start()
    telling.tell()
    assert own.wait(10)
    assert not heard.is_set()
    for each in (hearing, control, telling):
        each.stop()


def test_without_redis_nothing_fails_and_nothing_waits(tmp_path):
    settings = load_settings(data_dir=tmp_path, redis_url="redis://127.0.0.1:9/0")
    draining = Draining(settings.model_copy(update={"embedded_worker": False}))
    draining.start()
    from cop.core import outbox

    started = time.monotonic()
    for _ in range(100):
        outbox.wake()
    assert time.monotonic() - started < 1
    draining.stop()
