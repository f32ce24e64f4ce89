"""What a command is, and what the words of one are read with."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime

from .dates import NotADay, first_and_last, is_written_out, read_day, read_weekday
from .flow import NotAnAnswer
from .markup import quote
from .messages import Button, Chart, Form, Item, Message, Note, Option, Value
from .options import find_person, folded
from .outcome import Outcome, Refused
from .people import PROMPTED, Channel, Member, Role
from .periods import coming_days
from .permissions import may
from .room import Room
from .sight import is_shown, level

MOST_CHARACTERS = 4_000
"""in the words of a command or in one field of its form"""
MOST_DIGITS = 9
"""of a number that anybody means"""
_BECAUSE = ("because", "porque")
_WITH_REASON = re.compile(rf"(|.*\s)((?:{'|'.join(_BECAUSE)})\b.*)", re.IGNORECASE | re.DOTALL)


class Unsure(Exception):
    """A day was typed in somebody's own words; it is read back before it counts."""

    def __init__(self, words: str, *days: date) -> None:
        super().__init__(words)
        self.words, self.days = words, days
        """one day, or the first and the last one"""
        self.how_long = ""
        """how much of the day is meant, where a command tells"""


class WhichOne(Refused):
    """It is not said what the command is about; a form can ask."""


@dataclass(frozen=True, slots=True)
class Call:
    """One command as a person gave it."""

    room: Room
    me: Member
    now: datetime
    rest: str = ""
    """the words after the command's own"""
    key: str = ""
    """the event's key: what is said in answer has it for its reason"""
    channel: Channel | None = None
    """the channel in which it was said, as this team's"""
    in_chat: bool = False
    """whether it was typed in the direct conversation, where any answer is one more message"""
    typed: bool = False
    """whether `rest` may hold a day in somebody's own words; a form is read back by filling it"""

    @property
    def today(self) -> date:
        """The day at the school."""
        return self.room.today(self.now)

    def say(self, phrase: str, **words: object) -> str:
        """One phrase in the language of the person."""
        return self.room.say(phrase, self.me, **words)

    def may(self, matter: str, own: bool = True) -> bool:
        """Whether the person may."""
        return may(self.room.roles(self.me.id), matter, own)

    def require(self, matter: str, own: bool = True, who_may: str = "") -> None:
        """Raise Refused unless the person may; it says `who_may`, or else that guides may."""
        if not self.may(matter, own):
            takes_part = self.room.roles(self.me.id) & PROMPTED
            raise Refused(who_may or self._whose(matter) if takes_part else self.say("refused.reads_along"))
        if not is_shown(self.room, self.me.id, matter):
            raise Refused(self.say("coach.not_shown", shown=self.say(f"coach.shows_{level(self.room)}")))

    def _whose(self, matter: str) -> str:
        """Who may do it, in a sentence; a matter of nobody else is a district leader's."""
        if may({Role.FACILITATOR}, matter):
            return self.say("refused.role")
        if may({Role.COACH}, matter):
            return self.say("refused.coach")
        return self.say("refused.administrator" if may({Role.ADMINISTRATOR}, matter) else "refused.leader")

    def short(self, words: str, field: str = "") -> str:
        """The words, if there is room for them; raises Refused otherwise."""
        if len(words) > MOST_CHARACTERS:
            raise Refused(self.say("answers.too_long", length=len(words), limit=MOST_CHARACTERS), field)
        return words

    def number(self, what: str) -> tuple[int, str]:
        """The number at the start of the words, and the rest; raises Refused without one."""
        first, _, rest = self.rest.strip().lstrip("#").partition(" ")
        number = first.strip(":,.")
        if not is_number(number):
            raise WhichOne(self.say("refused.number", what=what))
        return int(number), rest.strip()

    def day(self, words: str, field: str = "", since: date | None = None) -> date:
        """The day that is meant, counted from today or from another day; raises Refused when none is."""
        now = self.room.reckoned(self.now)
        try:
            return read_day(words, replace(now, day=since or now.day), self.room.phrases(self.me))
        except NotADay as error:
            several = self.days(words)
            example = several and self.say("answers.date_one", first=several[0], last=several[1])
            raise Refused(example or str(error), field) from error
        except NotAnAnswer as error:
            raise Refused(str(error), field) from error

    def days(self, words: str) -> tuple[date, date] | None:
        """The first and the last day of "next week" or "for 3 days"; None for other words, Refused for wrong days."""
        try:
            return coming_days(words, self.room.reckoned(self.now), self.room.phrases(self.me))
        except NotAnAnswer as error:
            raise Refused(str(error)) from error

    def sure_day(self, words: str) -> date:
        """The same; raises Unsure for one that was typed and is to be read back."""
        day = self.day(words)
        if self.typed and not is_written_out(words):
            raise Unsure(words, day)
        return day

    def sure_days(self, words: str) -> tuple[date, date]:
        """The first and the last day of "3/14 to 3/20", "until Friday" from today on, "next week"; as `sure_day`.

        "Friday to Monday" ends on the Monday after that Friday.
        """
        phrases = self.room.phrases(self.me)
        before, _, day = words.partition(" ")
        is_until = day and folded(before) in phrases.words("answers.words.until")
        days = (self.today, self.day(day)) if is_until else self.days(words)
        first, last = first_and_last(words, phrases)
        if days is None and first == last:
            return self.sure_day(first), self.sure_day(first)
        if days is None:
            begins = self.day(first)
            days = begins, self.day(last, since=begins if read_weekday(last, phrases) is not None else None)
            if is_written_out(first) and is_written_out(last):
                return days
        if self.typed:
            raise Unsure(words, *days)
        return days

    def person(self, words: str, among: Sequence[Member] = ()) -> Member:
        """The person who is meant, by name or as a form says it; raises Refused when nobody is.

        It is one of `among`, or else one of the people who are asked things.
        """
        options = [Option(member.id, member.name) for member in among or self.room.prompted()]
        if chosen := next((option for option in options if option.key == words), None):
            return self.room.member(chosen.key)
        try:
            return self.room.member(find_person(options, words, self.room.phrases(self.me), self.me.id).key)
        except NotAnAnswer as error:
            raise Refused(self._reads_along(words) or str(error)) from error

    def _reads_along(self, words: str) -> str:
        """What to say when these words name somebody of the team who only reads along; empty when they do not."""
        members = self.room.prompted()
        readers = [Option(each.id, each.name) for each in self.room.present() if each not in members]
        with suppress(NotAnAnswer):
            if readers:
                name = find_person(readers, words, self.room.phrases(self.me)).label
                return self.say("team.reads_along", name=name, names=[each.name for each in members])
        return ""

    def tell(
        self,
        text: str,
        *buttons: Button,
        title: str = "",
        items: Iterable[Item] = (),
        chart: Chart | None = None,
        note: str = "",
    ) -> Outcome:
        """Answer this person alone."""
        message = Message(
            text,
            title=title,
            items=tuple(items),
            note=note,
            buttons=buttons,
            chart=chart,
            preview=title or self.say("refused.preview"),
            about=self.room.team.id,
        )
        return Outcome(reply=Note(message))

    def subject(self, label: str, number: int, words: str) -> str:
        """What a form is about, above its questions: it may stand where what it is about has stood."""
        return f"*{self.say(label, number=number)}:* {quote(words)}"

    def show(self, form: Form) -> Outcome:
        """Open a form."""
        return Outcome(reply=form)


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its words, what it is about, what it does, and what its form does when it is sent."""

    words: str
    matter: str
    """the row of the permissions table"""
    run: Callable[[Call], Outcome]
    filled: Callable[[Call, Mapping[str, Value]], Outcome] | None = None
    listed: bool = True
    """whether `help` shows it; what only buttons say is left out"""
    alone: bool = False
    """whether it is only meant when nothing follows its words"""
    beyond: bool = False
    """whether it looks beyond the team, at everybody of the district"""
    asks_staff: bool = False
    """whether it may ask staff beyond the team, whom the school's other teams ask too"""
    of_school: bool = False
    """whether it takes all teams of the school and what is left of its pulses"""
    numbered: bool = False
    """whether it is about something by its number: "decide Change the bell?" is a sentence of one's own"""


