"""Whatever asks holds the form that it asks for, so that Teams can show the inputs where they are asked."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from adapters import text
from flows import cards, founding
from flows.markup import plain
from flows.messages import Card, Message
from flows.outcome import Outcome
from flows.records import Action
from flows.sends import SendKind
from tests.flows.test_decisions import posted, team
from tests.flows.test_founding import founded
from tests.world import Rules


def reminded() -> tuple[Rules, str]:
    """A team whose one reminder is due, and the card of Ben's."""
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher")
    rules.starts("ana")
    rules.until(rules.now + timedelta(days=3))
    return rules, next(each.card for each in rules.sends.values() if each.kind is SendKind.NUDGE and each.to == "ben")


def drawn(rules: Rules, card: str) -> Message:
    message = cards.draw(rules.room, card, "ben")
    assert message is not None
    return message


def asked(flow: str, language: str = "en") -> Rules:
    """A team whose members have just been asked this in the message that holds its form; Ben owns an action."""
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", cy="teacher")
    rules.room = replace(rules.room, members=tuple(replace(each, language=language) for each in rules.room.members))
    rules.starts("ana")
    rules.says("ana", "met")
    for need in ("More time", "Fewer tests", "Better buses"):
        rules.says("ana", f"need {need}")
    if flow == "checkin":
        rules.says("ana", "cycle next because we plan as we go")
        rules.keep(Outcome((Action("team", 1, 1, "Swap duty", "ben", date(2027, 4, 20), "ana", state="open"),)))
        rules.says("ana", "cycle next because we have a plan")
    while not any(each.flow == flow for each in rules.room.conversations.values()):
        rules.until(rules.now + timedelta(hours=12))
    return rules


def answers(rules: Rules, flow: str) -> list[object]:
    (found,) = (each for each in rules.room.conversations.values() if (each.flow, each.member) == (flow, "ben"))
    return [each.value for each in found.answers.values()]


def newest(rules: Rules) -> Message:
    """What Ben was told last, but for what follows it."""
    told = [each.message for each in rules.sends.values() if each.to == "ben" and each.message]
    return next(each for each in reversed(told) if "noted" in each.text or "anoté" in each.text)


@pytest.mark.parametrize(
    ("flow", "language", "words", "value", "told"),
    [
        ("checkin", "en", "on track", "on_track", "as your answer to “Swap duty: how is it going?”"),
        ("checkin", "en", "Needs a new date", "new_date", "You can change it at the end."),
        ("checkin", "es", "va bien", "on_track", "como tu respuesta a «Swap duty: ¿cómo va?»"),
        ("checkin", "en", "3", "blocked", "Noted: Blocked."),
        ("vote", "en", "3 2", {"3": 2}, "Noted: Better buses 2."),
        ("vote", "en", "tests 3 and time 2", {"2": 3, "1": 2}, "Noted: Fewer tests 3, More time 2."),
    ],
)
def test_what_can_be_chosen_in_the_form_of_a_message_can_be_typed_while_it_stands_there(
    flow: str, language: str, words: str, value: object, told: str
) -> None:
    rules = asked(flow, language)
    rules.types("ben", words)

    assert answers(rules, flow) == [value]
    assert told in plain(newest(rules).text)


@pytest.mark.parametrize("words", ["9 2", "3 9", "hello there", "ok"])
def test_words_that_choose_nothing_of_a_form_are_asked_for_in_the_chat(words: str) -> None:
    rules = asked("vote")
    rules.types("ben", words)

    assert answers(rules, "vote") == []
    assert any(each.message and "one question at a time" in each.message.text for each in rules.sends.values())


def test_a_reminder_holds_the_form_and_says_in_its_title_that_it_is_one() -> None:
    message = drawn(*reminded())

    assert message.form is not None
    assert message.form.ref.startswith("card ")
    assert "Still open: What should we work on?" in text.draw_form(message.form)
    assert "This is the only reminder." in message.note
    assert [button.label for button in message.buttons if button.in_form] == ["Answer"]


def test_what_was_answered_in_the_reminder_stands_in_both_and_is_asked_in_neither() -> None:
    rules, card = reminded()
    form = drawn(rules, card).form
    assert form is not None
    rules.fills("ben", form.ref, **{"priority.0": "Feedback"})

    asked = card.replace("remind", "ask")
    assert {each.card for each in rules.refreshes if each.to == "ben"} == {card, asked}
    assert drawn(rules, card).form is None
    assert drawn(rules, card) == drawn(rules, asked)


