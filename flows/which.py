"""Which one is meant: a command that is about something, said without its number, asks by a form."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from .commands import Call, Command, is_number
from .decision_records import Ask, Decision
from .messages import MOST_SAID, Button, Field, Form, Kind, Option
from .offers import TRIED_WITH, choices
from .options import folded
from .outcome import Outcome, Refused
from .phrases import Phrases
from .records import Action, Need

_KINDS: Mapping[str, type[Any]] = {
    "action": Action,
    "ask": Ask,
    "decide": Decision,
    "decisions": Decision,
    "need": Need,
    "object": Decision,
    "stand": Decision,
}
"""What a command is about, by its first word."""
MOST = 25


def form(call: Call, command: Command) -> Form:
    """The form that asks which one, of those for which the command would be taken; raises Refused without any."""
    options = tuple(Option(words, _label(call, command, words)) for words in choices(call, command))[:MOST]
    if not options:
        is_known = command.words in TRIED_WITH
        nothing = call.say("refused.nothing_waits", command=command.words)
        raise Refused(nothing if is_known else call.say("refused.number", what=command.words))
    field = Field("about", call.say("refused.which_one"), Kind.OPTIONS, options)
    return Form(f"which {command.words}", call.say("refused.which_title"), (field,), about=call.room.team.id)


def plainly(call: Call, command: Command, rest: str) -> tuple[str, ...]:
    """What is meant by "yes" to a decision that asks for consent, or one of which by "no"; nothing by other words."""
    number, _, said = rest.partition(" ")
    word, _, more = said.partition(" ")
    bare, phrases = number.strip("#:,.").partition(".")[0], call.room.phrases(call.me)
    about = call.room.numbered(Decision, int(bare)) if command.words == "stand" and is_number(bare) else None
    if about is None or about.mode != "consent":
        return ()
    if _is_one_of(word, phrases, "answers.words.yes", "decide.agrees"):
        return (f"{number} good {more}".strip(),)
    if _is_one_of(word, phrases, "answers.words.no", "decide.disagrees"):
        return tuple(f"{number} {each} {more}".strip() for each in ("worry", "harm"))
    return ()


def _is_one_of(word: str, phrases: Phrases, *keys: str) -> bool:
    return any(folded(word) in phrases.words(key) for key in keys)


def asked(call: Call, command: Command, several: tuple[str, ...]) -> Outcome:
    """Ask which of these words is meant; nothing is lost of what was said with them."""
    command.run(replace(call, rest=several[0].split()[0]))
    is_long = any(len(words) > MOST_SAID for words in several)
    shown = tuple(" ".join(words.split()[:2]) for words in several) if is_long else several
    buttons = (Button(call.say(f"decide.{words.split()[1]}"), f"{command.words} {words}") for words in shown)
    which_no = call.say("refused.which_no", number=several[0].split()[0])
    return call.tell(f"{which_no} {call.say('refused.copy_your_words')}" if is_long else which_no, *buttons)


def _label(call: Call, command: Command, words: str) -> str:
    """Each thing that the words name, by its number and its own words; or the person whom they name."""
    kind = _KINDS.get(command.words.split()[0])
    if kind is None:
        return call.room.name(words)
    return " + ".join(_named(call, kind, words))


def _named(call: Call, kind: type[Any], words: str) -> Iterator[str]:
    for word in words.split():
        number = word.partition(".")[0]
        found = call.room.numbered(kind, int(number)) if number.isdecimal() else None
        if found:
            yield f"{number}: {_text(found)}"


def _text(found: Action | Ask | Decision | Need) -> str:
    match found:
        case Action(what=text) | Ask(what=text) | Decision(question=text) | Need(text=text):
            return text
