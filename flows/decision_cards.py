"""What a decision looks like: in the channel, to those who are asked, and to its owner."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import ceil

from . import asked_together, decisions, stands
from .decision_records import Decision, Stand
from .markup import escape
from .messages import Button, Item, Message
from .modes import MODES, hindrances
from .people import PROMPTED, SMALL, Member
from .permissions import may
from .phrases import Raw
from .room import Room

_PRESS = 0.5
"""minutes to read a decision and to press one word"""
_PER_ANSWER = 0.75
"""minutes to read somebody's advice and to write what is answered"""


def draw(room: Room, number: int) -> Message | None:
    """The decision in the team's channel: the question while it is open, the outcome and every concern when closed."""
    decision = room.numbered(Decision, number)
    if decision is None or decision.state in ("draft", "undone"):
        return None
    items = (*question(room, decision), *_closed(room, decision), *whose(room, decision))
    return _card(room, decision, (*items, *_still_asked(room, decision)))


def draw_question(room: Room, version: str, to: str) -> Message | None:
    """The question to one person whose word is owed, with those that come in the same message."""
    return _asks(room, asked_together.bundle(room, version, to), to)


def draw_again(room: Room, version: str, to: str) -> Message | None:
    """The one reminder for the words that are owed on this decision's last day, unless it was amended since."""
    decision = room.numbered(Decision, int(version.partition(".")[0]))
    if decision is None or version != decisions.version(decision):
        return None
    message = _asks(room, asked_together.reminded(room, decision, to), to)
    last = room.say("prompt.no_more_reminders")
    return replace(message, note=f"{message.note} {last}") if message else None


def _asks(room: Room, together: Iterable[Decision], to: str) -> Message | None:
    """What asks one person for the words that they owe to these; None where they owe none."""
    owed = asked_together.owed(room, together, to)
    if not owed:
        return None
    message = _to_one(room, owed[0], to) if len(owed) == 1 else _several(room, owed, to)
    minutes = room.say("engine.minutes", count=ceil(sum(_minutes(each) for each in owed)))
    if sum(_minutes(each) for each in owed) == _PRESS:
        minutes = room.say("engine.half_a_minute")
    return replace(message, note=f"{message.note} {minutes}".strip())


def _minutes(decision: Decision) -> float:
    """How long one's word takes at most: a vote is a press, anything else may want a few sentences."""
    return _PRESS if decision.mode == "vote" else 1


def draw_stood(room: Room, version: str, to: str) -> Message | None:
    """What one person was asked as it stands now: with their own words, and in the end with what became of it."""
    decision = room.numbered(Decision, int(version.partition(".")[0]))
    if decision is None or decision.state in ("draft", "undone") or not room.roles(to):
        return None
    came_with = asked_together.as_they_read(room, asked_together.bundle(room, version, to))
    if len(came_with) > 1:
        return _several(room, came_with, to)
    if came_with or version == decisions.version(decision):
        return _to_one(room, came_with[0] if came_with else decision, to)
    text = room.say("decide.amended_since", number=decision.number)
    return Message(text, preview=text, about=room.team.id)


def stood(before: Room, after: Room) -> Iterator[tuple[str, str, str]]:
    """The questions put to one person that read differently now: reason, card and whom they were put to."""
    found = {}
    for decision in before.decisions:
        for member in decision.asked if decision.state in decisions.WAITING else ():
            carrier = asked_together.carrier(before, decision, member)
            found[decisions.question_key(after, carrier, member)] = decisions.version(carrier), member
    for key, (version, member) in found.items():
        shown, now_shown = draw_stood(before, version, member), draw_stood(after, version, member)
        has_gone_out = len(asked_together.bundle(after, version, member)) <= len(
            asked_together.bundle(before, version, member)
        )
        if has_gone_out and shown and now_shown and shown != now_shown:
            yield key, f"stood {version}", member


def _several(room: Room, together: tuple[Decision, ...], to: str) -> Message:
    """Several decisions to one of those who are asked, each with what belongs to it."""
    waits = any(each.state in decisions.WAITING for each in together)
    title = room.say("decide.title_several", count=len(together)) if waits else room.say("decide.log")
    items = tuple(item for each in together for item in _one_of_several(room, each, to))
    return Message(room.say("decide.text_several"), title=title, items=items, preview=title, about=room.team.id)


def _one_of_several(room: Room, decision: Decision, to: str) -> Iterator[Item]:
    """A decision as a part of a message: whose it is, what it asks, until when, and what can be said to it."""
    alone = _to_one(room, decision, to)
    first, *others = alone.items
    name = room.say("decide.label", number=decision.number) if decision.state == "open" else alone.title
    yield replace(first, label=f"{name} · {alone.text}")
    yield from others
    yield Item(alone.note, buttons=alone.buttons)


def _to_one(room: Room, decision: Decision, to: str) -> Message:
    """The decision to one of those who are asked."""
    is_staff = room.member(to) not in room.prompted()
    became = tuple(_closed(room, decision)) if is_staff else ()  # they do not read the team's channel
    items = (*question(room, decision), *became, *said(room, decision, to), *whose(room, decision))
    card = _card(room, decision, items)
    if may(room.roles(to), "stand"):
        return card
    return replace(card, buttons=(), items=tuple(replace(item, buttons=()) for item in card.items))


