"""What communities write in e-mails."""

from cop.communities.models import Community
from cop.core import links
from cop.core.i18n import gettext as _
from cop.people.models import Person

INVITATION_HOURS = 30 * 24


def invitation(inviter: Person, community: Community, address: str, network: str) -> tuple[str, str]:
    """Subject and text of an invitation to somebody who may not be on the network yet."""
    token = links.sign("invite", {"community": community.id, "address": address})
    subject = _("%(name)s invites you to %(community)s", name=inviter.name, community=community.name)
    paragraphs = [
        _("Hello,"),
        _(
            "%(name)s would like you to join “%(community)s” on %(network)s, a network of people in education.",
            name=inviter.name,
            community=community.name,
            network=network,
        ),
        _("What it is for: %(purpose)s", purpose=community.purpose),
        _("To look at it and decide, open this address within 30 days:"),
        links.absolute(f"/communities/invited/{token}"),
        _("If you would rather not, you need do nothing. Nobody is told."),
    ]
    return subject, "\n\n".join(paragraphs) + "\n"
