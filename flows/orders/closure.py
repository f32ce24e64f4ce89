"""The commands about days without school, for every team of the school."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, time

from .. import closures, grammar
from ..calendar import CalendarError, Closure, HalfDay, SchoolYearOver
from ..commands import Call, Command, Unsure, with_reason
from ..dates import NotADay
from ..markup import escape
from ..messages import Button, Field, Form, Item, Kind, Value
from ..options import folded
from ..outcome import Outcome, Refused
from ..people import School
from ..timetable import meeting_on, standing
from ..wall_times import read_time

_BEFORE = r"(?:from|at|after|desde|a)\s+(?:las?\s+|el\s+)?"
_HALF = r"\s*[ap]\.?m\.?"
_CLOCK = rf"\d{{1,2}}:\d\d(?:{_HALF})?|\d{{1,2}}{_HALF}|noon|mediod[ií]a"
_EARLY = re.compile(
    rf"(?:^|(?<=\s))(?:(?:{_BEFORE})?({_CLOCK})(?:\s+o.clock)?(?=[\s:,]|$)|{_BEFORE}(\d{{1,2}})(?:\s+o.clock)?\s*$)",
    re.IGNORECASE,
)
"""a time of day; a bare number is one only after "at 12" """
_OF = re.compile(r"because of\b", re.IGNORECASE)
"""what stands before the reason and is no part of the closure's name"""
_NO_NAME = ("from", "at", "after", "until", "till", "desde")
"""words with which no closure's name begins: a time that is not understood may not close the whole day"""
LATE = "closure.late_words"
"""the phrase that holds what people call a day that begins later"""
MOST_WORDS = 12
"""of the days in a command; what follows is the closure's name"""


def closure(call: Call) -> Outcome:
    """Close the school: `closure today because of snow`, `closure 3/14 to 3/16 Ice storm`, or `today from 12:00`."""
    if not call.rest:
        return call.show(_form(call))
    if (days := grammar.left(call.rest, call.room.phrases(call.me), LATE)) is not None:
        return _begins_late(call, days)
    words, reason = with_reason(call.rest)
    early = _EARLY.search(words) or _EARLY.search(reason)
    reason = _EARLY.sub(" ", reason) if early else reason
    time_of_day = (early[1] or early[2]) if early else ""
    if early and not _EARLY.sub(" ", words, count=1).strip():
        raise Refused(call.say("closure.early_which_day"))
    try:
        first, last, name = _days(call, _EARLY.sub(" ", words, count=1) if early else words)
    except Unsure as unsure:
        unsure.how_long = _how_long(call, time_of_day)
        raise
    if name.casefold().startswith(tuple(f"{word} " for word in _NO_NAME)):
        raise Refused(call.say("closure.early_unclear", said=name))
    name = _OF.sub("", reason) or name
    return _closed(call, first, last, name.strip(" :,."), time_of_day)


def _begins_late(call: Call, words: str) -> Outcome:
    """A day that begins later is none without school: nothing is closed, but it can be, for the whole day."""
    first, last, _ = _days(replace(call, typed=False), words or str(call.today))
    opens, days = call.room.calendar.hours.opens, _spell(call, first, last)
    nothing = Button(call.say("closure.all_day_instead"), f"closure {first} to {last}")
    return call.tell(call.say("closure.late", days=days, opens=opens), nothing)


def _how_long(call: Call, early: str) -> str:
    """How much of the day is closed, as it is read back."""
    return call.say("closure.from_time", at=_time(call, early)) if early else call.say("closure.all_day")


def _days(call: Call, words: str) -> tuple[date, date, str]:
    """The longest beginning of these words that names days, and what follows: the closure's name."""
    said, refused = words.split() or [""], list[Refused]()
    for length in range(min(len(said), MOST_WORDS), 0, -1):
        days, name = " ".join(said[:length]), " ".join(said[length:])
        try:
            first, last = replace(call, typed=False).sure_days(days)
        except Refused as refusal:
            refused.append(refusal)
            continue
        if not _names_another_day(call, name, first, last):
            return *call.sure_days(days), name
        refused.append(Refused(call.say("answers.days_apart")))
        break
    raise next((each for each in refused if not isinstance(each.__cause__, NotADay)), refused[0])


