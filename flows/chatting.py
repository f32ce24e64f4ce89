"""Answering in the chat: typed words, control words, and options that are pressed."""

from dataclasses import replace

from .answers import check, read, show, tidy
from .asking import field_key, with_answer_button
from .flow import Asked, NotAnAnswer
from .messages import Kind, Value
from .options import folded
from .phrases import Phrases, Raw
from .route import Spot, route
from .turn import Talk, Turn, ask, ask_again, chat_question, go_on, is_complete, kept

_LONGEST_WORD = 100
"""characters; what is longer is no control word"""


def typed(talk: Talk, text: str, as_written: bool = False) -> Turn:
    """Take what was typed: a control word, or the answer to the chat question; `as_written` it is the answer."""
    asked = chat_question(talk.conversation)
    match "" if as_written else control(talk.phrases, text):
        case "stop":
            return _stop(talk)
        case "later":
            return _later(talk)
        case "help":
            return _help(talk, asked)
        case _ if talk.flow.form_only:
            return _say(talk, "engine.form_only")
        case "" if asked is None:
            return _unasked(talk, text, as_written)
        case _ if asked is None:
            return go_on(talk, talk.phrases.say("engine.here"), talk.phrases.say("engine.complete"))
        case "back":
            return _back(talk, asked)
        case "skip":
            return _skip(talk, asked)
        case "keep" if asked.place in talk.conversation.answers:
            return _keep_it(talk, asked)
    return _answer(talk, asked, text)


def _unasked(talk: Talk, text: str, as_written: bool) -> Turn:
    """Take words for the first needed question, which the form in its message may show, if they are an answer to it.

    The question was not put by itself before, so the reply says which one it was. A question is no answer.
    """
    needed = (spot.asked for spot in route(talk.flow, talk.conversation) if spot.is_open and not spot.asked.optional)
    asked = next(needed, None)
    value = _meant(talk, asked, text) if asked and (as_written or not is_small_talk(talk.phrases, text)) else None
    if asked is None or value is None:
        return go_on(talk, talk.phrases.say("engine.here"), talk.phrases.say("engine.complete"))
    return _answer(talk, asked, text, _noted_as(talk, asked, text, value))


def _meant(talk: Talk, asked: Asked, text: str) -> Value:
    """The answer in these words: the first of all, if the question wants words, or what can be chosen in it."""
    if asked.kind in (Kind.TEXT, Kind.LONG):
        return None if talk.conversation.answers else text
    if asked.kind not in _CHOSEN:
        return None
    try:
        return read(asked, text, talk.today, talk.phrases, talk.conversation.member)
    except NotAnAnswer:
        return None


def _noted_as(talk: Talk, asked: Asked, text: str, value: Value) -> str:
    """Which question was answered, and that there is a way back unless the words that close the flow offer it.

    Of a number, or of half a word, it is said for what it was taken.
    """
    noted: list[str] = [talk.phrases.say("engine.noted_as", asked=Raw(asked.words))]
    if folded(show(asked, value, talk.phrases)) != folded(text):
        noted.append(_echo(talk, asked, value))
    if not is_complete(talk.flow, kept(talk, asked, value).conversation):
        noted.append(talk.phrases.say("engine.changeable"))
    return " ".join(noted)


def is_small_talk(phrases: Phrases, text: str) -> bool:
    """Whether it greets, asks something, or says yes or no to being asked: nobody's answer."""
    if text.rstrip().endswith("?"):
        return True
    keys = ("answers.words.hello", "answers.words.thanks", "answers.words.yes", "answers.words.no")
    return any(folded(text) in phrases.words(key) for key in keys)


def control(phrases: Phrases, text: str) -> str:
    """Return the control word that the whole message is, if it is one."""
    said = plainly(phrases, text) if len(text) < _LONGEST_WORD else ""
    words = ("stop", "later", "skip", "back", "keep", "help")
    return next((word for word in words if said in phrases.words(f"engine.words.{word}")), "")


def plainly(phrases: Phrases, text: str) -> str:
    """Return the words as they are compared, without a "please" before or after them."""
    said = folded(text)
    for polite in phrases.words("answers.words.polite"):
        said = said.removeprefix(f"{polite} ").removesuffix(f" {polite}").strip(" ,.!")
    return said


