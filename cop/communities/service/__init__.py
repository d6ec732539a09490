"""What people do with communities. Each deed changes rows and records itself; none commits.

`places`: the community itself. `members`: who belongs, and who looks after it. `requests` to join. `invitations`.
"""

from cop.communities.service.invitations import (
    AT_ONCE,
    TOLD_AT_ONCE,
    Sent,
    TooManyToday,
    TooSoon,
    accept_invitation,
    decline_invitation,
    invite,
    invite_addresses,
    recommend,
    recommend_to,
    send_again,
    sign_up_by,
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
from cop.communities.service.requests import (
    AskedAlready,
    accept_request,
    answer_question,
    ask_back,
    ask_to_join,
    decline_request,
)

__all__ = [
    "AT_ONCE",
    "TOLD_AT_ONCE",
    "AskedAlready",
    "LastFacilitator",
    "Purpose",
    "Sent",
    "TooManyToday",
    "TooSoon",
    "accept_invitation",
    "accept_request",
    "answer_question",
    "ask_back",
    "ask_to_join",
    "change_community",
    "decline_invitation",
    "decline_request",
    "invite",
    "invite_addresses",
    "join",
    "leave",
    "make_facilitator",
    "recommend",
    "recommend_to",
    "recount_members",
    "remove_member",
    "send_again",
    "sign_up_by",
    "start_community",
    "step_down",
    "was_here",
    "withdraw_invitation",
]
