"""Evidence: what somebody saw of an action, on record for the day on which the team weighs what came of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from .cycle import number, planned
from .flow import Conversation
from .messages import Form, Item
from .outcome import Outcome, Refused
from .people import Member
from .records import Evidence
from .room import Room


def put(room: Room, action: int, by: str, words: str, now: datetime) -> Outcome:
    """Keep what this person saw of an action on the plan; raises Refused for any other action and without words."""
    require_actions(room)
    if action not in {each.number for each in planned(room)}:
        raise Refused(room.say("action.unknown", number=action), "action")
    if not words:
        raise Refused(room.say("answers.missing"), "words")
    seen = room.next_number(Evidence)
    return Outcome((Evidence(room.team.id, seen, number(room), action, by, words, room.today(now)),))


def take_back(room: Room, wanted: int, by: str) -> Outcome:
    """Destroy what this person put on record; raises Refused for anything else."""
    seen = room.numbered(Evidence, wanted)
    if seen is None or not seen.text or seen.author != by:
        raise Refused(room.say("evidence.not_yours"))
    return Outcome((replace(seen, text=""),))


def require_actions(room: Room) -> None:
    """Raise Refused unless there is an action of which somebody can have seen anything."""
    if not planned(room):
        raise Refused(room.say("evidence.none"))


def of(room: Room, action: int) -> tuple[Evidence, ...]:
    """What was seen of an action in the newest cycle, in the order in which it was told, and not taken back."""
    found = (each for each in room.evidences if each.action == action and each.cycle == number(room))
    return tuple(each for each in found if each.text)


def items(room: Room, action: int) -> Iterator[Item]:
    """The same for the team's card, in people's own words and with their roles."""
    for each in of(room, action):
        yield Item(each.text, room.say("evidence.label"), _role(room, each), quoted=True)


def beside(room: Room, conversation: Conversation, form: Form) -> Form:
    """The form on which results are weighed, with what was seen of each action under its question."""
    if conversation.flow != "results":
        return form
    asked = {f"result.{item}": each.key for item, each in enumerate(conversation.choices.get("actions", ()))}
    reader = room.member(conversation.member)
    hints = {key: _hint(room, int(action), reader) for key, action in asked.items() if action}
    return replace(form, fields=tuple(replace(each, hint=hints.get(each.key) or each.hint) for each in form.fields))


def _hint(room: Room, action: int, reader: Member) -> str:
    return "\n".join(
        room.say("evidence.seen", reader, text=each.text, role=_role(room, each, reader)) for each in of(room, action)
    )


def _role(room: Room, seen: Evidence, reader: Member | None = None) -> str:
    """What the author is, as reports say it; empty for a facilitator who is nothing else."""
    role = room.first_role(seen.author)
    return room.say(f"report.role_{role.name.lower()}", reader) if role else ""
