"""A rehearsal: the real application with a clock moved by hand and people who fill, type and press."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from starlette.routing import BaseRoute

from adapters import text
from adapters.base import Address, Outcome, Sent
from flows.calendar import SchoolCalendar
from flows.events import Event, Filled, Said
from flows.loader import Scripts
from flows.markup import plain
from flows.messages import Button, Card, Errors, Field, Form, Message, Note, Reply, Value
from storage import everywhere
from storage.clock import HandClock
from storage.database import Database

from .conductor import Conductor
from .dispatcher import Dispatcher
from .sample import PLATFORM, WORKSPACE

MOST_STEPS = 10_000
"""Due moments on the way to a date; more would be a clock that does not move."""


@dataclass(slots=True)
class Post:
    """One message as it stands on the stage."""

    number: int
    place: str
    at: datetime
    message: Message
    delivery: str
    redrawn: bool = False
    under: str = ""
    """the number of the post in whose thread it stands"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened, for the transcript."""

    at: datetime
    who: str
    """what happened to whom, in a few words"""
    words: str


@dataclass(slots=True)
class Stage:
    """An adapter that draws text and keeps what was posted, as a platform would."""

    clock: HandClock
    draw: Callable[[Message], object] = text.draw
    """draws each message as it is posted: what cannot be drawn is a failure of the rehearsal"""
    draw_form: Callable[[Form], object] = text.draw_form
    platform: str = PLATFORM
    finds: bool = True
    posts: list[Post] = field(default_factory=list)
    journal: list[Entry] = field(default_factory=list)

    def routes(self) -> Sequence[BaseRoute]:
        """A stage has no web pages."""
        return ()

    async def send(
        self, address: Address, message: Message, delivery: str, replaces: str = "", under: str = ""
    ) -> Outcome:
        """Keep the message, or put it in place of an earlier one; of a person's own card the journal tells once."""
        self.draw(message)
        if replaces:
            post = self.posts[int(replaces) - 1]
            post.message, post.redrawn = message, True
            if not address.user:
                self.journal.append(Entry(self.clock.now, f"Leadcycle updates {post.place}", text.draw(message)))
            return Sent(replaces)
        number = len(self.posts) + 1
        self.posts.append(Post(number, address.place, self.clock.now, message, delivery, under=under))
        deed = "replies in" if under else "to"
        self.journal.append(Entry(self.clock.now, f"Leadcycle {deed} {address.place}", text.draw(message)))
        return Sent(str(number))

    async def find(self, address: Address, delivery: str, ago: timedelta | None, under: str = "") -> str | None:
        """Return the number of the post that carries this delivery key."""
        return next((str(post.number) for post in self.posts if post.delivery == delivery), None)


class Rehearsal:
    """The application on one database, played from the outside."""

    def __init__(self, database: Database, clock: HandClock, scripts: Scripts, stage: Stage | None = None) -> None:
        """Build the application on whatever the database holds."""
        self.clock = clock
        self.scripts = scripts
        self.stage = stage or Stage(clock)
        self.events = 0
        self.works_on(database)

    def works_on(self, database: Database) -> None:
        """Build the application anew, as a process does that was started again: only the platform remembers."""
        self.database = database
        self.conductor = Conductor(database, self.scripts)
        self.dispatcher = Dispatcher(database, {self.stage.platform: self.stage}, self.conductor.judge)

    async def until(self, moment: datetime) -> None:
        """Move the clock forward and visit every due moment on the way, in order."""
        for _ in range(MOST_STEPS):
            due = await self.next_due()
            if due is None or due > moment:
                break
            self.clock.set(max(due, self.clock.now))
            await self.settle()
        self.clock.set(max(moment, self.clock.now))
        await self.settle()

    async def next_due(self) -> datetime | None:
        """When something next comes due: a moment of a team, or a message that waits for its time."""
        async with self.database.look_everywhere() as looking:
            return await everywhere.next_due(looking)

    async def settle(self) -> None:
        """Do everything that is due at this moment."""
        visited = await self.conductor.tick()
        await self.dispatcher.drain()
        while visited and (visited := await self.conductor.tick()):
            await self.dispatcher.drain()

    async def happens(self, event: Event) -> Reply | None:
        """Let one event arrive as an adapter would bring it."""
        await self.conductor.capture(event)
        reply = await self.conductor.hear(event)
        if isinstance(reply, Note) and reply.message.text == self.scripts.phrases().say("refused.trouble"):
            raise RuntimeError(f"The application failed on {event}.")
        await self.settle()
        return reply


