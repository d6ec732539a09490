"""Messages: conversations of a few people, whom nobody else reads; blocks; and reports of what should not be there."""

from flask import Flask

from cop.config import Settings


def init(settings: Settings) -> None:
    """Register the kinds and the rules."""
    from cop.core import kinds
    from cop.messages import kind, panels, rules  # noqa: F401  rules register themselves

    kinds.register(kind.ConversationKind())
    kinds.register(kind.MessageKind())
    kinds.register(kind.ReportKind())
    panels.register()


def init_app(app: Flask) -> None:
    """Add the pages."""
    from cop.messages import views

    app.register_blueprint(views.bp)
