"""Decisions: the mode is declared before anyone is asked, and each closes by its own rule."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from .calendar import SchoolYearOver
from .cycle import number
from .outcome import Outcome, Refused
from .people import Role
from .records import Decision, Stand
from .room import Room
from .sends import Send, SendKind
from .timetable import Due

MODES = ("tell", "consent")
UNDO = timedelta(minutes=5)
"""A post waits so long before it goes out, and can be taken back (domain: the first /decide)."""
DAYS = 2
"""School days until a consent decision closes, unless its owner says otherwise (domain: decisions)."""


def draft(
    room: Room,
    owner: str,
    mode: str,
    question: str,
    reason: str,
    now: datetime,
    closes: date | None = None,
    limits: str = "",
) -> Decision:
    """A decision as its owner wrote it, not posted yet; raises Refused where something is missing."""
    if not question:
        raise Refused(room.say("decide.no_question"))
    if mode not in MODES:
        raise Refused(room.say("decide.no_mode"))
    if mode == "tell" and Role.ADMINISTRATOR not in room.roles(owner):
        raise Refused(room.say("decide.tell_is_for_administrators"))
    if mode == "tell" and not reason:
        raise Refused(room.say("decide.tell_needs_a_reason"), "reason")
    if mode == "consent" and not _to_ask(room, owner):
        raise Refused(room.say("decide.nobody_to_ask"))
    unfinished = next((each for each in room.decisions if each.state == "draft" and each.owner == owner), None)
    return Decision(
        team=room.team.id,
        number=unfinished.number if unfinished else room.next_number(Decision),
        cycle=number(room),
        mode=mode,
        question=question,
        reason=reason,
        owner=owner,
        posted_at=now,
        closes_at=_deadline(room, now, closes) if mode == "consent" else None,
        state="draft",
        limits=limits,
        revision=unfinished.revision + 1 if unfinished else 1,
    )


def _to_ask(room: Room, owner: str) -> tuple[str, ...]:
    return tuple(member.id for member in room.prompted() if member.id != owner)


def _deadline(room: Room, now: datetime, day: date | None = None) -> datetime:
    """The end of that school day, or of the second one from now."""
    today = room.today(now)
    if day is not None and day <= today:
        raise Refused(room.say("decide.deadline_past", next=room.calendar.add_school_days(today, 1)), "closes")
    if day is not None and not room.calendar.is_open(day):
        raise Refused(room.say("cycle.closed_day", day=day, next=room.calendar.add_school_days(day, 0)), "closes")
    hours = room.calendar.hours_on(day or room.calendar.add_school_days(today, DAYS))
    assert hours is not None
    return hours[1]


def post(room: Room, wanted: int, by: str, now: datetime, revision: int = 1) -> Outcome:
    """Post a draft as it was previewed: who is asked is frozen now; a *tell* is decided at once."""
    decision = drafted(room, wanted, by)
    if decision.revision != revision:
        raise Refused(room.say("decide.previewed_anew", number=wanted))
    if decision.closes_at:
        _deadline(room, now, room.today(decision.closes_at))
    asked = _to_ask(room, by)
    posted = replace(decision, posted_at=now, asked=asked, needed=len(asked) // 2 + 1, revision=1)
    if decision.mode == "tell":
        return Outcome(
            (replace(posted, asked=(), needed=0, state="decided", outcome=decision.question, closed_at=now),)
        )
    return Outcome((replace(posted, state="open"),))


def drafted(room: Room, wanted: int, by: str) -> Decision:
    """A person's own decision that is not posted yet; raises Refused for any other."""
    decision = _own(room, wanted, by)
    if decision.state != "draft":
        raise Refused(room.say("decide.posted_already", number=wanted))
    return decision


def goes_out(room: Room, decision: Decision) -> datetime:
    """When the team sees it: five minutes after it was posted, in school hours."""
    return room.calendar.next_working(decision.posted_at + UNDO)


def question_key(room: Room, decision: Decision, member: str) -> str:
    """The reason of the message that asks this person for their word to this revision."""
    return f"{room.team.id}.decision{decision.number}.{decision.revision}.{member}"


