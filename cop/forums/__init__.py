"""Forums: topics and posts, the talk of a community."""

from flask import Flask

from cop.config import Settings


def init(settings: Settings) -> None:
    """Register the kinds, the rules and the jobs."""
    from cop.core import kinds
    from cop.forums import claiming, clock, kind, panels, rules  # noqa: F401  rules register themselves
    from cop.people.service import claim

    kinds.register(kind.TopicKind())
    kinds.register(kind.PostKind())
    kinds.register(kind.ScheduledKind())
    clock.register()
    panels.register()
    claim.on_claim(claiming.move_writing)


def init_app(app: Flask) -> None:
    """Add the pages."""
    from cop.forums import views

    app.register_blueprint(views.bp)
