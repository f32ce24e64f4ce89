"""A comment that may name a student: its author is asked once at its field of the form, before it is kept."""

from dataclasses import replace
from hashlib import sha256

from .asking import field_key
from .commands import Call
from .doubts import seems_to_name
from .flow import Answer, Asked, Conversation
from .markup import plain
from .messages import Errors, Kind
from .outcome import Outcome
from .waves import is_of_pulse


def asked_once(call: Call, conversation: Conversation, outcome: Outcome) -> Outcome:
    """The outcome of a form that came back, or the question about its comment; the same words sent again are kept.

    What was asked about is noted as a digest in the conversation, and is gone with it when the pulse closes.
    """
    if is_of_pulse(conversation):
        known = {each.doubted for each in conversation.asked}
        for _, answer in outcome.answers:
            text = str(answer.value or "")
            digest = sha256(text.encode()).hexdigest()
            piece = seems_to_name(call.room, text)
            if piece and digest not in known:
                return _question(call, conversation, answer, piece, digest)
    return outcome


def _question(call: Call, conversation: Conversation, answer: Answer, piece: str, digest: str) -> Outcome:
    put = {each.place: each for each in conversation.asked}
    asked = put.get(answer.place, Asked(answer.step, answer.item, answer.words, Kind.LONG, optional=True, form=True))
    put[answer.place] = replace(asked, doubted=digest)
    wrong = plain(str(call.say("pulse.names_student", said=piece)))
    return Outcome((replace(conversation, asked=tuple(put.values())),), reply=Errors({field_key(asked): wrong}))
