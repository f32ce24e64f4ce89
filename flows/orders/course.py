"""The commands about the course of a cycle."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from .. import cycle, facilitation, holds, leading, prompts
from ..calendar import SchoolYearOver
from ..commands import Call, Command, WhichOne, because
from ..cycle_script import PHASES
from ..dates import NotADay
from ..messages import Button, Field, Form, Item, Kind, Option, Value
from ..options import folded
from ..outcome import Outcome, Refused
from ..phase_cards import is_without_needs
from ..phrases import Raw
from ..records import Charter
from ..sight import LEVELS, level
from ..talk import open_conversation
from ..timetable import Standing, meeting_on, opens_on, standing

JUST_OPENED = timedelta(minutes=2)
"""Two people who close the same phase at nearly the same time mean one step, not two."""


def status(call: Call) -> Outcome:
    """Say where the cycle stands and what comes next."""
    here = standing(call.room)
    if here is None:
        return call.tell(where(call), Button(call.say("cycle.start_button"), "cycle start"))
    items = [
        Item(call.say("cycle.phase_line", mark=_mark(here.phase.key, key), phase=phase.title, goal=phase.goal))
        for key, phase in call.room.course.phases.items()
    ]
    return call.tell(where(call), title=call.say("cycle.title"), items=items)


def where(call: Call) -> str:
    """Where the team stands and what comes next, in a sentence or two."""
    here = standing(call.room)
    if call.room.hold:
        return holds.told(call.room, call.me)
    if here is None and call.room.cycle is None:
        return call.say("cycle.status_none")
    if here is None:
        return call.say("cycle.status_agreed" if cycle.said_yes(call.room) else "cycle.status_finished")
    if here.paused:
        return call.say("cycle.status_paused")
    return call.say("cycle.status", number=here.cycle.number, phase=here.phase.title, next=Raw(_coming(call, here)))


def _mark(now: str, key: str) -> str:
    order = PHASES.index(key) - PHASES.index(now)
    return "✓" if order < 0 else "●" if order == 0 else "○"


def _coming(call: Call, here: Standing) -> str:
    """What comes next, in a sentence."""
    try:
        return _next_meeting(call, here)
    except SchoolYearOver:
        return call.say("cycle.next_terms")


def _next_meeting(call: Call, here: Standing) -> str:
    if here.phase.week:
        lead, day = leading.lead(call.room, here), meeting_on(call.room, here.phase)
        if call.today > day:
            keeper = leading.keeper(call.room, here)
            return call.say("cycle.after_meeting", day=day, name=keeper.name if keeper else "")
        return call.say("cycle.next_meeting" if lead else "cycle.who_leads", day=day, name=lead.name if lead else "")
    reflect = call.room.course.phases["reflect"]
    return call.say("cycle.next_weekly", day=opens_on(call.room, reflect))


def go_on(call: Call) -> Outcome:
    """Close the phase early, or skip it with a reason."""
    here = cycle.running(call.room)
    _require_not_just_opened(call, here)
    reason = _reason(call)
    if not because(reason) and not cycle.is_complete(call.room, here):
        field = Field("reason", call.say("cycle.skip_needs_a_reason", phase=here.phase.title), Kind.LONG)
        return call.show(Form("order cycle next", call.say("cycle.next_title"), (field,), about=call.room.team.id))
    outcome = cycle.go_on(call.room, call.now, call.me.id, reason)
    now_open = standing(call.room.having(outcome.keep))
    if now_open is None:
        return outcome + call.tell(call.say("cycle.finished"))
    went_on = call.say("cycle.went_on", before=here.phase.title, after=now_open.phase.title)
    coming = _coming(replace(call, room=call.room.having(outcome.keep)), now_open)
    sooner = call.say("cycle.sooner") if now_open.phase.key == "reflect" else ""
    return outcome + call.tell(" ".join(filter(None, (went_on, coming, sooner))))


def _reason(call: Call) -> str:
    """The reason behind `cycle next`; words that only ask for it, like "phase, please" and "now", are none."""
    idle = call.room.phrases(call.me).words("cycle.no_reason")
    words = re.findall(r"\w+", folded(call.rest))
    return "" if all(word in idle for word in words) else call.rest


def go_on_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `cycle next`."""
    if not values.get("reason"):
        raise Refused(call.say("answers.missing"), "reason")
    return go_on(replace(call, rest=str(values["reason"])))


def _require_not_just_opened(call: Call, here: Standing) -> None:
    """Raise Refused where somebody else has just closed the phase before this one, or come back to this one.

    What the bot opened by itself has no author, and the first phase of a cycle follows none.
    """
    by = here.opened.by
    if by and by != call.me.id and here.epoch > 1 and call.now - here.opened.at < JUST_OPENED:
        name, phase = call.room.name(by), here.phase.title
        raise Refused(call.say("cycle.just_opened", name=name, phase=phase))


