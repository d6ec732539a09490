"""The vocabulary: pages of terms, what is suggested while one is typed, and what managers do to keep it in order."""

from flask import Flask

from cop.config import Settings


def init(settings: Settings) -> None:
    """Register the kind, the rules and the panel."""
    from cop.core import kinds
    from cop.vocabulary import kind, panels, rules  # noqa: F401  rules register themselves

    kinds.register(kind.TermKind())
    panels.register()


def init_app(app: Flask) -> None:
    """Add the pages."""
    from cop.vocabulary import views

    app.register_blueprint(views.bp)
