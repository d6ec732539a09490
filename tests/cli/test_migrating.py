"""`cop migrate`, and who asks for it."""

import pytest


def test_migrating_is_done_once(empty_command, template):
    command = empty_command(template.empty("behind"))
    first, second = command("migrate"), command("migrate")
    assert (first.status, second.status) == (0, 0)
    assert "up to date now" in first.out
    assert second.out == "The database is up to date.\n"


@pytest.mark.parametrize("words", [["serve"], ["work"], ["demo"], ["index", "status"], ["people", "find", "x"]])
def test_a_database_that_is_behind_is_refused(words, empty_command, template):
    refused = empty_command(template.empty("behind"))(*words)
    assert refused.status == 1
    assert refused.err == "The database is not up to date: run `cop migrate` first.\n"


def test_a_database_from_a_newer_version_is_refused(command):
    from sqlalchemy import text

    from cop.core.db import unit_of_work

    with unit_of_work() as db:
        db.execute(text("UPDATE alembic_version SET version_num = 'zzzz'"))
    refused = command("index", "status")
    assert refused.status == 1
    assert "newer" in refused.err
