"""Time zones as people write them."""

from collections.abc import Mapping
from functools import cache, lru_cache
from zoneinfo import available_timezones

from flows.calendar import CalendarError
from flows.options import quoted

from .nearly import near

_IN_WORDS: Mapping[str, str] = {
    "eastern": "America/New_York",
    "est": "America/New_York",
    "edt": "America/New_York",
    "et": "America/New_York",
    "central": "America/Chicago",
    "cst": "America/Chicago",
    "cdt": "America/Chicago",
    "ct": "America/Chicago",
    "mountain": "America/Denver",
    "mst": "America/Denver",
    "mdt": "America/Denver",
    "mt": "America/Denver",
    "arizona": "America/Phoenix",
    "pacific": "America/Los_Angeles",
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "pt": "America/Los_Angeles",
    "alaska": "America/Anchorage",
    "hawaii": "Pacific/Honolulu",
}
"""What people in the United States call their time, by its first word."""
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
    if zone := _IN_WORDS.get(typed.partition("_")[0]):
        return f' Did you mean "{zone}"?'
    city = [zone for name, zone in _zones().items() if name.endswith(f"/{typed}")]
    known = city[:1] or _zones().values()
    return near((*city, typed.title())[0], known, " Write it like America/New_York.")
