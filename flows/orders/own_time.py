"""The commands about one's own time: days on which one is away, and reminders that one does not want."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

from .. import grammar, leaves, talk
from ..calendar import CalendarError, SchoolYearOver
from ..chatting import control, plainly
from ..commands import Call, Command, Unsure, stripped
from ..dates import NotADay
from ..messages import Button, Field, Form, Item, Kind, Value
from ..options import folded
from ..outcome import Outcome, Refused
from ..people import FOR_GOOD, Leave
from ..wall_times import read_time
from . import language

_NAMES: Mapping[str, str] = {
    "best time": "called.best_time",
    "quiet": "called.quiet",
    "leave": "called.leave",
    "language": "called.language",
}
"""The commands that take days, a time or a language, and the phrases that hold what people call them."""
_WHOLE: Mapping[str, str] = {
    "closures": "called.closures",
    "resume": "called.resume",
    "language": "called.language",
}
"""The commands that take no words, and the phrases that hold what people call them."""
_MOST_WORDS = 5
"""in what somebody calls a command"""


def leave(call: Call) -> Outcome:
    """Be left alone on some days: `leave 3/14 to 3/20`."""
    if call.rest:
        first, last = call.sure_days(call.rest)
        return _away(call, *leaves.taken(call.room, call.me, first, last))
    fields = (
        Field("first", call.say("leave.first"), Kind.DATE),
        Field("last", call.say("leave.last"), Kind.DATE),
    )
    return call.show(Form("order leave", call.say("leave.title"), fields, about=call.room.team.id))


def leave_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `leave`; without a last day it is one day."""
    if not values.get("first"):
        raise Refused(call.say("answers.missing"), "first")
    first = call.day(str(values["first"]), "first")
    last = call.day(str(values["last"]), "last") if values.get("last") else first
    return _away(call, *leaves.taken(call.room, call.me, first, last))


def _away(call: Call, *kept: Leave) -> Outcome:
    whole = kept[-1]
    take_back = Button(call.say("leave.take_back"), _says_back(call, whole))
    said = call.say("leave.kept", first=whole.first, last=whole.last)
    if whole.first == whole.last:
        said = call.say("leave.kept_day", day=whole.first)
    return Outcome(kept) + call.tell(said, take_back)


def _says_back(call: Call, leave: Leave) -> str:
    return f"leave back {max(leave.first, call.today)}"


def back(call: Call) -> Outcome:
    """Be back: today, or on a day before the leave's end; on its first day it is taken back whole."""
    day = call.sure_day(call.rest.removeprefix("on ")) if call.rest else call.today
    kept = leaves.back(call.room, call.me, day)
    left = [each for each in kept if each.first <= each.last]
    said = call.say("leave.shortened", last=left[-1].last) if left else call.say("leave.taken_back")
    return Outcome(kept) + call.tell(said)


def listed(call: Call) -> Outcome:
    """Show the days on which one is away, each with a way to take it back."""
    found = leaves.coming(call.room, call.me, call.today)
    items = [
        Item(
            told(call, each),
            buttons=(
                Button(
                    call.say("leave.back" if each.first <= call.today else "leave.take_back"), _says_back(call, each)
                ),
            ),
        )
        for each in found
    ]
    add = Button(call.say("leave.add"), "leave")
    return call.tell("" if items else call.say("leave.none"), add, title=call.say("leave.list"), items=items)


def told(call: Call, leave: Leave) -> str:
    """The days of a leave, for the person."""
    if leave.first == leave.last:
        return call.say("home.leave_day", day=leave.first)
    return call.say("home.leave", first=leave.first, last=leave.last)


def quiet(call: Call) -> Outcome:
    """Get no reminders any more, or none until a day: `quiet until Friday`; `quiet until` opens its form."""
    if folded(call.rest) in call.room.phrases(call.me).words("answers.words.polite"):
        return _quiet(call, FOR_GOOD)
    if folded(call.rest) in call.room.phrases(call.me).words("answers.words.until"):
        field = Field("until", call.say("quiet.ask_until"), Kind.DATE)
        return call.show(Form("order quiet", call.say("quiet.start"), (field,), about=call.room.team.id))
    if call.rest:
        return _quiet(call, _until(call))
    return _quiet(call, FOR_GOOD)


