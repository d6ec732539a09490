"""`cop index` and `cop doctor`: what an operator asks when something seems wrong."""

import fcntl

import pytest
from sqlalchemy import delete

from cop.core import outbox, policy
from cop.core.db import unit_of_work
from cop.core.outbox import OutboxRow
from cop.core.policy import Act


@pytest.fixture
def talk(own, command):
    """A network with a topic, whose index is as the database."""
    ada = own.person("Ada", handle="ada")
    square = own.community("The Square", slug="square", reading="everyone")
    own.member(square, ada)
    own.topic(square, ada)
    assert command("index", "rebuild").status == 0
    outbox.drain()
    return own, square, ada


def checks(answer):
    return {each["name"]: each for each in answer.json["checks"]}


def test_the_index_is_compared_and_rebuilt(talk, command):
    own, square, ada = talk
    assert command("index", "status").out.endswith("as in the database.\n")
    own.topic(square, ada, title="Another")
    waiting = command("index", "status", "--json")
    assert waiting.status == 0  # a deed waits, so that a difference is to be expected
    assert waiting.json["waiting"] == 1
    with unit_of_work() as db:
        db.execute(delete(OutboxRow))
    lost = command("index", "status")
    assert (lost.status, "1 missing" in lost.out) == (1, True)
    assert command("index", "rebuild", "--json").json["documents"] > 0
    assert command("index", "status").status == 0


def test_a_healthy_network_is_called_healthy(talk, command):
    answer = command("doctor", "--json")
    assert answer.status == 0, answer.out
    assert answer.json["ok"]
    names = {"settings", "data folder", "database", "migrations", "outbox", "index", "locks", "mail"}
    assert set(checks(answer)) == names
    assert command("doctor").out.count("ok   ") == len(names)


def test_a_failing_reader_is_named_with_its_reason(talk, command):
    with unit_of_work() as db:
        db.add(OutboxRow(reader="mail", payload={}, attempts=3, error="ConnectionRefusedError: nobody listens"))
    answer = command("doctor", "--json")
    assert answer.status == 1
    assert not checks(answer)["outbox"]["ok"]
    assert "nobody listens" in checks(answer)["outbox"]["text"]
    assert "WRONG  outbox" in command("doctor").out


def test_deeds_that_nobody_reads_are_wrong(talk, command):
    import datetime as dt

    from cop.core.db import utcnow

    with unit_of_work() as db:
        db.add(OutboxRow(reader="mail", payload={}, due_at=utcnow() - dt.timedelta(minutes=10)))
    answer = command("doctor", "--json")
    assert answer.status == 1
    assert "no `cop serve` or `cop work` is reading" in checks(answer)["outbox"]["text"]


def test_a_mail_server_that_is_away_is_wrong(talk, command):
    answer = command("doctor", "--json", smtp_host="127.0.0.1", smtp_port=9)
    assert answer.status == 1
    assert "127.0.0.1:9 does not answer" in checks(answer)["mail"]["text"]


def test_a_redis_that_is_away_is_wrong(talk, command):
    answer = command("doctor", "--json", redis_url="redis://127.0.0.1:9/0")
    assert answer.status == 1
    assert "Redis does not answer" in checks(answer)["redis"]["text"]


def test_a_lock_that_is_held_is_named(talk, command):
    with (command.folder / "locks" / "drain-search").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert checks(command("doctor", "--json"))["locks"]["text"] == "held at this moment: search"
    assert checks(command("doctor", "--json"))["locks"]["text"] == "all free"


def test_a_bad_setting_and_a_missing_migration_are_what_is_wrong(talk, command, empty_command, template):
    bad = command("doctor", "--json", threads="many")
    assert (bad.status, list(checks(bad))) == (1, ["settings"])
    behind = empty_command(template.empty("behind"))("doctor", "--json")
    assert behind.status == 1
    assert "cop migrate" in checks(behind)["migrations"]["text"]


def test_secrets_are_not_shown(talk, command):
    told = command("doctor", smtp_password="hush-hush", metrics_token="hush-hush").out
    assert "hush" not in told
    assert command.environment["COP_SECRET_KEY"] not in told
    assert "COP_SMTP_PASSWORD=(set)" in told


def test_the_whole_who_may_table_is_read_aloud(command):
    told = command("doctor", "rules").out
    for model, table in policy.table().items():
        assert model in told
        for act in table:
            assert f"  {act.value}: if " in told
    assert f"  {Act.REPLY.value}: if the topic's community is one whose talk the person reads" in told
