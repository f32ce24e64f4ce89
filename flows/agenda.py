"""What comes due and what follows from it: each due moment is visited once, and completeness moves a phase on."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain, pairwise
from operator import itemgetter

from . import (
    amendments,
    ask_cards,
    asks,
    cards,
    channels,
    coaching,
    continuity,
    cycle,
    decision_cards,
    decision_dues,
    decisions,
    holds,
    leading,
    needs,
    next_terms,
    phase_cards,
    posts,
    prompts,
    pulses,
    threads,
    timetable,
    wanted,
)
from .flow import Conversation
from .outcome import Outcome
from .people import Role
from .records import Occurrence
from .room import Room
from .sends import Send, SendKind
from .timetable import Due, Standing, standing
from .wanted import Attention

STALE, LATE = "stale", "late"
SOURCES = (timetable, decision_dues, asks, continuity, coaching, next_terms, pulses)
"""What brings due moments."""
_OF_OTHERS = ("terms", coaching.CARD, pulses.KIND)
"""Moments that are an administrator's matter, a coach's or the whole school's, and nothing that the team waits for."""
MOST_STEPS = 12
"""Phases that may open in a row in one transaction; more would be a mistake in the rules."""


def due(room: Room, now: datetime) -> tuple[Due, ...]:
    """What has come due by now and was not visited yet, in order."""
    return tuple(each for each in _open_dues(room) if each.at <= now)


def next_due(room: Room) -> datetime | None:
    """When the team next needs a visit; None when everything waits for people."""
    return next((each.at for each in _open_dues(room)), None)


def next_for_the_team(room: Room) -> datetime | None:
    """When something next comes that is not only an administrator's matter or a coach's; None when nothing does."""
    return next((each.at for each in _open_dues(room) if each.kind not in _OF_OTHERS), None)


def coming(room: Room, now: datetime, taken: Mapping[str, Attention], waits_until: datetime | None = None) -> str:
    """What comes next by itself, in a sentence with its day and hour.

    `taken` is how much of each member's attention the bot has had by now: a reminder that will not go out to
    anybody is not announced. At `waits_until` the first of the messages goes out that were due already.
    """
    here = standing(room)
    if room.hold:
        return holds.told(room)
    if here is None and room.cycle:
        return room.say("coming.agreed" if cycle.said_yes(room) else "coming.finished")
    if here and here.paused:
        return room.say("cycle.status_paused")
    moments = ((_felt(room, each, now, taken), each) for each in _open_dues(room))
    at, found = min(((at, each) for at, each in moments if at), key=itemgetter(0), default=(None, None))
    if waits_until and (at is None or waits_until < at):
        return room.say("coming.message", at=room.calendar.local(waits_until))
    if at is None or found is None:
        keeper = leading.keeper(room, here) if here else None
        if here is None or keeper is None:
            return room.say("coming.none")
        waits = "coming.waits_for_a_need" if phase_cards.is_without_needs(room, here) else "coming.waits"
        return room.say(waits, name=keeper.name)
    phase = here.phase.title if here else ""
    kind = "weekly" if here and not here.phase.week and found.kind == "ask" else found.kind
    return room.say(f"coming.{kind}", at=room.calendar.local(max(at, now)), phase=phase)


def _felt(room: Room, moment: Due, now: datetime, taken: Mapping[str, Attention]) -> datetime | None:
    """When somebody will notice it, as far as is known now: a question or reminder, when it reaches somebody."""
    here = standing(room)
    if moment.kind in (*_OF_OTHERS, amendments.KIND):
        return None
    if moment.kind == "shut":
        return moment.at if here is not None and _votes(room, here) else None
    if moment.kind not in ("ask", "nudge", "remind", "stuck", "word", "overdue", *asks.KINDS):
        return moment.at
    outcome = _act(room, moment, moment.at)
    after = room.having(outcome.keep)
    reached = (wanted.arrives(after, send, now, taken.get(send.to, Attention())) for send in outcome.sends)
    return min((at for at in reached if at), default=None)


def _open_dues(room: Room) -> list[Due]:
    """Every moment that was not visited; none while everything is on hold."""
    if room.hold:
        return []
    visited = {occurrence.key for occurrence in room.occurrences}
    found = [each for source in SOURCES for each in source.dues(room) if each.key not in visited]
    return sorted(found, key=lambda each: (each.at, each.key))


