"""The commands about decisions."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from .. import decisions, posts
from ..commands import Call, Command, because
from ..decision_cards import STANDS, ways
from ..messages import Button, Field, Form, Item, Kind, Option, Value
from ..outcome import Outcome, Refused
from ..people import Role
from ..records import Decision
from ..sends import Send, SendKind


def decide(call: Call) -> Outcome:
    """Open the form of a decision with the question that was typed; no mode is chosen that was not declared."""
    mode, question = _declared(call.rest)
    if mode == "tell" and not _may_tell(call) and call.rest.endswith("?"):
        mode, question = "", call.rest
    if mode == "tell" and not _may_tell(call):
        raise Refused(call.say("decide.tell_is_for_administrators"))
    question, reason = _with_reason(question, mode)
    return call.show(_form(call, question, mode, reason=reason))


def _with_reason(words: str, mode: str) -> tuple[str, str]:
    """The question and its reason in "tell We meet at eight because the bus is late".

    Without a mode the reason follows the question mark: in "Do we stop because of snow?" it is part of the question.
    """
    before, between, reason = words.rpartition(" because ")
    return (before, reason) if between and (mode or before.endswith((".", "?", "!"))) else (words, "")


def _declared(words: str) -> tuple[str, str]:
    """The mode and the question in "tell We meet at eight"; a question that begins with "Tell parents" has none."""
    first, _, rest = words.partition(" ")
    mode = first.removesuffix(":").casefold()
    is_declared = mode in decisions.MODES and (first == mode or first.endswith(":"))
    return (mode, rest.strip()) if is_declared else ("", words)


def _may_tell(call: Call) -> bool:
    return Role.ADMINISTRATOR in call.room.roles(call.me.id)


def _form(call: Call, question: str = "", mode: str = "", known: Decision | None = None, reason: str = "") -> Form:
    modes = [Option("consent", call.say("decide.mode_consent"))]
    if _may_tell(call):
        modes.append(Option("tell", call.say("decide.mode_tell")))
    fields = (
        Field(
            "question",
            call.say("decide.ask_question"),
            Kind.LONG,
            value=question or None,
            hint=call.say("decide.warning"),
        ),
        Field(
            "mode",
            call.say("decide.ask_mode"),
            Kind.OPTIONS,
            tuple(modes),
            value=(known.mode if known else mode) or None,
        ),
        Field(
            "reason",
            call.say("decide.ask_reason"),
            Kind.LONG,
            value=(known.reason if known else reason) or None,
            optional=True,
            hint=call.say("decide.reason_hint" if _may_tell(call) else "decide.reason_helps"),
        ),
        Field(
            "limits",
            call.say("decide.ask_limits"),
            Kind.TEXT,
            value=known.limits if known else None,
            optional=True,
            hint=call.say("decide.limits_hint"),
        ),
        Field(
            "closes",
            call.say("decide.ask_closes"),
            Kind.DATE,
            value=_last_day(call, known),
            optional=True,
            hint=call.say("decide.closes_hint"),
        ),
    )
    return Form(
        "order decide",
        call.say("decide.form"),
        fields,
        submit=call.say("decide.preview"),
        about=call.room.team.id,
    )


def _last_day(call: Call, known: Decision | None) -> str | None:
    """The school day until which a draft asks, as a form holds it."""
    return str(call.room.today(known.closes_at)) if known and known.closes_at else None


def decide_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `decide`: show how it will read and who is asked until when, before it is posted."""
    words = {
        field: str(values.get(field) or "").replace("\x00", "").strip()
        for field in ("question", "mode", "reason", "limits", "closes")
    }
    for field, problem in (("question", "decide.no_question"), ("mode", "decide.no_mode")):
        if not words[field]:
            raise Refused(call.say(problem), field)
    words["reason"] = because(words["reason"])
    closes = _day(call, words["closes"]) if words["closes"] and words["mode"] == "consent" else None
    drafted = decisions.draft(
        call.room,
        call.me.id,
        words["mode"],
        words["question"],
        words["reason"],
        call.now,
        closes,
        words["limits"],
    )
    return Outcome((drafted,)) + _preview(call, drafted)


def _day(call: Call, words: str) -> date:
    try:
        return call.day(words)
    except Refused as refusal:
        raise Refused(str(refusal), "closes") from refusal


