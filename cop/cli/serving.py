"""`cop serve` and `cop work`: the processes that stay."""

import signal
import threading

import click

from cop.cli.network import opened, refuse_if_behind
from cop.cli.saying import say
from cop.config import load_settings
from cop.core import db


@click.command()
@click.option("--host", help="The address to listen on; else COP_HOST, else this machine only.")
@click.option("--port", type=click.IntRange(0, 65535), help="The port; else COP_PORT, else 8000. 0: any free one.")
def serve(host: str | None, port: int | None) -> None:
    """Serve the network: pages, live connections and the outbox in one process.

    Several may serve the same data folder on different ports. Ends on SIGTERM or Ctrl+C when what is under way is done.
    """
    from cop.cli.server import Server

    chosen = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = load_settings(**chosen)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = db.Database(settings.database)
    try:
        refuse_if_behind(database)
    finally:
        database.engine.dispose()  # nothing that is open may be carried over the fork
    Server(settings).run()


@click.command()
def work() -> None:
    """Only drain the outbox: search, alerts, mail.

    For networks whose web processes have COP_EMBEDDED_WORKER=0. Several may run beside each other.
    """
    from cop.cli.draining import Draining
    from cop.core.web import log_as_json

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with opened() as settings:
        log_as_json(settings)
        draining = Draining(settings.model_copy(update={"embedded_worker": True}))
        draining.start()
        say(f"{settings.network_name}: draining the outbox. Ctrl+C ends it.")
        stop.wait()
        draining.stop()
