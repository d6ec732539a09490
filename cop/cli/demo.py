"""`cop demo`: a living network to look round in, or a generated one of any size to measure."""

import time
from typing import Any

import click

from cop.cli.network import opened
from cop.cli.saying import Failure, Step, json_option, progress, say, say_json
from cop.core import outbox

MEMBERS_OF_COMMUNITY = 44
"""How many members there are for each community unless told: 900 communities for 40,000."""


@click.command()
@click.option("--if-empty", is_flag=True, help="Do nothing on a network that has people, instead of refusing.")
@click.option("--members", type=click.IntRange(min=3), help="Generate a network of so many people instead.")
@click.option("--communities", type=click.IntRange(min=1), help="In how many communities; one for each 44 members.")
@json_option
def demo(if_empty: bool, members: int | None, communities: int | None, as_json: bool) -> None:
    """Load the demo network: 60 people, 8 communities, 60 topics, and three people you can be.

    Only an empty network takes it. All names and events are invented; times are counted back from now.

    With --members it is generated, to measure with: three posts for each two people, the same each time. Everything in
    it says so, and only the same three people have a password.
    """
    from cop.demo.loader import is_empty, is_loaded

    if communities is not None and members is None:
        raise click.UsageError("--communities goes with --members.")
    found: dict[str, Any] = {"loaded": False}
    with opened():
        if is_empty():
            found = {"loaded": True, **_load(members, communities)}
        elif not if_empty:
            raise Failure("This network has people already; the demo goes into an empty one (see COP_DATA_DIR).")
        logins = is_loaded()
    _tell(found, logins, as_json)


def _load(members: int | None, communities: int | None) -> dict[str, Any]:
    """Load one or the other; what there is to tell of it."""
    from cop import search

    search.rebuild()  # of nothing: so that there is an index that the reader can write into
    if members is None:
        from cop.demo.loader import load_demo

        with progress("Loading the demo") as step:
            load_demo(step)
        outbox.drain()
        return {}
    with progress("Generating") as step:
        return _generate(members, communities or max(1, members // MEMBERS_OF_COMMUNITY), step)


def _generate(members: int, communities: int, step: Step) -> dict[str, Any]:
    from cop import search
    from cop.demo.scale.loading import load_network

    started = time.monotonic()
    counted: dict[str, Any] = dict(load_network(members, communities, step))
    outbox.drain()
    loaded = time.monotonic()
    expected = counted["people"] + counted["posts"] + counted["communities"]
    counted["documents"] = search.rebuild(lambda done: step(done, max(done, expected), "Indexing"))
    counted["seconds"] = {"loading": round(loaded - started, 1), "indexing": round(time.monotonic() - loaded, 1)}
    return counted


def _tell(found: dict[str, Any], logins: bool, as_json: bool) -> None:
    from cop.demo.loader import LOGINS

    if as_json:
        told = [{"what": each.what, "address": each.address, "password": each.password} for each in LOGINS]
        say_json({**found, "logins": told if logins else []})
        return
    if not found["loaded"]:
        say("The network has people already; nothing was loaded.")
    elif "people" in found:
        say(
            f"Generated {found['people']:,} people in {found['communities']:,} communities, {found['topics']:,} topics "
            f"with {found['posts']:,} posts; in {found['seconds']['loading']:,.0f} s, and "
            f"{found['seconds']['indexing']:,.0f} s for the index."
        )
    else:
        say("The demo is loaded.")
    if logins:
        say("Sign in as:")
        for login in LOGINS:
            say(f"  {login.what:<12} {login.address:<22} password: {login.password}")
