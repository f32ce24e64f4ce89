"""The commands by which a team asks for time, coverage or money, and gets its answer in writing."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from .. import ask_cards, asks, decisions, needs, posts
from ..commands import Call, Command, because, is_number
from ..decision_records import Ask
from ..messages import Button, Field, Form, Item, Kind, Option, Value
from ..options import folded
from ..outcome import Outcome, Refused
from ..phrases import Raw
from ..school_days import explained, on_form

_SHOW = re.compile(r"^(?:answer|show|responder|mostrar)\b", re.IGNORECASE)
"""what stands before the number of an ask that is there already"""


def ask(call: Call) -> Outcome:
    """Open the form with what was typed: `ask Two substitutes on Thursday because we visit classes`; a number shows it.

    Raises Refused where there is nobody to ask, and for a number that is no ask's.
    """
    number = _SHOW.sub("", call.rest).strip("# ")
    if is_number(number):
        meant = asks.find(call.room, int(number), call.me.id, call.now)
        return call.tell("", title=call.say("ask.log"), items=[entry(call, meant)])
    if not asks.givers(call.room, call.me.id):
        raise Refused(call.say("ask.nobody"))
    what, between, reason = call.rest.rpartition(" because ")
    return call.show(_form(call, what if between else call.rest, reason if between else ""))


def _form(call: Call, what: str, reason: str) -> Form:
    kinds = tuple(Option(kind, call.say(f"ask.kind_{kind}")) for kind in asks.ASK_KINDS)
    givers = tuple(Option(each.id, each.name) for each in asks.givers(call.room, call.me.id))
    standing = tuple(Option(str(each.number), each.text) for each in needs.standing_needs(call.room))
    fields = [
        Field("what", call.say("ask.ask_what"), Kind.LONG, value=what or None),
        Field("kind", call.say("ask.ask_kind"), Kind.OPTIONS, kinds),
        Field("reason", call.say("ask.ask_reason"), Kind.LONG, value=reason or None, optional=True),
        Field("of", call.say("ask.ask_of"), Kind.PERSON, givers, value=givers[0].key if len(givers) == 1 else None),
        Field("due", call.say("ask.ask_due"), Kind.DATE, optional=True, hint=call.say("ask.due_hint")),
    ]
    if standing:
        fields.append(Field("need", call.say("ask.ask_need"), Kind.OPTIONS, standing, optional=True))
    return Form("order ask", call.say("ask.form"), tuple(fields), about=call.room.team.id)


def ask_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `ask`: it goes out in five minutes, in school hours."""
    words = {key: str(value or "").strip() for key, value in values.items()}
    need = words.get("need", "")
    wanted = Ask(
        team=call.room.team.id,
        number=0,
        cycle=0,
        what=words.get("what", ""),
        kind=words.get("kind", ""),
        reason=because(words.get("reason", "")),
        asker=call.me.id,
        of=words.get("of", ""),
        due=call.today,
        asked_at=call.now,
        need=int(need) if is_number(need) else 0,
    )
    due, moved = on_form(call, words.get("due", ""), "due")
    outcome = asks.put(call.room, wanted, due)
    kept = next(fact for fact in outcome.keep if isinstance(fact, Ask))
    channel = posts.post(call.room, f"request {kept.number}", call.now + decisions.UNDO)
    said = call.say("ask.kept", number=kept.number, name=call.room.name(kept.of), day=kept.due)
    undo = Button(call.say("decide.undo"), f"ask withdraw {kept.number}")
    return explained(call, replace(outcome, sends=(*outcome.sends, channel)) + call.tell(said, undo), moved)


def grant(call: Call) -> Outcome:
    """Grant what was asked for, in writing: `ask grant 2 Thursday and Friday, from the district's pool`."""
    return _answer(call, "granted", "ask grant")


def decline(call: Call) -> Outcome:
    """Decline it, in writing: `ask decline 2 because the pool is empty until May`."""
    return _answer(call, "declined", "ask decline")


