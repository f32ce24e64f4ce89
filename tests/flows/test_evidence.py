"""Evidence: what somebody saw of an action is put on record in a sentence, and read where its result is weighed."""

from datetime import date, timedelta

import pytest

from adapters import text
from flows import evidence
from flows.commands import MOST_CHARACTERS
from flows.messages import Errors, Form
from flows.phase_cards import draw
from flows.records import Action, Evidence
from flows.sends import SendKind
from tests.world import Rules, told

HOSTILE = "<!channel> *bold* =1+1 \u202eback {{x}} [press](x)"


def team(actions: int = 2) -> Rules:
    """A team that acts, with so many actions of Ben's."""
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", cai="support staff")
    rules.starts("ana")
    for _ in ("needs", "plan", "act"):
        rules.says("ana", "cycle next because we go on")
    due = date(2027, 3, 1)
    made = (Action("team", n, 1, f"Action {n}", "ben", due, "ben", state="open") for n in range(1, actions + 1))
    rules.room = rules.room.having(made)
    return rules


def seen(rules: Rules) -> list[tuple[int, str, str]]:
    """What is on record: of which action, by whom, in which words."""
    return [(each.action, each.author, each.text) for each in rules.room.evidences]


def opened(reply: object) -> dict[str, object]:
    """What stands on the form that was opened."""
    assert isinstance(reply, Form)
    return {each.key: each.value for each in reply.fields}


def test_a_number_and_words_are_kept_at_once_whoever_owns_the_action() -> None:
    rules = team()

    said = told(rules.says("cai", "action evidence 2 Ten of twelve pupils reworked their draft"))
    assert said.startswith("Noted for action 2. Your team reads it, with your role beside it,")
    rules.says("ben", "action evidence #2: Two pupils\ncame back")
    assert rules.room.evidences == (
        Evidence("team", 1, 1, 2, "cai", "Ten of twelve pupils reworked their draft", date(2027, 2, 1)),
        Evidence("team", 2, 1, 2, "ben", "Two pupils\ncame back", date(2027, 2, 1)),
    )


def test_without_a_number_or_without_words_a_form_asks_for_the_rest() -> None:
    rules = team()

    assert opened(rules.says("ana", "action evidence")) == {"action": None, "words": None}
    assert opened(rules.says("ana", "action evidence 2")) == {"action": "2", "words": None}
    assert opened(rules.says("ana", "action evidence Ten of twelve")) == {"action": None, "words": "Ten of twelve"}
    form = rules.says("ana", "action evidence")
    assert [option.label for option in form.fields[0].options] == ["Action 1", "Action 2"]

    assert "Noted for action 1" in told(rules.fills("ana", form.ref, action="1", words=" Ten of twelve "))
    assert seen(rules) == [(1, "ana", "Ten of twelve")]


def test_a_message_that_is_kept_opens_the_form_even_when_it_begins_with_a_figure() -> None:
    rules = team()

    for words in ("2 of 14 pupils reworked it", "12 of 14 pupils", ""):
        assert opened(rules.says("ana", f"evidence as written {words}")) == {"action": None, "words": words or None}
    assert seen(rules) == []


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"action": "1", "words": "  "}, "words", "Please write something here."),
        ({"words": "Ten of twelve"}, "action", "Please choose one of these."),
        ({"action": "one", "words": "Ten"}, "action", "Please choose one of these."),
        ({"action": "7", "words": "Ten"}, "action", "There is no action 7 on the plan."),
        ({"action": "1", "words": "x" * (MOST_CHARACTERS + 1)}, "words", "there is room for 4,000"),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_the_form(values: dict[str, str], field: str, sentence: str) -> None:
    rules = team()
    reply = rules.fills("ana", "order action evidence", **values)

    assert isinstance(reply, Errors)
    assert list(reply.fields) == [field]
    assert sentence in told(reply)
    assert seen(rules) == []


@pytest.mark.parametrize("words", ["7 Ten of twelve", "7", "0 Ten"])
def test_an_action_that_is_not_on_the_plan_is_refused(words: str) -> None:
    rules = team()

    assert "on the plan. Say actions to see them" in told(rules.says("ana", f"action evidence {words}"))
    assert seen(rules) == []


