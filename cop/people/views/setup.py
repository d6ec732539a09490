"""An empty network leads its first visitor through set-up; afterwards this page does not exist."""

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for

from cop.core import login
from cop.core.db import unit_of_work
from cop.core.i18n import gettext as _
from cop.people import forms, passwords, queries
from cop.people.service import accounts
from cop.people.views import bp
from cop.people.views.accounts import own_words

OPEN_BEFORE = {
    "static", "static_version", "people.setup", "people.reading", "people.preferences", "people.about_page", "healthz",
    "metrics", "catcher.caught", "live.words",
}  # fmt: skip


@bp.before_app_request
def _lead_to_setup() -> Any:
    """Every page leads to set-up while there is nobody; once there is somebody, this asks the database no more."""
    if request.endpoint in OPEN_BEFORE or somebody_is_here():
        return None
    return redirect(url_for("people.setup"))


def somebody_is_here() -> bool:
    """Whether the network has had an account, remembered from the first yes on: accounts come and never all go."""
    if not current_app.extensions.get("cop_somebody"):
        current_app.extensions["cop_somebody"] = queries.has_anybody()
    return bool(current_app.extensions["cop_somebody"])


@bp.route("/setup", methods=["GET", "POST"])
def setup() -> Any:
    """Make the first manager's account and sign it in."""
    if somebody_is_here():
        abort(404)
    form = forms.SetUpForm(own_words=own_words())
    if not form.validate_on_submit():
        return render_template("people/setup.html", form=form), 422 if form.is_submitted() else 200
    hash = passwords.hashed(form.password.data)
    with unit_of_work():
        queries.alone()
        if queries.has_anybody():
            abort(404)
        manager = accounts.create_person(form.name.data, form.address.data, hash, is_manager=True)
        begun = login.begin(manager, remembered=False)
    login.enter(begun, remembered=False)
    flash(_("The network is yours to run. Say who you are, then start a community."), "done")
    return redirect(url_for("people.settings"), 303)
