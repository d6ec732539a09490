"""The people of the who-may table, and those of them who are often named together."""

PEOPLE = ("guest", "fay", "ada", "ben", "olu", "mona")
"""Nobody signed in; the facilitator; two members; somebody from elsewhere, invited into the den; the manager."""
EVERYONE = "guest fay ada ben olu mona"
SIGNED_IN = "fay ada ben olu mona"
MEMBERS = "fay ada ben"
NOBODY = ""
