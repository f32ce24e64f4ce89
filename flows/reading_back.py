"""Days that were typed are read back: what they would do is tried, and done when the person says that it is right."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from .commands import Call, Command, Unsure
from .messages import MOST_SAID_ALONE, Button
from .orders import school
from .outcome import Outcome, Refused
from .phrases import Raw

MOST_DAYS = 4
"""in the words of one command"""
ASKS_FOR_A_DAY: Mapping[str, str] = {"quiet": "quiet until", "leave back": "leaves"}
"""What asks for another day, where the command's own words act at once."""


def run(call: Call, command: Command) -> Outcome:
    """Run a command that was typed; raises what it raises, also where only the days are in its way.

    A day in somebody's own words is asked back, with a button that says the same with the day written out. Where
    nothing is on record of the school yet, its questions come first.
    """
    if school.comes_first(call, command):
        return school.first(call)
    typed, days, how_long = replace(call, typed=True), list[date](), ""
    for _ in range(MOST_DAYS):
        try:
            outcome = command.run(typed)
        except Unsure as unsure:
            typed = replace(typed, rest=_written_out(typed.rest, unsure))
            days += unsure.days
            how_long = unsure.how_long
        else:
            break
    return _asked_back(typed, command, days, how_long) if days else outcome


def _written_out(rest: str, unsure: Unsure) -> str:
    """The words with this day as a date; what is typed apart by more than one space is one all the same."""
    words = r"\s+".join(map(re.escape, unsure.words.split()))
    days = " to ".join(day.isoformat() for day in unsure.days)
    return re.sub(rf"(?<![\w/]){words}(?![\w/])", days, rest, count=1)


def _asked_back(call: Call, command: Command, days: list[date], how_long: str) -> Outcome:
    first, last, said = days[0], days[-1], f"{command.words} {call.rest}"
    one = call.say("answers.date_right", day=first, said=said)
    if how_long:
        one = call.say("answers.date_right_for", day=first, how_long=Raw(how_long), said=said)
    both = call.say("answers.dates_right", first=first, last=last, said=said)
    if how_long:
        both = call.say("answers.dates_right_for", first=first, last=last, how_long=Raw(how_long), said=said)
    number = call.rest.split()[0] if command.numbered else ""
    if len(said) > MOST_SAID_ALONE:
        raise Refused(call.say("answers.too_long", length=len(said), limit=MOST_SAID_ALONE))
    yes = Button(call.say("engine.yes"), said, "primary")
    asks = ASKS_FOR_A_DAY.get(command.words, command.words)
    other = Button(call.say("answers.date_other"), f"{asks} {number}".strip())
    return call.tell(one if first == last else both, yes, other)
