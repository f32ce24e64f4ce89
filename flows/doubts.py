"""Doubts: words that may name a student wait for their author, who alone is asked: edit or post?

Whatever the words are for, they pass here on their way to others; what stays with their author does not.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from .asking import IN_MESSAGE, OPENED
from .commands import Call
from .decision_records import Amendment, Ask, Decision, Stand
from .events import Event, Filled, what_to_json
from .messages import Button, Card, Note
from .outcome import Fact, Outcome
from .people import School
from .records import Action, Charter, Doubt, Evidence, Indicator, Line, Move, Need, Resource, Result
from .room import Room
from .students import named
from .vocabulary import vocabulary

READ_BY_OTHERS: Mapping[type, tuple[str, ...]] = {
    Move: ("reason",),
    Charter: ("norms", "purpose", "priority"),
    Line: ("text",),
    Need: ("text", "evidence", "area"),
    Resource: ("text",),
    Action: ("what", "prediction", "measure", "blocker", "reason"),
    Evidence: ("text",),
    Result: ("text",),
    Decision: ("question", "reason", "outcome", "limits", "options"),
    Amendment: ("question", "reason", "options"),
    Stand: ("reason", "answer"),
    Ask: ("what", "reason", "answer"),
    Indicator: ("what", "start", "goal", "seen"),
}
"""The words of each kind of record that somebody beside their author reads; so are the names of a school's closures."""
POST, EDIT = "post as written", "edit words"
"""the commands of an author"""
KEPT_FOR = timedelta(days=14)
"""after that the words are gone, with nobody told"""


def waiting(room: Room, member: str) -> tuple[Doubt, ...]:
    """The doubts that wait for this person's word, oldest first."""
    return tuple(each for each in room.doubts if each.member == member and each.said)


def numbered(room: Room, member: str, words: str) -> Doubt | None:
    """The doubt with this number that waits for this person; None for anything else."""
    return next((each for each in waiting(room, member) if str(each.number) == words.strip("# ")), None)


def asked_first(call: Call, event: Event, outcome: Outcome) -> Outcome:
    """The outcome of what somebody said, or the question about it; the same words once more are their answer.

    Who answers anew what waited has edited it.
    """
    answered = {key for key, _ in outcome.answers}
    own = waiting(call.room, call.me.id)
    over = tuple(settled(each) for each in call.room.doubts if each.said and each.conversation in answered)
    piece = _found(call, outcome)
    same = next((each for each in own if each.said == what_to_json(event.what)), None)
    if not piece or same:
        return outcome + Outcome((*over, settled(same)) if same else over)
    doubt = Doubt(
        call.room.team.id,
        call.room.next_number(Doubt),
        call.me.id,
        call.now,
        what_to_json(event.what),
        next(iter(answered), "") or _shared_from(outcome),
    )
    return Outcome((doubt,)) + _asked(call, event, doubt, piece)


def settled(doubt: Doubt) -> Doubt:
    """The doubt without its words."""
    return replace(doubt, said={})


def ways(call: Call, doubt: Doubt) -> tuple[Button, ...]:
    """The two buttons of an author."""
    return (
        Button(call.say("doubt.edit"), f"{EDIT} {doubt.number}", "primary"),
        Button(call.say("doubt.post"), f"{POST} {doubt.number}"),
    )


def _asked(call: Call, event: Event, doubt: Doubt, piece: str) -> Outcome:
    """Ask the author; where the thanks for a question's form would stand, the question stands in their place."""
    words, note = call.say("doubt.ask", said=piece), call.say("doubt.note")
    asked = call.tell(words, *ways(call, doubt), title=call.say("doubt.title"), note=note)
    match event.what, asked.reply:
        case Filled(ref), Note(message) if ref.partition(" ")[0] in (OPENED, IN_MESSAGE):
            return replace(asked, reply=Card(message))
    return asked


def _found(call: Call, outcome: Outcome) -> str:
    """The first words of what others would read that seem to name a student and did not stand there before."""
    texts = [text for fact in outcome.keep for text in _texts(fact)]
    if not texts:
        return ""
    pieces = {text: seems_to_name(call.room, text) for text in dict.fromkeys(texts)}
    suspicious = [text for text, piece in pieces.items() if piece]
    if not suspicious:
        return ""
    before = {text for fact in _on_record(call.room) for text in _texts(fact)}
    return next((pieces[text] for text in suspicious if text not in before), "")


def seems_to_name(room: Room, text: str) -> str:
    """The words in which a text seems to name a student; empty where it names none."""
    known = room.scripts.by_language
    return named(text, vocabulary(known[code] for code in sorted(known)), [each.name for each in room.members])


def _texts(fact: Fact) -> Iterator[str]:
    if isinstance(fact, School):
        yield from (each.name for each in fact.calendar.closures)
    for name in READ_BY_OTHERS.get(type(fact), ()):
        said: Any = getattr(fact, name)
        yield from filter(None, said if isinstance(said, tuple) else (said,))


def _on_record(room: Room) -> Iterator[Any]:
    yield room.school
    for kind in READ_BY_OTHERS:
        yield from room.kept(kind)


def _shared_from(outcome: Outcome) -> str:
    """The conversation of a line that was to be shared."""
    lines = (fact for fact in outcome.keep if isinstance(fact, Line))
    return next((line.origin.partition("#")[0] for line in lines), "")
