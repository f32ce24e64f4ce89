"""What is typed in the direct conversation: an answer, a command, a wish, or words to a decision."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from . import engine, founding_team, guesses, labels, ordering, speaking, talk, wishes
from .chatting import control, is_small_talk
from .command_table import COMMANDS
from .commands import Call
from .flow import Conversation
from .guesses import as_answer
from .messages import Button, Note
from .options import folded
from .orders import guide, own_time
from .outcome import Outcome, Refused
from .sends import Send

URGENT = frozenset({"hold", "resume", "closure", "leave", "quiet"})
"""Commands that stop something: nobody should believe that one was given which was not."""


def typed(call: Call, text: str) -> Outcome:
    """Typed words in the direct conversation: an answer to what was asked, else a command, else a start.

    Words that every question names beside its buttons are no answer to it, nor is a wish to be left alone. A message
    without words is a picture or a file.
    """
    if not text:
        return call.tell(call.say("refused.no_words"))
    phrases, floor = call.room.phrases(call.me), talk.floor(call)
    if beside := labels.beside(text, phrases):
        return ordering.ordered(call, beside)
    if own_time.wants_no_messages(call, text):
        return own_time.fewer(call)
    word = control(phrases, text)
    if word in ("later", "stop") and (asked := floor or talk.unfinished(call)):
        return ordering.ordered(call, f"{word} {asked.flow}")
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
    if ordering.found(call, text):
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
            return ordering.spoken(call, said)
        return speaking.asked_back(call, said, *ways)
    if own := own_time.in_own_words(call, text) or guesses.about_the_log(call, text):
        return _with_ways(call, _or_answered(call, lambda: ordering.ordered(call, own), ways), ways)
    is_command = not is_floor and ordering.found(call, text)
    if waiting and not is_command and guesses.is_hardly_an_answer(call, text, is_floor):
        return _or_answered(call, lambda: guesses.unknown(call, text, waiting), ways)
    return None


def _given(call: Call, text: str, waiting: Conversation | None) -> Outcome:
    """A command that was typed; what only begins like one and may be an answer keeps nothing and opens nothing.

    A need is both: the question about needs is answered by it.
    """
    ways = (*as_answer(call, waiting, text), *speaking.as_advice(call, text))
    outcome, begun = _or_answered(call, lambda: ordering.ordered(call, text), ways), guesses.begun(call, text)
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
        return call.tell(f"{refusal}\n\n{call.say('refused.or_answer')}", *ways)


def _with_ways(call: Call, outcome: Outcome, ways: Sequence[Button]) -> Outcome:
    """The outcome, whose note offers these, too; what is done already is no answer."""
    match outcome.reply:
        case Note(message) if not outcome.keep and not {*ways} <= {*message.buttons}:
            note = "\n".join(filter(None, (message.note, call.say("refused.or_answer"))))
            return replace(outcome, reply=Note(replace(message, buttons=(*message.buttons, *ways), note=note)))
    return outcome


def _with_nothing_open(call: Call, text: str, word: str) -> Outcome:
    """Words to which nothing waits: a greeting hears who is there, other small talk that nothing is open."""
    if guesses.greets(call, text):
        return guide.welcome(call)
    is_question = text.endswith("?")
    if word == "help" or (is_question and not folded(text)):
        return ordering.ordered(call, "help")
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
    return _late(call, guesses.unknown(call, text))


def _late(call: Call, guess: Outcome) -> Outcome:
    """What is said to words to which nothing waits, after that the question is closed to which they may have come."""
    late = talk.closed_unanswered(call)
    if late is None or not isinstance(guess.reply, Note):
        return guess
    message, flow = guess.reply.message, call.room.scripts.flow(late.flow, call.me.language)
    told = f"{call.say('prompt.closed')} {message.text}"
    return replace(guess, reply=Note(replace(message, title=flow.title, text=told)))


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
