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
    return _to_one(room, decision, to)


def draw_stood(room: Room, version: str, to: str) -> Message | None:
    """What one person was asked as it stands now: with their own word, and in the end with what became of it."""
    decision = room.numbered(Decision, int(version.partition(".")[0]))
    if decision is None or decision.state in ("draft", "undone") or not room.roles(to):
        return None
    if version == decisions.version(decision):
        return _to_one(room, decision, to)
    text = room.say("decide.amended_since", room.member(to), number=decision.number)
    return Message(text, preview=text, about=room.team.id)


def stood(before: Room, after: Room) -> Iterator[tuple[str, str, str]]:
    """The questions put to one person that read differently now: reason, card and whom they were put to."""
    for decision in before.decisions:
        version = decisions.version(decision)
        for member in decision.asked if decision.state in ("open", "returned") else ():
            shown, now_shown = draw_stood(before, version, member), draw_stood(after, version, member)
            if shown and now_shown and shown != now_shown:
                yield decisions.question_key(after, decision, member), f"stood {version}", member


def _to_one(room: Room, decision: Decision, to: str) -> Message:
    """The decision to one of those who are asked."""
    member, number = room.member(to), decision.number
    note = room.say(
        f"decide.note_{decision.mode}_{decision.state}",
        member,
        closes=_closes(room, decision),
        needed=decision.needed,
    )
    return Message(
        text=_text(room, decision, member),
        title=room.say(f"decide.title_{decision.state}", member, number=number),
        items=(*_question(room, decision, member), *_said(room, decision, member), *_whose(room, decision, member)),
        note=note,
        buttons=_buttons(room, decision, member) if decision.state in ("open", "returned") else (),
        preview=room.say(f"decide.preview_{decision.state}", member, number=number),
        about=room.team.id,
    )


def _said(room: Room, decision: Decision, member: Member) -> Iterator[Item]:
    """What this person said to it, in their own words."""
    for stand in decisions.stands(room, decision):
        if stand.member == member.id:
            kind = room.say(f"decide.{stand.kind}", member)
            said = room.say("decide.you_said", member, stand=kind)
            yield Item(stand.reason, said, quoted=True) if stand.reason else Item(said)


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


def _items(room: Room, decision: Decision) -> Iterator[Item]:
    yield from _question(room, decision)
    if decision.state in ("decided", "withdrawn", "returned"):
        yield from _concerns(room, decision)
    yield from _whose(room, decision)


def _question(room: Room, decision: Decision, member: Member | None = None) -> Iterator[Item]:
    yield Item(decision.question, quoted=True)
    if decision.reason:
        yield Item(decision.reason, room.say("decide.reason", member), quoted=True)
    if decision.limits:
        yield Item(decision.limits, room.say("decide.limits", member), quoted=True)
    if decision.state == "withdrawn":
        yield Item(decision.outcome, room.say("decide.withdrawn_because", member), quoted=True)


def _whose(room: Room, decision: Decision, member: Member | None = None) -> Iterator[Item]:
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
