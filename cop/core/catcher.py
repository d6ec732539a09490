"""The mail catcher: on a developer's machine without a mail server, a page with the letters that would have gone."""

import email
import email.policy
import re
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Flask, abort, render_template, request

from cop.config import Settings
from cop.core import mail

LOCAL = {"127.0.0.1", "::1"}
LINK = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)])")
bp = Blueprint("catcher", __name__)


@dataclass(frozen=True)
class Caught:
    """One letter. Its text is in pieces, of which every second one is a link."""

    to: str
    subject: str
    date: str
    pieces: list[str]


def init_app(app: Flask, settings: Settings) -> None:
    """Add the page where letters have nowhere else to go; in production it does not exist."""
    if settings.environment == "development" and not settings.smtp_host:
        app.register_blueprint(bp)


@bp.get("/-/mail")
def caught() -> str:
    """The letters that were caught, the latest first; for this machine only, because they hold links that sign in."""
    if request.remote_addr not in LOCAL or "X-Forwarded-For" in request.headers:
        abort(404)
    folder = mail.catcher_folder()
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime, reverse=True) if folder.exists() else []
    return render_template("catcher.html", letters=[_read(file) for file in files])


def _read(file: Path) -> Caught:
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    body = message.get_body(("plain",))
    return Caught(
        to=str(message["To"]),
        subject=str(message["Subject"]),
        date=str(message["Date"]),
        pieces=LINK.split(body.get_content() if body is not None else ""),
    )
