"""What a person finds at home: what waits for them, what is theirs, where the team is, what is known of them."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from .. import amendments, asks, cycle, decisions, doubts, engine, founding, leaves, plan, talk
from ..calendar import SchoolYearOver, parse_time
from ..commands import Call, Command
from ..decision_records import Decision
from ..invitations import action_item, decision_items, declined_item, returned_items
from ..messages import Button, Item
from ..newcomers import in_order
from ..outcome import Outcome
from ..people import FOR_GOOD
from ..phase_cards import next_buttons
from ..timetable import standing
from ..zones import called, is_another_time
from . import ask
from .course import where
from .own_time import told


def home(call: Call) -> Outcome:
    """Show it all in one message; Slack draws it as the App Home."""
    items = (
        *_doubts(call),
        *_questions(call),
        *decision_items(call.room, call.me, call.now),
        *returned_items(call.room, call.me),
        *(ask.entry(call, each) for each in asks.owed(call.room, call.me.id, call.now)),
        *_not_out(call),
        *_declined(call),
        *_actions(call),
        _known(call),
    )
    is_first = founding.comes_first(call.room, call.me)
    buttons = (
        *(() if is_first else (*_ways_on(call), Button(call.say("decide.form"), "decide"))),
        Button(call.say("engine.who_sees_what"), "who sees what"),
        Button(call.say("help.title"), "help"),
    )
    text = call.say("founding.first") if is_first else _where(call)
    return call.tell(text, *buttons, title=call.room.team.name, items=items)


def _where(call: Call) -> str:
    """Where the team stands; what a colleague beyond it finds here, who is not told that."""
    return where(call) if call.may("cycle status") else call.say("home.staff")


def _doubts(call: Call) -> Iterator[Item]:
    """The person's words that wait, because they may name a student."""
    waiting = doubts.waiting(call.room, call.me.id)
    if waiting:
        yield Item(call.say("doubt.wait", count=len(waiting)), buttons=doubts.ways(call, waiting[-1]))


def _questions(call: Call) -> Iterator[Item]:
    """The questions that still want an answer; nothing is said of those that the person declined."""
    for each in talk.own(call):
        flow = call.room.scripts.flow(each.flow, each.language)
        if not each.done_at and not each.declined_at and not engine.is_complete(flow, each):
            answer = Button(call.say("engine.answer"), f"answer {flow.name}", "primary")
            yield Item(flow.title, call.say("home.question"), buttons=(answer,))


def _actions(call: Call) -> Iterator[Item]:
    return (action_item(call.room, action, call.me, call.today) for action in plan.of(call.room, call.me.id))


def _not_out(call: Call) -> Iterator[Item]:
    """The person's own decisions that nobody has seen yet: to post or change, or to take back."""
    yield from _amendments(call)
    for each in call.room.decisions:
        if each.owner != call.me.id or each.state in ("undone", "withdrawn"):
            continue
        if each.state == "draft":
            post, *others = _draft_buttons(call, each.number, decisions.as_read(each), "change")
            yield _unseen(call, each, call.say("decide.not_posted"), *((post,) if each.mode else ()), *others)
        elif moment := _goes_out(call, each):
            posts_at = call.say("decide.posts_at", number=each.number, at=call.room.calendar.local(moment))
            yield _unseen(call, each, posts_at, _undo(call, each.number))


def _amendments(call: Call) -> Iterator[Item]:
    """How the person's decisions will read, as long as nobody has seen that."""
    for decision in call.room.decisions:
        each = amendments.waiting(call.room, decision.number) if decision.owner == call.me.id else None
        if each is None:
            continue
        reads = amendments.reads(call.room, each)
        if each.state == "draft":
            ways = _draft_buttons(call, reads.number, f"{reads.number}.{each.revision}", "amend")
            yield _unseen(call, reads, call.say("decide.not_posted"), *ways)
            continue
        with suppress(SchoolYearOver):
            at = call.room.calendar.local(amendments.goes_out(call.room, each.written_at))
            posts_at = call.say("decide.amend_posts_at", number=reads.number, at=at)
            yield _unseen(call, reads, posts_at, _undo(call, reads.number))


