"""Lists of topics: of the whole network, and of one community."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for

from cop.communities.models import Community
from cop.core import policy, terms
from cop.core.i18n import lazy as _
from cop.core.login import me
from cop.core.paging import Pages, page_number
from cop.core.policy import Act, find
from cop.core.terms import Term
from cop.forums import queries
from cop.forums.views import bp

LABELS = {
    "latest": _("Latest"),
    "unanswered": _("Waiting for an answer"),
    "mine": _("Mine"),
    "followed": _("Followed"),
}


def url_for_page(page: int) -> str:
    """The address of another page of the list that is shown."""
    return _url_with(page=page)


def _url_with(**changed: Any) -> str:
    values: dict[str, Any] = {**(request.view_args or {}), **request.args.to_dict(), **changed}
    return url_for(str(request.endpoint), **values)


@bp.get("/topics")
def latest() -> Any:
    """Topics of all communities that the reader may see."""
    return _page(None)


@bp.get("/communities/<slug>/topics")
def community(slug: str) -> Any:
    """The forum of one community."""
    found = find(me(), Community, Act.READ, Community.slug == slug)
    return _page(found)


def _page(community: Community | None) -> Any:
    which = request.args.get("list", "latest")
    if which in {"mine", "followed"} and me() is None:
        return redirect(url_for("people.sign_in", next=request.full_path), 302)
    page = page_number(request.args.get("page"))
    if which not in LABELS:
        abort(404)
    term = terms.term(request.args["tag"]) if request.args.get("tag") else None
    if request.args.get("tag") and term is None:
        abort(404)
    is_forum = community is not None and term is None and which == "latest"
    found = queries.topics(me(), "forum" if is_forum else which, community, term, page)
    if term is not None and page == 1 and not found.rows and not _is_seen(term, community):
        abort(404)  # a term of things this reader may not see is a term that does not exist
    if term is not None and term.slug != request.args["tag"]:
        return redirect(_url_with(tag=term.slug), 301)
    return render_template(
        "forums/list.html",
        community=community,
        which=which,
        term=term,
        found=found,
        pages=Pages(found.page, found.pages, url_for_page),
        tabs=_tabs(community, which),
        may_ask=community is not None and policy.can(me(), Act.ASK, community),
        sees_talk=community is None or _sees_talk(community),
    )


def _is_seen(term: Term, community: Community | None) -> bool:
    """Whether there is a term for this reader: something that they see elsewhere is filed under it."""
    return community is not None and bool(queries.topics(me(), "latest", None, term).rows)


def _sees_talk(community: Community) -> bool:
    return community.audience in policy.audiences(me())


def _tabs(community: Community | None, which: str) -> list[dict[str, Any]]:
    endpoint = "forums.community" if community else "forums.latest"
    values: dict[str, Any] = {"slug": community.slug} if community else {}
    shown = LABELS if me() is not None else {name: LABELS[name] for name in ("latest", "unanswered")}
    return [
        {
            "label": label,
            "url": url_for(endpoint, **values, list=name if name != "latest" else None),
            "current": name == which,
        }
        for name, label in shown.items()
    ]
