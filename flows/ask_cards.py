"""What an ask looks like: in the team's channel, to whoever owes the answer, and to whoever asked."""

from collections.abc import Iterator

from . import asks
from .decision_records import Ask
from .messages import Button, Item, Message
from .room import Room


def draw(room: Room, number: int) -> Message | None:
    """The ask in the team's channel, with its answer once there is one."""
    ask = room.numbered(Ask, number)
    if ask is None or ask.state == "undone":
        return None
    title = room.say(f"ask.title_{ask.state}", number=number)
    return Message(
        room.say("ask.text", name=room.name(ask.asker), of=room.name(ask.of)),
        title=title,
        items=(*items(room, ask), *_answer(room, ask)),
        note=room.say("ask.owed_by", name=room.name(ask.of), day=asks.owed_by(room, ask))
        if ask.state == "open"
        else "",
        preview=title,
        about=room.team.id,
    )


def draw_asked(room: Room, number: int, to: str) -> Message | None:
    """The ask to whoever owes the answer; None once it has one."""
    ask = room.numbered(Ask, number)
    if ask is None or ask.state != "open" or ask.of != to:
        return None
    title = room.say("ask.asked_title", team=room.team.name)
    return Message(
        room.say("ask.asked", name=room.name(ask.asker), day=asks.owed_by(room, ask)),
        title=title,
        items=tuple(items(room, ask)),
        buttons=answers(room, ask),
        preview=title,
        about=room.team.id,
    )


def draw_became(room: Room, number: int, to: str) -> Message | None:
    """What whoever owed the answer was asked, as it stands now: without buttons once it is answered or taken back."""
    return draw_asked(room, number, to) or draw(room, number)


def became(before: Room, after: Room) -> Iterator[tuple[str, str, str]]:
    """The asks put to somebody that read differently now: reason, card and whom they were put to."""
    for ask in before.asks:
        now = after.numbered(Ask, ask.number)
        if ask.state == "open" and now and (now.state, now.due) != (ask.state, ask.due):
            yield asks.to_giver_key(before, ask), f"became {ask.number}", ask.of


def answers(room: Room, ask: Ask) -> tuple[Button, ...]:
    """The two ways to answer; each wants its words."""
    return (
        Button(room.say("ask.grant"), f"ask grant {ask.number}", "primary"),
        Button(room.say("ask.decline"), f"ask decline {ask.number}"),
    )


def draw_answered(room: Room, number: int, to: str) -> Message | None:
    """The answer to whoever asked."""
    ask = room.numbered(Ask, number)
    if ask is None or ask.state not in ("granted", "declined") or ask.asker != to:
        return None
    title = room.say(f"ask.title_{ask.state}", number=number)
    return Message("", title=title, items=(*items(room, ask), *_answer(room, ask)), preview=title, about=room.team.id)


def draw_unanswered(room: Room, number: int, to: str) -> Message | None:
    """To whoever asked: no answer has come, and what can be done; None once there is one."""
    ask = room.numbered(Ask, number)
    if ask is None or ask.state != "open" or not (ask.asker == to or not room.roles(ask.asker)):
        return None
    title = room.say("ask.unanswered_title", number=number)
    return Message(
        room.say("ask.unanswered", day=asks.owed_by(room, ask)),
        title=title,
        items=tuple(items(room, ask)),
        buttons=ways(room, ask),
        preview=title,
        about=room.team.id,
    )


def ways(room: Room, ask: Ask) -> tuple[Button, ...]:
    """What whoever asked can do while there is no answer."""
    return (
        Button(room.say("ask.again"), f"ask again {ask.number}"),
        Button(room.say("ask.withdraw"), f"ask withdraw {ask.number}"),
    )


def items(room: Room, ask: Ask) -> Iterator[Item]:
    """What is asked for, what for, and the need that it serves."""
    yield Item(ask.what, room.say(f"ask.kind_{ask.kind}"), quoted=True)
    if ask.reason:
        yield Item(ask.reason, room.say("ask.reason"), quoted=True)
    for need in room.needs:
        if need.number == ask.need:
            yield Item(need.text, room.say("need.label", number=need.number), quoted=True)


def _answer(room: Room, ask: Ask) -> Iterator[Item]:
    if ask.answer and ask.answered_at:
        by = room.say("ask.answered_by", name=room.name(ask.of), day=room.today(ask.answered_at))
        yield Item(ask.answer, room.say("ask.answer"), by, quoted=True)
