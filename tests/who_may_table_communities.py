"""The declared who-may table of communities and of those that are proposed: a part of `tests/who_may_table.py`."""

from cop.core.policy import Act
from tests.who_may_people import EVERYONE, MEMBERS, NOBODY, SIGNED_IN

THINGS = {
    "Community": ("close", "square", "cellar", "hall", "den", "nook"),
    "Proposal": ("of olu", "approved"),
}

TABLE: dict[str, dict[Act, dict[str, str]]] = {
    "Community": {
        Act.READ: {
            "close": SIGNED_IN,
            "square": EVERYONE,
            "cellar": "fay ada",
            "hall": SIGNED_IN,
            "den": "fay olu",
            "nook": MEMBERS,
        },
        Act.ASK: {
            "close": MEMBERS,
            "square": MEMBERS,
            "cellar": "fay ada",
            "hall": NOBODY,
            "den": "fay",
            "nook": "ada",
        },
        Act.FOLLOW: {
            "close": MEMBERS,
            "square": SIGNED_IN,
            "cellar": "fay ada",
            "hall": SIGNED_IN,
            "den": "fay",
            "nook": "ada",
        },
        Act.MEMBERS: {
            "close": MEMBERS,
            "square": SIGNED_IN,
            "cellar": "fay ada",
            "hall": SIGNED_IN,
            "den": "fay",
            "nook": "ada",
        },
        Act.JOIN: {
            "close": NOBODY,
            "square": "olu mona",
            "cellar": NOBODY,
            "hall": SIGNED_IN,
            "den": "olu",
            "nook": "fay ben",
        },
        Act.REQUEST: {
            "close": "olu mona",
            "square": NOBODY,
            "cellar": NOBODY,
            "hall": NOBODY,
            "den": NOBODY,
            "nook": NOBODY,
        },
        Act.LEAVE: {
            "close": MEMBERS,
            "square": MEMBERS,
            "cellar": "fay ada",
            "hall": NOBODY,
            "den": "fay",
            "nook": "ada",
        },
        Act.INVITE: {
            "close": "fay",
            "square": "fay",
            "cellar": "fay",
            "hall": NOBODY,
            "den": "fay",
            "nook": "ada",
        },
        Act.RECOMMEND: {
            "close": MEMBERS,
            "square": MEMBERS,
            "cellar": NOBODY,
            "hall": NOBODY,
            "den": NOBODY,
            "nook": NOBODY,
        },
        Act.EDIT: {
            "close": "fay",
            "square": "fay",
            "cellar": "fay",
            "hall": NOBODY,
            "den": "fay",
            "nook": "ada",
        },
        Act.FACILITATE: {
            "close": "fay",
            "square": "fay",
            "cellar": "fay",
            "hall": NOBODY,
            "den": "fay",
            "nook": "ada",
        },
        Act.START: {
            "close": "fay",
            "square": "fay",
            "cellar": "fay",
            "hall": NOBODY,
            "den": "fay",
            "nook": NOBODY,
        },
    },
    "Proposal": {
        Act.READ: {"of olu": "olu mona", "approved": "olu mona"},
        Act.EDIT: {"of olu": "olu", "approved": NOBODY},
        Act.SETTLE: {"of olu": "mona", "approved": NOBODY},
    },
}