def visit(room: Room, moment: Due, now: datetime) -> Outcome:
    """Do what has come due, unless it is stale, and note that it was visited."""
    note = _note(room, moment, now)
    outcome = Outcome((Occurrence(room.team.id, cycle.number(room), moment.key, moment.at, note),))
    if not note.startswith(STALE):
        outcome += _act(room, moment, now)
    outcome += settle(room.having(outcome.keep), now)
    return channels.settled(room, outcome + redraw(room, outcome, now), now)


def _note(room: Room, moment: Due, now: datetime) -> str:
    """What to remember of a moment that is visited late: a stale one is left out, a late question is not nudged."""
    was_held = holds.covers(room, moment.at)
    if (moment.expires is not None and now > moment.expires) or (was_held and _is_of_its_day(room, moment)):
        return f"{STALE}: on hold" if was_held else STALE
    return LATE if moment.kind == "ask" and room.today(now) > room.today(moment.at) else ""


def _is_of_its_day(room: Room, moment: Due) -> bool:
    """Whether nobody wants it any later: a reminder or a weekly card; what a coming meeting needs is asked late."""
    here = standing(room)
    return moment.kind in ("nudge", "remind") or (moment.kind == "ask" and here is not None and not here.phase.week)


def _act(room: Room, moment: Due, now: datetime) -> Outcome:
    if moment.kind in decision_dues.KINDS:
        return decision_dues.act(room, moment, now)
    if moment.kind in asks.KINDS:
        return asks.act(room, moment)
    if moment.kind == coaching.CARD:
        return coaching.tell(room, moment)
    if moment.kind == pulses.KIND:  # whoever remembers the answers opens and closes it
        return Outcome()
    if moment.kind == "left":
        return continuity.ask_for_successor(room, moment)
    if moment.kind == "terms":
        return next_terms.tell(room, moment)
    here = standing(room)
    assert here is not None
    match moment.kind:
        case "agenda":
            return Outcome(sends=(posts.post(room, f"phase {here.epoch}", moment.at),))
        case "ask":
            return prompts.ask(room, here, moment)
        case "nudge":
            asked_late = any(each.note == LATE and each.key == prompts.asking(moment) for each in room.occurrences)
            return Outcome() if asked_late else prompts.nudge(room, here, moment)
        case "remind":
            return _remind(room, here, moment)
        case "stuck":
            return _tell_beside_the_lead(room, here, moment.at)
        case "shut":
            return _count(room, here, moment.at) if _votes(room, here) else Outcome()
        case _:
            return _close(room, here, now)


def redraw(before: Room, outcome: Outcome, at: datetime, actor: str = "") -> Outcome:
    """What reads differently once these facts are kept: the team's living messages, their threads, and one's own."""
    if not outcome.keep:
        return Outcome()
    after = before.having(outcome.keep)
    fresh = tuple(_closed_early(before, after))
    refreshes = (
        Send(posts.key(after, card), after.team.id, "", SendKind.REFRESH, at, card=card)
        for card in cards.changed(before, after)
        if card not in fresh
    )
    own = (
        Send(key, after.team.id, actor, SendKind.REFRESH, at, card=card)
        for key, card in cards.changed_for(before, after, actor)
    )
    asked = (
        Send(key, after.team.id, to, SendKind.REFRESH, at, card=card)
        for key, card, to in (*decision_cards.stood(before, after), *ask_cards.became(before, after))
    )
    over = chain.from_iterable(prompts.closed(after, first, at) for first in _over(before, after))
    new = (posts.post(after, card, at) for card in dict.fromkeys((*fresh, *_changed_charter(before, after))))
    return Outcome(sends=(*refreshes, *own, *asked, *over, *new, *threads.news(before, after, at)))


def _over(before: Room, after: Room) -> Iterator[Conversation]:
    """The first conversation of each message whose phase is over by these facts: it loses its buttons."""
    then, now = standing(before), standing(after)
    if then is None or (now and (now.cycle, now.epoch) == (then.cycle, then.epoch)):
        return
    occasions = {
        prompts.invitation_key(before, each): each
        for each in before.conversations.values()
        if prompts.is_open(each, then)
    }
    for each in occasions.values():
        yield prompts.together(before, each)[0]


def _changed_charter(before: Room, after: Room) -> Iterator[str]:
    """The card of a charter that is written or changed while its cycle runs: the channel may not have it yet."""
    if before.charter != after.charter and before.cycle == after.cycle and standing(after):
        yield cards.of_charter(after)


