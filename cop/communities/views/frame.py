"""The frame that all pages of one community share: its head, its tabs, and whose it is."""

from typing import Any

from flask import render_template, url_for

from cop.communities import queries
from cop.communities.models import Community
from cop.core import panels, policy
from cop.core.i18n import gettext as _
from cop.core.login import me
from cop.core.policy import Act


def community_page(template: str, community: Community, current: str, **more: Any) -> str:
    """A page of a community, with its tabs; `current` names the tab it stands under, if any."""
    if "standing" not in more:
        more["standing"] = queries.standing(me(), community)
    return render_template(
        template,
        community=community,
        tab_items=_tabs(community, current),
        within=queries.parent_of(me(), community),
        **more,
    )


def _tabs(community: Community, current: str) -> list[dict[str, Any]]:
    """Home, the tools of those who may read the talk, and the members."""
    items: list[dict[str, Any]] = [{"name": "home", "label": _("Home"), "url": community.url}]
    if policy.can(me(), Act.MEMBERS, community) or community.audience in policy.audiences(me()):
        new = queries.news_in(me(), community)
        items += [
            {"name": tab.name, "label": str(tab.label), "url": tab.url(community), "new": new.get(tab.name)}
            for tab in panels.tabs()
        ]
    if policy.can(me(), Act.MEMBERS, community):
        address = url_for("communities.members", slug=community.slug)
        items.append({"name": "members", "label": _("Members"), "url": address})
    return [{**item, "current": item["name"] == current} for item in items]
