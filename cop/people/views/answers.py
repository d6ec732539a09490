"""A person's settings: what the network asks of everybody, beside what every profile has."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_login import login_required

from cop.core import limits
from cop.core.db import unit_of_work
from cop.core.i18n import gettext as _
from cop.core.limits import limiter
from cop.core.login import me
from cop.core.policy import Act, access
from cop.people import fields
from cop.people.forms import AnswersForm, answers_form, sent_answers
from cop.people.models import Person
from cop.people.service import answers
from cop.people.views import bp


@bp.get("/settings/more")
@login_required
def more() -> str:
    """What is asked, with one's own answers."""
    return _page(answers_form(fields.asked(me()), fields.own_answers(me())))


def _page(form: AnswersForm, has_changed: bool = False) -> str:
    groups = fields.in_groups((each.field.group_name, each) for each in form.asking)
    return render_template("people/settings_more.html", form=form, groups=groups, has_changed=has_changed)


@bp.post("/settings/more")
@login_required
@limiter.limit(limits.WRITING)
def answer() -> Any:
    """Keep the answers."""
    form = _sent()
    if form.is_outdated:
        return _look_again()
    if not form.validate():
        return _page(form), 422
    try:
        with unit_of_work():
            asked = fields.asked(me())
            answers.answer(access(me(), Person, me().id, Act.EDIT), asked, form.given())
    except answers.Changed:
        return _look_again()
    flash(_("Your answers are saved."), "done")
    return redirect(url_for("people.more"), 303)


def _sent() -> AnswersForm:
    return sent_answers(fields.asked(me()), fields.own_answers(me()))


def _look_again() -> Any:
    """What is asked has changed: show it, with all that was typed."""
    form = _sent()
    form.validate()
    form.renew()
    return _page(form, has_changed=True), 422
