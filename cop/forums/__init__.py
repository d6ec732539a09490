"""Forums: topics and posts, the talk of a community."""

from flask import Flask

from cop.config import Settings


def init(settings: Settings) -> None:
    """Register the kinds and the rules."""
    from cop.core import kinds
    from cop.forums import claiming, kind, panels, rules  # noqa: F401  rules register themselves
    from cop.people.service import claim

    kinds.register(kind.TopicKind())
    kinds.register(kind.PostKind())
    panels.register()
    claim.on_claim(claiming.move_writing)


def init_app(app: Flask) -> None:
    """Add the pages."""
    from cop.forums import views

    app.register_blueprint(views.bp)