def _names_another_day(call: Call, name: str, first: date, last: date) -> bool:
    """Whether what follows the days begins with a day that is none of them, as "to Monday" does: it is no reason.

    A word for the team's meeting may be one.
    """
    phrases = call.room.phrases(call.me)
    joins = (*phrases.words("answers.words.and"), *phrases.words("answers.words.until"))
    words = [word for each in name.split() if (word := each.strip(",;"))]
    word = next((each for each in words if folded(each) not in joins), "")
    if not word or folded(word) in phrases.words("answers.words.meeting"):
        return False
    try:
        return not first <= call.day(word) <= last
    except Refused as refusal:
        return not isinstance(refusal.__cause__, NotADay)


def _form(call: Call) -> Form:
    fields = (
        Field("first", call.say("closure.first"), Kind.DATE, value=str(call.today)),
        Field("last", call.say("closure.last"), Kind.DATE, optional=True),
        Field("name", call.say("closure.name"), optional=True, hint=call.say("closure.name_hint")),
        Field("early", call.say("closure.early"), optional=True, hint=call.say("closure.early_hint")),
    )
    return Form("order closure", call.say("closure.title"), fields, about=call.room.team.id)


def closure_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `closure`."""
    if not values.get("first"):
        raise Refused(call.say("answers.missing"), "first")
    first = call.day(str(values["first"]), "first")
    last = call.day(str(values["last"]), "last") if values.get("last") else first
    return _closed(call, first, last, str(values.get("name") or "").strip(), str(values.get("early") or ""))


def _closed(call: Call, first: date, last: date, name: str, early: str) -> Outcome:
    if not early:
        name = f"{name[:1].upper()}{name[1:]}" or call.say("closure.no_school")
        school, said = closures.close(call.room, first, last, name, call.now), "closure.kept"
    elif first != last:
        raise Refused(call.say("closure.early_one_day"), "last")
    else:
        school, said = closures.early(call.room, first, _time(call, early)), "closure.kept_early"
    is_now = first <= call.today <= last
    sentences = (
        call.say(said, school=school.name, days=_spell(call, first, last), name=name, at=early and _time(call, early)),
        call.say("closure.what_is_planned" if not is_now else "closure.what_was_planned"),
        _moved(call, school),
        call.say("closure.every_team"),
    )
    undo = Button(call.say("closure.undo"), f"closure open {first} to {last}")
    every = Button(call.say("closure.list"), "closures")
    return Outcome((school,)) + call.tell(" ".join(filter(None, sentences)), undo, every)


def _time(call: Call, words: str) -> time:
    """The time of day at which school closes."""
    try:
        return read_time(words[:40], call.room.calendar)
    except CalendarError as error:
        raise Refused(escape(str(error)), "early") from error


def _spell(call: Call, first: date, last: date) -> str:
    return closures.spell(call.room, first, last, call.me)


def _moved(call: Call, school: School) -> str:
    """Where the next meeting of this team goes, if it moves."""
    here = standing(call.room)
    with suppress(SchoolYearOver):
        if here and here.phase.week:
            before = meeting_on(call.room, here.phase)
            after = meeting_on(call.room.having([school]), here.phase)
            return call.say("closure.meeting_moves", day=after) if before != after and before >= call.today else ""
    return ""


def reopen(call: Call) -> Outcome:
    """Take a closure or a half day back, wholly or for some days: `closure open 3/14`."""
    if not call.rest:
        return listed(call)
    first, last = call.sure_days(call.rest.removeprefix("on "))
    school = closures.reopen(call.room, first, last)
    text = call.say("closure.opened", school=school.name, days=_spell(call, first, last))
    return Outcome((school,)) + call.tell(text)


def listed(call: Call) -> Outcome:
    """Show the days without school that are coming."""
    items = [_item(call, each) for each in closures.coming(call.room.calendar, call.today)]
    text = "" if items else call.say("closure.none")
    add = (Button(call.say("closure.add"), "closure"),) if call.may("closure") else ()
    return call.tell(text, *add, title=call.say("closure.list"), items=items)


def _item(call: Call, each: Closure | HalfDay) -> Item:
    match each:
        case Closure(first, last, name):
            text = f"{escape(name)}: {_spell(call, first, last)}"
            says = f"closure open {max(first, call.today)} to {last}"
        case HalfDay(day, closes):
            text, says = call.say("closure.half_day", day=day, at=closes), f"closure open {day} to {day}"
    undo = (Button(call.say("closure.undo"), says),) if call.may("closure") else ()
    return Item(text, buttons=undo)


COMMANDS = (
    Command("closure", "closure", closure, closure_filled),
    Command("closures", "closures", listed, alone=True),
    Command("closure open", "closure", reopen),
)
