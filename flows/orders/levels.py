"""The commands that say how far a team has come: its school for itself, and its coach."""

from collections.abc import Mapping
from dataclasses import replace

from .. import placements
from ..coaching import levels
from ..commands import Call, Command
from ..messages import Button, Field, Form, Item, Kind, Option, Value
from ..options import folded
from ..outcome import Outcome, Refused
from ..placements import COACH, SCHOOL


def level(call: Call) -> Outcome:
    """Say how far the team has come: `team level starting`."""
    return _level(call, SCHOOL)


def level_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `team level`."""
    key, name = _chosen(call, values)
    placed = placements.put(call.room, SCHOOL, key, call.me, call.now)
    return placed + Outcome((replace(call.room.team, level=key),)) + call.tell(call.say("team.at_level", level=name))


def coach_level(call: Call) -> Outcome:
    """Say as its coach how far the team has come: `coach level starting`."""
    return _level(call, COACH)


def coach_level_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `coach level`."""
    key, _ = _chosen(call, values)
    placed = placements.put(call.room, COACH, key, call.me, call.now)
    after = call.room.having(placed.keep)
    return placed + call.tell(placements.told(after, call.me), _history(call))


def history(call: Call) -> Outcome:
    """Say where the team was placed by whom, and when."""
    items = tuple(Item(each) for each in placements.history(call.room, call.me))
    text = placements.told(call.room, call.me) or call.say("level.nobody")
    return call.tell(text, title=call.say("level.title"), items=items)


def _level(call: Call, by: str) -> Outcome:
    """Take the level that was named, or ask for it."""
    if call.rest:
        filled = level_filled if by == SCHOOL else coach_level_filled
        return filled(call, {"level": call.rest})
    options = tuple(Option(key, name) for key, name in levels(call.room, call.me))
    now = folded(placements.newest(call.room, by)) or None
    field = Field("level", call.say("team.ask_level"), Kind.OPTIONS, options, now)
    ref = "order team level" if by == SCHOOL else "order coach level"
    return call.show(Form(ref, call.say("team.level_title"), (field,), about=call.room.team.id))


def _chosen(call: Call, values: Mapping[str, Value]) -> tuple[str, str]:
    """The level that is meant, as it is kept and as the person reads it; raises Refused where none is."""
    known, said = levels(call.room, call.me), folded(str(values.get("level") or ""))
    found = next(((key, name) for key, name in known if said in (key, folded(name))), None)
    if not found:
        raise Refused(call.say("team.which_level", levels=", ".join(name for _, name in known)), "level")
    return found


def _history(call: Call) -> Button:
    return Button(call.say("level.title"), "team levels")


COMMANDS = (
    Command("team level", "team change", level, level_filled),
    Command("team levels", "team", history, alone=True),
    Command("coach level", "coach level", coach_level, coach_level_filled),
)
