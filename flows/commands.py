"""The one grammar of commands: what is typed, pressed or sent by slash finds its command here."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from difflib import get_close_matches

from .dates import NotADay, first_and_last, is_written_out, read_day, read_weekday
from .flow import NotAnAnswer
from .markup import quote
from .messages import Button, Form, Item, Message, Note, Option, Value
from .options import find_person, folded
from .outcome import Outcome, Refused
from .people import PROMPTED, Channel, Member, Role
from .periods import coming_days
from .permissions import may
from .room import Room
from .sight import is_shown, level

MOST_CHARACTERS = 4_000
"""in the words of a command or in one field of its form"""
MOST_NEAR = 3
"""commands of which one may have been meant"""
MOST_DIGITS = 9
"""of a number that anybody means"""
MOST_WORDS = 4
"""in the name of a command"""

_DROP = ("delete", "remove", "erase", "cancel", "drop")
NEAR: Mapping[str, str | tuple[str, ...]] = {
    **dict.fromkeys(("need unmerge", "need split", "need separate", "need divide"), "need apart"),
    **dict.fromkeys(("need join", "need combine", "need group"), "need merge"),
    **{f"need {word}": "need merge" for word in _DROP},
    **{f"resource {word}": "resources" for word in _DROP},
    **{f"action {word}": "action drop" for word in _DROP if word != "drop"},
    **{f"decide {word}": "decide withdraw" for word in _DROP},
    **dict.fromkeys(("action finish", "action finished", "action complete", "action close"), "action done"),
    **dict.fromkeys(("action give", "action assign"), "action pass"),
    "action take": "action accept",
    **dict.fromkeys(
        ("action change", "action edit", "action update", "action correct"),
        ("action move", "action pass", "action drop"),
    ),
    **{f"{noun} list": f"{noun}s" for noun in ("need", "resource", "action")},
    "decide list": "decisions",
    **{f"decide {word}": "decide amend" for word in ("reopen", "again", "edit")},
    **{f"decide {word}": "decisions" for word in ("close", "end", "finish")},
    **dict.fromkeys(("team invite", "team new", "team join"), "team add"),
    **dict.fromkeys(("team leave", *(f"team {word}" for word in _DROP)), "team left"),
    **dict.fromkeys(("team change", "team edit", "team make"), "team role"),
    **dict.fromkeys(("team list", "team members", "team who"), "team"),
    **{f"cycle {word}": ("cycle pause", "cycle next") for word in _DROP},
    **dict.fromkeys(("actions overdue", "actions late", "actions open"), "actions"),
    **dict.fromkeys(("cycle skip", "cycle close", "cycle end", "cycle stop", "cycle finish"), "cycle next"),
}
"""Words that are taken for a command which is called otherwise, and its name; or the few that may be meant."""
PLAIN: Mapping[str, str | tuple[str, ...]] = {
    **dict.fromkeys(("time off", "day off", "days off"), "leave"),
    **dict.fromkeys(("what can i", "what can i do", "help me"), "help"),
    **dict.fromkeys(("vote", "poll"), "decide vote"),
    **{mode: f"decide {mode}" for mode in ("consent", "advice", "tell", "delegate")},
    **dict.fromkeys(("approve", "agree", "disagree", "oppose"), "stand"),
    **dict.fromkeys(("overdue", "overdue actions", "open actions"), "actions"),
    **dict.fromkeys(("handover", "hand over"), "cycle hand over"),
    "withdraw": ("decide withdraw", "ask withdraw"),
}
"""The same for words that begin with no command's noun: an answer may begin with them, too."""
SAME: Mapping[str, str] = {
    "status": "cycle status",
    **dict.fromkeys(("ask approve", "ask accept", "ask yes", "ask allow"), "ask grant"),
    **dict.fromkeys(("ask deny", "ask reject", "ask no", "ask refuse"), "ask decline"),
}
"""Names that a command has besides its own."""
_BETWEEN = ("into", "and", "from", "to", "with", "number", "need", "needs", "action", "decision")
"""what stands between the numbers of a command"""
_WORD = re.compile(r"[^\W\d_]{2}")
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
            guides = who_may or self.say("refused.role" if may({Role.FACILITATOR}, matter) else "refused.administrator")
            raise Refused(guides if takes_part else self.say("refused.reads_along"))
        if not is_shown(self.room, self.me.id, matter):
            raise Refused(self.say("coach.not_shown", shown=self.say(f"coach.shows_{level(self.room)}")))

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

    def tell(self, text: str, *buttons: Button, title: str = "", items: Iterable[Item] = ()) -> Outcome:
        """Answer this person alone."""
        message = Message(
            text,
            title=title,
            items=tuple(items),
            buttons=buttons,
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
    numbered: bool = False
    """whether it is about something by its number: "decide Change the bell?" is a sentence of one's own"""


@dataclass(frozen=True, slots=True)
class Table:
    """Every command, found by its longest words."""

    commands: Mapping[str, Command]

    def find(self, text: str) -> tuple[Command, str] | None:
        """The command that these words start with, and the words after it."""
        words = stripped(text).split()
        if turned := self._turned(words):
            return turned
        for length in range(min(MOST_WORDS, len(words)), 0, -1):
            name = " ".join(words[:length]).casefold().rstrip(":.!?")
            command = self.commands.get(SAME.get(name, name))
            if command and _may_follow(command, words[length:]):
                return command, _after(stripped(text), length)
        return None

    def _turned(self, words: Sequence[str]) -> tuple[Command, str] | None:
        """The listed command whose number stands before its verb: "action 1 done"."""
        for length in (2, 1) if len(words) > 2 and is_number(words[1].strip("#:,.")) else ():
            command = self.commands.get(" ".join((words[0], *words[2 : 2 + length])).casefold())
            if command and command.numbered and command.listed:
                return command, " ".join((words[1], *words[2 + length :]))
        return None

    def meant(self, command: Command, rest: str) -> tuple[str, ...]:
        """The listed commands that may be meant by words like "need split 2"; none where they are words of one's own.

        Those that only a number or two follow look like a command: "need remove the bell" is a need.
        """
        verb, *others = rest.casefold().replace("#", " ").replace(",", " ").split() or [""]
        if not verb or not all(is_number(word) or word in _BETWEEN for word in others):
            return ()
        begun = [name for name, each in self.commands.items() if each.listed and name.startswith(f"{command.words} ")]
        verbs = {name.split()[1]: name for name in begun}
        near = get_close_matches(verb, verbs, 1, 0.85)
        return _near(f"{command.words} {verb}") or tuple(verbs[each] for each in near)

    def is_called_otherwise(self, text: str) -> bool:
        """Whether somebody may take these words for a command: "cycle skip because …", "time off", "withdraw 3"."""
        words = [word for word in _plain(text).rstrip(".!?").split() if not is_number(word)]
        return " ".join(words[:2]) in NEAR or " ".join(words) in PLAIN

    def is_near_miss(self, text: str) -> bool:
        """Whether all of these words are one that is nearly a command of one word: "helpp", "decsions"."""
        said = _plain(text).rstrip(".!?")
        names = [name for name, command in self.commands.items() if command.listed and " " not in name]
        return said.isalpha() and bool(get_close_matches(said, names, 1, 0.8))

    def nearest(self, text: str) -> tuple[tuple[str, ...], str]:
        """The listed commands that begin or end so or are spelled most like these words, and the words after."""
        words = _plain(text).split()
        if words[:1] == ["help"] and (about := " ".join(words[:2])) in self.commands:
            return (about,), ""
        for length in range(min(MOST_WORDS, len(words)), 0, -1):
            if called := _near(" ".join(words[:length]).rstrip(":.!?")):
                return called, _after(stripped(text), length)
        return self._spelled(text)

    def _spelled(self, text: str) -> tuple[tuple[str, ...], str]:
        """Those that begin or end like the first two words, or the first one, or are spelled most like them."""
        known = [name for name, command in self.commands.items() if command.listed]
        for length in (2, 1):
            said = " ".join(stripped(text).split()[:length]).casefold()
            begun = [name for name in known if said and name.startswith(said)]
            ended = [name for name in known if name.endswith(f" {said}")]
            few = next((names for names in (begun, ended) if 0 < len(names) <= MOST_NEAR), None)
            if near := few or get_close_matches(said, known, 1, 0.7):
                return tuple(near), _after(stripped(text), length)
        return (), ""


def _may_follow(command: Command, words: Sequence[str]) -> bool:
    """Whether these words can stand after the command: none, its number, or words of one's own."""
    if not words or not (command.alone or command.numbered):
        return True
    is_sentence = any(_WORD.search(word) and word.casefold().strip("#:,.") not in _BETWEEN for word in words)
    return command.numbered and (is_number(words[0].strip("#:,.").partition(".")[0]) or not is_sentence)


def _plain(text: str) -> str:
    return stripped(text).casefold().lstrip("¿¡")


def _near(words: str) -> tuple[str, ...]:
    found = NEAR.get(words) or PLAIN.get(words, ())
    return (found,) if isinstance(found, str) else found


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
    reason = _after(words, 1).strip()
    return words.strip() if reason.casefold().startswith("of ") else reason


def gives_reason(words: str) -> bool:
    """Whether these words begin with "because"."""
    first = words.split(None, 1)[:1] or [""]
    return first[0].casefold().rstrip(":,.…") in _BECAUSE


def with_reason(words: str) -> tuple[str, str]:
    """What stands before the last "because", and the reason; without one all of it and no reason."""
    found = _WITH_REASON.fullmatch(words)
    return (found[1].strip(), because(found[2])) if found else (words, "")


def _after(text: str, words: int) -> str:
    """What follows the first words, line breaks and all."""
    parts = text.split(None, words)
    return parts[words] if len(parts) > words else ""


def table(*groups: Iterable[Command]) -> Table:
    """Put the commands of every noun together; two of the same words are a mistake in the program."""
    commands: dict[str, Command] = {}
    for group in groups:
        for command in group:
            if command.words in commands:
                raise ValueError(f"Two commands are called {command.words}.")
            commands[command.words] = command
    return Table(commands)
