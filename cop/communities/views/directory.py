"""The list of communities: every state of it has an address."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for

from cop.communities import queries, rules
from cop.communities.queries import Asked, DirectoryRow
from cop.communities.views import bp
from cop.core import panels
from cop.core.i18n import gettext as _
from cop.core.login import me
from cop.core.paging import Pages, page_number
from cop.people.shown import ShownPerson

SUGGESTED, SUGGESTED_FIRST = 20, 3
"""Communities that are recommended, on the page of them and at the head of the list."""
FEW = 3
"""Who belongs to fewer communities is recommended some at the head of the list."""


@bp.get("/communities")
def directory() -> Any:
    """Communities that the reader may know of: all, their own, or those that may be for them."""
    asked = _asked()
    if asked.which != "all" and me() is None:
        return redirect(url_for("people.sign_in", next=request.full_path), 302)
    if asked.which == "for-you":
        return _page(asked, suggested=queries.suggested(me(), SUGGESTED))
    found = queries.directory(me(), asked)
    suggested = queries.suggested(me(), SUGGESTED_FIRST) if asked.is_plain and _looks_round() else []
    return _page(asked, suggested, found)


def _looks_round() -> bool:
    """Whether the reader belongs to so few communities that they may want to hear of others before all."""
    return me() is not None and len(rules.roles_of(me())) < FEW


def _asked() -> Asked:
    """What the address asks for; 404 for what no page leads to."""
    which, sort = request.args.get("which", queries.WHICH[0]), request.args.get("sort", queries.SORTS[0])
    if which not in queries.WHICH or sort not in queries.SORTS:
        abort(404)
    chosen = {
        name: tuple(value for value in values if value in request.args.getlist(name))
        for name, values in queries.FACETS.items()
    }
    return Asked(
        request.args.get("q", "").strip()[:100],
        which,
        {name: values for name, values in chosen.items() if values},
        sort,
        page_number(request.args.get("page")),
    )


def _page(asked: Asked, suggested: list[DirectoryRow], found: queries.Directory | None = None) -> str:
    rows = [*suggested, *(found.rows if found is not None else ())]

    def address(**changes: Any) -> str:
        kept = {"which": asked.which, "q": asked.text or None, "sort": asked.sort, **asked.chosen}
        plain = {"which": queries.WHICH[0], "sort": queries.SORTS[0], "page": 1}
        return url_for(
            ".directory", **{name: value for name, value in {**kept, **changes}.items() if value != plain.get(name)}
        )

    return render_template(
        "communities/directory.html",
        asked=asked,
        found=found,
        suggested=suggested,
        acts=_ways_to_ask(rows),
        proposals=queries.proposals_beside_list(me()),
        pages=Pages(found.page, found.pages, lambda page: address(page=page)) if found is not None else None,
        clear_url=url_for(".directory", which=asked.which if asked.which != "all" else None),
        tab_items=[
            {"label": label, "url": address(which=name), "current": name == asked.which}
            for name, label in (("all", _("All")), ("mine", _("Mine")), ("for-you", _("For you")))
        ],
        sorts=[
            {"label": label, "url": address(sort=name), "current": name == asked.sort}
            for name, label in (("members", _("Most members")), ("active", _("Most lively")), ("new", _("Newest")))
        ],
    )


def _ways_to_ask(rows: list[DirectoryRow]) -> dict[int, list[tuple[str, Any]]]:
    """How the reader may write to the facilitators of communities to which they do not belong; by person."""
    asked_first: dict[int, ShownPerson] = {
        each.id: each for row in rows if not row.role for each in row.facilitators if me() is not None
    }
    return panels.of_each("facilitator-acts", me(), list(asked_first.values()))
