"""The command by which those who are asked say their word to a decision."""

from collections.abc import Mapping

from .. import decision_cards, decisions, stands
from ..commands import Call, Command, because, is_number
from ..decision_records import Decision, Stand
from ..messages import Field, Form, Kind, Note, Option, Value
from ..modes import MODES
from ..outcome import Outcome, Refused
from ..people import Member, Role
from .decide import version

WORDED = ("worry", "harm", "advice")
"""words that a form asks about when nothing is said with them"""


def stand(call: Call) -> Outcome:
    """Say one's word: `stand 3 good`, or to a vote the number of an option; a form asks what a harm is."""
    number, revision, rest = version(call, "stand")
    word, _, words = rest.partition(" ")
    kind, reason = word.casefold().strip(":,."), because(words)
    asked = decisions.asked_of(call.room, number, call.me.id, call.now, revision)
    if not kind:
        return _shown(call, asked)
    if kind == "withdraw":
        told = call.tell(call.say("decide.word_taken_back", number=number))
        return decisions.take_back(call.room, number, call.me.id, call.now, asked.revision) + told
    if kind in WORDED and kind in MODES[asked.mode].says and not reason:
        return call.show(_form(call, asked, kind))
    return _said(call, number, revision, kind, reason)


def _shown(call: Call, asked: Decision) -> Outcome:
    """The decision with what can be said to it."""
    message = decision_cards.draw_stood(call.room, decisions.version(asked), call.me.id)
    assert message is not None
    return Outcome(reply=Note(message))


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


def object_for(call: Call) -> Outcome:
    """Put an objection on record for somebody who gave it to the facilitator: `object 3 for Ana because …`."""
    _require_facilitator(call)
    number, revision, rest = version(call, "object")
    asked = decisions.objectable(call.room, number, call.now)
    name, _, reason = rest.removeprefix("for ").partition(" because ")
    if name.startswith("because "):
        name, reason = "", name
    if not name or not reason.strip():
        return call.show(_form_for(call, asked, name, because(reason)))
    return _objected(call, number, revision, call.person(name, _asked(call, asked)), reason)


def _require_facilitator(call: Call) -> None:
    """Raise Refused for an administrator of a team that has a facilitator to bring objections to."""
    facilitators = call.room.holders(Role.FACILITATOR)
    if facilitators and call.me not in facilitators:
        names = [each.name for each in facilitators]
        raise Refused(call.say("decide.objects_through", names=names))


def _asked(call: Call, decision: Decision) -> list[Member]:
    """Everybody who is asked: who has not spoken is nobody's to know."""
    gone = stands.leavers(call.room, decision)
    return [call.room.member(each) for each in decision.asked if each not in gone] or [call.me]


def object_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `object`."""
    _require_facilitator(call)
    number, revision, _ = version(call, "object")
    for key in ("member", "reason"):
        if not values.get(key):
            raise Refused(call.say("answers.missing"), key)
    owing = [call.room.member(each) for each in stands.owed(call.room, decisions.find(call.room, number))]
    return _objected(
        call, number, revision, call.person(str(values["member"]), owing or [call.me]), str(values["reason"])
    )


def _objected(call: Call, number: int, revision: int, member: Member, reason: str) -> Outcome:
    said = Stand(
        call.room.team.id, number, member.id, "harm", because(reason.strip()), call.now, revision, through=call.me.id
    )
    told = call.say("decide.objected_for", number=number, name=member.name)
    return decisions.object_for(call.room, said) + call.tell(told)


def _form_for(call: Call, asked: Decision, name: str, reason: str) -> Form:
    options = tuple(Option(each.id, each.name) for each in _asked(call, asked))
    value = next((each.key for each in options if name and each.label.startswith(name)), None)
    fields = (
        Field("member", call.say("decide.objects_who"), Kind.PERSON, options, value=value),
        Field(
            "reason", call.say("decide.ask_harm"), Kind.LONG, value=reason or None, hint=call.say("decide.objects_hint")
        ),
    )
    ref = f"order object {decisions.as_read(asked)}"
    intro = call.subject("decide.label", asked.number, asked.question)
    return Form(ref, call.say("decide.objects"), fields, intro, about=call.room.team.id)


def _form(call: Call, asked: Decision, kind: str) -> Form:
    """Ask for the words; a worry may stay without any."""
    label, hint = call.say(f"decide.ask_{kind}"), call.say(f"decide.{kind}_hint")
    field = Field("reason", label, Kind.LONG, hint=hint, optional=kind == "worry")
    ref = f"order stand {decisions.as_read(asked)} {kind}"
    intro = call.subject("decide.label", asked.number, asked.question)
    return Form(ref, call.say(f"decide.{kind}"), (field,), intro, about=call.room.team.id)


COMMANDS = (
    Command("stand", "stand", stand, stand_filled),
    Command("object", "object", object_for, object_filled, numbered=True),
)
