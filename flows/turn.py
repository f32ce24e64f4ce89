"""One turn of a conversation on its way: the facts so far, what is new, and the moves that close it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from .answers import fits, show
from .asking import closing, draw, on_form, question, words_of_thanks
from .dates import Today
from .flow import Answer, Asked, Conversation, Flow, Place
from .messages import Message, Reply, Value
from .phrases import Phrases
from .route import Spot, route


@dataclass(frozen=True, slots=True)
class Turn:
    """What comes of an event."""

    conversation: Conversation
    reply: Reply | None = None
    """answers this press or submission at once, and may be lost with it"""
    says: tuple[Message, ...] = ()
    """must arrive: the next question, the same one again, thanks"""
    answered: tuple[Answer, ...] = ()
    """new revisions, in the order in which they were given"""
    done: bool = False
    """whether the conversation became complete in this turn"""


@dataclass(frozen=True, slots=True)
class Talk:
    """One turn on its way: the flow in the person's name, the facts so far, and what is new."""

    flow: Flow
    conversation: Conversation
    phrases: Phrases
    now: datetime
    today: Today
    was_complete: bool
    answered: tuple[Answer, ...] = ()

    def turn(self, *says: Message, reply: Reply | None = None) -> Turn:
        """Close the turn; it is done if this turn answered the last open question."""
        done = not self.was_complete and is_complete(self.flow, self.conversation) and bool(self.answered)
        conversation = replace(self.conversation, done_at=self.now) if done else self.conversation
        return Turn(conversation, reply, says, self.answered, done)


def open_steps(flow: Flow, conversation: Conversation) -> tuple[Place, ...]:
    """Return what applies and still wants an answer, in order; of a group that repeats, one item."""
    return tuple(spot.place for spot in route(flow, conversation) if spot.is_open)


def is_complete(flow: Flow, conversation: Conversation) -> bool:
    """Whether nothing is open any more; also when there is nothing to ask."""
    return not open_steps(flow, conversation)


def chat_question(conversation: Conversation) -> Asked | None:
    """Return the question that typed words would answer, if there is one."""
    return next((asked for asked in conversation.asked if not asked.form), None)


# ---------------------------------------------------------------- keeping


def is_unchanged(conversation: Conversation, asked: Asked, value: Value) -> bool:
    """Whether this is the answer on record, and one to this question (true is not 1)."""
    known = conversation.answers.get(asked.place)
    return known is not None and _same(known.value, value) and fits(asked, value)


def _same(one: Value, other: Value) -> bool:
    return type(one) is type(other) and bool(one == other)


def kept(talk: Talk, asked: Asked, value: Value) -> Talk:
    """Keep the answer under the words that were asked; who answers is no longer put off."""
    before = talk.conversation
    if is_unchanged(before, asked, value):
        return replace(talk, conversation=replace(before, later=False, declined_at=None))
    revision = before.answers[asked.place].revision + 1 if asked.place in before.answers else 1
    answer = Answer(asked.step, asked.item, value, asked.words, revision)
    answers = {**before.answers, asked.place: answer}
    after = replace(before, later=False, declined_at=None, answers=answers, answered_at=talk.now)
    return replace(talk, conversation=after, answered=(*talk.answered, answer))


# ---------------------------------------------------------------- going on


def show_form(talk: Talk, typed: Mapping[str, Value] | None = None) -> Turn:
    """Show what is open, or everything to change it, and note that it was asked."""
    spots = on_form(talk.flow, talk.conversation)
    on_the_form = tuple(replace(spot.asked, form=True) for spot in spots)
    in_the_chat = tuple(asked for asked in talk.conversation.asked if not asked.form)
    shown = draw(talk.flow, talk.conversation, spots, talk.phrases, typed or {})
    noted = replace(talk.conversation, asked=in_the_chat + on_the_form)
    return replace(talk, conversation=noted).turn(reply=shown)


def go_on(talk: Talk, before: str = "", complete: str = "") -> Turn:
    """Ask the next open question, after the words `before`; or say thanks, or that it is `complete`."""
    spot = next((spot for spot in route(talk.flow, talk.conversation) if spot.is_open), None)
    if spot:
        return ask(talk, spot, before)
    words = complete or " ".join(part for part in (before, thanks(talk)) if part)
    return floor(talk, None).turn(closing(talk.flow, talk.phrases, words))


def ask(talk: Talk, spot: Spot, before: str = "") -> Turn:
    """Put this question in the chat, with its present answer if there is one."""
    if spot.answer and not spot.is_open:
        answer = show(spot.asked, spot.answer.value, talk.phrases)
        spot = replace(spot, hint=talk.phrases.say("engine.answered", answer=answer))
    return floor(talk, spot.asked).turn(question(talk.flow, spot, talk.phrases, before))


def ask_again(talk: Talk, asked: Asked, why: str) -> Turn:
    """Say why, and put the question again as it is now; if it is no longer asked, what is open instead."""
    spots = route(talk.flow, talk.conversation)
    same = next((spot for spot in spots if spot.place == asked.place), None)
    return ask(talk, same, why) if same else go_on(talk, why)


def floor(talk: Talk, asked: Asked | None) -> Talk:
    """Note what typed words answer from now on; what stands on an open form stays noted too."""
    on_a_form = tuple(each for each in talk.conversation.asked if each.form)
    put = (asked, *on_a_form) if asked else on_a_form
    return replace(talk, conversation=replace(talk.conversation, asked=put))


def thanks(talk: Talk) -> str:
    """Return what to say when nothing is open: thanks, or that answers were changed, or that none was."""
    if not talk.was_complete:
        return words_of_thanks(talk.flow, talk.phrases)
    return talk.phrases.say("engine.changed" if talk.answered else "engine.unchanged")
