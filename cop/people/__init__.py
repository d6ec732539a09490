"""People: accounts, profiles, what they know; and the finder."""

import datetime as dt

from flask import Flask

from cop.config import Settings


def init(settings: Settings) -> None:
    """Register people's kinds, rules and letters, and who is meant by a mention."""
    from cop.core import kinds, markup, outbox
    from cop.people import kind, letters, panels, queries, rules  # noqa: F401  rules register themselves
    from cop.people.service import accounts, claim, following, searches, statements

    kinds.register(kind.PersonKind())
    kinds.register(kind.StatementKind())
    kinds.register(kind.ProfileFieldKind())
    claim.on_claim(statements.move_statements)
    claim.on_claim(following.move_followers)
    panels.register()
    markup.mentions_resolved_by(queries.names_of_handles)
    outbox.register_job(outbox.Job(accounts.LETTER, letters.write))
    outbox.register_job(outbox.Job(accounts.FORGET_NEW, accounts.forget_new))
    outbox.register_job(outbox.Job(searches.FORGET, searches.forget_old, dt.timedelta(days=1)))


def init_app(app: Flask) -> None:
    """Add the pages."""
    from cop.core.login import me
    from cop.people import fields, views
    from cop.people.shown import shown

    app.register_blueprint(views.bp)
    app.jinja_env.globals["is_more_asked"] = fields.is_any_asked
    app.context_processor(lambda: {"my_face": shown(me(), me()) if me() is not None else None})
