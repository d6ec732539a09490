"""What newcomers do with their welcome: tick a step, or see it no more."""

from typing import Any

from flask import flash, redirect, url_for
from flask_login import login_required

from cop.communities import service
from cop.communities.models import STEPS, Community
from cop.communities.views import bp
from cop.core import db, limits, policy
from cop.core.i18n import gettext as _
from cop.core.login import me
from cop.core.policy import Act, find


@bp.post("/communities/<slug>/welcome/<int:step>/<any(done, undone):how>")
@login_required
@limits.limiter.limit(limits.WRITING)
def tick(slug: str, step: int, how: str) -> Any:
    """Say that a first step is done, or not yet."""
    if not 1 <= step <= STEPS:
        raise policy.Unseen
    with db.unit_of_work():
        community = find(me(), Community, Act.READ, Community.slug == slug)
        service.tick(me(), community, step, done=how == "done")
    return redirect(url_for("communities.home", slug=slug, _anchor="welcome"), 303)


@bp.post("/communities/<slug>/welcome/dismiss")
@login_required
def dismiss(slug: str) -> Any:
    """See the welcome no more."""
    with db.unit_of_work():
        community = find(me(), Community, Act.READ, Community.slug == slug)
        service.dismiss(me(), community)
    flash(_("The welcome does not come back. Ask whatever you like to know."), "removed")
    return redirect(url_for("communities.home", slug=slug), 303)