def test_what_is_too_long_is_refused_as_everywhere() -> None:
    rules = team()

    assert "there is room for 4,000" in told(rules.says("ana", f"action evidence 1 {'x' * MOST_CHARACTERS}"))
    assert seen(rules) == []


@pytest.mark.parametrize("words", ["", "1 Ten", "Ten of twelve", "keep 12 of 14"])
def test_before_there_is_an_action_nothing_can_be_seen_of_one(words: str) -> None:
    rules = team(actions=0)

    assert "No action is on the plan yet" in told(rules.says("ana", f"action evidence {words}"))
    assert seen(rules) == []


def test_what_was_seen_stands_under_its_action_where_results_are_weighed() -> None:
    rules = team()
    rules.says("cai", "action evidence 2 Ten of twelve reworked it")
    rules.says("lena", f"action evidence 2 {HOSTILE}")
    rules.says("ana", "cycle next because the work is done")

    card = draw(rules.room, 5)
    assert card
    assert [(item.label, item.text, item.detail) for item in card.items] == [
        ("Action 1", "Action 1", ""),
        ("Action 2", "Action 2", ""),
        ("What we saw", "Ten of twelve reworked it", "Support staff"),
        ("What we saw", HOSTILE, "Administrator"),
    ]
    assert all(item.quoted for item in card.items)
    for words in ("reworked", "channel"):
        assert words not in text.spoken(card), "notifications quote nobody"

    form = rules.says("ana", "record")
    hints = {field.key: field.hint for field in form.fields}
    drawn = text.draw_form(form)
    assert (hints["result.0"], hints["verdict.1"]) == ("", "")
    assert "“Ten of twelve reworked it” Support staff" in drawn
    assert "“<!channel> *bold* =1+1 back {{x}} [press](x)” Administrator" in drawn


def test_what_is_seen_later_changes_the_card_that_stands_there() -> None:
    rules = team()
    rules.says("ana", "cycle next because the work is done")
    while not any(send.kind is SendKind.POST and send.card == "phase 5" for send in rules.sends.values()):
        rules.until(rules.now + timedelta(days=1))
    rules.refreshes.clear()

    rules.says("ben", "action evidence 1 It rained")
    assert [send.card for send in rules.refreshes] == ["phase 5"]


def test_an_action_that_goes_on_is_weighed_by_what_was_seen_of_it_in_this_cycle() -> None:
    rules = team(actions=1)
    rules.says("ben", "action evidence 1 Before the summer")
    for words in ("cycle next because we go on", "cycle next because we go on"):
        rules.says("ana", words)
    rules.starts("ana", "in the room")
    rules.says("ben", "action evidence 1 After the summer")
    for _ in range(4):
        rules.says("ana", "cycle next because we go on")

    card = draw(rules.room, 5)
    assert card
    assert [item.text for item in card.items] == ["Action 1", "After the summer"]
    assert [each.number for each in rules.room.evidences] == [1, 2]


def test_who_guides_and_is_nothing_else_has_no_role_beside_the_words() -> None:
    rules = Rules(lena="administrator", ana="teacher", gil="facilitator")
    rules.starts("gil")
    rules.room = rules.room.having([Action("team", 1, 1, "Visit", "ana", date(2027, 3, 1), "ana", state="open")])
    rules.says("gil", "action evidence 1 It went well")
    for _ in range(4):
        rules.says("gil", "cycle next because we go on")

    card = draw(rules.room, 5)
    assert card
    assert (card.items[1].text, card.items[1].detail) == ("It went well", "")


def test_its_author_takes_it_back_and_its_words_are_gone() -> None:
    rules = team()
    said = rules.says("ben", "action evidence 1 Pupils reworked theirs")
    (button,) = said.message.buttons
    assert "not yours" in rules.says("ana", button.says).message.text
    assert "taken back" in rules.says("ben", button.says).message.text
    assert "Pupils" not in repr(rules.room)
    assert "gone already" in rules.says("ben", button.says).message.text
    assert list(evidence.items(rules.room, 1)) == []
