"""`cop demo`: a living network to look round in."""

import click

from cop.cli.network import opened
from cop.cli.saying import Failure, progress, say
from cop.core import outbox


@click.command()
@click.option("--if-empty", is_flag=True, help="Do nothing on a network that has people, instead of refusing.")
def demo(if_empty: bool) -> None:
    """Load the demo network: 60 people, 8 communities, 60 topics, and three people you can be.

    Only an empty network takes it. All names and events are invented; times are counted back from now.
    """
    from cop import search
    from cop.demo.loader import is_empty, is_loaded, load_demo

    with opened():
        if not is_empty():
            if not if_empty:
                raise Failure("This network has people already; the demo goes into an empty one (see COP_DATA_DIR).")
            say("The network has people already; nothing was loaded.")
            if not is_loaded():
                return
        else:
            search.rebuild()  # of nothing: so that there is an index that the reader can write into
            with progress("Loading the demo") as step:
                load_demo(step)
            outbox.drain()
            say("The demo is loaded.")
    _tell_logins()


def _tell_logins() -> None:
    from cop.demo.loader import LOGINS

    say("Sign in as:")
    for login in LOGINS:
        say(f"  {login.what:<12} {login.address:<22} password: {login.password}")
