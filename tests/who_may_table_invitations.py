"""Who may know of an invitation: whom it is for, while it waits. Who sent it has a list of their own."""

NOBODY = ""

INVITATIONS = {
    "by name": "ben",
    "by address": "ben",
    "expired": NOBODY,
    "withdrawn": NOBODY,
    "declined": NOBODY,
    "recommended": "mona",
    "recommended, hidden": NOBODY,
}
