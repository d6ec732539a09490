"""`cop migrate`, and the question whether it is needed."""

from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from sqlalchemy import Engine

from cop.cli.saying import Failure, say
from cop.config import load_settings
from cop.core import db

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


def configuration() -> Config:
    """Alembic's, wherever the command is started."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    return config


def missing(engine: Engine) -> list[str]:
    """The migrations that this database has not seen, oldest first."""
    script = ScriptDirectory.from_config(configuration())
    with engine.connect() as connection:
        seen = MigrationContext.configure(connection).get_current_heads()
    try:
        known = {step.revision for head in seen for step in script.iterate_revisions(head, "base")}
    except RevisionError:
        raise Failure("The database was made by a newer CoP than this one; run that one.") from None
    return [step.revision for step in script.walk_revisions() if step.revision not in known][::-1]


@click.command()
def migrate() -> None:
    """Bring the database up to date; does nothing when it is."""
    settings = load_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = db.connect(settings.database).engine
    steps = missing(engine)
    if not steps:
        say("The database is up to date.")
        return
    command.upgrade(configuration(), "head")
    say(f"The database is up to date now: {', '.join(steps)}.")
