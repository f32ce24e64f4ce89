"""The decisions of a report: who was part of them by role, and every concern without a name."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from .. import stands
from ..circles import by_role
from ..decision_records import Decision, Stand
from ..decisions import deadline, is_out
from ..people import SMALL, Role
from ..room import Room
from .entries import Concern, DecisionEntry
from .saying import Say, shows_figures


def entries(room: Room, now: datetime, say: Say) -> Iterator[DecisionEntry]:
    """The decisions that the team has seen posted in this cycle, and older ones that are still to be settled."""
    for decision in room.decisions:
        is_ours = decision.cycle == room.cycles[-1].number or decision.state in ("open", "returned")
        if is_ours and decision.state not in ("draft", "undone") and is_out(room, decision, now):
            yield _entry(room, decision, say)


def _entry(room: Room, decision: Decision, say: Say) -> DecisionEntry:
    said, closes_at = _stands(room, decision), deadline(room, decision)
    figures = shows_figures(room) and len(decision.asked) + 1 >= SMALL
    return DecisionEntry(
        label=say("decision_label", number=decision.number),
        number=decision.number,
        mode=decision.mode,
        question=decision.question,
        reason=decision.reason,
        limits=decision.limits,
        state=decision.state,
        outcome=decision.outcome if decision.outcome != decision.question else "",
        posted_by=roles(room, [decision.taken_from or decision.owner], say),
        asked=_counted(room, decision.asked, say) if figures else roles(room, decision.asked, say),
        spoke=say("spoke", count=len(said), asked=len(decision.asked)) if figures and said else "",
        concerns=tuple(_concerns([*said, *stands.earlier(room, decision)])),
        closes_on=room.today(closes_at) if closes_at and decision.state == "open" else None,
        closed_on=_closed_on(room, decision),
        review_on=decision.review_on,
    )


def _closed_on(room: Room, decision: Decision) -> date | None:
    return room.today(decision.closed_at) if decision.closed_at else None


def _stands(room: Room, decision: Decision) -> list[Stand]:
    """What was said to the decision as it reads now; nothing while it is open (domain: decisions)."""
    if decision.state == "open" or (decision.state, decision.mode) == ("returned", "advice"):
        return []
    return list(stands.of(room, decision))


def _concerns(said: Iterable[Stand]) -> Iterator[Concern]:
    """Objections, then worries, by their words: neither names nor the order of answers are shown."""
    voiced = [stand for stand in said if stand.kind in ("harm", "worry", "advice") and stand.reason]
    for stand in sorted(voiced, key=lambda stand: (stand.kind, stand.reason)):
        yield Concern(stand.kind, stand.reason, stand.answer)


def roles(room: Room, members: Iterable[str], say: Say) -> str:
    """The roles of these people."""
    found = by_role(room, members)
    return " · ".join(say(f"role_{role.name.lower()}") for role in Role if role in found)


def _counted(room: Room, members: Iterable[str], say: Say) -> str:
    """The roles of these people and how many have each."""
    found = by_role(room, members)
    return " · ".join(say(f"roles_{role.name.lower()}", count=found[role]) for role in Role if role in found)
