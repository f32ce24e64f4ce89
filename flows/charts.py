"""The team's charts: where the dots went, how the plan is going, how many were heard. Nobody is named or ranked."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from . import cycle, needs
from .markup import plain
from .messages import Bar, Chart
from .people import SMALL
from .records import Action, Need
from .room import Room
from .timetable import standing

FEWEST = 2
"""Fewer bars say nothing that their numbers do not say."""
STANDINGS = ("done", "on_track", "planned", "blocked", "overdue")
VERDICTS = ("adopt", "adapt", "abandon")
HUNDRED = 100
"""percent"""
BANDS = (25, 50, 75)
"""percent to which a bar is drawn: fewer than half of those asked answered; half or more; three quarters or more"""
MANY = 8
"""asked, from which on three quarters or more are told apart: they are three numbers then"""


def dots(room: Room, listed: Iterable[Need]) -> Chart | None:
    """The dots on these needs, most first; one that got none is left out, and so is a chart of fewer than two."""
    texts = {need.number: need.text for need in listed}
    return of_dots(room, texts, {number: count for number, count in needs.count(room).dots.items() if number in texts})


def of_dots(room: Room, texts: Mapping[int, str], counted: Mapping[int, int]) -> Chart | None:
    """These dots by the numbers of their needs, most first, with what the needs say."""
    given = {number: count for number, count in counted.items() if count}
    if len(given) < FEWEST:
        return None
    most, total = max(given.values()), sum(given.values())
    first = [number for number, count in given.items() if count == most]
    told = room.say("chart.dots_told", number=first[0], most=most, total=total)
    if len(first) > 1:
        told = room.say("chart.dots_tied", numbers=first, most=most, total=total)
    bars = (Bar(room.say("chart.need", number=number, need=texts[number]), count) for number, count in given.items())
    return Chart(room.say("chart.dots"), room.say("chart.dots_unit"), tuple(bars), told)


def progress(room: Room, actions: Iterable[Action]) -> Chart | None:
    """How many of these actions stand how; None where all stand alike."""
    today = _as_of(room)
    counted = Counter(stands(room, action, today) for action in actions)
    good = counted["done"] + counted["on_track"]
    return _actions(room, "progress", {each: counted[each] for each in STANDINGS}, good)


def results(room: Room) -> Chart | None:
    """How many actions the team adopted, adapted and abandoned in the newest cycle; None where all ended alike."""
    counted = Counter(result.verdict for result in cycle.results(room))
    return _actions(room, "results", {each: counted[each] for each in VERDICTS}, counted["adopt"])


def _actions(room: Room, title: str, counted: Mapping[str, int], good: int) -> Chart | None:
    bars = tuple(Bar(room.say(f"chart.{each}"), number) for each, number in counted.items() if number)
    if len(bars) < FEWEST:
        return None
    told = room.say(f"chart.{title}_told", count=good, total=sum(counted.values()))
    return Chart(room.say(f"chart.{title}"), room.say("chart.actions_unit"), bars, told)


def participation(room: Room) -> Chart | None:
    """How many of those asked answered in the chat, as a band, for each phase of the newest cycle that is over.

    None in a team of fewer than six. A phase under way is left out, because a share that moves tells who has just
    answered; so is one in which nobody answered, because its work was done in the room.
    """
    here = standing(room)
    phases = dict.fromkeys(move.phase for move in room.moves if move.kind == "opened")
    found = {key: _band(*_heard(room, key)) for key in phases if here is None or key != here.phase.key}
    bands = {room.course.phases[key].title: band for key, band in found.items() if band}
    if len(bands) < FEWEST:
        return None
    bars = (Bar(phase, band, plain(room.say(f"chart.heard_{band}"))) for phase, band in bands.items())
    least, most = min(bands.values()), max(bands.values())
    first, last = ([phase for phase, band in bands.items() if band == each] for each in (most, least))
    told = room.say("chart.participation_same", share=room.say(f"chart.heard_{most}"))
    if least != most:
        told = room.say("chart.participation_told", most=first, least=last)
    return Chart(room.say("chart.participation"), room.say("chart.participation_unit"), tuple(bars), told, most=HUNDRED)


def _heard(room: Room, phase: str) -> tuple[int, int]:
    """How many were asked in this phase, and how many of them answered."""
    epochs = {f"{move.cycle}.{move.number}" for move in room.moves if (move.kind, move.phase) == ("opened", phase)}
    people = {member.id for member in room.prompted()}
    talks = [each for each in room.conversations.values() if each.phase in epochs and each.member in people]
    return len({each.member for each in talks}), len({each.member for each in talks if each.answered_at})


def _band(asked: int, answered: int) -> int:
    """The band in which the share is, as one of `BANDS`; 0 where nobody answered, or fewer than six were asked.

    In each band there is room for two numbers at least, whoever looks: who answered does not learn from it that all
    others were silent, and who was silent not that all others answered.
    """
    if asked < SMALL or not answered:
        return 0
    if asked >= MANY and 4 * answered >= 3 * asked:
        return 75
    return 50 if 2 * answered >= asked else 25


def stands(room: Room, action: Action, today: date) -> str:
    """How an action stands on this day, as one of `STANDINGS`."""
    if action.state == "done":
        return "done"
    return "overdue" if cycle.is_overdue(room, action, today) else action.status or "planned"


def _as_of(room: Room) -> date:
    """The day of which it is drawn.

    Whether a card reads differently is asked of the last moment that was visited: it does not do so over night.
    """
    return room.drawn_on or max((room.today(each.at) for each in room.occurrences), default=date.min)
