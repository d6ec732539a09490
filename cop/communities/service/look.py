"""How a community looks: its colour, intro and banner."""

from cop.communities.models import CLOTHS, Community, Front
from cop.core import files
from cop.core.activity import record
from cop.core.db import session
from cop.core.files import File, Picture
from cop.core.markup import Rendered
from cop.people.models import Person


def front_of(community: Community) -> Front:
    """What a community shows at its door, to be changed."""
    front = session().get(Front, community.id)
    if front is None:
        front = Front(community_id=community.id, intro="", intro_html="", banner_alt="", welcome="", welcome_html="")
        session().add(front)
    return front


def change_look(facilitator: Person, community: Community, cloth: int, intro: Rendered) -> None:
    """Set a community's colour and intro."""
    if not 1 <= cloth <= CLOTHS:
        raise ValueError(cloth)
    front = front_of(community)
    if (community.cloth, front.intro) == (cloth, intro.source):
        return
    community.cloth, front.intro, front.intro_html = cloth, intro.source, str(intro.html)
    files.claim(facilitator, community, front.intro_html)
    record(facilitator, "changed look", community)


def change_banner(facilitator: Person, community: Community, picture: Picture | None, alt: str) -> None:
    """Set a new banner (None: keep the one there is) and its words. It is served to those who read the community."""
    front = front_of(community)
    if picture is not None:
        _let_go(front)
        file = files.store(facilitator, picture)
        file.owner_kind, file.owner_id = "community", community.id
        front.banner_id = file.id
    front.banner_alt = alt if front.banner_id is not None else ""
    record(facilitator, "changed look", community)


def remove_banner(facilitator: Person, community: Community) -> None:
    """Show no banner any more."""
    front = front_of(community)
    if front.banner_id is not None:
        _let_go(front)
        record(facilitator, "changed look", community)


def _let_go(front: Front) -> None:
    """The old picture belongs to nothing now; its bytes go with the next cleaning, not before the commit."""
    old = session().get(File, front.banner_id) if front.banner_id is not None else None
    front.banner_id, front.banner_alt = None, ""
    if old is not None:
        old.owner_kind = old.owner_id = None
