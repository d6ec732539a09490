"""`cop` as an operator types it, in this process: fast, and with the same words, status and output."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import cop
from cop.cli import cop as command_line
from cop.config import Settings
from cop.core import db, guest_pages, policy
from tests.support import databases
from tests.support.servers import SECRET


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one object on standard output."""
        return json.loads(self.out)


class Command:
    """Runs commands on one network: `command("person", "promote", "ada@village.example")`."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment

    def __call__(self, *words: str, typed: str = "", **settings: Any) -> Ran:
        """Run one; settings may be given by name, as `smtp_host=…`."""
        changed = {f"COP_{name.upper()}": str(value) for name, value in settings.items()}
        db.release()
        result = CliRunner().invoke(command_line, list(words), input=typed, env={**self.environment, **changed})
        db.release()
        return Ran(result.exit_code, result.stdout, result.stderr)

    @property
    def folder(self) -> Path:
        """The network's data folder."""
        return Path(self.environment["COP_DATA_DIR"])


@pytest.fixture
def empty_command(
    template: databases.Template, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Command]]:
    """Make a command of a network of its own, with a database that really commits: give its address."""

    def create(database_url: str) -> Command:
        environment = {
            "COP_DATA_DIR": str(tmp_path / "network"),
            "COP_DATABASE_URL": database_url,
            "COP_SECRET_KEY": SECRET,
            "COP_LOG_LEVEL": "ERROR",
        }
        return Command(environment)

    yield create
    db.release()
    cop.prepare(settings)
    policy.forget_audiences()
    guest_pages.forget()


@pytest.fixture
def command(empty_command: Callable[[str], Command], template: databases.Template) -> Command:
    """The command of a migrated, empty network, which is also made this process's own for looking into its rows."""
    made = empty_command(template.copy())
    cop.prepare(cop.load_settings(data_dir=made.folder, database_url=made.environment["COP_DATABASE_URL"]))
    return made
