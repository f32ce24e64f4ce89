"""What goes into the thread of a message in the channel: a decision's turns, a week's shared lines, a moved meeting."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta

from . import cycle, decisions, lines, posts
from .calendar import SchoolYearOver
from .decision_cards import why_back
from .decision_records import Decision
from .messages import Message
from .records import Line
from .room import Room
from .sends import Send, SendKind
from .timetable import meeting_on, standing

WEEKLY = "reflect"
"""the flow whose lines are gathered by week"""
_CLOSINGS = ("decided", "returned", "withdrawn")
_BY_MODE = ("decided", "returned")
Week = tuple[int, date]
"""the opening of the phase under whose card it stands, and the Monday"""


def draw(room: Room, card: str) -> Message | None:
    """Draw a reply from the facts of now; None where it says nothing any more."""
    kind, *about = card.split(" ")
    if kind == "week":
        return _draw_week(room, (int(about[0]), date.fromisoformat(about[1])))
    if kind == "moved":
        return _draw_moved(room, int(about[0]), date.fromisoformat(about[1]))
    return _draw_turn(room, int(about[0]), about[1])


def news(before: Room, after: Room, at: datetime) -> Iterator[Send]:
    """The replies that follow from these facts, and those that stand there and read differently now."""
    for decision in after.decisions:
        known = before.numbered(Decision, decision.number)
        if known and (turn := _turn(known, decision)) and decisions.is_out(before, known, at):
            yield _reply(after, f"decision {decision.number}", f"turn {decision.number} {turn}", at)
    then, now = weeks(before), weeks(after)
    for week, shared in now.items():
        if shared != then.get(week):
            yield from _of_week(after, week, at, is_new=week not in then)
    yield from _moved_meeting(before, after, at)


def weeks(room: Room) -> Mapping[Week, tuple[Line, ...]]:
    """The shared lines of each week in which somebody shared any; one that was taken back is empty.

    A line belongs to the week whose card it answers, however late it was written or shared.
    """
    found: dict[Week, tuple[Line, ...]] = {}
    for line in room.lines:
        if line.flow == WEEKLY and (week := _week(room, line)):
            found[week] = (*found.get(week, ()), line)
    return found


def is_empty(room: Room, card: str) -> bool:
    """Whether it would be a first reply without anything in it: all that was shared is taken back."""
    message = draw(room, card)
    return message is None or (card.startswith("week ") and not message.items)


def _week(room: Room, line: Line) -> Week | None:
    conversation = room.conversations.get(line.origin.partition("#")[0])
    if conversation is None:
        return None
    day = room.today(conversation.opened_at)
    return int(conversation.phase.partition(".")[2]), day - timedelta(days=day.weekday())


def _of_week(room: Room, week: Week, at: datetime, *, is_new: bool) -> Iterator[Send]:
    """The week's reply, once it has a line; what stands there is drawn anew, in its place."""
    epoch, monday = week
    reply = _reply(room, f"phase {epoch}", f"week {epoch} {monday}", at)
    if any(line.text for line in weeks(room)[week]):
        yield reply
    if not is_new:
        yield Send(reply.key, room.team.id, "", SendKind.REFRESH, at, card=reply.card)


def _moved_meeting(before: Room, after: Room, at: datetime) -> Iterator[Send]:
    """Whoever has seen the card of the day hears that the meeting is on another one."""
    then, now = standing(before), standing(after)
    if then is None or now is None or (then.cycle, then.epoch) != (now.cycle, now.epoch):
        return
    with suppress(SchoolYearOver):
        if now.phase.week and posts.has_come(before, str(now.epoch)) and not cycle.is_recorded(after, now):
            day = meeting_on(after, now.phase)
            if day != meeting_on(before, now.phase):
                yield _reply(after, f"phase {now.epoch}", f"moved {now.epoch} {day}", at)


def _reply(room: Room, under: str, card: str, at: datetime) -> Send:
    post = posts.key(room, under)
    return Send(f"{post}:{card}", room.team.id, "", SendKind.REPLY, at, card=card, under=post)


def _draw_week(room: Room, week: Week) -> Message:
    epoch, monday = week
    shared = [line for line in weeks(room).get(week, ()) if line.text]
    opened = next(each for each in room.moves if each.number == epoch and each.kind == "opened")
    phase, title = room.course.phases[opened.phase].title, room.say("thread.week", day=monday)
    return Message(
        "" if shared else room.say("thread.taken_back"),
        title=title,
        items=tuple(lines.items(room, WEEKLY, shared)),
        preview=title,
        about=room.team.id,
        replies_to=room.say("thread.replies_to", title=phase),
    )


def _draw_moved(room: Room, epoch: int, day: date) -> Message | None:
    """On which day the meeting is now; None once that is another one, or over."""
    here = standing(room)
    if here is None or here.epoch != epoch or meeting_on(room, here.phase) != day:
        return None
    preview = room.say("phase.preview", phase=here.phase.title)
    return Message(
        room.say("thread.moved", phase=here.phase.title, day=day),
        preview=preview,
        about=room.team.id,
        replies_to=room.say("thread.replies_to", title=here.phase.title),
    )


def _turn(before: Decision, after: Decision) -> str:
    """The turn that a decision took, named so that it takes none of the name twice; empty where it took none."""
    if before.state not in (*decisions.WAITING, "decided"):
        return ""
    if after.revision != before.revision:
        what = "amended"
    elif after.extended != before.extended:
        what = "extended"
    else:
        what = after.state if after.state != before.state and after.state in _CLOSINGS else ""
    return what and f"{what}.{after.revision}.{int(after.extended)}"


def _draw_turn(room: Room, number: int, turn: str) -> Message | None:
    """One line about a decision, while it stands so: in the night after it came back, its owner may have gone on."""
    decision = room.numbered(Decision, number)
    what, revision, _ = turn.split(".")
    stands = what if what in _CLOSINGS else "open" if decision and decision.closes_at else "decided"
    if decision is None or (decision.state, decision.revision) != (stands, int(revision)):
        return None
    closes = decisions.closes(room, decision)
    preview = room.say(f"decide.preview_{decision.state}", number=number)
    phrase = f"thread.{what}_{decision.mode}" if what in _BY_MODE or decision.mode == "tell" else f"thread.{what}"
    return Message(
        room.say(phrase, number=number, closes=closes, why=why_back(room, decision)),
        preview=preview,
        about=room.team.id,
        replies_to=room.say("thread.replies_to", title=room.say("decide.label", number=number)),
    )
