"""Who leads the meeting of a phase: facilitation goes round, the bot asks, and takes no for an answer."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, time

from .calendar import SchoolYearOver
from .cycle_script import PHASES
from .outcome import Outcome, Refused
from .people import PROMPTED, Member, Role
from .records import Lead, Occurrence
from .room import Room
from .sends import Send, SendKind
from .timetable import Due, Standing, meeting_on

_MAY_LEAD = PROMPTED | {Role.FACILITATOR}
"""who became an observer leads nothing any more, also where they had said yes"""
_FIRST = "first"
"""in place of a phase: who is asked first in this cycle"""
_APART = ".would."
"""in the reason of a message of its own that asks whether somebody leads, before who it is"""


def lead(room: Room, here: Standing) -> Member | None:
    """Who leads: whoever said yes, or is asked, else the facilitator, else an administrator; never who said no.

    Whoever is away on the day of the meeting is passed over, for the one beside them first; it may be nobody.
    """
    willing = [each for each in _leads(room, here) if each.state != "declined"]
    willing.sort(key=lambda each: (each.state == "accepted", each.member), reverse=True)
    named = [name for each in willing for name in (each.member, each.beside)]
    unwilling = _away(room, here) | _declined(room, here)
    guides = [guide.id for guide in _guides(room, here) if guide.id not in unwilling]
    candidates = (*(each for each in named if each not in _away(room, here)), *guides)
    return next((room.member(each) for each in candidates if room.roles(each) & _MAY_LEAD), None)


def keeper(room: Room, here: Standing) -> Member | None:
    """Who hears what the phase waits for: whoever leads, or else a guide who is away or said no to leading."""
    return lead(room, here) or next(iter(_guides(room, here)), None)


def asked(room: Room, here: Standing) -> str:
    """The member whose answer to "would you lead this one?" is open; empty when nobody's is."""
    return next((each.member for each in _leads(room, here) if each.state == "asked"), "")


def beside(room: Room, here: Standing) -> Member | None:
    """Who leads together with whoever leads ("with someone")."""
    current = lead(room, here)
    helper = next((each.beside for each in _leads(room, here) if current and each.member == current.id), "")
    return (
        room.member(helper) if helper and room.roles(helper) & _MAY_LEAD and helper not in _away(room, here) else None
    )


def ask_next(room: Room, here: Standing, due: Due) -> Outcome:
    """Ask the next person in the round to lead this phase's meeting, unless somebody was asked already."""
    day, away = room.today(due.at), _away(room, here)
    turn = [member for member in _round(room) if member.id not in away and not room.is_away(member.id, day)]
    if not turn or _leads(room, here):
        return Outcome()
    return Outcome((_entry(room, here, turn[0].id, "asked"),))


def begins_with(room: Room, cycle: int) -> tuple[Lead, ...]:
    """Whose turn it is first in the next cycle, with this number: the round goes on where the last one stopped."""
    return tuple(Lead(room.team.id, cycle, _FIRST, member.id, "next") for member in _round(room)[:1])


def _round(room: Room) -> list[Member]:
    """Everybody who may lead, by turn: who had the fewest turns in this cycle comes first, then the team's order."""
    team = list(room.prompted())
    first = next((each.member for each in room.leads if each.phase == _FIRST), "")
    place = next((place for place, member in enumerate(team) if member.id == first), 0)
    turns = Counter(each.member for each in room.leads if each.phase != _FIRST)
    return sorted((*team[place:], *team[:place]), key=lambda member: turns[member.id])


def accept(room: Room, here: Standing, member: str, beside: str = "") -> Outcome:
    """A member leads this phase's meeting, alone or with someone; once somebody said yes, only together with them."""
    if not here.phase.week:
        raise Refused(room.say("cycle.no_meeting", phase=here.phase.title))
    if beside and beside not in {each.id for each in room.prompted()}:
        raise Refused(room.say("lead.not_on_team"))
    if member in _away(room, here):
        raise Refused(room.say("lead.away", day=meeting_on(room, here.phase)))
    first = accepted(room, here, member)
    if first is None:
        return Outcome((_entry(room, here, member, "accepted", beside),))
    name = room.name(first.member)
    if beside != first.member:
        raise Refused(room.say("lead.taken", name=name))
    if first.beside not in ("", member):
        raise Refused(room.say("lead.taken_by_two", name=name, other=room.name(first.beside)))
    settled = (replace(each, state="declined") for each in _leads(room, here) if each.member == member)
    return Outcome((replace(first, beside=member), *settled))


