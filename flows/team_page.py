"""What a team's page shows beside what the chat says: where the cycle stands, and its charts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from . import phase_cards, sight
from .charts import participation
from .cycle_script import PHASES
from .messages import Chart, Message
from .people import Member
from .room import Room
from .timetable import standing


@dataclass(frozen=True, slots=True)
class Stage:
    """One phase of the newest cycle."""

    title: str
    state: str
    """done, now or next"""
    told: str
    """the same in words"""


def stages(room: Room, me: Member) -> tuple[Stage, ...]:
    """The phases in their order; none where no cycle runs, and for whom the chat tells no status."""
    here = standing(room)
    if here is None or not sight.may_read(room, me.id, "cycle status"):
        return ()
    now, course = PHASES.index(here.phase.key), room.scripts.course(me.language)
    states = ["done" if place < now else "next" if place > now else "now" for place in range(len(PHASES))]
    return tuple(
        Stage(course.phases[key].title, state, room.say(f"page.stage_{state}", me))
        for key, state in zip(PHASES, states, strict=True)
    )


def beside_stages(told: Sequence[Message]) -> list[Message]:
    """What the chat says of the team, without the list of phases, which is drawn."""
    return [replace(each, items=()) if place == 0 else each for place, each in enumerate(told)]


def charts(room: Room, me: Member, today: date) -> tuple[Chart, ...]:
    """The newest chart of each kind of numbers on the team's cards in this cycle, as this person may see it today."""
    found: dict[str, Chart] = {}
    if not sight.may_read(room, me.id, "report"):
        return ()
    for chart in _charts(replace(sight.seen(room, me.id).told_to(me.id), drawn_on=today)):
        found.setdefault(chart.unit, chart)
    heard = participation(room.told_to(me.id)) if me in room.prompted() else None
    return (*found.values(), *((heard,) if heard else ()))


def _charts(room: Room) -> Iterator[Chart]:
    for move in reversed(room.moves):
        card = phase_cards.draw(room, move.number) if move.kind == "opened" else None
        if card and card.chart:
            yield card.chart
