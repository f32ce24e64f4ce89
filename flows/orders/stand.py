"""The command by which those who are asked say their word to a decision."""

from collections.abc import Mapping

from .. import decisions, stands
from ..commands import Call, Command, because, is_number
from ..messages import Field, Form, Kind, Value
from ..modes import MODES
from ..outcome import Outcome, Refused
from ..records import Decision, Stand
from .decide import version

WORDED = ("worry", "harm", "advice")
"""words that a form asks about when nothing is said with them"""


def stand(call: Call) -> Outcome:
    """Say one's word: `stand 3 good`, or to a vote the number of an option; a form asks what a harm is."""
    number, revision, rest = version(call, "stand")
    word, _, words = rest.partition(" ")
    kind, reason = word.casefold().strip(":,."), because(words)
    if kind == "harm" and words.casefold().startswith("for "):
        return _for_somebody(call, number, revision, words[4:])
    known = decisions.find(call.room, number) if kind in WORDED else None
    if known and kind in MODES[known.mode].says and not reason:
        asked = decisions.asked_of(call.room, number, call.me.id, call.now, revision)
        return call.show(_form(call, asked, kind))
    return _said(call, number, revision, kind, reason)


def stand_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form that asks what a worry, an objection or a piece of advice is."""
    number, revision, kind = version(call, "stand")
    if kind not in WORDED:
        raise Refused(call.say("refused.form_is_over"))
    return _said(call, number, revision, kind, str(values.get("reason") or "").strip())


def _said(call: Call, number: int, revision: int, kind: str, reason: str) -> Outcome:
    """Keep the word, and say what it did: it is noted, or it was the last one that the decision waited for."""
    choice = int(kind) if is_number(kind) else 0
    asked = decisions.asked_of(call.room, number, call.me.id, call.now, revision)
    if not choice and kind not in MODES[asked.mode].says:
        raise Refused(decisions.how_to_speak(call.room, asked))
    kind = "vote" if choice else kind
    team, me = call.room.team.id, call.me.id
    outcome = decisions.speak(call.room, Stand(team, number, me, kind, reason, call.now, asked.revision, choice))
    after = call.room.having(outcome.keep)
    closes = decisions.settle(after, decisions.find(after, number), call.now)
    is_last = any(isinstance(fact, Decision) and fact.state == "decided" for fact in closes.keep)
    option = asked.options[choice - 1] if choice else ""
    took = "the_last" if is_last else "not_me" if asked.mode == "delegate" else kind
    return outcome + call.tell(call.say(f"decide.took_{took}", number=number, label=option))


def _for_somebody(call: Call, number: int, revision: int, words: str) -> Outcome:
    """Put an objection on record for somebody: `stand 3 harm for Ana because …`."""
    call.require("object for others", who_may=call.say("decide.who_objects_for_others"))
    name, _, reason = words.partition(" because ")
    member = call.person(name, [call.room.member(each) for each in _asked(call, number)])
    said = Stand(call.room.team.id, number, member.id, "harm", reason.strip(), call.now, revision, through=call.me.id)
    told = call.say("decide.objected_for", number=number, name=member.name)
    return decisions.object_for(call.room, said) + call.tell(told)


def _asked(call: Call, number: int) -> tuple[str, ...]:
    decision = decisions.find(call.room, number)
    gone = stands.leavers(call.room, decision)
    return tuple(member for member in decision.asked if member not in gone) or (call.me.id,)


def _form(call: Call, asked: Decision, kind: str) -> Form:
    """Ask for the words; a worry may stay without any."""
    label, hint = call.say(f"decide.ask_{kind}"), call.say(f"decide.{kind}_hint")
    field = Field("reason", label, Kind.LONG, hint=hint, optional=kind == "worry")
    ref = f"order stand {decisions.version(asked)} {kind}"
    return Form(ref, call.say(f"decide.{kind}"), (field,), about=call.room.team.id)


COMMANDS = (Command("stand", "stand", stand, stand_filled),)
