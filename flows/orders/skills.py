"""The commands that show protocols for a meeting: all of them, or one step by step."""

from ..commands import Call, Command
from ..flow import NotAnAnswer
from ..markup import escape
from ..messages import Button, Item, Message, Note, Option
from ..options import find, nearest
from ..outcome import Outcome
from ..skills import Skill
from ..timetable import standing


def skills(call: Call) -> Outcome:
    """List the protocols, the one for the phase that stands first, or show one: `skills`, `skills 2`, `skill norms`."""
    if call.rest:
        return _one(call)
    listed = _listed(call)
    buttons = (_button(each) for each in listed)
    items = (Item(escape(each.purpose), each.title, _minutes(call, each.minutes)) for each in listed)
    return call.tell("", *buttons, title=call.say("skill.list"), items=items)


def _listed(call: Call) -> list[Skill]:
    here = standing(call.room)
    first = here.phase.skill if here else ""
    return sorted(call.room.skills.values(), key=lambda each: (each.name != first, each.title))


def _button(skill: Skill) -> Button:
    return Button(skill.title, f"skill {skill.name}")


def _one(call: Call) -> Outcome:
    """One protocol, by its number in the list or as people know it: `skill five whys`."""
    listed, said = _listed(call), call.rest.replace("_", " ")
    options = [Option(each.name, each.title) for each in listed]
    known = {each.name: each for each in listed}
    try:
        key = call.rest if call.rest in known else find(options, said, call.room.phrases(call.me)).key
    except NotAnAnswer as error:
        see_all = Button(call.say("skill.list"), "skills")
        if near := nearest(options, said):
            meant = call.say("skill.did_you_mean", title=near.label)
            return call.tell(meant, _button(known[near.key]), see_all)
        return call.tell(str(error), see_all)
    return _shown(call, known[key])


def _shown(call: Call, shown: Skill) -> Outcome:
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


def _minutes(call: Call, minutes: int) -> str:
    return call.say("skill.minutes", count=minutes)


COMMANDS = (Command("skills", "skills", skills), Command("skill", "skills", skills))
"""What shows them."""
