"""The `cop` command: the table of contents of what an operator can do. Each file here adds its commands to `cop`.

A command that fails says one sentence on standard error and ends with a status that is not zero.
"""

import importlib
from typing import Any

import click

from cop import VERSION
from cop.cli.saying import Sentences


class Lazily(Sentences):
    """A group whose commands are imported when they are needed: `cop --help` and `cop serve` start at once."""

    places: dict[str, str] = {  # noqa: RUF012  read-only
        "serve": "serving:serve",
        "work": "serving:work",
        "migrate": "migrations:migrate",
        "demo": "demo:demo",
        "import": "imports:import_archive",
        "index": "index:index",
        "people": "people:people",
        "person": "person:person",
        "doctor": "doctor:doctor",
    }

    def list_commands(self, context: click.Context) -> list[str]:
        """In the order in which an operator meets them."""
        return list(self.places)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command with this name."""
        if name not in self.places:
            return None
        module, _, attribute = self.places[name].partition(":")
        command: Any = getattr(importlib.import_module(f"cop.cli.{module}"), attribute)
        return command  # type: ignore[no-any-return]


@click.command(cls=Lazily)
@click.version_option(VERSION, prog_name="cop", message="%(prog)s %(version)s")
def cop() -> None:
    """Run a network of people in education, and look after it.

    Settings are read from the environment (COP_DATA_DIR, COP_DATABASE_URL, …); `cop doctor` shows them
    and says what is wrong. `cop COMMAND --help` explains a command.
    """
