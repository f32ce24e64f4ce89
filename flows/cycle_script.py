"""The course of a cycle as a script: `cycle.toml` read into plain data."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from itertools import pairwise
from typing import Any

from .calendar import CalendarError, parse_time, parse_weekday

PHASES = ("convene", "needs", "plan", "act", "reflect")
"""The five phases in their order (domain: the cycle)."""
LENGTHS = range(4, 41)
"""open school weeks that a cycle can have"""

_MOMENT = re.compile(
    r"(?P<days>\d+) days? (?P<side>before|after) the meeting|PLC day"
    r"|every (?P<weekday>\w+) (?P<time>[\d:]+(?: ?[ap]m)?)"
)
_WEEK = re.compile(r"week (\d+)")
_CLOSES = re.compile(r"(\d+) days? after the meeting")
_PHASE_KEYS = ("title", "goal", "meeting", "record", "closes", "skill", "asks")


@dataclass(frozen=True, slots=True)
class Moment:
    """When a phase asks, and which flows: some school days from its meeting, or every week."""

    flows: tuple[str, ...]
    days: int = 0
    """school days from the meeting, negative before it"""
    weekday: int | None = None
    """every week on this day (Monday = 0) instead"""
    at: time = time(7, 45)


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of the script."""

    key: str
    title: str
    goal: str
    week: int
    """the open school week of its meeting; 0: it has none and lasts until the next phase asks"""
    record: str
    """the flow that whoever leads fills after the meeting"""
    closes_days: int
    """school days after the meeting"""
    moments: tuple[Moment, ...]
    skill: str = ""
    """the protocol that is suggested to whoever leads its meeting"""

    @property
    def days_ahead(self) -> int:
        """School days between the first question and the meeting."""
        return max((-moment.days for moment in self.moments if moment.weekday is None), default=0)


@dataclass(frozen=True, slots=True)
class CycleScript:
    """The course of a cycle."""

    title: str
    weeks: int
    prompt: time
    phases: Mapping[str, Phase]


def read(
    table: Mapping[str, Any], flows: frozenset[str], skills: frozenset[str] = frozenset()
) -> tuple[CycleScript | None, tuple[str, ...]]:
    """Read a parsed `cycle.toml`: the script, or None and every complaint in a coach's words."""
    complaints: list[str] = []
    weeks = _number(table, complaints)
    prompt = _time(table.get("prompt", "07:45"), complaints)
    for key in set(table) - {"title", "weeks", "prompt", *PHASES}:
        complaints.append(f"cycle.toml: [{key}] is not known here. The phases are {', '.join(PHASES)}.")
    phases = {}
    for key in PHASES:
        if not isinstance(table.get(key), Mapping):
            complaints.append(f"cycle.toml: the phase [{key}] is missing. A cycle has all five phases.")
            continue
        phases[key] = _phase(key, table[key], flows, skills, prompt, complaints)
    complaints += _order(phases, weeks)
    if complaints:
        return None, tuple(complaints)
    return CycleScript(str(table.get("title", "A leadership cycle")), weeks, prompt, phases), ()


def _number(table: Mapping[str, Any], complaints: list[str]) -> int:
    weeks = table.get("weeks", 10)
    if isinstance(weeks, int) and not isinstance(weeks, bool) and weeks in LENGTHS:
        return weeks
    complaints.append("cycle.toml: weeks is a number from 4 to 40, like  weeks = 10")
    return 10


def _time(words: object, complaints: list[str]) -> time:
    try:
        return parse_time(str(words))
    except CalendarError:
        complaints.append(f'cycle.toml: "{words}" is not a time. Write it like "07:45".')
        return time(7, 45)


def _phase(
    key: str,
    table: Mapping[str, Any],
    flows: frozenset[str],
    skills: frozenset[str],
    prompt: time,
    complaints: list[str],
) -> Phase:
    for unknown in set(table) - set(_PHASE_KEYS):
        complaints.append(f'cycle.toml [{key}]: "{unknown}" is not known here. Known are {", ".join(_PHASE_KEYS)}.')
    record = str(table.get("record", ""))
    if record and record not in flows:
        complaints.append(f'cycle.toml [{key}]: record names "{record}", but there is no {record}.toml.')
    skill = str(table.get("skill", ""))
    if skill and skill not in skills:
        complaints.append(f'cycle.toml [{key}]: skill names "{skill}", but there is no skills/{skill}.toml.')
    week = _match(_WEEK, table.get("meeting"), f'[{key}]: meeting is written like "week 2"', complaints)
    closes = _match(
        _CLOSES,
        table.get("closes"),
        f'[{key}]: closes is written like "5 days after the meeting"',
        complaints,
    )
    moments = tuple(_moments(key, table.get("asks", {}), flows, prompt, complaints))
    return Phase(
        key,
        str(table.get("title", key.capitalize())),
        str(table.get("goal", "")),
        week,
        record,
        closes,
        moments,
        skill,
    )


def _match(pattern: re.Pattern[str], words: object, complaint: str, complaints: list[str]) -> int:
    """Return the number in the words; 0 when there are none."""
    if words is None:
        return 0
    if found := pattern.fullmatch(str(words)):
        return int(found[1])
    complaints.append(f'cycle.toml {complaint}, not "{words}".')
    return 0


def _moments(key: str, asks: object, flows: frozenset[str], prompt: time, complaints: list[str]) -> Iterator[Moment]:
    if not isinstance(asks, Mapping):
        complaints.append(f'cycle.toml [{key}]: asks is a table, like  "2 days before the meeting" = ["needs"]')
        return
    for when, names in asks.items():
        names = [names] if isinstance(names, str) else names
        for name in names:
            if name not in flows:
                complaints.append(f"cycle.toml [{key}.asks]: there is no {name}.toml to ask.")
        if moment := _moment(str(when), tuple(names), prompt):
            yield moment
        else:
            complaints.append(
                f'cycle.toml [{key}.asks]: "{when}" is not a moment. Write it like "2 days before the meeting", '
                '"PLC day", "3 days after the meeting" or "every Friday 14:30".'
            )


def _moment(when: str, names: tuple[str, ...], prompt: time) -> Moment | None:
    found = _MOMENT.fullmatch(when)
    if not found:
        return None
    if when == "PLC day":
        return Moment(names, 0, None, prompt)
    if found["days"]:
        days = int(found["days"])
        return Moment(names, -days if found["side"] == "before" else days, None, prompt)
    try:
        return Moment(names, 0, parse_weekday(found["weekday"]), parse_time(found["time"]))
    except CalendarError:
        return None


def _order(phases: Mapping[str, Phase], weeks: int) -> Iterator[str]:
    """The meetings follow each other and the last one fits into the cycle."""
    meetings = [phase for phase in phases.values() if phase.week]
    for earlier, later in pairwise(meetings):
        if later.week <= earlier.week:
            yield f"cycle.toml [{later.key}]: its meeting must come after the one of [{earlier.key}]."
    if meetings and meetings[-1].week > weeks:
        yield f"cycle.toml [{meetings[-1].key}]: week {meetings[-1].week} is after the last of {weeks} weeks."
    for key, phase in phases.items():
        if not phase.week and key != "act":
            yield f'cycle.toml [{key}]: it needs a meeting, like  meeting = "week 2"'
