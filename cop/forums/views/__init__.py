"""HTTP for the forum: form, access, one service call, template. Nothing else."""

from flask import Blueprint

bp = Blueprint("forums", __name__)

from cop.forums.views import along, lists, order, posts, schedule, topics  # noqa: E402,F401  each adds addresses
