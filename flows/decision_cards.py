"""What a decision looks like: in the channel, to those who are asked, and before it is posted."""

from collections.abc import Iterator

from . import decisions
from .markup import escape
from .messages import Button, Item, Message
from .people import SMALL, Member
from .records import Decision
from .room import Room

STANDS = ("good", "worry", "harm")


def draw(room: Room, number: int) -> Message | None:
    """The decision in the team's channel: the question while it is open, the outcome and every concern when closed."""
    decision = room.numbered(Decision, number)
    if decision is None or decision.state in ("draft", "undone"):
        return None
    return Message(
        text=_text(room, decision),
        title=room.say(f"decide.title_{decision.state}", number=number),
        items=(*_items(room, decision), *_still_asked(room, decision)),
        note=room.say(
            f"decide.note_{decision.mode}_{decision.state}",
            closes=_closes(room, decision),
            needed=decision.needed,
        ),
        buttons=_buttons(room, decision) if decision.state in ("open", "returned") else (),
        preview=room.say(f"decide.preview_{decision.state}", number=number),
        about=room.team.id,
    )


def draw_question(room: Room, version: str, to: str) -> Message | None:
    """The same question to one person whose word is owed, unless it was amended since."""
    number = int(version.partition(".")[0])
    decision = room.numbered(Decision, number)
    if decision is None or decision.state != "open" or to not in decisions.owed(room, decision):
        return None
    if version != decisions.version(decision):
        return None
    member = room.member(to)
    return Message(
        text=_text(room, decision, member),
        title=room.say("decide.title_open", member, number=number),
        items=tuple(_items(room, decision, member)),
        note=room.say("decide.note_consent_open", member, closes=_closes(room, decision), needed=decision.needed),
        buttons=_buttons(room, decision, member),
        preview=room.say("decide.preview_open", member, number=number),
        about=room.team.id,
    )


def draw_returned(room: Room, number: int, to: str) -> Message | None:
    """What its owner is asked about a decision that could not close; None once that is settled."""
    decision = room.numbered(Decision, number)
    if decision is None or decision.state != "returned" or decision.owner != to:
        return None
    owner = room.member(to)
    return Message(
        room.say("decide.returned_to_owner", owner, number=number),
        items=(Item(decision.question, quoted=True),),
        buttons=ways(room, decision, owner),
        preview=room.say("decide.preview_returned", owner, number=number),
        about=room.team.id,
    )


def ways(room: Room, decision: Decision, owner: Member) -> tuple[Button, ...]:
    """What the owner of a decision that could not close can do."""
    words = ["amend", "withdraw"] if decision.extended else ["amend", "extend", "withdraw"]
    return tuple(Button(room.say(f"decide.{way}_it", owner), f"decide {way} {decision.number}") for way in words)


def _text(room: Room, decision: Decision, member: Member | None = None) -> str:
    return room.say(f"decide.text_{decision.mode}", member, owner=room.name(decision.taken_from or decision.owner))


def _items(room: Room, decision: Decision, member: Member | None = None) -> Iterator[Item]:
    yield Item(decision.question, quoted=True)
    if decision.reason:
        yield Item(decision.reason, room.say("decide.reason", member), quoted=True)
    if decision.limits:
        yield Item(decision.limits, room.say("decide.limits", member), quoted=True)
    if decision.state == "withdrawn":
        yield Item(decision.outcome, room.say("decide.withdrawn_because", member), quoted=True)
    if decision.state in ("decided", "withdrawn", "returned"):
        yield from _concerns(room, decision)
    if decision.taken_from:
        yield Item(room.say("decide.taken_over", member, owner=room.name(decision.owner)))
    if gone := decisions.leavers(room, decision):
        yield Item(room.say("decide.asked_and_left", member, count=len(gone)))


def _still_asked(room: Room, decision: Decision) -> Iterator[Item]:
    """How many words are owed, in the channel: a number where the team is large enough for one, and never names."""
    if decision.state == "open" and len(room.prompted()) >= SMALL and (owed := decisions.owed(room, decision)):
        yield Item(room.say("decide.still_asked", count=len(owed)))


def _concerns(room: Room, decision: Decision) -> Iterator[Item]:
    """The stands, shown at the close only: each worry and objection with its reason; the yeses only as such."""
    given, gone = decisions.stands(room, decision), decisions.leavers(room, decision)
    for stand in given:
        if stand.kind != "good" and stand.reason:
            yield Item(
                stand.reason,
                room.say(f"decide.shown_{stand.kind}"),
                detail=_by(room, stand.member, stand.member in gone),
                quoted=True,
            )
    good = [stand for stand in given if stand.kind == "good"]
    if good and len(room.prompted()) >= SMALL:
        yield Item(room.say("decide.shown_good", count=len(good)))


def _by(room: Room, member: str, has_left: bool) -> str:
    return room.say("decide.by_a_leaver", name=room.name(member)) if has_left else escape(room.name(member))


def _buttons(room: Room, decision: Decision, member: Member | None = None) -> tuple[Button, ...]:
    return tuple(
        Button(room.say(f"decide.{kind}", member), f"stand {decisions.version(decision)} {kind}") for kind in STANDS
    )


def _closes(room: Room, decision: Decision) -> object:
    return room.calendar.local(decision.closes_at) if decision.closes_at else ""
