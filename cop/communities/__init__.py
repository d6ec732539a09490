"""Communities: who belongs together, who looks after them, and who may read them."""

from flask import Flask

from cop.config import Settings


def init(settings: Settings) -> None:
    """Register the kind, the rules and the panels."""
    from cop.communities import kind, panels, queries, rules  # noqa: F401  rules register themselves
    from cop.core import kinds
    from cop.people.facets.names import register_communities

    kinds.register(kind.CommunityKind())
    register_communities(queries.named)
    panels.register()


def init_app(app: Flask) -> None:
    """Add the pages."""
    from cop.communities import views

    app.register_blueprint(views.bp)
