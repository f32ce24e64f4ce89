"""Amendments on their way: previewed like a post, taken back for five minutes, and seen by nobody before."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime

from . import asked_together, decisions
from .calendar import SchoolYearOver
from .deadlines import end_of, open_day
from .decision_records import Amendment, Decision, Wording
from .modes import MODES
from .outcome import Fact, Outcome, Refused
from .room import Room
from .timetable import Due

KIND = "amended"
"""The due moment at which one goes out."""


def waiting(room: Room, number: int) -> Amendment | None:
    """The amendment of this decision that is not out: a draft, or one that was posted."""
    found = (each for each in room.amendments if each.decision == number and each.state in ("draft", "posted"))
    return next(found, None)


def goes_out(room: Room, posted_at: datetime) -> datetime:
    """When what is posted then takes effect: five minutes later, in school hours."""
    return room.calendar.next_working(posted_at + decisions.UNDO)


def reads(room: Room, amendment: Amendment) -> Decision:
    """The decision with the words of its amendment."""
    return replace(
        decisions.find(room, amendment.decision),
        question=amendment.question,
        reason=amendment.reason,
        asked=amendment.asked,
        circle=amendment.circle,
        options=amendment.options,
        review_on=amendment.review_on,
    )


def write(room: Room, by: str, amended: Decision, now: datetime) -> tuple[Amendment, Decision]:
    """The draft of an amendment, and the decision as it will ask; raises Refused where it could not be posted."""
    known = waiting(room, amended.number)
    draft = Amendment(
        team=amended.team,
        decision=amended.number,
        question=amended.question,
        reason=amended.reason,
        written_at=now,
        revision=known.revision + 1 if known else 1,
        asked=amended.asked,
        circle=amended.circle,
        options=amended.options,
        review_on=amended.review_on,
    )
    return draft, _asking(room, by, draft, now)[0]


def _asking(room: Room, by: str, amendment: Amendment, now: datetime) -> tuple[Decision, Outcome]:
    """The decision as it will ask if the amendment is posted now, and what is kept then."""
    outcome = _amended(room, by, reads(room, amendment), goes_out(room, now), now)
    return next(fact for fact in outcome.keep if isinstance(fact, Decision)), outcome


def post(room: Room, amendment: Amendment, by: str, now: datetime, revision: int) -> Outcome:
    """Send an amendment on its way as it was previewed; raises Refused for another preview or somebody else's."""
    decisions.own(room, amendment.decision, by)
    if amendment.state == "posted":
        raise Refused(room.say("decide.posted_already", number=amendment.decision))
    if revision not in (decisions.NEWEST, amendment.revision):
        raise Refused(room.say("decide.previewed_anew", number=amendment.decision))
    _asking(room, by, amendment, now)
    return Outcome((replace(amendment, state="posted", written_at=now),))


def undo(room: Room, amendment: Amendment, by: str) -> Outcome:
    """Take an amendment back before anybody saw it: it is a draft again; a draft is dropped."""
    decisions.own(room, amendment.decision, by)
    state = "draft" if amendment.state == "posted" else "dropped"
    return Outcome((replace(amendment, state=state, revision=amendment.revision + 1),))


def dues(room: Room) -> Iterator[Due]:
    """When each posted amendment goes out; never, where the school year ends before."""
    for each in room.amendments:
        if each.state == "posted":
            with suppress(SchoolYearOver):
                at = goes_out(room, each.written_at)
                yield Due(at, f"decision{each.decision}.{KIND}.{each.written_at.isoformat()}", KIND, each.decision)


def take_effect(room: Room, number: int, at: datetime) -> Outcome:
    """Ask anew; an amendment is dropped where its decision was closed for good in the meantime."""
    amendment = waiting(room, number)
    if amendment is None:
        return Outcome()
    by = decisions.find(room, number).owner
    try:
        outcome = _amended(room, by, reads(room, amendment), at, amendment.written_at)
    except Refused:
        return Outcome((replace(amendment, state="dropped"),))
    asking = next(fact for fact in outcome.keep if isinstance(fact, Decision))
    sends = asked_together.questions(room, asking, at)
    return outcome + Outcome((replace(amendment, state="out"),), sends=tuple(sends))


def _amended(room: Room, by: str, amended: Decision, now: datetime, posted_at: datetime) -> Outcome:
    """A new revision in the same mode: everybody who is asked speaks again; how it read before stays on record.

    `now` is when it goes out, `posted_at` when its owner posted it.

    While it asks, the same people are asked; one that was decided asks its circle as it is now.
    """
    before = decisions.amendable(room, amended.number, by, now)
    if not amended.question:
        raise Refused(room.say("decide.no_question"), "question")
    if before.mode == "vote":
        decisions.require_options(room, amended)
    if before.mode == "delegate":
        decisions.to_ask(room, amended)
    review_on = _review_on(room, before, amended.review_on, now)
    changed = replace(amended, mode=before.mode, revision=before.revision + 1, review_on=review_on)
    if MODES[before.mode].waits:
        changed = replace(
            changed, closes_at=end_of(room, now, decisions.DAYS[before.mode]), state="open", outcome="", closed_at=None
        )
    if before.state == "decided":
        decisions.require_rest(room, decisions.to_ask(room, changed) if MODES[before.mode].waits else (), now)
        changed = decisions.asking(room, replace(changed, extended=False), now)
    return Outcome((changed, _worded(before, posted_at)))


def _review_on(room: Room, before: Decision, wanted: date | None, now: datetime) -> date | None:
    """The day on which it comes back: as it was unless it has come, or another one that is named."""
    if wanted and wanted != before.review_on:
        return open_day(room, now, wanted, "review_on")
    return wanted if wanted and wanted > room.today(now) else None


def _worded(before: Decision, until: datetime) -> Fact:
    return Wording(
        team=before.team,
        decision=before.number,
        revision=before.revision,
        question=before.question,
        reason=before.reason,
        limits=before.limits,
        state=before.state,
        outcome=before.outcome,
        until=until,
    )
