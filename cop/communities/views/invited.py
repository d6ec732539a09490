"""Where the link of a letter leads: sign up and join in one pass, sign in and join, or say no.

The letter went to one address. Whoever opens it may sign up with that address, and only its owner joins: passed on, it
lets nobody else in. Opening the link changes nothing (mail scanners open links); its buttons do.
"""

from typing import Any

from flask import flash, make_response, redirect, render_template, url_for
from flask_limiter import RequestLimit
from flask_login import login_required

from cop.communities import letters, queries, rules, service
from cop.communities.forms import InvitedForm
from cop.communities.models import Invitation
from cop.communities.views import bp
from cop.communities.views.invitations import after_answer
from cop.core import db, kinds, limits, links, login, policy
from cop.core.i18n import gettext as _
from cop.core.login import me
from cop.institutions.queries import with_domain_of
from cop.people import passwords
from cop.people.service.accounts import AddressTaken
from cop.people.views.accounts import SIGN_UP_ALL, own_words


@bp.get("/communities/invited/<token>")
def invited(token: str) -> Any:
    """What one is invited to, by whom and until when; and the next step of whoever looks."""
    invitation = _of_letter(token)
    community = invitation.community
    if me() is not None and rules.is_member(me(), community):
        flash(_("You belong to “%(name)s” already.", name=community.name), "info")
        return redirect(kinds.of(community).url(community), 303)
    _require_open(invitation)
    if me() is not None and invitation.recommended:
        return redirect(kinds.of(community).url(community), 303)
    return _page(token, invitation, InvitedForm(formdata=None, own_words=own_words()))


def _page(token: str, invitation: Invitation, form: InvitedForm, **more: Any) -> str:
    offered = with_domain_of(invitation.address or "")
    form.offer(offered)
    return render_template(
        "communities/invited.html",
        invitation=invitation,
        community=invitation.community,
        token=token,
        form=form,
        offered=offered,
        proved=me() is not None and queries.has_address(me(), invitation.address or ""),
        **more,
    )


def _too_often(_limit: RequestLimit) -> Any:
    """The form once more, with what was typed in it."""
    from flask import request

    token = (request.view_args or {})["token"]
    invitation = _of_letter(token)
    _require_open(invitation)
    sentence = _("Many people signed up from here just now. Wait half an hour, then try again.")
    return make_response(_page(token, invitation, InvitedForm(own_words=own_words()), too_often=sentence), 429)


@bp.post("/communities/invited/<token>/sign-up")
@limits.limiter.limit(
    SIGN_UP_ALL,
    key_func=limits.address,
    deduct_when=lambda response: response.status_code == 303,
    on_breach=_too_often,
)
def sign_up_by_letter(token: str) -> Any:
    """Make an account with the address that the letter went to, sign it in, and join."""
    form = InvitedForm(own_words=own_words())
    invitation = _of_letter(token)
    if me() is not None:
        return redirect(url_for(".invited", token=token), 303)
    _require_open(invitation)
    if not form.validate():
        return _page(token, invitation, form), 422
    at = form.chosen(with_domain_of(invitation.address or ""))
    hash = passwords.hashed(form.password.data)
    try:
        with db.unit_of_work():
            invitation = _of_letter(token)
            _require_open(invitation)
            person = service.sign_up_by(invitation, form.name.data, hash, at)
            begun = login.begin(person, remembered=False)
            community, joined = invitation.community, rules.is_member(person, invitation.community)
    except AddressTaken:
        return _page(token, _of_letter(token), form, taken=True), 409
    login.enter(begun, remembered=False)
    flash(_("Welcome, %(name)s.", name=person.name), "done")
    if not joined:
        return redirect(url_for(".ask_to_join", slug=community.slug), 303)
    return after_answer(community, "accept")


@bp.post("/communities/invited/<token>/accept")
@login_required
def accept_letter(token: str) -> Any:
    """Join; only for whoever has proved that the letter's address is theirs."""
    with db.unit_of_work():
        invitation = _of_letter(token)
        community = invitation.community
        if not rules.is_member(me(), community):
            _require_open(invitation)
            if invitation.recommended or not queries.has_address(me(), invitation.address or ""):
                raise policy.Unseen
            service.accept_invitation(me(), invitation)
    return after_answer(community, "accept")


@bp.post("/communities/invited/<token>/decline")
def decline_letter(token: str) -> Any:
    """Say no, signed in or not: the letter is proof enough. Nothing is sent to this address for it again."""
    with db.unit_of_work():
        invitation = _of_letter(token)
        _require_open(invitation)
        service.decline_invitation(None, invitation)
    flash(_("You said no. Nobody is told, and this invitation is not sent to you again."), "removed")
    return redirect(url_for(".directory"), 303)


def _of_letter(token: str) -> Invitation:
    """The invitation that a letter speaks of. Raises BadLink: not ours, too old, or taken back."""
    id, mark = links.read(letters.INVITE, token, letters.HOURS)
    invitation = queries.of_mark(id, mark)
    if invitation is None:
        raise links.BadLink
    return invitation


def _require_open(invitation: Invitation) -> None:
    if not invitation.is_open or not rules.leads_somewhere(me(), invitation):
        raise links.BadLink
