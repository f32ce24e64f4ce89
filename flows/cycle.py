"""The course of a cycle: it starts, moves from phase to phase, is extended, paused, reopened, and ends."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from . import leading
from .calendar import CalendarError
from .cycle_script import LENGTHS, PHASES, Phase
from .outcome import Fact, Outcome, Refused
from .records import Action, Consent, Cycle, Move, Need, Result
from .room import Room
from .timetable import Standing, following, meeting_on, standing

REVIEW_AFTER = timedelta(weeks=12)
"""How long until an adopted action, now "how we work here", comes back to the team: about a trimester."""


def start(room: Room, by: str, first: date, weeks: int, in_the_room: bool, now: datetime) -> Outcome:
    """Start the next cycle; raises Refused while one runs, or while the team has not said yes to another."""
    if standing(room):
        raise Refused(room.say("cycle.runs_already"))
    if weeks not in LENGTHS:
        raise Refused(room.say("cycle.weeks_out_of_range"))
    if room.cycle and not in_the_room and not said_yes(room):
        raise Refused(room.say("cycle.no_yes_yet"))
    cycle = Cycle(room.team.id, number(room) + 1, first, weeks)
    facts: list[Fact] = [cycle]
    if room.cycle:
        facts += leading.begins_with(room, cycle.number)
    opening = "needs" if agreeing(room, "charter") else "convene"
    if room.charter and opening == "needs":
        facts.append(replace(room.charter, cycle=cycle.number))
    begun = room.having(facts)
    facts.append(Move(room.team.id, cycle.number, 1, "opened", opening, max(now, _morning(begun, first)), by))
    _require_time(begun.having(facts))
    return Outcome(tuple(facts))


def _morning(room: Room, first: date) -> datetime:
    """The opening of the school on the first day, which must be an open one."""
    hours = room.calendar.hours_on(first)
    if hours is None:
        opens = room.calendar.add_school_days(first, 0)
        raise Refused(room.say("cycle.closed_day", day=first, next=opens))
    return hours[0]


def _require_time(room: Room) -> None:
    """Refuse a cycle whose last meeting the calendar does not reach."""
    try:
        meeting_on(room, room.course.phases["reflect"])
    except CalendarError as error:
        raise Refused(room.say("refused.calendar_ends")) from error


def said_yes(room: Room) -> bool:
    """Whether more than half of the people who are asked said yes to another cycle."""
    asked = {member.id for member in room.prompted()}
    return 2 * len(agreeing(room, "next") & asked) > len(asked)


def running(room: Room) -> Standing:
    """Where the running cycle stands; raises Refused when none runs."""
    if now := standing(room):
        return now
    raise Refused(room.say("cycle.none"))


def move(
    room: Room,
    kind: str,
    phase: str,
    now: datetime,
    by: str = "",
    reason: str = "",
    until: date | None = None,
) -> Move:
    """The next entry in the course of the newest cycle."""
    assert room.cycle is not None
    last = max((each.number for each in room.moves), default=0)
    return Move(room.team.id, room.cycle.number, last + 1, kind, phase, now, by, reason, until)


def go_on(room: Room, now: datetime, by: str = "", reason: str = "") -> Outcome:
    """Close the phase that stands and open the next one; after the last the cycle is finished."""
    here = running(room)
    if after := following(here.phase):
        return Outcome((move(room, "opened", after, now, by, reason),))
    return Outcome((move(room, "finished", here.phase.key, now, by, reason), *_settled_actions(room, now)))


def _settled_actions(room: Room, now: datetime) -> Iterator[Fact]:
    """What becomes of actions and needs: adopted ones come back for review, adapted ones go on, the rest ends."""
    for result in results(room):
        action = room.numbered(Action, result.action)
        if action is None:
            continue
        if result.verdict == "adopt":
            yield replace(action, state="done", status="", blocker="", review_on=_review(room, now))
            need = room.numbered(Need, action.need)
            if need and need.state == "open":
                yield replace(need, state="met")
        elif result.verdict == "adapt" and action.state == "done":
            yield replace(action, state="open", done_on=None)
        elif result.verdict == "abandon":
            yield replace(action, state="dropped")


def _review(room: Room, now: datetime) -> date:
    """The school day on which an adopted action comes back; any day where the calendar ends before it."""
    day = room.today(now) + REVIEW_AFTER
    try:
        return room.calendar.add_school_days(day, 0)
    except CalendarError:
        return day


def extend(room: Room, until: date, now: datetime, by: str) -> Outcome:
    """Move the meeting of the phase that stands, and with it what hangs on it, to a later day.

    A phase without a meeting lasts until the next one asks, so the next one's meeting is moved.
    """
    phase = meets_next(room)
    if until <= max(room.today(now), meeting_on(room, phase)):
        raise Refused(room.say("cycle.extend_to_later", day=meeting_on(room, phase)))
    if not room.calendar.is_open(until):
        raise Refused(room.say("cycle.closed_day", day=until, next=room.calendar.add_school_days(until, 0)))
    return Outcome((move(room, "extended", phase.key, now, by, until=until),))


def meets_next(room: Room) -> Phase:
    """The phase whose meeting comes next: the one that stands, or the one that follows it."""
    here = running(room)
    return here.phase if here.phase.week else room.course.phases[following(here.phase)]


def pause(room: Room, now: datetime, by: str, reason: str) -> Outcome:
    """Stop everything the bot would start, until somebody resumes."""
    here = running(room)
    if here.paused:
        raise Refused(room.say("cycle.paused_already"))
    return Outcome((move(room, "paused", here.phase.key, now, by, reason),))


def resume(room: Room, now: datetime, by: str) -> Outcome:
    """Go on after a pause."""
    here = running(room)
    if not here.paused:
        raise Refused(room.say("cycle.not_paused"))
    return Outcome((move(room, "resumed", here.phase.key, now, by),))


def reopen(room: Room, phase: str, now: datetime, by: str, reason: str) -> Outcome:
    """Open an earlier phase again, and the later ones follow it anew; a finished cycle opens again with its last.

    Raises Refused for any other phase, and without a reason.
    """
    earlier = reopenable(room)
    if standing(room) is None:
        return _reopen_finished(room, phase, now, by, reason)
    if phase not in earlier:
        raise Refused(room.say("cycle.reopen_which", phases=", ".join(earlier), example=earlier[-1]))
    _require_reason(room, phase, reason)
    again = _chosen_anew(room) if PHASES.index(phase) <= PHASES.index("needs") else ()
    return Outcome((move(room, "opened", phase, now, by, reason), *again))


def reopenable(room: Room) -> tuple[str, ...]:
    """The phases that can be opened again; raises Refused where there is none."""
    if room.cycle and standing(room) is None:
        return PHASES[-1:]
    here = running(room)
    if earlier := PHASES[: PHASES.index(here.phase.key)]:
        return earlier
    raise Refused(room.say("cycle.reopen_first", phase=here.phase.title))


def _reopen_finished(room: Room, phase: str, now: datetime, by: str, reason: str) -> Outcome:
    """Take the end of the newest cycle back, with what it made of actions and needs."""
    if phase not in ("", PHASES[-1]):
        raise Refused(room.say("cycle.reopen_finished", phase=room.course.phases[PHASES[-1]].title))
    _require_reason(room, phase, reason)
    return Outcome((move(room, "opened", PHASES[-1], now, by, reason), *_unsettled(room)))


def _require_reason(room: Room, phase: str, reason: str) -> None:
    """Going back is logged with its reason, as going on early is."""
    if not reason:
        title = room.course.phases[phase or PHASES[-1]].title
        command = f"cycle reopen {phase}".strip()
        raise Refused(room.say("cycle.reopen_needs_a_reason", phase=title, command=command))


def _unsettled(room: Room) -> Iterator[Fact]:
    """Actions and needs as they were before the end of the cycle settled them (`_settled_actions`).

    An action that was still waiting for its owner comes back as taken on: how it stood is not on record.
    """
    for result in results(room):
        action = room.numbered(Action, result.action)
        if action is None:
            continue
        if (result.verdict, action.state) in (("adopt", "done"), ("abandon", "dropped")):
            yield replace(action, state="done" if action.done_on else "open", review_on=None)
        need = room.numbered(Need, action.need)
        if result.verdict == "adopt" and need and need.state == "met" and need.number not in _met_before(room):
            yield replace(need, state="open")


def _met_before(room: Room) -> set[int]:
    """The needs that an action served which was adopted in an earlier cycle."""
    adopted = {each.action for each in room.results if each.verdict == "adopt" and each.cycle != number(room)}
    return {action.need for action in room.actions if action.number in adopted}


def _chosen_anew(room: Room) -> Iterator[Fact]:
    """Take the choice of this cycle and the dots back, so that the team chooses again."""
    for need in room.needs:
        if need.chosen_in == number(room):
            yield replace(need, chosen_in=0)
    for ballot in room.ballots:
        yield replace(ballot, dots={})


def met(room: Room, now: datetime, by: str) -> Outcome:
    """ "We did this in the room": the phase is complete as it is, and the next one opens.

    Raises Refused for a phase without a meeting, and for a plan without an action.
    """
    here = running(room)
    if not here.phase.week:
        raise Refused(room.say("cycle.no_meeting", phase=here.phase.title))
    if lacks_actions(room, here):
        raise Refused(room.say("plan.nothing_to_act_on"))
    done = Outcome((move(room, "met", here.phase.key, now, by),))
    return done + go_on(room.having(done.keep), now, by, room.told_to("").say("cycle.met"))


def lacks_actions(room: Room, now: Standing) -> bool:
    """Whether the plan that stands would leave the team with nothing to act on."""
    return now.phase.key == "plan" and not planned(room)


def is_complete(room: Room, now: Standing) -> bool:
    """Whether the phase that stands has what it came for."""
    match now.phase.key:
        case "convene":
            agreed = any(charter.cycle == now.cycle.number for charter in room.charters)
            is_new = is_recorded(room, now) or not _is_open_again(room, now)
            return agreed and is_new and not _is_being_recorded(room, now)
        case "needs":
            return any(need.chosen_in == now.cycle.number for need in room.needs)
        case "plan":
            return bool(planned(room)) and is_agreed(room, "plan", now.opened.at)
        case "reflect":
            weighed = {result.action for result in results(room)}
            is_new = is_recorded(room, now) or not _is_open_again(room, now)
            is_whole = bool(weighed) and weighed >= {action.number for action in planned(room)}
            return is_new and is_whole and not _is_being_recorded(room, now)
    return False


def _is_open_again(room: Room, now: Standing) -> bool:
    """Whether the team came back to the phase: it, or a later one, was open before in this cycle."""
    place = PHASES.index(now.phase.key)
    opened = (each for each in room.moves if each.kind == "opened" and each.number < now.epoch)
    return any(PHASES.index(each.phase) >= place for each in opened)


def _is_being_recorded(room: Room, now: Standing) -> bool:
    """Whether somebody has begun to write down what came out of the meeting, answer by answer, and is not done."""
    here = f"{now.cycle.number}.{now.epoch}"
    records = (each for each in room.conversations.values() if each.flow == now.phase.record and each.phase == here)
    return any(each.answered_at and not each.done_at for each in records)


def is_recorded(room: Room, now: Standing) -> bool:
    """Whether somebody wrote down what came out of the meeting since the phase opened."""
    here = f"{now.cycle.number}.{now.epoch}"
    return any(
        each.flow == now.phase.record and each.phase == here and each.done_at for each in room.conversations.values()
    )


def is_agreed(room: Room, matter: str, since: datetime) -> bool:
    """Whether everybody who is asked said yes to this matter since then."""
    return {member.id for member in room.prompted()} <= agreeing(room, matter, since)


def agreeing(room: Room, matter: str, since: datetime | None = None) -> set[str]:
    """Who said yes to this matter in the newest cycle, or since a moment in it."""
    return {
        each.member
        for each in room.consents
        if each.matter == matter and each.cycle == number(room) and (since is None or each.at >= since)
    }


def number(room: Room) -> int:
    """The number of the newest cycle; 0 before the first."""
    return room.cycle.number if room.cycle else 0


def planned(room: Room) -> list[Action]:
    """The actions that the newest cycle works on: its own, and earlier ones that are still open."""
    return [
        action
        for action in room.actions
        if action.state in ("proposed", "open") or (action.state == "done" and _is_of_now(room, action))
    ]


def _is_of_now(room: Room, action: Action) -> bool:
    """Whether it was planned in the newest cycle, or done in it."""
    done_now = room.cycle and action.done_on and action.done_on >= room.cycle.started_on
    return action.cycle == number(room) or bool(done_now)


def day_of(room: Room, action: Action) -> date | None:
    """The day by which an action is to be done; None for one that goes on from an earlier cycle, whose day is over.

    What a team adapts, or does not get to, is no debt: a new cycle asks for its day anew.
    """
    if room.cycle is None or action.state == "done":
        return action.due
    is_finished = standing(room) is None
    begins = room.today(room.moves[-1].at) if is_finished and room.moves else room.cycle.started_on
    goes_on = is_finished or action.cycle != number(room)
    return None if goes_on and action.due < begins else action.due


def is_overdue(room: Room, action: Action, today: date) -> bool:
    """Whether the day of an action is over that is neither done nor blocked; never between two cycles."""
    day = day_of(room, action)
    is_late = day is not None and day < today and standing(room) is not None
    return is_late and action.state in ("proposed", "open") and action.status != "blocked"


def results(room: Room) -> list[Result]:
    """What came of actions in the newest cycle."""
    return [result for result in room.results if result.cycle == number(room)]


def agree(room: Room, matter: str, member: str, now: datetime) -> Outcome:
    """One member's yes to the plan, to keeping the charter, or to another cycle."""
    if room.cycle is None:
        raise Refused(room.say("cycle.none"))
    running_now = standing(room)
    if matter == "plan" and (running_now is None or running_now.phase.key != "plan" or not planned(room)):
        raise Refused(room.say("plan.not_now"))
    if matter != "plan" and running_now:
        raise Refused(room.say("cycle.not_finished"))
    if matter == "charter" and room.charter is None:
        raise Refused(room.say("charter.none"))
    return Outcome((Consent(room.team.id, room.cycle.number, matter, member, now),))