def _unseen(call: Call, decision: Decision, said: str, *buttons: Button) -> Item:
    label = call.say("decide.label", number=decision.number)
    return Item(decision.question, label, said, buttons, quoted=True)


def _draft_buttons(call: Call, number: int, version: str, change: str) -> tuple[Button, ...]:
    """To post what was previewed, to write it otherwise, and to drop it."""
    return (
        Button(call.say("decide.post"), f"decide post {version}", "primary"),
        Button(call.say("decide.change"), f"decide {change} {number}"),
        Button(call.say("decide.drop"), f"decide undo {number}"),
    )


def _undo(call: Call, number: int) -> Button:
    return Button(call.say("decide.undo"), f"decide undo {number}")


def _goes_out(call: Call, decision: Decision) -> datetime | None:
    """When the team will see it; None for what is out, or will never be because the school year is over."""
    with suppress(SchoolYearOver):
        if not decisions.is_out(call.room, decision, call.now):
            return decisions.goes_out(call.room, decision)
    return None


def _declined(call: Call) -> Iterator[Item]:
    """What others did not take and the person asked for, in this cycle or for a day that is still to come."""
    for action in call.room.actions:
        is_late = action.cycle != cycle.number(call.room) and action.due < call.today
        if action.state == "declined" and not is_late and plan.looks_after(call.room, action) == call.me:
            yield declined_item(call.room, action, call.me)


def _ways_on(call: Call) -> Iterator[Button]:
    """Between two cycles the way to the next one and to the report; before the first, the way to that."""
    if standing(call.room):
        return
    if call.room.cycle is None or cycle.said_yes(call.room):
        yield Button(call.say("cycle.start_button"), "cycle start", "primary")
    has_said_yes = call.me.id in cycle.agreeing(call.room, "next")
    for button in next_buttons(call.room, call.me) if call.room.cycle else ():
        if button.says != "cycle yes" or not has_said_yes:
            yield button


def _known(call: Call) -> Item:
    """What is on record of the person beside their answers, with the way to change it."""
    me = call.me
    roles = [call.say(f"role.{role.name.lower()}") for role in in_order(call.room.roles(me.id))]
    away = leaves.coming(call.room, me, call.today)
    facts = (
        call.say("home.known", name=me.name, roles=roles),
        call.say("home.email", email=me.email) if me.email else "",
        call.say("home.best_time", time=parse_time(me.best_time)) if me.best_time else "",
        *(told(call, each) for each in away),
        _quiet(call),
        _zone(call),
    )
    ends = ((me.is_quiet(call.today), "quiet.end", "quiet off"), (bool(away), "leave.list", "leaves"))
    buttons = tuple(Button(call.say(label), says) for is_so, label, says in ends if is_so)
    return Item(" ".join(filter(None, facts)), call.say("home.about_you"), call.say("home.answers"), buttons)


def _quiet(call: Call) -> str:
    """That the person wants no reminders, and until when."""
    if not call.me.is_quiet(call.today):
        return ""
    until = call.me.quiet_until
    return call.say("home.quiet") if until == FOR_GOOD else call.say("home.quiet_until", day=until)


def _zone(call: Call) -> str:
    """Which time zone the person's account has, where its clock shows another time than the school's."""
    theirs, ours = call.me.zone, call.room.calendar.zone
    if not theirs or not is_another_time(theirs, ours, call.now):
        return ""
    language = call.room.phrases(call.me).language
    return call.say("home.zone", zone=called(theirs, language), school=called(ours, language))


COMMANDS = (Command("home", "home", home, alone=True),)
"""The command that shows everything that is one's own."""
