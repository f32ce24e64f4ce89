"""Decisions: the mode is declared before anyone is asked, and each closes by its own rule (`modes`)."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta

from . import circles, closures, holds, stands
from .calendar import SchoolCalendar, SchoolYearOver
from .deadlines import end_of, open_day
from .decision_records import Decision, Stand
from .modes import MAJORITIES, MODES
from .outcome import Outcome, Refused
from .people import Hold
from .permissions import may
from .room import Room
from .sends import Send, SendKind

UNDO = timedelta(minutes=5)
"""A post waits so long before it goes out, and can be taken back (domain: the first /decide)."""
DAYS: Mapping[str, int] = {"advice": 2, "consent": 2, "vote": 2, "delegate": 5}
"""School days until a decision closes, unless its owner says otherwise (domain: decisions; delegating is ours)."""
MOST_OPTIONS = 10
"""of a vote: each is one entry of a card"""
NEWEST = 0
"""In place of a revision: the decision as it reads now."""
WAITING = ("open", "returned")
"""States of a decision that is posted and not closed."""


def is_seen(calendar: SchoolCalendar, held: Iterable[Hold], posted: datetime, now: datetime) -> bool:
    """Whether what was posted then has gone out by now, in school hours: nobody undoes it any more."""
    try:
        out = holds.since_open(held, calendar.next_working(posted + UNDO))
        return out is not None and now >= calendar.next_working(out)
    except SchoolYearOver:
        return False


def goes_out(room: Room, decision: Decision) -> datetime:
    """When the team sees it: five minutes after it was posted, in school hours."""
    return room.calendar.next_working(decision.posted_at + UNDO)


def is_out(room: Room, decision: Decision, now: datetime) -> bool:
    """Whether the team has it before its eyes: not in a hold, and once the school year is over not any more."""
    return is_seen(room.calendar, room.holds, decision.posted_at, now)


# ---------------------------------------------------------------- whom it asks


def to_ask(room: Room, draft: Decision) -> tuple[str, ...]:
    """Who is asked if it is posted now; raises Refused where that is nobody."""
    if draft.mode == "delegate":
        asked = tuple(member for member in draft.asked if room.roles(member))
    else:
        asked = circles.members(room, draft.circle, draft.owner)
    if not asked:
        to_whom = draft.mode == "delegate"
        raise Refused(room.say("decide.to_whom" if to_whom else "decide.nobody_to_ask"), "to" if to_whom else "")
    return asked


def require_rest(room: Room, asked: Iterable[str], now: datetime) -> None:
    """Raise Refused where staff beyond the team would be asked more than monthly."""
    if until := circles.rests_until(room, asked, room.today(now)):
        raise Refused(room.say("decide.staff_rests", day=until), "circle")


def require_options(room: Room, draft: Decision) -> None:
    """Raise Refused unless a vote is between a few different things, by a majority that is declared."""
    different = {option.casefold() for option in draft.options}
    if not 2 <= len(draft.options) <= MOST_OPTIONS or len(different) < len(draft.options):
        raise Refused(room.say("decide.which_options", most=MOST_OPTIONS), "options")
    if draft.majority not in MAJORITIES:
        raise Refused(room.say("decide.which_majority"), "majority")


def asking(room: Room, decision: Decision, now: datetime) -> Decision:
    """The decision as it begins to ask; one that asks nobody is decided."""
    mode = MODES[decision.mode]
    if not mode.waits:
        return replace(decision, state="decided", outcome=mode.outcome(room, decision), closed_at=now)
    asked = to_ask(room, decision)
    needed = min(decision.needed or len(asked) // 2 + 1, len(asked)) if mode.counts else 0
    return replace(decision, state="open", asked=asked, needed=needed, outcome="", closed_at=None)


# ---------------------------------------------------------------- while it asks


def speak(room: Room, said: Stand) -> Outcome:
    """What one person who is asked says; a later word takes the place of the earlier one. A harm needs its reason."""
    decision = asked_of(room, said.decision, said.member, said.at, said.revision)
    says = MODES[decision.mode].says or ("vote",)
    if said.kind not in says or (said.kind == "vote" and not 1 <= said.choice <= len(decision.options)):
        raise Refused(how_to_speak(room, decision))
    if said.kind == "harm" and not said.reason:
        raise Refused(room.say("decide.harm_needs_a_reason"), "reason")
    if said.kind == "advice" and not said.reason:
        raise Refused(room.say("decide.advice_needs_words"), "reason")
    return Outcome((said,))


def take_back(room: Room, wanted: int, member: str, now: datetime, revision: int) -> Outcome:
    """One's own word, taken back while it can be changed: one has not spoken then."""
    decision = asked_of(room, wanted, member, now, revision)
    own_word = next((each for each in stands.of(room, decision) if each.member == member), None)
    if own_word is None:
        raise Refused(room.say("decide.nothing_to_take_back", number=wanted))
    return Outcome((replace(own_word, kind=stands.TAKEN_BACK, reason="", choice=0, at=now),))


