"""People's minutes: each message says how many it takes, keeps that, and what comes at one time is one message."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from adapters import text
from flows import cards, prompts
from flows.asking import draw as draw_form
from flows.asking import on_form
from flows.flow import Flow
from flows.messages import Form, Message
from flows.records import Action
from flows.sends import Send, SendKind
from tests.flows.test_scripts import SECONDS, reading
from tests.world import Rules

STARTED = (SendKind.PROMPT, SendKind.NUDGE)
PROMISES = (
    (re.compile(r"About thirty seconds|Unos treinta segundos"), 30),
    (re.compile(r"About a minute\b|Alrededor de un minuto"), 60),
    (re.compile(r"(?:About|Unos) (\d+) minut"), 0),
)
PRESSING = 5
"""seconds for one press, beside reading what it is about"""


def promised(note: str) -> int:
    """The seconds that it says something takes; 0 where it says nothing."""
    total = 0
    for pattern, seconds in PROMISES:
        for found in pattern.finditer(note):
            total += seconds or 60 * int(found[1])
    return total


def read(drawn: str) -> float:
    """The seconds in which its words are read, without what is drawn as boxes and buttons."""
    words = re.sub(r"\[[^\]\n]*\]", "", drawn).split()
    return reading(*(word for word in words if re.search(r"[^\W_]", word)))


def filled(flow: Flow, form: Form) -> float:
    """The seconds that it takes to read a form and to fill what needs an answer whatever else is answered."""
    branches = {step.key for step in flow.steps if step.when}
    needed = (field for field in form.fields if not field.optional and field.key.split(".")[0] not in branches)
    return read(text.draw_form(form)) + sum(SECONDS.get(field.kind, 8) for field in needed)


def forms(rules: Rules, send: Send) -> Iterator[tuple[Flow, Form]]:
    """The forms that a message asks for, which somebody opens and fills."""
    room = rules.room.told_to(send.to)
    first = room.conversations.get(send.conversation)
    for each in prompts.together(room, first) if first and not first.done_at else ():
        flow = room.scripts.flow(each.flow, each.language)
        spots = on_form(flow, prompts.up_to_date(room, flow, each))
        if spots:
            yield flow, draw_form(flow, each, spots, room.phrases(), {})


def cycle_of(language: str, actions: int) -> Iterator[tuple[Rules, list[Send]]]:
    """A team that answers nothing but what the next phase needs, day by day, with so many actions of one owner."""
    rules = Rules(ana="teacher, facilitator", ben="teacher", cai="teacher", dee="support staff", lena="administrator")
    members = tuple(replace(each, language=language) for each in rules.room.members)
    rules.room = replace(rules.room, members=members, team=replace(rules.room.team, language=language))
    rules.starts("ana")
    seen: set[str] = set()
    for day in range(80):
        rules.until(rules.now + timedelta(days=1))
        if day == 9:
            rules.says("ben", "need More time to plan together")
            rules.says("lena", "need Fewer interruptions")
            rules.fills("ana", "order resource", text="The late start", kind="time")
        if day == 22:
            rules.says("ana", "record")
            rules.room = rules.room.having(_action(number) for number in range(1, actions + 1))
        if day == 24:
            rules.says("lena", "cycle next because we go on")
        new = [send for key, send in rules.sends.items() if key not in seen and send.kind in STARTED]
        seen |= set(rules.sends)
        yield rules, new


def _action(number: int) -> Action:
    return Action(
        team="team", number=number, cycle=1, what=f"Visit lesson {number} and talk about it", owner="ben",
        due=date(2027, 4, 2), need=1, resource=1, reason="", prediction="More questions", measure="We count",
        proposed_by="ben", state="open",
    )  # fmt: skip


@pytest.mark.parametrize("actions", [1, 8])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_message_says_its_minutes_and_they_are_enough(language: str, actions: int) -> None:
    kinds: Counter[str] = Counter()
    for rules, sends in cycle_of(language, actions):
        for send in sends:
            message = send.message or cards.draw(rules.room, send.card, send.to)
            if message is None:
                continue
            kinds[f"{send.kind} {send.card.split(' ')[0]}"] += 1
            asked = {flow.title: filled(flow, form) for flow, form in forms(rules, send)}
            assert promised(message.note) >= sum(asked.values()), text.draw(message)
            assert promised(message.note) > 0, text.draw(message)
            for line in message.note.split("\n"):
                alone = [seconds for title, seconds in asked.items() if line.startswith(f"*{title}*")]
                assert not alone or promised(line) >= alone[0], text.draw(message)

    assert {kind for kind in kinds if kind.startswith(str(SendKind.PROMPT))} >= {
        f"{SendKind.PROMPT} ask",
        f"{SendKind.PROMPT} lead",
    }
    assert any(kind.startswith(str(SendKind.NUDGE)) for kind in kinds)


def pressed(rules: Rules, who: str, message: Message) -> float:
    """The seconds that the longest way takes which a message offers: its form is read and filled, where it has one."""
    room, asks = rules.room, []
    for button in (each for item in (*message.items, message) for each in item.buttons):
        asks.append(rules.says(who, button.says))
        rules.room = room
    forms = [each for each in asks if isinstance(each, Form)]
    needed = [[SECONDS.get(each.kind, 8) for each in form.fields if not each.optional] for form in forms]
    return max((read(text.draw_form(form)) + sum(each) for form, each in zip(forms, needed, strict=True)), default=8)


@pytest.mark.parametrize("mode", ["advice", "consent", "vote", "delegate"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_what_a_decision_asks_for_says_its_minutes_and_they_are_enough(language: str, mode: str) -> None:
    rules = Rules(lena="administrator", ana="teacher, facilitator", **dict.fromkeys(("ben", "cai", "dee"), "teacher"))
    rules.room = replace(rules.room, members=tuple(replace(each, language=language) for each in rules.room.members))
    rules.fills("lena", "order decide", question="Where do we meet?", mode=mode, reason="The gym is closed")
    rules.fills("lena", "order decide more 1", options="Gym\nLibrary\nOutside", majority="half", to="ana")
    rules.says("lena", f"decide post 1.{rules.room.decisions[0].revision}")
    rules.until(rules.now + timedelta(minutes=5))
    for card in ("stand 1", "again 1"):
        asked = cards.draw(rules.room, card, "ana")
        assert asked is not None
        assert promised(asked.note) >= pressed(rules, "ana", asked), text.draw(asked)
    for who in ("ana", "ben", "cai", "dee") if mode == "advice" else ():
        rules.says(who, "stand 1 advice The library has room for everybody")
    rules.until(rules.now + timedelta(days=10))
    back = cards.draw(rules.room, "returned 1", "lena")
    assert back is not None
    assert promised(back.note) >= pressed(rules, "lena", back), text.draw(back)


def test_what_is_asked_of_one_person_at_one_time_is_one_message() -> None:
    """Needs with resources, check-in with reflection and one's actions, and the question who leads, merge."""
    merged: set[tuple[str, ...]] = set()
    for rules, sends in cycle_of("en", 2):
        times = Counter((send.to, send.due) for send in sends)
        assert not [each for each, count in times.items() if count > 1]
        for send in sends:
            if first := rules.room.conversations.get(send.conversation):
                merged.add(tuple(each.flow for each in prompts.together(rules.room, first)))

    assert {("needs", "resources"), ("checkin", "reflect")} <= merged


def test_the_weekly_card_holds_ones_own_actions_and_decisions_that_came_back() -> None:
    """No message of their own for them."""
    for rules, sends in cycle_of("en", 2):
        weekly = [send for send in sends if send.to == "ben" and rules.room.actions]
        cards_of_ben = [cards.draw(rules.room, send.card, "ben") for send in weekly if send.card.startswith("ask ")]
        for drawn in filter(None, cards_of_ben):
            if drawn.title == "How are your actions going?":
                assert "Action 1: “Visit lesson 1" in text.draw(drawn)
                assert "Action 2: “Visit lesson 2" in text.draw(drawn)
                assert "Looking back on the week" in text.draw(drawn)
                return
    pytest.fail("there was no weekly card")
