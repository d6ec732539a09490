"""Asking to be let in, inviting, and answering both."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_login import login_required

from cop.communities import letters, queries, service
from cop.communities.forms import AddressForm, RequestForm
from cop.communities.models import Community, Invitation
from cop.communities.views import bp
from cop.communities.views.frame import community_page
from cop.core import db, kinds, limits, links, policy
from cop.core.i18n import gettext as _
from cop.core.login import me
from cop.core.policy import Act, find
from cop.people.models import Person


@bp.route("/communities/<slug>/ask-to-join", methods=["GET", "POST"])
@login_required
@limits.limiter.limit(limits.SENDING, methods=["POST"])
def ask_to_join(slug: str) -> Any:
    """Say why one would like to join."""
    form = RequestForm()
    if not form.validate_on_submit():
        community = find(me(), Community, Act.REQUEST, Community.slug == slug)
        page = community_page("communities/ask_to_join.html", community, "", form=form)
        return page, 422 if form.is_submitted() else 200
    with db.unit_of_work():
        community = find(me(), Community, Act.REQUEST, Community.slug == slug)
        service.ask_to_join(me(), community, form.reason.data or "")
    flash(_("Sent. The facilitators will answer; you will hear of it in your inbox."), "done")
    return redirect(kinds.of(community).url(community), 303)


@bp.get("/communities/<slug>/requests")
@login_required
def requests(slug: str) -> Any:
    """Who asks to be let in, and who was invited."""
    community = find(me(), Community, Act.FACILITATE, Community.slug == slug)
    return community_page(
        "communities/requests.html",
        community,
        "",
        waiting=queries.requests_waiting(me(), community),
        invited=queries.invitations_from(me(), community),
    )


@bp.post("/communities/<slug>/requests/<int:id>/<any(accept, decline):answer>")
@login_required
def answer_request(slug: str, id: int, answer: str) -> Any:
    """Let somebody in, or say no; whoever comes second is told that it was decided."""
    with db.unit_of_work():
        community = find(me(), Community, Act.FACILITATE, Community.slug == slug)
        waiting = queries.request_in(community, id)
        if waiting is not None:
            name = waiting.person.name
            deed = service.accept_request if answer == "accept" else service.decline_request
            deed(me(), waiting)
    if waiting is None:
        flash(_("Somebody else has decided this already, so nothing was done."), "info")
    elif answer == "accept":
        flash(_("%(name)s belongs here now.", name=name), "done")
    else:
        flash(_("You said no to %(name)s. They may ask again.", name=name), "removed")
    return redirect(url_for("communities.requests", slug=slug), 303)


@bp.get("/communities/<slug>/invite")
@login_required
def invite(slug: str) -> Any:
    """Find somebody to invite, or type an address."""
    community = find(me(), Community, Act.INVITE, Community.slug == slug)
    return _invite_page(community, AddressForm(formdata=None))


def _invite_page(community: Community, form: AddressForm) -> str:
    text = request.args.get("q", "").strip()[:100]
    found = queries.people_to_invite(me(), community, text) if text else []
    return community_page("communities/invite.html", community, "", form=form, text=text, found=found)


@bp.post("/communities/<slug>/invite/<handle>")
@login_required
@limits.limiter.limit("60 per hour")
def invite_person(slug: str, handle: str) -> Any:
    """Invite somebody who is on the network."""
    with db.unit_of_work():
        community = find(me(), Community, Act.INVITE, Community.slug == slug)
        person = find(me(), Person, Act.READ, Person.handle == handle, Person.status == "active")
        service.invite(me(), community, person)
    flash(_("%(name)s is invited, and will find it in the inbox.", name=person.name), "done")
    return redirect(url_for("communities.requests", slug=slug), 303)


@bp.post("/communities/<slug>/invite")
@login_required
@limits.limiter.limit("60 per hour")
def invite_address(slug: str) -> Any:
    """Invite whoever has an address; the answer is the same whether or not it is anybody's here."""
    form = AddressForm()
    if not form.validate_on_submit():
        return _invite_page(find(me(), Community, Act.INVITE, Community.slug == slug), form), 422
    address = form.address.data or ""
    with db.unit_of_work():
        community = find(me(), Community, Act.INVITE, Community.slug == slug)
        network = current_app.config["COP_SETTINGS"].network_name
        service.invite_address(me(), community, address, *letters.invitation(me(), community, address, network))
    flash(_("%(address)s is invited.", address=address), "done")
    return redirect(url_for("communities.requests", slug=slug), 303)


@bp.post("/communities/<slug>/invitations/<int:id>/withdraw")
@login_required
def withdraw_invitation(slug: str, id: int) -> Any:
    """Take an invitation back."""
    with db.unit_of_work():
        community = find(me(), Community, Act.INVITE, Community.slug == slug)
        invitation = queries.invitation_in(community, id)
        if invitation is not None:
            service.withdraw_invitation(me(), invitation)
    if invitation is None:
        flash(_("It was answered or taken back already, so nothing was done."), "info")
    else:
        flash(_("The invitation is taken back."), "removed")
    return redirect(url_for("communities.requests", slug=slug), 303)


@bp.post("/communities/<slug>/invitation/<any(accept, decline):answer>")
@login_required
def answer_invitation(slug: str, answer: str) -> Any:
    """Answer one's own invitation."""
    with db.unit_of_work():
        community = find(me(), Community, Act.READ, Community.slug == slug)
        invitation = queries.invitation_for(me(), community)
        if invitation is not None:
            _answer(invitation, answer)
    if invitation is None:
        flash(_("This invitation was answered or taken back already."), "info")
    return _after_answer(community, answer if invitation is not None else "")


def _answer(invitation: Invitation, answer: str) -> None:
    deed = service.accept_invitation if answer == "accept" else service.decline_invitation
    deed(me(), invitation)


def _after_answer(community: Community, answer: str) -> Any:
    if answer == "accept":
        flash(_("You belong to “%(name)s” now.", name=community.name), "done")
    elif answer == "decline":
        flash(_("You said no. Nobody is told."), "removed")
    still_seen = policy.can(me(), Act.READ, community)
    return redirect(kinds.of(community).url(community) if still_seen else url_for("communities.directory"), 303)


@bp.get("/communities/invited/<token>")
def invited(token: str) -> Any:
    """Where the link of a letter leads: sign up or in first, then answer."""
    invitation, address = _of_letter(token)
    return render_template(
        "communities/invited.html",
        invitation=invitation,
        community=invitation.community,
        token=token,
        address=address,
        inviter=invitation.inviter.name,
        proved=me() is not None and queries.has_address(me(), address),
    )


@bp.post("/communities/invited/<token>/<any(accept, decline):answer>")
@login_required
def answer_letter(token: str, answer: str) -> Any:
    """Answer the invitation of a letter; only for whoever has proved that its address is theirs."""
    with db.unit_of_work():
        invitation, address = _of_letter(token)
        if not queries.has_address(me(), address):
            raise policy.Unseen
        community = invitation.community
        _answer(invitation, answer)
    return _after_answer(community, answer)


def _of_letter(token: str) -> tuple[Invitation, str]:
    """The invitation that a letter speaks of. Raises BadLink: not ours, too old, or answered."""
    said = links.read("invite", token, letters.INVITATION_HOURS)
    invitation = queries.invitation_of_address(said["community"], said["address"])
    if invitation is None:
        raise links.BadLink
    return invitation, said["address"]
