"""Time zones of people's accounts: whether there is such a zone, what it is called, whether it differs from another."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.core import get_global
from babel.dates import get_timezone_name

from .messages import Option
from .options import folded
from .phrases import Phrases, locale

ZONES: Mapping[str, str] = {
    "eastern": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "arizona": "America/Phoenix",
    "pacific": "America/Los_Angeles",
    "alaska": "America/Anchorage",
    "hawaii": "Pacific/Honolulu",
    "puerto_rico": "America/Puerto_Rico",
}
"""by what they are called in the United States"""
ABBREVIATED: Mapping[str, str] = {
    **dict.fromkeys(("et", "est", "edt"), "eastern"),
    **dict.fromkeys(("ct", "cst", "cdt"), "central"),
    **dict.fromkeys(("mt", "mst", "mdt"), "mountain"),
    **dict.fromkeys(("pt", "pst", "pdt"), "pacific"),
    **dict.fromkeys(("akst", "akdt"), "alaska"),
    "hst": "hawaii",
    "ast": "puerto_rico",
}
_NOWHERE = "ZZ"
"""the territory, in Babel's data, of a zone that belongs to no place"""


def zone_key(words: str, phrases: Phrases, options: Sequence[Option] = ()) -> str:
    """Which of `ZONES` these words name: "EST", "Eastern standard time", "America/New_York"; empty for none of them.

    The options are what the zones are called in the language of the question.
    """
    said = folded(words)
    beside = phrases.words("founding.zone_beside")
    left = " ".join(word for word in said.replace("_", " ").split() if word not in beside)
    named = {key.replace("_", " "): key for key in ZONES} | {folded(each.label): each.key for each in options}
    whole = {name.casefold(): key for key, name in ZONES.items()}
    return named.get(left) or ABBREVIATED.get(left) or whole.get(said.replace(" ", "_")) or ""


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
