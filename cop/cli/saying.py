"""How the command speaks: sentences, one JSON object, a progress bar; and how a failure becomes a sentence."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text
from sqlalchemy.exc import DBAPIError

from cop.config import BadSetting

FAILED = 1
MISUSED = 2

json_option = click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object.")


class Failure(Exception):
    """Why a command cannot do what it was asked; its text is a sentence for whoever typed it."""


class Sentences(click.Group):
    """A group that turns every failure of its commands into one sentence and a status."""

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> Any:  # type: ignore[override]  # click's promise depends on standalone_mode, which has no say here
        """Run a command; ends the process with 0, 1 (it failed) or 2 (it was asked wrongly)."""
        extra.pop("standalone_mode", None)
        try:
            status = super().main(args=args, prog_name=prog_name, standalone_mode=False, **extra)
        except Exception as error:
            sentence, status = explained(error)
            click.echo(sentence, err=True)
        sys.exit(status if isinstance(status, int) else 0)


def explained(error: Exception) -> tuple[str, int]:
    """A failure in a sentence, and the status to end with."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message(), MISUSED
    if isinstance(error, click.UsageError):
        path = error.ctx.command_path if error.ctx else "cop"
        return f"{error.format_message().rstrip('.')}. `{path} --help` explains.", MISUSED
    if isinstance(error, click.ClickException):
        return error.format_message(), FAILED
    if isinstance(error, click.Abort):
        return "Stopped; what was done so far stays done.", FAILED
    if isinstance(error, Failure | BadSetting):
        return str(error), FAILED
    if isinstance(error, DBAPIError):
        return f"The database cannot do this: {_first_line(error.orig)}.", FAILED
    if isinstance(error, OSError):
        where = f" ({error.filename})" if error.filename else ""
        return f"That did not work: {error.strerror or error}{where}.", FAILED
    return f"Something went wrong that should not: {type(error).__name__}: {_first_line(error)}.", FAILED


def _first_line(error: object) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def say(sentence: str = "") -> None:
    """Print a sentence."""
    click.echo(sentence)


def say_json(answer: dict[str, Any]) -> None:
    """Print the one JSON object of a command."""
    click.echo(json.dumps(answer, ensure_ascii=False, default=str))


class _Rate(TextColumn):
    """How many a second, over the whole of the work."""

    def __init__(self) -> None:
        super().__init__("")

    def render(self, task: Any) -> Text:
        """As "312/s"."""
        return Text(f"{task.speed:,.0f}/s" if task.speed else "", style="dim")


class Step(Protocol):
    """How a bar moves."""

    def __call__(self, done: int, total: int, what: str | None = None, /) -> None:
        """Say how much is done, of how much (0: nobody knows), and if need be of what."""


@contextmanager
def progress(what: str) -> Iterator[Step]:
    """A bar on standard error with rate and time left, when somebody is looking."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task: TaskID = bar.add_task(what, total=None)

        def step(done: int, total: int, what: str | None = None, /) -> None:
            bar.update(task, completed=done, total=total or None, description=what)

        yield step
