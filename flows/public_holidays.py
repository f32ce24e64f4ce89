"""Public holidays, as closures that a school's calendar can begin with."""

from collections.abc import Iterable
from contextlib import suppress
from difflib import get_close_matches

from holidays import country_holidays

from .calendar import CalendarError, Closure

ALIKE = 0.75
"""from here on, two names of places look like one with a slip"""
LONGEST_CODE = 3
"""characters of what stands for a subdivision in ISO 3166-2"""


def public_holidays(years: Iterable[int], country: str = "US", subdivision: str = "") -> tuple[Closure, ...]:
    """Return public holidays and the days that observe them; `CalendarError` for an unknown place.

    The country is an ISO 3166 code such as US; the subdivision is one, or a name such as South Carolina, or empty.
    """
    try:
        found = country_holidays(country.upper(), subdiv=_spelled(subdivision) or None, years=years)
    except NotImplementedError as unknown:  # so the package says that it does not know a place
        where = f'"{subdivision}" in {country}' if subdivision else f'"{country}"'
        raise CalendarError(f"No public holidays are known of {where}. {_meant(country, subdivision)}") from unknown
    return tuple(Closure(day, day, name) for day, name in sorted(found.items()))


def _meant(country: str, subdivision: str) -> str:
    """The question whether the place with the nearest name is meant, or how one is written."""
    with suppress(NotImplementedError):
        names = country_holidays(country.upper()).subdivisions_aliases
        if found := get_close_matches(subdivision.title(), names, 1, ALIKE):
            return f'Did you mean "{found[0]}"?'
    return "Write codes such as US and SC, or a name such as South Carolina."


def _spelled(subdivision: str) -> str:
    """The subdivision as the package spells it: codes in capitals, names with a capital to each word."""
    return subdivision.upper() if len(subdivision) <= LONGEST_CODE else subdivision.title().replace(" Of ", " of ")
