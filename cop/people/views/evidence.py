"""The buttons on one's own page that hide evidence about oneself, and show it again."""

from typing import Any

from flask import flash, redirect, url_for
from flask_login import login_required

from cop.core import kinds
from cop.core.db import unit_of_work
from cop.core.i18n import lazy as _
from cop.core.limits import WRITING, limiter
from cop.core.login import me
from cop.core.policy import Act, Unseen, access
from cop.people.models import Person
from cop.people.service import evidence
from cop.people.views import bp

DEEDS: dict[str, tuple[Any, Any]] = {
    "hide": (evidence.hide_evidence, _("This is not shown as evidence about you any more.")),
    "show": (evidence.show_evidence_again, _("This is shown as evidence about you again.")),
}
"""What a button does, and what is said when it is done."""


@bp.post("/evidence/<kind>/<int:id>/<any(hide, show):deed>")
@login_required
@limiter.limit(WRITING)
def choose_evidence(kind: str, id: int, deed: str) -> Any:
    """Hide something that one wrote as evidence about oneself, or show it again."""
    verb, done = DEEDS[deed]
    with unit_of_work():
        verb(me(), access(me(), _model_of(kind), id, Act.READ))
    flash(str(done), "done")
    return redirect(url_for("people.person", handle=me().handle), 303)


@bp.post("/evidence/out-of-reach/hide")
@login_required
@limiter.limit(WRITING)
def hide_evidence_out_of_reach() -> Any:
    """Hide all that one wrote and cannot read any more as evidence about oneself."""
    with unit_of_work():
        evidence.hide_evidence_out_of_reach(me())
    flash(str(_("Nothing that you cannot open any more is shown as evidence about you.")), "done")
    return redirect(url_for("people.person", handle=me().handle), 303)


def _model_of(name: str) -> type:
    """What is evidence: all that is found, but for people. A profile is changed where it is written."""
    found = next((kind for kind in kinds.all_kinds() if kind.name == name and kind.searched), None)
    if found is None or found.model is Person:
        raise Unseen
    return found.model  # type: ignore[no-any-return]