def _card(room: Room, decision: Decision, items: tuple[Item, ...]) -> Message:
    number = decision.number
    owner = room.name(decision.taken_from or decision.owner)
    delegates = [room.name(each) for each in decision.asked]
    choices = tuple(choice_items(room, decision))
    return Message(
        text=room.say(f"decide.text_{decision.mode}", owner=owner, names=delegates),
        title=room.say(f"decide.title_{_standing(decision)}", number=number),
        items=(*items, *choices),
        note=_note(room, decision),
        buttons=buttons(room, decision),
        preview=room.say(f"decide.preview_{decision.state}", number=number),
        about=room.team.id,
    )


def _standing(decision: Decision) -> str:
    """How it stands, in the word of its title: what is delegated asks nobody what they think."""
    return "delegated" if (decision.mode, decision.state) == ("delegate", "open") else decision.state


def why_back(room: Room, decision: Decision, member: Member | None = None) -> str:
    """Why it went back to its owner, in sentences."""
    return " ".join(room.say(f"decide.why_{each}", member) for each in hindrances(room, decision))


def _note(room: Room, decision: Decision) -> str:
    majority = room.say(f"decide.majority_{decision.majority.replace(' ', '_')}") if decision.majority else ""
    return room.say(
        f"decide.note_{decision.mode}_{decision.state}",
        closes=decisions.closes(room, decision),
        needed=decision.needed,
        majority=majority,
        name=room.name(decision.closed_by) if decision.closed_by else "",
        why=why_back(room, decision),
    )


# ---------------------------------------------------------------- what stands on a card


def question(room: Room, decision: Decision) -> Iterator[Item]:
    """What is to be decided, with its reason, its limits and whom it asks beyond the team."""
    yield Item(decision.question, quoted=True)
    if decision.reason:
        yield Item(decision.reason, room.say("decide.reason"), quoted=True)
    if decision.limits:
        yield Item(decision.limits, room.say("decide.limits"), quoted=True)
    if decision.circle != "team":
        yield Item(circle(room, decision.circle), room.say("decide.circle"))
    if decision.state == "withdrawn":
        yield Item(decision.outcome, room.say("decide.withdrawn_because"), quoted=True)


def circle(room: Room, name: str) -> str:
    """A circle as people call it."""
    return room.say(f"decide.circle_{name}") if name in ("team", "staff") else escape(name)


def _closed(room: Room, decision: Decision) -> Iterator[Item]:
    """What became of it, and the words that are shown at the close only."""
    if decision.state == "decided" and decision.outcome != decision.question:
        yield Item(decision.outcome, room.say("decide.outcome"), quoted=True)
    if decision.state in ("decided", "withdrawn"):
        yield from _concerns(room, decision)
        yield from _counts(room, decision)
    if decision.state == "returned":
        for stand in stands.shown(room, decision):
            yield Item(stand.reason, room.say("decide.shown_harm"), quoted=True)


def _concerns(room: Room, decision: Decision) -> Iterator[Item]:
    """Each worry, objection and piece of advice with its words; the yeses only as such."""
    gone = stands.leavers(room, decision)
    for stand in stands.shown(room, decision):
        shown_by = by(room, stand, has_left=stand.member in gone)
        if stand.answer:
            shown_by = room.say("decide.answered", by=Raw(shown_by), answer=stand.answer)
        yield Item(stand.reason, room.say(f"decide.shown_{stand.kind}"), detail=shown_by, quoted=True)


def concerns(room: Room, number: int, revision: int) -> Iterator[Item]:
    """The worries, objections and advice to an earlier revision, as it was closed by its amendment."""
    for stand in room.stands:
        is_meant = (stand.decision, stand.revision) == (number, revision) and bool(stand.reason)
        if is_meant and stand.kind in ("worry", "harm", "advice"):
            label, shown_by = room.say(f"decide.shown_{stand.kind}"), by(room, stand)
            yield Item(stand.reason, label, detail=shown_by, quoted=True)


def by(room: Room, stand: Stand, *, has_left: bool = False) -> str:
    """Whose words they are: not to who only reads along, and not where they were given through somebody."""
    if room.reader and not room.roles(room.reader.id) & PROMPTED:
        return room.say("decide.by_a_member")
    if stand.through:
        return room.say("decide.given_through", name=room.name(stand.through))
    name = room.name(stand.member)
    return room.say("decide.by_a_leaver", name=name) if has_left else escape(name)


def _counts(room: Room, decision: Decision) -> Iterator[Item]:
    """How many said yes, or voted for what: only where so many were asked that a figure tells of nobody."""
    if len(decision.asked) + 1 < SMALL:
        return
    good = sum(stand.kind == "good" for stand in stands.of(room, decision))
    if good:
        yield Item(room.say("decide.shown_good", count=good))
    for choice, count in stands.votes(room, decision).most_common():
        votes = room.say("decide.votes", count=count)
        yield Item(decision.options[choice - 1], detail=votes, quoted=True)


