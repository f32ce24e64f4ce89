"""How a reply reaches the person in Teams: as a card in place of the pressed one, or as a short sentence."""

from typing import Any

from adapters.wording import say
from flows.markup import escape
from flows.messages import Card, Errors, Form, Message, Note, Reply

from . import marks, render

Json = dict[str, Any]

CARD = "application/vnd.microsoft.card.adaptive"
SENTENCE = "application/vnd.microsoft.activity.message"
"""What an invoke is answered with: learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/
universal-actions-for-adaptive-cards/work-with-universal-actions-for-adaptive-cards"""


def drawn(reply: Reply | None) -> Json | None:
    """Return the card that a reply is; None where it has nothing to show."""
    match reply:
        case Form():
            return render.form_card(reply)
        case Errors(form=Form() as form):
            return render.form_card(form, reply)
        case Errors(sentences):
            return render.card(Message(escape("\n".join(sentences.values()))))
        case Note(message) | Card(message):
            return render.card(message)
    return None


def answer(reply: Reply | None, language: str, delivery: str = "") -> Json:
    """Return the body of the response to a pressed card, in whose place a form keeps its delivery key."""
    match reply:
        case Errors(sentences, form=None):
            return _body(SENTENCE, " ".join(sentences.values()))
    card = drawn(reply)
    return _body(CARD, marks.kept(card, delivery)) if card else done(language)


def beneath(reply: Reply | None, language: str, delivery: str = "") -> Json:
    """Return the body that leaves the pressed card where it is, if the reply is a few words; else that of `answer`.

    What stands in a channel is read and pressed again: a yes can be changed until a decision closes.
    """
    match reply:
        case Note(message) if words := render.sentence(message):
            return _body(SENTENCE, words)
    return answer(reply, language, delivery)


def language(locale: str) -> str:
    """Return the language of a locale like "es-ES", for what is said beside any message."""
    return locale.partition("-")[0].casefold() or "en"


def done(language: str) -> Json:
    """Return the body that says that it is done."""
    return _body(SENTENCE, say("drawn.done", language))


def meanwhile(language: str) -> Json:
    """Return the body that says that it takes longer, and that nothing was lost."""
    return _body(SENTENCE, say("drawn.wait", language))


def elsewhere(language: str) -> Json:
    """Return the activity that says, where somebody named us before others, that the answer is in their own chat."""
    return {"type": "message", "text": say("drawn.in_our_chat", language)}


def in_words(reply: Reply | None) -> Json | None:
    """Return the activity that says a reply before others; None where it is more than words."""
    words = render.sentence(reply.message) if isinstance(reply, Note) else ""
    return {"type": "message", "text": words} if words else None


def looked_at(language: str) -> Json:
    """Return the body for a card that asked for itself: nothing happens, and what stands there stays."""
    return _body(CARD, render.card(Message(say("drawn.sender", language), language=language)))


def _body(kind: str, value: Any) -> Json:
    return {"statusCode": 200, "type": kind, "value": value}
