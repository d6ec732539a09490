"""Inviting people, and telling others of a community; what became of the invitations; and answering one's own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_login import login_required

from cop.communities import queries, service
from cop.communities.forms import PasteForm
from cop.communities.models import Community, Invitation
from cop.communities.views import bp
from cop.communities.views.frame import community_page
from cop.core import db, kinds, limits, policy
from cop.core.addresses import Pasted
from cop.core.i18n import gettext as _
from cop.core.i18n import ngettext
from cop.core.login import me
from cop.core.paging import Pages, page_number
from cop.core.policy import Act, find
from cop.people.models import Person

OFTEN = "60 per hour"


@dataclass(frozen=True)
class Way:
    """One of the two ways to bring people in: a facilitator invites, a member tells others."""

    endpoint: str
    act: Act
    at_once: int
    deed: Callable[[Person, Community, Sequence[str]], service.Sent]
    template: str


INVITING = Way("invite", Act.INVITE, service.AT_ONCE, service.invite_addresses, "communities/invite.html")
TELLING = Way("recommend", Act.RECOMMEND, service.TOLD_AT_ONCE, service.recommend, "communities/recommend.html")


@bp.route("/communities/<slug>/invite", methods=["GET", "POST"])
@login_required
@limits.limiter.limit(OFTEN, methods=["POST"])
def invite(slug: str) -> Any:
    """Paste addresses, see what was read in them, and invite; or find somebody who is on the network."""
    return _paste(slug, INVITING)


@bp.route("/communities/<slug>/recommend", methods=["GET", "POST"])
@login_required
@limits.limiter.limit(OFTEN, methods=["POST"])
def recommend(slug: str) -> Any:
    """Tell colleagues of a community: they may join or ask to, as anybody may."""
    return _paste(slug, TELLING)


def _paste(slug: str, way: Way) -> Any:
    form = PasteForm(way.at_once)
    community = find(me(), Community, way.act, Community.slug == slug)
    if not form.is_submitted():
        return _page(community, way, form)
    if not form.validate():
        return _page(community, way, form), 422
    if request.form.get("step") == "send" and form.pasted.good:
        return _send(slug, way, form)
    return _looked_through(community, way, form)


def _page(community: Community, way: Way, form: PasteForm, bad: Sequence[str] = ()) -> str:
    text = request.args.get("q", "").strip()[:100]
    found = queries.people_to_invite(me(), community, text) if text else []
    return community_page(way.template, community, "", form=form, text=text, found=found, way=way, bad=bad)


def _looked_through(community: Community, way: Way, form: PasteForm) -> str:
    """What was read, before anything is sent; what was not stands in the field, to be mended."""
    read = form.pasted
    form.leave(read)
    if not read.good:
        return _page(community, way, form, read.bad)
    before = queries.invited_before(me(), community, read.good) if way is INVITING else set()
    return community_page(
        "communities/looked_through.html", community, "", form=form, way=way, read=read, before=before
    )


def _send(slug: str, way: Way, form: PasteForm) -> Any:
    """Send to those that were read. What was not stays in the field, and the page says so."""
    try:
        with db.unit_of_work():
            community = find(me(), Community, way.act, Community.slug == slug)
            sent = way.deed(me(), community, form.pasted.good)
    except service.TooManyToday as refusal:
        form.addresses.errors = [_too_many(refusal.left)]
        return _looked_through(find(me(), Community, way.act, Community.slug == slug), way, form), 422
    flash(_sent_words(way, sent), "done")
    bad = form.pasted.bad
    if bad:
        form.leave(Pasted((), bad))
        return _page(find(me(), Community, way.act, Community.slug == slug), way, form, bad), 422
    return redirect(_afterwards(slug, way), 303)


def _afterwards(slug: str, way: Way) -> str:
    return url_for(".invitations", slug=slug) if way is INVITING else url_for(".home", slug=slug)


def _sent_words(way: Way, sent: service.Sent) -> str:
    if way is TELLING:
        return _("Sent. They may look at it, and join as anybody may.")
    told = ngettext("One invitation is sent.", "%(num)s invitations are sent.", sent.new) if sent.new else ""
    before = ngettext(
        "One person was invited before, and is not written to again.",
        "%(num)s people were invited before, and are not written to again.",
        sent.before,
    )
    return " ".join([told, *([before] if sent.before else [])]).strip()


def _too_many(left: int) -> str:
    return ngettext(
        "You can send to one more person today. Send to the others tomorrow.",
        "You can send to %(num)s more people today. Send to the others tomorrow.",
        left,
    )


@bp.post("/communities/<slug>/invite/<handle>")
@login_required
@limits.limiter.limit(OFTEN)
def invite_person(slug: str, handle: str) -> Any:
    """Invite somebody who is on the network."""
    with db.unit_of_work():
        community = find(me(), Community, Act.INVITE, Community.slug == slug)
        person = find(me(), Person, Act.READ, Person.handle == handle, Person.status == "active")
        service.invite(me(), community, person)
    flash(_("%(name)s is invited, and will find it in the inbox.", name=person.name), "done")
    return redirect(url_for(".invitations", slug=slug), 303)


@bp.post("/communities/<slug>/recommend/<handle>")
@login_required
@limits.limiter.limit(OFTEN)
def recommend_to(slug: str, handle: str) -> Any:
    """Tell somebody who is on the network."""
    try:
        with db.unit_of_work():
            community = find(me(), Community, Act.RECOMMEND, Community.slug == slug)
            person = find(me(), Person, Act.READ, Person.handle == handle, Person.status == "active")
            service.recommend_to(me(), community, person)
    except service.TooManyToday as refusal:
        flash(_too_many(refusal.left), "problem")
        return redirect(url_for(".recommend", slug=slug), 303)
    flash(_("%(name)s will find it in the inbox.", name=person.name), "done")
    return redirect(url_for(".home", slug=slug), 303)


# -- what became of them ----------------------------------------------------------------------------------------------


@bp.get("/communities/<slug>/invitations")
@login_required
def invitations(slug: str) -> Any:
    """Who was invited, by state."""
    which = request.args.get("which", queries.STATES[0])
    if which not in queries.STATES:
        abort(404)
    community = find(me(), Community, Act.INVITE, Community.slug == slug)
    found = queries.invitations_from(me(), community, which, page_number(request.args.get("page")))
    labels = {"waiting": _("Waiting"), "came": _("Came"), "expired": _("Expired")}
    return community_page(
        "communities/invitations.html",
        community,
        "",
        found=found,
        which=which,
        states=[
            {
                "label": labels[state],
                "count": found.counts.get(state, 0),
                "url": url_for(".invitations", slug=slug, which=state),
                "current": state == which,
            }
            for state in queries.STATES
        ],
        pages=Pages(found.page, found.pages, lambda page: url_for(".invitations", slug=slug, which=which, page=page)),
    )


@bp.post("/communities/<slug>/invitations/<int:id>/send")
@login_required
@limits.limiter.limit(OFTEN)
def send_invitation_again(slug: str, id: int) -> Any:
    """Send an invitation once more."""
    try:
        with db.unit_of_work():
            invitation = _invitation(slug, id)
            if invitation is not None:
                service.send_again(me(), invitation)
    except service.TooSoon:
        flash(_("It was sent less than a day ago. Give it a little time."), "info")
    except service.TooManyToday as refusal:
        flash(_too_many(refusal.left), "problem")
    else:
        _told(invitation, _("Sent again. It is open for two more weeks."), "done")
    return redirect(url_for(".invitations", slug=slug), 303)


@bp.post("/communities/<slug>/invitations/<int:id>/withdraw")
@login_required
def withdraw_invitation(slug: str, id: int) -> Any:
    """Take an invitation back."""
    with db.unit_of_work():
        invitation = _invitation(slug, id)
        if invitation is not None:
            service.withdraw_invitation(me(), invitation)
    _told(invitation, _("The invitation is taken back. The link in its letter does not work any more."), "removed")
    return redirect(url_for(".invitations", slug=slug), 303)


def _invitation(slug: str, id: int) -> Invitation | None:
    community = find(me(), Community, Act.INVITE, Community.slug == slug)
    return queries.invitation_in(community, id)


def _told(invitation: Invitation | None, sentence: str, category: str) -> None:
    if invitation is None:
        flash(_("It was answered or taken back already, so nothing was done."), "info")
    else:
        flash(sentence, category)


# -- one's own --------------------------------------------------------------------------------------------------------


@bp.post("/communities/<slug>/invitation/<any(accept, decline):answer>")
@login_required
def answer_invitation(slug: str, answer: str) -> Any:
    """Answer one's own invitation."""
    with db.unit_of_work():
        community = find(me(), Community, Act.READ, Community.slug == slug)
        invitation = queries.invitation_for(me(), community)
        if invitation is not None:
            deed = service.accept_invitation if answer == "accept" else service.decline_invitation
            deed(me(), invitation)
    if invitation is None:
        flash(_("This invitation was answered or taken back already."), "info")
    return after_answer(community, answer if invitation is not None else "")


def after_answer(community: Community, answer: str) -> Any:
    """On to the community, or away from it where it is out of sight now."""
    if answer == "accept":
        flash(_("You belong to “%(name)s” now.", name=community.name), "done")
    elif answer == "decline":
        flash(_("You said no. Nobody is told."), "removed")
    still_seen = policy.can(me(), Act.READ, community)
    return redirect(kinds.of(community).url(community) if still_seen else url_for(".directory"), 303)
