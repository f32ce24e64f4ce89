"""The commands of those beside the teams, and the one that says what they see."""

from .. import cohort, rollup, shown
from ..commands import Call, Command
from ..outcome import Outcome
from .pages import alone


def my_teams(call: Call) -> Outcome:
    """Send the coach where all their teams stand, to them alone."""
    return alone(call, cohort.CARD, "cohort.sent")


def our_district(call: Call) -> Outcome:
    """Send a district leader the figures of all schools, to them alone."""
    return alone(call, rollup.CARD, "cohort.sent")


def what_others_see(call: Call) -> Outcome:
    """Say field by field what a team's coach and the district can see."""
    return call.tell(call.say("shown.text"), title=call.say("shown.title"), items=shown.items(call.room, call.me))


COMMANDS = (
    Command("my teams", "my teams", my_teams, alone=True),
    Command("our district", "our district", our_district, alone=True),
    Command("what others see", "who sees what", what_others_see, alone=True),
)
