"""What is said to words that give no command: the nearest ones are named, and nothing is noted."""

from collections.abc import Iterable, Iterator

from . import labels, team_guesses
from .chatting import is_small_talk, plainly
from .command_table import COMMANDS
from .commands import Call, Command, is_number
from .flow import Conversation
from .messages import MOST_SAID, Button, Item, Option
from .options import folded, which
from .orders import guide, personal
from .outcome import Outcome
from .phrases import Raw

MOST_IN_A_QUESTION = 60
"""characters of something that is asked rather than answered"""

TAKES_ANY_WORDS = frozenset({"need", "resource", "action", "ask", "decide", "reflect", "checkin", "hold"})
"""Commands to which any sentence may follow; the others look at it, and refuse what they do not understand."""

_SMALL = ("answers.words.hello", "answers.words.thanks", "answers.words.yes", "answers.words.tomorrow")
"""the phrases that hold what answers no question for words"""


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
    if not waiting and greets(call, text):
        return guide.welcome(call)
    if waiting and (whole := _whole(text)):
        return would_be(call, text, whole, as_answer(call, waiting, text))
    if not waiting and (about_the_team := team_guesses.offered(call, text)):
        return about_the_team
    ways, help_me = tuple(as_answer(call, waiting, text)), Button(call.say("help.title"), "help")
    long = f" {call.say('refused.copy_your_words')}" if len(text) > MOST_SAID else ""
    called, after = labels.called(text, call.room.phrases(call.me))
    is_talk = waiting and is_small_talk(call.room.phrases(call.me), text)
    near, rest = (called, after) if called else _given(text) or (((), "") if is_talk else COMMANDS.nearest(text))
    is_meant = any(folded(text).split(" ")[0] == each.split(" ")[0] for each in near)
    if near := _permitted(call, near) if is_meant else tuple(each for each in near if _may_give(call, each)):
        one = call.say("refused.did_you_mean", command=near[0])
        several = which([Option(name, name) for name in near], call.room.phrases(call.me))
        buttons = (Button(name, _meant(name, rest), "primary") for name in near)
        or_answer = call.say("refused.or_answer") if waiting else ""
        return call.tell(
            f"{one if len(near) == 1 else several} {or_answer}".strip() + long,
            *buttons,
            *ways,
            *(() if "help" in near else (help_me,)),
        )
    if waiting:
        put_off = Button(call.say("engine.not_now"), f"later {waiting.flow}")
        return call.tell(call.say("prompt.is_it_answer", said=_quoted(text)) + long, *ways, put_off, help_me)
    return call.tell(call.say("refused.unknown_command", said=_quoted(text)), help_me)


def greets(call: Call, text: str) -> bool:
    """Whether somebody says hello, or asks who is there."""
    return folded(text) in call.room.phrases(call.me).words("answers.words.hello")


def _whole(text: str) -> Command | None:
    """The command that the words are, all of them, by the name under which it is listed."""
    command, rest = COMMANDS.find(text) or (None, "")
    same = (each for each in COMMANDS.commands.values() if command and each.run is command.run and each.listed)
    return next(same, None) if not rest else None


def begun(call: Call, text: str) -> Command | None:
    """The command whose one noun a sentence begins with; None for a whole command, and for one about a number."""
    command, rest = COMMANDS.find(plainly(call.room.phrases(call.me), text)) or (None, "")
    is_noun = command and command.listed and " " not in command.words
    return command if is_noun and rest and not _begins_with_a_number(rest) else None


def would_be(call: Call, text: str, command: Command, ways: Iterable[Button]) -> Outcome:
    """Say which command the words are, and that they may be an answer all the same."""
    about = Raw(call.say(f"help.{command.words.replace(' ', '_')}"))
    is_cut = len(text) > MOST_SAID
    says = text if begun(call, text) and not is_cut else command.words
    long = f" {call.say('refused.copy_your_words')}" if is_cut else ""
    told = call.say("refused.would_be", command=command.words, about=about)
    return call.tell(told + long, Button(command.words, says, "primary"), *ways)


