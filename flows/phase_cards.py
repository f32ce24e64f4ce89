"""The team's one message for each phase: the agenda on the day of the meeting, then what came of it."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from math import ceil

from . import charts, cycle, evidence, leading, lines, needs, plan
from .asking import SUBJECTS, duration
from .calendar import SchoolYearOver
from .cycle_script import Phase
from .flow import Conversation
from .markup import escape
from .messages import Button, Chart, Item, Message
from .people import Member
from .prompts import with_hello
from .records import Action, Charter, Move, Need
from .report import short
from .room import Room
from .timetable import Standing, meeting_on, standing


def draw(room: Room, epoch: int) -> Message | None:
    """The message of the phase that was opened by this move."""
    opened = next((move for move in room.moves if move.number == epoch and move.kind == "opened"), None)
    if opened is None:
        return None
    phase = room.course.phases[opened.phase]
    here = standing(room)
    open_now = here if here and here.epoch == epoch else None
    match opened.phase:
        case "convene":
            text, items = _convene(room, phase)
        case "needs":
            text, items = _needs(room, phase)
        case "plan":
            text, items = _plan(room, phase)
        case "act":
            text, items = _act(room, phase)
        case _:
            text, items = _reflect(room, phase, opened)
    title = phase.title
    if open_now and phase.week:
        with suppress(SchoolYearOver):
            title = room.say("phase.meeting", phase=phase.title, day=meeting_on(room, phase))
    return Message(
        text=text,
        title=title,
        items=tuple(items),
        note=_note(room, phase, open_now),
        buttons=tuple(_buttons(room, open_now, opened)),
        preview=room.say("phase.preview", phase=phase.title),
        about=room.team.id,
        chart=_chart(room, opened),
    )


def _chart(room: Room, opened: Move) -> Chart | None:
    match opened.phase:
        case "needs" if _shows_dots(room):
            return charts.dots(room, _listed(room))
        case "act":
            return charts.progress(room, cycle.planned(room))
        case "reflect" if _ends_the_cycle(room, opened):
            return charts.results(room) or charts.progress(room, cycle.planned(room))
    return None


def draw_for_lead(room: Room, about: str, to: str) -> Message | None:
    """What whoever leads is told ("3 need.tie_to_lead 2027-02-10"), with its form; None once it is settled."""
    epoch, phrase, day = about.split(" ")
    here = standing(room)
    if here is None or here.epoch != int(epoch) or _is_settled_for_lead(room, here, phrase, day):
        return None
    lead = room.member(to)
    if is_without_needs(room, here):
        phrase = "need.none_to_go_on" if phrase == "need.choose_to_go_on" else "need.none_to_choose"
    buttons = [_record(room, here, lead)]
    if not cycle.lacks_actions(room, here):
        buttons.append(Button(room.say("phase.met", lead), "met"))
    told = room.say(phrase, lead, phase=here.phase.title, day=meeting_on(room, here.phase))
    return Message(
        text=with_hello(room, lead, told),
        title=here.phase.title,
        note=_how_long(room, here, lead),
        buttons=tuple(buttons),
        preview=here.phase.title,
        about=room.team.id,
    )


def draw_stuck(room: Room, epoch: int, to: str) -> Message | None:
    """What somebody besides the lead is told of a phase that waits beyond its time; None once it does not."""
    here = standing(room)
    if here is None or here.epoch != epoch or not _waits(room, here):
        return None
    guide, phase = room.member(to), here.phase.title
    return Message(
        text=room.say("phase.stuck", guide, phase=phase),
        title=phase,
        note=_how_long(room, here, guide),
        buttons=(_record(room, here, guide),),
        preview=phase,
        about=room.team.id,
    )


def _how_long(room: Room, here: Standing, member: Member) -> str:
    """How long the form takes that records the meeting; naming the first need is short."""
    if is_without_needs(room, here):
        return room.say("engine.half_a_minute", member)
    flow = room.scripts.flow(here.phase.record, member.language)
    each = max(SUBJECTS, len(cycle.planned(room))) if any(group.each for group in flow.groups) else SUBJECTS
    return duration([replace(flow, minutes=ceil(flow.minutes * each / SUBJECTS))], room.phrases(member))


def _waits(room: Room, here: Standing) -> bool:
    """Whether it lacks what the next phase cannot do without."""
    return cycle.lacks_actions(room, here) or (here.phase.key == "needs" and not needs.chosen(room))


def is_without_needs(room: Room, here: Standing) -> bool:
    """Whether the team would choose and has nothing to choose from."""
    return here.phase.key == "needs" and not needs.standing_needs(room)


def _record(room: Room, here: Standing, member: Member | None = None) -> Button:
    """The form for after the meeting; where no need is on record, the one that names the first."""
    if is_without_needs(room, here):
        return Button(room.say("need.form", member), "need", "primary")
    return Button(room.say(f"phase.record_{here.phase.key}", member), "record", "primary")


def _is_settled_for_lead(room: Room, here: Standing, phrase: str, day: str) -> bool:
    """Whether something was written down since, the plan has its action, or the meeting was moved from that day."""
    has_action = phrase == "plan.needed_to_go_on" and not cycle.lacks_actions(room, here)
    return has_action or cycle.is_recorded(room, here) or str(meeting_on(room, here.phase)) != day


def _note(room: Room, phase: Phase, here: Standing | None) -> str:
    """Who leads the meeting; of the phase without one, that what people shared of their weeks stands in its thread."""
    if phase.key == "act":
        return room.say("thread.shared") if lines.of(room, "reflect") else ""
    return _led_by(room, here) if here and phase.week else ""


def _led_by(room: Room, here: Standing) -> str:
    lead, beside = leading.lead(room, here), leading.beside(room, here)
    if lead and beside:
        return room.say("phase.led_by_two", name=lead.name, other=beside.name)
    return room.say("phase.led_by", name=lead.name) if lead else room.say("phase.led_by_nobody")


def _buttons(room: Room, here: Standing | None, opened: Move) -> Iterator[Button]:
    if here is None:
        if _ends_the_cycle(room, opened):
            yield from next_buttons(room)
        return
    if opened.phase == "plan":
        yield Button(room.say("plan.good"), "plan good", "primary")
        yield Button(room.say("plan.mine"), "actions mine")
    if opened.phase == "act":
        yield Button(room.say("plan.mine"), "actions mine", "primary")
        yield Button(room.say("plan.add"), "action")
    if here.phase.record:
        yield replace(_record(room, here), style="plain" if opened.phase == "plan" else "primary")
    if here.phase.week and not cycle.lacks_actions(room, here):
        yield Button(room.say("phase.met"), "met")
    if opened.phase == "needs" and needs.alike(room):
        yield Button(room.say("need.see_alike"), "needs alike")


def next_buttons(room: Room, member: Member | None = None) -> Iterator[Button]:
    """The ways on from a finished cycle: to another one, with or without its charter, and to the report."""
    yield Button(room.say("cycle.another", member), "cycle yes", "primary")
    if room.charter:
        yield Button(room.say("charter.keep", member), "charter keep")
    yield Button(room.say("charter.change" if room.charter else "charter.write", member), "charter change")
    yield Button(room.say("report.open", member), "report")


def _convene(room: Room, phase: Phase) -> tuple[str, Iterator[Item]]:
    charter = _charter(room)
    return _agreed(room, charter) if charter else (phase.goal, lines.items(room, "convene", lines.of(room, "convene")))


def draw_charter(room: Room) -> Message | None:
    """The charter in the channel of a team that did not convene in this cycle; None while it has none."""
    charter = _charter(room)
    if charter is None:
        return None
    text, items = _agreed(room, charter)
    title = room.say("charter.title")
    return Message(text, title=title, items=tuple(items), preview=title, about=room.team.id)


def _charter(room: Room) -> Charter | None:
    return next((each for each in room.charters if each.cycle == cycle.number(room)), None)


def _agreed(room: Room, charter: Charter) -> tuple[str, Iterator[Item]]:
    parts = (("norms", charter.norms), ("purpose", charter.purpose))
    items = (Item(words, room.say(f"charter.{part}"), quoted=True) for part, words in parts if words)
    return room.say("charter.agreed", priority=charter.priority), items


def _needs(room: Room, phase: Phase) -> tuple[str, Iterator[Item]]:
    return _needs_text(room, phase), _needs_items(room)


def _needs_text(room: Room, phase: Phase) -> str:
    if chosen := needs.chosen(room):
        return room.say("need.chosen", needs="; ".join(need.text for need in chosen))
    voted = needs.count(room)
    if voted.is_tied and _vote_is_over(room):
        return room.say("need.tie", needs=" · ".join(needs.find(room, number).text for number in voted.first))
    return phase.goal


def _vote_is_over(room: Room) -> bool:
    epoch = max(move.number for move in room.moves if move.kind == "opened" and move.phase == "needs")
    here = f"{cycle.number(room)}.{epoch}"
    votes = [each for each in room.conversations.values() if each.flow == "vote" and each.phase == here]
    is_shut = any(each.key.startswith(f"{epoch}.shut") for each in room.occurrences)
    return bool(votes) and (is_shut or all(_is_settled(each) for each in votes))


def _is_settled(conversation: Conversation) -> bool:
    return bool(conversation.done_at or conversation.declined_at)


def _shows_dots(room: Room) -> bool:
    return _vote_is_over(room) and needs.shows_dots(room)


def _listed(room: Room) -> tuple[Need, ...]:
    """The needs that the script lets the team see: all, or only what was chosen."""
    return needs.chosen(room) if room.scripts.flow("needs").shares == "nothing" else needs.standing_needs(room)


def _needs_items(room: Room) -> Iterator[Item]:
    """The list as the script lets the team see it: with names or without them."""
    shares = room.scripts.flow("needs").shares
    dots = needs.count(room).dots if _shows_dots(room) else {}
    for need in _listed(room):
        by = escape(room.name(need.author)) if shares == "with names" else ""
        count = room.say("need.dots", count=dots[need.number]) if dots.get(need.number) else ""
        detail = " · ".join(filter(None, (by, count or escape(need.evidence))))
        text = " / ".join((need.text, *needs.merged_texts(room, need)))
        yield Item(text, room.say("need.label", number=need.number), detail=detail, quoted=True)
    if room.scripts.flow("resources").shares != "nothing":
        yield from _resources(room)
    yield from lines.items(room, "needs", lines.of(room, "needs"))


def _resources(room: Room) -> Iterator[Item]:
    named = room.scripts.flow("resources").shares == "with names"
    for resource in needs.standing_resources(room):
        by = escape(room.name(resource.author)) if named else ""
        yield Item(resource.text, room.say("resource.label", number=resource.number), detail=by, quoted=True)


def _plan(room: Room, phase: Phase) -> tuple[str, Iterator[Item]]:
    actions = cycle.planned(room)
    here = standing(room)
    is_open = bool(actions and here and here.phase.key == phase.key)
    return (room.say("plan.text") if is_open else phase.goal), (_planned(room, action) for action in actions)


def _planned(room: Room, action: Action) -> Item:
    need = next((each.text for each in room.needs if each.number == action.need), "")
    resource = next((each.text for each in room.resources if each.number == action.resource), "")
    parts = (
        _who_and_when(room, action),
        room.say("action.for_need", need=need) if need else "",
        room.say("action.uses", resource=resource) if resource else "",
        room.say("action.predicts", prediction=action.prediction) if action.prediction else "",
        room.say("action.know", measure=action.measure) if action.measure else "",
    )
    return Item(
        action.what,
        room.say("action.label", number=action.number),
        "\n".join(filter(None, parts)),
        quoted=True,
    )


def _act(room: Room, phase: Phase) -> tuple[str, Iterator[Item]]:
    return phase.goal, _act_items(room)


def _act_items(room: Room) -> Iterator[Item]:
    for action in sorted(cycle.planned(room), key=plan.urgency):
        yield Item(action.what, room.say("action.label", number=action.number), progress(room, action), quoted=True)


def progress(room: Room, action: Action, reader: str = "") -> str:
    """How an action stands, in one line, for the team or for one person: what blocks it comes first."""
    who = _who_and_when(room, action, reader)
    match action.state, action.status:
        case "done", _:
            return room.say("action.is_done", who=who)
        case _, "blocked":
            return room.say("action.is_blocked", who=who, blocker=action.blocker)
        case _, "on_track":
            return room.say("action.is_on_track", who=who)
    return who


def _who_and_when(room: Room, action: Action, reader: str = "") -> str:
    """Whose it is and by when; who has not said yes yet is named to themselves and to whoever asks them alone."""
    name, is_private = room.name(action.owner), reader in (action.owner, action.proposed_by)
    day = cycle.day_of(room, action)
    if day is None:
        return room.say("action.who_anew", owner=name) if action.state == "open" else room.say("action.asked_anew")
    if action.state != "proposed":
        return room.say("action.who_when", owner=name, day=day)
    if is_private:
        return room.say("action.waits_for", name=name, day=day)
    return room.say("action.being_asked", day=day)


def _reflect(room: Room, phase: Phase, opened: Move) -> tuple[str, Iterator[Item]]:
    if not _ends_the_cycle(room, opened):
        return phase.goal, _reflect_items(room)
    items = chain(short.head(room), _reflect_items(room), short.foot(room))
    return room.say("phase.finished", number=cycle.number(room)), items


def _ends_the_cycle(room: Room, opened: Move) -> bool:
    """Whether the finished cycle ended with this opening of its last phase: one that was opened again did not."""
    last = max(move.number for move in room.moves if move.kind == "opened")
    return standing(room) is None and opened.phase == "reflect" and opened.number == last


def _reflect_items(room: Room) -> Iterator[Item]:
    results = {result.action: result for result in cycle.results(room)}
    weighed = [action for action in room.actions if action.number in results]
    for action in weighed or cycle.planned(room):
        result = results.get(action.number)
        came = room.say(f"result.{result.verdict}", text=result.text) if result else ""
        predicted = room.say("action.predicts", prediction=action.prediction) if action.prediction else ""
        yield Item(
            action.what,
            room.say("action.label", number=action.number),
            "\n".join(filter(None, (predicted, came))),
            quoted=True,
        )
        yield from evidence.items(room, action.number)
    yield from lines.items(room, "results", lines.of(room, "results"))
    yield from lines.items(room, "close", lines.of(room, "close"))
