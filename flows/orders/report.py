"""The command that answers with a short report of the cycle."""

from collections.abc import Iterator

from ..commands import Call, Command
from ..markup import escape
from ..messages import Item
from ..outcome import Outcome
from ..report import Report, build


def report(call: Call) -> Outcome:
    """Say what came of the cycle, or what there is of it so far; raises Refused before the first one."""
    built = build(call.room, call.me)
    items = tuple(_items(built))
    text = built.when if items else f"{built.when}\n{built.words['empty']}"
    return call.tell(escape(text), title=built.title, items=items)


def _items(built: Report) -> Iterator[Item]:
    """The priority, the chosen needs, decisions, actions with what became of them, and what goes on."""
    words = built.words
    if built.priority:
        yield Item(built.priority, words["priority"], quoted=True)
    for need in built.needs:
        if "chosen" in need.marks:
            yield Item(need.text, words["chosen_needs"], quoted=True)
    for decision in built.decisions:
        yield Item(decision.question, decision.label, words[f"state_{decision.state}"], quoted=True)
    for action in built.actions:
        yield Item(action.what, action.label, words[f"end_{action.end}"], quoted=True)
    carried = [
        *(action.what for action in built.carried_actions()),
        *(need.text for need in built.carried_needs()),
    ]
    if carried:
        yield Item(" · ".join(carried), words["carried"], quoted=True)


COMMANDS = (Command("report", "report", report, alone=True),)