def how_to_speak(room: Room, decision: Decision) -> str:
    """How one's word to this decision is given, in a sentence."""
    return room.say(f"decide.which_{decision.mode}", number=decision.number, most=len(decision.options))


def objectable(room: Room, wanted: int, now: datetime) -> Decision:
    """A decision to which an objection can be given now; raises Refused for any other, as if it were not there."""
    decision = find(room, wanted)
    if decision.state in ("draft", "undone") or not is_out(room, decision, now):
        raise Refused(room.say("decide.unknown", number=wanted))
    if decision.state not in WAITING:
        raise Refused(room.say("decide.closed_already", number=wanted))
    if "harm" not in MODES[decision.mode].says:
        raise Refused(how_to_speak(room, decision))
    return decision


def object_for(room: Room, said: Stand) -> Outcome:
    """Put an objection on record for somebody who gave it to the facilitator; who has spoken speaks for themselves."""
    decision = asked_of(room, said.decision, said.member, said.at, said.revision, says="object")
    name = room.name(said.member)
    if said.member not in stands.owed(room, decision):
        raise Refused(room.say("decide.spoke_already", name=name))
    key = f"{question_key(room, decision, said.member)}.through"
    card = f"stood {version(decision)}"
    return speak(room, replace(said, revision=decision.revision)) + Outcome(
        sends=(Send(key, room.team.id, said.member, SendKind.PROMPT, said.at, card=card),)
    )


def asked_of(
    room: Room, wanted: int, member: str, now: datetime, revision: int = NEWEST, says: str = "stand"
) -> Decision:
    """A decision that is out, takes words, and asks this person; raises Refused for any other.

    A word to an earlier revision is none to this one, which reads differently: the command `says` it anew.
    """
    decision = find(room, wanted)
    if decision.state in ("draft", "undone") or not is_out(room, decision, now):
        raise Refused(room.say("decide.unknown", number=wanted))
    if decision.state not in WAITING:
        raise Refused(room.say("decide.closed_already", number=wanted))
    if member not in decision.asked:
        whose = "decide.is_yours" if member == decision.owner else "decide.not_asked"
        raise Refused(room.say(whose, number=wanted, owner=room.name(decision.owner)))
    if revision not in (NEWEST, decision.revision):
        now_reads, named = decision.question, f"{says} {version(decision)}"
        raise Refused(room.say("decide.reads_differently", number=wanted, question=now_reads, version=named))
    if decision.state == "returned" and not MODES[decision.mode].hears_late:
        raise Refused(room.say("decide.waits_for_owner", number=wanted, owner=room.name(decision.owner)))
    return decision


def report(room: Room, wanted: int, by: str, words: str, now: datetime) -> Outcome:
    """What somebody decided to whom it was delegated: with their report it is closed."""
    decision = find(room, wanted)
    is_hidden = decision.state in ("draft", "undone") or not is_out(room, decision, now)
    if is_hidden or decision.mode != "delegate":
        raise Refused(room.say("decide.not_delegated", number=wanted))
    if decision.state not in WAITING:
        raise Refused(room.say("decide.closed_already", number=wanted))
    if by not in decision.asked:
        names = ", ".join(room.name(each) for each in decision.asked)
        raise Refused(room.say("decide.delegated_to_others", number=wanted, names=names))
    if not words:
        raise Refused(room.say("decide.report_needs_words"), "outcome")
    return Outcome((replace(decision, state="decided", outcome=words, closed_by=by, closed_at=now),))


