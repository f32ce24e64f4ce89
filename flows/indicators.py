"""Indicators: evidence toward an outcome, from where to where by when, and what was seen."""

import re
from collections.abc import Iterator
from dataclasses import replace

from .aims import Aim
from .cycle import number
from .outcome import Outcome, Refused
from .people import Member
from .records import Indicator
from .room import Room

MOST_LINK = 500
"""characters"""
_LINK = re.compile(r"https?://[^\s<>\"'`\\]+")


def aims(room: Room, reader: Member | None = None) -> tuple[Aim, ...]:
    """The outcomes as the district words them, and those which it has taken out and that have evidence here."""
    listed = room.scripts.aims(room.language(reader))
    known = {aim.key for aim in listed}
    gone = dict.fromkeys(each.outcome for each in room.indicators if each.what and each.outcome not in known)
    return (*listed, *(Aim(key, key) for key in gone))


def of(room: Room, aim: str) -> Iterator[Indicator]:
    """What is on record toward an outcome: of the newest cycle, and what was to be reached after it began."""
    cycle = room.cycles[-1] if room.cycles else None
    for each in room.indicators:
        is_ours = cycle and (each.cycle == cycle.number or (each.by and each.by >= cycle.started_on))
        if each.what and each.outcome == aim and is_ours:
            yield each


def put(room: Room, told: Indicator) -> Outcome:
    """Keep it; raises Refused for an outcome that nobody knows, without words, and for what is no link."""
    if told.outcome not in {aim.key for aim in aims(room)}:
        raise Refused(room.say("answers.choose"), "outcome")
    if not told.what:
        raise Refused(room.say("answers.missing"), "what")
    if not (told.goal or told.seen):
        raise Refused(room.say("outcome.goal_or_seen"), "seen")
    if told.link and (len(told.link) > MOST_LINK or not _LINK.fullmatch(told.link)):
        raise Refused(room.say("outcome.no_link"), "link")
    return Outcome((told,))


def find(room: Room, wanted: int) -> Indicator:
    """The one with this number; raises Refused where there is none or it was taken back."""
    found = room.numbered(Indicator, wanted)
    if found is None or not found.what:
        raise Refused(room.say("outcome.unknown", number=wanted))
    return found


def new(room: Room, member: str) -> Indicator:
    """One without words, by this person; raises Refused before the first cycle."""
    return Indicator(room.team.id, room.next_number(Indicator), number(room), "", member)


def take_back(room: Room, wanted: int) -> Outcome:
    """Destroy its words; raises Refused as `find` does."""
    gone = replace(find(room, wanted), what="", start="", goal="", by=None, seen="", link="", on=None)
    return Outcome((gone,))
