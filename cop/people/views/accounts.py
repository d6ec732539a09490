"""Signing up, verifying, signing in and out, and new passwords by mail.

Every answer is the same whether an address has an account or not: same page, same status, as much time.
"""

import secrets
from collections.abc import Callable
from typing import Any

from flask import Response, flash, g, make_response, redirect, render_template, request, session, url_for
from flask_limiter import RequestLimit

from cop.core import limits, links, login
from cop.core.db import unit_of_work
from cop.core.i18n import gettext as _
from cop.core.limits import limiter
from cop.core.login import me
from cop.core.web import safe_next
from cop.people import forms, letters, passwords, queries
from cop.people.models import Person
from cop.people.service import accounts
from cop.people.views import bp

FIVE_MINUTES, HALF_AN_HOUR = 300, 1800
SIGN_IN_EACH, SIGN_IN_ALL = "5 per 5 minutes", "25 per 5 minutes"
RESET = "5 per 30 minutes"
SIGN_UP_EACH, SIGN_UP_ALL = "5 per 30 minutes", "40 per 30 minutes"
"""A whole school signs up from one address at nine; nobody signs up one address six times."""


def typed_address() -> str:
    """The address that a form names: letters to one mailbox are counted wherever they are asked for."""
    return f"typed:{request.form.get('address', '').strip().lower()[:254]}"


def too_often(template: str, form: type[Any], seconds: int) -> Callable[[RequestLimit], Response]:
    """The form once more, with what was typed in it and a sentence that says when to try again."""

    def answer(_limit: RequestLimit) -> Response:
        sentence = _(
            "That was tried too often. Wait %(minutes)s minutes, then try again; what you typed is still here.",
            minutes=seconds // 60,
        )
        return make_response(render_template(template, form=form(), too_often=sentence), 429)

    return answer


def sent(endpoint: str, address: str) -> Response:
    """On to a page that says where a letter went: the address as it was typed, whoever has it."""
    session["sent_to"] = address
    return redirect(url_for(endpoint), 303)  # type: ignore[return-value]


# -- signing up -------------------------------------------------------------------------------------------------------


@bp.route("/sign-up", methods=["GET", "POST"])
@limiter.limit(
    SIGN_UP_EACH,
    key_func=typed_address,
    methods=["POST"],
    deduct_when=lambda response: response.status_code == 303,
    on_breach=too_often("people/sign_up.html", forms.SignUpForm, HALF_AN_HOUR),
)
@limiter.limit(
    SIGN_UP_ALL,
    key_func=limits.address,
    methods=["POST"],
    deduct_when=lambda response: response.status_code == 303,
    on_breach=too_often("people/sign_up.html", forms.SignUpForm, HALF_AN_HOUR),
)
def sign_up() -> Any:
    """Begin an account; the letter that is sent decides whether it goes on."""
    if me() is not None:
        return redirect(url_for("people.home"))
    form = forms.SignUpForm(own_words=own_words())
    if not form.validate_on_submit():
        return render_template("people/sign_up.html", form=form), 422 if form.is_submitted() else 200
    hash = passwords.hashed(form.password.data)
    # Both kinds of visitor carry a number away; only the letter's link tells whose browser it was.
    nonce = session["signing_up"] = secrets.token_urlsafe(12)
    if not form.website.data:
        with unit_of_work():
            accounts.sign_up(form.name.data, form.address.data, hash, nonce)
    return sent("people.sign_up_sent", form.address.data)


def own_words() -> list[str]:
    """Words of the network that no password may be made of."""
    from flask import current_app

    return [current_app.config["COP_SETTINGS"].network_name]


@bp.get("/sign-up/sent")
def sign_up_sent() -> str:
    """Where the letter went."""
    return render_template("people/sign_up_sent.html", address=session.get("sent_to"))


@bp.route("/verify/<token>", methods=["GET", "POST"])
def verify(token: str) -> Any:
    """Prove an address. Opening the link changes nothing (mail scanners open links); its button does."""
    address_id, nonce, claims = links.read("verify", token, accounts.VERIFY_HOURS)
    found = queries.to_be_verified(address_id)
    if found is None:
        raise links.BadLink
    person, entry = found
    if request.method == "GET":
        return render_template("people/verify.html", person=person, address=entry.address, done=entry.verified_at)
    is_new = person.status == "new"
    try:
        with unit_of_work():
            person = accounts.verify(address_id, claims)
            begun = _begun_here(person, nonce) if is_new else None
    except accounts.AddressTaken:
        return render_template("people/verify.html", person=person, address=entry.address, taken=True), 409
    return _verified(person, begun)


def _begun_here(person: Person, nonce: str) -> login.Login | None:
    """A sign-in for the browser that signed up: it has the number that only this account's letter holds."""
    mine = session.get("signing_up", "")
    return login.begin(person, remembered=False) if nonce and secrets.compare_digest(mine, nonce) else None


