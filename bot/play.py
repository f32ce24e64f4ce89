"""Talking a flow through in the terminal, with made-up people, needs and actions; nothing is kept."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from textwrap import indent
from typing import TextIO

from adapters import text
from flows.answers import show
from flows.engine import (
    Event,
    Opened,
    Turn,
    Typed,
    advance,
    chat_question,
    counted,
    form,
    invitation,
    invite,
    pressed,
)
from flows.flow import Asked, Conversation, Flow
from flows.markup import plain
from flows.messages import Button, Form, Message, Option
from flows.options import numbers
from flows.phrases import Phrases
from flows.route import route

SAMPLES = {
    "members": (Option("ana", "Ana Ruiz"), Option("ben", "Ben Okafor"), Option("lena", "Lena Park")),
    "needs": (
        Option("1", "More time to plan together"),
        Option("2", "Reading groups that fit every learner"),
        Option("3", "Fewer interruptions in the morning"),
    ),
    "resources": (Option("1", "Our media specialist"), Option("2", "A free room on Tuesdays")),
    "actions": (Option("1", "Visit two lessons"), Option("2", "Set up a shared folder")),
}
"""what there is to choose from, as if a team had named it"""

WELCOME = 'You talk to "{name}" here. Nothing is stored or sent. Leave with Ctrl-D.'
FORM_ONLY = "People answer this one on a form only; here you can type."
PRESSED = "(You press Answer; people see a form now. Here the same questions come one by one.)"


def sample(flow: Flow, phrases: Phrases, name: str = "Ana") -> tuple[Message, Form]:
    """Return the invitation and the first form of a flow, as a person of the sample team would see them."""
    started = begin(flow, phrases, datetime.now().astimezone())
    return invitation(flow, started, name, phrases), form(flow, started, phrases, name)


def begin(flow: Flow, phrases: Phrases, now: datetime) -> Conversation:
    """Return a new conversation of the sample team about the flow."""
    return Conversation("play", flow.name, "ana", now, choices=SAMPLES, language=phrases.language)


def play(
    flow: Flow, phrases: Phrases, read: TextIO, write: TextIO, name: str = "Ana", now: datetime | None = None
) -> Conversation:
    """Talk the flow through, line by line, until it is done, put off or left; return the conversation."""
    table = _Table(replace(flow, form_only=False), phrases, write, name, now or datetime.now().astimezone())
    table.remark(WELCOME.format(name=flow.name))
    if flow.form_only:
        table.remark(FORM_ONLY)
    turn = invite(table.flow, begin(flow, phrases, table.now), name, phrases)
    table.show(turn)
    if chat_question(turn.conversation) is None:
        table.remark(PRESSED)
        turn = table.does(turn.conversation, Opened("chat"))
    while not _is_over(turn) and (line := table.ask(read)):
        turn = table.does(turn.conversation, heard(turn, line.rstrip("\n")))
    table.sum_up(turn.conversation)
    return turn.conversation


def heard(turn: Turn, line: str) -> Event:
    """Return what a line means: the button with this label under the last message, or an answer."""
    for message in turn.says:
        for button in message.buttons:
            command, _, words = button.says.partition(" ")
            if line.strip().casefold() == button.label.casefold() and command == "answer":
                return pressed(words.partition(" ")[2])
    return Typed(line)


def with_numbers(message: Message, asked: Asked | None) -> Message:
    """Return the message with the number that one may type on each option's button, unless its label begins so."""
    options = asked.options if asked else ()
    known = {option.key: number for option, number in zip(options, numbers(options), strict=True)}

    def numbered(button: Button) -> Button:
        number = known.get(" ".join(button.says.split(" ")[3:]), "")
        return button if button.label.startswith(number) else replace(button, label=f"{number} {button.label}")

    return replace(message, buttons=tuple(map(numbered, message.buttons)))


def _is_over(turn: Turn) -> bool:
    conversation = turn.conversation
    is_put_off = conversation.later or conversation.declined_at is not None
    return is_put_off or chat_question(conversation) is None


class _Table:
    """Where the flow is played: it shows what the bot says and takes what the player types."""

    def __init__(self, flow: Flow, phrases: Phrases, write: TextIO, name: str, now: datetime) -> None:
        self.flow, self.phrases, self.write, self.name, self.now = flow, phrases, write, name, now

    def does(self, conversation: Conversation, event: Event) -> Turn:
        """Take the conversation one event further and show what comes of it."""
        turn = advance(self.flow, conversation, event, self.now, self.phrases, self.name)
        self.show(turn)
        return turn

    def show(self, turn: Turn) -> None:
        """Print the messages, and a form as text."""
        if isinstance(turn.reply, Form):
            self.print(text.draw_form(turn.reply))
        for message in turn.says:
            self.print(text.draw(with_numbers(message, chat_question(turn.conversation))))

    def ask(self, read: TextIO) -> str:
        """Return the next line that is typed, "" at the end."""
        self.write.write("> ")
        self.write.flush()
        line = read.readline()
        if not read.isatty():
            self.write.write(f"{line.rstrip()}\n")
        return line

    def remark(self, words: str) -> None:
        """Print something that the bot does not say."""
        self.write.write(f"{words}\n\n")

    def print(self, words: str) -> None:
        """Print something that the bot says."""
        self.write.write(indent(words, "  ", lambda line: True).replace("  \n", "\n") + "\n\n")

    def sum_up(self, conversation: Conversation) -> None:
        """Print what a team would have on record now."""
        lines = list(self._kept(conversation))
        self.remark("\n" + "\n".join(["What counts now:", *lines] if lines else ["Nothing was answered."]))

    def _kept(self, conversation: Conversation) -> Iterator[str]:
        answers = counted(self.flow, conversation)
        for spot in route(self.flow, conversation):
            if spot.place in answers:
                value = show(spot.asked, answers[spot.place].value, self.phrases)
                yield f"  {plain(answers[spot.place].words)}\n    {value}"
