"""Lists of people: each is its owner's alone, and who stands on it never learns of it."""

from flask import Flask

from cop.config import Settings


def init(settings: Settings) -> None:
    """Register the kind, the rules and the panels."""
    from cop.core import kinds
    from cop.lists import kind, panels, rules  # noqa: F401  rules register themselves

    kinds.register(kind.PersonListKind())
    panels.register()


def init_app(app: Flask) -> None:
    """Add the pages."""
    from cop.lists import views

    app.register_blueprint(views.bp)
