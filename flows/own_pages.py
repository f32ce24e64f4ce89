"""A person's own pages over all their teams: what is each team's stands with it, what is common stands once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from . import pages, shown
from .messages import Item, Message
from .people import Member
from .room import Room


@dataclass(frozen=True, slots=True)
class Told:
    """A message to read, and the pages of what it names, by label."""

    message: Message
    ways: Mapping[str, str] = field(default_factory=dict)


def mine(rooms: Sequence[Room], me: Member, now: datetime) -> Iterator[Told]:
    """What waits for the person in each team; then the teams in which nothing does, and what is known of them."""
    found = [(room, message) for room in rooms if (message := pages.told(room, me, now, pages.HOME))]
    if len(found) < 2:
        yield from (Told(message, pages.ways(room, me, now)) for room, message in found)
        return
    idle, known = [], dict[Item, list[str]]()
    for room, message in found:
        about = room.say("home.about_you", me)
        own = tuple(item for item in message.items if item.label != about)
        for item in message.items:
            if item.label == about:
                known.setdefault(item, []).append(room.team.name)
        if own:
            yield Told(replace(message, items=own), pages.ways(room, me, now))
        else:
            idle.append((room, message))
    yield from _idle(idle, me)
    room, _ = found[0]
    about_you = tuple(replace(item, label=" · ".join(names)) for item, names in known.items())
    yield Told(Message("", title=room.say("home.about_you", me), items=about_you))


def _idle(found: Sequence[tuple[Room, Message]], me: Member) -> Iterator[Told]:
    """The teams in which nothing waits, each with where it stands."""
    if found:
        room, _ = found[0]
        items = tuple(Item(message.text, room.team.name) for room, message in found)
        ways = {room.team.name: pages.way_to_team(room) for room, _ in found}
        yield Told(Message("", title=room.say("page.nothing_waits", me), items=items), ways)


def others_see(rooms: Sequence[Room], me: Member) -> Iterator[Told]:
    """What each team agreed to show its coach, and once for all of them what the views are made of."""
    if rooms:
        first = rooms[0]
        yield Told(Message(first.say("shown.text", me), items=tuple(shown.of_team(room, me) for room in rooms)))
        yield Told(Message("", items=tuple(shown.of_all(first, me))))
