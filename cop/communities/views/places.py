"""The home of a community."""

from typing import Any

from flask import jsonify, request
from flask_login import login_required

from cop.communities import queries, rules, service
from cop.communities.models import Community
from cop.communities.shapes import SHAPES
from cop.communities.views import bp
from cop.communities.views.frame import community_page
from cop.core import db, limits, panels, policy
from cop.core.login import me
from cop.core.policy import Act, find


@bp.get("/communities/<slug>")
def home(slug: str) -> Any:
    """What a community is for, who looks after it, and what is new there for this reader."""
    community = find(me(), Community, Act.READ, Community.slug == slug)
    standing = queries.standing(me(), community)  # first: panels ask for the membership that comes with it
    facilitators = queries.facilitators_of(me(), [community]).get(community.id, [])
    front = queries.front_of(me(), community)
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
        front=front,
        inside=queries.within(me(), community),
        welcome=queries.welcome_for(me(), community, standing.membership, front),
        shape=SHAPES.get(community.shape),
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
