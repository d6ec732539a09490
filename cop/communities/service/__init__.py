"""What people do with communities. Each deed changes rows and records itself; none commits.

`places`: the community itself. `members`: who belongs, and who looks after it. `joining`: requests and invitations.
"""

from cop.communities.service.joining import (
    accept_invitation,
    accept_request,
    ask_to_join,
    decline_invitation,
    decline_request,
    invite,
    invite_address,
    withdraw_invitation,
)
from cop.communities.service.members import (
    LastFacilitator,
    join,
    leave,
    make_facilitator,
    recount_members,
    remove_member,
    step_down,
)
from cop.communities.service.places import Purpose, change_community, start_community, was_here

__all__ = [
    "LastFacilitator",
    "Purpose",
    "accept_invitation",
    "accept_request",
    "ask_to_join",
    "change_community",
    "decline_invitation",
    "decline_request",
    "invite",
    "invite_address",
    "join",
    "leave",
    "make_facilitator",
    "recount_members",
    "remove_member",
    "start_community",
    "step_down",
    "was_here",
    "withdraw_invitation",
]
