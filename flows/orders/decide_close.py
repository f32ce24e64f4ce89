"""The commands of a decision that is out: worked in, extended, answered, reported, taken over, kept."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from .. import amendments, decisions
from ..commands import Call, Command, because
from ..decision_cards import ways
from ..decision_records import Decision
from ..messages import Button, Field, Form, Kind, Value
from ..outcome import Outcome, Refused
from ..school_days import explained, on_form
from . import decide_forms
from .decide import delegated, shown


def amend(call: Call) -> Outcome:
    """Ask again with the objection worked in: `decide amend 3 …`; without words, open the form."""
    number, words = call.number("decide amend")
    known = _as_drafted(call, number)
    if not words or known.mode == "delegate":
        return call.show(decide_forms.amend(call, replace(known, question=words or known.question)))
    return _amended(call, replace(known, question=words))


def amend_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `decide amend`."""
    number, _ = call.number("decide amend")
    known = _as_drafted(call, number)
    words = {key: str(value or "").strip() for key, value in values.items()}
    reason = because(words.get("reason", known.reason))
    review_on, moved = on_form(call, words.get("review_on", ""), "review_on")
    written = replace(known, question=words.get("question", ""), reason=reason, review_on=review_on)
    if known.mode == "vote":
        options = tuple(line.strip() for line in words.get("options", "").splitlines() if line.strip())
        written = replace(written, options=options)
    if known.mode == "delegate":
        written = delegated(call, written, words.get("to", ""))
    return explained(call, _amended(call, written), moved)


def _as_drafted(call: Call, number: int) -> Decision:
    """The decision with the words of its amendment, where one waits; raises Refused where it cannot be amended."""
    known = decisions.amendable(call.room, number, call.me.id, call.now)
    draft = amendments.waiting(call.room, number)
    return amendments.reads(call.room, draft) if draft else known


def _amended(call: Call, written: Decision) -> Outcome:
    """How it will read and whom it will ask; nobody is asked before it is posted."""
    draft, amended = amendments.write(call.room, call.me.id, written, call.now)
    buttons = (
        Button(call.say("decide.post"), f"decide post {draft.decision}.{draft.revision}", "primary"),
        Button(call.say("decide.change"), f"decide amend {draft.decision}"),
        Button(call.say("decide.drop"), f"decide undo {draft.decision}"),
    )
    return Outcome((draft,)) + shown(call, amended, *buttons)


def extend(call: Call) -> Outcome:
    """Give a decision some more school days, once."""
    number, _ = call.number("decide extend")
    outcome = decisions.extend(call.room, number, call.me.id, call.now)
    extended = next(fact for fact in outcome.keep if isinstance(fact, Decision))
    closes = decisions.closes(call.room, extended)
    return outcome + call.tell(call.say("decide.extended", number=number, closes=closes))


def withdraw(call: Call) -> Outcome:
    """Take a decision back for good: `decide withdraw 3 because …`."""
    number, rest = call.number("decide withdraw")
    reason = because(rest)
    if not reason:
        decisions.unsettled(call.room, number, call.me.id)
        return _one_question(call, number, "decide.withdraw", "reason", "decide.ask_withdraw")
    outcome = decisions.withdraw(call.room, number, call.me.id, reason, call.now)
    return outcome + call.tell(call.say("decide.withdrawn", number=number))


def withdraw_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `decide withdraw`."""
    if not values.get("reason"):
        raise Refused(call.say("decide.withdraw_needs_a_reason"), "reason")
    return withdraw(replace(call, rest=f"{call.rest} {values['reason']}"))


def answer(call: Call) -> Outcome:
    """Open the form in which the owner says what was decided and answers each person who advised."""
    number, _ = call.number("decide answer")
    decisions.answer(call.room, number, call.me.id, {}, "…")
    return call.show(decide_forms.answers(call, decisions.find(call.room, number)))


def answer_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `decide answer`: while somebody's advice has no answer, the next form asks for it."""
    number, _ = call.number("decide answer")
    words = {key: str(value or "").strip() for key, value in values.items()}
    decided = words.pop("outcome", "")
    outcome = decisions.answer(call.room, number, call.me.id, words, decided)
    after = replace(call, room=call.room.having(outcome.keep))
    if empty := next((key for key, given in words.items() if not given), ""):
        raise Refused(call.say("decide.answer_each", name=call.room.name(empty)), empty)
    if decisions.unanswered(after.room, number):
        return outcome + call.show(decide_forms.answers(after, decisions.find(after.room, number)))
    return outcome + call.tell(call.say("decide.answered_all", number=number))


