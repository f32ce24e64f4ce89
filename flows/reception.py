"""Where every event arrives: it finds the conversation or the command that it means, and is acted on."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from . import (
    agenda,
    channels,
    engine,
    founding,
    founding_team,
    guesses,
    labels,
    later,
    reading_back,
    sight,
    speaking,
    talk,
    wishes,
)
from . import which as which_one
from .answers import tidy
from .asking import IN_MESSAGE, OPENED
from .calendar import CalendarError, SchoolYearOver
from .chatting import control, is_small_talk, plainly
from .command_table import COMMANDS
from .commands import Call, Command, WhichOne, is_explicit, stripped
from .events import Event, Filled, Said
from .flow import Conversation
from .guesses import as_answer
from .markup import plain
from .messages import Button, Card, Errors, Form, Message, Note, Value, in_language
from .options import folded
from .orders import guide, own_time
from .outcome import Outcome, Refused
from .people import Channel, Member, Role
from .room import Room
from .sends import Send, SendKind

URGENT = frozenset({"hold", "resume", "closure", "leave", "quiet"})
"""Commands that stop something: nobody should believe that one was given which was not."""


def take(room: Room, me: Member, event: Event, now: datetime) -> Outcome:
    """Act on one event of a member of this team; what a rule refuses is said in a sentence and nothing else happens."""
    outcome = _taken(room, me, event, now)
    sends = tuple(
        replace(send, message=replace(send.message, language=me.language))
        if send.kind is SendKind.ANSWER and send.message
        else send
        for send in outcome.sends
    )
    return replace(outcome, sends=sends, reply=in_language(outcome.reply, me.language))


def _taken(room: Room, me: Member, event: Event, now: datetime) -> Outcome:
    call = Call(sight.seen(room, me.id).told_to(me.id), me, now, key=event.key, channel=_channel(room, event))
    try:
        own = _act(call, event)
        outcome = own + agenda.settle(room.having(own.keep), call.now)
        outcome = _offered(replace(call, room=room.having(outcome.keep)), outcome)
        redrawn = agenda.redraw(room, outcome, call.now, me.id)
        whole = channels.settled(room, _beside_what_others_see(event, outcome) + redrawn, call.now)
        return later.explained(call, own, whole)
    except SchoolYearOver:
        return _refusal(call, event, Refused(call.say("refused.calendar_ends")))
    except (Refused, CalendarError) as refusal:
        return _refusal(call, event, refusal)


def looks_beyond(room: Room, event: Event) -> bool:
    """Whether acting on the event takes a room that holds everybody of the district: so does founding a team."""
    meant = _command(event)
    return room.cycle is None or (meant is not None and meant.beyond)


def asks_staff(room: Room, event: Event) -> bool:
    """Whether acting on the event takes the other teams of the school: they may ask the same staff."""
    meant = _command(event)
    return bool(room.holders(Role.STAFF)) and meant is not None and meant.asks_staff


def _command(event: Event) -> Command | None:
    """The command that the event gives or whose form it sends."""
    match event.what:
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


def _act(call: Call, event: Event) -> Outcome:
    match event.what:
        case Filled() as filled:
            outcome = _filled(call, filled)
            if isinstance(outcome.reply, Errors):
                return replace(outcome, reply=_asked_again(call, filled, outcome.reply))
            return outcome
        case Said(text, pressed) if pressed or is_explicit(text):
            return _ordered(call, stripped(tidy(text)))
        case Said(text) if event.private:
            return _typed(call, tidy(text))
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
        return _ordered(call, f"{command.words} {chosen}")
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
            form = _ordered(call, about).reply
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


def _ordered(call: Call, text: str) -> Outcome:
    """A command, by slash, button or name; or what is said to a decision in other words."""
    if wish := wishes.wished(call, text):
        return wish()
    is_help = control(call.room.phrases(call.me), text) == "help"
    text = "help" if is_help else own_time.in_own_words(call, text) or guesses.about_the_log(call, text) or text
    if said := speaking.understood(call, text):
        return _spoken(call, said)
    if own_time.wants_no_messages(call, text):
        return own_time.fewer(call)
    found = _found(call, text or "help")
    if found is None:
        return guesses.unknown(call, text)
    command, rest = found
    call.require(command.matter)
    if meant := COMMANDS.meant(command, rest):
        return guesses.ask_back(call, f"{command.words} {rest}", meant)
    rest, *others = which_one.plainly(call, command, rest) or (rest,)
    if others:
        return which_one.asked(call, command, (rest, *others))
    try:
        return reading_back.run(replace(call, rest=call.short(rest)), command)
    except WhichOne:
        if rest:
            raise
        return call.show(which_one.form(call, command))


def _spoken(call: Call, said: speaking.Meant) -> Outcome:
    """The only thing that these words can say to each decision; else what they may say is offered."""
    if not said.is_sure:
        return speaking.asked_back(call, said)
    outcome, told = Outcome(), list[str]()
    for _, command in said.commands:
        outcome += _ordered(replace(call, room=call.room.having(outcome.keep)), command)
        if len(said.commands) == 1:
            return outcome
        if not isinstance(outcome.reply, Note):  # a form asks for more, and there can be only one
            return speaking.asked_back(call, said)
        told.append(outcome.reply.message.text)
    return outcome + call.tell("\n".join(told))


def _found(call: Call, text: str) -> tuple[Command, str] | None:
    """The command that these words give, or that a button with this label would give.

    "later today" and "stop it" are words of one's own: a question is put off by its name.
    """
    approved = founding.approved(call.room, call.me, text)
    phrases = call.room.phrases(call.me)
    whole = COMMANDS.find(plainly(phrases, text))
    found = COMMANDS.find(approved or text) or COMMANDS.find(labels.says(text, phrases))
    found = whole if whole and not whole[1] else found
    is_sentence = found and found[0].words in ("later", "stop") and found[1] not in ("", *call.room.scripts.flows)
    return None if is_sentence else found


def _typed(call: Call, text: str) -> Outcome:
    """Typed words in the direct conversation: an answer to what was asked, else a command, else a start.

    Words that every question names beside its buttons are no answer to it, nor is a wish to be left alone.
    """
    phrases, floor = call.room.phrases(call.me), talk.floor(call)
    if beside := labels.beside(text, phrases):
        return _ordered(call, beside)
    if own_time.wants_no_messages(call, text):
        return own_time.fewer(call)
    word = control(phrases, text)
    if word in ("later", "stop") and (asked := floor or talk.unfinished(call)):
        return _ordered(call, f"{word} {asked.flow}")
    if folded(text) in phrases.words("engine.words.change") and (answered := talk.answered_last(call)):
        return talk.offer_change(call, answered)
    waiting = floor or talk.unfinished(call)
    if not word and (wish := wishes.wished(call, text)):
        ways = tuple(as_answer(call, waiting, text))
        return _with_ways(call, _or_answered(call, wish, ways), ways)
    if floor and (word or not talk.wants_words(floor)):
        return _answered(call, floor, text)
    if word in ("", "skip") and (meant := _meant_otherwise(call, text, waiting, is_floor=floor is not None)):
        return meant
    if floor:
        return _answered(call, floor, text)
    if not COMMANDS.find(text) and (edited := founding_team.edited(call.room, call.me, text)):
        return talk.take(call, edited, engine.Typed(text))
    if _takes_back(call, text) and (answered := talk.answered_last(call)):
        return talk.offer_change(call, answered)
    if _found(call, text):
        return _given(call, text, waiting)
    if waiting:
        return talk.take(call, waiting, engine.Typed(text))
    if talk.was_theirs(call):
        raise Refused(call.say("refused.reads_along"))
    return _with_nothing_open(call, text, word)


def _meant_otherwise(call: Call, text: str, waiting: Conversation | None, is_floor: bool) -> Outcome | None:
    """What is meant by words that are hardly the answer to what waits; None where they may well be it."""
    ways = tuple(as_answer(call, waiting, text))
    if said := speaking.understood(call, text, is_typed=True):
        if said.is_sure and (not waiting or (said.is_command and not is_floor)):
            return _spoken(call, said)
        return speaking.asked_back(call, said, *ways)
    if own := own_time.in_own_words(call, text) or guesses.about_the_log(call, text):
        return _with_ways(call, _or_answered(call, lambda: _ordered(call, own), ways), ways)
    is_command = not is_floor and _found(call, text)
    if waiting and not is_command and guesses.is_hardly_an_answer(call, text, is_floor):
        return _or_answered(call, lambda: guesses.unknown(call, text, waiting), ways)
    return None


def _given(call: Call, text: str, waiting: Conversation | None) -> Outcome:
    """A command that was typed; what only begins like one and may be an answer keeps nothing and opens nothing.

    A need is both: the question about needs is answered by it.
    """
    ways = (*as_answer(call, waiting, text), *speaking.as_advice(call, text))
    outcome, begun = _or_answered(call, lambda: _ordered(call, text), ways), guesses.begun(call, text)
    answers = waiting and any(isinstance(fact, Conversation) and fact.key == waiting.key for fact in outcome.keep)
    if not begun or not ways or answers:
        return outcome
    is_shown = isinstance(outcome.reply, Note) and not outcome.keep
    if begun.words in guesses.TAKES_ANY_WORDS and not is_shown:
        return guesses.would_be(call, text, begun, ways)
    return _with_ways(call, outcome, ways)


def _or_answered(call: Call, act: Callable[[], Outcome], ways: Iterable[Button]) -> Outcome:
    """What is done with the words; what cannot be done may be the answer to the question that waits for words."""
    try:
        return act()
    except Refused as refusal:
        if not (ways := tuple(ways)):
            raise
        return call.tell(f"{refusal} {call.say('refused.or_answer')}", *ways)


def _with_ways(call: Call, outcome: Outcome, ways: Sequence[Button]) -> Outcome:
    """The outcome, whose note offers these, too; what is done already is no answer."""
    match outcome.reply:
        case Note(message) if not outcome.keep and not {*ways} <= {*message.buttons}:
            note = f"{message.note} {call.say('refused.or_answer')}".strip()
            return replace(outcome, reply=Note(replace(message, buttons=(*message.buttons, *ways), note=note)))
    return outcome


def _with_nothing_open(call: Call, text: str, word: str) -> Outcome:
    """Words to which nothing waits: a greeting hears who is there, other small talk that nothing is open."""
    if guesses.greets(call, text):
        return guide.welcome(call)
    is_question = text.endswith("?")
    if word == "help" or (is_question and not folded(text)):
        return _ordered(call, "help")
    is_said = text.strip() and not word and (is_question or not is_small_talk(call.room.phrases(call.me), text))
    is_named = guesses.is_called(call, text)
    if not is_named and (owed := speaking.waiting(call, text if is_said and not is_question else "")):
        guess = guesses.unknown(call, text).reply if is_said else None
        near = guess.message.buttons if isinstance(guess, Note) else ()
        return speaking.asked_back(call, owed, *near)
    if speaking.would_say(call, text):
        return call.tell(call.say("decide.none_waits"), Button(call.say("decide.log"), "decisions"))
    if not is_said:
        return call.tell(call.say("prompt.nothing_open"), Button(call.say("help.title"), "help"))
    return guesses.unknown(call, text)


def _answered(call: Call, floor: Conversation, text: str) -> Outcome:
    """What was typed to the question on the floor; a command that is no answer to it is told how to be one.

    So is what somebody may have said in a hurry, though it is kept as the answer that it may be.
    """
    outcome = talk.take(call, floor, engine.Typed(text))
    found = COMMANDS.find(text)
    if found is None or control(call.room.phrases(call.me), text):
        return outcome
    if outcome.answers and found[0].words not in URGENT:
        return outcome
    is_command = call.say("refused.is_command", command=found[0].words)

    def noted(send: Send) -> Send:
        if send.message is None:
            return send
        return replace(send, message=replace(send.message, note=f"{send.message.note} {is_command}".strip()))

    return replace(outcome, sends=tuple(map(noted, outcome.sends)))


def _takes_back(call: Call, text: str) -> bool:
    """Whether these words, with no question on the floor, are about an answer that was given."""
    phrases = call.room.phrases(call.me)
    return control(phrases, text) == "back" or folded(text) in phrases.words("engine.words.change")
