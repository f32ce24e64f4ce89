"""A person in a conversation: the engine's turn becomes records, answers and messages of the team."""

from collections.abc import Iterator
from dataclasses import replace

from . import engine, evidence, founding_team, prompts, pulse_comments, recorded, sharing
from .asking import IN_MESSAGE, closing, field_key
from .commands import Call
from .events import Filled
from .flow import Conversation, Flow
from .harvest import harvest
from .markup import plain
from .messages import Card, Errors, Form, Kind, Message, Note, Reply
from .outcome import Outcome, Refused
from .permissions import may_answer
from .route import route
from .school_days import explained, on_school_days
from .sends import Send, SendKind
from .timetable import Standing, standing
from .waves import is_of_pulse


def floor(call: Call) -> Conversation | None:
    """The conversation whose question was last put to the person in the chat and still waits for words."""
    put = (each for each in own(call) if _is_put(each, call))
    waiting = [each for each in put if engine.chat_question(each) and not each.later and not each.declined_at]
    open_to_words = [each for each in waiting if not each.done_at or (each.asked_at and each.asked_at > each.done_at)]
    return max(open_to_words, key=lambda each: (each.asked_at or each.opened_at, each.key), default=None)


def wants_words(conversation: Conversation) -> bool:
    """Whether its question takes whatever is typed for its answer: no option, number or day can be missed."""
    asked = engine.chat_question(conversation)
    is_judged = asked is not None and founding_team.is_judged(conversation, asked)
    return asked is not None and asked.kind in (Kind.TEXT, Kind.LONG) and not is_judged


def unfinished(call: Call) -> Conversation | None:
    """The first conversation of the newest message that still wants an answer; one that was put off comes last."""
    asked = [each for each in own(call) if _is_put(each, call) and not each.done_at and not each.declined_at]
    wanted = [each for each in asked if not each.later] or asked
    newest = max(wanted, key=lambda each: (each.opened_at, each.key), default=None)
    together = prompts.together(call.room, newest) if newest else ()
    return next((each for each in together if each in wanted), None)


def _is_put(conversation: Conversation, call: Call) -> bool:
    """Whether it was put before the person by now; one who chose a best time is asked later than the others."""
    return (conversation.asked_at or conversation.opened_at) <= call.now


def newest(call: Call, flow: str) -> Conversation:
    """The person's newest conversation about this flow in the phase that stands; raises Refused when there is none."""
    found = [each for each in own(call) if each.flow == flow]
    here = standing(call.room)
    if not found and any(each.flow == flow and _is_closed(each, call, here) for each in _of(call)):
        raise Refused(call.say("prompt.closed"))
    if not found:
        raise Refused(call.say("refused.not_asked_now", flow=_title(call, flow)))
    return found[-1]


def is_asked(call: Call, flow: str) -> bool:
    """Whether a conversation of the person about this flow still takes answers."""
    return any(each.flow == flow for each in own(call))


def has_questions(call: Call, conversation: Conversation) -> bool:
    """Whether there is anything to ask, or to change, in a conversation: a check-in without an action has nothing."""
    flow = call.room.scripts.flow(conversation.flow, conversation.language)
    return bool(route(flow, prompts.up_to_date(call.room, flow, conversation)))


def answered_last(call: Call) -> Conversation | None:
    """The conversation that the person completed last, if its answers can still be changed."""
    newest_of = {each.flow: each for each in own(call)}.values()
    done = [each for each in newest_of if each.done_at and has_questions(call, each)]
    return max(done, key=lambda each: (each.answered_at or each.opened_at, each.key), default=None)


def offer_change(call: Call, conversation: Conversation) -> Outcome:
    """Say that everything is answered, with the way to change it."""
    phrases = call.room.phrases(call.me)
    flow = call.room.scripts.flow(conversation.flow, conversation.language)
    return Outcome(reply=_about(call, Note(closing(flow, phrases, phrases.say("engine.complete")))))


def own(call: Call) -> list[Conversation]:
    """The person's conversations that still take answers, and take theirs."""
    return [each for each in _open(call) if _is_theirs(call, each)]


def was_theirs(call: Call) -> bool:
    """Whether the person was asked something that is for others now: they have become somebody who reads along."""
    return any(not _is_theirs(call, each) for each in _open(call))