def test_an_answer_before_the_reminder_and_the_meeting_draws_nothing_anew_but_its_question() -> None:
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher")
    rules.starts("ana")
    rules.until(rules.now + timedelta(hours=2))
    card = next(each.card for each in rules.sends.values() if each.kind is SendKind.PROMPT and each.to == "ben")
    form = drawn(rules, card).form
    assert form is not None
    rules.fills("ben", form.ref, **{"priority.0": "Feedback"})

    assert [each.card for each in rules.refreshes] == [card]
    assert {each.key for each in rules.refreshes} <= rules.sends.keys()


def test_a_reminder_of_a_closed_question_asks_no_more() -> None:
    rules, card = reminded()
    rules.says("ana", "met")

    message = drawn(rules, card)
    assert (message.form, message.buttons) == (None, ())
    assert "closed" in message.note


def test_a_script_that_asks_one_question_at_a_time_holds_its_form_too() -> None:
    rules, card = reminded()
    shipped = rules.room.scripts
    chat = {"": replace(shipped.flow("convene"), style="chat")}
    rules.room = replace(rules.room, scripts=replace(shipped, by_name={**shipped.by_name, "convene": chat}))

    message = drawn(rules, card.replace("remind", "ask"))
    assert message.form is not None
    assert [field.key for field in message.form.fields] == ["priority.0"]


def test_the_questions_about_a_new_school_stand_in_their_message() -> None:
    rules = founded()

    for command in ("school", "decide"):
        message = rules.says("f1", command).message
        assert message.form.ref == f"card {founding.key(rules.room.member('f1'))}"
        assert len(message.form.fields) > 5
        assert all(item.in_form for item in message.items)
        assert [button.label for button in message.buttons if button.in_form][-1] == "Answer"


def test_a_form_says_who_reads_it_and_holds_the_other_ways_to_answer() -> None:
    rules, _ = reminded()
    form = rules.says("ben", "answer convene")

    assert (
        form.note
        == "About thirty seconds. Your team sees the answers without names; colleagues may recognize your words."
    )
    assert [button.says for button in form.ways] == ["later convene", "stop convene"]


def test_who_would_change_an_answer_can_leave_it_and_is_promised_no_time() -> None:
    rules, card = reminded()
    rules.fills("ben", drawn(rules, card).form.ref, **{"priority.0": "Feedback"})  # type: ignore[union-attr]
    form = rules.says("ben", "answer convene")
    (leave,) = form.ways

    assert "thirty seconds" not in form.note + drawn(rules, card).note
    assert "without names" in form.note
    left = rules.says("ben", leave.says)
    assert isinstance(left, Card)
    assert [button.label for button in left.message.buttons] == ["Change my answers"]


def test_a_form_about_a_decision_or_an_action_shows_its_words() -> None:
    rules = team()
    rules.starts("ana")
    posted(rules)
    rules.keep(
        Outcome((Action("team", 1, 1, "Swap *lunch* duty", "ben", rules.room.today(rules.now), "ana", state="open"),))
    )

    harm, blocked = rules.says("ben", "stand 1 harm"), rules.says("ben", "action blocked 1")
    assert plain(harm.intro) == "Decision 1: Shall we start at eight?"
    assert plain(blocked.intro) == "Action 1: Swap *lunch* duty"


def test_words_that_come_when_the_team_has_gone_on_hear_which_question_is_closed() -> None:
    rules, closed = reminded()[0], "This question is closed; the team has gone on."
    rules.says("ana", "met")
    told = rules.types("ben", "Reading in every subject").message
    assert (told.title, closed in told.text) == ("What should we work on?", True)
    assert closed in rules.says("ben", "answer convene").message.text, "so does who presses an old button"

    while not any(each.flow == "needs" for each in rules.room.conversations.values()):
        rules.until(rules.now + timedelta(hours=12))
    rules.says("ana", "cycle next because we know enough")
    assert rules.types("ben", "Reading in every subject").message.title == "What do we need most?"
    assert closed not in rules.types("lena", "help").message.text
