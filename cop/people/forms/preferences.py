"""What a browser may send about how the network looks."""

from collections import Counter
from functools import lru_cache
from zoneinfo import available_timezones

from cop.core.i18n import lazy
from cop.core.markup import one_line

ZONE_REGIONS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@lru_cache(maxsize=1)
def zones() -> list[str]:
    """The names of the time zones that there are to choose from."""
    return sorted(zone for zone in available_timezones() if zone.startswith(tuple(f"{r}/" for r in ZONE_REGIONS)))


@lru_cache(maxsize=1)
def _by_words() -> dict[str, str]:
    """The zones by their names, and by their cities where only one zone has a city of that name, folded."""
    cities = Counter(zone.rpartition("/")[2] for zone in zones())
    found = {city.casefold(): zone for zone in zones() if cities[city := zone.rpartition("/")[2]] == 1}
    return found | {zone.casefold(): zone for zone in zones()}


def zone_named(typed: str) -> str | None:
    """The zone that somebody means, as "Europe/Paris" or "paris"; none is None, and nothing the network's own."""
    words = one_line(typed).replace(" ", "_").casefold()
    return _by_words().get(words) if words else ""


THEMES = [("system", lazy("As this device")), ("light", lazy("Light")), ("dark", lazy("Dark"))]
TEXT_SIZES = [("normal", lazy("Normal")), ("large", lazy("Large")), ("larger", lazy("Larger"))]
LANGUAGES = [("", lazy("As this browser")), ("en", "English"), ("cy", "Cymraeg")]
PREFERENCES: dict[str, tuple[str, ...]] = {
    "theme": tuple(value for value, _label in THEMES),
    "text_size": tuple(value for value, _label in TEXT_SIZES),
    "language": tuple(value for value, _label in LANGUAGES),
}
"""The answers that each preference takes; time zones are typed: see `zone_named`."""
