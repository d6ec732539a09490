"""HTTP for the inbox, and the count beside it on every page."""

from typing import Any

from flask import Blueprint, abort, g, render_template, request, url_for
from flask_login import login_required
from werkzeug.local import LocalProxy

from cop.core import db
from cop.core.errors import wants_json
from cop.core.i18n import lazy as _
from cop.core.login import me
from cop.core.paging import Pages, page_number, row_number
from cop.core.web import back
from cop.notify import queries, service

bp = Blueprint("notify", __name__)
LABELS = {
    "all": _("All"),
    "unread": _("Unread"),
    "me": _("To me"),
    "followed": _("Followed"),
    "thanks": _("Thanks"),
    "communities": _("Communities"),
}
IDS_AT_MOST = 200


def each_page() -> dict[str, Any]:
    """What every template may show: asked of the database only where a page shows it, and once a request."""
    return {"unread_alerts": LocalProxy(_unread)}


def _unread() -> int:
    if "unread_alerts" not in g:
        person = me()
        g.unread_alerts = queries.unread_count(person) if person is not None else 0
    return int(g.unread_alerts)


@bp.get("/inbox")
@login_required
def inbox() -> Any:
    """What the reader was told of, newest first; `which` filters by why."""
    which = request.args.get("which", "all")
    if which not in queries.WHICH:
        abort(404)
    found = queries.inbox(me(), which, page_number(request.args.get("page")))
    return render_template(
        "notify/inbox.html",
        found=found,
        which=which,
        pages=Pages(found.page, found.pages, lambda page: url_for(".inbox", which=which, page=page)),
        tab_items=[
            {"label": str(label), "url": url_for(".inbox", which=name), "current": name == which}
            for name, label in LABELS.items()
        ],
    )


@bp.post("/inbox/read")
@login_required
def read() -> Any:
    """Mark alerts read: the ones named by `id`, or all `upto` the newest that the page knew of."""
    ids = [id for typed in request.form.getlist("id")[:IDS_AT_MOST] if (id := row_number(typed)) is not None]
    upto = row_number(request.form.get("upto"))
    with db.unit_of_work():
        if ids:
            service.mark_read(me(), ids)
        elif upto is not None:
            service.mark_all_read(me(), upto)
    return ("", 204) if wants_json() else back("notify.inbox")
