"""Claiming an imported author: by a new account that becomes them, or by somebody who has an account already."""

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask_login import login_required

from cop.core import limits
from cop.core.db import unit_of_work
from cop.core.i18n import gettext as _
from cop.core.limits import limiter
from cop.core.login import me
from cop.core.policy import Act, access
from cop.people import forms, passwords
from cop.people.models import Person
from cop.people.service import accounts
from cop.people.service import claim as claims
from cop.people.views import bp
from cop.people.views.accounts import own_words, sent


@bp.post("/people/<int:id>/claim-link")
@login_required
def claim_link(id: int) -> Any:
    """Show a manager the link by which one person can claim an imported author."""
    placeholder = access(me(), Person, id, Act.INVITE)
    link = claims.link_for(placeholder)
    return render_template("people/claim_link.html", placeholder=placeholder, link=link, days=claims.HOURS // 24)


@bp.route("/claim/<token>", methods=["GET", "POST"])
@limiter.limit(limits.SENDING, methods=["POST"])
def claim(token: str) -> Any:
    """Say whose writing the link is about, and let its reader make it theirs."""
    placeholder = claims.read_link(token)
    if me() is not None:
        return _take_over(placeholder, token)
    form = forms.ClaimForm(own_words=[*own_words(), placeholder.name])
    if not form.validate_on_submit():
        return _page(placeholder, form), 422 if form.is_submitted() else 200
    hash = passwords.hashed(form.password.data)
    nonce = session["signing_up"] = secrets.token_urlsafe(12)
    with unit_of_work():
        accounts.sign_up(placeholder.name, form.address.data, hash, nonce, claims=placeholder)
    return sent("people.sign_up_sent", form.address.data)


def _take_over(placeholder: Person, token: str) -> Any:
    if request.method == "GET":
        return _page(placeholder, None)
    with unit_of_work():
        claims.take_over(me(), claims.read_link(token))
    flash(_("What %(name)s wrote is yours now.", name=placeholder.name), "done")
    return redirect(url_for("people.person", handle=me().handle), 303)


def _page(placeholder: Person, form: forms.ClaimForm | None) -> str:
    return render_template("people/claim.html", placeholder=placeholder, form=form)