def report(call: Call) -> Outcome:
    """Say what was decided by those to whom it was delegated: `decide report 3 We meet in the library`."""
    number, words = call.number("decide report")
    if not words:
        decisions.report(call.room, number, call.me.id, "…", call.now)
        return _one_question(call, number, "decide.report", "outcome", "decide.ask_report")
    outcome = decisions.report(call.room, number, call.me.id, words, call.now)
    return outcome + call.tell(call.say("decide.reported", number=number))


def report_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `decide report`."""
    if not values.get("outcome"):
        raise Refused(call.say("decide.report_needs_words"), "outcome")
    return report(replace(call, rest=f"{call.rest} {values['outcome']}"))


def take(call: Call) -> Outcome:
    """Become the owner of a decision whose owner has left the team."""
    number, _ = call.number("decide take")
    outcome = decisions.take(call.room, number, call.me.id)
    taken = next(fact for fact in outcome.keep if isinstance(fact, Decision))
    buttons = ways(call.room, taken) if taken.state == "returned" else ()
    return outcome + call.tell(call.say("decide.taken", number=number), *buttons)


def keep(call: Call) -> Outcome:
    """A decision that came back stands: until another day, or for good."""
    number, words = call.number("decide keep")
    decision = decisions.find(call.room, number)
    call.require("decide keep", decision.owner == call.me.id)
    if words:
        return _kept(call, number, call.sure_day(words))
    decisions.keep(call.room, number, call.now, None)
    hint = call.say("decide.keep_hint")
    field = Field("review_on", call.say("decide.ask_review_on"), Kind.DATE, optional=True, hint=hint)
    return call.show(_form(call, "decide keep", number, "decide.keep_it", field))


def keep_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `decide keep`."""
    number, _ = call.number("decide keep")
    call.require("decide keep", decisions.find(call.room, number).owner == call.me.id)
    day, moved = on_form(call, str(values.get("review_on") or ""), "review_on")
    return explained(call, _kept(call, number, day), moved)


def _kept(call: Call, number: int, day: date | None) -> Outcome:
    outcome = decisions.keep(call.room, number, call.now, day)
    said = call.say("decide.kept_until", number=number, day=day) if day else call.say("decide.kept", number=number)
    return outcome + call.tell(said)


def _one_question(call: Call, number: int, title: str, key: str, label: str) -> Outcome:
    field = Field(key, call.say(label), Kind.LONG)
    return call.show(_form(call, title.replace(".", " "), number, title, field))


def _form(call: Call, command: str, number: int, title: str, field: Field) -> Form:
    """The form of a command, with the decision that it is about."""
    intro = call.subject("decide.label", number, decisions.find(call.room, number).question)
    return Form(f"order {command} {number}", call.say(title), (field,), intro, about=call.room.team.id)


COMMANDS = (
    Command("decide amend", "decide", amend, amend_filled, numbered=True, asks_staff=True),
    Command("decide extend", "decide", extend, numbered=True),
    Command("decide withdraw", "decide", withdraw, withdraw_filled, numbered=True),
    Command("decide answer", "decide", answer, answer_filled, numbered=True),
    Command("decide report", "decide report", report, report_filled, numbered=True),
    Command("decide take", "decide take", take, listed=False, numbered=True),
    Command("decide keep", "decide keep", keep, keep_filled, numbered=True),
)
