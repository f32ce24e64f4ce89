"""What people say to a decision in words of their own, without its number or by another name, as commands."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from . import decisions, stands
from .commands import Call, gives_reason, stripped
from .messages import MOST_SAID, Button, Item
from .modes import MODES
from .options import folded
from .outcome import Outcome, Refused
from .people import Role
from .records import Decision

Kinds = tuple[str, ...]
"""words of `stand`, of which one is meant"""
FOR: Kinds = ("good",)
WORRY: Kinds = ("worry",)
HARM: Kinds = ("harm",)
AGAINST: Kinds = (*WORRY, *HARM)
BACK: Kinds = ("withdraw",)
MOST_WORDS = 6
"""in one way to say something: "withdraw my objection" """
_BESIDE = r"(?:(?:to|with|for|on|about|the|decision|number|a|con|sobre|la|decisión)\b\s*)*"
_NUMBERED = re.compile(
    rf"{_BESIDE}(?:#?(\d{{1,9}}(?:\.\d{{1,9}})?)(?=[\s:,.!]|$))?[\s:,.!]*(.*)", re.DOTALL | re.IGNORECASE
)
_VOTE = re.compile(rf"{_BESIDE}#?(\d{{1,9}})(?:\.\d+)?(?:[\s:,.]+(?:for|por)?\s*#?(\d{{1,2}}))?[.!]?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Meant:
    """The commands that the words may mean, each with the decision that it is about."""

    commands: tuple[tuple[Decision, str], ...]
    is_sure: bool = False
    """whether the only one may be done without asking back, where no question waits for words"""
    is_command: bool = False
    """whether it was said as a command, which no answer is"""
    why: str = ""
    """what to say before they are offered"""


def understood(call: Call, text: str) -> Meant | None:
    """Return what these words say to the decisions that are asked of this person; None where they say nothing."""
    first, _, rest = stripped(text).partition(" ")
    if not call.may("stand"):
        return None
    match first.casefold().strip(":,.!?"):
        case "stand":
            said = _said(call, rest.strip(), is_command=True)
            return replace(said, is_command=True) if said else None
        case "vote" | "voto":
            return _voted(call, rest.strip())
        case "object":
            return _objected(call, rest.strip())
        case "withdraw" if not _numbered(rest)[1]:
            return _taken_back(call, rest)
    return _said(call, stripped(text), is_command=False) or _option(call, stripped(text))


def yes_or_no(call: Call, text: str) -> Meant | None:
    """The same for a bare "yes" or "no": only to a decision that still waits for this person's word."""
    phrases = call.room.phrases(call.me)
    for key, kinds in (("answers.words.yes", FOR), ("answers.words.no", AGAINST)):
        if call.may("stand") and folded(text) in phrases.words(key):
            said = _spoken(call, kinds, "", "", is_sure=False)
            waiting = tuple(each for each in said.commands if _is_owed(call, each[0])) if said else ()
            return Meant(waiting) if waiting else None
    return None


def _is_owed(call: Call, decision: Decision) -> bool:
    return call.me.id in stands.owed(call.room, decision)


def would_say(call: Call, text: str) -> bool:
    """Whether these words would say something to a decision, if one were open."""
    words = text.split()
    return any(
        folded(" ".join(words[:length])) in _ways(call, is_command=False)
        and (length == len(words) or gives_reason(words[length]))
        for length in range(1, min(MOST_WORDS, len(words)) + 1)
    )


def nearly(call: Call, text: str) -> Meant | None:
    """The same for one word that is nearly one of those that say something: "dissagree"; never done unasked."""
    near = get_close_matches(folded(text), _ways(call, is_command=False), 1, 0.8) if text.strip().isalpha() else []
    said = understood(call, near[0]) if near else None
    return Meant(said.commands) if said and said.commands else None


def asked_back(call: Call, meant: Meant, *others: Button) -> Outcome:
    """Name what may be meant, with a button for each; nothing is noted.

    A reason that no button holds is left for the form that the shorter word opens.
    """
    items: dict[int, Item] = {}
    for decision, command in meant.commands:
        known = items.get(decision.number)
        buttons = (*(known.buttons if known else ()), Button(_label(call, command), _carried(command)))
        label = call.say("decide.label", number=decision.number)
        items[decision.number] = Item(decision.question, label, buttons=buttons, quoted=True)
    is_cut = any(_carried(command) != command for _, command in meant.commands)
    why = meant.why or call.say("decide.nothing_noted")
    told = f"{why} {call.say('refused.copy_your_words')}" if is_cut else why
    return call.tell(told, *others, items=items.values())


def _carried(command: str) -> str:
    return command if len(command) <= MOST_SAID else " ".join(command.split()[:3])


def _label(call: Call, command: str) -> str:
    """What a command says, as its button on the card reads; a vote by the number of its option."""
    _, _, word, *_ = *command.split(None, 3), ""
    if word.isdecimal():
        return call.say("decide.option", number=int(word))
    return call.say({"withdraw": "decide.take_back", "": "decide.show"}.get(word, f"decide.{word}"))


# ---------------------------------------------------------------- one's word


