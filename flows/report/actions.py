"""The actions of a report: each prediction beside its result, and what became of the action."""

from collections.abc import Iterator

from .. import evidence
from ..cycle import day_of
from ..records import Action, Resource, Result
from ..room import Room
from .decisions import roles
from .entries import ActionEntry, Practice, Seen
from .needs import words
from .saying import Say


def entries(room: Room, say: Say) -> Iterator[ActionEntry]:
    """The actions that the team worked on in this cycle."""
    results = {result.action: result for result in room.results}
    for action in room.actions:
        result = results.get(action.number)
        if _was_worked_on(room, action, result):
            yield _entry(room, action, result, say)


def practices(room: Room) -> Iterator[Practice]:
    """What the team has adopted, in this cycle or before, and when each comes back for review."""
    adopted = {result.action for result in room.results if result.verdict == "adopt"}
    for action in room.actions:
        if action.number in adopted or (action.state == "done" and action.review_on):
            yield Practice(action.what, action.review_on)


def _was_worked_on(room: Room, action: Action, result: Result | None) -> bool:
    """Whether it is of this cycle, or was open, done or weighed in it; one that was declined never began."""
    cycle = room.cycles[-1]
    was_done = action.done_on is not None and action.done_on >= cycle.started_on
    is_ours = action.cycle == cycle.number or action.state in ("open", "proposed")
    return action.state != "declined" and (is_ours or was_done or result is not None)


def _entry(room: Room, action: Action, result: Result | None, say: Say) -> ActionEntry:
    end = _end(action, result)
    return ActionEntry(
        label=say("action_label", number=action.number),
        number=action.number,
        what=action.what,
        owner=say("being_asked") if action.state == "proposed" else room.name(action.owner),
        due=action.due,
        need=words(room, action.need),
        resource=_resource(room, action),
        why_without=action.reason,
        prediction=action.prediction,
        measure=action.measure,
        blocker=action.blocker,
        seen=tuple(_seen(room, action, say)),
        result=result.text if result else "",
        end=end,
        goes_on=action.state in ("open", "proposed") and end not in ("adopt", "abandon"),
        day_ahead=day_of(room, action),
    )


def _seen(room: Room, action: Action, say: Say) -> Iterator[Seen]:
    for each in evidence.of(room, action.number):
        yield Seen(each.text, roles(room, [each.author], say))


def _resource(room: Room, action: Action) -> str:
    resource = room.numbered(Resource, action.resource)
    return resource.text if resource and resource.state == "open" else ""


def _end(action: Action, result: Result | None) -> str:
    """What became of it: the team's verdict, or how it stands without one."""
    if result:
        return result.verdict
    return "blocked" if action.state == "open" and action.status == "blocked" else action.state