def closed_unanswered(call: Call) -> Conversation | None:
    """The first conversation of the message that asked the person last, if it was closed before they answered."""
    asked = (each for each in _of(call) if _is_put(each, call))
    last = max(asked, key=lambda each: (each.asked_at or each.opened_at, each.key), default=None)
    together = prompts.together(call.room, last) if last and _is_closed(last, call, standing(call.room)) else ()
    return next((each for each in together if not each.done_at and not each.declined_at), None)


def _of(call: Call) -> Iterator[Conversation]:
    return (each for each in call.room.conversations.values() if each.member == call.me.id)


def _open(call: Call) -> Iterator[Conversation]:
    here = standing(call.room)
    return (each for each in _of(call) if not _is_closed(each, call, here))


def _is_closed(conversation: Conversation, call: Call, here: Standing | None) -> bool:
    """Whether it takes no answers any more, because its time or its phase is over."""
    is_open = is_of_pulse(conversation) or prompts.is_open(conversation, here)
    return _is_over(conversation, call) or not is_open


def _is_theirs(call: Call, conversation: Conversation) -> bool:
    return may_answer(call.room.roles(call.me.id), call.room.scripts.flow(conversation.flow).asks)


def answered_elsewhere(call: Call, flow: str) -> Iterator[Conversation]:
    """The person's open question about this, to which a command was an answer: nobody reminds of it any more."""
    for each in own(call):
        if each.flow == flow and not each.answered_at:
            yield replace(each, answered_at=call.now)


def _is_over(conversation: Conversation, call: Call) -> bool:
    return conversation.closes_at is not None and call.now > conversation.closes_at


def _title(call: Call, flow: str) -> str:
    known = call.room.scripts.flows
    return call.room.scripts.flow(flow, call.me.language).title if flow in known else flow


def take(call: Call, conversation: Conversation, event: engine.Event) -> Outcome:
    """Take one person's conversation one event further and keep what it means."""
    if not conversation.phase:  # it is of no cycle, so no question of it has to stay in the words of others
        conversation = replace(conversation, language=call.me.language)
    flow = call.room.scripts.flow(conversation.flow, conversation.language)
    conversation = prompts.up_to_date(call.room, flow, conversation)
    if isinstance(event, engine.Typed):
        return _typed(call, flow, conversation, event)
    return _advanced(call, flow, conversation, event)


def _typed(call: Call, flow: Flow, conversation: Conversation, typed: engine.Typed) -> Outcome:
    """Typed words, with the part of a list that was typed before; a list that is not whole yet is kept as it is."""
    before, phrases = founding_team.listed(conversation), call.room.phrases(call.me)
    is_whole = founding_team.is_whole(conversation)
    takes_off = is_whole and founding_team.without(conversation, typed.text, phrases) is not None
    conversation, text = founding_team.gathered(flow, conversation, typed.text, phrases)
    try:
        outcome = _advanced(call, flow, conversation, replace(typed, text=text))
    except founding_team.Unfinished as unfinished:
        if takes_off:
            return call.tell(call.say("founding.too_few_without"))
        after = founding_team.with_list(conversation, unfinished.lines)
        return Outcome((after,), founding_team.listed(after)) + call.tell(str(unfinished))
    taken_out = founding_team.listed(conversation)
    return outcome + Outcome(answers=taken_out if taken_out != before else ())


def _advanced(call: Call, flow: Flow, conversation: Conversation, event: engine.Event) -> Outcome:
    local = call.room.calendar.local(call.now)
    phrases, name = call.room.phrases(call.me), call.me.first_name
    today = founding_team.reckoned(flow, conversation, call.room.reckoned(call.now))
    turn = engine.advance(flow, conversation, event, local, phrases, name, today)
    return _kept(call, flow, turn, conversation)


def with_questions(call: Call, conversation: Conversation) -> Conversation:
    """This conversation, or the next of its occasion if there is nothing left to ask or to change in it."""
    return conversation if has_questions(call, conversation) else _following(call, conversation) or conversation


def open_conversation(call: Call, conversation: Conversation, style: str = "") -> Outcome:
    """Open a conversation, new or not, as a form or in the chat."""
    return take(call, conversation, engine.Opened(style))


