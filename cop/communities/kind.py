"""What a community is to search, alerts and live pages."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from sqlalchemy import select

from cop.communities.models import Community, Membership
from cop.core import kinds
from cop.core.db import session
from cop.core.i18n import lazy as _


class CommunityKind(kinds.Kind):
    """A community: found by its name and purpose."""

    name = "community"
    model = Community
    searched = True
    spreads = frozenset({"changed audience"})
    news = frozenset({"asked to join"})
    told: ClassVar[Mapping[str, Any]] = {
        "asked to join": _("%(who)s would like to join"),
        "invited": _("%(who)s invites you to join"),
        "let in": _("%(who)s let you in. Welcome."),
        "declined": _("Your request to join was declined this time"),
        "made facilitator": _("%(who)s made you a facilitator: you look after it together now"),
    }

    def title(self, thing: Any) -> str:
        """Its name."""
        return str(thing.name)

    def text(self, thing: Any) -> str:
        """Its purpose."""
        return str(thing.purpose)

    def url(self, thing: Any) -> str:
        """Its home."""
        return str(thing.url)

    def audience(self, thing: Any) -> frozenset[str]:
        """Who may know of it: members of a hidden one; everyone or the network for a listed one."""
        if not thing.listed:
            return frozenset({f"community:{thing.id}"})
        return frozenset({"public" if thing.reading == "everyone" else "network"})

    def community(self, thing: Any) -> Community:
        """Itself."""
        return thing  # type: ignore[no-any-return]

    def created(self, thing: Any) -> dt.datetime:
        """When it was started."""
        return thing.created_at  # type: ignore[no-any-return]

    def followers(self, thing: Any) -> Iterable[int]:
        """Its facilitators: they hear of requests to join."""
        statement = select(Membership.person_id).where(
            Membership.community_id == thing.id, Membership.role == "facilitator"
        )
        return session().scalars(statement).all()

    def url_after(self, verb: str, thing: Any) -> str:
        """To those who wait, when somebody would like to join; else its home, where an invitation is answered too."""
        return f"{thing.url}/requests" if verb == "asked to join" else str(thing.url)

    def parts(self, thing: Any) -> Iterable[tuple[str, int]]:
        """Everything in it: its readers are their readers."""
        for kind, ids in kinds.in_community(thing.id).items():
            yield from ((kind, id) for id in session().scalars(ids))

    def room(self, thing: Any) -> str:
        """Its own."""
        return f"community:{thing.id}"
