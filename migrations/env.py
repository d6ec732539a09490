"""Alembic's environment: the product's own settings and tables; runs on SQLite and PostgreSQL."""

import importlib

from alembic import context

from cop import load_settings
from cop.core import db

for module in ("institutions", "people", "communities", "forums", "messages"):
    importlib.import_module(f"cop.{module}.models")
for module in ("activity", "outbox", "follows", "marks", "drafts", "thanks", "hidden_evidence", "terms", "revisions"):
    importlib.import_module(f"cop.core.{module}")
for module in ("files", "login", "network_settings"):
    importlib.import_module(f"cop.core.{module}")
importlib.import_module("cop.notify.models")


def run() -> None:
    """Run the migrations on the connection that was handed over, or on the network's own database."""
    connection = context.config.attributes.get("connection")
    if connection is not None:
        _migrate(connection)
        return
    settings = load_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with db.connect(settings.database).engine.execution_options(writing=True).begin() as opened:
        _migrate(opened)


def _migrate(connection: object) -> None:
    context.configure(
        connection=connection,  # type: ignore[arg-type]
        target_metadata=db.Base.metadata,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
