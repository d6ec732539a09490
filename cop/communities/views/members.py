"""Who belongs to a community: the list, joining, leaving, and what facilitators do with members."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import login_required

from cop.communities import queries, rules, service
from cop.communities.models import Community
from cop.communities.views import bp
from cop.communities.views.frame import community_page
from cop.core import db, kinds, limits, policy
from cop.core.i18n import gettext as _
from cop.core.login import me
from cop.core.paging import Pages, page_number
from cop.core.policy import Act, find
from cop.core.web import back
from cop.people.models import Person


@bp.get("/communities/<slug>/members")
@login_required
def members(slug: str) -> Any:
    """A community's members: for its members, and for signed-in people where they may read its talk."""
    community = find(me(), Community, Act.MEMBERS, Community.slug == slug)
    found = queries.members_of(me(), community, page_number(request.args.get("page")))
    return community_page(
        "communities/members.html",
        community,
        "members",
        found=found,
        pages=Pages(found.page, found.pages, lambda page: url_for(".members", slug=slug, page=page)),
    )


@bp.post("/communities/<slug>/join")
@login_required
@limits.limiter.limit(limits.WRITING)
def join(slug: str) -> Any:
    """Become a member at once; pressing twice does no harm."""
    with db.unit_of_work():
        community = find(me(), Community, Act.READ, Community.slug == slug)
        if not rules.is_member(me(), community):
            policy.require(me(), Act.JOIN, community)
            service.join(me(), community)
    flash(_("You belong to “%(name)s” now.", name=community.name), "done")
    return back("communities.home", slug=slug)


@bp.route("/communities/<slug>/leave", methods=["GET", "POST"])
@login_required
def leave(slug: str) -> Any:
    """Stop being a member; the last facilitator names who looks after it next."""
    return _give_up(slug, Act.LEAVE, service.leave, "communities/leave.html", _("You have left “%(name)s”."))


@bp.route("/communities/<slug>/step-down", methods=["GET", "POST"])
@login_required
def step_down(slug: str) -> Any:
    """Look after a community no longer, and stay a member."""
    done = _("You are a member of “%(name)s” now, and no longer look after it.")
    return _give_up(slug, Act.FACILITATE, service.step_down, "communities/step_down.html", done)


def _give_up(slug: str, act: Act, deed: Any, template: str, done: str) -> Any:
    """Leave or step down: the page that asks, or the deed."""
    if request.method == "GET":
        return _asking(template, find(me(), Community, act, Community.slug == slug), refused=False)
    with db.unit_of_work():
        community = find(me(), Community, act, Community.slug == slug)
        handle = request.form.get("successor", "")
        try:
            deed(me(), community, queries.member_named(community, handle) if handle else None)
        except service.LastFacilitator:
            return _asking(template, community, refused=True), 422
        still_seen = policy.can(me(), Act.READ, community)
    flash(done % {"name": community.name}, "removed")
    return redirect(kinds.of(community).url(community) if still_seen else url_for("communities.directory"), 303)


def _asking(template: str, community: Community, refused: bool) -> str:
    successors: list[Person] = []
    last = rules.is_facilitator(me(), community) and not queries.others_look_after(me(), community)
    if last:
        successors = queries.possible_successors(me(), community)
    return community_page(template, community, "", last=last, successors=successors, refused=refused)


@bp.post("/communities/<slug>/members/<handle>/facilitator")
@login_required
def make_facilitator(slug: str, handle: str) -> Any:
    """Let a member look after the community too."""
    with db.unit_of_work():
        community = find(me(), Community, Act.FACILITATE, Community.slug == slug)
        person = _member(community, handle)
        service.make_facilitator(me(), community, person)
    flash(_("%(name)s looks after this community too, from now on.", name=person.name), "done")
    return redirect(url_for("communities.members", slug=slug), 303)


@bp.post("/communities/<slug>/members/<handle>/remove")
@login_required
def remove(slug: str, handle: str) -> Any:
    """Put somebody out."""
    with db.unit_of_work():
        community = find(me(), Community, Act.FACILITATE, Community.slug == slug)
        person = _member(community, handle)
        service.remove_member(me(), community, person)
    flash(_("%(name)s does not belong to this community any more.", name=person.name), "removed")
    return redirect(url_for("communities.members", slug=slug), 303)


def _member(community: Community, handle: str) -> Person:
    person = queries.member_named(community, handle)
    if person is None:
        raise policy.Unseen
    return person
