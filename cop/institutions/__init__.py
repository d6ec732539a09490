"""Institutions: what registers and managers say of schools, universities, councils and others; their pages."""

from flask import Flask

from cop.config import Settings


def init(settings: Settings) -> None:
    """Register the kind, the rules and the panel."""
    from cop.core import kinds
    from cop.institutions import kind, panels, rules  # noqa: F401  rules register themselves

    kinds.register(kind.InstitutionKind())
    panels.register()


def init_app(app: Flask) -> None:
    """Add the pages."""
    from cop.institutions import views

    app.register_blueprint(views.bp)
