"""The team's charts: where the dots went, how the plan is going, how many were heard. Nobody is named or ranked."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from . import cycle, needs
from .messages import Bar, Chart
from .people import SMALL
from .records import Action, Need
from .room import Room
from .timetable import standing

FEWEST = 2
"""Fewer bars say nothing that their numbers do not say."""
STANDINGS = ("done", "on_track", "planned", "blocked", "overdue")
VERDICTS = ("adopt", "adapt", "abandon")


def dots(room: Room, listed: Iterable[Need]) -> Chart | None:
    """The dots on these needs, most first; one that got none is left out, and so is a chart of fewer than two."""
    texts = {need.number: need.text for need in listed}
    given = {number: count for number, count in needs.count(room).dots.items() if count and number in texts}
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
    """How many in a hundred of those asked answered in the chat, for each phase of the newest cycle that is over.

    None in a team of fewer than six. A phase under way is left out, because a share that moves tells who has just
    answered; so is one in which nobody answered, because its work was done in the room.
    """
    here = standing(room)
    phases = dict.fromkeys(move.phase for move in room.moves if move.kind == "opened")
    shares = {key: _share(room, key) for key in phases if here is None or key != here.phase.key}
    bars = tuple(Bar(room.course.phases[key].title, share) for key, share in shares.items() if share)
    if len(bars) < FEWEST:
        return None
    least, most = min(bar.value for bar in bars), max(bar.value for bar in bars)
    told = "chart.participation_same" if least == most else "chart.participation_told"
    unit = room.say("chart.participation_unit")
    return Chart(room.say("chart.participation"), unit, bars, room.say(told, least=least, most=most))


def _share(room: Room, phase: str) -> int:
    """In percent; 0 where fewer than six were asked."""
    epochs = {f"{move.cycle}.{move.number}" for move in room.moves if (move.kind, move.phase) == ("opened", phase)}
    people = {member.id for member in room.prompted()}
    talks = [each for each in room.conversations.values() if each.phase in epochs and each.member in people]
    asked, answered = {each.member for each in talks}, {each.member for each in talks if each.answered_at}
    return round(100 * len(answered) / len(asked)) if len(asked) >= SMALL else 0


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