def submit(call: Call, conversation: Conversation, filled: Filled) -> Outcome:
    """Take a submitted form; what the rules refuse is said at the form, which stays open."""
    in_message = filled.ref.startswith(f"{IN_MESSAGE} ")
    try:
        outcome = take(call, conversation, engine.Submitted(filled.values, filled.in_part, in_message))
        return pulse_comments.asked_once(call, conversation, outcome)
    except Refused as refusal:
        shown = [*filled.values] if in_message else [field_key(asked) for asked in conversation.asked if asked.form]
        field = refusal.field if refusal.field in shown else next(iter(filled.values), "")
        return Outcome(reply=Errors({field: plain(str(refusal))}))


def _kept(call: Call, flow: Flow, turn: engine.Turn, before: Conversation) -> Outcome:
    turn, moved = on_school_days(call, flow, turn)
    after = replace(
        turn.conversation,
        answered_at=call.now if turn.answered else turn.conversation.answered_at,
        asked_at=call.now if turn.conversation.asked != before.asked else turn.conversation.asked_at,
        done_at=call.now if turn.done else turn.conversation.done_at,
    )
    says, reply = _with_sharing(call, flow, after, turn)
    if says:
        after = replace(after, put_as=_reason(call, flow.name, len(says) - 1))
    meaning = harvest(call.room, flow, after, call.now) if turn.answered else Outcome()
    outcome = Outcome((after,), tuple((after.key, answer) for answer in turn.answered))
    if turn.done and (following := _following(call, after)):
        return explained(call, outcome + meaning + _go_on(call, flow, following, says, reply), moved)
    if isinstance(reply, Form):
        reply = evidence.beside(call.room, after, recorded.filled_in(call.room, after, reply))
    answer = Outcome(sends=tuple(said(call, flow.name, says)), reply=_about(call, reply))
    is_over = engine.is_complete(flow, after)  # then the thanks come before what follows, as a first week to approve
    return explained(call, outcome + (answer + meaning if is_over else meaning + answer), moved)


def _following(call: Call, done: Conversation) -> Conversation | None:
    """The next conversation that came with the same message and has not been answered."""
    return next(
        (
            each
            for each in prompts.together(call.room, done)
            if each.key != done.key and not each.done_at and not each.declined_at and _asks(call, each)
        ),
        None,
    )


def _asks(call: Call, conversation: Conversation) -> bool:
    """Whether anything in it is open."""
    flow = call.room.scripts.flow(conversation.flow, conversation.language)
    return not engine.is_complete(flow, prompts.up_to_date(call.room, flow, conversation))


def _go_on(call: Call, flow: Flow, following: Conversation, says: tuple[Message, ...], reply: Reply | None) -> Outcome:
    """After one flow of an occasion comes the next: on a form after a form, in the chat after a chat.

    What can still be pressed in the words that closed the first, as *Share*, arrives as a message.
    """
    style = "form" if reply else "chat"
    if isinstance(reply, Card) and reply.message.items:
        says = (*says, reply.message)
    opened = open_conversation(call, following, style)
    return Outcome(sends=tuple(said(call, flow.name, says))) + opened


def said(call: Call, flow: str, messages: tuple[Message, ...]) -> Iterator[Send]:
    """Messages about this flow to the person who just acted; they go out at once, also outside contract hours."""
    for index, message in enumerate(messages):
        yield Send(
            key=_reason(call, flow, index),
            team=call.room.team.id,
            to=call.me.id,
            kind=SendKind.ANSWER,
            due=call.now,
            message=replace(message, about=call.room.team.id),
        )


def _reason(call: Call, flow: str, index: int) -> str:
    return f"{flow}{index}:{call.key}"


def _about(call: Call, reply: Reply | None) -> Reply | None:
    match reply:
        case Note(message) | Card(message):
            return replace(reply, message=replace(message, about=call.room.team.id))
        case None | Errors():
            return reply
        case _:
            return replace(reply, about=call.room.team.id)


def _with_sharing(
    call: Call, flow: Flow, conversation: Conversation, turn: engine.Turn
) -> tuple[tuple[Message, ...], Reply | None]:
    """Add a Share button for each line of a private flow to the words that close it."""
    if flow.shares != "nothing" or not engine.is_complete(flow, conversation) or not turn.answered:
        return turn.says, turn.reply
    items = tuple(sharing.lines(call.room, flow, conversation, call.me))
    if isinstance(turn.reply, Card):
        return turn.says, Card(replace(turn.reply.message, items=items))
    return tuple(replace(message, items=items) for message in turn.says), turn.reply