def extend(call: Call) -> Outcome:
    """Move the meeting of this phase, or the next one if it has none, to a later day."""
    phase = cycle.meets_next(call.room)
    if not call.rest:
        return call.show(
            Form(
                "order cycle extend",
                call.say("cycle.extend_title"),
                (Field("until", call.say("cycle.extend_until"), Kind.DATE),),
                about=call.room.team.id,
            )
        )
    until = call.sure_day(re.sub(r"^(to|until|by) ", "", call.rest))
    outcome = cycle.extend(call.room, until, call.now, call.me.id)
    return outcome + call.tell(call.say("cycle.extended", phase=phase.title, day=until))


def extend_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `cycle extend`."""
    return extend(replace(call, rest=str(values.get("until") or "")))


def pause(call: Call) -> Outcome:
    """Stop what the bot would start, until somebody resumes; a reason may follow."""
    resumes = Button(call.say("cycle.resume_button"), "cycle resume")
    outcome = cycle.pause(call.room, call.now, call.me.id, because(call.rest))
    if _names_an_end(call):
        pause_now = Button(call.say("cycle.pause_button"), "cycle pause", "primary")
        return call.tell(call.say("cycle.pause_has_no_end"), pause_now)
    is_bare = call.say("cycle.no_reason_needed") if not call.rest else ""
    return outcome + call.tell(f"{call.say('cycle.paused')} {is_bare}".strip(), resumes)


def _names_an_end(call: Call) -> bool:
    """Whether a day or a stretch of days follows, as in "cycle pause until Friday" or "cycle pause for 2 weeks"."""
    first, _, rest = call.rest.partition(" ")
    words = rest if folded(first) in call.room.phrases(call.me).words("answers.words.until") else call.rest
    try:
        return bool(call.day(words))
    except Refused as refusal:
        return not isinstance(refusal.__cause__, NotADay) or call.days(words) is not None


def resume(call: Call) -> Outcome:
    """Go on after a pause."""
    return cycle.resume(call.room, call.now, call.me.id) + call.tell(call.say("cycle.resumed"))


def reopen(call: Call) -> Outcome:
    """Open an earlier phase again, or the last one of a finished cycle, with a reason."""
    first, _, rest = call.rest.partition(" ")
    named = first.casefold().strip(":,.")
    phase, reason = (named, rest) if named in PHASES else ("", call.rest)
    if not call.rest:
        return call.show(_reopen_form(call))
    outcome = cycle.reopen(call.room, phase, call.now, call.me.id, because(reason))
    here = cycle.running(call.room.having(outcome.keep))
    if standing(call.room):
        return outcome + call.tell(call.say("cycle.reopened", phase=here.phase.title))
    text = call.say("cycle.reopened_at_its_end", number=here.cycle.number, phase=here.phase.title)
    return outcome + call.tell(text, Button(call.say(f"phase.record_{here.phase.key}"), "record", "primary"))


def _reopen_form(call: Call) -> Form:
    """Which phase opens again, and why."""
    options = tuple(Option(key, call.room.course.phases[key].title) for key in cycle.reopenable(call.room))
    fields = (
        Field("phase", call.say("cycle.ask_reopen"), Kind.OPTIONS, options, value=options[-1].key),
        Field("reason", call.say("decide.ask_reason"), Kind.LONG),
    )
    return Form("order cycle reopen", call.say("cycle.reopen_title"), fields, about=call.room.team.id)


def reopen_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `cycle reopen`."""
    if not values.get("reason"):
        raise Refused(call.say("answers.missing"), "reason")
    return reopen(replace(call, rest=f"{values.get('phase') or ''} {values['reason']}".strip()))


def hand_over(call: Call) -> Outcome:
    """Make somebody else the facilitator."""
    if not call.rest:
        raise WhichOne(call.say("cycle.hand_over_to_whom"))
    successor = call.person(call.rest.removeprefix("to "))
    outcome = facilitation.hand_over(call.room, successor.id, call.me.id, call.key, call.now)
    told = call.say("cycle.handed_over", name=successor.name)
    return outcome + call.tell(f"{told} {call.say('facilitation.is_told')}" if outcome.sends else told)


def channel_here(call: Call) -> Outcome:
    """Make the channel in which it is said the one that the team reads."""
    if call.channel is None:
        return call.tell(call.say("channel.not_here"))
    return Outcome((call.channel,)) + call.tell(call.say("channel.kept"))


