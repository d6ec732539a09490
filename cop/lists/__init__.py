"""Lists of people: each is its owner's alone, and who stands on it never learns of it."""

from flask import Flask

from cop.config import Settings


def init(settings: Settings) -> None:
    """Register the kind, the rules, the panels, and what becomes of the entries of imported authors."""
    from cop.core import kinds
    from cop.lists import kind, panels, rules, service  # noqa: F401  rules register themselves
    from cop.people.service import claim

    kinds.register(kind.PersonListKind())
    panels.register()
    claim.on_claim(service.move_entries)


def init_app(app: Flask) -> None:
    """Add the pages."""
    from cop.lists import views

    app.register_blueprint(views.bp)
