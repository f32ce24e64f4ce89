"""What is said to words that give no command: the nearest ones are named, and nothing is noted."""

from collections.abc import Iterator

from . import labels
from .command_table import COMMANDS
from .commands import Call, is_number
from .flow import Conversation
from .messages import Button, Item, Option
from .options import folded, which
from .orders import personal
from .outcome import Outcome
from .phrases import Raw

MOST_IN_A_BUTTON = 60
"""characters of somebody's own words"""


def ask_back(call: Call, said: str, meant: tuple[str, ...]) -> Outcome:
    """Nothing is noted of words that look like a command; the nearest one is named, or the few that may be meant."""
    meant = _permitted(call, meant)
    rest = " ".join(said.split(None, 2)[2:])
    abouts = [call.say(f"help.{name.replace(' ', '_')}") for name in meant]
    if len(meant) == 1:
        text = call.say("refused.near_command", said=said, command=meant[0], about=Raw(abouts[0]))
        return call.tell(text, Button(meant[0], _meant(meant[0], rest), "primary"))
    buttons = (Button(name, _meant(name, rest)) for name in meant)
    items = (Item(about, label=name) for name, about in zip(meant, abouts, strict=True))
    return call.tell(call.say("refused.near_commands", said=said), *buttons, items=items)


def unknown(call: Call, text: str, waiting: Conversation | None = None) -> Outcome:
    """Name the nearest command; where a question waits for words, these may be its answer.

    Who names a command that is not theirs to give hears whose it is; of a guess nobody hears that.
    """
    others = (*as_answer(call, waiting, text), Button(call.say("help.title"), "help"))
    called, after = labels.called(text, call.room.phrases(call.me))
    near, rest = (called, after) if called else COMMANDS.nearest(text)
    is_meant = any(folded(text).split(" ")[0] == each.split(" ")[0] for each in near)
    if near := _permitted(call, near) if is_meant else tuple(each for each in near if _may_give(call, each)):
        one = call.say("refused.did_you_mean", command=near[0])
        several = which([Option(name, name) for name in near], call.room.phrases(call.me))
        buttons = (Button(name, _meant(name, rest), "primary") for name in near)
        or_answer = call.say("refused.or_answer") if waiting else ""
        return call.tell(f"{one if len(near) == 1 else several} {or_answer}".strip(), *buttons, *others)
    return call.tell(call.say("refused.unknown_command", said=text.split(" ")[0][:40]), *others)


def as_answer(call: Call, waiting: Conversation | None, text: str) -> Iterator[Button]:
    """The button by which words that look like a command are the answer all the same."""
    if waiting and len(text) <= MOST_IN_A_BUTTON:
        yield Button(call.say("prompt.my_answer"), f"answer {waiting.flow} {personal.AS_WRITTEN} {text}")


def _may_give(call: Call, name: str) -> bool:
    found = COMMANDS.find(name)
    return found is not None and call.may(found[0].matter)


def _permitted(call: Call, near: tuple[str, ...]) -> tuple[str, ...]:
    """Those of these commands that the person may give; raises Refused where there are only others."""
    found = {name: COMMANDS.find(name) for name in near}
    matters = {name: each[0].matter for name, each in found.items() if each}
    if matters and not any(map(call.may, matters.values())):
        call.require(next(iter(matters.values())))
    return tuple(name for name, matter in matters.items() if call.may(matter))


def _meant(name: str, rest: str) -> str:
    """The command with the words that were typed after it, if it takes any; one about a number takes no others."""
    command, _ = COMMANDS.find(name) or (COMMANDS.commands["help"], "")
    is_about = command.numbered or command.words == "stand"
    is_left_out = command.alone or (
        is_about and name == command.words and not is_number(rest.split(" ")[0].strip("#:,."))
    )
    return name if is_left_out else f"{name} {rest}".strip()


def is_near_miss(call: Call, text: str) -> bool:
    """Whether one word is all, and nearly a command that the person may give."""
    return COMMANDS.is_near_miss(text) and any(_may_give(call, name) for name in COMMANDS.nearest(text)[0])