# ---------------------------------------------------------------- how it closes


def settle(room: Room, decision: Decision, now: datetime) -> Outcome:
    """Close a decision by its rule, once its deadline is reached.

    Otherwise it goes back to its owner, who amends it, extends it once, or withdraws it with a reason.
    """
    if decision.state not in WAITING or decision.closes_at is None:
        return Outcome()
    nobody_takes_it = decision.mode == "delegate" and not stands.owed(room, decision)
    closes_at = deadline(room, decision)
    if closes_at and now < closes_at and not nobody_takes_it:
        return Outcome()
    if outcome := MODES[decision.mode].outcome(room, decision):
        return Outcome((replace(decision, state="decided", outcome=outcome, closed_at=now),))
    if decision.state == "returned":
        return Outcome()
    return Outcome((replace(decision, state="returned"),), sends=(_to_owner(room, decision, now),))


def _to_owner(room: Room, decision: Decision, now: datetime) -> Send:
    """Ask the owner of a decision that could not close what becomes of it."""
    key = f"{room.team.id}.decision{decision.number}.{decision.revision}.returned.{decision.extended}"
    return Send(key, room.team.id, decision.owner, SendKind.PROMPT, now, card=f"returned {decision.number}")


def answer(room: Room, wanted: int, by: str, answers: Mapping[str, str], outcome: str) -> Outcome:
    """What the owner decided after the advice, and what they answer to each person who advised, by member."""
    decision = unsettled(room, wanted, by)
    if decision.mode != "advice":
        raise Refused(room.say("decide.not_advised", number=wanted))
    if decision.state == "open":
        raise Refused(room.say("decide.advice_still_comes", closes=closes(room, decision)))
    if not (outcome or decision.outcome):
        raise Refused(room.say("decide.what_was_decided"), "outcome")
    given = [each for each in stands.of(room, decision) if each.kind == "advice" and answers.get(each.member)]
    answered = (replace(each, answer=answers[each.member]) for each in given)
    return Outcome((replace(decision, outcome=outcome or decision.outcome), *answered))


def extend(room: Room, wanted: int, by: str, now: datetime) -> Outcome:
    """Some more school days, once: from its deadline on, or from today if that is over."""
    decision = unsettled(room, wanted, by)
    if decision.extended:
        raise Refused(room.say("decide.extended_already", number=wanted))
    closes_at = end_of(room, max(now, deadline(room, decision) or now), DAYS[decision.mode])
    return Outcome((replace(decision, extended=True, state="open", closes_at=closes_at),))


def withdraw(room: Room, wanted: int, by: str, reason: str, now: datetime) -> Outcome:
    """Take a decision back for good, with a reason for the log."""
    decision = unsettled(room, wanted, by)
    if not reason:
        raise Refused(room.say("decide.withdraw_needs_a_reason"), "reason")
    state = "withdrawn" if is_out(room, decision, now) else "undone"
    return Outcome((replace(decision, state=state, outcome=reason, closed_at=now),))


def take(room: Room, wanted: int, by: str) -> Outcome:
    """Become the owner of a decision whose owner has left; who posted it stays on record."""
    decision = find(room, wanted)
    if decision.state not in (*WAITING, "decided"):
        raise Refused(room.say("decide.closed_already", number=wanted))
    if may(room.roles(decision.owner), "decide"):
        raise Refused(room.say("decide.not_yours", number=wanted, owner=room.name(decision.owner)))
    return Outcome((replace(decision, owner=by, taken_from=decision.taken_from or decision.owner),))


def is_left_behind(room: Room, decision: Decision) -> bool:
    """Whether it waits for its close and its owner has left the team."""
    return decision.state in WAITING and not may(room.roles(decision.owner), "decide")


