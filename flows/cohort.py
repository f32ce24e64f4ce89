"""A coach's teams, over all their schools: what stands before each, why, and what the coach may do next."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from . import coaching, lulls, placements, sight
from .messages import Button, Item, Link, Message
from .overview import where
from .people import Member, Role
from .phrases import Phrases
from .room import Room

CARD = "cohort"
"""the card that is drawn from all of a coach's teams when it goes out"""
PATH = "/coach"


@dataclass(frozen=True, slots=True)
class Told:
    """Flags of one kind: what each is and since when, and what the coach may do about them."""

    reasons: tuple[str, ...]
    move: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One team of a coach; what the team does not show is empty."""

    team: str
    name: str
    school: str
    where: str
    """the phase, or that there is no cycle"""
    answers: str
    """how many answer, as a band in words; empty in small teams and where the team does not show it"""
    school_level: str
    coach_level: str
    gap: str
    """how far the two are apart, in words, and what the coach may do"""
    flags: tuple[Told, ...]

    @property
    def stands(self) -> int:
        """How much stands before the team."""
        return sum(len(each.reasons) for each in self.flags)


def entries(rooms: Iterable[Room], me: Member, now: datetime) -> tuple[Entry, ...]:
    """Each of these teams as its coach sees it; those with most before them first."""
    mine = [room for room in rooms if Role.COACH in room.roles(me.id)]
    return tuple(sorted((entry(room, me, now) for room in mine), key=lambda each: (-each.stands, each.name)))


def entry(room: Room, me: Member, now: datetime) -> Entry:
    """One team as its coach sees it."""
    day = room.today(now)
    band = lulls.band(room, day) if sight.is_shown(room, me.id, "participation") else ""
    return Entry(
        team=room.team.id,
        name=room.team.name,
        school=room.school.name,
        where=where(room, me),
        answers=room.say(f"cohort.answers_{band}", me) if band else "",
        school_level=_level(room, placements.SCHOOL, me),
        coach_level=_level(room, placements.COACH, me),
        gap=_gap(room, me),
        flags=tuple(_told(room, me, day)),
    )


def draw(phrases: Phrases, found: Iterable[Entry], pages: str = "") -> Message:
    """The console as a message: a team an item, with the way to place it and to its page."""
    return Message(
        phrases.say("cohort.text" if found else "cohort.none"),
        title=phrases.say("cohort.title"),
        items=tuple(_item(phrases, each) for each in found),
        note=phrases.say("cohort.note"),
        preview=phrases.say("cohort.title"),
        link=Link(phrases.say("page.open"), f"{pages.rstrip('/')}{PATH}") if pages else None,
        language=phrases.language,
    )


def _item(phrases: Phrases, entry: Entry) -> Item:
    levels: Mapping[str, str] = {"level.by_school": entry.school_level, "level.by_coach": entry.coach_level}
    placed = (phrases.say(key, level=level) for key, level in levels.items() if level)
    flags = (" ".join((*each.reasons, each.move)) for each in entry.flags)
    facts = (entry.where, entry.answers, *placed, entry.gap)
    text = "\n".join((" · ".join(filter(None, facts)), *flags))
    place = Button(phrases.say("level.place"), "coach level", about=entry.team)
    return Item(text, phrases.say("cohort.team", team=entry.name, school=entry.school), buttons=(place,))


def _told(room: Room, me: Member, day: date) -> Iterator[Told]:
    """What stands before the team, by kind: advice is said once, however many actions it is about."""
    found: dict[str, list[str]] = {}
    for flag in coaching.shown(room, me, day):
        since = room.say("cohort.since", me, day=flag.since)
        reason = f"{room.say(flag.phrase, me, number=flag.number)} {since}"
        found.setdefault(flag.phrase.partition(".")[2], []).append(reason)
    for kind, reasons in found.items():
        yield Told(tuple(reasons), room.say(f"move.{kind}", me))


def _level(room: Room, by: str, me: Member) -> str:
    return placements.in_words(room, placements.newest(room, by), me)


def _gap(room: Room, me: Member) -> str:
    apart = placements.gap(room, me)
    if not apart:
        return ""
    side = "above" if apart > 0 else "below"
    return f"{room.say(f'level.{side}', me, count=abs(apart))} {room.say(f'move.{side}', me)}"
