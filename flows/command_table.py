"""Every command there is: the one table for all platforms."""

from .lookup import Table, table
from .orders import (
    actions,
    ask,
    beside,
    circle,
    closure,
    course,
    decide,
    decide_close,
    decide_log,
    doubt,
    evidence,
    ground,
    guide,
    hold,
    home,
    language,
    lead,
    levels,
    meets,
    outcome,
    own_time,
    pages,
    personal,
    pulse,
    report,
    school,
    skills,
    stand,
    starting,
    team,
)

TOPICS = {
    "cycle": (*starting.COMMANDS, *course.COMMANDS, *skills.COMMANDS, *report.COMMANDS),
    "needs": ground.COMMANDS,
    "actions": (*actions.COMMANDS, *evidence.COMMANDS, *outcome.COMMANDS),
    "decisions": (*decide.COMMANDS, *decide_close.COMMANDS, *stand.COMMANDS, *decide_log.COMMANDS, *ask.COMMANDS),
    "team": (*team.COMMANDS, *circle.COMMANDS, *meets.COMMANDS, *levels.COMMANDS),
    "yours": (
        *(*home.COMMANDS, *pages.COMMANDS, *lead.COMMANDS, *personal.COMMANDS),
        *(*own_time.COMMANDS, *language.COMMANDS, *doubt.COMMANDS, *beside.COMMANDS),
    ),
    "school": (*school.COMMANDS, *pulse.COMMANDS, *closure.COMMANDS, *hold.COMMANDS),
}
"""The commands of every noun, by what they are about."""
COMMANDS: Table = table(*TOPICS.values(), guide.commands(TOPICS))
