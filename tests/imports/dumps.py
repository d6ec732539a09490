"""Writes small Stack Exchange dumps."""

from pathlib import Path
from xml.sax.saxutils import quoteattr

DEFAULTS = {"CreationDate": "2020-05-04T09:00:00.000", "Score": "3"}


def question(id: int, title: str = "How?", body: str = "<p>How is it done?</p>", **more: object) -> dict[str, object]:
    return {"Id": id, "PostTypeId": 1, "Title": title, "Body": body, "OwnerUserId": 1, **more}


def answer(id: int, parent: int, body: str = "<p>Like this.</p>", **more: object) -> dict[str, object]:
    return {"Id": id, "PostTypeId": 2, "ParentId": parent, "Body": body, "OwnerUserId": 2, **more}


def comment(id: int, post: int, text: str = "I see what you mean.", **more: object) -> dict[str, object]:
    return {"Id": id, "PostId": post, "Text": text, "UserId": 3, **more}


USERS = [
    {"Id": 1, "DisplayName": "Ada", "AboutMe": "<p>I teach <em>Year 4</em>.</p>"},
    {"Id": 2, "DisplayName": "Ben"},
    {"Id": 3, "DisplayName": "Ben"},
]


def dump(folder: Path, posts: list, comments: list = (), users: list = USERS) -> Path:
    """A dump in this folder, in place of what was there."""
    folder.mkdir(exist_ok=True)
    for name, rows in (("Users", users), ("Posts", posts), ("Comments", comments)):
        (folder / f"{name}.xml").write_text(as_xml(name.lower(), rows), encoding="utf-8")
    return folder


def as_xml(name: str, rows: list) -> str:
    lines = []
    for row in rows:
        attributes = {**DEFAULTS, **row}
        lines.append(
            "  <row " + " ".join(f"{key}={quoteattr(str(value))}" for key, value in attributes.items()) + " />"
        )
    return '<?xml version="1.0" encoding="utf-8"?>\n' + "\n".join([f"<{name}>", *lines, f"</{name}>"]) + "\n"
