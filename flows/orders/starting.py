"""The command that starts a cycle: first it shows what would happen, and only a press on that starts it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import blake2b

from .. import cycle, founding, holds, pulses, week_one
from ..calendar import CalendarError
from ..commands import MOST_DIGITS, Call, Command
from ..messages import Button, Field, Form, Item, Kind, Message, Note, Value
from ..options import folded
from ..outcome import Outcome, Refused
from ..phrases import Phrases
from ..room import Room
from ..timetable import Standing, meeting_on, opens_on, standing
from ..zones import called
from .team import roles_in_words, weekday

_IN_THE_ROOM = re.compile(r"\bin the room\b")
_CONFIRMED = re.compile(r"(?:\bas ([0-9a-f]{8}) )?\bconfirmed$")
"""with the mark of what was shown, where a button says it"""
_WRITTEN = re.compile(r"\b\d+ weeks\b")
_ISO = re.compile(r"\b\d{4}-\d\d-\d\d\b")


@dataclass(frozen=True, slots=True)
class Wish:
    """The cycle that somebody wants to start."""

    first: date
    weeks: int
    in_the_room: bool

    def words(self, mark: str) -> str:
        """The command that starts exactly this one, whenever it is given, as long as it is as it was shown."""
        return f"cycle start {self.first} {self.weeks} weeks{self.room} as {mark} confirmed"

    @property
    def room(self) -> str:
        """The words that say that the team said yes in the room."""
        return " in the room" if self.in_the_room else ""


def start(call: Call) -> Outcome:
    """Show the cycle and its first week; start it where just that is confirmed, with its day and length."""
    words = " ".join(call.rest.casefold().split())
    if _names_people(call, words):
        return call.tell(
            call.say("cycle.people_first"), *_people(call), Button(call.say("cycle.start_button"), "cycle start")
        )
    wish = _wish(call, _CONFIRMED.sub("", words).strip())
    outcome = cycle.start(call.room, call.me.id, wish.first, wish.weeks, wish.in_the_room, call.now)
    after = call.room.having(outcome.keep)
    confirmed = _CONFIRMED.search(words)
    if not (confirmed and _ISO.search(words) and _WRITTEN.search(words)):
        return _shown(call, _preview(call, wish, after))
    if confirmed[1] and confirmed[1] != _mark(after):
        return _shown(call, _preview(call, wish, after, call.say("cycle.preview_changed")))
    return outcome + _started(call, wish, after)


def _shown(call: Call, preview: Message) -> Outcome:
    return founding.noted(call.room, call.me, preview.buttons[0].says) + Outcome(reply=Note(preview))


def _names_people(call: Call, words: str) -> bool:
    """Whether somebody is named to start with: "cycle start with Ben and Cara"."""
    return words.partition(" ")[0] in call.room.phrases(call.me).words("cycle.with")


def _people(call: Call) -> Iterator[Button]:
    """The ways to change who takes part and as what, for whoever may."""
    yield Button(call.say("team.add_button"), "team add")
    yield Button(call.say("team.role_button"), "team role")


def _wish(call: Call, words: str) -> Wish:
    """Read "8 weeks from Monday" in the person's language; what nobody said is as usual, from today on."""
    phrases = call.room.phrases(call.me)
    said = folded(_IN_THE_ROOM.sub("", words))
    length = _length(phrases).search(said)
    weeks = int(length[1][:MOST_DIGITS]) if length else call.room.scripts.cycle.weeks
    idle = {*phrases.words("answers.words.idle"), *phrases.words("answers.words.from")}
    when = " ".join(word for word in (said.replace(length[0], " ") if length else said).split() if word not in idle)
    first = call.day(when) if when else _first_day(call)
    return Wish(first, weeks, bool(_IN_THE_ROOM.search(words)))


def _first_day(call: Call) -> date:
    """Today or the next school day; before the first cycle the day that leads to the first meeting that was told."""
    told = founding.meeting(call.room, call.me)
    if told and told >= call.today:
        return founding.first_day(call.room, told, call.today)
    return call.room.calendar.add_school_days(call.today, 0)


def _length(phrases: Phrases) -> re.Pattern[str]:
    """How long, as people say it: "8 weeks", "10 open school weeks", "8 semanas de clases"; "weeks" is always known."""
    weeks = "|".join(map(re.escape, (*phrases.words("answers.words.weeks"), "weeks")))
    school = "|".join(map(re.escape, phrases.words("answers.words.school")))
    return re.compile(rf"(?<!\S)(\d+) (?:(?:{school}) )*(?:{weeks})(?: (?:{school}))*(?!\S)")


def _started(call: Call, wish: Wish, after: Room) -> Outcome:
    here = _standing(after)
    asks, meeting = max(opens_on(after, here.phase), wish.first), meeting_on(after, here.phase)
    return call.tell(call.say("cycle.started", weeks=wish.weeks, phase=here.phase.title, asks=asks, meeting=meeting))


def _standing(room: Room) -> Standing:
    here = standing(room)
    assert here is not None
    return here


def first_week(call: Call) -> Message:
    """The usual cycle as it would begin by what was told; or why none can, and the way back to what was told."""
    try:
        wish = Wish(_first_day(call), call.room.scripts.cycle.weeks, False)
        begun = cycle.start(call.room, call.me.id, wish.first, wish.weeks, wish.in_the_room, call.now)
    except (Refused, CalendarError) as error:
        why = str(error) if isinstance(error, Refused) else call.say("refused.calendar_ends")
        return Message(why, buttons=(_change(call),), preview=call.say("cycle.preview"), about=call.room.team.id)
    return _preview(call, wish, call.room.having(begun.keep))