def said(room: Room, decision: Decision, member: str) -> Iterator[Item]:
    """What this person said to it, in their own words."""
    for stand in stands.of(room, decision):
        if stand.member != member:
            continue
        word = decision.options[stand.choice - 1] if stand.choice else word_for(room, decision, stand.kind)
        said = room.say("decide.you_said", label=word)
        detail = room.say("decide.given_through", name=room.name(stand.through)) if stand.through else ""
        back = (Button(room.say("decide.take_back"), f"stand {decisions.as_read(decision)} withdraw"),)
        ways = back if stand.kind == "harm" and _takes_words(decision) else ()
        yield Item(stand.reason, said, detail, ways, quoted=True) if stand.reason else Item(said)


def whose(room: Room, decision: Decision) -> Iterator[Item]:
    """Who took it over, and that somebody who was asked has left without a word."""
    if decision.taken_from:
        yield Item(room.say("decide.taken_over", owner=room.name(decision.owner)))
    if gone := stands.silent_leavers(room, decision):
        yield Item(room.say("decide.asked_and_left", count=len(gone)))


def _still_asked(room: Room, decision: Decision) -> Iterator[Item]:
    """How many words are owed, in the channel: a number where the team is large enough for one, and never names."""
    knows = room.reader is None or bool(room.roles(room.reader.id) & PROMPTED)
    is_counted = knows and decision.state == "open" and decision.mode != "delegate" and len(decision.asked) + 1 >= SMALL
    if is_counted and (owed := stands.owed(room, decision)):
        yield Item(room.say("decide.still_asked", count=len(owed)))


# ---------------------------------------------------------------- what can be pressed


def buttons(room: Room, decision: Decision) -> tuple[Button, ...]:
    """What those who are asked can press; a vote has a button beside each option."""
    named, mode = decisions.as_read(decision), MODES[decision.mode]
    if not _takes_words(decision):
        return ()
    if decision.mode == "delegate":
        report = Button(room.say("decide.report_it"), f"decide report {decision.number}", "primary")
        return (report, Button(word_for(room, decision, "pass"), f"stand {named} pass"))
    return tuple(Button(word_for(room, decision, word), f"stand {named} {word}") for word in mode.says)


def word_for(room: Room, decision: Decision, word: str) -> str:
    """What somebody can say to a decision, as people read it."""
    return room.say("decide.not_me" if decision.mode == "delegate" else f"decide.{word}")


def choice_items(room: Room, decision: Decision) -> Iterator[Item]:
    """The options of a vote while it takes votes, each with its button."""
    for number, option in enumerate(decision.options if _takes_words(decision) else (), 1):
        says = f"stand {decisions.as_read(decision)} {number}"
        label = room.say("decide.option", number=number)
        yield Item(option, label, buttons=(Button(room.say("decide.vote_for_it"), says),), quoted=True)


def _takes_words(decision: Decision) -> bool:
    return decision.state == "open" or (decision.state == "returned" and MODES[decision.mode].hears_late)


def draw_returned(room: Room, number: int, to: str) -> Message | None:
    """What its owner is asked about a decision that waits for them; None once that is settled."""
    decision = room.numbered(Decision, number)
    if decision is None or decision.state != "returned" or decision.owner != to:
        return None
    advice = [
        Item(each.reason, room.say("decide.advised_by", name=room.name(each.member)), quoted=True)
        for each in stands.of(room, decision)
        if each.kind == "advice"
    ]
    return Message(
        room.say(f"decide.to_owner_{decision.mode}", number=number, why=why_back(room, decision)),
        items=(Item(decision.question, quoted=True), *advice, *_closed(room, decision)),
        note=room.say("engine.minutes", count=max(2, ceil(_PER_ANSWER * (len(advice) + 1)))),
        buttons=ways(room, decision),
        preview=room.say("decide.preview_returned", number=number),
        about=room.team.id,
    )


def ways(room: Room, decision: Decision) -> tuple[Button, ...]:
    """What the owner of a decision that waits for them can do."""
    words = ["amend", "withdraw"] if decision.extended else ["amend", "extend", "withdraw"]
    if decision.mode == "advice":
        words[0] = "answer"
    return tuple(Button(room.say(f"decide.{way}_it"), f"decide {way} {decision.number}") for way in words)


def draw_review(room: Room, number: int) -> Message | None:
    """A decision that comes back to the team on its day; None once it was kept or changed."""
    decision = room.numbered(Decision, number)
    if decision is None or decision.state != "decided" or decision.review_on is None:
        return None
    title = room.say("decide.review_title", number=number)
    return Message(
        room.say("decide.review_text", day=room.today(decision.closed_at or decision.posted_at)),
        title=title,
        items=(*question(room, decision), *_closed(room, decision)),
        buttons=(
            Button(room.say("decide.keep_it"), f"decide keep {number}", "primary"),
            Button(room.say("decide.change_it"), f"decide amend {number}"),
        ),
        preview=title,
        about=room.team.id,
    )
