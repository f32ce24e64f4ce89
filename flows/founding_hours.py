"""The hours of a school as people write them: "7:30 to 3:30", "8 to noon", "de 7:30 a 3:30 de la tarde"."""

import re
from datetime import time

from .options import folded

EARLIEST, LATEST = time(5), time(23)
"""outside of these a contract day hardly begins or ends, so that is asked about (our own estimate)"""
_NOON = re.compile(r"\b(?:12 )?(?:noon|midday|mediodia)\b")
_HALF = r"(?:\s*(?P<{0}>[ap])\.?\s?m\b\.?|(?P<{0}_bare>[ap])\b|\s+(?:de|por) la (?P<{0}_words>manana|tarde|noche)\b)?"
_WALL = r"(?<!\d)(?P<{0}>\d{{1,2}})(?:[:.h]?(?P<{0}_minutes>\d\d))?(?!\d)"
_FROM, _UNTIL = (_WALL.format(name) + _HALF.format(f"{name}_half") for name in ("opens", "closes"))
_BETWEEN = r"(?:\s+(?:to|until|till|and|(?:a|hasta|y)(?:\s+las?)?)\s+|\s*[-–—]\s*)"
_HOURS = re.compile(rf"\D*?{_FROM}{_BETWEEN}{_UNTIL}\D*")
"""in either language, since whoever answers may write either"""


def read_hours(words: str) -> tuple[time, time] | None:
    """Return when school opens and closes; None where the words are not two times of a day, whichever comes first.

    Where nobody says which half of the day it is, a school that closes at 3 closes in the afternoon.
    """
    found = _HOURS.fullmatch(_NOON.sub("12:00 pm", folded(words)))
    if not found:
        return None
    try:
        opens, closes = _wall(found, "opens"), _wall(found, "closes")
    except ValueError:
        return None
    if closes <= opens and not _half(found, "closes") and closes < time(12):
        closes = closes.replace(hour=closes.hour + 12)
    return opens, closes


def is_likely(opens: time, closes: time) -> bool:
    """Whether a school may well be open from then to then."""
    return opens >= EARLIEST and closes <= LATEST


def _half(found: re.Match[str], which: str) -> str:
    """The half of the day that is said: "a", "p", or nothing."""
    if words := found[f"{which}_half_words"]:
        return "a" if words == "manana" else "p"
    return found[f"{which}_half"] or found[f"{which}_half_bare"] or ""


def _wall(found: re.Match[str], which: str) -> time:
    """Raises ValueError for what is no time of day, as 25:00 or 14 pm."""
    hour, minutes, half = int(found[which]), int(found[f"{which}_minutes"] or 0), _half(found, which)
    if half and not 1 <= hour <= 12:
        raise ValueError(f"{hour} is in no half of the day")
    return time(hour % 12 + 12 * (half == "p") if half else hour, minutes)