def _closed_early(before: Room, after: Room) -> Iterator[str]:
    """The cards of phases that closed before the day of their meeting, where they have something to show."""
    posted = {each.key for each in after.occurrences if not each.note}
    known = {(move.cycle, move.number) for move in before.moves}
    course = [each for each in after.moves if each.cycle == cycle.number(after) and each.kind in ("opened", "finished")]
    for here, following in pairwise(course):
        has_meeting = after.scripts.cycle.phases[here.phase].week > 0
        if has_meeting and (following.cycle, following.number) not in known and f"{here.number}.agenda" not in posted:
            card = cards.draw(after, f"phase {here.number}")
            if card and (card.items or following.kind == "finished"):
                yield f"phase {here.number}"


def settle(room: Room, now: datetime) -> Outcome:
    """What follows by itself: a vote in which everybody voted is counted, a complete phase gives way to the next."""
    outcome = Outcome()
    for decision in () if room.hold else room.decisions:
        outcome += decisions.settle(room, decision, now)
    for _ in range(MOST_STEPS):
        after = room.having(outcome.keep)
        here = standing(after)
        if here is None:
            break
        if here.phase.key == "needs" and _all_voted(after, here):
            counted = _count(after, here, now)
            outcome += counted
            after = after.having(counted.keep)
        if not cycle.is_complete(after, here):
            break
        outcome += cycle.go_on(after, now)
    return outcome


def _votes(room: Room, here: Standing) -> list[Conversation]:
    """The votes that were opened in this phase; none where there was nothing to choose from."""
    return [each for each in room.conversations.values() if each.flow == "vote" and prompts.is_open(each, here)]


def _all_voted(room: Room, here: Standing) -> bool:
    votes = _votes(room, here)
    return bool(votes) and not needs.chosen(room) and all(each.done_at or each.declined_at for each in votes)


def _count(room: Room, here: Standing, at: datetime) -> Outcome:
    """The vote is over: a clear result is recorded, a tie is the team's to decide."""
    if needs.chosen(room):
        return Outcome()
    first = needs.count(room).first
    if len(first) == 1:
        return needs.choose(room, first)
    return _tell_lead(room, here, "tie", "need.tie_to_lead" if first else "need.nobody_voted", at)


def _remind(room: Room, here: Standing, moment: Due) -> Outcome:
    """The day after the meeting, once: nothing was recorded yet."""
    if here.phase.key == "needs" and len(needs.standing_needs(room)) > 1:
        return Outcome()
    return _tell_lead(room, here, "remind", f"phase.remind_{here.phase.key}", moment.at)


def _close(room: Room, here: Standing, now: datetime) -> Outcome:
    """The phase's time is over: it gives way, or waits for what the next one cannot do without."""
    match here.phase.key:
        case "needs" if not needs.chosen(room) and len(needs.standing_needs(room)) != 1:
            return _tell_lead(room, here, "close", "need.choose_to_go_on", now)
        case "needs" if not needs.chosen(room):
            return needs.choose(room, (needs.standing_needs(room)[0].number,))
        case "plan" if cycle.lacks_actions(room, here):
            return _tell_lead(room, here, "close", "plan.needed_to_go_on", now)
    return cycle.go_on(room, now, reason=room.say("cycle.by_time"))


def _tell_lead(room: Room, here: Standing, why: str, phrase: str, at: datetime) -> Outcome:
    """One message to whoever leads, with the form that is waiting for them, unless it is settled already."""
    lead = leading.keeper(room, here)
    if lead is None:
        return Outcome()
    key = f"{room.team.id}.{here.cycle.number}.{here.epoch}.{why}.{lead.id}"
    card = f"lead {here.epoch} {phrase} {timetable.meeting_on(room, here.phase)}"
    if cards.draw(room, card, lead.id) is None:
        return Outcome()
    return Outcome(sends=(Send(key, room.team.id, lead.id, SendKind.PROMPT, at, card=card),))


def _tell_beside_the_lead(room: Room, here: Standing, at: datetime) -> Outcome:
    """Once, to whoever facilitates or else administers: the phase still waits for what its lead was asked for."""
    lead, day = leading.keeper(room, here), room.today(at)
    guides = (*room.holders(Role.FACILITATOR), *room.holders(Role.ADMINISTRATOR))
    others = (each for each in guides if each != lead and not room.is_away(each.id, day) and not each.is_quiet(day))
    helper, card = next(others, None), f"stuck {here.epoch}"
    if helper is None or cards.draw(room, card, helper.id) is None:
        return Outcome()
    key = f"{room.team.id}.{here.cycle.number}.{here.epoch}.stuck"
    return Outcome(sends=(Send(key, room.team.id, helper.id, SendKind.PROMPT, at, card=card),))