def stripped(text: str) -> str:
    """The words without a leading slash, mention or the product's name."""
    words = text.strip().lstrip("/").strip()
    first, _, rest = words.partition(" ")
    return rest.strip() if first.casefold().lstrip("@") == "leadcycle" else words


def is_explicit(text: str) -> bool:
    """Whether it can only be a command: it starts with a slash or with our name."""
    first = text.strip().split(" ")[0].casefold()
    return first.startswith("/") or first == "@leadcycle"


def is_number(word: str) -> bool:
    """Whether a word is the number of anything that a team can have on record."""
    return word.isdecimal() and len(word) <= MOST_DIGITS


def because(words: str) -> str:
    """The reason in "because it rains"; "because" alone is none, and "because of snow" stays whole."""
    if not gives_reason(words):
        return words.strip()
    reason = after(words, 1).strip()
    return words.strip() if reason.casefold().startswith("of ") else reason


def gives_reason(words: str) -> bool:
    """Whether these words begin with "because"."""
    first = words.split(None, 1)[:1] or [""]
    return first[0].casefold().rstrip(":,.…") in _BECAUSE


def with_reason(words: str) -> tuple[str, str]:
    """What stands before the last "because", and the reason; without one all of it and no reason."""
    found = _WITH_REASON.fullmatch(words)
    return (found[1].strip(), because(found[2])) if found else (words, "")


def after(text: str, words: int) -> str:
    """What follows so many words, line breaks and all."""
    parts = text.split(None, words)
    return parts[words] if len(parts) > words else ""
