"""Where every event arrives: a form that came back, a command or typed words, and is acted on."""

from dataclasses import replace
from datetime import datetime

from . import agenda, channels, doubts, editing, later, ordering, sight, talk, typed
from .answers import tidy
from .asking import IN_MESSAGE, OPENED
from .calendar import CalendarError, SchoolYearOver
from .command_table import COMMANDS
from .commands import Call, Command, is_explicit, stripped
from .events import Event, Filled, Said
from .markup import plain
from .messages import CANCEL, Button, Card, Errors, Form, Message, Note, Reply, Value, in_language
from .outcome import Outcome, Refused
from .people import Channel, Member, Role
from .room import Room
from .sends import SendKind


def take(room: Room, me: Member, event: Event, now: datetime) -> Outcome:
    """Act on one event of a member of this team; what a rule refuses is said in a sentence and nothing else happens."""
    outcome = _taken(room, me, event, now)
    me = room.having(outcome.keep).member(me.id)  # who chose a language reads the answer in it
    sends = tuple(
        replace(send, message=replace(send.message, language=me.language))
        if send.kind is SendKind.ANSWER and send.message
        else send
        for send in outcome.sends
    )
    reply = _with_way_back(outcome.reply, Button(room.say("engine.cancel", me), CANCEL))
    return replace(outcome, sends=sends, reply=in_language(reply, me.language))


def _with_way_back(reply: Reply | None, cancel: Button) -> Reply | None:
    """The reply; a command's form can be given up where it takes the place of a message."""
    match reply:
        case Form(ref, ways=()) if ref.startswith(("order ", "which ")):
            return replace(reply, ways=(cancel,))
        case Errors(form=Form(ref, ways=()) as form) if ref.startswith(("order ", "which ")):
            return replace(reply, form=replace(form, ways=(cancel,)))
    return reply


def _taken(room: Room, me: Member, event: Event, now: datetime) -> Outcome:
    seen, channel = sight.seen(room, me.id).told_to(me.id), _channel(room, event)
    call = Call(seen, me, now, key=event.key, channel=channel, in_chat=event.private and not event.answerable)
    try:
        own = _heard(call, event)
        after = room.having(own.keep)
        settled = agenda.settle(after, call.now)
        outcome = _offered(replace(call, room=after.having(settled.keep)), own + settled)
        redrawn = agenda.redraw(room, outcome, call.now, me.id)
        whole = channels.settled(room, _beside_what_others_see(event, outcome) + redrawn, call.now)
        return later.explained(call, own, whole)
    except SchoolYearOver:
        return _refusal(call, event, Refused(call.say("refused.calendar_ends")))
    except (Refused, CalendarError) as refusal:
        return _refusal(call, event, refusal)


def looks_beyond(room: Room, me: Member, event: Event) -> bool:
    """Whether acting on the event takes a room that holds everybody of the district: so does founding a team."""
    meant = _command(room, me, event)
    return room.cycle is None or (meant is not None and meant.beyond)


def asks_staff(room: Room, me: Member, event: Event) -> bool:
    """Whether acting on the event takes the other teams of the school: they may ask the same staff."""
    meant = _command(room, me, event)
    return bool(room.holders(Role.STAFF)) and meant is not None and meant.asks_staff


def of_school(room: Room, me: Member, event: Event) -> bool:
    """Whether acting on the event takes all teams of the school and what is left of its pulses."""
    meant = _command(room, me, event)
    return meant is not None and meant.of_school


def _command(room: Room, me: Member, event: Event) -> Command | None:
    """The command that the event gives or whose form it sends, also where its words have waited."""
    meant = editing.again(room, me, event)
    match (meant.event if meant else event).what:
        case Filled(ref):
            found = COMMANDS.find(ref.partition(" ")[2])
        case Said(text):
            found = COMMANDS.find(text)
    return found[0] if found else None


def _channel(room: Room, event: Event) -> Channel | None:
    """The channel in which it was said, as the one of this team."""
    if event.private or not event.place:
        return None
    return Channel(room.team.id, event.platform, event.workspace, event.place)


def _beside_what_others_see(event: Event, outcome: Outcome) -> Outcome:
    """In a channel, what answers one person takes the place of no card: it belongs to the team."""
    if isinstance(outcome.reply, Card) and not event.private:
        return replace(outcome, reply=Note(outcome.reply.message))
    return outcome