def is_out(room: Room, decision: Decision, now: datetime) -> bool:
    """Whether the team has it before its eyes; once the school year is over nothing goes out any more."""
    try:
        return now >= goes_out(room, decision)
    except SchoolYearOver:
        return False


def undo(room: Room, wanted: int, by: str, now: datetime) -> Outcome:
    """Take a post back before anyone saw it."""
    decision = _own(room, wanted, by)
    if decision.state in ("draft", "undone", "withdrawn") or now >= goes_out(room, decision):
        raise Refused(room.say("decide.too_late_to_undo", number=wanted))
    return Outcome((replace(decision, state="undone", closed_at=None, outcome=""),))


def stand(room: Room, wanted: int, member: str, kind: str, reason: str, now: datetime, revision: int = 1) -> Outcome:
    """What one person who is asked says; a later stand replaces the earlier one. A harm needs its reason."""
    decision = asked_of(room, wanted, member, now, revision)
    if kind == "harm" and not reason:
        raise Refused(room.say("decide.harm_needs_a_reason"))
    return Outcome((Stand(room.team.id, wanted, member, kind, reason, now, decision.revision),))


def asked_of(room: Room, wanted: int, member: str, now: datetime, revision: int) -> Decision:
    """A decision that is out, not closed, and asks this person; raises Refused for any other.

    A word to an earlier revision is none to this one, which reads differently.
    """
    decision = find(room, wanted)
    if decision.state in ("draft", "undone") or now < decision.posted_at + UNDO:
        raise Refused(room.say("decide.unknown", number=wanted))
    if decision.state not in ("open", "returned"):
        raise Refused(room.say("decide.closed_already", number=wanted))
    if member not in decision.asked:
        raise Refused(room.say("decide.not_asked", number=wanted, owner=room.name(decision.owner)))
    if revision != decision.revision:
        now_reads, named = decision.question, version(decision)
        raise Refused(room.say("decide.reads_differently", number=wanted, question=now_reads, version=named))
    return decision


def settle(room: Room, decision: Decision, now: datetime) -> Outcome:
    """Close a consent decision by its rule: at the deadline, when enough have spoken and no objection is open.

    Otherwise it goes back to its owner, who amends it, extends it once, or withdraws it with a reason.
    """
    if decision.state not in ("open", "returned") or decision.closes_at is None or now < decision.closes_at:
        return Outcome()
    if len(stands(room, decision)) >= decision.needed and not objections(room, decision):
        return Outcome((replace(decision, state="decided", outcome=decision.question, closed_at=now),))
    if decision.state == "returned":
        return Outcome()
    return Outcome((replace(decision, state="returned"),), sends=(_to_owner(room, decision, now),))


def _to_owner(room: Room, decision: Decision, now: datetime) -> Send:
    """Ask the owner of a decision that could not close what becomes of it."""
    key = f"{room.team.id}.decision{decision.number}.{decision.revision}.returned.{decision.extended}"
    return Send(key, room.team.id, decision.owner, SendKind.PROMPT, now, card=f"returned {decision.number}")


def amend(room: Room, wanted: int, by: str, question: str, now: datetime) -> Outcome:
    """A new revision with the objection worked in; everybody who is asked speaks again."""
    decision = unsettled(room, wanted, by)
    if not question:
        raise Refused(room.say("decide.no_question"))
    revision, closes_at = decision.revision + 1, _deadline(room, now)
    return Outcome((replace(decision, question=question, revision=revision, state="open", closes_at=closes_at),))


def extend(room: Room, wanted: int, by: str, now: datetime) -> Outcome:
    """Two more school days, once: from its deadline on, or from today if that is over."""
    decision = unsettled(room, wanted, by)
    if decision.extended:
        raise Refused(room.say("decide.extended_already", number=wanted))
    closes_at = _deadline(room, max(now, decision.closes_at or now))
    return Outcome((replace(decision, extended=True, state="open", closes_at=closes_at),))


