"""Time zones as people write them."""

from collections.abc import Mapping
from functools import cache, lru_cache
from zoneinfo import available_timezones

from flows.calendar import CalendarError
from flows.options import quoted
from flows.zones import ABBREVIATED, ZONES

from .nearly import near

_MOST_SUGGESTIONS = 1000


@cache
def _zones() -> Mapping[str, str]:
    """Return the time zones by what people type, without EST and the like: these know no daylight saving."""
    return {name.casefold(): name for name in sorted(available_timezones()) if "/" in name or name == "UTC"}


def parse_zone(words: str) -> str:
    """Return the name of the zone; raises CalendarError."""
    typed = words.strip().casefold().replace(" ", "_")
    if typed not in _zones():
        raise CalendarError(f'"{quoted(words)}" is not a time zone.{_near_zone(typed)}')
    return _zones()[typed]


@lru_cache(maxsize=_MOST_SUGGESTIONS)
def _near_zone(typed: str) -> str:
    first = typed.partition("_")[0]
    if zone := ZONES.get(ABBREVIATED.get(first, first)):
        return f' Did you mean "{zone}"?'
    city = [zone for name, zone in _zones().items() if name.endswith(f"/{typed}")]
    known = city[:1] or _zones().values()
    return near((*city, typed.title())[0], known, " Write it like America/New_York.")