def _offered(call: Call, outcome: Outcome) -> Outcome:
    """The outcome, whose answer to the person has no button for what they cannot do once it is kept."""

    def own(buttons: tuple[Button, ...]) -> tuple[Button, ...]:
        return tuple(button for button in buttons if _is_taken(call, button))

    def offered(message: Message) -> Message:
        items = tuple(replace(item, buttons=own(item.buttons)) for item in message.items)
        return replace(message, items=items, buttons=own(message.buttons))

    sends = tuple(
        replace(send, message=offered(send.message)) if send.kind is SendKind.ANSWER and send.message else send
        for send in outcome.sends
    )
    match outcome.reply:
        case Note(message) | Card(message):
            return replace(outcome, reply=replace(outcome.reply, message=offered(message)), sends=sends)
    return replace(outcome, sends=sends)


def _is_taken(call: Call, button: Button) -> bool:
    """Whether the person may press it, and the question that it opens still takes answers."""
    found = COMMANDS.find(button.says)
    if found is None:
        return True
    command, rest = found
    is_over = command.words == "answer" and rest and not talk.is_asked(call, rest.partition(" ")[0])
    return call.may(command.matter) and not is_over


def _refusal(call: Call, event: Event, refusal: Exception) -> Outcome:
    if isinstance(event.what, Filled):
        field = getattr(refusal, "field", "") or next(iter(event.what.values), "")
        if field:
            return Outcome(reply=_asked_again(call, event.what, Errors({field: plain(str(refusal))})))
    return call.tell(str(refusal))


def _heard(call: Call, event: Event) -> Outcome:
    """Act on the event; words that may name a student wait for their author's own word first."""
    if doubt := editing.to_edit(call.room, call.me, event):
        return editing.form(call, doubt)
    if meant := editing.again(call.room, call.me, event):
        return editing.said(call, meant, _act)
    return doubts.asked_first(call, event, _act(call, event))


def _act(call: Call, event: Event) -> Outcome:
    match event.what:
        case Filled() as filled:
            outcome = _filled(call, filled)
            if isinstance(outcome.reply, Errors):
                return replace(outcome, reply=_asked_again(call, filled, outcome.reply))
            return outcome
        case Said(text, pressed) if pressed or is_explicit(text):
            return ordering.ordered(call, stripped(tidy(text)))
        case Said(text) if event.private:
            return typed.typed(call, tidy(text))
    return Outcome()


def _filled(call: Call, filled: Filled) -> Outcome:
    """A form that came back: a flow's questions, or a command's."""
    kind, _, about = filled.ref.partition(" ")
    if kind in (OPENED, IN_MESSAGE):
        call.require("answer")
        conversation = call.room.conversations.get(about)
        if conversation is None or conversation.member != call.me.id or conversation not in talk.own(call):
            raise Refused(call.say("refused.form_is_over"))
        return talk.submit(call, conversation, filled)
    found = COMMANDS.find(about)
    command, rest = found or (None, "")
    if kind == "which" and command:
        chosen = _words(call, "about", filled.values.get("about"))
        if not chosen:
            raise Refused(call.say("answers.choose"), "about")
        return ordering.ordered(call, f"{command.words} {chosen}")
    if command is None or command.filled is None:
        raise Refused(call.say("refused.form_is_over"))
    call.require(command.matter)
    return command.filled(
        replace(call, rest=rest), {field: _words(call, field, value) for field, value in filled.values.items()}
    )


def _asked_again(call: Call, filled: Filled, errors: Errors) -> Errors:
    """The errors, with the form once more and what was typed into it; without one that does not open any more."""
    kind, _, about = filled.ref.partition(" ")
    conversation = call.room.conversations.get(about)
    try:
        if kind in (OPENED, IN_MESSAGE):
            form = talk.open_conversation(call, conversation, "form").reply if conversation else None
        else:
            form = ordering.ordered(call, about).reply
    except (Refused, CalendarError):
        return errors
    if not isinstance(form, Form) or form.ref.partition(" ")[2] != about:
        return errors
    fields = (replace(each, value=filled.values.get(each.key, each.value)) for each in form.fields)
    return replace(errors, form=replace(form, ref=filled.ref, fields=tuple(fields)))


def _words(call: Call, field: str, value: Value) -> str:
    """What a command's form holds in a field: words, an option's key or a day; raises Refused for anything else."""
    if not isinstance(value, str | int | None):
        raise Refused(call.say("refused.not_words"), field)
    return call.short(tidy(str(value)) if value is not None else "", field)
