"""One statement's page, and the buttons that take it away and put it back."""

from typing import Any

from flask import flash, redirect, render_template
from flask_login import login_required

from cop.core import hidden_evidence
from cop.core.db import unit_of_work
from cop.core.i18n import lazy as _
from cop.core.limits import WRITING, limiter
from cop.core.login import me
from cop.core.policy import Act, access, can
from cop.people.models import Statement
from cop.people.rules import person_of
from cop.people.service import statements
from cop.people.shown import shown
from cop.people.views import bp

DEEDS: dict[str, tuple[Act, Any, Any]] = {
    "hide": (Act.HIDE, statements.hide_statement, _("It was taken away.")),
    "restore": (Act.RESTORE, statements.restore_statement, _("It is back.")),
}
"""What a button does, whether one may, and what is said when it is done."""


@bp.get("/statements/<int:id>")
def statement(id: int) -> Any:
    """What somebody said of themselves elsewhere, with its day and its source."""
    found = access(me(), Statement, id, Act.READ)
    is_mine = me() is not None and me().id == found.person_id
    return render_template(
        "people/statement.html",
        statement=found,
        author=shown(person_of(found), me(), as_author=True),
        is_mine=is_mine,
        is_hidden_evidence=is_mine and bool(hidden_evidence.hiders("statement", [id])),
        may_hide=found.hidden_at is None and can(me(), Act.HIDE, found),
        may_restore=can(me(), Act.RESTORE, found),
    )


@bp.post("/statements/<int:id>/<any(hide, restore):deed>")
@login_required
@limiter.limit(WRITING)
def choose_statement(id: int, deed: str) -> Any:
    """Take a statement out of everybody's sight, or put it back."""
    act, verb, done = DEEDS[deed]
    with unit_of_work():
        address = verb(me(), access(me(), Statement, id, act)).url
    flash(str(done), "removed" if deed == "hide" else "done")
    return redirect(address, 303)
