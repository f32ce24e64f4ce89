"""The living messages: each is drawn anew from the facts whenever it is sent or has changed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from . import (
    ask_cards,
    coaching,
    continuity,
    cycle,
    decision_cards,
    facilitation,
    invitations,
    next_terms,
    page_paths,
    phase_cards,
    posts,
    prompts,
    threads,
    unreachable,
)
from .messages import Message
from .room import Room
from .sends import Send, SendKind
from .timetable import standing

Drawing = Callable[[Room, str, str], Message | None]
"""what draws a card from what it is about, for the person to whom it goes"""

_DRAWINGS: Mapping[str, Drawing] = {
    "phase": lambda room, about, to: phase_cards.draw(room, int(about)),
    "charter": lambda room, about, to: phase_cards.draw_charter(room),
    "lead": phase_cards.draw_for_lead,
    "would": lambda room, about, to: invitations.draw_would_lead(room, int(about), to),
    "stuck": lambda room, about, to: phase_cards.draw_stuck(room, int(about), to),
    "ask": lambda room, about, to: invitations.draw(room, about),
    "remind": lambda room, about, to: invitations.draw_reminder(room, about),
    "put": lambda room, about, to: invitations.draw_put(room, about),
    "declined": lambda room, about, to: invitations.draw_declined(room, int(about), to),
    "left": continuity.draw,
    facilitation.CARD: facilitation.draw,
    "turn": lambda room, about, to: threads.draw(room, f"turn {about}"),
    "week": lambda room, about, to: threads.draw(room, f"week {about}"),
    "moved": lambda room, about, to: threads.draw(room, f"moved {about}"),
    "decision": lambda room, about, to: decision_cards.draw(room, int(about)),
    "stand": decision_cards.draw_question,
    "again": decision_cards.draw_again,
    "stood": decision_cards.draw_stood,
    "returned": lambda room, about, to: decision_cards.draw_returned(room, int(about), to),
    "review": lambda room, about, to: decision_cards.draw_review(room, int(about)),
    "request": lambda room, about, to: ask_cards.draw(room, int(about)),
    "asked": lambda room, about, to: ask_cards.draw_asked(room, int(about), to),
    "became": lambda room, about, to: ask_cards.draw_became(room, int(about), to),
    "answered": lambda room, about, to: ask_cards.draw_answered(room, int(about), to),
    "unanswered": lambda room, about, to: ask_cards.draw_unanswered(room, int(about), to),
    "terms": next_terms.draw,
    "nowhere": lambda room, about, to: unreachable.draw_nowhere(room),
    "shut": lambda room, about, to: unreachable.draw_shut(room),
    coaching.CARD: lambda room, about, to: coaching.draw(room, date.fromisoformat(about), to),
}

KINDS = frozenset(_DRAWINGS)
"""The first word of every card's name."""


def draw(room: Room, card: str, to: str = "") -> Message | None:
    """Draw a card for a member, or for the team's channel; None when there is nothing to show any more.

    Raises KeyError for a card that nobody draws.
    """
    kind, _, about = card.partition(" ")
    shown = _DRAWINGS[kind](room.told_to(to), about, to)
    return shown and page_paths.linked(shown, page_paths.of_card(room, card), room.told_to(to).say("page.see"))


def is_reminder(card: str) -> bool:
    """Whether the card only says again what somebody was asked before; that a vote is tied is news."""
    kind, _, about = card.partition(" ")
    return kind in ("stuck", "again", "remind") or (kind == "lead" and not any(news in about for news in _NEWS))


_NEWS = ("need.tie_to_lead", "need.nobody_voted")


ASKING_FOR_A_WORD = ("stand", "again")
"""Cards that ask somebody for their word to a decision."""
ASKED_BY_PEOPLE = (
    *(*ASKING_FOR_A_WORD, "stood", "returned", "asked", "became", "answered", "unanswered"),
    facilitation.CARD,
)
"""Cards of what somebody of the team asks, and the bot does not start: a pause of the cycle does not stop them."""


def is_of_one_team(card: str) -> bool:
    """Whether the card tells of one team: a coach's digest tells of all of theirs, the calendar's end of a school."""
    return card.partition(" ")[0] not in (coaching.CARD, "terms")


def looks_at_others(room: Room, send: Send) -> bool:
    """Whether drawing it takes the other teams of the person to whom it goes: it may be a first message."""
    kind, _, about = send.card.partition(" ")
    return kind in ("ask", "remind") and invitations.may_greet(room, about)


def is_digest(send: Send) -> bool:
    """Whether it tells a coach of all their teams: it is drawn from what they may see of each, and nothing else."""
    return send.card.partition(" ")[0] == coaching.CARD


def living(room: Room) -> Iterator[str]:
    """The cards in the team's channel that may still change: the charter, two phases, decisions and asks."""
    opened = [move for move in room.moves if move.kind == "opened"]
    yield from dict.fromkeys((of_charter(room), *(f"phase {move.number}" for move in opened[-2:])))
    for decision in room.decisions:
        if decision.state in ("open", "returned") or decision.cycle == cycle.number(room):
            yield f"decision {decision.number}"
    for ask in room.asks:
        if ask.state == "open" or ask.cycle == cycle.number(room):
            yield f"request {ask.number}"


def of_charter(room: Room) -> str:
    """The card that shows the charter: convening's, or its own in a cycle that began with one."""
    convened = [move.number for move in room.moves if move.kind == "opened" and move.phase == "convene"]
    return f"phase {convened[-1]}" if convened else f"charter {cycle.number(room)}"


def changed(before: Room, after: Room) -> tuple[str, ...]:
    """The cards that read differently now, but for one that is not posted yet."""
    known = set(living(before))
    drawn = {card: draw(before, card) for card in living(after) if card in known and not _is_to_come(after, card)}
    return tuple(card for card, shown in drawn.items() if shown and shown != draw(after, card))


def _is_to_come(room: Room, card: str) -> bool:
    """Whether it is that of the phase that stands, whose meeting is still to come; a charter is posted at once."""
    here = standing(room)
    is_of_now = here is not None and card == f"phase {here.epoch}" and not posts.has_come(room, str(here.epoch))
    return is_of_now and not (room.charter and card == of_charter(room))


def changed_for(before: Room, after: Room, member: str) -> Iterator[tuple[str, str]]:
    """What this person was sent lately in the phase that stands and reads differently now: reason and card."""
    for first in prompts.lately(after, member):
        reminded = {prompts.reminder_key(after, first): "remind"} if prompts.was_nudged(after, first) else {}
        for key, kind in {**reminded, prompts.invitation_key(after, first): "ask"}.items():
            card = f"{kind} {first.key}"
            shown = draw(before, card) if first.key in before.conversations else None
            if shown and _in_view(shown) != _in_view(draw(after, card)):
                yield key, card


def _in_view(shown: Message | None) -> Message | None:
    """What a card tells: the form in it may be half filled in, and stands as it was until something else changes."""
    return replace(shown, form=None) if shown and shown.form else shown


def own_conversations(room: Room, send: Send) -> tuple[str, ...]:
    """The keys of the conversations whose answers are shown where a person's own card is drawn anew."""
    kind, _, key = send.card.partition(" ")
    first = room.conversations.get(key)
    if send.kind is not SendKind.REFRESH or kind not in ("ask", "remind", "put") or first is None:
        return ()
    return tuple(each.key for each in prompts.together(room, first))