def _change(call: Call) -> Button:
    return Button(call.say("founding.change"), "school")


def _preview(call: Call, wish: Wish, after: Room, before: str = "") -> Message:
    """Show the length, the days, the hours and who gets what in the first week, with the button that starts it."""
    found = list(week_one.sendings(after, wish.first, call.now))
    most = week_one.most_for_one(found)
    nothing = holds.told(after, call.me) if after.hold else call.say("week_one.quiet")
    count = call.say("week_one.count", count=most) if found else nothing
    nowhere = () if call.room.channels else (Item(call.say("channel.none")),)
    pulse = pulses.beside_first_week(call.room, wish.first, call.me)
    beside = (*nowhere, Item(count), Item(_hours(call)), *((Item(pulse),) if pulse else ()))
    items = (*_team(call), *week_one.lines(after, call.me, found), *beside)
    buttons = (
        Button(call.say("cycle.start_it"), wish.words(_mark(after)), "primary"),
        Button(call.say("cycle.start_otherwise"), f"cycle start form{wish.room}"),
        *((_change(call),) if founding.talk(call.room, call.me) else _people(call)),
    )
    title, note = call.say("cycle.preview"), call.say("cycle.nothing_yet")
    text = " ".join(filter(None, (before, _in_short(call, wish, after), _why_another_day(call, wish, after))))
    return Message(text, title, items, note, buttons, preview=title, about=call.room.team.id)


def _team(call: Call) -> Iterator[Item]:
    """Who is on the team and as what, to whoever founds it: a line may have been read otherwise than it was meant."""
    if founding.talk(call.room, call.me):
        people = ((each.name, roles_in_words(call, call.room.roles(each.id))) for each in call.room.present())
        yield Item(call.say("founding.on_team", names=", ".join(f"{name} ({roles})" for name, roles in people)))


def _mark(after: Room) -> str:
    """What is approved beside the day and the length: hours, days, people and what they are.

    By it a button tells whether what it showed is still so.
    """
    here, calendar = _standing(after), after.calendar
    people = [(each.id, sorted(after.roles(each.id))) for each in after.present()]
    meetings = [meeting_on(after, phase) for phase in (here.phase, after.scripts.cycle.phases["reflect"])]
    shown = (calendar.zone, calendar.hours, calendar.weekdays, after.team.meeting_weekday, people, meetings)
    return blake2b(repr(shown).encode(), digest_size=4).hexdigest()


def _in_short(call: Call, wish: Wish, after: Room) -> str:
    here = _standing(after)
    return call.say(
        "cycle.would_start",
        weeks=wish.weeks,
        first=wish.first,
        phase=here.phase.title,
        meeting=meeting_on(after, here.phase),
        last=meeting_on(after, call.room.scripts.cycle.phases["reflect"]),
        weekday=weekday(call, call.room.team.meeting_weekday),
    )


def _why_another_day(call: Call, wish: Wish, after: Room) -> str:
    """Why the team would not meet first on the day that was told; empty where it would, or another day was chosen."""
    told = founding.meeting(call.room, call.me)
    if told is None or wish.first != _first_day(call) or meeting_on(after, _standing(after).phase) == told:
        return ""
    if call.room.calendar.is_open(told):
        return call.say("founding.meeting_too_soon", day=told)
    closed = next((each.name for each in call.room.calendar.closures if each.first <= told <= each.last), "")
    return call.say("founding.meeting_closed_for" if closed else "founding.meeting_closed", day=told, reason=closed)


def _hours(call: Call) -> str:
    calendar = call.room.calendar
    zone = called(calendar.zone, call.room.phrases(call.me).language)
    whom = "cycle.hours_told" if founding.talk(call.room, call.me) else "cycle.hours_ask"
    hours = call.say("cycle.hours", opens=calendar.hours.opens, closes=calendar.hours.closes, zone=zone)
    return f"{hours} {call.say(whom)}"


def otherwise(call: Call) -> Outcome:
    """Open the form that asks for the day and the length."""
    first = call.room.calendar.add_school_days(call.today, 0)
    fields = (
        Field("first", call.say("cycle.start_first"), Kind.DATE, value=str(first)),
        Field("weeks", call.say("cycle.start_weeks"), value=str(call.room.scripts.cycle.weeks)),
    )
    room = " in the room" if _IN_THE_ROOM.search(call.rest) else ""
    return call.show(Form(f"order cycle start{room}", call.say("cycle.start_title"), fields, about=call.room.team.id))


def start_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `cycle start`: it answers with what would happen."""
    weeks = str(values.get("weeks") or call.room.scripts.cycle.weeks).split()[0]
    if not weeks.isdecimal():
        raise Refused(call.say("cycle.weeks_out_of_range"), "weeks")
    room = "in the room" if _IN_THE_ROOM.search(call.rest) else ""
    return start(replace(call, rest=f"{values.get('first') or ''} {weeks} weeks {room}"))


COMMANDS = (
    Command("cycle start", "cycle start", start, start_filled),
    Command("cycle start form", "cycle start", otherwise, listed=False),
)
