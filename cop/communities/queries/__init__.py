"""Questions about communities. Each takes the person who asks and answers only what they may see.

`directory`: the list of communities. `suggested`: which of them may be for somebody. `places`: communities themselves.
`members`: who belongs. `requests` to join. `invitations`.
"""

from cop.communities.queries.directory import (
    FACETS,
    SORTS,
    WHICH,
    Asked,
    Directory,
    DirectoryRow,
    directory,
    largest,
    mine,
)
from cop.communities.queries.invitations import (
    STATES,
    Invited,
    InvitedList,
    has_address,
    invitation_for,
    invitation_in,
    invitations_from,
    invited_before,
    of_mark,
    people_to_invite,
)
from cop.communities.queries.members import (
    Member,
    Members,
    member_named,
    members_of,
    mentionable,
    others_look_after,
    possible_successors,
)
from cop.communities.queries.places import (
    Standing,
    audience_sentence,
    facilitators_of,
    named,
    news_in,
    offered,
    shared_places,
    standing,
    visited_at,
)
from cop.communities.queries.requests import Waiting, request_in, request_of, requests_waiting, shown_request
from cop.communities.queries.suggested import suggested

__all__ = [
    "FACETS",
    "SORTS",
    "STATES",
    "WHICH",
    "Asked",
    "Directory",
    "DirectoryRow",
    "Invited",
    "InvitedList",
    "Member",
    "Members",
    "Standing",
    "Waiting",
    "audience_sentence",
    "directory",
    "facilitators_of",
    "has_address",
    "invitation_for",
    "invitation_in",
    "invitations_from",
    "invited_before",
    "largest",
    "member_named",
    "members_of",
    "mentionable",
    "mine",
    "named",
    "news_in",
    "of_mark",
    "offered",
    "others_look_after",
    "people_to_invite",
    "possible_successors",
    "request_in",
    "request_of",
    "requests_waiting",
    "shared_places",
    "shown_request",
    "standing",
    "suggested",
    "visited_at",
]
