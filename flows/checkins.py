"""The weekly check-in beside the buttons: what a press said of an action is not asked again on the form."""

from dataclasses import replace
from datetime import datetime

from . import prompts
from .answers import fits
from .flow import Conversation
from .messages import Value
from .outcome import Outcome
from .people import Member
from .room import Room
from .route import addressed, route
from .timetable import standing
from .turn import Talk, chat_question, floor, is_complete, kept

FLOW = "checkin"


def count(room: Room, me: Member, number: int, outcome: Outcome, now: datetime, **said: Value) -> Outcome:
    """The outcome of a person's press, with what it says of this action as an answer in their open check-in."""
    after = room.having(outcome.keep)
    before = _open(after, me.id, number)
    if before is None:
        return outcome
    flow = addressed(room.scripts.flow(FLOW, before.language), me.first_name)
    talk = Talk(flow, before, room.phrases(me), now, room.reckoned(now), is_complete(flow, before))
    item = next(place for place, option in enumerate(before.choices["actions"]) if option.key == str(number))
    for step, value in said.items():
        talk = _answered(talk, item, step, value)
    current = prompts.up_to_date(after, flow, talk.conversation)
    if current == before:
        return outcome
    done_at = before.done_at or (now if is_complete(flow, current) else None)
    settled = replace(current, answered_at=now, done_at=done_at)
    return outcome + Outcome((settled,), tuple((settled.key, answer) for answer in talk.answered))


def _open(room: Room, member: str, number: int) -> Conversation | None:
    """The person's newest check-in that still takes answers and asks about this action."""
    here = standing(room)
    found = [
        each
        for each in room.conversations.values()
        if each.member == member and each.flow == FLOW and prompts.is_open(each, here) and not each.declined_at
    ]
    newest = found[-1] if found else None
    asks = newest is not None and any(option.key == str(number) for option in newest.choices.get("actions", ()))
    return newest if asks else None


def _answered(talk: Talk, item: int, step: str, value: Value) -> Talk:
    """Keep one answer where the form would take it, and do not leave its question standing in the chat."""
    spot = next((spot for spot in route(talk.flow, talk.conversation) if spot.place == (step, item)), None)
    if spot is None or not fits(spot.asked, value):
        return talk
    put = chat_question(talk.conversation)
    return kept(floor(talk, None) if put and put.item == item else talk, spot.asked, value)
