"""The pulse of a school: when one may begin, whom it asks, what they read before they answer, and when it is over."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from . import anonymity, circles, engine, holds
from .anonymity import Asked, Earlier
from .asking import promise
from .bands import Place, groups_of
from .calendar import CalendarError
from .conditions import USUAL
from .flow import Conversation
from .messages import Button, Message
from .outcome import Fact, Outcome, Refused
from .people import PROMPTED, Member, Role
from .room import Room
from .route import addressed
from .sends import Send, SendKind
from .timetable import Due, standing
from .waves import FLOW, SCHOOL, Invited, Pulse, key, occasion

KIND = "pulse"
"""the due moment at which one is closed"""
A_YEAR = 2
"""pulses in twelve months at most (domain: people's time)"""
YEAR, WEEK = timedelta(days=365), timedelta(days=7)
AHEAD = timedelta(days=31)
"""how far away a pulse may begin that is started now"""
MOST_TRIES = 40
COUNTED_AS = {Role.ADMINISTRATOR: "administrator", Role.SUPPORT: "support", Role.STAFF: "staff"}
"""as what somebody is counted; everybody else is a teacher"""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the staff, in the team in which they are asked."""

    member: Member
    room: Room
    role: str

    @property
    def place(self) -> Place:
        """Where they are counted."""
        return self.room.team.id, self.role


@dataclass(frozen=True, slots=True)
class Plan:
    """A pulse as it would be."""

    pulse: Pulse
    people: tuple[Person, ...]
    reminds_at: datetime

    def has_figure(self, group: str) -> bool:
        """Whether a group can be shown at all."""
        return group in self.pulse.groups


def rooms_of(room: Room) -> tuple[Room, ...]:
    """All teams of the school, in an order that does not depend on who looks."""
    return tuple(sorted((room, *room.others), key=lambda each: each.team.id))


def running(room: Room) -> Pulse | None:
    """The pulse that is planned or open."""
    return next((each for each in room.pulses if each.closed_at is None), None)


def closes(room: Room, pulse: Pulse) -> datetime:
    """When it closes; a hold takes no time from anybody."""
    return holds.deadline(room, pulse.closes_at, pulse.opens_at)


def turns(room: Room, pulse: Pulse) -> datetime:
    """When it opens next, or closes."""
    return closes(room, pulse) if pulse.opened_at else pulse.opens_at


def dues(room: Room) -> Iterator[Due]:
    """The moment at which a pulse opens or closes, in the time of the team whose administrator began it."""
    pulse = running(room)
    if pulse and pulse.team == room.team.id:
        what = "close" if pulse.opened_at else "open"
        yield Due(turns(room, pulse), f"{occasion(pulse.number)}.{what}", KIND, pulse.number)


def in_words(room: Room, pulse: Pulse, me: Member | None = None) -> str:
    """That it is open until a day, or from when on it will be."""
    if pulse.opened_at:
        return room.say("pulse.is_open", me, day=room.today(closes(room, pulse)))
    return room.say("pulse.is_planned", me, day=room.today(pulse.opens_at))


def beside_first_week(room: Room, first: date, me: Member) -> str:
    """What becomes of a pulse if a cycle begins on this day; empty where nothing does."""
    pulse = running(room)
    if pulse is None or first > room.today(pulse.closes_at) or room.today(pulse.opens_at) >= first + WEEK:
        return ""
    return room.say("pulse.unreminded" if pulse.opened_at else "pulse.waits", me, day=room.today(turns(room, pulse)))


def staff(room: Room) -> tuple[Person, ...]:
    """Everybody of the school's teams and beyond them, each once: where they take part rather than stand beside."""
    found: dict[str, Person] = {}
    for wanted in (PROMPTED, frozenset({Role.STAFF})):
        for each in rooms_of(room):
            for member in each.present():
                if each.roles(member.id) & wanted:
                    found.setdefault(member.id, Person(member, each, _counted_as(each, member)))
    return tuple(sorted(found.values(), key=lambda person: person.member.id))


def _counted_as(room: Room, member: Member) -> str:
    return COUNTED_AS.get(room.first_role(member.id) or Role.STAFF, "teacher")


# ---------------------------------------------------------------- beginning one


def plan(room: Room, by: str, now: datetime) -> Plan:
    """The pulse that could begin next; raises Refused where none may, and SchoolYearOver where the calendar ends."""
    if already := running(room):
        raise Refused(in_words(room, already))
    flow, told = room.scripts.flow(FLOW), room.scripts.conditions()
    people = staff(room)
    if len(people) <= told.fewest:
        raise Refused(room.say("pulse.too_few", count=len(people), fewest=told.fewest))
    first, last = _window(room, people, now, flow.closes_days)
    pulse = Pulse(
        room.school.id,
        max((each.number for each in room.pulses), default=0) + 1,
        room.team.id,
        by,
        room.calendar.clamp(first, room.scripts.cycle.prompt),
        _end(room, last),
        told.fewest,
        told.comments,
        _could_be_shown(room, people, told.fewest),
    )
    return Plan(pulse, people, _reminds(room, first))


def _reminds(room: Room, first: date) -> datetime:
    day = room.calendar.add_school_days(first, room.scripts.flow(FLOW).nudge_days)
    return room.calendar.clamp(day, room.scripts.cycle.prompt)


def _window(room: Room, people: Sequence[Person], now: datetime, days: int) -> tuple[date, date]:
    """The first and the last day: from the next school day on, in no week one, and not too soon after another."""
    earliest = room.calendar.add_school_days(room.today(now), 1)
    day = max(earliest, _after_others(room), _after_decisions(room, people, room.today(now)))
    first, last = _days(room, day, days) if day <= earliest + AHEAD else (day, day)
    if first > earliest + AHEAD:
        raise Refused(room.say("pulse.not_before", day=first))
    return first, last


def _days(room: Room, day: date, days: int) -> tuple[date, date]:
    """The first and the last day from this day on that are in no team's week one; raises Refused and SchoolYearOver."""
    for _ in range(MOST_TRIES):
        first = room.calendar.add_school_days(day, 0)
        last = room.calendar.add_school_days(first, days)
        week_one = next((each for each in _week_ones(room) if first < each + WEEK and each <= last), None)
        if week_one is None:
            return first, last
        day = week_one + WEEK
    raise Refused(room.say("pulse.not_before", day=day))


def _after_others(room: Room) -> date:
    """The first day on which there are not too many in twelve months."""
    opened = sorted(room.today(each.opens_at) for each in room.pulses if each.opened_at)
    return opened[-A_YEAR] + YEAR if len(opened) >= A_YEAR else date.min


def _after_decisions(room: Room, people: Sequence[Person], today: date) -> date:
    """The first day on which staff beyond the teams may be asked again: a decision may just have asked them."""
    beyond = [each.member.id for each in people if each.role == COUNTED_AS[Role.STAFF]]
    return circles.rests_until(room, beyond, today) or date.min


def _week_ones(room: Room) -> Iterator[date]:
    """The first day of each team's cycle: its first week is full enough."""
    for each in rooms_of(room):
        if here := standing(each):
            yield here.cycle.started_on


def _end(room: Room, day: date) -> datetime:
    hours = room.calendar.hours_on(day)
    assert hours is not None, f"{day} is a closed day"
    return hours[1]


def _could_be_shown(room: Room, people: Sequence[Person], fewest: int) -> tuple[str, ...]:
    places = {person.member.id: person.place for person in people}
    return anonymity.shown(Asked(places, Counter(places.values()), earlier(room)), fewest)


def earlier(room: Room) -> tuple[Earlier, ...]:
    """What is known of the pulses that are closed."""
    return tuple(
        Earlier(
            {each.member: (each.team, each.role) for each in room.invited if each.pulse == wave.pulse},
            {group: figures["answered"] for group, figures in wave.figures.items()},
        )
        for wave in room.waves
    )


def opening(room: Room, pulse: Pulse, now: datetime) -> Outcome:
    """Ask everybody; or let it wait where a team is in its first week now or the school is closed.

    Where there are no school days for it any more it is called off, and whoever began it hears so.
    """
    try:
        first, last = _days(room, room.today(now), room.scripts.flow(FLOW).closes_days)
    except (Refused, CalendarError):
        return Outcome((replace(pulse, closed_at=now),), sends=(_word(room, pulse, now, "pulse.called_off", now),))
    moved = replace(pulse, closes_at=_end(room, last))
    if first > room.today(now):
        moved = replace(moved, opens_at=room.calendar.clamp(first, room.scripts.cycle.prompt))
        return Outcome((moved,), sends=(_word(room, pulse, now, "pulse.moved", moved.opens_at),))
    people = staff(room)
    moved = replace(moved, opened_at=now, groups=_could_be_shown(room, people, pulse.fewest))
    return begin(room, Plan(moved, people, _reminds(room, first)))


def _word(room: Room, pulse: Pulse, now: datetime, phrase: str, opens: datetime) -> Send:
    """What whoever began a pulse hears when it does not go as they were told."""
    by, day = room.member(pulse.by), room.today(opens)
    title = room.say("pulse.title", by)
    message = Message(room.say(phrase, by, day=day), title, preview=title, about=room.team.id, language=by.language)
    key_of_word = f"{pulse.school}.{occasion(pulse.number)}.{phrase}.{day}"
    return Send(key_of_word, pulse.team, pulse.by, SendKind.PROMPT, now, message)


def begin(room: Room, planned: Plan) -> Outcome:
    """Ask everybody, and remind once whoever has not answered by then."""
    facts: list[Fact] = [planned.pulse]
    sends: list[Send] = []
    for person in planned.people:
        conversation = _opened(planned.pulse, person)
        team, role = person.place
        facts += [Invited(room.school.id, planned.pulse.number, person.member.id, team, role), conversation]
        sends += _asking(planned, person, conversation)
    return Outcome(tuple(facts), sends=tuple(sends))


def _opened(pulse: Pulse, person: Person) -> Conversation:
    return Conversation(
        key=key(pulse.number, person.member.id),
        flow=FLOW,
        member=person.member.id,
        opened_at=pulse.opens_at,
        language=person.member.language,
        team=person.room.team.id,
        phase=occasion(pulse.number),
    )


def _asking(planned: Plan, person: Person, conversation: Conversation) -> Iterator[Send]:
    asked = invitation(planned, person, conversation)
    reminder = replace(asked, text=f"{person.room.say('pulse.reminder', person.member)}\n\n{asked.text}")
    for kind, due, message in (
        (SendKind.PROMPT, planned.pulse.opens_at, asked),
        (SendKind.NUDGE, planned.reminds_at, reminder),
    ):
        yield Send(
            reason(planned.pulse, person.member.id, kind),
            conversation.team,
            person.member.id,
            kind,
            due,
            message,
            expires=_end(person.room, person.room.today(due)) if kind is SendKind.NUDGE else None,
            conversation=conversation.key,
        )


def reason(pulse: Pulse, member: str, kind: SendKind = SendKind.PROMPT) -> str:
    """The key of the message that asks somebody, or reminds them."""
    return f"{pulse.school}.{occasion(pulse.number)}.{kind.value}.{member}"


def invitation(planned: Plan, person: Person, conversation: Conversation) -> Message:
    """What somebody reads before they answer: until when, who learns what of it, and where they are too few."""
    room, me = person.room, person.member
    phrases = room.phrases(me)
    flow = room.scripts.flow(FLOW, me.language)
    told = "\n\n".join((addressed(flow, me.first_name).intro, *_before_answering(planned, person)))
    asked = engine.in_message(replace(flow, intro=told), conversation, phrases, me.first_name, room.team.id)
    buttons = (
        Button(room.say("engine.answer", me), f"answer {FLOW}", "primary", in_form=True),
        Button(room.say("engine.not_now", me), f"later {FLOW}"),
    )
    note = promise(flow, phrases)
    return Message(told, flow.title, (), note, buttons, flow.title, room.team.id, language=me.language, form=asked)


def _before_answering(planned: Plan, person: Person) -> Iterator[str]:
    room, me, pulse = person.room, person.member, planned.pulse
    yield room.say("pulse.until", me, day=room.today(pulse.closes_at))
    yield room.say("pulse.shown", me, fewest=pulse.fewest, comments=pulse.comments)
    if pulse.fewest < USUAL:
        warning = "pulse.fewer" if pulse.fewest >= anonymity.GUARDED else "pulse.fewest"
        yield room.say(warning, me, fewest=pulse.fewest, usual=USUAL)
    hidden = [group for group in groups_of(person.place) if not planned.has_figure(group)]
    if hidden:
        names = [group_in_words(room, each, me) for each in hidden]
        yield room.say("pulse.only_school", me, names=names)


def group_in_words(room: Room, group: str, me: Member) -> str:
    """What a group is called: the school, a team by its name, a role."""
    kind, _, which = group.partition(" ")
    if group == SCHOOL:
        return room.school.name
    if kind == "role":
        return room.say(f"pulse.role_{which}", me)
    return next((each.team.name for each in rooms_of(room) if each.team.id == which), room.say("pulse.a_team", me))


# ---------------------------------------------------------------- closing one


def closed(room: Room, pulse: Pulse, now: datetime) -> Iterator[Send]:
    """What everybody sees where they were asked, and each team in its channel, whether they took part or not."""
    people = {person.member.id: person for person in staff(room)}
    for each in room.invited:
        if each.pulse == pulse.number and each.member in people:
            person = people[each.member]
            message = _closed(pulse, person.room, person.member)
            why = reason(pulse, each.member)
            yield Send(why, each.team, each.member, SendKind.REFRESH, now, message)
    for other in rooms_of(room):
        if other.channels:
            key_of_post = f"{other.team.id}.{occasion(pulse.number)}.closed"
            yield Send(key_of_post, other.team.id, "", SendKind.POST, now, _closed(pulse, other))


def _closed(pulse: Pulse, room: Room, member: Member | None = None) -> Message:
    title = room.scripts.flow(FLOW, room.language(member)).title
    see = Button(room.say("pulse.see", member), "pulse")
    return Message(
        room.say("pulse.lost" if pulse.is_lost else "pulse.is_closed", member),
        title,
        buttons=(see,),
        preview=title,
        about=room.team.id,
        language=room.language(member),
    )
