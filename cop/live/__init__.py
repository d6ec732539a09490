"""READER: rooms, presence and push over Socket.IO."""

from typing import Any

from flask import Flask

from cop.config import Settings
from cop.live.bus import Bus

_bus: Bus | None = None


def init(settings: Settings) -> None:
    """Register the reader, and what carries its messages: without Flask, so that a worker process can speak too."""
    global _bus  # noqa: PLW0603  one process serves one network
    from cop.core import outbox, push
    from cop.live.reader import LiveReader, accepts

    _bus = Bus(settings.redis_url, f"cop-{settings.prefix}-live")
    push.use(_bus.push)
    outbox.register_reader(outbox.Reader("live", LiveReader(_bus).read, accepts))


def init_app(app: Flask) -> None:
    """Add Socket.IO to this application, with the gate before it, its figures, and the words that scripts say."""
    from flask_socketio import SocketIO

    from cop.core import health, web
    from cop.live import events, words
    from cop.live.gate import PATH, Gate, is_own_origin
    from cop.live.hub import Hub

    settings: Settings = app.config["COP_SETTINGS"]
    assert _bus is not None  # init comes first
    pages = app.wsgi_app
    # The mode is named because an installed gevent would be taken otherwise. No long polling: it holds a thread for
    # each waiting page. One event after the other: a page cannot make the process start threads.
    socketio: Any = SocketIO(  # type: ignore[call-arg]
        app,
        async_mode="threading",
        transports=["websocket"],
        async_handlers=False,
        cors_allowed_origins=is_own_origin(settings),  # type: ignore[arg-type]
        max_http_buffer_size=10_000,
        path=PATH,
    )
    app.wsgi_app = gate = Gate(pages, app.wsgi_app, settings)  # type: ignore[method-assign]
    hub = Hub(socketio, settings, _bus)
    _bus.listen_here(hub.hear)
    events.register(hub)
    health.source("live", lambda: {**hub.figures(), "threads": gate.held, "turned_away": gate.turned_away})
    web.banner_source(lambda: words.AWAY if hub.bus.away else "")
    app.register_blueprint(words.bp)
