"""HTTP for communities: form, access, one service call, template. Nothing else."""

from flask import Blueprint

bp = Blueprint("communities", __name__)

from cop.communities.views import joining, members, places  # noqa: E402,F401  each adds its addresses to the blueprint
