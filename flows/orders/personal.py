"""The commands about one's own questions, time and words."""

from collections.abc import Mapping
from dataclasses import replace

from .. import engine, prompts, sight, talk
from ..calendar import CalendarError
from ..commands import Call, Command
from ..cycle import running
from ..flow import Conversation
from ..harvest import share as share_line
from ..messages import Button, Field, Form, Item, Value
from ..options import folded
from ..outcome import Fact, Outcome, Refused
from ..phrases import Raw
from ..timetable import Standing
from ..wall_times import read_time
from ..waves import is_of_pulse

AS_WRITTEN = "as written"
"""what stands before words that are an answer, whatever else they might be"""


def answer(call: Call) -> Outcome:
    """Open what was asked, or take a pressed option: `answer needs`, `answer needs area.0 family`.

    `answer needs as written Time` takes the words as if they had been typed.
    """
    flow, _, words = call.rest.partition(" ")
    if not flow:
        waiting = talk.unfinished(call)
        if waiting is None:
            return call.tell(call.say("prompt.nothing_open"))
        flow = waiting.flow
    asked = talk.newest(call, flow)
    if words.startswith(f"{AS_WRITTEN} "):
        return talk.take(call, asked, engine.Typed(words.removeprefix(f"{AS_WRITTEN} "), as_written=True))
    return talk.take(call, asked if words else talk.with_questions(call, asked), engine.pressed(words))


def later(call: Call) -> Outcome:
    """Put a question off."""
    return _control(call, "later")


def stop(call: Call) -> Outcome:
    """Do not ask again in this cycle."""
    return _control(call, "stop")


def _control(call: Call, word: str) -> Outcome:
    """Say a control word to every conversation that came with this one; what is of no cycle is only put off."""
    conversation = talk.newest(call, call.rest) if call.rest else talk.unfinished(call)
    if conversation is None:
        return call.tell(call.say("prompt.nothing_open"))
    word = word if conversation.phase else "later"
    words = call.room.phrases(call.me).words(f"engine.words.{word}")[0]
    outcome = Outcome()
    for each in prompts.together(call.room, conversation):
        kept = talk.take(call, each, engine.Typed(words)).keep
        outcome += Outcome(tuple(_put_as_before(fact, each) for fact in kept))
    answer_it = Button(call.say("engine.answer"), f"answer {conversation.flow}")
    if word == "stop":
        return outcome + call.tell(call.say("prompt.said_stop"), answer_it)
    if is_of_pulse(conversation):
        return outcome + call.tell(call.say("pulse.later"), answer_it)
    best = Button(call.say("engine.best_time"), "best time")
    never = Button(call.say("prompt.not_this_cycle"), f"stop {conversation.flow}")
    ways = (best, never) if conversation.phase else ()
    return outcome + call.tell(_until_when(call, conversation), answer_it, *ways)


def _put_as_before(fact: Fact, before: Conversation) -> Fact:
    """A fact without what a message would have changed that is not sent."""
    return replace(fact, put_as=before.put_as) if isinstance(fact, Conversation) else fact


def _until_when(call: Call, conversation: Conversation) -> str:
    """That it is put off, and when it is asked again: by its one reminder, or not any more."""
    if again := prompts.asks_again(call.room, conversation, call.now):
        return call.say("prompt.said_later", at=call.room.calendar.local(again))
    return call.say("prompt.said_later_for_good")


def reflect(call: Call) -> Outcome:
    """Write down a reflection at any time while the team acts; words that follow are its first answer."""
    here = _asking(call, "reflect")
    if not call.rest:
        return _own_time(call, here, "reflect")
    open_to_words = [each for each in talk.own(call) if each.flow == "reflect" and not each.done_at]
    conversation = open_to_words[-1] if open_to_words else _begun(call, here, "reflect")
    if not engine.chat_question(conversation):
        conversation = replace(conversation, asked=())
    return talk.take(call, conversation, engine.Typed(call.rest))


def checkin(call: Call) -> Outcome:
    """Say how one's actions stand at any time while the team acts."""
    return _own_time(call, _asking(call, "checkin"), "checkin")


def _asking(call: Call, name: str) -> Standing:
    """Where the cycle stands; raises Refused in a phase that does not ask this."""
    here = running(call.room)
    if name not in {flow for moment in here.phase.moments for flow in moment.flows}:
        raise Refused(call.say("refused.not_in_this_phase", phase=here.phase.title))
    return here


