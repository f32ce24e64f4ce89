"""Days and times in the words of the page, the same on every system and in every locale."""

from datetime import datetime

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def clock(at: datetime) -> str:
    """Return the time of day: "7:45 AM"."""
    return f"{at.hour % 12 or 12}:{at.minute:02d} {'AM' if at.hour < 12 else 'PM'}"


def day(at: datetime, with_year: bool = False) -> str:
    """Return the date in full: "Tuesday, January 12", or "Wednesday, January 12, 2028"."""
    return f"{_DAYS[at.weekday()]}, {_MONTHS[at.month - 1]} {at.day}{_year(at, with_year)}"


def short_day(at: datetime, with_year: bool = False) -> str:
    """Return the date for the bar: "Tue Jan 12", or "Wed Jan 12, 2028"."""
    return f"{_DAYS[at.weekday()][:3]} {_MONTHS[at.month - 1][:3]} {at.day}{_year(at, with_year)}"


def _year(at: datetime, is_said: bool) -> str:
    return f", {at.year}" if is_said else ""


def names(people: list[str]) -> str:
    """Return a list of names as one would say it: "Ana, Ben and Lena"."""
    return " and ".join([", ".join(people[:-1]), people[-1]] if len(people) > 1 else people)


def initials(name: str) -> str:
    """Return one or two letters that stand for a name: "LO" for "Lena Ortiz"."""
    parts = name.split() or ["?"]
    return (parts[0][0] + (parts[-1][0] if len(parts) > 1 else "")).upper()
