"""What communities and invitations are to search, alerts and live pages."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from cop.communities import rules
from cop.communities.models import Community, Invitation, Membership, Proposal
from cop.communities.service.members import ASKING
from cop.core import kinds
from cop.core.db import session
from cop.core.i18n import lazy as _


class CommunityKind(kinds.Kind):
    """A community: found by its name and purpose."""

    name = "community"
    model = Community
    searched = True
    spreads = frozenset({"changed audience"})
    news = frozenset(ASKING)
    told: ClassVar[Mapping[str, Any]] = {
        "asked to join": _("%(who)s would like to join"),
        "answered the question": _("%(who)s would like to join, and answered what was asked"),
        "asked back": _("%(who)s asks you something before deciding whether to let you in"),
        "changed audience": _("%(who)s let fewer people read the community around it; so fewer read this one too"),
        "let in": _("%(who)s let you in. Welcome."),
        "declined": _("%(who)s answered your request to join: not this time"),
        "made facilitator": _("%(who)s made you a facilitator: you look after it together now"),
    }

    def title(self, thing: Any) -> str:
        """Its name."""
        return str(thing.name)

    def text(self, thing: Any) -> str:
        """Its purpose, and for whom it is."""
        return "\n".join(filter(None, (thing.purpose, thing.for_whom)))

    def url(self, thing: Any) -> str:
        """Its home."""
        return str(thing.url)

    def audience(self, thing: Any) -> frozenset[str]:
        """Who may know of it: members of a hidden one; everyone or the network for a listed one.

        Of one within another, nobody who does not read that one: but its own members do in any case.
        """
        own = f"community:{thing.id}"
        if not thing.listed:
            return frozenset({own})
        if rules.lies_hidden(thing):
            return frozenset({own, thing.parent.audience})
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
        """To those who wait, when somebody would like to join; to one's own request, when that is answered."""
        if verb in ASKING:
            return f"{thing.url}/requests"
        return f"{thing.url}/ask-to-join" if verb in {"asked back", "declined"} else str(thing.url)

    def parts(self, thing: Any) -> Iterable[tuple[str, int]]:
        """Everything in it: its readers are their readers."""
        for kind, ids in kinds.in_community(thing.id).items():
            yield from ((kind, id) for id in session().scalars(ids))

    def room(self, thing: Any) -> str:
        """Its own."""
        return f"community:{thing.id}"

    def may_see_file(self, person: Any | None, thing: Any, file: Any) -> bool:
        """Its banner, and the pictures of its intro and welcome: those who read it, and not all who know of it."""
        return rules.reads(person, thing)

    def load(self, ids: Sequence[int]) -> list[Any]:
        """With what it lies within."""
        return list(
            session().scalars(select(Community).where(Community.id.in_(ids)).options(joinedload(Community.parent)))
        )


class InvitationKind(kinds.Kind):
    """An invitation. It has no live room: what becomes of one is nobody's to hear but whom it is for."""

    name = "invitation"
    model = Invitation
    told: ClassVar[Mapping[str, Any]] = {
        "invited": _("%(who)s invites you to join"),
        "recommended": _("%(who)s thinks that this community may be for you"),
    }

    def title(self, thing: Any) -> str:
        """The community's name."""
        return str(thing.community.name)

    def text(self, thing: Any) -> str:
        """What the community is for."""
        return str(thing.community.purpose)

    def url(self, thing: Any) -> str:
        """The community's home, where it is answered."""
        return str(thing.community.url)

    def in_community(self, community_id: int) -> Select[Any]:
        """All of them: where they lead may go out of sight."""
        return select(Invitation.id).where(Invitation.community_id == community_id)

    def load(self, ids: Sequence[int]) -> list[Any]:
        """With the community."""
        statement = select(Invitation).where(Invitation.id.in_(ids)).options(joinedload(Invitation.community))
        return list(session().scalars(statement))


class ProposalKind(kinds.Kind):
    """A community that is to start: its founder and the managers hear of it."""

    name = "proposal"
    model = Proposal
    told: ClassVar[Mapping[str, Any]] = {
        "proposed": _("%(who)s would like to start a community"),
        "approved": _("%(who)s approved it: your community is open"),
        "declined": _("%(who)s did not approve it; read why, and propose it again if you like"),
    }

    def title(self, thing: Any) -> str:
        """What it is to be called."""
        return str(thing.name)

    def text(self, thing: Any) -> str:
        """Why it was declined, else what it is to be for."""
        return str(thing.words or thing.plan["purpose"])

    def url(self, thing: Any) -> str:
        """Its page."""
        return str(thing.url)

    def url_after(self, verb: str, thing: Any) -> str:
        """To the community, once there is one."""
        return str(thing.community.url) if verb == "approved" and thing.community is not None else str(thing.url)
