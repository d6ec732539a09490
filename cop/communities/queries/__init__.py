"""Questions about communities. Each takes the person who asks and answers only what they may see.

`places`: communities themselves. `members`: who belongs. `joining`: requests and invitations.
"""

from cop.communities.queries.joining import (
    Invited,
    Waiting,
    has_address,
    invitation_for,
    invitation_in,
    invitation_of_address,
    invitations_for,
    invitations_from,
    people_to_invite,
    request_in,
    requests_waiting,
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
    WHICH,
    Directory,
    DirectoryRow,
    Standing,
    audience_sentence,
    directory,
    facilitators_of,
    mine,
    news_in,
    shared_places,
    standing,
    visited_at,
)

__all__ = [
    "WHICH",
    "Directory",
    "DirectoryRow",
    "Invited",
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
    "invitation_of_address",
    "invitations_for",
    "invitations_from",
    "member_named",
    "members_of",
    "mentionable",
    "mine",
    "news_in",
    "others_look_after",
    "people_to_invite",
    "possible_successors",
    "request_in",
    "requests_waiting",
    "shared_places",
    "standing",
    "visited_at",
]
