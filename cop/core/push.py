"""Telling open pages that something happened, without knowing how: readers push, the live package sends.

A push may be lost (a network, a queue away); a page that missed one catches up by the number it last saw.
"""

from collections.abc import Callable
from typing import Any

Sender = Callable[[str, str, dict[str, Any]], None]


def _nobody(room: str, event: str, payload: dict[str, Any]) -> None:
    """Nobody listens in this process."""


_sender: Sender = _nobody


def use(sender: Sender) -> None:
    """Register who carries messages to open pages."""
    global _sender  # noqa: PLW0603  one process serves one network
    _sender = sender


def push(room: str, event: str, payload: dict[str, Any]) -> None:
    """Send to everyone in a live room (`topic:9`, `person:7`): ids and numbers only, never what somebody wrote."""
    _sender(room, event, payload)
