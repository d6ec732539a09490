"""How the network is: `/healthz` for people and monitors, `/metrics` for those who may."""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, abort, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from cop.config import Settings
from cop.core import db, outbox

_sources: dict[str, Callable[[], dict[str, float | int | str]]] = {}


def source(name: str, figures: Callable[[], dict[str, float | int | str]]) -> None:
    """Register figures that a package gives about itself, as `{"lag_seconds": 0.4}` under its name."""
    _sources[name] = figures


def figures() -> dict[str, Any]:
    """Everything that is known about how the network is; never raises."""
    from cop import VERSION

    found: dict[str, Any] = {"version": VERSION, "status": "ok"}
    try:
        db.check()
        found["database"] = "ok"
        found["outbox"] = _outbox()
    except Exception as error:  # the database may be away: that is what is to be said
        found.update(database=type(error).__name__, status="failing")
        db.release()
    for name, each in _sources.items():
        try:
            found[name] = each()
        except Exception as error:
            found[name] = {"error": type(error).__name__}
            found["status"] = "failing"
    if found["status"] == "ok" and found["outbox"]["failing"]:
        found["status"] = "degraded"
    return found


def _outbox() -> dict[str, Any]:
    rows = outbox.waiting()
    now = db.utcnow()
    oldest = min((row.oldest for row in rows if row.oldest), default=None)
    return {
        "backlog": sum(row.due for row in rows),
        "failing": sum(row.failing for row in rows),
        "oldest_seconds": round((now - oldest).total_seconds(), 1) if oldest else 0,
        "readers": {row.reader: row.due for row in rows},
    }


def init_app(app: Flask, settings: Settings) -> None:
    """Add both addresses."""

    @app.get("/healthz")
    def healthz() -> Any:
        found = figures()
        return jsonify(found), 503 if found["status"] == "failing" else 200

    @app.get("/metrics")
    def metrics() -> Response:
        if not _may_measure(settings):
            abort(404)
        return Response(_as_prometheus(figures()), content_type=CONTENT_TYPE_LATEST)


def _may_measure(settings: Settings) -> bool:
    if settings.metrics_token:
        return request.headers.get("Authorization") == f"Bearer {settings.metrics_token}"
    return request.remote_addr in {"127.0.0.1", "::1"} and not settings.trusted_proxies


def _as_prometheus(found: dict[str, Any]) -> bytes:
    registry = CollectorRegistry()
    Gauge("cop_up", "Whether the database answers", registry=registry).set(found["database"] == "ok")
    for name, values in found.items():
        if isinstance(values, dict):
            for figure, value in values.items():
                if isinstance(value, int | float):
                    Gauge(f"cop_{name}_{figure}", f"{figure} of {name}", registry=registry).set(value)
    return generate_latest(registry)
