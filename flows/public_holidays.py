"""Public holidays, as closures that a school's calendar can begin with."""

from collections.abc import Iterable

from holidays import country_holidays

from .calendar import CalendarError, Closure


def public_holidays(years: Iterable[int], country: str = "US", subdivision: str | None = None) -> tuple[Closure, ...]:
    """Return public holidays and the days that observe them; `CalendarError` for an unknown place.

    Country and subdivision are ISO 3166 codes such as US and SC.
    """
    try:
        found = country_holidays(country, subdiv=subdivision, years=years)
    except NotImplementedError as unknown:
        raise CalendarError(f"{unknown}. Write codes such as US and SC.") from unknown
    return tuple(Closure(day, day, name) for day, name in sorted(found.items()))
