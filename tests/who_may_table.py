"""The declared who-may table: for each model, act and thing, those of the cast who may do it. Read it aloud.

A new act or model needs its rows here (tests/test_who_may.py says what each thing is).
"""

from cop.core.policy import Act
from tests import who_may_table_communities as communities
from tests import who_may_table_forums as forums
from tests.who_may_people import EVERYONE, NOBODY, PEOPLE, SIGNED_IN
from tests.who_may_table_invitations import INVITATIONS

__all__ = ["PEOPLE", "TABLE", "THINGS"]

THINGS = {
    **communities.THINGS,
    "Institution": ("school",),
    "Invitation": tuple(INVITATIONS),
    "Person": ("ada", "open", "placeholder", "suspended", "deleted"),
    **forums.THINGS,
    "Conversation": ("pair", "group", "left", "alone", "blocked", "quiet", "near", "answered"),
    "Message": ("said", "hidden", "from blocked", "left"),
    "Report": ("open", "settled"),
    "Statement": ("public", "network", "unclaimed", "taken back", "taken away", "of suspended", "of deleted"),
    "PersonList": ("of ada",),
    "ProfileField": ("asked", "withdrawn"),
    "Term": ("of a vocabulary", "merged", "used in the square", "used in the cellar"),
    "Address": ("of ada",),
    "SignIn": ("of ada",),
}

TABLE: dict[str, dict[Act, dict[str, str]]] = {
    **communities.TABLE,
    "Invitation": {Act.READ: INVITATIONS},
    "Institution": {
        Act.READ: {"school": EVERYONE},
        Act.EDIT: {"school": "mona"},
    },
    "Person": {
        Act.READ: {
            "ada": SIGNED_IN,
            "open": EVERYONE,
            "placeholder": SIGNED_IN,
            "suspended": NOBODY,
            "deleted": NOBODY,
        },
        Act.EDIT: {
            "ada": "ada",
            "open": NOBODY,
            "placeholder": NOBODY,
            "suspended": NOBODY,
            "deleted": NOBODY,
        },
        Act.START: {
            "ada": "ada",
            "open": NOBODY,
            "placeholder": NOBODY,
            "suspended": NOBODY,
            "deleted": NOBODY,
        },
        Act.INVITE: {
            "ada": NOBODY,
            "open": NOBODY,
            "placeholder": "mona",
            "suspended": NOBODY,
            "deleted": NOBODY,
        },
        # Olu is blocked by Ada, and hears what anybody hears whom she does not want to hear from.
        Act.WRITE: {
            "ada": "fay ben mona",
            "open": SIGNED_IN,
            "placeholder": NOBODY,
            "suspended": NOBODY,
            "deleted": NOBODY,
        },
        Act.SAVE: {
            "ada": "fay ben olu mona",
            "open": SIGNED_IN,
            "placeholder": SIGNED_IN,
            "suspended": NOBODY,
            "deleted": NOBODY,
        },
        Act.FOLLOW: {  # Olu, whom Ada blocks, may follow her and hears of nothing by it
            "ada": "fay ben olu mona",
            "open": SIGNED_IN,
            "placeholder": SIGNED_IN,
            "suspended": NOBODY,
            "deleted": NOBODY,
        },
        Act.BLOCK: {
            "ada": "fay ben olu mona",
            "open": SIGNED_IN,
            "placeholder": SIGNED_IN,
            "suspended": NOBODY,
            "deleted": NOBODY,
        },
        Act.RUN: {
            "ada": NOBODY,
            "open": NOBODY,
            "placeholder": NOBODY,
            "suspended": NOBODY,
            "deleted": NOBODY,
        },
        Act.SETTLE: {
            "ada": NOBODY,
            "open": NOBODY,
            "placeholder": NOBODY,
            "suspended": NOBODY,
            "deleted": NOBODY,
        },
    },
    **forums.TABLE,
    "Conversation": {
        Act.READ: {
            "pair": "ada ben",
            "group": "ada ben olu",
            "left": "fay ben",
            "alone": "ben",
            "blocked": "ada olu",
            "quiet": "ben",
            "near": "olu",
            "answered": "ben",
        },
        Act.REPLY: {
            "pair": "ada ben",
            "group": "ada ben olu",
            "left": "fay ben",
            "alone": NOBODY,
            "blocked": NOBODY,
            "quiet": NOBODY,
            "near": NOBODY,
            "answered": "ben",
        },
        Act.LEAVE: {
            "pair": "ada ben",
            "group": "ada ben olu",
            "left": "fay ben",
            "alone": "ben",
            "blocked": "ada olu",
            "quiet": "ben",
            "near": "olu",
            "answered": "ben",
        },
        Act.FOLLOW: {
            "pair": "ada ben",
            "group": "ada ben olu",
            "left": "fay ben",
            "alone": "ben",
            "blocked": "ada olu",
            "quiet": "ben",
            "near": "olu",
            "answered": "ben",
        },
    },
    "Message": {
        Act.READ: {
            "said": "ada ben",
            "hidden": NOBODY,
            "from blocked": "ben olu",
            "left": "fay ben",
        },
    },
    "Report": {
        Act.READ: {"open": "mona", "settled": "mona"},
        Act.SETTLE: {"open": "mona", "settled": NOBODY},
    },
    "Statement": {
        Act.READ: {
            "public": EVERYONE,
            "network": SIGNED_IN,
            "unclaimed": SIGNED_IN,
            "taken back": "ada",
            "taken away": "ada mona",
            "of suspended": NOBODY,
            "of deleted": NOBODY,
        },
        Act.HIDE: {
            "public": "ada mona",
            "network": "ada mona",
            "unclaimed": "mona",
            "taken back": "ada",
            "taken away": "ada",
            "of suspended": NOBODY,
            "of deleted": NOBODY,
        },
        Act.RESTORE: {
            "public": NOBODY,
            "network": NOBODY,
            "unclaimed": NOBODY,
            "taken back": "ada",
            "taken away": "mona",
            "of suspended": NOBODY,
            "of deleted": NOBODY,
        },
    },
    "PersonList": {Act.READ: {"of ada": "ada"}, Act.EDIT: {"of ada": "ada"}},
    "ProfileField": {
        Act.READ: {"asked": SIGNED_IN, "withdrawn": "mona"},
        Act.EDIT: {"asked": "mona", "withdrawn": "mona"},
    },
    "Term": {
        Act.READ: {
            "of a vocabulary": SIGNED_IN,
            "merged": NOBODY,
            "used in the square": SIGNED_IN,
            "used in the cellar": "fay ada",
        },
        Act.EDIT: {
            "of a vocabulary": "mona",
            "merged": NOBODY,
            "used in the square": "mona",
            "used in the cellar": NOBODY,
        },
    },
    "Address": {Act.READ: {"of ada": "ada"}, Act.EDIT: {"of ada": "ada"}},
    "SignIn": {Act.READ: {"of ada": "ada"}, Act.EDIT: {"of ada": "ada"}},
}
