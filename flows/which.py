"""Which one is meant: a command that is about something, said without its number, asks by a form."""

from collections.abc import Iterator, Mapping
from typing import Any

from .commands import Call, Command
from .messages import Field, Form, Kind, Option
from .offers import choices
from .records import Action, Ask, Decision, Need

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


def form(call: Call, command: Command) -> Form | None:
    """The form that asks which one, of those for which the command would be taken; None where there is none."""
    options = tuple(Option(words, _label(call, command, words)) for words in choices(call, command))[:MOST]
    if not options:
        return None
    field = Field("about", call.say("refused.which_one"), Kind.OPTIONS, options)
    return Form(f"which {command.words}", call.say("refused.which_title"), (field,), about=call.room.team.id)


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
