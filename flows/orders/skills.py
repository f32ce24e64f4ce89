"""The commands that show protocols for a meeting: all of them, or one step by step."""

from ..commands import Call, Command
from ..flow import NotAnAnswer
from ..markup import escape
from ..messages import Button, Item, Message, Note, Option
from ..options import find
from ..outcome import Outcome, Refused
from ..skills import Skill
from ..timetable import standing


def skills(call: Call) -> Outcome:
    """List the protocols, the one for the phase that stands first, each with a button that shows it."""
    here = standing(call.room)
    first = here.phase.skill if here else ""
    listed = sorted(call.room.skills.values(), key=lambda each: (each.name != first, each.title))
    buttons = (Button(each.title, f"skill {each.name}") for each in listed)
    items = (Item(escape(each.purpose), each.title, _minutes(call, each.minutes)) for each in listed)
    return call.tell("", *buttons, title=call.say("skill.list"), items=items)


def skill(call: Call) -> Outcome:
    """Show one protocol, which is named as people know it: `skill five whys`."""
    if not call.rest:
        return skills(call)
    shown = _meant(call)
    steps = (
        Item(escape(step.say), str(number), _minutes(call, step.minutes)) for number, step in enumerate(shown.steps, 1)
    )
    message = Message(
        escape(shown.purpose),
        title=shown.title,
        items=tuple(steps),
        note=call.say("skill.in_all", count=shown.minutes),
        preview=shown.title,
        about=call.room.team.id,
    )
    return Outcome(reply=Note(message))


def _meant(call: Call) -> Skill:
    """The skill of this name, in the file's spelling or as its title reads; raises Refused when there is none."""
    known = call.room.skills
    if call.rest in known:
        return known[call.rest]
    options = [Option(each.name, each.title) for each in known.values()]
    try:
        return known[find(options, call.rest.replace("_", " "), call.room.phrases(call.me)).key]
    except NotAnAnswer as error:
        raise Refused(f"{error} {call.say('skill.see_all')}") from error


def _minutes(call: Call, minutes: int) -> str:
    return call.say("skill.minutes", count=minutes)


COMMANDS = (Command("skills", "skills", skills, alone=True), Command("skill", "skills", skill))
"""What shows them."""
