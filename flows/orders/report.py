"""The commands that answer with a short report of the cycle, and with what the team has agreed and adopted."""

from collections.abc import Iterator

from .. import charts, influence
from ..commands import Call, Command
from ..markup import escape
from ..messages import Item
from ..outcome import Outcome
from ..phrases import Raw
from ..report import Report, build
from ..report.actions import practices


def report(call: Call) -> Outcome:
    """Say what came of the cycle, or what there is of it so far; raises Refused before the first one."""
    built = build(call.room, call.now, call.me)
    items, partly = tuple(_items(call, built)), built.words["partly"] if built.hidden else ""
    text = built.when if items or partly else f"{built.when}\n{built.words['empty']}"
    return call.tell(
        escape(text), title=built.title, items=items, chart=charts.participation(call.room), note=escape(partly)
    )


def _items(call: Call, built: Report) -> Iterator[Item]:
    """The priority, the chosen needs, decisions, asks, actions with what became of them, and what goes on."""
    words = built.words
    if built.priority:
        yield Item(built.priority, words["priority"], quoted=True)
    for need in built.needs:
        if "chosen" in need.marks:
            yield Item(need.text, words["chosen_needs"], quoted=True)
    for decision in built.decisions:
        yield Item(decision.question, decision.label, words[f"state_{decision.state}"], quoted=True)
    for ask in built.asks:
        state = words[f"ask_{ask.state}"]
        became = call.say("ask.answered_line", line=Raw(state), answer=ask.answer) if ask.answer else state
        yield Item(ask.what, ask.label, became, quoted=True)
    for action in built.actions:
        yield Item(action.what, action.label, words[f"end_{action.end}"], quoted=True)
    for theme in built.learned:
        for voice in theme.voices:
            yield Item(voice.text, theme.label, escape(voice.name), quoted=True)
    for evidence in built.evidence:
        for known in evidence.indicators:
            yield Item(known.what, escape(evidence.outcome), escape(known.moved or known.seen), quoted=True)
    carried = [
        *(action.what for action in built.carried_actions()),
        *(need.text for need in built.carried_needs()),
    ]
    if carried:
        yield Item(" · ".join(carried), words["carried"], quoted=True)


def how_we_work(call: Call) -> Outcome:
    """Show the charter, and what the team has adopted with the day on which each comes back for review."""
    items = (*_charter(call), *_practices(call))
    text = "" if items else call.say("charter.nothing_yet")
    return call.tell(text, title=call.say("charter.how_we_work"), items=items)


def _charter(call: Call) -> Iterator[Item]:
    if charter := call.room.charter:
        for part in ("priority", "norms", "purpose"):
            if words := getattr(charter, part):
                yield Item(words, call.say(f"charter.{part}"), quoted=True)


def _practices(call: Call) -> Iterator[Item]:
    for practice in practices(call.room):
        review = call.say("charter.review_on", day=practice.review_on) if practice.review_on else ""
        yield Item(practice.what, call.say("charter.adopted"), review, quoted=True)


def how_we_decide(call: Call) -> Outcome:
    """Show how the team's decisions were taken, and what was proposed, owned and led, by role."""
    room, me, title = call.room, call.me, call.say("influence.title")
    if not influence.decided(room):
        return call.tell(call.say("influence.none"), title=title)
    items, chart = influence.items(room, me), influence.chart(room, me)
    told = "" if chart else influence.told(room, me)  # a chart tells it
    return call.tell(told, title=title, items=items, chart=chart, note=call.say("influence.note"))


COMMANDS = (
    Command("report", "report", report, alone=True),
    Command("how we decide", "influence", how_we_decide, alone=True),
    Command("how we work here", "report", how_we_work, alone=True),
    Command("practices", "report", how_we_work, listed=False, alone=True),
    Command("charter", "report", how_we_work, listed=False, alone=True),
)