def _quoted(text: str) -> str:
    return text if len(text) <= MOST_IN_A_QUESTION else f"{text[:MOST_IN_A_QUESTION].rstrip()}…"


def _given(text: str) -> tuple[tuple[str, ...], str] | None:
    """The command that these words are, where they may be the answer to a question all the same."""
    found = COMMANDS.find(text)
    return ((found[0].words,), found[1]) if found and found[0].listed else None


def as_answer(call: Call, waiting: Conversation | None, text: str) -> Iterator[Button]:
    """The button by which words that look like a command are the answer all the same; long ones go into its form."""
    if waiting:
        says = f"{personal.AS_WRITTEN} {text}" if len(text) <= MOST_SAID else "form"
        yield Button(call.say("prompt.my_answer"), f"answer {waiting.flow} {says}")


def is_hardly_an_answer(call: Call, text: str, is_floor: bool) -> bool:
    """Whether a question that waits for words is not answered so: a mark, or a word for a command.

    Nor is the one on the floor by a greeting, a yes or a question. It may be an answer, and is asked about all the
    same: what the team reads stays read.
    """
    phrases = call.room.phrases(call.me)
    said = plainly(phrases, text)
    if not any(each.isalnum() for each in text) and not is_small_talk(phrases, text):
        return True
    if is_called(call, said):
        return True
    command, rest = COMMANDS.find(text) or (None, "")
    is_about = command and _takes_a_number(command, command.words) and _begins_with_a_number(rest)
    is_question = text.rstrip().endswith("?") and len(text) <= MOST_IN_A_QUESTION
    is_greeting = any(said in phrases.words(key) for key in _SMALL)
    is_command = is_about or said in COMMANDS.commands or labels.says(said, phrases)
    return is_floor and bool(is_question or is_greeting or is_command)


def is_called(call: Call, said: str) -> bool:
    """Whether all of these words are what people call a command: "status", "where are we", "next"."""
    said = plainly(call.room.phrases(call.me), said)
    called, rest = labels.called(said, call.room.phrases(call.me))
    is_course = f"cycle {said}" in COMMANDS.commands and not is_small_talk(call.room.phrases(call.me), said)
    return (bool(called) and not rest) or is_course or COMMANDS.is_called_otherwise(said) or _is_near_miss(call, said)


def about_the_log(call: Call, text: str) -> str:
    """The command that searches the log for what this asks: "What did we decide about the gym?"; else empty."""
    phrases, said = call.room.phrases(call.me), folded(text)
    asks = next((words for words in phrases.words("decide.log_asked") if f"{said} ".startswith(f"{words} ")), "")
    beside = (*phrases.words("answers.words.about"), *phrases.words("answers.words.idle"))
    if said in phrases.words("decide.open_asked"):
        return "decisions open"
    words = " ".join(word for word in said.removeprefix(asks).split() if word not in beside)
    return f"decisions {words}".strip() if asks else ""


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
    rest = _without(name, rest)
    is_left_out = command.alone or (_takes_a_number(command, name) and not _begins_with_a_number(rest))
    return name if is_left_out or len(rest) > MOST_SAID else f"{name} {rest}".strip()


def _without(name: str, rest: str) -> str:
    """The words that follow, without those that are the command's own: "start cycle" is "cycle start"."""
    words = rest.split(None, 1)
    return _without(name, "".join(words[1:])) if words and words[0].casefold() in name.split() else rest


def _takes_a_number(command: Command, name: str) -> bool:
    return (command.numbered or command.words == "stand") and name == command.words


def _begins_with_a_number(rest: str) -> bool:
    return is_number(rest.split(" ")[0].strip("#:,.").partition(".")[0])


def _is_near_miss(call: Call, text: str) -> bool:
    """Whether one word is all, and nearly a command that the person may give."""
    return COMMANDS.is_near_miss(text) and any(_may_give(call, name) for name in COMMANDS.nearest(text)[0])
