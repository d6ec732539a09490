"""Opening the network for a command: settings, the house without Flask, and a database that is up to date."""

from collections.abc import Iterator
from contextlib import contextmanager

from cop.cli.migrations import missing
from cop.cli.saying import Failure
from cop.config import Settings, load_settings
from cop.core import db

BEHIND = "The database is not up to date: run `cop migrate` first."


@contextmanager
def opened() -> Iterator[Settings]:
    """The network made ready, and closed again. Refuses a database that is behind the code."""
    from cop import prepare

    settings = load_settings()
    prepare(settings)
    refuse_if_behind(db.database())
    try:
        yield settings
    finally:
        db.release()


def refuse_if_behind(database: db.Database) -> None:
    """Raise Failure unless every migration was run."""
    if missing(database.engine):
        raise Failure(BEHIND)
