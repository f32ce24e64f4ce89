"""The commands that read the log of decisions, and the one that says who may post which."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from .. import asks, decision_cards, decision_log, searching, stands
from ..commands import Call, Command, is_number
from ..dates import with_year
from ..decision_log import Search
from ..decision_records import Ask, Decision
from ..messages import Button, Field, Form, Item, Kind, Option, Value
from ..modes import MODES, WHO, who_may
from ..options import quoted
from ..outcome import Outcome, Refused
from ..past_days import past_days
from ..people import Role
from .ask import entry

MOST_SHOWN, MOST_ASKS = 15, 5
"""Decisions in a list, and asks behind them; *asks* has them all."""


def log(call: Call) -> Outcome:
    """List the decisions, newest first; with words, those that are meant: `decisions bus open since Monday`."""
    said = call.rest.strip().lstrip("#")
    known = decision_log.posted(call.room, call.me.id, call.now)
    if is_number(said) and int(said) in {each.number for each in known}:
        return show(call)
    first, *others = searching.readings(call.room, call.me.id, call.rest, call.today)
    finds = (each for each in (first, *others) if any(_matching(call, known, each)) or any(_asks(call, each)))
    meant = next(finds, first)
    no_such = past_days(call.rest.casefold(), call.today, call.room.phrases()).no_such
    if known and no_such and not any(_matching(call, known, meant)):
        return call.tell(call.say("decide.no_such_day", said=quoted(no_such)), _look(call))
    return _listed(call, meant)


def _matching(call: Call, known: tuple[Decision, ...], meant: tuple[Search, ...]) -> Iterator[Decision]:
    """Those decisions that any of the searches finds, newest first."""
    found = {each.number for search in meant for each in decision_log.found(call.room, known, search)}
    return (each for each in known if each.number in found)


def _known_asks(call: Call) -> tuple[Ask, ...]:
    """The asks of the team, for whoever reads its whole log: colleagues beyond it find only what asked them."""
    is_of_team = bool(call.room.roles(call.me.id) - {Role.STAFF})
    return asks.known(call.room, call.me.id, call.now) if is_of_team else ()


def _asks(call: Call, meant: tuple[Search, ...]) -> Iterator[Item]:
    """What the team asked for, with its answer, where any of the searches means it."""
    for each in _known_asks(call):
        if any(decision_log.means(call.room, search, each) for search in meant):
            yield entry(call, each)


def _look(call: Call) -> Button:
    return Button(call.say("decide.search"), "decisions find")


def _day(call: Call, said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise Refused(call.say("decide.log_day", said=said)) from None


def _listed(call: Call, meant: tuple[Search, ...]) -> Outcome:
    known = decision_log.posted(call.room, call.me.id, call.now)
    matching = tuple(_matching(call, known, meant))
    asked, days = tuple(_asks(call, meant)), _days(call, meant[0])
    to_asks = (Button(call.say("ask.log"), "asks"),) if _known_asks(call) else ()
    if not known and not to_asks:
        return call.tell(call.say("decide.no_decisions"), Button(call.say("decide.form"), "decide"))
    if not matching and not asked:
        return call.tell(f"{call.say('decide.none_found')} {days}".strip(), _look(call), *to_asks)
    items = [*(_entry(call, each) for each in matching[:MOST_SHOWN]), *asked[:MOST_ASKS]]
    left = len(matching) - MOST_SHOWN
    text = f"{days} {call.say('decide.more_found', count=left) if left > 0 else ''}".strip()
    return call.tell(text, _look(call), *to_asks, title=call.say("decide.log"), items=items)


def _days(call: Call, search: Search) -> str:
    """Which days were understood, with their years; empty where none were."""
    first, last = (with_year(day, call.room.phrases(call.me)) if day else "" for day in (search.since, search.until))
    match bool(first), bool(last):
        case False, False:
            return ""
        case True, False:
            return call.say("decide.found_from", first=first)
        case False, True:
            return call.say("decide.found_until", last=last)
    return call.say("decide.found_on" if first == last else "decide.found_between", first=first, last=last)


def _entry(call: Call, decision: Decision) -> Item:
    label = call.say("decide.label", number=decision.number)
    open_it = Button(call.say("decide.show"), f"decisions show {decision.number}")
    return Item(decision.question, label, _line(call, decision), (open_it,), quoted=True)


def _line(call: Call, decision: Decision) -> str:
    owner, gone = call.room.name(decision.owner), stands.silent_leavers(call.room, decision)
    state, day = call.say(f"decide.state_{decision.state}"), call.room.today(decision.posted_at)
    parts = (
        call.say("decide.log_line", state=state, owner=owner, day=day),
        call.say(f"decide.name_{decision.mode}"),
        decision_log.took_part(call.room, decision),
        call.say("decide.taken_over", owner=owner) if decision.taken_from else "",
        call.say("decide.asked_and_left", count=len(gone)) if gone else "",
    )
    return " · ".join(filter(None, parts))


def find(call: Call) -> Outcome:
    """Open the form that searches the log."""
    states = tuple(Option(state, call.say(f"decide.state_{state}")) for state in decision_log.STATES)
    abouts = tuple(_abouts(call))
    fields = [
        Field("words", call.say("decide.ask_words"), optional=True),
        Field("state", call.say("decide.ask_state"), Kind.OPTIONS, states, optional=True),
        Field("since", call.say("decide.ask_since"), Kind.DATE, optional=True),
        Field("until", call.say("decide.ask_until"), Kind.DATE, optional=True),
    ]
    if abouts:
        fields.append(Field("about", call.say("decide.ask_about"), Kind.OPTIONS, abouts, optional=True))
    return call.show(Form("order decisions find", call.say("decide.search"), tuple(fields), about=call.room.team.id))


def _abouts(call: Call) -> Iterator[Option]:
    """The needs and actions about which something was decided."""
    needs = {each.need for each in call.room.decisions} - {0}
    actions = {each.action for each in call.room.decisions} - {0}
    for need in call.room.needs:
        if need.number in needs:
            yield Option(f"need {need.number}", f"{call.say('need.label', number=need.number)}: {need.text}")
    for action in call.room.actions:
        if action.number in actions:
            yield Option(f"action {action.number}", f"{call.say('action.label', number=action.number)}: {action.what}")


def find_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form that searches the log."""
    words = {key: str(value or "").strip() for key, value in values.items()}
    need, action = searching.numbers(words.get("about", ""))
    state = words.get("state", "")
    search = Search(
        words=words.get("words", ""),
        states=(state,) if state in decision_log.STATES else (),
        since=_day(call, words["since"]) if words.get("since") else None,
        until=_day(call, words["until"]) if words.get("until") else None,
        need=need,
        action=action,
    )
    return _listed(call, (search,))


