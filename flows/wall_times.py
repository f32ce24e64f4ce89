"""Times of day as people at a school say them: "1:05 pm", "noon", "at 1"."""

from datetime import time

from .calendar import SchoolCalendar, parse_time

_NOON = ("noon", "mediodía", "mediodia")
_BEFORE = ("at ", "a las ", "a la ", "las ", "la ", "al ")


def read_time(said: str, calendar: SchoolCalendar) -> time:
    """Return the time of day; a bare number is the hour at which school is open: 1 is in the afternoon.

    Raises CalendarError for what is no time of day.
    """
    words = said.strip().casefold()
    words = next((words.removeprefix(each) for each in _BEFORE if words.startswith(each)), words)
    if words in _NOON:
        return time(12)
    if words.isdecimal() and len(words) < 3 and 1 <= int(words) <= 12:
        hours = (time(int(words)), time(int(words) % 12 + 12))
        return next((hour for hour in hours if hour >= calendar.hours.opens), hours[1])
    return parse_time(words)
