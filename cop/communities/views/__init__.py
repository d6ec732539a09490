"""HTTP for communities: form, access, one service call, template. Nothing else."""

from flask import Blueprint

bp = Blueprint("communities", __name__)

from cop.communities.views import (  # noqa: E402
    directory,
    invitations,
    invited,
    members,
    places,
    proposals,
    requests,
    settings,
    starting,
    welcome,
)  # each adds its addresses to the blueprint

__all__ = [
    "directory",
    "invitations",
    "invited",
    "members",
    "places",
    "proposals",
    "requests",
    "settings",
    "starting",
    "welcome",
]
