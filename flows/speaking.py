"""What people say to a decision in words of their own, without its number or by another name, as commands."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches

from . import decision_cards, decisions, stands, ways
from .chatting import plainly
from .commands import Call, gives_reason, stripped, with_reason
from .decision_records import Decision
from .messages import MOST_SAID, Button, Item
from .modes import MODES
from .options import folded
from .outcome import Outcome, Refused
from .people import Role
from .ways import BACK, HARM, WORDED, Said

_BESIDE = r"(?:(?:to|with|for|on|about|the|decision|number|a|con|sobre|la|decisión)\b\s*)*"
_VOTE = re.compile(rf"{_BESIDE}#?(\d{{1,9}})(?:\.\d+)?(?:[\s:,.]+(?:for|por)?\s*#?(\d{{1,2}}))?[.!]?", re.IGNORECASE)
_NEAR = 0.75
"""how alike words must be to the option that they are taken for"""


@dataclass(frozen=True, slots=True)
class Meant:
    """The commands that the words may mean, each with the decision that it is about."""

    commands: tuple[tuple[Decision, str], ...]
    is_sure: bool = False
    """whether they may be done without asking back, where no question waits for words"""
    is_command: bool = False
    """whether it was said as a command, which no answer is"""
    why: str = ""
    """what to say before they are offered"""


def understood(call: Call, text: str, is_typed: bool = False) -> Meant | None:
    """Return what these words say to the decisions that are asked of this person; None where they say nothing.

    What is typed, and no command, may only begin so, say no more than yes or no, or be misspelled.
    """
    words, phrases = stripped(text), call.room.phrases(call.me)
    first, _, rest = words.partition(" ")
    if not call.may("stand"):
        return None
    match first.casefold().strip(":,.!?"):
        case "stand":
            said = _commanded(call, rest.strip())
            return replace(said, is_command=True) if said else None
        case "object":
            return _objected(call, rest.strip())
        case "withdraw" if not ways.named(phrases, rest)[2]:
            return _taken_back(call, rest)
    if meant := _each(call, ways.apart(phrases, words)) or _word(call, ways.read(phrases, words), is_typed):
        return meant
    if meant := _voted(call, words, is_typed):
        return meant
    near = ways.nearest(phrases, words) if is_typed else ""
    meant = _word(call, ways.read(phrases, near), is_typed) if near else None
    return replace(meant, is_sure=False) if meant and meant.commands else None


def waiting(call: Call, text: str = "") -> Meant | None:
    """Return all that the person can say to the decisions that wait for their word; None where none does.

    The words go with what takes a sentence.
    """
    owed = tuple(each for each in _asked(call) if _is_owed(call, each)) if call.may("stand") else ()
    return _shown(call, owed, text) if owed else None


def as_advice(call: Call, text: str) -> Iterator[Button]:
    """The buttons by which words that look like a command are the advice that a decision waits for."""
    for each in _asked(call) if call.may("stand") and len(text) <= MOST_SAID else ():
        if each.mode == "advice" and _is_owed(call, each):
            yield Button(call.say("decide.advice"), f"stand {decisions.as_read(each)} advice {text}")


def would_say(call: Call, text: str) -> bool:
    """Whether these words would say something to a decision, if one were open."""
    said = ways.read(call.room.phrases(call.me), stripped(text))
    return said is not None and said.is_whole and not said.is_bare


def asked_back(call: Call, meant: Meant, *others: Button) -> Outcome:
    """Name what may be meant, with a button for each; nothing is noted.

    A reason that no button holds is left for the form that the shorter word opens.
    """
    about = {decision.number: decision for decision, _ in meant.commands}
    items = [item for each in about.values() for item in _items(call, each, meant.commands)]
    is_cut = any(_carried(command) != command for _, command in meant.commands)
    why = meant.why or call.say("decide.nothing_noted")
    told = f"{why} {call.say('refused.copy_your_words')}" if is_cut else why
    return call.tell(told, *others, items=items)


def _items(call: Call, decision: Decision, commands: Iterable[tuple[Decision, str]]) -> Iterator[Item]:
    """The decision with what may be said to it; each option of a vote stands in its own words."""
    own = [command for each, command in commands if each == decision]
    options = {command: int(command.split()[2]) for command in own if command.split()[2].isdecimal()}
    others = (Button(_label(call, decision, each), _carried(each)) for each in own if each not in options)
    label = call.say("decide.label", number=decision.number)
    yield Item(decision.question, label, buttons=tuple(others), quoted=True)
    for command, number in options.items():
        vote = Button(call.say("decide.vote_for_it"), command)
        named = call.say("decide.option", number=number)
        yield Item(decision.options[number - 1], named, buttons=(vote,), quoted=True)


def _carried(command: str) -> str:
    return command if len(command) <= MOST_SAID else " ".join(command.split()[:3])


def _label(call: Call, decision: Decision, command: str) -> str:
    """What a command says, as its button on the card reads."""
    verb, _, word, *_ = *command.split(None, 3), ""
    if verb == "decide":
        return call.say("decide.report_it")
    return call.say("decide.take_back") if word in BACK else decision_cards.word_for(call.room, decision, word)


# ---------------------------------------------------------------- the decisions that are meant


def _is_owed(call: Call, decision: Decision) -> bool:
    return call.me.id in stands.owed(call.room, decision)


def _asked(call: Call) -> Iterator[Decision]:
    """The decisions to which the person can say something now."""
    for each in call.room.decisions:
        try:
            yield decisions.asked_of(call.room, each.number, call.me.id, call.now, each.revision)
        except Refused:
            continue


def _is_named(decision: Decision, numbers: tuple[str, ...]) -> bool:
    return str(decision.number) in numbers or decisions.version(decision) in numbers


def _shown(call: Call, about: Iterable[Decision], text: str = "") -> Meant:
    """All that can be said to these decisions, as their cards have it."""
    commands = tuple((each, _with_words(button, text)) for each in about for button in _buttons(call, each))
    return Meant(commands, why=call.say("decide.still_waits"))


def _buttons(call: Call, decision: Decision) -> Iterator[str]:
    yield from (button.says for button in decision_cards.buttons(call.room, decision))
    for item in decision_cards.choice_items(call.room, decision):
        yield from (button.says for button in item.buttons)


def _with_words(says: str, text: str) -> str:
    return f"{says} {text}".strip() if says.split()[-1] in WORDED else says


# ---------------------------------------------------------------- one's word


def _commanded(call: Call, rest: str) -> Meant | None:
    """What follows `stand`; a decision's number is for the command itself, unless several are named."""
    phrases = call.room.phrases(call.me)
    if meant := _each(call, ways.apart(phrases, rest)):
        return meant
    said = ways.read(phrases, rest, is_command=True)
    if not rest or (rest.lstrip("#")[:1].isdecimal() and not (said and len(said.numbers) > 1)):
        return None
    if meant := _word(call, replace(said, is_name=True, is_bare=False) if said else None, is_typed=True):
        return meant
    return _options(call, rest) or waiting(call, rest)