@dataclass(slots=True)
class Player:
    """One person on the stage."""

    rehearsal: Rehearsal
    id: str
    name: str
    channel: str
    calendar: SchoolCalendar
    form: Form | None = None
    """the form that is open before them"""
    note: Message | None = None
    """what only they were told last"""

    @property
    def place(self) -> str:
        """Their direct conversation with the bot."""
        return f"direct-{self.id}"

    @property
    def posts(self) -> list[Post]:
        """What the bot wrote to them."""
        return [post for post in self.rehearsal.stage.posts if post.place == self.place]

    @property
    def last(self) -> Message:
        """The newest message to them."""
        return self.posts[-1].message

    async def types(self, words: str) -> Reply | None:
        """Type into the direct conversation."""
        return await self._does(Said(words), self.place)

    async def says(self, command: str, *, in_channel: bool = False) -> Reply | None:
        """Give a command by slash."""
        place = self.channel if in_channel else self.place
        return await self._does(Said(command, pressed=True), place, answerable=True)

    async def starts(self, words: str = "") -> Reply | None:
        """Ask for a cycle, look at its first week, and start it like this; or return why it cannot be."""
        shown = await self.says(f"cycle start {words}".strip())
        offered = shown.message.buttons if isinstance(shown, Note) else ()
        label = next((button.label for button in offered if button.says.endswith("confirmed")), "")
        return await self.presses(label) if label else shown

    async def presses(self, label: str) -> Reply | None:
        """Press the newest button with this label, in the note before them, their conversation or the channel."""
        button, place, about = self._button(label)
        return await self._does(Said(button.says, pressed=True), place, about=about, answerable=True)

    async def fills(self, **answers: Value) -> Reply | None:
        """Fill the open form, or the newest one that is asked; a list of answers is one for each item of a group."""
        if self.form is None:
            await self.presses("Answer")
        given = {key: list(each) if isinstance(each, list) else each for key, each in answers.items()}
        reply: Reply | None = None
        while self.form and _fits(self.form, given):
            reply = await self.submits(_values(self.form, given))
            if isinstance(reply, Errors):
                break
        return reply

    async def submits(self, values: Mapping[str, Value]) -> Reply | None:
        """Send the open form with these values by field."""
        assert self.form is not None, f"{self.name} has no form open"
        form = self.form
        return await self._does(Filled(form.ref, values), self.place, about=form.about, answerable=True)

    def was_told(self, words: str, times: int | None = None) -> bool:
        """Whether the bot wrote these words to them, exactly so many times if that is given."""
        count = sum(words in text.draw(post.message) for post in self.posts)
        return count > 0 if times is None else count == times

    async def _does(self, what: Said | Filled, place: str, about: str = "", answerable: bool = False) -> Reply | None:
        self.rehearsal.events += 1
        journal, now = self.rehearsal.stage.journal, self.rehearsal.clock.now
        journal.append(Entry(now, f"{self.name} {_deed(what)}", _content(what, self.form)))
        event = Event(
            key=f"{self.id}-{self.rehearsal.events}",
            platform=PLATFORM,
            workspace=WORKSPACE,
            user=self.id,
            place=place,
            private=place == self.place,
            at=self.rehearsal.clock.now,
            what=what,
            about=about,
            answerable=answerable,
        )
        reply = await self.rehearsal.happens(event)
        if reply is not None:
            _draw(self.rehearsal.stage, reply)
            journal.append(Entry(now, f"only {self.name} sees", _shown(reply)))
        self._sees(reply)
        return reply

    def _sees(self, reply: Reply | None) -> None:
        match reply:
            case Form():
                self.form = reply
            case Note(message) | Card(message):
                self.form, self.note = None, message
            case None:
                self.form = None
            case Errors():
                pass

    def _button(self, label: str) -> tuple[Button, str, str]:
        shown = [(self.note, self.place)] if self.note else []
        for post in reversed(self.rehearsal.stage.posts):
            if post.place in (self.place, self.channel):
                shown.append((post.message, post.place))
        for message, place in shown:
            for button in buttons(message):
                if button.label == label:
                    return button, place, button.about or message.about
        raise AssertionError(f"{self.name} sees no button {label!r}")


def buttons(message: Message) -> tuple[Button, ...]:
    """All buttons of a message, its own before those of its items."""
    return (*message.buttons, *(button for item in message.items for button in item.buttons))


def _deed(what: Said | Filled) -> str:
    match what:
        case Filled():
            return "sends the form"
        case Said(pressed=True):
            return "says"
        case _:
            return "types"


def _content(what: Said | Filled, form: Form | None) -> str:
    match what:
        case Said(words):
            return words
        case Filled(_, values):
            fields = {each.key: each for each in form.fields} if form else {}
            return "\n".join(
                f"{_label(fields.get(key), key)} {_chosen(fields.get(key), value)}" for key, value in values.items()
            )


def _label(asked: Field | None, key: str) -> str:
    return plain(asked.label) if asked else key


def _chosen(asked: Field | None, value: Value) -> str:
    """A value as the person sees it on the form."""
    labels = {option.key: option.label for option in asked.options} if asked else {}
    match value:
        case None | "":
            return "—"
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(labels.get(each, str(each)) for each in value)
        case dict():
            return ", ".join(f"{labels.get(key, key)}: {dots}" for key, dots in value.items())
        case _:
            return labels.get(str(value), str(value))


def _draw(stage: Stage, reply: Reply) -> None:
    """Draw what the platform would show in answer."""
    match reply:
        case Form():
            stage.draw_form(reply)
        case Note(message) | Card(message):
            stage.draw(message)
        case Errors():
            pass


def _shown(reply: Reply) -> str:
    match reply:
        case Form():
            return text.draw_form(reply)
        case Note(message) | Card(message):
            return text.draw(message)
        case Errors(fields):
            return "\n".join(fields.values())


def _fits(form: Form, answers: Mapping[str, Value]) -> bool:
    return any(_step(each.key) in answers and answers[_step(each.key)] != [] for each in form.fields)


def _step(key: str) -> str:
    return key.split(".")[0]


def _values(form: Form, answers: dict[str, Value]) -> dict[str, Value]:
    """What these answers put into the fields: an answer in a list is used once."""
    values = {}
    for each in form.fields:
        answer = answers.get(_step(each.key), each.value)
        if isinstance(answer, list) and each.kind not in ("several options",):
            answer = answer.pop(0) if answer else None
        values[each.key] = answer
    lists = [key for key, answer in answers.items() if isinstance(answer, list) and answer]
    steps = {_step(each.key) for each in form.fields}
    for each in form.fields:
        if each.key not in answers and each.kind == "yes/no" and steps & set(lists):
            values[each.key] = True
    return values