def show(call: Call) -> Outcome:
    """One decision in full: how it reads, what became of it, how it read before, and what it is about."""
    number, _ = call.number("decisions show")
    known = decision_log.posted(call.room, call.me.id, call.now)
    decision = next((each for each in known if each.number == number), None)
    if decision is None:
        raise Refused(call.say("decide.unknown", number=number))
    drawn = decision_cards.draw(call.room, number)
    assert drawn is not None
    items = (
        *(replace(item, buttons=()) for item in drawn.items),
        *decision_cards.said(call.room, decision, call.me.id),
        *_about(call, decision),
        *_earlier(call, number),
        Item(_line(call, decision)),
    )
    return call.tell(drawn.text, title=drawn.title, items=items)


def _about(call: Call, decision: Decision) -> Iterator[Item]:
    for kind, number in (("need", decision.need), ("action", decision.action)):
        if number:
            yield Item(call.say(f"{kind}.label", number=number), call.say("decide.about"))
    if decision.review_on:
        yield Item(call.say("decide.on_day", day=decision.review_on), call.say("decide.comes_back"))


def _earlier(call: Call, number: int) -> Iterator[Item]:
    """How it read before it was amended."""
    for each in call.room.wordings:
        if each.decision == number:
            state, day = call.say(f"decide.state_{each.state}"), call.room.today(each.until)
            label = call.say("decide.earlier", version=f"{number}.{each.revision}")
            yield Item(each.question, label, call.say("decide.until_day", state=state, day=day), quoted=True)
            yield from decision_cards.concerns(call.room, number, each.revision)


def modes(call: Call) -> Outcome:
    """Open the form that says who may post which kind of decision in this team."""
    whos = tuple(Option(who, call.say(f"decide.who_{who}")) for who in WHO)
    fields = tuple(
        Field(mode, call.say(f"decide.name_{mode}"), Kind.OPTIONS, whos, value=who_may(call.room, mode))
        for mode in MODES
    )
    return call.show(Form("order decide modes", call.say("decide.modes"), fields, about=call.room.team.id))


def modes_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `decide modes`: what stays as it always is needs no setting."""
    for mode in MODES:
        if values.get(mode) not in WHO:
            raise Refused(call.say("answers.choose"), mode)
    changed = {mode: str(values[mode]) for mode in MODES if values[mode] != MODES[mode].who}
    return Outcome((replace(call.room.team, modes=changed),)) + call.tell(call.say("decide.modes_kept"))


COMMANDS = (
    Command("decisions", "decisions", log),
    Command("decision", "decisions", log, listed=False, numbered=True),
    Command("decisions find", "decisions", find, find_filled, listed=False, alone=True),
    Command("decisions show", "decisions", show, listed=False, numbered=True),
    Command("decide modes", "decide modes", modes, modes_filled, alone=True),
)
