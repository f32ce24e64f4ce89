"""Time zones of people's accounts: whether there is such a zone, what it is called, whether it differs from another."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.core import get_global
from babel.dates import get_timezone_name

from .phrases import locale

_NOWHERE = "ZZ"
"""the territory, in Babel's data, of a zone that belongs to no place"""


def is_zone(name: str) -> bool:
    """Whether this names a time zone, like America/Chicago."""
    try:
        return bool(ZoneInfo(name))
    except (KeyError, OSError, ValueError):
        return False


def is_another_time(one: str, other: str, now: datetime) -> bool:
    """Whether clocks in these zones show different times at this moment."""
    return now.astimezone(ZoneInfo(one)).utcoffset() != now.astimezone(ZoneInfo(other)).utcoffset()


def called(name: str, language: str) -> str:
    """What people call the zone: "Central Time"; its own name where it belongs to no place, as "UTC" does."""
    zone = ZoneInfo(name)
    place = get_global("zone_territories").get(get_timezone_name(zone, return_zone=True), _NOWHERE)
    return name if place == _NOWHERE else get_timezone_name(zone, locale=locale(language))
