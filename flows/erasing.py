"""Erasing a person: what each fact becomes once their words and their name are destroyed; numbers and ids stay."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from .decision_records import Amendment, Ask, Decision, Stand
from .flow import Asked, Conversation
from .messages import Option
from .outcome import Outcome
from .people import ERASED, Hold, Leave, Member, Membership
from .records import Action, Doubt, Evidence, Indicator, Line, Move, Need, Resource
from .room import Room

Fact = Any
Gone = Mapping[str, Mapping[str, str]]
"""what options say that quoted something which is gone: by their source (members, needs, resources) and their key"""


def forgotten(fact: Fact, member: str, today: date) -> Fact | None:
    """Return the fact without this person's words; the same fact where it holds none, None where nothing is left."""
    rule = RULES.get(type(fact))
    return rule(fact, member, today) if rule else fact


def _member(fact: Member, member: str, today: date) -> Member:
    return Member(fact.id, ERASED, left_on=fact.left_on or today) if fact.id == member else fact


def _membership(fact: Membership, member: str, today: date) -> Membership:
    """The roles stay: figures by role go on to add up."""
    return replace(fact, left_on=fact.left_on or today, groups=()) if fact.member == member else fact


def _leave(fact: Leave, member: str, today: date) -> Leave | None:
    return None if fact.member == member else fact


def _hold(fact: Hold, member: str, today: date) -> Hold:
    return replace(fact, reason="") if fact.by == member else fact


def _line(fact: Line, member: str, today: date) -> Line:
    return replace(fact, text="") if fact.author == member else fact


def _need(fact: Need, member: str, today: date) -> Need:
    """One that the team chose stands on, so that its actions still serve something."""
    state = fact.state if fact.chosen_in else "withdrawn"
    return replace(fact, text=ERASED, evidence="", area="", state=state) if fact.author == member else fact


def _resource(fact: Resource, member: str, today: date) -> Resource:
    return replace(fact, text=ERASED, state="withdrawn") if fact.author == member else fact


def _action(fact: Action, member: str, today: date) -> Action:
    """The plan is the team's; what kept its owner from it was the owner's to say."""
    return replace(fact, blocker="") if fact.owner == member else fact


def _evidence(fact: Evidence, member: str, today: date) -> Evidence:
    return replace(fact, text="") if fact.author == member else fact


def _stand(fact: Stand, member: str, today: date) -> Stand:
    return replace(fact, reason="") if fact.member == member else fact


def _move(fact: Move, member: str, today: date) -> Move:
    return replace(fact, reason="") if fact.by == member else fact


def _decision(fact: Decision, member: str, today: date) -> Decision:
    """A decision that was posted is the district's; one that never was is its owner's."""
    if fact.owner != member or fact.state not in ("draft", "undone"):
        return fact
    return replace(fact, question=ERASED, reason="", limits="", outcome="", options=(), state="undone")


def _ask(fact: Ask, member: str, today: date) -> Ask:
    return replace(fact, what=ERASED, reason="") if fact.asker == member and fact.state == "undone" else fact


def _doubt(fact: Doubt, member: str, today: date) -> Doubt:
    return replace(fact, said={}) if fact.member == member else fact


def _indicator(fact: Indicator, member: str, today: date) -> Indicator:
    return replace(fact, what="", start="", goal="", seen="", link="") if fact.author == member else fact


Rule = Callable[[Any, str, date], Any]
RULES: Mapping[type, Rule] = {
    Member: _member,
    Membership: _membership,
    Leave: _leave,
    Hold: _hold,
    Line: _line,
    Need: _need,
    Resource: _resource,
    Action: _action,
    Evidence: _evidence,
    Stand: _stand,
    Move: _move,
    Decision: _decision,
    Ask: _ask,
    Doubt: _doubt,
    Indicator: _indicator,
}
"""What becomes of each kind of fact in which a person's words stand; what is drafted of a decision goes with it."""


def worn(decision: Decision) -> Decision:
    """Return a decision of which, by the district's schedule, nothing is kept but that there was one."""
    return replace(decision, question=ERASED, reason="", limits="", outcome="", options=(), asked=())


def taken_back(room: Room, kept: Iterable[Fact]) -> Iterator[Line | Evidence | Need | Resource | Doubt | Indicator]:
    """Yield those of the facts whose words their author has just taken back or changed."""
    before = {(type(each), each.number): each for each in _worded(room)}
    for fact in kept:
        was = before.get((type(fact), getattr(fact, "number", 0)))
        match fact:
            case Line() | Evidence() if was is not None and was.text and not fact.text:
                yield fact
            case Doubt() if was is not None and was.said and not fact.said:
                yield fact
            case Indicator() if was is not None and was.what and not fact.what:
                yield fact
            case Need() | Resource() if was is not None and was.text != fact.text:
                yield fact


def _worded(room: Room) -> Sequence[Any]:
    return (*room.lines, *room.evidences, *room.needs, *room.resources, *room.doubts, *room.indicators)


def is_drafted(amendment: Amendment) -> bool:
    """Whether nobody but the decision's owner has read it."""
    return amendment.state in ("draft", "dropped")


def emptied(conversation: Conversation, now: datetime) -> Conversation:
    """Return one's own conversation without what was quoted in it; nothing in it is waited for any more."""
    ended = conversation.declined_at or (None if conversation.done_at else now)
    return replace(conversation, answers={}, asked=(), choices={}, declined_at=ended)


def without_quotes(conversation: Conversation, gone: Gone) -> tuple[Conversation, Mapping[str, str]]:
    """Return somebody's conversation without the options that quote what is gone, and what stands in their place."""
    quoted = {
        option.label: gone[source][option.key]
        for source, options in conversation.choices.items()
        for option in options
        if option.key in gone.get(source, {}) and option.label != gone[source][option.key]
    }
    if not quoted:
        return conversation, {}
    choices = {
        source: tuple(_unquoted(each, quoted) for each in options) for source, options in conversation.choices.items()
    }
    asked = tuple(_asked(each, quoted) for each in conversation.asked)
    return replace(conversation, choices=choices, asked=asked), quoted


def unsaid(words: str, quoted: Mapping[str, str]) -> str:
    """The words without what they quote."""
    for each in sorted(quoted, key=len, reverse=True):
        words = words.replace(each, quoted[each])
    return words


def _unquoted(option: Option, quoted: Mapping[str, str]) -> Option:
    return replace(option, label=quoted.get(option.label, option.label))


def _asked(asked: Asked, quoted: Mapping[str, str]) -> Asked:
    options = tuple(_unquoted(each, quoted) for each in asked.options)
    return replace(asked, words=unsaid(asked.words, quoted), options=options)


def in_room(room: Room, member: str, today: date) -> Outcome:
    """What reads differently in this room once the person is erased; all of it is kept elsewhere."""
    held = (*room.members, *room.memberships, *room.lines, *room.needs, *room.resources, *room.actions)
    held += (*room.evidences, *room.stands, *room.moves, *room.decisions, *room.asks, *room.doubts, *room.indicators)
    after = ((fact, forgotten(fact, member, today)) for fact in held)
    return Outcome(tuple(now for was, now in after if now is not None and now != was))
