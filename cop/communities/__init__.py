"""Communities: who belongs together, who looks after them, and who may read them."""

from flask import Flask

from cop.config import Settings


def init(settings: Settings) -> None:
    """Register the kinds, the rules, the jobs and the panels."""
    from cop.communities import kind, letters, panels, queries, rules  # noqa: F401  rules register themselves
    from cop.communities.service import invitations
    from cop.core import kinds, outbox
    from cop.people.facets.names import register_communities

    kinds.register(kind.CommunityKind())
    kinds.register(kind.InvitationKind())
    kinds.register(kind.ProposalKind())
    outbox.register_job(outbox.Job(invitations.LETTER, letters.write))
    outbox.register_job(outbox.Job(invitations.END, invitations.end_invitation))
    register_communities(queries.named)
    panels.register()


def init_app(app: Flask) -> None:
    """Add the pages."""
    from cop.communities import views

    app.register_blueprint(views.bp)
