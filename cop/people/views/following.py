"""Following people, and whom one follows."""

from typing import Any

from flask import render_template, request, url_for
from flask_login import login_required

from cop.core import db, follows, limits, panels
from cop.core.errors import wants_json
from cop.core.login import me
from cop.core.markup import one_line
from cop.core.paging import Pages, page_number
from cop.core.policy import Act, find
from cop.core.web import back
from cop.people import following
from cop.people.models import Person
from cop.people.shown import shown
from cop.people.views import bp

FOLLOWING = {"follow": (Act.FOLLOW, follows.follow), "unfollow": (Act.READ, follows.unfollow)}


@bp.post("/people/<handle>/<any(follow, unfollow):deed>")
@login_required
@limits.limiter.limit(limits.WRITING)
def follow(handle: str, deed: str) -> Any:
    """Hear of what somebody begins, or no longer."""
    act, verb = FOLLOWING[deed]
    with db.unit_of_work():
        verb(me(), find(me(), Person, act, Person.handle == handle))
    return ("", 204) if wants_json() else back("people.person", handle=handle)


@bp.get("/people/following")
@login_required
def followed() -> str:
    """The people whom the reader follows; `off` names the one whom they have just stopped following."""
    page = page_number(request.args.get("page"))
    found = following.followed_by(me(), page)
    off = following.no_longer_followed(me(), one_line(request.args.get("off", "")))
    return render_template(
        "people/following.html",
        people=[shown(person, me()) for person in found.people],
        total=found.total,
        pages=Pages(page, found.pages, lambda number: url_for(".followed", page=number)),
        acts=panels.of_each("listed-person", me(), found.people),
        off=shown(off, me()) if off is not None else None,
    )