def _answer(talk: Talk, asked: Asked, text: str, noted: str = "") -> Turn:
    try:
        value = read(asked, text, talk.today, talk.phrases, talk.conversation.member)
    except NotAnAnswer as reason:
        return ask_again(talk, asked, str(reason))
    if asked.kind is Kind.DATE and tidy(text) != value:
        noted = _echo(talk, asked, value)
    return go_on(kept(talk, asked, value), noted)


def _echo(talk: Talk, asked: Asked, value: Value) -> str:
    return talk.phrases.say("engine.noted", answer=show(asked, value, talk.phrases))


def picked(talk: Talk, key: str, value: str) -> Turn:
    """Take an option under the chat question, or under an earlier one whose answer it changes."""
    asked = _pickable(talk, key, is_skipped=not value)
    if talk.flow.form_only:
        return _say(talk, "engine.form_only")
    if asked is None:
        return go_on(talk)
    try:
        checked = check(asked, value, talk.today, talk.phrases, talk.conversation.member)
    except NotAnAnswer as reason:
        return ask_again(talk, asked, str(reason))
    return go_on(kept(talk, asked, checked))


_CHOSEN = (Kind.OPTIONS, Kind.SCALE, Kind.SEVERAL, Kind.DOTS)
"""Kinds of questions to which few words are an answer, whatever was asked last."""

_PRESSED = (Kind.OPTIONS, Kind.SEVERAL, Kind.SCALE, Kind.YES_NO, Kind.PERSON)
"""Kinds of questions whose answers stand as buttons under them, so that an earlier one can be pressed again."""


def _pickable(talk: Talk, key: str, *, is_skipped: bool) -> Asked | None:
    asked = chat_question(talk.conversation)
    if asked and field_key(asked) == key:
        return asked
    for spot in route(talk.flow, talk.conversation):
        could_be = is_skipped or spot.asked.kind in _PRESSED
        if field_key(spot.asked) == key and could_be and _was_put(spot):
            return spot.asked
    return None


def _was_put(spot: Spot) -> bool:
    """Whether the question was answered as it is now, so it was asked in these words."""
    return spot.answer is not None and not spot.is_open and spot.answer.words == spot.asked.words


def _say(talk: Talk, key: str) -> Turn:
    """Say this phrase, with a button that goes on with the flow."""
    return talk.turn(with_answer_button(talk.flow, talk.phrases, talk.phrases.say(key)))


def _stop(talk: Talk) -> Turn:
    stopped = replace(talk.conversation, declined_at=talk.now)
    return _say(replace(talk, conversation=stopped), "engine.stopped")


def _later(talk: Talk) -> Turn:
    put_off = replace(talk.conversation, later=True)
    return _say(replace(talk, conversation=put_off), "engine.later")


def _help(talk: Talk, asked: Asked | None) -> Turn:
    return ask_again(talk, asked, talk.phrases.say("engine.help")) if asked else _say(talk, "engine.help")


def _skip(talk: Talk, asked: Asked) -> Turn:
    if asked.optional:
        return go_on(kept(talk, asked, None))
    return ask_again(talk, asked, talk.phrases.say("engine.needed"))


def _back(talk: Talk, asked: Asked) -> Turn:
    """Ask the question before; if this one is no longer asked, the one before the first open one."""
    spots = route(talk.flow, talk.conversation)
    here = next(
        (place for place, spot in enumerate(spots) if spot.place == asked.place),
        next((place for place, spot in enumerate(spots) if spot.is_open), len(spots)),
    )
    if not here:
        return ask_again(talk, asked, talk.phrases.say("engine.first"))
    return ask(talk, spots[here - 1])


def _keep_it(talk: Talk, asked: Asked) -> Turn:
    """Leave an answer as it is and go on: to what is open, else to the next answer."""
    spots = route(talk.flow, talk.conversation)
    after = next((place + 1 for place, spot in enumerate(spots) if spot.place == asked.place), len(spots))
    if is_complete(talk.flow, talk.conversation) and after < len(spots):
        return ask(talk, spots[after])
    return go_on(talk)
