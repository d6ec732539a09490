"""READER: the inbox. Who hears of a deed, and why."""

from flask import Flask

from cop.config import Settings


def init(settings: Settings) -> None:
    """Register the reader, and that what was read elsewhere is no news in the inbox."""
    from cop.core import marks, outbox
    from cop.notify import reader, service

    outbox.register_reader(outbox.Reader("notify", reader.read, reader.accepts))
    marks.on_move(service.mark_what_was_read)


def init_app(app: Flask) -> None:
    """Add the pages, and the count that every page shows."""
    from cop.notify import views

    app.register_blueprint(views.bp)
    app.context_processor(views.each_page)