def quiet_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `quiet until`."""
    if not values.get("until"):
        raise Refused(call.say("answers.missing"), "until")
    return _quiet(call, call.day(str(values["until"]), "until"))


def _quiet(call: Call, until: date) -> Outcome:
    again = Button(call.say("quiet.end"), "quiet off")
    is_for_good = until == FOR_GOOD
    said = call.say("quiet.for_good") if is_for_good else call.say("quiet.until", day=until)
    only_until = (Button(call.say("quiet.only_until"), "quiet until"),) if is_for_good else ()
    return Outcome((replace(call.me, quiet_until=until),)) + call.tell(said, *only_until, again)


def _until(call: Call) -> date:
    """The first day with reminders again: the one that is named, or the school day after "for 2 weeks"."""
    words = call.rest.removeprefix("until ").removeprefix("till ")
    days = call.days(words)
    if days is None:
        return call.sure_day(words.removeprefix("for "))
    day = days[1] + timedelta(days=1) if words == call.rest else days[0]
    with suppress(SchoolYearOver):
        day = call.room.calendar.add_school_days(day, 0)
    if call.typed:
        raise Unsure(words, day)
    return day


def wants_no_messages(call: Call, text: str) -> bool:
    """Whether these words ask for fewer messages: "unsubscribe", "stop writing to me"; "stop" where nothing is open."""
    said = folded(stripped(text))
    is_stop = control(call.room.phrases(call.me), said) == "stop" and not talk.unfinished(call)
    is_stop = is_stop and call.may("answer")
    beside = ("quiet.beside", "answers.words.polite", "answers.words.hello")
    return is_stop or grammar.left(stripped(text), call.room.phrases(call.me), "quiet.wanted", beside) == ""


def in_own_words(call: Call, text: str) -> str:
    """The command that these words give by another name: "silencio hasta el viernes", "reanudar"; else empty.

    What follows the name has to be days, a time or a language; "leave room for play" and "my best time was in class"
    are not.
    """
    phrases, words = call.room.phrases(call.me), stripped(text).split()
    lengths = range(min(_MOST_WORDS, len(words)), 0, -1)
    begun = {length: folded(" ".join(words[:length])) for length in lengths}
    for name, key in _NAMES.items():
        for length in lengths:
            rest = " ".join(words[length:])
            if begun[length] in (name, *phrases.words(key)) and _follows(call, name, rest):
                return f"{name} {rest}"
    said = plainly(phrases, stripped(text))
    return next((name for name, key in _WHOLE.items() if said in phrases.words(key)), "")


def _follows(call: Call, name: str, rest: str) -> bool:
    """Whether these words are what the command takes; a day that is past or not clear is answered by the command."""
    if name == "best time":
        return _is_time(call, rest)
    if name == "language":
        return language.meant(call, rest) is not None
    try:
        _until(replace(call, rest=rest, typed=False)) if name == "quiet" else call.sure_days(rest)
    except Refused as refusal:
        return bool(rest) and not isinstance(refusal.__cause__, NotADay)
    return bool(rest)


def _is_time(call: Call, words: str) -> bool:
    try:
        return bool(read_time(words, call.room.calendar))
    except CalendarError:
        return False


def fewer(call: Call) -> Outcome:
    """The ways to hear less: no reminders, nothing on some days, nothing more about what is asked now."""
    call.require("quiet")
    buttons = [Button(call.say("quiet.start"), "quiet", "primary"), Button(call.say("leave.title"), "leave")]
    if (waiting := talk.unfinished(call)) and waiting.phase:
        buttons.append(Button(call.say("prompt.not_this_cycle"), f"stop {waiting.flow}"))
    return call.tell(call.say("quiet.ways"), *buttons)


def quiet_off(call: Call) -> Outcome:
    """Be reminded again, as everybody is."""
    return Outcome((replace(call.me, quiet_until=None),)) + call.tell(call.say("quiet.off"))


COMMANDS = (
    Command("leave", "leave", leave, leave_filled),
    Command("leaves", "leave", listed, alone=True),
    Command("leave back", "leave", back),
    Command("quiet", "quiet", quiet, quiet_filled),
    Command("quiet off", "quiet", quiet_off, alone=True),
)
