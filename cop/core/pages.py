"""Small views that several kinds share: files, drafts, previews, the beacon, and the living pattern page."""

from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request, send_file
from flask_login import login_required

from cop.core import db, drafts, files, limits, login, markup
from cop.core.i18n import gettext as _
from cop.core.login import me

bp = Blueprint("pages", __name__)
DRAFT_LIMIT = 250_000


@bp.get("/files/<int:id>/<name>")
def file(id: int, name: str) -> Response:
    """One picture, to those who may see what it belongs to."""
    found = files.file_for(me(), id)
    if name != found.name:
        abort(404)
    response = send_file(files.path_of(found), mimetype=found.media_type, etag=found.digest, max_age=3600)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


@bp.post("/files")
@login_required
@limits.limiter.limit(limits.UPLOADS)
def upload() -> Any:
    """Take a picture that somebody pasted or dropped into a text; answers with the Markdown to put there."""
    brought = request.files.get("file")
    if brought is None:
        return jsonify(error=_("Choose a picture first.")), 422
    try:
        picture = files.read_picture(brought.stream.read(files.LARGEST + 1), brought.filename or "picture")
    except files.BadFile as error:
        return jsonify(error=str(error)), 422
    with db.unit_of_work():
        kept = files.store(me(), picture)
    return jsonify(url=kept.url, markdown=f"![]({kept.url})", width=kept.width, height=kept.height), 201


@bp.put("/drafts/<path:place>")
@login_required
@limits.limiter.limit("120 per minute")
def keep_draft(place: str) -> Any:
    """Keep what is being typed in one place; only its writer ever gets it back."""
    fields = request.get_json(silent=True)
    if not isinstance(fields, dict) or len(place) > 120:
        abort(400)
    kept = {str(name)[:60]: str(value) for name, value in fields.items() if isinstance(value, str)}
    if sum(map(len, kept.values())) > DRAFT_LIMIT or len(kept) > 20:
        abort(413)
    with db.unit_of_work():
        drafts.keep(me(), place, kept)
    return jsonify(saved=db.utcnow().isoformat(timespec="seconds"))


@bp.delete("/drafts/<path:place>")
@login_required
def discard_draft(place: str) -> Any:
    """Forget a draft."""
    with db.unit_of_work():
        drafts.discard(me(), place)
    return "", 204


@bp.post("/preview")
@login_required
@limits.limiter.limit("120 per minute")
def preview() -> Any:
    """How a text will look, made by the same renderer."""
    try:
        rendered = markup.render(request.form.get("text", ""))
    except markup.TooLong as error:
        return jsonify(
            error=_("This is %(length)s long; at most %(limit)s fits.", length=error.length, limit=error.limit)
        ), 422
    return jsonify(html=rendered.html)


@bp.post("/beacon")
@login_required
def beacon() -> Any:
    """Note that this sign-in is in use: sent by pages after they are shown, because views write nothing."""
    with db.unit_of_work():
        login.saw()
    return "", 204


@bp.get("/-/patterns")
def patterns() -> str:
    """Every part in every state."""
    return render_template("patterns.html")