def another(call: Call) -> Outcome:
    """Say yes to another cycle."""
    outcome = cycle.agree(call.room, "next", call.me.id, call.now)
    if cycle.said_yes(call.room.having(outcome.keep)):
        return outcome + call.tell(call.say("cycle.agreed"), Button(call.say("cycle.start_button"), "cycle start"))
    return outcome + call.tell(call.say("cycle.said_yes"))


def keep_charter(call: Call) -> Outcome:
    """Keep the charter for the next cycle."""
    return cycle.agree(call.room, "charter", call.me.id, call.now) + call.tell(call.say("charter.kept"))


def change_charter(call: Call) -> Outcome:
    """Open the charter to write or change it; while the team convenes, that is what whoever leads fills in."""
    if call.room.cycle is None:
        raise Refused(call.say("cycle.none"))
    here = standing(call.room)
    if here and here.phase.key == "convene":
        return record(call)
    known = call.room.charter
    fields = tuple(
        Field(part, call.say(f"charter.{part}"), Kind.LONG, value=getattr(known, part) if known else None)
        for part in ("norms", "purpose", "priority")
    )
    options = tuple(Option(each, call.say(f"coach.shows_{each}")) for each in LEVELS)
    shown = Field("coach", call.say("coach.ask_shows"), Kind.OPTIONS, options, level(call.room))
    return call.show(Form("order charter change", call.say("charter.title"), (*fields, shown), about=call.room.team.id))


def charter_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `charter change`: the running cycle has it at once; between two cycles it is the one to keep.

    A finished cycle that was opened again may have a successor with a charter already: that one is changed too.
    """
    words = {part: str(values.get(part) or "").strip() for part in ("norms", "purpose", "priority")}
    if not words["priority"]:
        raise Refused(call.say("answers.missing"), "priority")
    shown = str(values.get("coach") or level(call.room))
    if shown not in LEVELS:
        raise Refused(call.say("answers.choose"), "coach")
    number = cycle.number(call.room) + (0 if standing(call.room) else 1)
    numbers = (number, *(each.cycle for each in call.room.charters if each.cycle > number))
    changed = Outcome(tuple(Charter(call.room.team.id, each, by=call.me.id, coach=shown, **words) for each in numbers))
    if standing(call.room):
        return changed + call.tell(call.say("charter.changed_now"))
    kept = cycle.agree(call.room.having(changed.keep), "charter", call.me.id, call.now)
    return changed + kept + call.tell(call.say("charter.changed"))


def record(call: Call) -> Outcome:
    """Open the form that whoever leads fills in after the meeting."""
    here = cycle.running(call.room)
    if not here.phase.record:
        raise Refused(call.say("cycle.no_meeting", phase=here.phase.title))
    call.require("record", leading.leads_now(call.room, here, call.me.id), call.say("refused.lead"))
    if is_without_needs(call.room, here):
        name, did = Button(call.say("need.form"), "need", "primary"), Button(call.say("phase.met"), "met")
        return call.tell(call.say("need.none_to_choose", day=meeting_on(call.room, here.phase)), name, did)
    own = next(
        (
            each
            for each in call.room.conversations.values()
            if each.member == call.me.id and each.flow == here.phase.record and prompts.is_open(each, here)
        ),
        None,
    )
    flow = call.room.scripts.flow(here.phase.record, call.me.language)
    conversation = own or prompts.begin(call.room, here, flow, call.me, f"{here.epoch}.record", call.now)
    fresh = (
        replace(conversation, choices=prompts.choices(call.room, flow, call.me.id))
        if not conversation.answers
        else conversation
    )
    return open_conversation(call, fresh, "form")


def met(call: Call) -> Outcome:
    """ "We did this in the room": complete the step as it is."""
    here = cycle.running(call.room)
    _require_not_just_opened(call, here)
    outcome = cycle.met(call.room, call.now, call.me.id)
    call.require("met", leading.leads_now(call.room, here, call.me.id), call.say("refused.lead"))
    return outcome + call.tell(call.say("phase.done_in_the_room", phase=here.phase.title))


COMMANDS = (
    Command("cycle", "cycle status", status, listed=False, alone=True),
    Command("cycle status", "cycle status", status, alone=True),
    Command("cycle next", "cycle next", go_on, go_on_filled),
    Command("cycle extend", "cycle extend", extend, extend_filled),
    Command("cycle pause", "cycle pause", pause),
    Command("cycle resume", "cycle resume", resume),
    Command("cycle reopen", "cycle reopen", reopen, reopen_filled),
    Command("cycle hand over", "cycle hand over", hand_over),
    Command("cycle yes", "cycle yes", another, alone=True),
    Command("channel here", "channel here", channel_here, alone=True),
    Command("charter keep", "charter keep", keep_charter, alone=True),
    Command("charter change", "charter change", change_charter, charter_filled),
    Command("record", "record", record, alone=True),
    Command("met", "met", met, alone=True),
)
