"""HTTP for messages: form, access, one service call, template. Nothing else."""

from flask import Blueprint

bp = Blueprint("messages", __name__)

from cop.messages.views import conversations, people  # noqa: E402,F401  each adds its addresses to the blueprint
