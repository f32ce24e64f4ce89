"""Decisions that are written and not posted yet: what is missing is said, and nobody else sees them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from . import circles
from .cycle import number
from .deadlines import end_of, open_day
from .decisions import DAYS, asking, is_out, own, require_options, to_ask
from .modes import MODES, may_post, open_to, who_may
from .outcome import Outcome, Refused
from .phrases import Raw
from .records import Action, Decision, Need
from .room import Room


def new(room: Room, owner: str, now: datetime) -> Decision:
    """An empty draft; what this person wrote before and did not post gives way to it."""
    known = next((each for each in room.decisions if each.state == "draft" and each.owner == owner), None)
    number_is = known.number if known else room.next_number(Decision)
    revision = known.revision + 1 if known else 1
    return Decision(room.team.id, number_is, number(room), "", "", "", owner, now, state="draft", revision=revision)


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
    _require_rest(room, asked, now)
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


def _require_rest(room: Room, asked: Iterable[str], now: datetime) -> None:
    """Raise Refused where staff beyond the team would be asked more than monthly."""
    if until := circles.rests_until(room, asked, room.today(now)):
        raise Refused(room.say("decide.staff_rests", day=until), "circle")


def post(room: Room, wanted: int, by: str, now: datetime, revision: int = 1) -> Outcome:
    """Post a draft as it was previewed: who is asked is frozen now; a *tell* is decided at once."""
    decision = drafted(room, wanted, by)
    if decision.revision != revision:
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
    """Take a post back before anyone saw it."""
    decision = own(room, wanted, by)
    if decision.state in ("draft", "undone", "withdrawn") or is_out(room, decision, now):
        raise Refused(room.say("decide.too_late_to_undo", number=wanted))
    return Outcome((replace(decision, state="undone", closed_at=None, outcome=""),))