def _each(call: Call, several: tuple[Said, ...]) -> Meant | None:
    """What is said to each of several decisions, if all of it can be said."""
    found = [_word(call, said, is_typed=False) for said in several]
    if not found or not all(each and each.commands for each in found):
        return None
    commands = tuple(command for each in found if each for command in each.commands)
    return Meant(commands, all(each.is_sure for each in found if each))


def _word(call: Call, said: Said | None, is_typed: bool) -> Meant | None:
    """What a word says: to the decision that is named, else to what waits for it, else to what was asked.

    A sentence that only begins with it, and a yes or a no, are only for what waits.
    """
    if said is None or ((said.is_bare or not said.is_whole) and not is_typed):
        return None
    if said.kinds == BACK:
        return _taken_back(call, *said.numbers[:1]) or Meant((), why=call.say("decide.no_objection"))
    asked = [each for each in _asked(call) if not said.numbers or _is_named(each, said.numbers)]
    owed = [each for each in asked if _is_owed(call, each)]
    fitting = _commands(owed, said)
    if not fitting and said.is_whole and not said.is_bare and (answered := _commands(asked, said)):
        is_one = len(answered) == 1 and not owed
        return Meant(answered, said.is_name and is_one, why="" if is_one else call.say("decide.said_already"))
    if not fitting:
        return _shown(call, owed, said.reason) if owed else None
    is_one_each = len(fitting) == len({decision.number for decision, _ in fitting})
    is_named = said.is_every or len(fitting) == max(1, len(said.numbers))
    return Meant(fitting, said.is_name and said.is_whole and is_one_each and is_named)