def take(room: Room, wanted: int, by: str) -> Outcome:
    """Become the owner of a decision that is not closed and whose owner has left; who posted it stays on record."""
    decision = find(room, wanted)
    if decision.state not in ("open", "returned"):
        raise Refused(room.say("decide.closed_already", number=wanted))
    if not is_left_behind(room, decision):
        raise Refused(room.say("decide.not_yours", number=wanted, owner=room.name(decision.owner)))
    return Outcome((replace(decision, owner=by, taken_from=decision.taken_from or decision.owner),))


def is_left_behind(room: Room, decision: Decision) -> bool:
    """Whether it waits for its close and its owner has left the team."""
    return decision.state in ("open", "returned") and not room.roles(decision.owner)


def withdraw(room: Room, wanted: int, by: str, reason: str, now: datetime) -> Outcome:
    """Take a decision back for good, with a reason for the log."""
    decision = unsettled(room, wanted, by)
    if not reason:
        raise Refused(room.say("decide.withdraw_needs_a_reason"))
    return Outcome((replace(decision, state="withdrawn", outcome=reason, closed_at=now),))


def stands(room: Room, decision: Decision) -> tuple[Stand, ...]:
    """What was said to the decision as it reads now.

    The word of somebody who left before it closed counts no more, but for an objection: the harm that they saw is
    as likely without them, so it is its owner's to answer.
    """
    gone = leavers(room, decision)
    return tuple(
        each
        for each in room.stands
        if each.decision == decision.number
        and each.revision == decision.revision
        and (each.kind == "harm" or each.member not in gone)
    )


def leavers(room: Room, decision: Decision) -> tuple[str, ...]:
    """Who was asked and left the team before it closed."""
    closed_on = room.today(decision.closed_at) if decision.closed_at else date.max
    return tuple(
        member
        for member in decision.asked
        if not room.roles(member) and (room.left_on(member) or date.min) <= closed_on
    )


def objections(room: Room, decision: Decision) -> tuple[Stand, ...]:
    """The reasoned harms that are open; only their authors withdraw them."""
    return tuple(each for each in stands(room, decision) if each.kind == "harm")


def owed(room: Room, decision: Decision) -> tuple[str, ...]:
    """Who is asked and has not spoken yet."""
    spoken = {each.member for each in stands(room, decision)}
    return tuple(member for member in decision.asked if member not in spoken and room.roles(member))


def posted(room: Room, member: str, now: datetime) -> tuple[Decision, ...]:
    """The log, newest first; within the five minutes in which it can be undone, only its owner finds a decision."""
    return tuple(
        each
        for each in reversed(room.decisions)
        if each.state not in ("draft", "undone") and (each.owner == member or now >= each.posted_at + UNDO)
    )


def version(decision: Decision) -> str:
    """How a decision is named so that it is clear as what it was read: "3", amended "3.2"."""
    return f"{decision.number}.{decision.revision}" if decision.revision > 1 else f"{decision.number}"


def find(room: Room, wanted: int) -> Decision:
    """The decision with this number; raises Refused when there is none."""
    decision = room.numbered(Decision, wanted)
    if decision is None:
        raise Refused(room.say("decide.unknown", number=wanted))
    return decision


def dues(room: Room) -> Iterator[Due]:
    """The deadlines of open decisions."""
    for decision in room.decisions:
        if decision.state == "open" and decision.closes_at:
            key = f"decision{decision.number}.{decision.revision}.{room.today(decision.closes_at)}"
            yield Due(decision.closes_at, key, "decision", decision.number)


def _own(room: Room, wanted: int, by: str) -> Decision:
    decision = find(room, wanted)
    if decision.owner != by and decision.state in ("draft", "undone"):
        raise Refused(room.say("decide.unknown", number=wanted))
    if decision.owner != by:
        why = "decide.left_behind" if is_left_behind(room, decision) else "decide.not_yours"
        raise Refused(room.say(why, number=wanted, owner=room.name(decision.owner)))
    return decision


def unsettled(room: Room, wanted: int, by: str) -> Decision:
    """A person's own decision that waits for its close; raises Refused for any other."""
    decision = _own(room, wanted, by)
    if decision.state not in ("open", "returned"):
        raise Refused(room.say("decide.closed_already", number=wanted))
    return decision
