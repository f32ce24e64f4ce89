"""What answers somebody as a message, where no response of the platform can show it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from . import wishes
from .events import Event, Said
from .markup import escape
from .messages import MOST_SAID_ALONE, Button, Card, Errors, Form, Item, Message, Note, Reply, refused
from .outcome import Outcome
from .people import Member
from .phrases import Phrases
from .room import Room
from .sends import Send, SendKind


def answerable(outcome: Outcome, room: Room, me: Member, event: Event, now: datetime) -> Outcome:
    """Return the outcome with its reply as a message, if the platform waits for no answer to this event.

    So a note and a form become one where they would stand in place of a form.
    """
    is_in_the_way = event.beside_form and isinstance(outcome.reply, Form | Note)
    if outcome.reply is None or (event.answerable and not is_in_the_way):
        return outcome
    me = room.having(outcome.keep).member(me.id)
    message = replace(as_message(outcome.reply, event, room.phrases(me), room.team.id), language=me.language)
    team = "" if wishes.matter(event, room.phrases(me)) else room.team.id
    send = Send(f"reply:{event.key}", team, me.id, SendKind.ANSWER, now, message)
    return replace(outcome, sends=(*outcome.sends, send), reply=None)


def given_back(room: Room, me: Member, said: Said) -> Outcome:
    """Say that words came late, after newer ones of the same person that they must not replace."""
    words = room.say("refused.overtaken", me, said=said.text)
    return Outcome(reply=Note(Message(words, preview=room.say("refused.preview", me), about=room.team.id)))


def as_message(reply: Reply, event: Event, phrases: Phrases, about: str) -> Message:
    """Return the message that says what the reply would have: a form has a button that opens it.

    `about` is the team that presses on it are meant for, where the form itself names none.
    """
    match reply:
        case Note(message) | Card(message):
            return message
        case Form():
            return _opening(reply, event, phrases, about)
        case Errors(fields, form):
            wrong = escape("\n".join(fields.values()))
            return Message(wrong, about=(form and form.about) or about, form=form and _again(form, fields))


def _again(form: Form, wrong: Mapping[str, str]) -> Form:
    """The form with what was not taken at its fields; what is about none of them stands above all."""
    form, others = refused(form, wrong)
    return replace(form, intro="\n\n".join(filter(None, (escape("\n".join(others)), form.intro))))


def _opening(form: Form, event: Event, phrases: Phrases, about: str) -> Message:
    """The button says again what opened the form; of what is too long for a button, its writer keeps a copy."""
    text = event.what.text if isinstance(event.what, Said) else "help"
    is_long = len(text) > MOST_SAID_ALONE
    says = form.ref.partition(" ")[2] if is_long else text
    open_it = Button(phrases.say("engine.open_form"), says, "primary", in_form=True)
    copy = (Item(phrases.say("refused.copy_your_words"), in_form=True),) if is_long else ()
    return Message(form.title, items=copy, buttons=(open_it,), preview=form.title, about=form.about or about, form=form)
