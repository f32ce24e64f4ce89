"""What the bot says: messages with a few slots and forms, free of any platform."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

Value = Any
"""A JSON value: what a field holds (text, number, true/false, a list of keys, or dots by key)."""


class Kind(StrEnum):
    """How a question is answered."""

    TEXT = "text"
    LONG = "long text"
    OPTIONS = "options"
    SEVERAL = "several options"
    SCALE = "scale"
    DATE = "date"
    PERSON = "person"
    YES_NO = "yes/no"
    DOTS = "dots"


MOST_SAID = 500
"""characters of somebody's own words that a button says: one row of Slack's holds 3,000, with up to five of them"""
MOST_SAID_ALONE = 1_800
"""the same, where no other button of the row says them: Slack takes 2,000 with its marks"""


CANCEL = "cancel"
"""says on a form that took the place of a message that the message is wanted back; only the platform knows that"""


@dataclass(frozen=True, slots=True)
class Button:
    """A button: pressing it says `says`, exactly as if the person had typed it."""

    label: str
    says: str
    style: str = "plain"
    """plain, primary or danger"""
    about: str = ""
    """the team it is about, where that is not its message's"""
    in_form: bool = False
    """opens the form of its message or answers a part of it: left out where that form stands in the message"""


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list in a message: an action, a need, a line that somebody shared."""

    text: str
    """marked-up text (see `flows.markup`); with `quoted`, a person's verbatim words, never marked up"""
    label: str = ""
    detail: str = ""
    buttons: tuple[Button, ...] = ()
    quoted: bool = False
    in_form: bool = False
    """a part of what the form of its message asks: left out where that form stands in the message"""


@dataclass(frozen=True, slots=True)
class Bar:
    """One number of a chart, and what it is the number of."""

    label: str
    """marked-up text; it begins with what sets it off from the others, because platforms cut it"""
    value: int
    """0 or more"""
    said: str = ""
    """the number as it is told, in plain words, where its digits are not all: "at least 75%" """
    before: int | None = None
    """the same number at an earlier time"""
    said_before: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Numbers of one kind as bars, in their order; each platform draws them as well as it can."""

    title: str
    unit: str
    """what is counted, in a word or two"""
    bars: tuple[Bar, ...]
    told: str
    """what there is to see, in one sentence that quotes nobody: it stands beneath the title, and is heard"""
    most: int = 0
    """what a bar stands for that fills the width: 100 for percent; 0: the greatest of the numbers"""
    earlier: str = ""
    """what the numbers before are, in a word or two: "before" """

    @property
    def scale(self) -> int:
        """What a bar stands for that fills the width, at least 1."""
        return self.most or max((max(bar.value, bar.before or 0) for bar in self.bars), default=0) or 1

    @property
    def is_plain(self) -> bool:
        """Whether it is nothing but counts: then a platform's own chart tells the same."""
        return not self.most and all(not bar.said and bar.before is None for bar in self.bars)


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: its key is stored, its label is shown."""

    key: str
    label: str
    """plain words, often a person's own (a need, a name): never marked up"""


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form."""

    key: str
    label: str
    """marked-up text (see `flows.markup`); where nothing can be bold, draw it with `flows.markup.plain`"""
    kind: Kind = Kind.TEXT
    options: tuple[Option, ...] = ()
    value: Value = None
    """the present answer: words; an option's key (also for scale and person); a list of keys; true or false;
    a date as 2027-03-14; dots as {key: number}"""
    hint: str = ""
    """marked-up text"""
    optional: bool = False
    budget: int = 0
    """dots only: how many dots there are to give away"""
    most: int = 0
    """dots: at most so many on one option"""
    wrong: str = ""
    """why what stands in it was not taken, in plain words; for a platform that draws the form once more"""


@dataclass(frozen=True, slots=True)
class Form:
    """Questions on one card (a Slack modal, an Adaptive Card, a dialog of the practice page)."""

    ref: str
    """what it fills; a submission brings it back"""
    title: str
    """shown in full; platforms that have less room for titles repeat it in the body"""
    fields: tuple[Field, ...]
    intro: str = ""
    """marked-up text"""
    submit: str = ""
    """the word on its button, where it is another than the usual one"""
    note: str = ""
    """small print, and `ways`: what can be pressed instead; for a platform whose form stands in place of a message"""
    ways: tuple[Button, ...] = ()
    about: str = ""
    language: str = "en"
    """in which a platform says what it adds by itself"""


@dataclass(frozen=True, slots=True)
class Link:
    """A page to open in the browser."""

    label: str
    url: str
    """whole, with https:// before it; never in a notification: some are a way in"""


@dataclass(frozen=True, slots=True)
class Message:
    """One message, the same for every platform; `adapters/*/render` draws it."""

    text: str
    title: str = ""
    items: tuple[Item, ...] = ()
    note: str = ""
    """small print: how long it takes, who reads the answers"""
    buttons: tuple[Button, ...] = ()
    preview: str = ""
    """the notification's words: they quote nobody, because classrooms project screens"""
    about: str = ""
    """the team it is about; a press brings it back"""
    chart: Chart | None = None
    """stands between the text and the items"""
    link: Link | None = None
    """stands between the items and the small print"""
    replies_to: str = ""
    """in whose thread it stands, in words: drawn where a platform has no threads"""
    language: str = "en"
    """in which a platform says what it adds by itself"""
    form: Form | None = None
    """what the message asks, for a platform that can show it in the message itself: its title and introduction stand
    there in place of the message's; elsewhere a button opens it"""


@dataclass(frozen=True, slots=True)
class Errors:
    """A submission that was not taken: a sentence in plain words for each field, the form stays open."""

    fields: Mapping[str, str] = field(default_factory=dict)
    form: Form | None = field(default=None, compare=False)
    """the form with what was typed, for a platform that has to draw it once more"""


def refused(form: Form, wrong: Mapping[str, str]) -> tuple[Form, list[str]]:
    """Return the form with each sentence at its field, and the sentences that are about none of its fields."""
    fields = tuple(replace(each, wrong=wrong.get(each.key, "")) for each in form.fields)
    others = wrong.keys() - {each.key for each in form.fields}
    return replace(form, fields=fields), [wrong[key] for key in wrong if key in others]


@dataclass(frozen=True, slots=True)
class Note:
    """A message only for the person who just did something, beside what they pressed."""

    message: Message


@dataclass(frozen=True, slots=True)
class Card:
    """A message that takes the place of the card which was pressed or filled."""

    message: Message


Reply = Form | Errors | Note | Card
"""What answers one press or submission at once, and may be lost with it."""


def in_language(reply: Reply | None, language: str) -> Reply | None:
    """Return the reply, to somebody who reads this language."""
    match reply:
        case Note(message) | Card(message):
            return replace(reply, message=replace(message, language=language))
        case Form():
            return replace(reply, language=language)
        case Errors(form=Form() as form):
            return replace(reply, form=replace(form, language=language))
    return reply
