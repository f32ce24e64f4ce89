"""Building a report: the same facts, in whatever order they come, make the same report."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from .. import sight
from ..markup import plain
from ..needs import standing_resources
from ..outcome import Refused
from ..people import Member
from ..phrases import Phrases
from ..records import KEYS, Ballot, Charter, Line, Move, Result, key_of
from ..room import Room
from . import actions, asks, course, decisions, drawings, hidden, needs, outcomes
from .entries import Report, Theme, Voice
from .saying import saying, vocabulary

_OF_ONE_CYCLE = (Move, Line, Ballot, Result)
"""records of which only the newest cycle's are reported; others live on from cycle to cycle"""


def build(room: Room, now: datetime, reader: Member | None = None) -> Report:
    """Report the newest cycle, running or finished, in the reader's language or the team's.

    What can still be undone at this moment is not in it. The room is as its reader may see it.
    Raises Refused before the first cycle.
    """
    if not room.cycles:
        raise Refused(room.say("report.none", reader))
    phrases, withheld = room.phrases(reader), sight.withheld(room, reader.id) if reader else frozenset[str]()
    whole = _whole(_in_order(room), now, reader, phrases)
    return replace(whole, hidden=hidden.parts(whole, withheld))


def _whole(room: Room, now: datetime, reader: Member | None, phrases: Phrases) -> Report:
    """Everything that is to report, whoever it is for."""
    say, cycle, charter = saying(phrases), room.cycles[-1], _charter(room)
    ended_on, weeks = course.ended_on(room), course.weeks(room)
    found, weighed = tuple(needs.entries(room, say)), tuple(actions.entries(room, say))
    spoken_to = replace(room, reader=reader or room.reader)
    return Report(
        school=room.school.name,
        team=room.team.name,
        cycle=cycle.number,
        language=phrases.language,
        words=vocabulary(phrases),
        title=say("title", team=room.team.name, number=cycle.number),
        when=say("ran" if ended_on else "runs", first=cycle.started_on, last=ended_on, count=weeks),
        started_on=cycle.started_on,
        ended_on=ended_on,
        weeks=weeks,
        priority=charter.priority,
        norms=charter.norms,
        purpose=charter.purpose,
        needs=found,
        resources=tuple(resource.text for resource in standing_resources(room)),
        decisions=tuple(decisions.entries(room, now, say)),
        asks=tuple(asks.entries(room, now, say)),
        actions=weighed,
        learned=tuple(_themes(room, phrases)),
        practices=tuple(actions.practices(room)),
        stages=tuple(course.stages(room, say)),
        evidence=tuple(outcomes.entries(room, say, phrases, reader)),
        ends=drawings.of_actions(spoken_to, weighed),
        dots=drawings.of_needs(spoken_to, found),
    )


def _in_order(room: Room) -> Room:
    """The room with its records in the order of their keys, without what belongs to earlier cycles alone."""
    newest = max(cycle.number for cycle in room.cycles)
    kept: dict[str, Any] = {}
    for kind in KEYS:
        name = f"{kind.__name__.lower()}s"
        found = sorted(getattr(room, name), key=key_of)
        kept[name] = tuple(each for each in found if kind not in _OF_ONE_CYCLE or each.cycle == newest)
    return replace(room, **kept)


def _charter(room: Room) -> Charter:
    """What the team agreed for this cycle; without words when it did not."""
    cycle = room.cycles[-1].number
    none = Charter(room.team.id, cycle, norms="", purpose="", priority="", by="")
    return next((each for each in room.charters if each.cycle == cycle), none)


def _themes(room: Room, phrases: Phrases) -> Iterator[Theme]:
    """What people let the team read, by question; what was said before the charter is left to the charter."""
    said: dict[tuple[str, str], list[Line]] = {}
    for line in room.lines:
        if line.text and line.flow != "convene":
            said.setdefault((line.flow, line.step), []).append(line)
    places = _places(room)
    for (flow, step), lines in sorted(said.items(), key=lambda each: places.get(each[0], len(places))):
        key = f"line.{flow}_{step}"
        yield Theme(plain(phrases.say(key)) if key in phrases.keys else "", tuple(_voices(room, lines)))


def _places(room: Room) -> Mapping[tuple[str, str], int]:
    """The place of each question in the course of a cycle, by flow and step."""
    phases = room.course.phases.values()
    flows = [
        flow
        for phase in phases
        for flow in (*(each for moment in phase.moments for each in moment.flows), phase.record)
    ]
    questions = [(flow, step.key) for flow in flows if flow for step in room.scripts.flow(flow).steps]
    return {question: place for place, question in enumerate(questions)}


def _voices(room: Room, lines: list[Line]) -> Iterator[Voice]:
    """Named lines as they came; others by their words: the order of answers gives authors away."""
    for line in lines:
        if line.named:
            yield Voice(line.text, room.name(line.author), line.on)
    yield from (Voice(text) for text in sorted(line.text for line in lines if not line.named))
