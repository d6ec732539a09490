"""A person's settings: what they know, and what their writing suggests; nobody else sees it."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_login import login_required

from cop.core import terms
from cop.core.db import unit_of_work
from cop.core.i18n import gettext as _
from cop.core.limits import WRITING, limiter
from cop.core.login import me
from cop.core.policy import Act, access
from cop.core.terms import Term
from cop.people import forms, suggestions
from cop.people.models import Person
from cop.people.service import suggestions as service
from cop.people.views import bp

DEEDS = {
    "accept": service.accept_suggestion,
    "hide": service.hide_suggestion,
    "show": service.suggest_again,
}


@bp.get("/settings/terms")
@login_required
def suggested() -> str:
    """What somebody knows in their own words, and what they may add."""
    return _page()


def _page(mistaken: forms.CorrectionForm | None = None, problem: str = "") -> str:
    """`mistaken`: the one form that was sent, with what was typed; it stands first if its term is suggested no more."""
    found = suggestions.suggested_to(me())
    corrections = {each.term.id: forms.CorrectionForm.of(each.term) for each in found}
    if mistaken is not None:
        corrections[mistaken.term.id] = mistaken
    return render_template(
        "people/settings_terms.html",
        own=terms.terms_of("person", [me().id]).get(me().id, []),
        suggested=found,
        corrections=corrections,
        stray=mistaken if mistaken is not None and len(corrections) > len(found) else None,
        hidden=suggestions.hidden_from(me()),
        problem=problem,
    )


@bp.post("/settings/terms/<int:id>/<any(accept, hide, show):deed>")
@login_required
@limiter.limit(WRITING)
def settle_suggestion(id: int, deed: str) -> Any:
    """Let a term be theirs, do not suggest it again, or do."""
    try:
        with unit_of_work():
            term = access(me(), Term, id, Act.READ)
            DEEDS[deed](access(me(), Person, me().id, Act.EDIT), term)
            name = term.name
    except service.Full as full:
        return _page(problem=str(full)), 422
    return _done(
        {
            "accept": _("“%(name)s” is among what you know now.", name=name),
            "hide": _("“%(name)s” is not suggested to you again.", name=name),
            "show": _("“%(name)s” may be suggested to you again.", name=name),
        }[deed]
    )


@bp.post("/settings/terms/<int:id>/correct")
@login_required
@limiter.limit(WRITING)
def correct_suggestion(id: int) -> Any:
    """Let another term be theirs in the place of one that was suggested."""
    term = access(me(), Term, id, Act.READ)
    form = forms.CorrectionForm.of(term, sent=True)
    if not form.validate():
        return _page(form), 422
    try:
        with unit_of_work():
            person = access(me(), Person, me().id, Act.EDIT)
            meant = service.correct_suggestion(person, access(me(), Term, id, Act.READ), form.name.data)
            name = meant.name
    except service.Full as full:
        form.name.errors = [str(full)]
        return _page(form), 422
    return _done(_("“%(name)s” is among what you know now.", name=name))


def _done(sentence: str) -> Any:
    flash(sentence, "done")
    return redirect(url_for("people.suggested"), 303)
