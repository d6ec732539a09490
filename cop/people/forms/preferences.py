"""What a browser may send about how the network looks."""

from typing import Any
from zoneinfo import available_timezones

from cop.core.i18n import lazy

ZONE_REGIONS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


def zones() -> list[tuple[str, Any]]:
    """Time zones to choose from: the network's own first."""
    named = sorted(zone for zone in available_timezones() if zone.startswith(tuple(f"{r}/" for r in ZONE_REGIONS)))
    return [("", lazy("As the network"))] + [(zone, zone.replace("_", " ")) for zone in named]


THEMES = [("system", lazy("As this device")), ("light", lazy("Light")), ("dark", lazy("Dark"))]
TEXT_SIZES = [("normal", lazy("Normal")), ("large", lazy("Large")), ("larger", lazy("Larger"))]
LANGUAGES = [("", lazy("As this browser")), ("en", "English"), ("cy", "Cymraeg")]
PREFERENCES: dict[str, tuple[str, ...]] = {
    "theme": tuple(value for value, _label in THEMES),
    "text_size": tuple(value for value, _label in TEXT_SIZES),
    "language": tuple(value for value, _label in LANGUAGES),
    "time_zone": tuple(value for value, _label in zones()),
}
"""The answers that each preference takes."""
