"""The charts of a report: what became of the actions, and where the dots went. Nobody is named or ranked."""

from collections import Counter
from collections.abc import Sequence

from ..charts import VERDICTS, of_dots
from ..messages import Bar, Chart
from ..room import Room
from .entries import ENDS, ActionEntry, NeedEntry


def of_actions(room: Room, actions: Sequence[ActionEntry]) -> Chart | None:
    """How many actions came to which end, in the order of ENDS; None without any."""
    counted = Counter(each.end for each in actions)
    if not counted:
        return None
    bars = tuple(Bar(room.say(f"report.end_{end}"), counted[end]) for end in ENDS if counted[end])
    is_weighed = any(counted[verdict] for verdict in VERDICTS)
    phrase, good = ("chart.results_told", "adopt") if is_weighed else ("chart.done_told", "done")
    told = room.say(phrase, count=counted[good], total=len(actions))
    return Chart(room.say("report.actions_by_end"), room.say("chart.actions_unit"), bars, told)


def of_needs(room: Room, needs: Sequence[NeedEntry]) -> Chart | None:
    """The dots on the needs, most first; None where none are shown, or on fewer than two."""
    ranked = sorted(needs, key=lambda need: (-(need.dots or 0), need.number))
    return of_dots(room, {need.number: need.text for need in needs}, {need.number: need.dots or 0 for need in ranked})