def keep(room: Room, wanted: int, now: datetime, review_on: date | None) -> Outcome:
    """The team looked at it again and it stands, until it comes back on another day, if any."""
    decision = find(room, wanted)
    if decision.state != "decided" or decision.review_on is None:
        raise Refused(room.say("decide.no_review", number=wanted))
    next_day = open_day(room, now, review_on, "review_on") if review_on else None
    return Outcome((replace(decision, review_on=next_day),))


# ---------------------------------------------------------------- which one is meant


def question_key(room: Room, decision: Decision, member: str) -> str:
    """The reason of the message that asks this person for their word to this revision."""
    return f"{room.team.id}.decision{decision.number}.{decision.revision}.{member}"


def closes(room: Room, decision: Decision) -> object:
    """Its deadline in the school's time, ready to be said; empty for one that has none."""
    at = deadline(room, decision)
    return room.calendar.local(at) if at else ""


def deadline(room: Room, decision: Decision) -> datetime | None:
    """Its deadline, with what holds and closures take of its time; None for one that has none.

    Days that were closed since it was set are given back. Where a hold kept it from everybody's eyes, its school days
    count from the day on which it was first seen.
    """
    if decision.closes_at is None:
        return None
    at = decision.closes_at
    with suppress(SchoolYearOver):
        at = at if decision.extended else closures.given_back(room.calendar, at, _set_at(room, decision))
    at = holds.deadline(room, at, decision.posted_at)
    with suppress(SchoolYearOver):
        out = goes_out(room, decision)
        seen = holds.since_open(room.holds, out)
        if seen and seen > out and decision.revision == 1 and not decision.extended:
            days = room.calendar.school_days_between(room.today(out), room.today(decision.closes_at))
            at = max(at, end_of(room, room.calendar.next_working(seen), days))
    return at


def _set_at(room: Room, decision: Decision) -> datetime:
    """When its deadline was set: as it was posted, or last amended."""
    amended = (each.until for each in room.wordings if each.decision == decision.number)
    return max(amended, default=decision.posted_at)


def version(decision: Decision) -> str:
    """How a decision is named so that it is clear as what it was read: "3", amended "3.2"."""
    return as_read(decision) if decision.revision > 1 else f"{decision.number}"


def as_read(decision: Decision) -> str:
    """The same where it is pressed: "3.1", because a mere "3" is the decision as it reads by then."""
    return f"{decision.number}.{decision.revision}"


def find(room: Room, wanted: int) -> Decision:
    """The decision with this number; raises Refused when there is none."""
    decision = room.numbered(Decision, wanted)
    if decision is None:
        raise Refused(room.say("decide.unknown", number=wanted))
    return decision


def own(room: Room, wanted: int, by: str) -> Decision:
    """A person's own decision; raises Refused for any other, and does not tell of a draft of somebody else."""
    decision = find(room, wanted)
    if decision.owner != by and decision.state in ("draft", "undone"):
        raise Refused(room.say("decide.unknown", number=wanted))
    if decision.owner != by:
        why = "decide.left_behind" if is_left_behind(room, decision) else "decide.not_yours"
        raise Refused(room.say(why, number=wanted, owner=room.name(decision.owner)))
    return decision


def unsettled(room: Room, wanted: int, by: str) -> Decision:
    """A person's own decision that waits for its close; raises Refused for any other."""
    decision = own(room, wanted, by)
    if decision.state not in WAITING:
        raise Refused(room.say("decide.closed_already", number=wanted))
    return decision


def amendable(room: Room, wanted: int, by: str, now: datetime) -> Decision:
    """A person's own decision that can be asked anew; raises Refused for any other, and for what nobody has seen."""
    decision = own(room, wanted, by)
    if decision.state not in (*WAITING, "decided"):
        raise Refused(room.say("decide.closed_already", number=wanted))
    if not is_out(room, decision, now):
        raise Refused(room.say("decide.not_out_yet", number=wanted))
    return decision


def unanswered(room: Room, wanted: int) -> tuple[Stand, ...]:
    """The advice to the decision with this number that its owner has not answered."""
    return stands.unanswered(room, find(room, wanted))
