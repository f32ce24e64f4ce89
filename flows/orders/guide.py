"""The command that says what one can do: now, in all, or about one matter."""

from collections.abc import Iterator, Mapping
from functools import partial

from .. import holds, talk
from ..commands import Call, Command
from ..messages import Button, Item
from ..offers import Offer, offers
from ..outcome import Outcome
from ..timetable import standing

Topics = Mapping[str, tuple[Command, ...]]
"""The commands by what they are about, as a person names it: "help actions"."""

MOST_LINES = 8
"""with the title and what stands around them about ten; the rest is one press away"""

WAITS = ("resume", "cycle resume", "decide answer", "decide report", "ask grant", "stand", "action accept")
"""What somebody waits for goes first."""

WITHOUT_A_CHANNEL = ("channel here",)
"""What goes before even that, as long as nothing can be posted."""

BY_PHASE: Mapping[str, tuple[str, ...]] = {
    "": ("school", "cycle start"),
    "convene": ("record", "met", "lead", "cycle extend"),
    "needs": ("need", "resource", "needs", "resources", "needs alike", "record", "met"),
    "plan": ("plan good", "action", "actions mine", "actions", "record", "met", "resource"),
    "act": ("action done", "action blocked", "action evidence", "actions mine", "actions", "reflect", "action"),
    "reflect": ("record", "met", "actions", "report", "lead"),
    "over": ("cycle yes", "charter keep", "cycle start", "charter change", "report"),
}
"""What each phase is about, most wanted first; "" before the first cycle, "over" when one is finished."""

ALWAYS = (
    "cycle status",
    "decide",
    "ask",
    "who sees what",
    "best time",
    "leave",
    "decisions",
    "needs",
    "actions",
    "report",
    "skills",
)


def now(topics: Topics, call: Call) -> Outcome:
    """List the few things that are the person's to do now, in this phase and with their role."""
    every = (command for commands in topics.values() for command in commands)
    offered = {offer.command.words: offer for offer in offers(call, every)}
    first = () if call.room.channels else WITHOUT_A_CHANNEL
    wanted = dict.fromkeys((*first, *WAITS, *BY_PHASE[_phase(call)], *ALWAYS))
    shown = [offered[words] for words in wanted if words in offered][:MOST_LINES]
    held = holds.told(call.room, call.me) if call.room.hold else ""
    text = f"{held} {call.say('help.text')}".strip()
    items, everything = (*_waiting(call), *_lines(call, shown)), Button(call.say("help.everything"), "help all")
    return call.tell(text, everything, title=call.say("help.title"), items=items)


def welcome(call: Call) -> Outcome:
    """Say who is writing and what for, with the ways on: what a greeting is answered with."""
    ways = Button(call.say("engine.who_sees_what"), "who sees what"), Button(call.say("help.title"), "help")
    return call.tell(call.say("prompt.hello", name=call.me.first_name), *ways, items=_waiting(call))


def _phase(call: Call) -> str:
    here = standing(call.room)
    return here.phase.key if here else "over" if call.room.cycle else ""


def _waiting(call: Call) -> Iterator[Item]:
    """The question that waits for this person's answer; no button of a phone is as wide as its title."""
    if call.may("answer") and (waiting := talk.unfinished(call)):
        title = call.room.scripts.flow(waiting.flow, call.me.language).title
        answer = Button(call.say("engine.answer"), f"answer {waiting.flow}", "primary")
        yield Item(title, call.say("home.question"), buttons=(answer,))


def _lines(call: Call, offered: list[Offer]) -> Iterator[Item]:
    for offer in offered:
        yield Item(call.say(f"help.{offer.command.words.replace(' ', '_')}"), label=offer.words)


def everything(topics: Topics, call: Call) -> Outcome:
    """List every command that the person may give now, by what it is about."""
    found = {topic: list(offers(call, commands, everything=True)) for topic, commands in topics.items()}
    items = [
        Item(" · ".join(offer.command.words for offer in offered), label=call.say(f"help.topic_{topic}"))
        for topic, offered in found.items()
        if offered
    ]
    buttons = (Button(call.say(f"help.topic_{topic}"), f"help {topic}") for topic, offered in found.items() if offered)
    return call.tell(call.say("help.all_text"), *buttons, title=call.say("help.all_title"), items=items)


def about(topic: str, commands: tuple[Command, ...], call: Call) -> Outcome:
    """List and explain the commands of one matter that the person may give now."""
    items = _lines(call, list(offers(call, commands, everything=True)))
    everything = Button(call.say("help.everything"), "help all")
    return call.tell(call.say("help.topic_text"), everything, title=call.say(f"help.topic_{topic}"), items=items)


def commands(topics: Topics) -> Iterator[Command]:
    """`help`, `help all`, and one for each matter, which any of its commands names: `help decide`."""
    yield Command("help", "help", partial(now, topics), alone=True)
    yield Command("help all", "help", partial(everything, topics), listed=False, alone=True)
    for topic, about_it in topics.items():
        names = (command.words.split()[0] for command in about_it if command.listed)
        for name in dict.fromkeys((topic, *names)):
            yield Command(f"help {name}", "help", partial(about, topic, about_it), listed=False, alone=True)
