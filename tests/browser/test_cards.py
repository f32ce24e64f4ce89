"""Cards of every kind, drawn as Teams draws them, on a phone and beside a meeting: nothing of them is cut off."""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page

from adapters.teams import render
from flows import cards, invitations, prompts
from flows.messages import Button, Card, Errors, Form, Item, Message, Note, Reply
from flows.outcome import Outcome
from flows.records import Action
from tests.adapters.golden.samples import FORMS, MESSAGES
from tests.browser.cards import easel, wrong
from tests.world import Rules

pytestmark = pytest.mark.asyncio(loop_scope="module")
Json = dict[str, Any]
COMMANDS = (
    *(
        "help",
        "help all",
        "home",
        "cycle status",
        "who sees what",
        "best time",
        "leave",
        "quiet",
        "decide",
        "decisions",
    ),
    *("ask", "need", "resource", "action", "actions", "needs", "resources", "report", "team", "skills", "closure"),
    *("record", "charter", "cycle extend", "dicide", "reflect", "stand 1", "stand 1 harm", "stand 2", "stand 3"),
)
MODES = ("consent", "vote", "advice", "tell", "delegate")
ACTION = Action("team", 1, 1, "Swap lunch duty", "ben", date(2027, 3, 1), "ana", state="open")
SAMPLES = ("enormous", "many")
"""messages that are cut where they find no room on a card, which is tried by their sizes"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page() -> AsyncIterator[Page]:
    async with easel() as page:
        yield page


def drawn(reply: Reply | Message | None) -> Json | None:
    match reply:
        case Message():
            return render.card(reply)
        case Form():
            return render.form_card(reply)
        case Note(message) | Card(message):
            return render.card(message)
    return None


def school(language: str) -> Rules:
    """A team that speaks this language and has just begun."""
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", cara="teacher", dan="teacher")
    rules.room = rules.room.having(
        [
            *(replace(each, language=language) for each in rules.room.members),
            replace(rules.room.team, language=language),
        ]
    )
    rules.starts("ana")
    return rules


def of_a_school(language: str) -> Iterator[tuple[str, Json | None]]:
    """Decisions of every kind, each question with its reminder and thanks, and what the commands show."""
    rules = school(language)
    for mode in MODES:
        options = {"options": "At eight\nAt nine, after the buses have come in"} if mode == "vote" else {}
        reply = rules.fills("lena", "order decide", question="Shall we start at eight?", mode=mode, **options)
        if isinstance(reply, Form):
            yield f"{mode} form", drawn(reply)
            reply = rules.fills("lena", reply.ref, to="ben", **options)
        yield f"{mode} preview", drawn(reply)
        rules.says("lena", f"decide post {len(rules.room.decisions)}")
    rules.until(rules.now + timedelta(days=3))
    for decision in rules.room.decisions:
        for card in (f"decision {decision.number}", f"stand {decision.number}", f"again {decision.number}"):
            yield f"{decision.mode} {card}", drawn(cards.draw(rules.room, card, "ben"))
    for command in COMMANDS:
        yield command, drawn(rules.says("ana", command))
    for conversation in prompts.lately(rules.room, "ben"):
        asked = invitations.draw(rules.room, conversation.key)
        assert asked
        assert asked.form
        refused = Errors({asked.form.fields[0].key: "*Please* write a few words."}, asked.form)
        yield "a refused form", render.form_card(asked.form, refused)
        yield "thanks", drawn(rules.fills("ben", asked.form.ref, **{asked.form.fields[0].key: "Feedback"}))
        yield "thanks in place", drawn(invitations.draw(rules.room, conversation.key))
        yield "to change", drawn(rules.says("ben", f"answer {conversation.flow}"))
    yield from of_a_cycle(rules)


def of_a_cycle(rules: Rules) -> Iterator[tuple[str, Json | None]]:
    """What each phase asks and shows; a need, a resource and an action are on record before it is planned."""
    for number in range(5):
        for send in list(rules.sends.values()):
            if send.card:
                yield f"{send.card} to {send.to}", drawn(cards.draw(rules.room, send.card, send.to))
        rules.sends.clear()
        yield f"home in phase {number}", drawn(rules.says("ana", "home"))
        rules.says("ana", "need More time to plan together")
        rules.says("ana", "resource The Wednesday late start")
        rules.keep(Outcome((replace(ACTION, due=rules.room.today(rules.now)),)))
        yield f"record in phase {number}", drawn(rules.says("ana", "record"))
        rules.says("ana", "cycle next because we know enough")
        rules.until(rules.now + timedelta(days=9))
    for command in ("actions mine", "action blocked 1", "action move 1", "action evidence", "report", "decisions"):
        yield command, drawn(rules.says("ben", command))


def by_name(found: Iterator[tuple[str, Json | None]], language: str) -> Mapping[str, Json]:
    return {f"{language} {name}": card for name, card in found if card}


@pytest.mark.parametrize("language", ["en", "es"])
async def test_nothing_is_cut_off_on_the_cards_of_a_school(page: Page, language: str) -> None:
    drawn_cards = by_name(of_a_school(language), language)

    assert len(drawn_cards) > 60
    assert await wrong(page, drawn_cards) == []


async def test_nothing_is_cut_off_on_cards_with_odd_words_and_on_forms_of_every_kind(page: Page) -> None:
    messages = {name: render.card(each) for name, each in MESSAGES.items() if name not in SAMPLES}
    forms = {f"form {name}": render.form_card(each) for name, each in FORMS.items() if name not in SAMPLES}

    assert await wrong(page, messages | forms) == []


async def test_what_is_cut_off_is_found(page: Page) -> None:
    label = "A label that two buttons have no room for"
    row = {"type": "ActionSet", "actions": [{"type": "Action.Submit", "title": label} for _ in range(2)]}
    wide = {"type": "TextBlock", "text": "Wide" * 40, "wrap": False}
    found = await wrong(page, {"card": {"type": "AdaptiveCard", "version": "1.5", "body": [row, wide]}})

    assert {re.sub(r".*: (cut off|beyond).*", r"\1", each) for each in found} >= {"cut off"}
    assert any(label[:20] in each for each in found)
    assert any("WideWide" in each for each in found)
    assert not await wrong(page, {"card": render.card(Message("x", items=(Item("y", buttons=(Button(label, "z"),)),)))})
