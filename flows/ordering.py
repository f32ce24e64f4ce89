"""What is given as a command, by slash, button or name, and what words said to a decision do."""

from dataclasses import replace

from . import founding, guesses, labels, page_paths, reading_back, speaking, wishes
from . import which as which_one
from .chatting import control, plainly
from .command_table import COMMANDS
from .commands import Call, Command, WhichOne
from .messages import Note
from .orders import own_time
from .outcome import Outcome


def ordered(call: Call, text: str) -> Outcome:
    """A command, by slash, button or name; or what is said to a decision in other words."""
    if wish := wishes.wished(call, text):
        return wish()
    is_help = control(call.room.phrases(call.me), text) == "help"
    text = "help" if is_help else own_time.in_own_words(call, text) or guesses.about_the_log(call, text) or text
    if said := speaking.understood(call, text):
        return spoken(call, said)
    if own_time.wants_no_messages(call, text):
        return own_time.fewer(call)
    given = found(call, text or "help")
    if given is None:
        return guesses.unknown(call, text)
    command, rest = given
    call.require(command.matter)
    if meant := COMMANDS.meant(command, rest):
        return guesses.ask_back(call, f"{command.words} {rest}", meant)
    rest, *others = which_one.plainly(call, command, rest) or (rest,)
    if others:
        return which_one.asked(call, command, (rest, *others))
    try:
        return _linked(call, reading_back.run(replace(call, rest=call.short(rest)), command), command, rest)
    except WhichOne:
        if rest:
            raise
        return call.show(which_one.form(call, command))


def _linked(call: Call, outcome: Outcome, command: Command, rest: str) -> Outcome:
    """The outcome, whose answer has the way to the page that shows the same."""
    if not isinstance(outcome.reply, Note) or not (path := page_paths.of_command(call.room, command.words, rest)):
        return outcome
    return replace(outcome, reply=Note(page_paths.linked(outcome.reply.message, path, call.say("page.see"))))


def spoken(call: Call, said: speaking.Meant) -> Outcome:
    """The only thing that these words can say to each decision; else what they may say is offered."""
    if not said.is_sure:
        return speaking.asked_back(call, said)
    outcome, told = Outcome(), list[str]()
    for _, command in said.commands:
        outcome += ordered(replace(call, room=call.room.having(outcome.keep)), command)
        if len(said.commands) == 1:
            return outcome
        if not isinstance(outcome.reply, Note):  # a form asks for more, and there can be only one
            return speaking.asked_back(call, said)
        told.append(outcome.reply.message.text)
    return outcome + call.tell("\n".join(told))


def found(call: Call, text: str) -> tuple[Command, str] | None:
    """The command that these words give, or that a button with this label would give.

    "later today" and "stop it" are words of one's own: a question is put off by its name.
    """
    approved = founding.approved(call.room, call.me, text)
    phrases = call.room.phrases(call.me)
    whole = COMMANDS.find(plainly(phrases, text))
    given = COMMANDS.find(approved or text) or COMMANDS.find(labels.says(text, phrases))
    given = whole if whole and not whole[1] else given
    is_sentence = given and given[0].words in ("later", "stop") and given[1] not in ("", *call.room.scripts.flows)
    return None if is_sentence else given
