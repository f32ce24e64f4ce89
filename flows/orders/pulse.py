"""The commands about the pulse: what it found, and the beginning of one, which is shown first."""

import re
from collections import Counter
from collections.abc import Iterator

from .. import pulse_results, pulses, talk
from ..bands import groups_of
from ..commands import Call, Command
from ..messages import Button, Item, Note
from ..outcome import Outcome
from ..waves import FLOW

_CONFIRMED = re.compile(r"(\d{4}-\d\d-\d\d) asks (\d+) confirmed")


def pulse(call: Call) -> Outcome:
    """Say what the newest pulse found, and that one is open."""
    running, found = pulses.running(call.room), pulse_results.draw(call.room, call.me)
    if running is None and found is None:
        ways = (Button(call.say("pulse.start"), "pulse start"),) if call.may("pulse start") else ()
        return call.tell(call.say("pulse.none"), *ways, title=call.say("pulse.title"))
    told = Outcome(reply=Note(found)) if found else Outcome()
    if running is None:
        return told
    is_asked = talk.is_asked(call, FLOW)
    answer = (Button(call.say("engine.answer"), f"answer {FLOW}", "primary"),) if is_asked else ()
    text = pulses.in_words(call.room, running, call.me)
    items = found.items if found else ()
    title = found.title if found else call.say("pulse.title")
    return call.tell(text, *answer, title=title, items=items)


def start(call: Call) -> Outcome:
    """Show whom a pulse would ask and when; start it where just that is confirmed."""
    if not call.room.is_whole:  # what can be done now is only looked through
        return call.tell(call.say("pulse.title"))
    planned = pulses.plan(call.room.told_to(call.me.id), call.me.id, call.now)
    first, count = call.room.today(planned.pulse.opens_at), len(planned.people)
    words = f"{first} asks {count} confirmed"
    if not _CONFIRMED.fullmatch(call.rest.strip()):
        return _shown(call, planned, words)
    if call.rest.strip() != words:
        return _shown(call, planned, words, call.say("pulse.changed"))
    begun = call.say("pulse.begun", at=call.room.calendar.local(planned.pulse.opens_at), count=count)
    return Outcome((planned.pulse,)) + call.tell(begun)


def _shown(call: Call, planned: pulses.Plan, words: str, before: str = "") -> Outcome:
    room, asked = call.room, planned.pulse
    text = call.say(
        "pulse.would_start",
        count=len(planned.people),
        first=room.today(asked.opens_at),
        last=room.today(asked.closes_at),
    )
    items = (
        Item(call.say("pulse.reminds", day=room.today(planned.reminds_at))),
        Item(call.say("pulse.shown", fewest=asked.fewest, comments=asked.comments)),
        *_groups(call, planned),
    )
    start_it = Button(call.say("pulse.start_it"), f"pulse start {words}", "primary")
    text = " ".join(filter(None, (before, text)))
    return call.tell(text, start_it, title=call.say("pulse.preview"), items=items, note=call.say("pulse.nothing_yet"))


def _groups(call: Call, planned: pulses.Plan) -> Iterator[Item]:
    """Each team and each role: how many it asks, and whether it can have figures of its own."""
    sizes = Counter(group for person in planned.people for group in groups_of(person.place))
    for group, count in sorted(sizes.items(), key=lambda each: (each[0].startswith("role"), each[0])):
        said = "pulse.own_figure" if planned.has_figure(group) else "pulse.no_figure"
        yield Item(call.say(said, count=count), pulses.group_in_words(call.room, group, call.me))


COMMANDS = (
    Command("pulse", "pulse", pulse, alone=True, of_school=True),
    Command("pulse start", "pulse start", start, of_school=True),
)