def _own_time(call: Call, here: Standing, name: str) -> Outcome:
    try:
        conversation = talk.newest(call, name)
    except Refused:
        conversation = _begun(call, here, name)
    if not talk.has_questions(call, conversation):
        return _nothing_of_yours(call)
    return talk.open_conversation(call, conversation)


def _nothing_of_yours(call: Call) -> Outcome:
    """A check-in asks about one's own actions: without one there is a reason and a way on."""
    buttons = (
        Button(call.say("prompt.reflect"), "reflect", "primary"),
        Button(call.say("action.list"), "actions"),
        Button(call.say("plan.add"), "action"),
    )
    return call.tell(call.say("prompt.no_action_of_yours"), *buttons)


def _begun(call: Call, here: Standing, name: str) -> Conversation:
    """A conversation that the person begins, beside those that they were asked to."""
    count = sum(each.flow == name for each in talk.own(call))
    flow = call.room.scripts.flow(name, call.me.language)
    return prompts.begin(call.room, here, flow, call.me, f"{here.epoch}.own{count or ''}", call.now)


def share(call: Call) -> Outcome:
    """Let the team read one line of a reflection."""
    key, _, step = call.rest.partition(" ")
    conversation = call.room.conversations.get(key)
    if conversation is None or conversation.member != call.me.id:
        raise Refused(call.say("share.not_yours"))
    flow = call.room.scripts.flow(conversation.flow, call.me.language)
    return share_line(call.room, flow, conversation, step, call.now) + call.tell(
        call.say("share.done"), Button(call.say("share.take_back"), f"unshare {key} {step}")
    )


def unshare(call: Call) -> Outcome:
    """Take a shared line back; it disappears from the team's message."""
    key, _, step = call.rest.partition(" ")
    lines = [line for line in call.room.lines if line.origin == f"{key}#{step}.0" and line.author == call.me.id]
    if not lines:
        raise Refused(call.say("share.not_yours"))
    return Outcome((replace(lines[0], text=""),)) + call.tell(call.say("share.taken_back"))


def best_time(call: Call) -> Outcome:
    """Choose when one would rather be asked: `best time 1:05 pm`; `best time off` takes it back."""
    if not call.rest:
        field = Field("time", call.say("prompt.ask_best_time"), hint=call.say("prompt.best_time_hint"))
        return call.show(Form("order best time", call.say("engine.best_time"), (field,), about=call.room.team.id))
    if folded(call.rest) in ("off", *call.room.phrases(call.me).words("answers.words.no")):
        return Outcome((replace(call.me, best_time=""),)) + call.tell(call.say("prompt.best_time_over"))
    try:
        wall = read_time(call.rest[:40], call.room.calendar)
    except CalendarError as error:
        raise Refused(call.say("prompt.best_time_unknown", said=call.rest[:40]), "time") from error
    hours = call.room.calendar.hours
    if not hours.opens <= wall < hours.closes:
        raise Refused(call.say("prompt.best_time_in_hours", opens=hours.opens, closes=hours.closes), "time")
    return Outcome((replace(call.me, best_time=f"{wall:%H:%M}"),)) + call.tell(
        call.say("prompt.best_time_kept", time=wall), Button(call.say("prompt.best_time_off"), "best time off")
    )


def best_time_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `best time`."""
    if not values.get("time"):
        raise Refused(call.say("answers.missing"), "time")
    return best_time(replace(call, rest=str(values["time"])))


def who_sees_what(call: Call) -> Outcome:
    """Say who reads which answers, and what nobody promises."""
    return call.tell(
        call.say("privacy.text", contact=Raw(call.say("privacy.contact"))),
        Button(call.say("shown.title"), "what others see"),
        items=(
            Item(call.say("privacy.readers")),
            Item(call.say("privacy.pulse")),
            Item(call.say("privacy.coach", shown=call.say(f"coach.shows_{sight.level(call.room)}"))),
        ),
        title=call.say("engine.who_sees_what"),
    )


COMMANDS = (
    Command("answer", "answer", answer, listed=False),
    Command("later", "answer", later, listed=False),
    Command("stop", "answer", stop, listed=False),
    Command("reflect", "reflect", reflect),
    Command("checkin", "reflect", checkin),
    Command("share", "share", share, listed=False),
    Command("unshare", "share", unshare, listed=False),
    Command("best time", "best time", best_time, best_time_filled),
    Command("who sees what", "who sees what", who_sees_what, alone=True),
)
