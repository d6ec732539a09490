"""Keeping order: blocking somebody, reporting something, and what becomes of reports."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_login import login_required

from cop.core import db, kinds, limits
from cop.core.i18n import gettext as _
from cop.core.login import me
from cop.core.policy import Act, access, find, require
from cop.messages import queries, service
from cop.messages.forms import ReportForm
from cop.messages.models import Report
from cop.messages.views import bp
from cop.people.models import Person

BLOCKING = {"block": service.block, "unblock": service.unblock}


@bp.post("/people/<handle>/<any(block, unblock):deed>")
@login_required
@limits.limiter.limit(limits.WRITING)
def block(handle: str, deed: str) -> Any:
    """Get nothing from somebody any more, or again."""
    with db.unit_of_work():
        person = find(me(), Person, Act.BLOCK, Person.handle == handle)
        BLOCKING[deed](me(), person)
        address, name = person.url, person.name
    if deed == "block":
        flash(_("%(name)s can no longer write to you, and is not told.", name=name), "done")
    else:
        flash(_("%(name)s can write to you again.", name=name), "done")
    return redirect(address, 303)


@bp.get("/report/<any(post, message, person):kind>/<int:id>")
@login_required
def report(kind: str, id: int) -> Any:
    """Say why something should not be there."""
    return _report_page(kind, id, ReportForm(formdata=None))


def _report_page(kind: str, id: int, form: ReportForm) -> str:
    found = kinds.get(kind)
    thing = access(me(), found.model, id, Act.READ)
    thing = found.load([thing.id])[0]
    return render_template(
        "messages/report.html",
        form=form,
        kind=kind,
        name=found.title(thing) if kind == "person" else "",
        text=found.text(thing),
        address=found.url(thing),
    )


@bp.post("/report/<any(post, message, person):kind>/<int:id>")
@login_required
@limits.limiter.limit(limits.SENDING)
def send_report(kind: str, id: int) -> Any:
    """Send it to the people who run the network."""
    form = ReportForm()
    if not form.validate_on_submit():
        return _report_page(kind, id, form), 422
    with db.unit_of_work():
        thing = access(me(), kinds.get(kind).model, id, Act.READ)
        service.report(me(), thing, form.words)
    flash(_("Thank you. The people who run this network look at it."), "done")
    return redirect(kinds.get(kind).url(kinds.load(kind, id)), 303)


@bp.get("/reports")
@login_required
def reports() -> Any:
    """What was reported and waits."""
    require(me(), Act.SETTLE, me())
    return render_template("messages/reports.html", reports=queries.open_reports(me()))


@bp.post("/reports/<int:id>/<any(hide, dismiss):outcome>")
@login_required
@limits.limiter.limit(limits.WRITING)
def settle(id: int, outcome: str) -> Any:
    """Take the thing away, or leave it where it is."""
    with db.unit_of_work():
        found = access(me(), Report, id, Act.SETTLE)
        if outcome == "hide" and not kinds.get(found.kind).hides:
            abort(404)
        service.settle(me(), found, outcome)
    flash(_("It was taken away.") if outcome == "hide" else _("It stays where it is."), "done")
    return redirect(url_for(".reports"), 303)
