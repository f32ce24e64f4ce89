"""What an author answers to a doubt: the words as they were are said again, or a form has them to edit."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from . import doubts, engine, ordering, talk
from .answers import tidy
from .asking import IN_MESSAGE, OPENED
from .command_table import COMMANDS
from .commands import Call, is_explicit
from .events import Event, Filled, Said, what_from_json
from .messages import Errors, Field, Form, Kind, refused
from .options import folded
from .outcome import Outcome, Refused
from .people import Member
from .records import Doubt
from .room import Room


@dataclass(frozen=True, slots=True)
class Again:
    """Words that waited and are said again by their author: as they were, or edited."""

    doubt: Doubt
    event: Event
    """the author's answer, as if it were these words"""
    as_it_is: bool


def again(room: Room, me: Member, event: Event) -> Again | None:
    """What the person says again, by the button, in its words, or by the form that edits; None for anything else."""
    if isinstance(event.what, Filled):
        return _edited(room, me, event, event.what)
    doubt = _meant(room, me, event, doubts.POST, "doubt.typed.post")
    return Again(doubt, replace(event, what=what_from_json(doubt.said)), as_it_is=True) if doubt else None


def to_edit(room: Room, me: Member, event: Event) -> Doubt | None:
    """The doubt whose words the person asks to edit; None for anything else."""
    return _meant(room, me, event, doubts.EDIT, "doubt.typed.edit")


def _meant(room: Room, me: Member, event: Event, command: str, words: str) -> Doubt | None:
    """The doubt that is meant by this command, or by such words while one waits."""
    if not isinstance(event.what, Said):
        return None
    found, waiting = COMMANDS.find(event.what.text), doubts.waiting(room, me.id)
    if found and found[0].words == command:
        return doubts.numbered(room, me.id, found[1])
    is_typed = waiting and event.private and not event.what.pressed
    return waiting[-1] if is_typed and folded(event.what.text) in room.phrases(me).words(words) else None


def _edited(room: Room, me: Member, event: Event, filled: Filled) -> Again | None:
    found = COMMANDS.find(filled.ref.partition(" ")[2])
    doubt = doubts.numbered(room, me.id, found[1]) if found and found[0].words == doubts.EDIT else None
    before = what_from_json(doubt.said) if doubt else None
    if doubt is None or not isinstance(before, Said):
        return None
    after = replace(before, text=str(filled.values.get("text") or ""))
    return Again(doubt, replace(event, what=after), as_it_is=after == before)


def said(call: Call, meant: Again, act: Callable[[Call, Event], Outcome]) -> Outcome:
    """Act on words that are said again; edited ones are looked at again, and what is not taken goes on waiting."""
    conversation, what = call.room.conversations.get(meant.doubt.conversation), meant.event.what
    if conversation and isinstance(what, Said) and _is_answer(what):
        if conversation not in talk.own(call):
            raise Refused(call.say("prompt.closed"))
        outcome = talk.take(call, conversation, engine.Typed(tidy(what.text), as_written=True))
    else:
        outcome = act(call, meant.event)
    match outcome.reply:
        case Errors(wrong, Form() as form):
            return replace(outcome, reply=refused(form, wrong)[0])
        case Errors(wrong):
            return call.tell("\n".join(wrong.values()))
    over = Outcome((doubts.settled(meant.doubt),))
    if meant.as_it_is:
        return outcome + over
    return doubts.asked_first(call, meant.event, outcome) + over


def form(call: Call, doubt: Doubt) -> Outcome:
    """Open what waits for editing: the form that was filled, as it was filled, or one with what was typed."""
    what, conversation = what_from_json(doubt.said), call.room.conversations.get(doubt.conversation)
    if isinstance(what, Filled):
        return _filled_again(call, what)
    if conversation and not _is_answer(what):
        return _of(call, doubt.conversation)
    field = Field("text", call.say("doubt.words"), Kind.LONG, value=what.text, hint=call.say("doubt.hint"))
    ref = f"order {doubts.EDIT} {doubt.number}"
    return call.show(Form(ref, call.say("doubt.title"), (field,), about=call.room.team.id))


def _filled_again(call: Call, filled: Filled) -> Outcome:
    kind, _, about = filled.ref.partition(" ")
    opened = _of(call, about) if kind in (OPENED, IN_MESSAGE) else ordering.ordered(call, about)
    if not isinstance(opened.reply, Form):
        return opened
    fields = (replace(each, value=filled.values.get(each.key, each.value)) for each in opened.reply.fields)
    return replace(opened, reply=replace(opened.reply, fields=tuple(fields)))


def _of(call: Call, key: str) -> Outcome:
    """The form of a conversation that still takes answers; raises Refused for any other."""
    conversation = next((each for each in talk.own(call) if each.key == key), None)
    if conversation is None:
        raise Refused(call.say("prompt.closed"))
    return talk.open_conversation(call, conversation, "form")


def _is_answer(what: Said) -> bool:
    """Whether it was typed to a question, and not given as a command."""
    return not what.pressed and not is_explicit(what.text)