def _commands(among: Iterable[Decision], said: Said) -> tuple[tuple[Decision, str], ...]:
    return tuple(
        (each, f"stand {decisions.as_read(each)} {kind} {said.reason}".strip())
        for each in among
        for kind in said.kinds
        if kind in MODES[each.mode].says
    )


def _taken_back(call: Call, words: str = "") -> Meant | None:
    """The objections that the person can take back: that to the decision with the number, or each."""
    number = "".join(ways.named(call.room.phrases(call.me), words)[0][:1]).partition(".")[0]
    own = tuple(
        (each, f"stand {decisions.as_read(each)} withdraw")
        for each in _asked(call)
        if number in ("", str(each.number))
        and any(said.member == call.me.id for said in stands.objections(call.room, each))
    )
    return Meant(own) if own else None


# ---------------------------------------------------------------- votes and objections


def _voted(call: Call, text: str, is_typed: bool) -> Meant | None:
    """A vote: "vote 3 2", "vote 2", "I vote for the gym", "option 2", "The gym"; or what else is said to vote on it."""
    phrases = call.room.phrases(call.me)
    said = folded(text)
    begun = [words for words in phrases.words("decide.voting") if f"{said} ".startswith(f"{words} ")]
    votes = max(begun, key=len, default="")
    if not votes:
        return _options(call, text) or (_numbered_alone(call, said) if is_typed else None)
    rest = "".join(text.split(None, len(votes.split()))[len(votes.split()) :])
    if meant := _options(call, rest, is_vote=True):
        return meant
    if meant := _word(call, ways.read(phrases, rest), is_typed=True):
        return replace(meant, is_sure=False)
    owed = tuple(each for each in _asked(call) if each.mode == "vote" and _is_owed(call, each))
    return _shown(call, owed) if owed and not text.endswith("?") else None


def _numbered_alone(call: Call, said: str) -> Meant | None:
    """All that can be said to the decision of which the words are the number."""
    owed = [each for each in _asked(call) if _is_named(each, (said.lstrip("#"),)) and _is_owed(call, each)]
    return _shown(call, owed) if owed else None


def _options(call: Call, rest: str, is_vote: bool = False) -> Meant | None:
    """The options of open votes that are meant by their numbers or words; sure are those that were voted for."""
    asked = [each for each in _asked(call) if each.mode == "vote"]
    owed = [each for each in asked if _is_owed(call, each)]
    found = _VOTE.fullmatch(rest)
    if found and found[2]:
        chosen = [(each, int(found[2])) for each in asked if str(each.number) == found[1]]
    elif found and is_vote and found[1] in {str(each.number) for each in asked}:
        return _shown(call, [each for each in asked if str(each.number) == found[1]])
    else:
        among = owed or asked
        chosen = [
            (each, number)
            for each in among
            for number in ([int(found[1])] if found else _meant(call, each.options, rest))
        ]
    commands = tuple(
        (each, f"stand {decisions.as_read(each)} {number}")
        for each, number in chosen
        if 0 < number <= len(each.options)
    )
    is_exact = found is not None or any(folded(rest) == folded(each.options[number - 1]) for each, number in chosen)
    is_sure = is_vote and len(commands) == 1 and is_exact and (found is None or bool(found[2]))
    return Meant(commands, is_sure) if commands else None


def _meant(call: Call, options: tuple[str, ...], words: str) -> list[int]:
    """The numbers of the options that are meant: in their own words, in some of them, or nearly; without a reason."""
    said = plainly(call.room.phrases(call.me), with_reason(words)[0])
    known = {folded(option): number for number, option in enumerate(options, 1)}
    if said in known or not said:
        return [known[said]] if said else []
    within = [number for option, number in known.items() if {*said.split()} <= {*option.split()}]
    return within or [known[each] for each in get_close_matches(said, known, 1, _NEAR)]


def _objected(call: Call, rest: str) -> Meant | None:
    """One's own objection, said with the facilitator's word for the objections of others."""
    facilitators = call.room.holders(Role.FACILITATOR)
    puts_on_record = call.me in facilitators or (not facilitators and call.may("object"))
    numbers, _, reason = ways.named(call.room.phrases(call.me), rest)
    if puts_on_record or rest.startswith("for ") or (reason and not gives_reason(reason)):
        return None
    own = _word(call, Said(HARM, numbers[:1], reason=reason), is_typed=False)
    return replace(own, is_sure=False, why=call.say("decide.object_yourself")) if own else None
