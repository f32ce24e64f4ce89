"""What a person can do now: each command is tried on the room as it is; what would be refused is not offered."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from . import asks, cycle, decision_log, decisions, leaves, needs, plan
from .calendar import CalendarError
from .commands import Call, Command
from .cycle_script import PHASES
from .modes import MODES
from .orders import school
from .outcome import Refused


@dataclass(frozen=True, slots=True)
class Offer:
    """A command that would be taken now."""

    command: Command
    words: str
    """what to type, with the number of something that it may be said about: "action done 3" """


def offers(call: Call, commands: Iterable[Command], everything: bool = False) -> Iterator[Offer]:
    """Yield the listed ones of these commands that the person may give now.

    With `everything` those are among them that show a list of which nothing is on record yet.
    """
    for command in commands:
        if command.listed and (words := _example(call, command, everything)) is not None:
            yield Offer(command, words)


def _example(call: Call, command: Command, everything: bool) -> str | None:
    """The words with which the command would be taken; None where there are none."""
    is_empty_list = everything and command.words in _LISTS and _is_taken(call, command, "")
    rest = "" if is_empty_list else next(_taken(call, command), None)
    if rest is None:
        return None
    is_shown = rest[:1].isdigit() or rest == _IN_THE_ROOM
    return f"{command.words} {_about(command, rest)}" if is_shown else command.words


def choices(call: Call, command: Command) -> tuple[str, ...]:
    """What the command could be about now: the numbers, or the person's id, to say after its words."""
    return tuple(dict.fromkeys(_about(command, rest) for rest in _taken(call, command) if rest))


def _taken(call: Call, command: Command) -> Iterator[str]:
    """Those of the words tried after the command with which it would be taken."""
    for rest in TRIED_WITH.get(command.words, _nothing)(call):
        if _is_taken(call, command, rest):
            yield rest


def _about(command: Command, rest: str) -> str:
    """What the words are about, without the word that is only said to try them."""
    return rest.split()[0] if command.words == "stand" else rest


def _is_taken(call: Call, command: Command, rest: str) -> bool:
    if school.comes_first(call, command):
        return False
    try:
        call.require(command.matter)
        command.run(replace(call, rest=rest))
    except (Refused, CalendarError):
        return False
    return True


# ---------------------------------------------------------------- what each command is tried with

_IN_THE_ROOM = "in the room"


def _nothing(call: Call) -> Iterable[str]:
    return ("",)


def _if(there_is: Callable[[Call], object]) -> Callable[[Call], Iterable[str]]:
    """Without words, where there is something to show or to speak of."""
    return lambda call: ("",) if there_is(call) else ()


def _others(call: Call) -> Iterable[str]:
    return (member.id for member in call.room.prompted() if member.id != call.me.id)


def _who_left(call: Call) -> Iterable[str]:
    return (each.member for each in call.room.memberships if each.left_on)


def _phases(call: Call) -> Iterable[str]:
    return (f"{phase} because we learned more" for phase in reversed(PHASES))


def _actions(call: Call) -> Iterable[str]:
    """The person's own first."""
    others = (each for each in cycle.planned(call.room) if each.state != "done")
    return dict.fromkeys(str(each.number) for each in (*plan.of(call.room, call.me.id), *others))


def _decisions(call: Call) -> Iterable[str]:
    return (str(each.number) for each in call.room.decisions if each.owner == call.me.id)


def _every_decision(call: Call) -> Iterable[str]:
    return (str(each.number) for each in call.room.decisions)


def _asks(call: Call) -> Iterable[str]:
    return (str(each.number) for each in asks.known(call.room, call.me.id, call.now))


def _stands(call: Call) -> Iterable[str]:
    """Each decision with the first word that its mode takes, or the first option of a vote."""
    return (
        f"{decisions.version(each)} {(*MODES[each.mode].says, '1')[0]}" for each in call.room.decisions if each.mode
    )


def _two_needs(call: Call) -> Iterable[str]:
    numbers = (need.number for need in needs.standing_needs(call.room))
    return (f"{second} into {first}" for first, second in combinations(numbers, 2))


_LISTS: Mapping[str, Callable[[Call], object]] = {
    "needs": lambda call: needs.standing_needs(call.room),
    "needs alike": lambda call: needs.alike(call.room),
    "resources": lambda call: needs.standing_resources(call.room),
    "actions": lambda call: cycle.planned(call.room),
    "actions mine": lambda call: plan.of(call.room, call.me.id),
    "asks": lambda call: asks.known(call.room, call.me.id, call.now),
    "decisions": lambda call: decision_log.posted(call.room, call.me.id, call.now),
    "how we work here": lambda call: call.room.charter,
    "leaves": lambda call: leaves.coming(call.room, call.me, call.today),
}
"""Commands that show what is on record, and whether anything is."""

TRIED_WITH: Mapping[str, Callable[[Call], Iterable[str]]] = {
    **{words: _if(there_is) for words, there_is in _LISTS.items()},
    "cycle start": lambda call: ("", _IN_THE_ROOM),
    "cycle next": lambda call: ("because we are done",),
    "cycle reopen": _phases,
    "cycle hand over": _others,
    "team left": _others,
    "team back": _who_left,
    "charter change": _if(lambda call: call.room.cycle),
    "need merge": _two_needs,
    "need apart": lambda call: (words.replace("into ", "") for words in _two_needs(call)),
    "action accept": _actions,
    "action decline": _actions,
    "action pass": _actions,
    "action done": _actions,
    "action on track": _actions,
    "action blocked": _actions,
    "action move": _actions,
    "action drop": _actions,
    "action evidence": _actions,
    "decide undo": _decisions,
    "decide amend": _decisions,
    "decide extend": _decisions,
    "decide withdraw": _decisions,
    "decide answer": _decisions,
    "decide report": _every_decision,
    "decide keep": _every_decision,
    "object": _every_decision,
    "ask grant": _asks,
    "ask decline": _asks,
    "ask again": _asks,
    "ask withdraw": _asks,
    "stand": _stands,
    "closure open": lambda call: (),
    "hold": _if(lambda call: not call.room.hold),
    "resume": _if(lambda call: call.room.hold),
    "leave back": lambda call: (
        str(max(each.first, call.today)) for each in leaves.coming(call.room, call.me, call.today)
    ),
    "quiet": _if(lambda call: not call.me.is_quiet(call.today)),
    "quiet off": _if(lambda call: call.me.is_quiet(call.today)),
    "lead": lambda call: ("yes",),
    "checkin": _if(lambda call: plan.under_way(call.room, call.me.id)),
}
"""Words that come after a command's own, the likeliest first; nothing for the others."""