def _preview(call: Call, drafted: Decision) -> Outcome:
    if drafted.mode == "consent" and drafted.closes_at:
        asked = [member.name for member in call.room.prompted() if member.id != call.me.id]
        text = call.say("decide.will_ask", names=", ".join(asked), closes=call.room.calendar.local(drafted.closes_at))
    else:
        text = call.say("decide.will_tell")
    buttons = (
        Button(call.say("decide.post"), f"decide post {decisions.version(drafted)}", "primary"),
        Button(call.say("decide.change"), f"decide change {drafted.number}"),
    )
    items = [Item(drafted.question, quoted=True)]
    if drafted.reason:
        items.append(Item(drafted.reason, call.say("decide.reason"), quoted=True))
    if drafted.limits:
        items.append(Item(drafted.limits, call.say("decide.limits"), quoted=True))
    return call.tell(text, *buttons, title=call.say("decide.preview_title"), items=items)


def post(call: Call) -> Outcome:
    """Post a draft; it goes out in five minutes, in school hours, and can be taken back until then."""
    number, revision, _ = _version(call, "decide post")
    outcome = decisions.post(call.room, number, call.me.id, call.now, revision)
    posted = next(fact for fact in outcome.keep if isinstance(fact, Decision))
    due, goes_out = call.now + decisions.UNDO, decisions.goes_out(call.room, posted)
    sends = (posts.post(call.room, f"decision {number}", due), *_questions(call, posted))
    undo = Button(call.say("decide.undo"), f"decide undo {number}")
    said = call.tell(call.say("decide.posts_at", number=number, at=call.room.calendar.local(goes_out)), undo)
    return replace(outcome, sends=sends) + said


def _version(call: Call, what: str) -> tuple[int, int, str]:
    """The decision's number, the revision that was read ("3.2"; "3" is the first), and the words after it."""
    first, _, rest = call.rest.strip().partition(" ")
    words, _, revision = first.strip("#:,.").partition(".")
    number, _ = replace(call, rest=words).number(what)
    return number, replace(call, rest=revision).number(what)[0] if revision else 1, rest.strip()


def _questions(call: Call, posted: Decision) -> list[Send]:
    """One message to each person whose word is owed."""
    return [
        Send(
            key=decisions.question_key(call.room, posted, member),
            team=call.room.team.id,
            to=member,
            kind=SendKind.PROMPT,
            due=call.now + decisions.UNDO,
            card=f"stand {decisions.version(posted)}",
            expires=posted.closes_at,
        )
        for member in posted.asked
    ]


def change(call: Call) -> Outcome:
    """Open the form of a draft again."""
    number, _ = call.number("decide change")
    drafted = decisions.drafted(call.room, number, call.me.id)
    return call.show(_form(call, drafted.question, known=drafted))


def undo(call: Call) -> Outcome:
    """Take a post back before anybody has seen it."""
    number, _ = call.number("decide undo")
    return decisions.undo(call.room, number, call.me.id, call.now) + call.tell(call.say("decide.undone", number=number))


def stand(call: Call) -> Outcome:
    """Say what one thinks of a decision: good, worry or harm; without a reason, a form asks what the harm is."""
    number, revision, rest = _version(call, "stand")
    word, _, reason = rest.partition(" ")
    kind = next((each for each in STANDS if each == word.casefold().strip(":,")), "")
    reason = because(reason)
    if not kind:
        raise Refused(call.say("decide.which_stand", number=number))
    if kind != "good" and not reason:
        asked = decisions.asked_of(call.room, number, call.me.id, call.now, revision)
        return call.show(_reason_form(call, asked, kind))
    outcome = decisions.stand(call.room, number, call.me.id, kind, reason, call.now, revision)
    return outcome + call.tell(call.say(_taken(call, outcome, number, kind), number=number))


def _taken(call: Call, outcome: Outcome, number: int, kind: str) -> str:
    """What is said to a stand: it is noted, or it was the last word that the decision waited for."""
    after = call.room.having(outcome.keep)
    closes = decisions.settle(after, decisions.find(after, number), call.now)
    return "decide.took_the_last" if closes.keep else f"decide.took_{kind}"


def _reason_form(call: Call, asked: Decision, kind: str) -> Form:
    """Ask what the worry or the harm is; a worry may stay without words, an objection may not."""
    is_worry = kind == "worry"
    field = Field(
        "reason",
        call.say("decide.ask_worry" if is_worry else "decide.harm_because"),
        Kind.LONG,
        hint=call.say("decide.concern_hint"),
        optional=is_worry,
    )
    ref = f"order stand {decisions.version(asked)} {kind}"
    return Form(ref, call.say(f"decide.{kind}"), (field,), about=call.room.team.id)


