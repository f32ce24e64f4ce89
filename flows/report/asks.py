"""The asks of a report: what the team asked for, and what became of it."""

from collections.abc import Iterator
from datetime import datetime

from .. import asks
from ..decision_records import Ask
from ..room import Room
from .decisions import roles
from .entries import AskEntry
from .saying import Say


def entries(room: Room, now: datetime, say: Say) -> Iterator[AskEntry]:
    """What the team has seen asked in this cycle, and older asks that still have no answer."""
    for ask in room.asks:
        is_ours = ask.cycle == room.cycles[-1].number or ask.state == "open"
        if is_ours and ask.state != "undone" and asks.is_out(room, ask, now):
            yield _entry(room, ask, say)


def _entry(room: Room, ask: Ask, say: Say) -> AskEntry:
    return AskEntry(
        label=say("ask_label", number=ask.number),
        number=ask.number,
        what=ask.what,
        kind=ask.kind,
        reason=ask.reason,
        need=next((need.text for need in room.needs if need.number == ask.need), ""),
        of=roles(room, [ask.of], say) or say("role_district_leader"),
        due=ask.due,
        state=ask.state,
        answer=ask.answer,
        answered_on=room.today(ask.answered_at) if ask.answered_at else None,
    )
