"""The command that sets the team's PLC day."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from ..calendar import SchoolYearOver
from ..commands import Call, Command
from ..dates import read_weekday, weekday_name
from ..messages import Field, Form, Kind, Option, Value
from ..outcome import Outcome, Refused
from ..timetable import meeting_on, standing


def meets(call: Call) -> Outcome:
    """Set the weekday on which the team meets: `team meets Wednesday`."""
    if not call.rest:
        now = str(call.room.team.meeting_weekday)
        field = Field("day", call.say("team.ask_meets"), Kind.OPTIONS, _days(call), value=now)
        return call.show(Form("order team meets", call.say("team.meets_title"), (field,), about=call.room.team.id))
    weekday = read_weekday(call.rest, call.room.phrases(call.me))
    if weekday is None:
        raise Refused(call.say("team.which_weekday"), "day")
    return _set(call, weekday)


def _days(call: Call) -> tuple[Option, ...]:
    """The days of the week with school."""
    phrases = call.room.phrases(call.me)
    return tuple(Option(str(day), weekday_name(day, phrases)) for day in sorted(call.room.calendar.weekdays))


def meets_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `team meets`."""
    chosen = str(values.get("day") or "")
    if chosen not in {option.key for option in _days(call)}:
        return meets(replace(call, rest=chosen or "-"))
    return _set(call, int(chosen))


def _set(call: Call, weekday: int) -> Outcome:
    name = weekday_name(weekday, call.room.phrases(call.me))
    if weekday not in call.room.calendar.weekdays:
        raise Refused(call.say("team.no_school_then", weekday=name), "day")
    team = replace(call.room.team, meeting_weekday=weekday)
    here, after = standing(call.room), call.room.having([team])
    said = call.say("team.meets_now", weekday=name)
    with suppress(SchoolYearOver):
        if here and here.phase.week and (day := meeting_on(after, here.phase)) >= call.today:
            said = f"{said} {call.say('team.meets_next', day=day)}"
    return Outcome((team,)) + call.tell(said)


COMMANDS = (Command("team meets", "team meets", meets, meets_filled),)