def _verified(person: Person, begun: login.Login | None) -> Any:
    if begun is not None:
        login.enter(begun, remembered=False)
        welcome = _("Welcome, %(name)s. Say a little about yourself, so that people can find you.", name=person.name)
        flash(welcome, "done")
        return redirect(url_for("people.settings"), 303)
    flash(_("Your address is verified."), "done")
    return redirect(url_for("people.account" if me() is not None else "people.sign_in"), 303)


# -- signing in and out -----------------------------------------------------------------------------------------------


def sign_in_failed(_response: Response) -> bool:
    """Whether a wrong address or password was sent: what counts towards the limit."""
    return bool(g.get("sign_in_failed"))


@bp.route("/sign-in", methods=["GET", "POST"])
@limiter.limit(
    SIGN_IN_EACH,
    key_func=limits.per_account_and_address("address"),
    methods=["POST"],
    deduct_when=sign_in_failed,
    on_breach=too_often("people/sign_in.html", forms.SignInForm, FIVE_MINUTES),
)
@limiter.limit(
    SIGN_IN_ALL,
    key_func=limits.address,
    methods=["POST"],
    deduct_when=sign_in_failed,
    on_breach=too_often("people/sign_in.html", forms.SignInForm, FIVE_MINUTES),
)
def sign_in() -> Any:
    """Sign in with any verified address, and go on to where one was going."""
    form = forms.SignInForm(next=request.args.get("next", ""))
    onward = safe_next(form.next.data, url_for("people.home"))
    if me() is not None:
        return redirect(onward, 303)
    if not form.validate_on_submit():
        return render_template("people/sign_in.html", form=form), 422 if form.is_submitted() else 200
    person = accounts.person_for(form.address.data.strip().lower(), form.password.data)
    if person is None:
        g.sign_in_failed = True
        return _not_signed_in(form, _("This address and this password do not go together. Try again, or get a new "
                                      "password by mail."))  # fmt: skip
    if not person.may_sign_in:
        return _not_signed_in(form, _("This account is suspended. Ask the people who run the network."))
    stronger = accounts.strengthen(person, form.password.data)
    with unit_of_work():
        if stronger is not None:
            accounts.set_password(person, stronger)
        begun = login.begin(person, form.remember.data)
    login.enter(begun, form.remember.data)
    return redirect(onward, 303)


def _not_signed_in(form: forms.SignInForm, sentence: str) -> Any:
    form.password.errors = [sentence]
    return render_template("people/sign_in.html", form=form), 422


@bp.post("/sign-out")
def sign_out() -> Any:
    """Sign this browser out."""
    with unit_of_work():
        login.end()
    flash(_("You are signed out."), "done")
    return redirect(url_for("people.home"), 303)


# -- a new password by mail -------------------------------------------------------------------------------------------


@bp.route("/reset", methods=["GET", "POST"])
@limiter.limit(
    RESET,
    key_func=typed_address,
    methods=["POST"],
    on_breach=too_often("people/reset.html", forms.ResetForm, HALF_AN_HOUR),
)
@limiter.limit(
    RESET,
    key_func=limits.address,
    methods=["POST"],
    on_breach=too_often("people/reset.html", forms.ResetForm, HALF_AN_HOUR),
)
def reset() -> Any:
    """Ask for a link to a new password."""
    form = forms.ResetForm(address=request.args.get("address", ""))
    if not form.validate_on_submit():
        return render_template("people/reset.html", form=form), 422 if form.is_submitted() else 200
    with unit_of_work():
        accounts.ask_reset(form.address.data)
    return sent("people.reset_sent", form.address.data)


@bp.get("/reset/sent")
def reset_sent() -> str:
    """Where the letter went, if there is an account."""
    return render_template("people/reset_sent.html", address=session.get("sent_to"))


@bp.route("/reset/<token>", methods=["GET", "POST"])
def new_password(token: str) -> Any:
    """Choose a new password by a link that works once; every browser is signed out by it."""
    person_id, mark = links.read("reset", token, letters.RESET_HOURS)
    person = _who_resets(person_id, mark)
    form = forms.NewPasswordForm(own_words=[*own_words(), person.name])
    if not form.validate_on_submit():
        return render_template("people/new_password.html", form=form), 422 if form.is_submitted() else 200
    hash = passwords.hashed(form.password.data)
    with unit_of_work():
        accounts.change_password(_who_resets(person_id, mark), hash, keep=None)
    flash(_("Your password is changed. Sign in with it."), "done")
    return redirect(url_for("people.sign_in"), 303)


def _who_resets(person_id: int, mark: str) -> Person:
    """The person of a link to a new password, while it is unspent."""
    person = queries.account_by_id(person_id)
    if person is None or not secrets.compare_digest(queries.password_mark(person), mark):
        raise links.BadLink
    return person
