"""Decisions that are written and not posted yet: what is missing is said, and nobody else sees them."""

from dataclasses import replace
from datetime import date, datetime

from . import circles
from .cycle import number
from .deadlines import end_of, open_day
from .decision_records import Decision
from .decisions import DAYS, NEWEST, asking, is_out, own, require_options, require_rest, to_ask
from .modes import MODES, may_post, open_to, who_may
from .options import folded
from .outcome import Outcome, Refused
from .phrases import Raw
from .records import Action, Need
from .room import Room


def new(room: Room, owner: str, now: datetime, question: str = "") -> Decision:
    """An empty draft; one of this person's about the same question gives way to it, any other is kept."""
    mine = (each for each in room.decisions if each.state == "draft" and each.owner == owner)
    known = next((each for each in mine if question and folded(each.question) == folded(question)), None)
    return Decision(
        team=room.team.id,
        number=known.number if known else room.next_number(Decision),
        cycle=number(room),
        mode="",
        question="",
        reason="",
        owner=owner,
        posted_at=now,
        state="draft",
        revision=known.revision + 1 if known else 1,
    )


def checked(room: Room, draft: Decision, now: datetime, closes: date | None = None) -> Decision:
    """The draft with its deadline and the number that must speak; raises Refused where something is missing."""
    if not draft.question:
        raise Refused(room.say("decide.no_question"), "question")
    if draft.mode not in MODES:
        raise Refused(room.say("decide.no_mode"), "mode")
    require_mode(room, draft.owner, draft.mode)
    if draft.mode == "tell" and not draft.reason:
        raise Refused(room.say("decide.tell_needs_a_reason"), "reason")
    if draft.mode == "vote":
        require_options(room, draft)
    else:
        draft = replace(draft, options=(), majority="")
    _require_about(room, draft)
    if draft.review_on:
        draft = replace(draft, review_on=open_day(room, now, draft.review_on, "review_on"))
    if not MODES[draft.mode].waits:
        return replace(draft, closes_at=None, asked=(), needed=0, circle=circles.TEAM)
    asked = to_ask(room, draft)
    require_rest(room, asked, now)
    if not 0 <= draft.needed <= len(asked):
        raise Refused(room.say("decide.too_many_needed", asked=len(asked)), "needed")
    return replace(draft, closes_at=end_of(room, now, DAYS[draft.mode], closes))


def require_mode(room: Room, member: str, mode: str) -> None:
    """Raise Refused where the team does not let this person post decisions in this mode."""
    if may_post(room, member, mode):
        return
    who, act = Raw(room.say(f"decide.who_{who_may(room, mode)}")), Raw(room.say(f"decide.can_{mode}"))
    modes = Raw(", ".join(room.say(f"decide.name_{each}") for each in open_to(room, member)))
    raise Refused(room.say("decide.not_your_mode", who=who, act=act, modes=modes), "mode")


def _require_about(room: Room, draft: Decision) -> None:
    if draft.need and room.numbered(Need, draft.need) is None:
        raise Refused(room.say("need.unknown", number=draft.need), "about")
    if draft.action and room.numbered(Action, draft.action) is None:
        raise Refused(room.say("action.unknown", number=draft.action), "about")


def post(room: Room, wanted: int, by: str, now: datetime, revision: int = NEWEST) -> Outcome:
    """Post a draft as it was previewed: who is asked is frozen now; a *tell* is decided at once."""
    decision = drafted(room, wanted, by)
    if revision not in (NEWEST, decision.revision):
        raise Refused(room.say("decide.previewed_anew", number=wanted))
    closes = room.today(decision.closes_at) if decision.closes_at else None
    decision = replace(checked(room, decision, now, closes), posted_at=now, revision=1)
    return Outcome((asking(room, decision, now),))


def drafted(room: Room, wanted: int, by: str) -> Decision:
    """A person's own decision that is not posted yet; raises Refused for any other."""
    decision = own(room, wanted, by)
    if decision.state != "draft":
        raise Refused(room.say("decide.posted_already", number=wanted))
    return decision


def undo(room: Room, wanted: int, by: str, now: datetime) -> Outcome:
    """Take a post back before anyone saw it: its words are a draft again, under a number of their own.

    A draft is dropped.
    """
    decision = own(room, wanted, by)
    if decision.state == "undone":
        raise Refused(room.say("decide.undone_already", number=wanted))
    if decision.state == "draft":
        return Outcome((replace(decision, state="undone"),))
    if decision.state == "withdrawn" or is_out(room, decision, now):
        raise Refused(room.say("decide.too_late_to_undo", number=wanted))
    again = replace(
        decision,
        number=room.next_number(Decision),
        state="draft",
        revision=1,
        outcome="",
        closed_at=None,
        asked=decision.asked if decision.mode == "delegate" else (),
    )
    return Outcome((replace(decision, state="undone", closed_at=None, outcome=""), again))
