"""What the live reader makes of a deed: the number of its room goes out, and who lost sight leaves the room."""

from collections.abc import Sequence
from typing import Any

from cop.core import push
from cop.core.activity import Activity
from cop.live.bus import Bus

HARMLESS = frozenset(
    {
        "asked",
        "replied",
        "wrote",
        "edited",
        "retitled",
        "thanked",
        "helped",
        "accepted",
        "restored",
        "locked",
        "unlocked",
        "closed",
        "scheduled closing",
        "kept open",
        "slowed",
        "lifted slow mode",
        "pinned",
        "unpinned",
        "announced",
        "took announcement down",
        "not published",
        "rescheduled",
        "published",
        "took back scheduled",
        "joined",
    }
    | {"took back thanked", "took back helped", "took back accepted", "asked to join", "invited", "let in", "started"}
)
"""Verbs that take nothing out of anybody's sight. After any other one the policy is asked again for all who listen:
once too often costs little, once too seldom shows what was hidden."""


def accepts(activity: Activity) -> bool:
    """Every deed that is no import: it is heard in a room, or somebody may have lost sight of something."""
    return not activity.quiet and (activity.room is not None or activity.verb not in HARMLESS)


class LiveReader:
    """Reads the record for the open pages. Seen twice, a deed is told twice: pages ask by number and miss nothing."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def read(self, activities: Sequence[Activity]) -> None:
        """Tell rooms what happened, in the order of their numbers, without any text; who lost sight leaves first."""
        told: list[dict[str, Any]] = [
            {"room": each.room, "verb": each.verb, "kind": each.kind, "id": each.thing_id, "seq": each.seq}
            for each in sorted((each for each in activities if each.room), key=lambda each: (each.room, each.seq))
        ]
        if any(each.verb not in HARMLESS for each in activities):
            self._bus.publish({"do": "recheck"})
        for message in told:
            push.push(message["room"], "heard", message)