def _ways(call: Call, is_command: bool) -> Mapping[str, Kinds]:
    """Each way to say something, as it is compared, and the words of `stand` that it may be."""
    phrases = call.room.phrases(call.me)
    kinds = tuple(dict.fromkeys(kind for mode in MODES.values() for kind in mode.says))
    ways: dict[str, Kinds] = {folded(call.say(f"decide.{kind}")): (kind,) for kind in kinds}
    ways |= dict.fromkeys(phrases.words("decide.agrees"), FOR)
    ways |= dict.fromkeys(phrases.words("decide.worries"), WORRY)
    ways |= dict.fromkeys(phrases.words("decide.objects_to"), HARM)
    ways |= dict.fromkeys(phrases.words("decide.disagrees"), AGAINST)
    ways |= dict.fromkeys(phrases.words("decide.takes_back"), BACK)
    ways |= {kind: (kind,) for kind in kinds}
    if is_command:
        ways |= {kind: (kind,) for kind in BACK}
        ways |= dict.fromkeys(phrases.words("answers.words.yes"), FOR)
        ways |= dict.fromkeys(phrases.words("answers.words.no"), AGAINST)
    return ways


def _said(call: Call, text: str, is_command: bool) -> Meant | None:
    """What "good enough" or "harm because …" says; what is no command may be followed by a number and a reason only.

    "Worry: …" gives a reason, too.
    """
    words, ways = text.split(None, MOST_WORDS), _ways(call, is_command)
    for length in range(min(MOST_WORDS, len(words)), 0, -1):
        kinds = ways.get(way := folded(" ".join(words[:length])))
        number, reason = _numbered("".join(text.split(None, length)[length:]))
        if kinds and (not reason or is_command or words[length - 1].endswith(":") or gives_reason(reason)):
            is_name = way in kinds or way in (folded(call.say(f"decide.{kind}")) for kind in kinds)
            return _spoken(call, kinds, number, reason, is_sure=is_command or is_name)
    return None


def _numbered(words: str) -> tuple[str, str]:
    """The number of a decision at the start of the words, if there is one, and what follows."""
    found = _NUMBERED.fullmatch(words.strip())
    assert found is not None  # it takes whatever there is
    return found[1] or "", found[2]


def _spoken(call: Call, kinds: Kinds, number: str, reason: str, is_sure: bool) -> Meant | None:
    if kinds == BACK:
        return _taken_back(call, number) or Meant((), why=call.say("decide.no_objection"))
    commands = tuple(
        (each, f"stand {decisions.version(each)} {kind} {reason}".strip())
        for each in _asked(call)
        for kind in kinds
        if kind in MODES[each.mode].says and number in ("", str(each.number), decisions.version(each))
    )
    return Meant(commands, is_sure and len(commands) == 1) if commands else None


def _asked(call: Call) -> Iterator[Decision]:
    """The decisions to which the person can say something now."""
    for each in call.room.decisions:
        try:
            yield decisions.asked_of(call.room, each.number, call.me.id, call.now, each.revision)
        except Refused:
            continue


def _taken_back(call: Call, words: str) -> Meant | None:
    """The objections that the person can take back: that to the decision with the number, or each."""
    number = _numbered(words)[0].partition(".")[0]
    own = tuple(
        (each, f"stand {decisions.version(each)} withdraw")
        for each in _asked(call)
        if number in ("", str(each.number))
        and any(said.member == call.me.id for said in stands.objections(call.room, each))
    )
    return Meant(own) if own else None


# ---------------------------------------------------------------- votes and objections


def _voted(call: Call, rest: str) -> Meant | None:
    """An option of an open vote, by its number or its words: "vote 3 2", "vote 2", "vote The gym"."""
    votes = [each for each in _asked(call) if each.mode == "vote"]
    found = _VOTE.fullmatch(rest)
    if found and found[2]:
        chosen = [(each, found[2]) for each in votes if str(each.number) == found[1]]
    elif found and found[1] in {str(each.number) for each in votes}:
        chosen = [(each, "") for each in votes if str(each.number) == found[1]]
    else:
        chosen = [
            (each, str(number))
            for each in votes
            for number, option in enumerate(each.options, 1)
            if (found[1] == str(number) if found else folded(rest.removeprefix("for ")) == folded(option))
        ]
    commands = tuple((each, f"stand {decisions.version(each)} {option}".strip()) for each, option in chosen)
    is_sure = len(commands) == 1 and not (found and not found[2] and commands[0][1].count(" ") == 2)
    return Meant(commands, is_sure) if commands else None


def _option(call: Call, text: str) -> Meant | None:
    """The option of an open vote that these words are, as they stand on the card."""
    votes = [each for each in _asked(call) if each.mode == "vote"]
    commands = tuple(
        (each, f"stand {decisions.version(each)} {number}")
        for each in votes
        for number, option in enumerate(each.options, 1)
        if folded(text) == folded(option)
    )
    return Meant(commands) if commands else None


def _objected(call: Call, rest: str) -> Meant | None:
    """One's own objection, said with the facilitator's word for the objections of others."""
    facilitators = call.room.holders(Role.FACILITATOR)
    puts_on_record = call.me in facilitators or (not facilitators and call.may("object"))
    number, reason = _numbered(rest)
    if puts_on_record or rest.startswith("for ") or (reason and not gives_reason(reason)):
        return None
    own = _spoken(call, HARM, number, reason, is_sure=False)
    return Meant(own.commands, why=call.say("decide.object_yourself")) if own else None