def stand_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form that asks what a worry or an objection is about."""
    number, revision, kind = _version(call, "stand")
    reason = str(values.get("reason") or "").replace("\x00", "").strip()
    if kind not in STANDS:
        raise Refused(call.say("refused.form_is_over"))
    if kind == "harm" and not reason:
        raise Refused(call.say("decide.harm_needs_a_reason"), "reason")
    outcome = decisions.stand(call.room, number, call.me.id, kind, reason, call.now, revision)
    return outcome + call.tell(call.say(_taken(call, outcome, number, kind), number=number))


def amend(call: Call) -> Outcome:
    """Ask again with the objection worked in: `decide amend 3 …`; without words, open the form."""
    number, rest = call.number("decide amend")
    if not rest:
        known = decisions.unsettled(call.room, number, call.me.id)
        field = Field("question", call.say("decide.ask_question"), Kind.LONG, value=known.question)
        return call.show(
            Form(f"order decide amend {number}", call.say("decide.amend"), (field,), about=call.room.team.id)
        )
    outcome = decisions.amend(call.room, number, call.me.id, rest, call.now)
    amended = next(fact for fact in outcome.keep if isinstance(fact, Decision))
    said = call.tell(
        call.say("decide.amended", number=number, closes=call.room.calendar.local(amended.closes_at or call.now))
    )
    return replace(outcome, sends=tuple(_questions(call, amended))) + said


def amend_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `decide amend`."""
    return amend(replace(call, rest=f"{call.rest} {values.get('question') or ''}"))


def extend(call: Call) -> Outcome:
    """Give a decision two more school days, once."""
    number, _ = call.number("decide extend")
    outcome = decisions.extend(call.room, number, call.me.id, call.now)
    return outcome + call.tell(call.say("decide.extended", number=number))


def take(call: Call) -> Outcome:
    """Become the owner of a decision whose owner has left the team."""
    number, _ = call.number("decide take")
    outcome = decisions.take(call.room, number, call.me.id)
    taken = next(fact for fact in outcome.keep if isinstance(fact, Decision))
    buttons = ways(call.room, taken, call.me) if taken.state == "returned" else ()
    return outcome + call.tell(call.say("decide.taken", number=number), *buttons)


def withdraw(call: Call) -> Outcome:
    """Take a decision back for good: `decide withdraw 3 because …`."""
    number, rest = call.number("decide withdraw")
    reason = because(rest)
    if not reason:
        decisions.unsettled(call.room, number, call.me.id)
        field = Field("reason", call.say("decide.ask_withdraw"), Kind.LONG)
        return call.show(
            Form(
                f"order decide withdraw {number}",
                call.say("decide.withdraw"),
                (field,),
                about=call.room.team.id,
            )
        )
    outcome = decisions.withdraw(call.room, number, call.me.id, reason, call.now)
    return outcome + call.tell(call.say("decide.withdrawn", number=number))


def withdraw_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `decide withdraw`."""
    if not values.get("reason"):
        raise Refused(call.say("decide.withdraw_needs_a_reason"), "reason")
    return withdraw(replace(call, rest=f"{call.rest} {values['reason']}"))


def log(call: Call) -> Outcome:
    """List the decisions, newest first; with words, those that hold them."""
    known = decisions.posted(call.room, call.me.id, call.now)
    found = [each for each in known if call.rest.casefold() in each.question.casefold()]
    if not found:
        return call.tell(call.say("decide.no_decisions"), Button(call.say("decide.form"), "decide"))
    items = [
        Item(
            each.question,
            call.say("decide.label", number=each.number),
            _log_line(call, each),
            quoted=True,
        )
        for each in found[:20]
    ]
    return call.tell("", title=call.say("decide.log"), items=items)


def _log_line(call: Call, decision: Decision) -> str:
    owner, gone = call.room.name(decision.owner), decisions.leavers(call.room, decision)
    state, day = call.say(f"decide.state_{decision.state}"), call.room.today(decision.posted_at)
    parts = (
        call.say("decide.log_line", state=state, owner=owner, day=day),
        call.say("decide.taken_over", owner=owner) if decision.taken_from else "",
        call.say("decide.asked_and_left", count=len(gone)) if gone else "",
    )
    return " · ".join(filter(None, parts))


COMMANDS = (
    Command("decide", "decide", decide, decide_filled),
    Command("decide post", "decide", post, listed=False, numbered=True),
    Command("decide change", "decide", change, listed=False, numbered=True),
    Command("decide undo", "decide", undo, numbered=True),
    Command("decide amend", "decide", amend, amend_filled, numbered=True),
    Command("decide extend", "decide", extend, numbered=True),
    Command("decide take", "decide take", take, listed=False, numbered=True),
    Command("decide withdraw", "decide", withdraw, withdraw_filled, numbered=True),
    Command("stand", "stand", stand, stand_filled),
    Command("decisions", "decisions", log),
)