def _answer(call: Call, state: str, what: str) -> Outcome:
    number, words = call.number(what)
    ask = asks.answerable(call.room, number, call.me.id, call.now)
    if not words:
        field = Field("answer", call.say(f"ask.ask_{state}"), Kind.LONG, hint=call.say("ask.answer_hint"))
        return call.show(_about(call, ask, what, "ask.answer", field))
    outcome = asks.answer(call.room, number, call.me.id, state, because(words), call.now)
    return outcome + call.tell(call.say("ask.answer_kept", number=number))


def _about(call: Call, ask: Ask, command: str, title: str, field: Field) -> Form:
    """The form of a command, with the ask that it is about."""
    intro = call.subject("ask.label", ask.number, ask.what)
    return Form(f"order {command} {ask.number}", call.say(title), (field,), intro, about=call.room.team.id)


def answer_filled(call: Call, values: Mapping[str, Value], then: str) -> Outcome:
    """The form of `ask grant` and of `ask decline`."""
    if not values.get("answer"):
        raise Refused(call.say("ask.answer_in_words"), "answer")
    words = replace(call, rest=f"{call.rest} {values['answer']}")
    return grant(words) if then == "granted" else decline(words)


def granted_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `ask grant`."""
    return answer_filled(call, values, "granted")


def declined_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `ask decline`."""
    return answer_filled(call, values, "declined")


def withdraw(call: Call) -> Outcome:
    """Take one's own ask back."""
    number, _ = call.number("ask withdraw")
    outcome = asks.withdraw(call.room, number, call.me.id, call.now)
    return outcome + call.tell(call.say("ask.withdrawn", number=number))


def again(call: Call) -> Outcome:
    """Ask once more, with a new day: without one, a form asks for it."""
    number, words = call.number("ask again")
    if not words:
        ask = asks.own(call.room, number, call.me.id, call.now)
        field = Field("due", call.say("ask.ask_due"), Kind.DATE, optional=True, hint=call.say("ask.due_hint"))
        return call.show(_about(call, ask, "ask again", "ask.again", field))
    return _again(call, number, call.sure_day(words))


def again_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `ask again`."""
    number, _ = call.number("ask again")
    due, moved = on_form(call, str(values.get("due") or ""), "due")
    return explained(call, _again(call, number, due), moved)


def _again(call: Call, number: int, due: date | None) -> Outcome:
    outcome = asks.again(call.room, number, call.me.id, call.now, due)
    renewed = next(fact for fact in outcome.keep if isinstance(fact, Ask))
    return outcome + call.tell(
        call.say("ask.asked_again", number=number, name=call.room.name(renewed.of), day=renewed.due)
    )


def log(call: Call) -> Outcome:
    """List what was asked for, newest first; with words, those that hold them."""
    known = asks.known(call.room, call.me.id, call.now)
    found = [each for each in known if _holds(each, folded(call.rest).split())]
    if not found:
        return call.tell(call.say("ask.none_like_that" if known else "ask.none"), Button(call.say("ask.form"), "ask"))
    return call.tell("", title=call.say("ask.log"), items=[entry(call, each) for each in found[:20]])


def _holds(each: Ask, words: list[str]) -> bool:
    text = folded(f"{each.what} {each.reason} {each.answer} {each.state} {each.kind}")
    return all(word in text for word in words)


def entry(call: Call, each: Ask) -> Item:
    """One ask in a list, with what this person can do about it."""
    state = call.say(f"ask.state_{each.state}")
    line = call.say("ask.log_line", state=state, name=call.room.name(each.of), day=asks.owed_by(call.room, each))
    is_open = each.state == "open"
    buttons = ask_cards.answers(call.room, each) if is_open and each.of == call.me.id else ()
    buttons = ask_cards.ways(call.room, each) if is_open and each.asker == call.me.id else buttons
    detail = call.say("ask.answered_line", line=Raw(line), answer=each.answer) if each.answer else line
    return Item(each.what, call.say("ask.label", number=each.number), detail, buttons, quoted=True)


COMMANDS = (
    Command("ask", "ask", ask, ask_filled),
    Command("ask grant", "ask answer", grant, granted_filled, numbered=True),
    Command("ask decline", "ask answer", decline, declined_filled, numbered=True),
    Command("ask withdraw", "ask", withdraw, numbered=True),
    Command("ask again", "ask", again, again_filled, numbered=True),
    Command("asks", "asks", log),
)
