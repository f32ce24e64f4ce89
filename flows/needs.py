"""Needs and resources: which ones are alike, what the dots say, what the team chose."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache

from .cycle import number
from .markup import plain
from .messages import Option
from .outcome import Fact, Outcome, Refused
from .people import SMALL, Member
from .records import Need, Resource
from .room import Room

ALIKE = 0.62
"""From this share of common wording on, two needs are proposed as one; a person decides."""

_COMMON = frozenset(
    ("a", "an", "and", "at", "for", "from", "in", "is", "more", "need", "of", "on", "our", "the", "to", "we")
)


@dataclass(frozen=True, slots=True)
class Count:
    """What the dots say."""

    dots: Mapping[int, int]
    """by number of the need, most first"""
    first: tuple[int, ...]
    """the need that leads, or all that are tied for the lead; empty when nobody voted"""

    @property
    def is_tied(self) -> bool:
        """Whether the team has to decide between several."""
        return len(self.first) > 1


def standing_needs(room: Room) -> tuple[Need, ...]:
    """The needs the team may choose from: unmet ones of earlier cycles first; merged ones are spoken for."""
    needs = [need for need in room.needs if need.state == "open" and not need.merged_into]
    return tuple(sorted(needs, key=lambda need: (need.cycle, need.number)))


def options(room: Room, member: Member) -> tuple[Option, ...]:
    """These needs to choose from, in their authors' words: what the team works on comes first and says so.

    The mark stands before the words, because platforms cut long options at their end.
    """
    ours, mark = chosen(room), plain(room.say("need.ours", member))
    ranked = sorted(standing_needs(room), key=lambda need: need not in ours)
    return tuple(Option(str(need.number), f"{mark} {need.text}" if need in ours else need.text) for need in ranked)


def standing_resources(room: Room) -> tuple[Resource, ...]:
    """What the team can draw on."""
    return tuple(resource for resource in room.resources if resource.state == "open")


def chosen(room: Room) -> tuple[Need, ...]:
    """What the team chose to work on in the newest cycle."""
    return tuple(need for need in room.needs if need.chosen_in and need.chosen_in == number(room))


def shows_dots(room: Room) -> bool:
    """Whether team and ballots are so many that the dots give no voter away (domain: privacy)."""
    ballots = [ballot for ballot in room.ballots if any(ballot.dots.values())]
    return min(len(room.prompted()), len(ballots)) >= SMALL


def count(room: Room) -> Count:
    """Count the dots of the newest cycle; dots on a merged need count for the one that speaks for it."""
    dots = {need.number: 0 for need in standing_needs(room)}
    for ballot in room.ballots:
        for key, given in ballot.dots.items():
            speaks = _speaks_for(room, int(key))
            if speaks in dots:
                dots[speaks] += given
    most = max(dots.values(), default=0)
    first = tuple(need for need, given in dots.items() if given == most) if most else ()
    return Count(dict(sorted(dots.items(), key=lambda each: (-each[1], each[0]))), first)


def _speaks_for(room: Room, need: int) -> int:
    """The need that a merged one was merged into, however often."""
    found = room.numbered(Need, need)
    return _speaks_for(room, found.merged_into) if found and found.merged_into else need


def choose(room: Room, numbers: tuple[int, ...]) -> Outcome:
    """Record what the team works on in this cycle; a later choice replaces an earlier one."""
    wanted = {find(room, each).number for each in numbers}
    facts: list[Fact] = []
    for need in room.needs:
        now_chosen = number(room) if need.number in wanted else 0
        if need.chosen_in != now_chosen and (need.number in wanted or need.chosen_in == number(room)):
            facts.append(replace(need, chosen_in=now_chosen))
    return Outcome(tuple(facts))


def find(room: Room, wanted: int) -> Need:
    """The standing need with this number; raises Refused with the numbers there are."""
    need = room.numbered(Need, wanted)
    if need is None or need.state != "open":
        raise Refused(room.say("need.unknown", number=wanted))
    return need


def alike(room: Room) -> tuple[tuple[Need, Need], ...]:
    """Pairs of standing needs that may be the same one; nobody has said yet that they are not."""
    return tuple(_pairs(standing_needs(room)))


def _pairs(needs: tuple[Need, ...]) -> Iterator[tuple[Need, Need]]:
    for index, first in enumerate(needs):
        for second in needs[index + 1 :]:
            if second.number not in first.apart and likeness(first.text, second.text) >= ALIKE:
                yield first, second


@lru_cache(maxsize=4096)
def likeness(first: str, second: str) -> float:
    """How much of their wording two needs share, from 0 to 1, little words aside."""
    one, other = _words(first), _words(second)
    if not one or not other:
        return 0.0
    shared = len(one & other) / min(len(one), len(other))
    spelled = SequenceMatcher(None, " ".join(sorted(one)), " ".join(sorted(other))).ratio()
    return max(shared if len(one & other) > 1 else 0.0, spelled)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold())) - _COMMON


def merge(room: Room, into: int, merged: int) -> Outcome:
    """Let one need speak for another; the words of both authors are kept."""
    speaks, spoken_for = find(room, into), find(room, merged)
    if speaks.number == spoken_for.number:
        raise Refused(room.say("need.merge_itself", number=into))
    if speaks.merged_into:
        raise Refused(room.say("need.merged_already", number=into, into=speaks.merged_into))
    return Outcome((replace(spoken_for, merged_into=speaks.number),))


def keep_apart(room: Room, first: int, second: int) -> Outcome:
    """Record that two needs are not the same: the bot does not propose them again, and parts them if merged."""
    one, other = sorted((find(room, first), find(room, second)), key=lambda need: need.number)
    parted = replace(other, merged_into=0) if other.merged_into == one.number else other
    return Outcome(
        (
            replace(
                one,
                apart=(*one.apart, other.number),
                merged_into=0 if one.merged_into == other.number else one.merged_into,
            ),
            parted,
        )
    )


def merged_texts(room: Room, need: Need) -> tuple[str, ...]:
    """The words of the needs that this one speaks for."""
    return tuple(
        each.text for each in room.needs if each.number != need.number and _speaks_for(room, each.number) == need.number
    )
