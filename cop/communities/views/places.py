"""The home and the settings of a community; starting one."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request
from flask_login import login_required

from cop.communities import queries, rules, service
from cop.communities.forms import CommunityForm
from cop.communities.models import Community
from cop.communities.views import bp
from cop.communities.views.frame import community_page
from cop.core import db, kinds, limits, panels, policy
from cop.core.i18n import gettext as _
from cop.core.login import me
from cop.core.policy import Act, access, find
from cop.people.models import Person


@bp.route("/communities/new", methods=["GET", "POST"])
@login_required
@limits.limiter.limit("20 per day", methods=["POST"])
def new() -> Any:
    """Start a community."""
    form = CommunityForm()
    if not form.validate_on_submit():
        access(me(), Person, me().id, Act.START)
        return render_template("communities/new.html", form=form), 422 if form.is_submitted() else 200
    with db.unit_of_work():
        founder = access(me(), Person, me().id, Act.START)
        community = service.start_community(founder, form.wanted())
    flash(_("“%(name)s” is open. Invite the first people, and ask the first question.", name=community.name), "done")
    return redirect(kinds.of(community).url(community), 303)


@bp.get("/communities/<slug>")
def home(slug: str) -> Any:
    """What a community is for, who looks after it, and what is new there for this reader."""
    community = find(me(), Community, Act.READ, Community.slug == slug)
    standing = queries.standing(me(), community)  # first: panels ask for the membership that comes with it
    facilitators = queries.facilitators_of(me(), [community]).get(community.id, [])
    return community_page(
        "communities/home.html",
        community,
        "home",
        standing=standing,
        facilitators=facilitators,
        acts=panels.of_each("facilitator-acts", me(), facilitators) if _may_ask_first(community) else {},
        panels=panels.of("community", me(), community),
        aside_panels=panels.of("community-aside", me(), community),
        reads=community.audience in policy.audiences(me()),
    )


def _may_ask_first(community: Community) -> bool:
    """Whether the reader is somebody who may wish to know more before they join."""
    return me() is not None and not rules.is_member(me(), community)


@bp.post("/communities/<slug>/visited")
@login_required
def visited(slug: str) -> Any:
    """Note that a member is here: sent by the page after it was shown."""
    with db.unit_of_work():
        community = find(me(), Community, Act.READ, Community.slug == slug)
        service.was_here(me(), community)
    return "", 204


@bp.route("/communities/<slug>/settings", methods=["GET", "POST"])
@login_required
def edit(slug: str) -> Any:
    """Change what a community says of itself, who reads it and how people join."""
    form = CommunityForm()
    if not form.validate_on_submit():
        community = find(me(), Community, Act.EDIT, Community.slug == slug)
        if not form.is_submitted():
            form.show(community)
        return community_page("communities/edit.html", community, "", form=form), 422 if form.is_submitted() else 200
    with db.unit_of_work():
        community = find(me(), Community, Act.EDIT, Community.slug == slug)
        service.change_community(me(), community, form.wanted())
    flash(_("Saved."), "done")
    return redirect(kinds.of(community).url(community), 303)


@bp.get("/communities/<slug>/mentionable")
@login_required
@limits.limiter.limit("240 per minute")
def mentionable(slug: str) -> Any:
    """People who may be mentioned in what is written here, for a script: those who may read it."""
    community = find(me(), Community, Act.ASK, Community.slug == slug)
    found = queries.mentionable(me(), community, request.args.get("q", "")[:60])
    return jsonify(
        [
            {"handle": each.handle, "name": each.name, "role": each.role, "institution": each.institution}
            for each in found
        ]
    )
