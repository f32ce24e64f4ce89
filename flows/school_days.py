"""Days in answers on which there is no school: the next day with school takes their place, and the reply says so."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from .commands import Call
from .flow import Flow
from .messages import Card, Form, Note, Reply
from .outcome import Outcome
from .turn import Turn

DAYS: Mapping[str, str] = {"plan": "due", "checkin": "new_due"}
"""by script: the question that asks by which day an action is done"""

Moved = Mapping[date, date]
"""The day that was given, and the one that took its place."""


def on_school_days(call: Call, flow: Flow, turn: Turn) -> tuple[Turn, Moved]:
    """Put school days in place of the new answers that are none; raises SchoolYearOver after the last."""
    given = {
        answer.place: date.fromisoformat(answer.value)
        for answer in turn.answered
        if answer.step == DAYS.get(flow.name) and answer.value
    }
    moved = {day: call.room.calendar.add_school_days(day, 0) for day in given.values()}
    answered = tuple(
        replace(answer, value=moved[given[answer.place]].isoformat()) if answer.place in given else answer
        for answer in turn.answered
    )
    answers = {**turn.conversation.answers, **{answer.place: answer for answer in answered}}
    conversation = replace(turn.conversation, answers=answers)
    changed = {day: due for day, due in moved.items() if day != due}
    return replace(turn, conversation=conversation, answered=answered), changed


def on_form(call: Call, words: str, field: str) -> tuple[date | None, Moved]:
    """The day in a form's field, or the next one with school, and whether it was moved; no day for no words.

    Raises Refused for the field where it is no day, and SchoolYearOver after the last one.
    """
    day = call.day(words, field) if words else None
    due = call.room.calendar.add_school_days(day, 0) if day else None
    return due, {day: due} if day and due and day != due else {}


def explained(call: Call, outcome: Outcome, moved: Moved) -> Outcome:
    """Say in the reply, or else in the first message that answers, which days were moved and why."""
    for day, due in moved.items():
        words = call.say("action.day_moved", day=day, due=due)
        if outcome.reply:
            outcome = replace(outcome, reply=_before(words, outcome.reply))
        elif outcome.sends and (message := outcome.sends[0].message):
            noted = call.say("engine.noted", answer=day)
            text = message.text.replace(noted, words, 1) if noted in message.text else f"{words}\n\n{message.text}"
            first = replace(outcome.sends[0], message=replace(message, text=text))
            outcome = replace(outcome, sends=(first, *outcome.sends[1:]))
    return outcome


def _before(words: str, reply: Reply) -> Reply:
    """The reply with these words before its own."""
    match reply:
        case Form():
            return replace(reply, intro="\n\n".join(filter(None, (words, reply.intro))))
        case Note(message) | Card(message):
            return replace(reply, message=replace(message, text="\n\n".join(filter(None, (words, message.text)))))
        case _:
            return reply
