"""What everybody who starts a community accepts, and whether a manager looks at it first: the managers decide both."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from cop.core import markup
from cop.core.i18n import lazy as _
from cop.core.network_settings import Setting

LIMIT = 5_000
OURS = _(
    "Whoever starts a community looks after it. That means:\n\n"
    "- **Welcome people.** Greet who is new, and see that no question waits alone.\n"
    "- **Keep it kind and on its subject.** Argue about ideas, not about people. Step in early, and gently.\n"
    "- **Protect children and colleagues.** No pupil is named or can be recognised. What is said here in confidence "
    "stays here.\n"
    "- **Be open about interests.** Whoever sells something says so, and sells to nobody who did not ask.\n"
    "- **Share the care.** Find a second facilitator soon: a community belongs to the people in it, and not to whoever "
    "began it.\n"
    "- **End well.** When the talk is over, say so, and leave what was learnt where others find it."
)
STARTS_WAIT = Setting("communities_wait", default=False)
"""Whether a new community waits until a manager has looked at it."""
_WRITTEN: Setting[dict[str, Any]] = Setting("principles", default={})


@dataclass(frozen=True)
class Principles:
    """The text as it stands: Markdown, its HTML, and a number that moves on when the managers change it."""

    source: str
    html: Markup
    version: int


def principles() -> Principles:
    """The managers' own text; ours until they have written one."""
    written = _WRITTEN.value
    return _rendered(written["source"], written["version"]) if written else _rendered(str(OURS), 0)


@lru_cache(maxsize=16)
def _rendered(source: str, version: int) -> Principles:
    return Principles(source, markup.render(source).html, version)


def write(source: str) -> bool:
    """Replace the text, inside a unit of work; False when it stands there already."""
    now = principles()
    if source == now.source:
        return False
    _WRITTEN.decide({"source": source, "version": now.version + 1})
    return True
