"""`cop index`: the search index, which can always be made anew from the database."""

from dataclasses import asdict

import click

from cop.cli.network import opened
from cop.cli.saying import FAILED, json_option, progress, say, say_json
from cop.core import kinds


@click.group()
def index() -> None:
    """Look after the search index."""


@index.command()
@json_option
def rebuild(as_json: bool) -> None:
    """Build the index anew from the database, while people go on searching the old one."""
    from cop import search

    with opened():
        expected = sum(1 for kind in kinds.all_kinds() if kind.searched for _ in kind.all_ids())
        with progress("Indexing") as step:
            documents = search.rebuild(lambda done: step(done, max(done, expected)))
    if as_json:
        say_json({"documents": documents})
    else:
        say(f"The index has {documents:,} documents now.")


@index.command()
@json_option
@click.pass_context
def status(context: click.Context, as_json: bool) -> None:
    """Compare the index with the database. Ends with 1 when they differ and no deed is waiting to be read."""
    from cop import search

    with opened():
        found = search.status()
    if as_json:
        say_json({**asdict(found), "is_true": found.is_true})
    else:
        say(in_words(found))
    if not found.is_true and not found.waiting:
        context.exit(FAILED)


def in_words(found: object) -> str:
    """How the index is, in a sentence or two."""
    from cop.search.keeping import Status

    assert isinstance(found, Status)
    counted = f"{found.documents:,} documents of {found.expected:,}"
    if found.rebuilding:
        return f"{counted}; it waits to be rebuilt. A running `cop serve` does so, or `cop index rebuild`."
    differences = [
        f"{len(ids):,} {word}"
        for word, ids in (("missing", found.missing), ("too many", found.extra), ("out of date", found.stale))
        if ids
    ]
    waiting = f"; {found.waiting:,} deeds wait to be read, for {found.lag_seconds} seconds" if found.waiting else ""
    if differences and not found.waiting:
        return f"{counted}: {', '.join(differences)}. Run `cop index rebuild`."
    return f"{counted}{': ' if differences else ', as in the database'}{', '.join(differences)}{waiting}."
