"""What the network asks of everybody, for those who run it: added, changed, put in order, withdrawn and put back."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import login_required

from cop.core import limits
from cop.core.db import unit_of_work
from cop.core.i18n import gettext as _
from cop.core.limits import limiter
from cop.core.login import me
from cop.core.markup import one_line
from cop.core.policy import Act, access
from cop.people import fields
from cop.people.forms import FieldForm
from cop.people.models import Person, ProfileField
from cop.people.service import fields as service
from cop.people.views import bp
from cop.people.words import SORT_WORDS


@bp.get("/fields")
@login_required
def profile_fields() -> str:
    """What is asked, and what was withdrawn."""
    return render_template(
        "people/fields.html", kept=fields.kept(me()), most=service.FIELDS_AT_MOST, sort_words=SORT_WORDS
    )


def _listed(field: ProfileField) -> Any:
    """Back to the list, where the field stands in it: who moves things by keyboard goes on from there."""
    return redirect(url_for("people.profile_fields", _anchor=f"field-{field.id}"), 303)


@bp.route("/fields/new", methods=["GET", "POST"])
@login_required
@limiter.limit(limits.WRITING, methods=["POST"])
def new_field() -> Any:
    """Ask something more: the form, or the deed."""
    access(me(), Person, me().id, Act.RUN)
    form = FieldForm(group_name=one_line(request.args.get("group", ""))) if request.method == "GET" else FieldForm()
    if not form.validate_on_submit():
        return _page(form), 422 if form.errors else 200
    try:
        with unit_of_work():
            field = service.add_field(access(me(), Person, me().id, Act.RUN), form.asked)
    except service.Refusal as refusal:
        return _refused(form, refusal)
    flash(_("“%(label)s” is asked of everybody now.", label=field.label), "done")
    return _listed(field)


def _page(
    form: FieldForm, field: ProfileField | None = None, *, has_changed: bool = False, asks_to_keep: bool = False
) -> str:
    """`has_changed`: another manager changed the field; the form has what this one typed."""
    if field is not None:
        form.offer(service.possible_sorts(field), field.sort)
    return render_template(
        "people/field.html",
        form=form,
        field=field,
        answers=fields.number_of_answers(field) if field is not None else 0,
        has_changed=has_changed,
        asks_to_keep=asks_to_keep or form.they_keep_choices.data,
        group_names=fields.group_names(me()),
        sort_words=SORT_WORDS,
    )


def _refused(form: FieldForm, refusal: service.Refusal, field: ProfileField | None = None) -> Any:
    form[refusal.about].errors = [str(refusal)]
    return _page(form, field, asks_to_keep=isinstance(refusal, service.ChoicesTaken)), 422


@bp.route("/fields/<int:id>/edit", methods=["GET", "POST"])
@login_required
@limiter.limit(limits.WRITING, methods=["POST"])
def edit_field(id: int) -> Any:
    """Change what is asked: the form, or the deed."""
    field = fields.field_at(me(), id)
    form = FieldForm.of(field) if request.method == "GET" else FieldForm()
    if not form.validate_on_submit():
        return _page(form, field), 422 if form.errors else 200
    try:
        with unit_of_work():
            service.change_field(
                me(),
                fields.field_at(me(), id),
                form.asked,
                seen=form.seen,
                they_keep_choices=form.they_keep_choices.data,
            )
    except service.Refusal as refusal:
        return _refused(form, refusal, fields.field_at(me(), id))
    except service.Changed:
        now = fields.field_at(me(), id)
        form.version.data = str(now.version)
        return _page(form, now, has_changed=True), 422
    flash(_("“%(label)s” is saved.", label=form.label.data), "done")
    return _listed(field)


@bp.post("/fields/<int:id>/<any('up', 'down', 'group-up', 'group-down', 'withdraw', 'restore'):deed>")
@login_required
@limiter.limit(limits.WRITING)
def field_deed(id: int, deed: str) -> Any:
    """Move a field or its group, withdraw it, or put it back."""
    try:
        with unit_of_work():
            field = fields.field_at(me(), id)
            DEEDS[deed](field)
            label = field.label
    except service.Refusal as refusal:
        flash(str(refusal), "problem")
        return _listed(fields.field_at(me(), id))
    if deed == "withdraw":
        flash(_("“%(label)s” is asked no more. Its answers are kept, and nobody sees them.", label=label), "removed")
    if deed == "restore":
        flash(_("“%(label)s” is asked again, with all its answers.", label=label), "done")
    return _listed(field)


DEEDS = {
    "up": lambda field: service.move_field(me(), field, -1),
    "down": lambda field: service.move_field(me(), field, 1),
    "group-up": lambda field: service.move_group(me(), field, -1),
    "group-down": lambda field: service.move_group(me(), field, 1),
    "withdraw": lambda field: service.withdraw_field(me(), field),
    "restore": lambda field: service.restore_field(me(), field),
}