def accepted(room: Room, here: Standing, member: str) -> Lead | None:
    """Who else said yes first, and can still lead it."""
    said_yes = (each for each in _leads(room, here) if each.state == "accepted" and each.member != member)
    away = _away(room, here)
    return next((each for each in said_yes if room.roles(each.member) & _MAY_LEAD and each.member not in away), None)


def decline(room: Room, here: Standing, member: str, now: datetime) -> Outcome:
    """A member does not lead this time: the facilitator does, or else the next in the round is asked."""
    no = Outcome((_entry(room, here, member, "declined"),))
    after = room.having(no.keep)
    instead = lead(after, here)
    is_settled = instead and (Role.FACILITATOR in room.roles(instead.id) or _leads_of(after, here, instead.id))
    return no if is_settled else no + _ask_instead(after, here, now)


def _ask_instead(room: Room, here: Standing, now: datetime) -> Outcome:
    """Ask the next in the round whom nobody asked yet, if the day of the meeting is still to come.

    The message counts: a weekly card is left out for it. Where none is to come any more, nobody else is asked.
    """
    if not _leads_to_weekly_cards(room, here):
        return Outcome()
    try:
        begins = room.calendar.at(meeting_on(room, here.phase), time.min)
    except SchoolYearOver:
        return Outcome()
    away, spoken = _away(room, here), {each.member for each in _leads(room, here)}
    turn = (each.id for each in _round(room) if each.id not in away | spoken)
    following = next((each for each in turn if not room.is_away(each, room.today(now))), "")
    if not following or now >= begins:
        return Outcome()
    reason = f"{here.epoch}{_APART}{following}"
    key = f"{room.team.id}.{here.cycle.number}.{reason}"
    send = Send(key, room.team.id, following, SendKind.PROMPT, now, card=f"would {here.epoch}", expires=begins)
    noted = Occurrence(room.team.id, here.cycle.number, reason, now)
    return Outcome((_entry(room, here, following, "asked"), noted), sends=(send,))


def asked_apart(room: Room, member: str) -> int:
    """How often in this cycle a message of its own asked this person to lead, because somebody else would not."""
    return sum(each.key.endswith(f"{_APART}{member}") for each in room.occurrences)


def _leads_to_weekly_cards(room: Room, here: Standing) -> bool:
    """Whether weekly cards are still to come after this phase."""
    later = (room.course.phases[key] for key in PHASES[PHASES.index(here.phase.key) + 1 :])
    return any(moment.weekday is not None for phase in later for moment in phase.moments)


def leads_now(room: Room, here: Standing, member: str) -> bool:
    """Whether this person may do what whoever leads does: it is theirs, or they said yes to it, or they facilitate."""
    current = lead(room, here)
    agreed = any(member in (each.member, each.beside) and each.state == "accepted" for each in _leads(room, here))
    steady = room.roles(member) & {Role.FACILITATOR, Role.ADMINISTRATOR}
    return bool(current and current.id == member) or agreed or bool(steady)


def _declined(room: Room, here: Standing) -> set[str]:
    return {each.member for each in _leads(room, here) if each.state == "declined"}


def _leads_of(room: Room, here: Standing, member: str) -> bool:
    """Whether this person said yes, or is asked."""
    return any(each.member == member and each.state != "declined" for each in _leads(room, here))


def _guides(room: Room, here: Standing) -> list[Member]:
    """Who guides the team: facilitators, then administrators; who said no to leading this time comes last."""
    declined = _declined(room, here)
    guides = (*room.holders(Role.FACILITATOR), *room.holders(Role.ADMINISTRATOR))
    return sorted(guides, key=lambda guide: guide.id in declined)


def _away(room: Room, here: Standing) -> set[str]:
    """Who is on leave on the day of this phase's meeting."""
    if not here.phase.week or not room.leaves:
        return set()
    try:
        day = meeting_on(room, here.phase)
    except SchoolYearOver:
        return set()
    return {each.member for each in room.leaves if each.first <= day <= each.last}


def _leads(room: Room, here: Standing) -> list[Lead]:
    return [each for each in room.leads if each.phase == f"{here.epoch}.{here.phase.key}"]


def _entry(room: Room, here: Standing, member: str, state: str, beside: str = "") -> Lead:
    return Lead(room.team.id, here.cycle.number, f"{here.epoch}.{here.phase.key}", member, state, beside)
