"""Migrations: each goes up and down on both databases, says what the models say, and may be cut off at any step."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event

from cop.core import db
from tests.support.databases import ROOT, migrate


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
def empty(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[db.Database]:
    """A database without any table."""
    on_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'empty.sqlite3'}" if on_sqlite else _template(request).empty("empty")
    database = db.Database(url)
    yield database
    database.engine.dispose()


def _template(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue("postgresql_template")


def tables(database: db.Database) -> set[str]:
    """What there is, but for Alembic's own."""
    with database.engine.connect() as connection:
        return set(sa.inspect(connection).get_table_names()) - {"alembic_version"}


def revisions() -> list[str]:
    """From the first to the last."""
    script = ScriptDirectory.from_config(Config(str(ROOT / "alembic.ini"), attributes={}))
    return [each.revision for each in reversed(list(script.walk_revisions()))]


def drift(database: db.Database) -> list[Any]:
    """Where the tables differ from the models."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, db.Base.metadata)


def test_up_says_what_the_models_say_and_down_leaves_nothing(empty):
    migrate(empty)
    assert tables(empty) == set(db.Base.metadata.tables)
    assert drift(empty) == []
    migrate(empty, "base")
    assert tables(empty) == set()
    migrate(empty)
    assert drift(empty) == []


def test_there_is_one_line_of_history():
    found = revisions()
    assert found
    assert len(set(found)) == len(found)
    assert ScriptDirectory.from_config(Config(str(ROOT / "alembic.ini"))).get_heads() == [found[-1]]


@pytest.mark.parametrize("step", [1, 5, 25])
def test_cut_off_at_any_step_it_can_be_run_again(empty, step):
    """As a power cut would: nothing of a migration that did not finish is left behind."""
    made = 0

    def cut(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        nonlocal made
        made += statement.lstrip().upper().startswith("CREATE")
        if made == step:
            raise KeyboardInterrupt

    event.listen(empty.engine, "before_cursor_execute", cut)
    with pytest.raises(KeyboardInterrupt):
        migrate(empty)
    event.remove(empty.engine, "before_cursor_execute", cut)
    assert tables(empty) == set()
    migrate(empty)
    assert drift(empty) == []


A_COMMUNITY = """INSERT INTO communities
(id, slug, name, purpose, joining, reading, listed, cloth, created_at, member_count)
VALUES (1, 'llyn', 'Pen Llŷn', 'Talk.', 'open', 'network', true, 1, '2026-05-01', 1)"""
ITS_MEMBER = (
    """INSERT INTO people (id, handle, name, name_key, role, institution, about, about_html, picture_alt, visibility,
    status, is_manager, joined_at, audience_version, language, time_zone, theme, text_size)
    VALUES (1, 'ada', 'Ada', 'ada', '', '', '', '', '', '{}', 'active', false, '2026-05-01', 1, '', '', '', '')""",
    "INSERT INTO memberships (person_id, community_id, role, joined_at) VALUES (1, 1, 'member', '2026-05-01')",
)


@pytest.mark.parametrize("changed", ["0018", "0017"])
def test_communities_keep_their_members_when_their_table_changes_and_when_it_changes_back(empty, changed):
    """SQLite makes a table anew for some changes, and what hangs on the old one goes with it."""
    before = revisions()[revisions().index(changed) - 1]
    migrate(empty, before)
    for statement in (A_COMMUNITY, *ITS_MEMBER):
        with empty.engine.execution_options(writing=True).begin() as connection:
            connection.execute(sa.text(statement))
    for revision in (changed, before):
        migrate(empty, revision)
        with empty.engine.connect() as connection:
            assert list(connection.scalars(sa.text("SELECT person_id FROM memberships"))) == [1]


def test_communities_that_there_are_get_the_words_by_which_they_are_found(empty):
    migrate(empty, "0009")
    with empty.engine.execution_options(writing=True).begin() as connection:
        connection.execute(sa.text(A_COMMUNITY))
    migrate(empty)
    with empty.engine.connect() as connection:
        assert set(connection.scalars(sa.text("SELECT word FROM community_words"))) == {"pen", "llyn"}


def test_who_goes_back_from_fields_of_the_networks_own_keeps_people_and_what_is_theirs(empty):
    migrate(empty, "0011")
    with empty.engine.execution_options(writing=True).begin() as connection:
        connection.execute(
            sa.text(
                """INSERT INTO people
                (id, handle, name, name_key, role, institution, about, about_html, picture_alt, visibility, status,
                is_manager, joined_at, audience_version, language, time_zone, theme, text_size)
                VALUES (1, 'ada', 'Ada', 'ada', '', '', '', '', '', '{}', 'active',
                false, '2026-05-01', 1, '', '', '', '')"""
            )
        )
        connection.execute(sa.text("INSERT INTO person_words (person_id, word) VALUES (1, 'ada')"))
    migrate(empty)
    migrate(empty, "0011")
    with empty.engine.connect() as connection:
        assert list(connection.scalars(sa.text("SELECT word FROM person_words"))) == ["ada"]
