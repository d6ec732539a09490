"""A person's account: its addresses, its password, and the browsers in which it is signed in."""

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_login import current_user, login_required

from cop.core import login
from cop.core.db import unit_of_work
from cop.core.i18n import gettext as _
from cop.core.limits import limiter
from cop.core.login import SignIn, me
from cop.core.policy import Act, access
from cop.people import forms, passwords, queries
from cop.people.models import Address, Person
from cop.people.service import accounts, addresses
from cop.people.views import bp
from cop.people.views.accounts import SIGN_IN_EACH, own_words, sign_in_failed

ADDING = "10 per 30 minutes"


@bp.get("/settings/account")
@login_required
def account() -> str:
    """Everything about the account."""
    return _page()


def _page(
    address_form: forms.AddAddressForm | None = None, password_form: forms.ChangePasswordForm | None = None
) -> str:
    return render_template(
        "people/settings_account.html",
        addresses=queries.addresses_of(me()),
        address_form=address_form or forms.AddAddressForm(None),
        password_form=password_form or forms.ChangePasswordForm(None),
        sign_ins=login.sign_ins_of(me()),
        here=current_user.sign_in_id,
        primary=queries.primary_address(me()),
    )


def _again() -> Any:
    return redirect(url_for("people.account"), 303)


# -- addresses --------------------------------------------------------------------------------------------------------


@bp.post("/settings/addresses")
@login_required
@limiter.limit(ADDING)
def add_address() -> Any:
    """Add an address; the answer is the same whoever has it."""
    form = forms.AddAddressForm()
    if not form.validate():
        return _page(address_form=form), 422
    try:
        with unit_of_work():
            addresses.add_address(access(me(), Person, me().id, Act.EDIT), form.address.data)
    except addresses.Refusal as refusal:
        form.address.errors = [str(refusal)]
        return _page(address_form=form), 422
    flash(_("We sent a letter to %(address)s. Open its link to add the address.", address=form.address.data), "done")
    return _again()


@bp.post("/settings/addresses/<int:id>/send")
@login_required
@limiter.limit(ADDING)
def send_verification(id: int) -> Any:
    """Send the link to an unverified address once more."""
    with unit_of_work():
        addresses.send_verification(access(me(), Address, id, Act.EDIT))
    flash(_("We sent the letter once more."), "done")
    return _again()


@bp.post("/settings/addresses/<int:id>/primary")
@login_required
def make_primary(id: int) -> Any:
    """Let letters go to this address."""
    return _tried(lambda: addresses.make_primary(me(), access(me(), Address, id, Act.EDIT)), _("Letters go there now."))


@bp.post("/settings/addresses/<int:id>/remove")
@login_required
def remove_address(id: int) -> Any:
    """Take an address away."""
    return _tried(
        lambda: addresses.remove_address(me(), access(me(), Address, id, Act.EDIT)), _("The address is removed.")
    )


def _tried(deed: Any, done: str) -> Any:
    try:
        with unit_of_work():
            deed()
    except addresses.Refusal as refusal:
        flash(str(refusal), "problem")
        return _again()
    flash(done, "done")
    return _again()


# -- the password -----------------------------------------------------------------------------------------------------


@bp.post("/settings/password")
@login_required
@limiter.limit(SIGN_IN_EACH, deduct_when=sign_in_failed)
def change_password() -> Any:
    """Change the password, knowing the old one; every other browser is signed out."""
    form = forms.ChangePasswordForm(own_words=[*own_words(), me().name])
    if not form.validate():
        return _page(password_form=form), 422
    if not passwords.matches(queries.hash_of(me()), form.old.data):
        g.sign_in_failed = True
        form.old.errors = [_("This is not your password now.")]
        return _page(password_form=form), 422
    hash = passwords.hashed(form.password.data)
    with unit_of_work():
        accounts.change_password(access(me(), Person, me().id, Act.EDIT), hash, keep=current_user.sign_in_id)
    flash(_("Your password is changed, and you are signed out everywhere else."), "done")
    return _again()


# -- where one is signed in -------------------------------------------------------------------------------------------


@bp.post("/settings/sessions/<int:id>/end")
@login_required
def end_session(id: int) -> Any:
    """Sign one browser out."""
    with unit_of_work():
        login.end_one(access(me(), SignIn, id, Act.EDIT))
    flash(_("That browser is signed out."), "done")
    return _again()


@bp.post("/settings/sessions/end-others")
@login_required
def end_other_sessions() -> Any:
    """Sign every other browser out."""
    with unit_of_work():
        login.end_others(access(me(), Person, me().id, Act.EDIT), keep=current_user.sign_in_id)
    flash(_("You are signed out everywhere else."), "done")
    return _again()
