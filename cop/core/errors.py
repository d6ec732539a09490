"""What people see when something cannot be done: a page with a sentence that says what to do next.

A script that asks for JSON gets the same sentence as `{"error": …}`.
"""

import errno
import logging
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, g, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from cop.core import db, policy
from cop.core.i18n import gettext as _
from cop.core.i18n import lazy
from cop.core.links import BadLink
from cop.core.markup import TooLong

log = logging.getLogger(__name__)

HEARD_OUT, CHUNK = 64 * 1024 * 1024, 64 * 1024
"""Bytes of a body that is too large which are let in, and read at once."""

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True)
class Told:
    """What somebody is told when something cannot be done: in words, what happened, and what to do next."""

    title: Any
    sentence: Any
    step: Any
    is_elsewhere: bool = True
    """Whether a search, or signing in, may lead to what was looked for."""


KNOWN = {
    400: Told(
        lazy("That did not arrive whole"),
        lazy("The form may have been open for too long, or the connection broke in the middle."),
        lazy("Go back, open the page anew, and try once more. What you typed is usually still there."),
    ),
    403: Told(
        lazy("This is not open to you"),
        lazy("It belongs to a community or a person who has not shared it with you."),
        lazy("Ask the facilitators of the community, or the person, to let you in."),
    ),
    404: Told(
        lazy("There is no such page"),
        lazy("The address may be mistyped, the thing may have moved, or it may not be open to you."),
        lazy("Find it by its words, or start from the first page."),
    ),
    405: Told(
        lazy("That cannot be done this way"),
        lazy("The address is right, but it is not a page to open."),
        lazy("Go back and use the button or link on the page."),
    ),
    413: Told(
        lazy("That is too big to send"),
        lazy("There is a limit on files and texts, so that pages stay quick for everyone."),
        lazy("Make the picture smaller, split the text, or link to it where it lies."),
    ),
    429: Told(
        lazy("That was a lot at once"),
        lazy("To keep the network quick and safe, we ask you to wait a little."),
        lazy("Wait a minute, then try once more."),
    ),
    500: Told(
        lazy("We made a mistake"),
        lazy("It is our fault, not yours. It has been noted, with the number of this request."),
        lazy("Try once more. If it happens again, tell us the number."),
    ),
    503: Told(
        lazy("Back in a moment"),
        lazy("The network is being looked after or is very busy. Nothing you saved is lost."),
        lazy("Try once more in a minute."),
    ),
}
"""By HTTP status; others are told as the mistake of whoever asked (400) or as ours (500)."""


def page(status: int, told: Told | None = None, headers: dict[str, str] | None = None) -> Any:
    """The answer for a failed request; `told` where more is known than the status."""
    told = told or KNOWN.get(status) or KNOWN[400 if status < 500 else 500]
    if wants_json():
        response = jsonify(error=f"{told.sentence} {told.step}", request_id=g.get("request_id"))
    else:
        from flask import make_response

        response = make_response(render_template("error.html", code=status, told=told))
    response.status_code = status
    response.headers.update(headers or {})
    return response


def _hear_out() -> None:
    """Let what is too large arrive, up to a bound, and drop it: a browser that is cut off shows no answer."""
    left, body = HEARD_OUT, request.environ["wsgi.input"]
    while left > 0 and (part := body.read(CHUNK)):
        left -= len(part)


def wants_json() -> bool:
    """Whether a script asks rather than a person's page load."""
    return request.accept_mimetypes.best == "application/json" or request.path.startswith("/api/")


def init_app(app: Flask) -> None:
    """Answer every kind of failure with a page."""

    @app.errorhandler(policy.Unseen)
    def unseen(_error: policy.Unseen) -> Any:
        return page(404)

    @app.errorhandler(policy.Refused)
    def refused(error: policy.Refused) -> Any:
        return page(403, replace(KNOWN[403], sentence=str(error)))

    @app.errorhandler(BadLink)
    def bad_link(_error: BadLink) -> Any:
        sentence = _("This link is too old, was used already, or lost a part on its way.")
        told = Told(_("This link does not work any more"), sentence, _("Ask for a new one."), is_elsewhere=False)
        return page(404, told)

    @app.errorhandler(TooLong)
    def too_long(error: TooLong) -> Any:
        sentence = _("This is %(length)s long; at most %(limit)s fits.", length=error.length, limit=error.limit)
        return page(413, replace(KNOWN[413], sentence=sentence))

    @app.errorhandler(CSRFError)
    def stale_form(_error: CSRFError) -> Any:
        step = _("Go back, reload it, and send again: your draft is kept.")
        return page(400, replace(KNOWN[400], sentence=_("This page had been open for too long."), step=step))

    @app.errorhandler(OperationalError)
    def no_database(_error: OperationalError) -> Any:
        log.exception("the database did not answer")
        db.release()
        return page(503, headers={"Retry-After": "10"})

    @app.errorhandler(OSError)
    def no_room(error: OSError) -> Any:
        if error.errno not in NO_ROOM:
            return failed(error)
        log.exception("there is no room left on the disk")
        db.release()
        return page(503, headers={"Retry-After": "60"})

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Any:
        if error.code is None or error.code < 400:
            return error
        if error.response is not None:  # a page of its own: the form, with what was typed
            return error.response
        if error.code == 413:
            _hear_out()
        headers = {name: value for name, value in error.get_headers() if name in {"Retry-After", "Allow"}}
        return page(error.code, headers=headers)

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Any:
        if app.testing or app.config.get("PROPAGATE_EXCEPTIONS"):
            raise error
        log.exception("request failed")
        db.release()
        return page(500)
