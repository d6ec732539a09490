"""A person's settings: where they work or learn, and did."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import login_required

from cop.core import limits
from cop.core.db import unit_of_work, utcnow
from cop.core.i18n import gettext as _
from cop.core.limits import limiter
from cop.core.login import me
from cop.core.policy import Act, Unseen, access
from cop.institutions.queries import named, suggested
from cop.people import queries
from cop.people.forms import NONE_OF_THESE, AffiliationForm, AudiencesForm
from cop.people.models import Affiliation, Person
from cop.people.service import affiliations, profile
from cop.people.service.affiliations import Work
from cop.people.views import bp

OF_WORK = ("role", "institution")
"""The fields whose audience is chosen here."""


@bp.get("/settings/affiliations")
@login_required
def work() -> str:
    """Where somebody works or learns."""
    return _page(AffiliationForm(None, institution=request.args.get("institution", "")))


def _page(form: AffiliationForm, changing: Affiliation | None = None) -> str:
    person = me()
    return render_template(
        "people/settings_affiliations.html",
        form=form,
        changing=changing,
        affiliations=queries.affiliations_of(person),
        offers=queries.offered_by_addresses(person),
        audiences=AudiencesForm(None, **{f"{field}_audience": person.audience_of(field) for field in OF_WORK}),
    )


def _done(sentence: str) -> Any:
    flash(sentence, "done")
    return redirect(url_for("people.work"), 303)


@bp.post("/settings/affiliations")
@login_required
@limiter.limit(limits.WRITING)
def add_affiliation() -> Any:
    """Add an affiliation; when the name fits institutions that are known, ask first which one is meant."""
    form = AffiliationForm()
    if not form.validate() or _is_to_be_chosen(form):
        return _page(form), 422 if form.errors else 200
    try:
        with unit_of_work():
            affiliations.add_affiliation(access(me(), Person, me().id, Act.EDIT), _work(form))
    except affiliations.Refusal as error:
        form.institution.errors = [str(error)]
        return _page(form), 422
    return _done(_("That is added."))


def _is_to_be_chosen(form: AffiliationForm) -> bool:
    """Whether the person has yet to say which institution is meant; then the form offers them."""
    form.offer(suggested(form.institution.data))
    return form.is_open


def _work(form: AffiliationForm) -> Work:
    return Work(
        name=form.institution.data,
        institution=named(form.chosen.data or NONE_OF_THESE),
        role=form.role.data,
        began=form.began.data,
        ended=form.ended.data,
        is_past=bool(form.ended.data),
    )


def _mine(id: int) -> Affiliation:
    """One of the person's own, or Unseen."""
    found = queries.affiliation_of(me(), id)
    if found is None:
        raise Unseen
    return found


@bp.route("/settings/affiliations/<int:id>", methods=["GET", "POST"])
@login_required
@limiter.limit(limits.WRITING, methods=["POST"])
def change_affiliation(id: int) -> Any:
    """Change an affiliation: the form with what it says, or the deed."""
    there = _mine(id)
    if request.method == "GET":
        slug = there.institution.slug if there.institution is not None else ""
        form = AffiliationForm(
            None, institution=there.name, chosen=slug, role=there.role, began=there.began, ended=there.ended
        )
        return _page(form, there)
    form = AffiliationForm()
    if not form.validate() or _is_to_be_chosen(form):
        return _page(form, there), 422 if form.errors else 200
    with unit_of_work():
        person = access(me(), Person, me().id, Act.EDIT)
        affiliations.change_affiliation(person, _mine(id), _work(form))
    return _done(_("That is changed."))


@bp.post("/settings/affiliations/<int:id>/<any(first, end, remove):deed>")
@login_required
@limiter.limit(limits.WRITING)
def affiliation_deed(id: int, deed: str) -> Any:
    """Let one stand beside the name, end it, or take it away."""
    with unit_of_work():
        person = access(me(), Person, me().id, Act.EDIT)
        affiliation = _mine(id)
        if deed == "first":
            affiliations.put_first(person, affiliation)
        elif deed == "end":
            affiliations.end_affiliation(person, affiliation, f"{utcnow():%Y-%m}")
        else:
            affiliations.remove_affiliation(person, affiliation)
    return _done(
        {
            "first": _("That stands beside your name now."),
            "end": _("That is past now. Your account goes on as it was."),
            "remove": _("That is gone."),
        }[deed]
    )


@bp.post("/settings/affiliations/audiences")
@login_required
@limiter.limit(limits.WRITING)
def affiliation_audiences() -> Any:
    """Choose who sees role and institutions."""
    form = AudiencesForm()
    if not form.validate():
        return _page(AffiliationForm(None)), 422
    with unit_of_work():
        chosen = {field: form[f"{field}_audience"].data for field in OF_WORK}
        profile.show_to(access(me(), Person, me().id, Act.EDIT), chosen)
    return _done(_("Your choice is saved."))
