"""What people write while a question waits: an honest answer is never refused, and a command never taken in silence."""

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import date, time, timedelta
from functools import cache, partial
from typing import Any

import pytest

from bot.sample import CALENDAR
from flows.messages import Note
from tests.world import Rules, told

MINE = ("It is my answer", "Es mi respuesta")


def team(language: str = "en") -> Rules:
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", cai="teacher")
    rules.room = rules.room.having([replace(rules.room.member("ben"), language=language)])
    return rules


@cache
def _asked(language: str, in_chat: bool) -> Rules:
    rules = team(language)
    rules.starts("ana")
    rules.until(CALENDAR.at(date(2027, 2, 1), time(9)))
    if in_chat:
        rules.says("ben", "answer convene chat")
    return rules


def asked(language: str = "en", in_chat: bool = False) -> Rules:
    """A team whose members have just been asked to convene; in the chat, Ben has the question on the floor."""
    rules = copy(_asked(language, in_chat))
    rules.sends, rules.refreshes = dict(rules.sends), [*rules.refreshes]
    return rules


def with_a_decision(rules: Rules) -> Rules:
    rules.fills("lena", "order decide", question="Shall we move the bell?", mode="consent")
    rules.says("lena", "decide post 1.1")
    rules.until(rules.now + timedelta(minutes=6))
    return rules


def answers(rules: Rules) -> list[object]:
    conversations = rules.room.conversations.values()
    return [answer.value for each in conversations if each.member == "ben" for answer in each.answers.values()]


def says(reply: Any) -> list[str]:
    """What the buttons of the note say, those of its items first, without the ways to help and to answer."""
    assert isinstance(reply, Note), reply
    own = [button for item in reply.message.items for button in item.buttons]
    return [each.says for each in (*own, *reply.message.buttons) if each.says != "help" and each.label not in MINE]


def mine(reply: Any) -> str:
    """What the button says by which the words are the answer all the same."""
    assert isinstance(reply, Note), reply
    [button] = [each for each in reply.message.buttons if each.label in MINE]
    return button.says


@pytest.mark.parametrize(
    "words",
    ["Leave room for play", "Quiet reading", "Hold every pupil to high standards", "Reflect more", "Stand up for kids"],
)
def test_words_that_begin_like_a_command_which_cannot_be_given_may_be_the_answer(words: str) -> None:
    rules = asked()
    reply = rules.types("ben", words)

    assert "Or is it your answer? Nothing is noted yet." in told(reply)
    rules.says("ben", mine(reply))
    assert answers(rules) == [words]


def test_a_refusal_that_ends_in_a_command_does_not_run_into_the_question_after_it() -> None:
    lines = told(asked().types("lena", "team add Dee Park teacher")).splitlines()

    assert lines[0].endswith("for example: team add Ana Ruiz ana@school.example teacher")
    assert lines[1:3] == ["", "Or is it your answer? Nothing is noted yet."]


@pytest.mark.parametrize("in_chat", [False, True])
@pytest.mark.parametrize(
    ("language", "words", "meant"),
    [
        ("en", "...", ["later convene"]),
        ("en", "next", ["later convene"]),
        ("en", "start", ["later convene"]),
        ("en", "Where are we?", ["cycle status"]),
        ("en", "I am sick today", ["leave 2027-02-01", "leave"]),
        ("en", "I'm back", ["leave back"]),
        ("en", "Who can see this?", ["who sees what"]),
        ("es", "¿Quién lee esto?", ["who sees what"]),
        ("en", "I'm out until Friday", ["leave 2027-02-01 to 2027-02-05", "leave"]),
        ("en", "What did we decide about the gym?", ["decide"]),
        ("es", "estado", ["cycle status"]),
        ("es", "inicio", ["home"]),
        ("es", "Estoy enferma hoy", ["leave 2027-02-01", "leave"]),
        ("es", "silencio hasta el viernes", ["quiet 2027-02-05", "quiet until"]),
        ("es", "permiso del 8 al 10 de marzo", ["leave 2027-03-08 to 2027-03-10", "leave"]),
        ("es", "leave del 8 al 10 de marzo", ["leave 2027-03-08 to 2027-03-10", "leave"]),
    ],
)
def test_what_is_hardly_an_answer_is_asked_about_before_the_team_reads_it(
    language: str, words: str, meant: list[str], in_chat: bool
) -> None:
    rules = asked(language, in_chat)
    reply = rules.types("ben", words)

    assert says(reply) == meant
    assert not answers(rules)
    rules.says("ben", mine(reply))
    assert answers(rules) == [words]


@pytest.mark.parametrize("words", ["hello", "Thanks!", "needs", "Who reads this?", "reflect", "yes", "tomorrow"])
def test_what_is_no_answer_to_the_question_on_the_floor_is_asked_about(words: str) -> None:
    rules = asked(in_chat=True)
    reply = rules.types("ben", words)

    assert not answers(rules)
    rules.says("ben", mine(reply))
    assert answers(rules) == [words]


@pytest.mark.parametrize("in_chat", [False, True])
@pytest.mark.parametrize(
    "words",
    [
        "My best time was in class",
        "I am sick of the interruptions",
        "Vacation planning",
        "Good books for every grade",
        "Support for new teachers",
        "No time to plan together",
        "Report cards are confusing",
        "I need help with reading groups",
        "Later start on Mondays",
    ],
)
def test_an_honest_answer_that_begins_like_a_wish_is_the_answer_at_once(words: str, in_chat: bool) -> None:
    rules = with_a_decision(asked(in_chat=in_chat))
    rules.types("ben", words)

    assert answers(rules) == [words]


@pytest.mark.parametrize("in_chat", [False, True])
@pytest.mark.parametrize(
    ("language", "words", "became"),
    [
        ("en", "later today", "later"),
        ("en", "not now please", "later"),
        ("en", "stop, please", "stop"),
        ("es", "ahora no, por favor", "later"),
        ("es", "basta por favor", "stop"),
        ("es", "luego te digo", "later"),
    ],
)
def test_a_wish_for_later_or_never_is_granted(language: str, words: str, became: str, in_chat: bool) -> None:
    rules = asked(language, in_chat)
    rules.types("ben", words)
    [conversation] = [each for each in rules.room.conversations.values() if each.member == "ben"]

    assert conversation.later == (became == "later")
    assert bool(conversation.declined_at) == (became == "stop")
    assert not answers(rules)


@pytest.mark.parametrize("begun", [team, asked, partial(asked, in_chat=True)])
def test_what_stands_on_other_buttons_is_pressed_by_typing_it(begun: Callable[[], Rules]) -> None:
    rules = begun()
    assert told(rules.types("ben", "Who sees what")).startswith("Who sees what\n")
    rules.types("ben", "my best time 1:05 pm")
    assert rules.room.member("ben").best_time == "13:05"
    for words in ("What can I do?", "I need help", "help please", "need help"):
        reply = rules.types("ben", words)
        helped = (
            told(reply) if reply else [told(Note(send.message)) for send in rules.sends.values() if send.message][-1]
        )
        assert helped.startswith(("What you can do now", "Just write your answer")), words
    assert not answers(rules)
    assert not rules.room.needs


def test_what_stands_on_other_buttons_is_typed_in_spanish() -> None:
    for rules in (team("es"), asked("es"), asked("es", in_chat=True)):
        for words in ("Mi mejor hora 13:05", "mi mejor momento 1:05 pm"):
            assert "1:05" in told(rules.types("ben", words))
            assert rules.room.member("ben").best_time == "13:05"
            rules.says("ben", "best time off")
        assert told(rules.types("ben", "Quién ve qué")).startswith("Quién ve qué\n")


@pytest.mark.parametrize("in_chat", [False, True])
@pytest.mark.parametrize(
    ("language", "words", "meant"),
    [
        ("en", "I don't agree", ["stand 1.1 worry", "stand 1.1 harm"]),
        ("en", "harm because it is loud", ["stand 1.1 harm because it is loud"]),
        ("en", "worry: it is loud", ["stand 1.1 worry it is loud"]),
        ("en", "worry", ["stand 1.1 worry"]),
        ("en", "No objection", ["stand 1.1 good"]),
        ("en", "I consent", ["stand 1.1 good"]),
        ("en", "yes", ["stand 1.1 good"]),
        ("en", "no", ["stand 1.1 worry", "stand 1.1 harm"]),
        ("es", "de acuerdo", ["stand 1.1 good"]),
        ("es", "en desacuerdo", ["stand 1.1 worry", "stand 1.1 harm"]),
        ("es", "sí", ["stand 1.1 good"]),
        ("es", "no me opongo", ["stand 1.1 good"]),
        ("es", "Me preocupa porque hay ruido", ["stand 1.1 worry porque hay ruido"]),
        ("en", "Good enough. Thanks!", ["stand 1.1 good"]),
        ("en", "I vote no", ["stand 1.1 worry", "stand 1.1 harm"]),
        ("en", "I’m against it", ["stand 1.1 worry", "stand 1.1 harm"]),
        ("en", "in favor", ["stand 1.1 good"]),
        ("en", "Sounds good to me", ["stand 1.1 good"]),
        ("en", "No, the buses are late", ["stand 1.1 worry the buses are late", "stand 1.1 harm the buses are late"]),
        ("en", "I worry about the buses", ["stand 1.1 worry about the buses"]),
        ("en", "Worry less about scores", ["stand 1.1 worry less about scores"]),
        ("en", "abstain", ["stand 1.1 good", "stand 1.1 worry", "stand 1.1 harm"]),
        ("en", "1", ["stand 1.1 good", "stand 1.1 worry", "stand 1.1 harm"]),
        ("es", "adelante", ["stand 1.1 good"]),
        ("es", "me abstengo", ["stand 1.1 good", "stand 1.1 worry", "stand 1.1 harm"]),
    ],
)
def test_words_to_a_decision_that_waits_are_not_kept_as_the_answer_to_another_question(
    in_chat: bool, language: str, words: str, meant: list[str]
) -> None:
    rules = with_a_decision(asked(language, in_chat))
    reply = rules.types("ben", words)

    assert says(reply) == meant
    assert mine(reply)
    assert not rules.room.stands
    assert not answers(rules)


def test_a_whole_command_is_given_beside_an_invitation_and_asked_about_on_the_floor() -> None:
    rules = with_a_decision(asked(in_chat=True))
    assert says(rules.types("ben", "stand 1.1 good")) == ["stand 1.1 good"]
    assert not rules.room.stands

    rules = with_a_decision(asked())
    rules.types("ben", "stand 1.1 good")
    assert [each.kind for each in rules.room.stands] == ["good"]


@pytest.mark.parametrize(("words", "kind"), [("harm because it is loud", "harm"), ("Good enough", "good")])
def test_where_nothing_else_waits_the_one_decision_is_meant(words: str, kind: str) -> None:
    rules = with_a_decision(team())
    rules.types("ben", words)

    assert [each.kind for each in rules.room.stands] == [kind]


def test_a_bare_yes_is_for_a_decision_that_still_waits_for_this_persons_word() -> None:
    rules = with_a_decision(team())
    assert says(rules.types("ben", "yes")) == ["stand 1.1 good"]
    rules.says("ben", "stand 1.1 good")
    assert "Nothing is open for you" in told(rules.types("ben", "yes"))


def test_words_to_a_decision_are_answered_where_none_is_open() -> None:
    assert "No decision waits for your word now." in told(team().types("ben", "I don't agree"))
    for words in ("de acuerdo", "en desacuerdo", "No me opongo"):
        assert "ninguna decisión espera tu palabra" in told(team("es").types("ben", words))


def test_a_vote_is_given_by_the_words_of_its_option() -> None:
    rules = team()
    rules.fills("lena", "order decide", question="Where do we meet?", mode="vote")
    rules.fills("lena", "order decide more 1", options="The library\nThe gym", majority="half")
    rules.says("lena", "decide post 1.2")
    rules.until(rules.now + timedelta(minutes=6))

    assert says(rules.types("ben", "the gym")) == ["stand 1.1 2"]


@pytest.mark.parametrize("begun", [team, asked])
def test_a_page_of_words_still_shows_buttons_that_every_platform_holds(begun: Callable[[], Rules]) -> None:
    rules = with_a_decision(begun())
    page = "disagree because " + "it is loud " * 220
    reply = rules.types("ben", page)

    assert [each for each in says(reply) if each.startswith("stand")] == ["stand 1.1 worry", "stand 1.1 harm"]
    assert all(len(button.says) < 600 for button in reply.message.buttons)
    assert "copy them into the form that opens" in told(reply)


def test_a_word_for_the_status_shows_it_unless_it_may_answer_what_was_just_asked() -> None:
    assert "Where we are" in told(asked().types("ben", "status"))
    assert says(asked(in_chat=True).types("ben", "status")) == ["cycle status"]


@pytest.mark.parametrize("words", ["hello", "Good morning!", "who are you?"])
def test_a_greeting_where_nothing_is_open_hears_who_is_there(words: str) -> None:
    assert "I am Leadcycle, a program" in told(team().types("ben", words))


@pytest.mark.parametrize("words", ["thanks", "ok", "👍"])
def test_small_talk_where_nothing_is_open_is_no_unknown_command(words: str) -> None:
    assert "Nothing is open for you right now." in told(team().types("ben", words))


@pytest.mark.parametrize("question", ["What did we decide about the gym?", "¿Qué decidimos sobre el gimnasio?"])
@pytest.mark.parametrize("way", ["types", "says"])
def test_a_question_about_the_log_searches_it(question: str, way: str) -> None:
    rules = team("es" if question.startswith("¿") else "en")
    for about in ("Paint the gym (el gimnasio)?", "Move the bell?"):
        rules.fills("lena", "order decide", question=about, mode="tell", reason="It is time")
        rules.says("lena", f"decide post {len(rules.room.decisions)}.1")
    rules.until(rules.now + timedelta(minutes=6))

    found = told(getattr(rules, way)("ben", question))
    assert "Paint the gym" in found
    assert "bell" not in found


def test_what_the_program_guesses_is_no_refusal() -> None:
    said = told(asked().says("ben", "Should we move the bell?"))
    assert "facilitator" not in said
    assert "I do not understand" in said


@pytest.mark.parametrize(
    "words",
    [
        "Resource room is too small",
        "Decisions are made without us",
        "Skills practice for new teachers",
        "Lead teachers need time",
        "Ask families what they need",
        "Action plans for struggling readers",
        "Need more planning time",
        "sick",
    ],
)
def test_an_honest_answer_is_kept_as_nothing_else_before_it_is_asked_about(words: str) -> None:
    rules = asked()
    reply = rules.types("ben", words)

    assert "Nothing is noted yet." in told(reply)
    assert not [*rules.room.needs, *rules.room.resources, *answers(rules)]
    rules.says("ben", mine(reply))
    assert answers(rules) == [words]


def test_what_the_words_would_be_is_one_press_away_too() -> None:
    rules = asked()
    would_be = says(rules.types("ben", "resource The late start"))
    assert would_be == ["resource The late start"]
    rules.says("ben", would_be[0])
    assert [each.text for each in rules.room.resources] == ["The late start"]


def test_a_whole_command_acts_beside_an_invitation_also_with_a_please() -> None:
    rules = asked()
    assert "No decision is on record" in told(rules.types("ben", "decisions"))
    rules.types("ben", "quiet, please")
    assert rules.room.member("ben").quiet_until
    assert not answers(rules)


@pytest.mark.parametrize("words", ["leave", "needs", "report", "decisions"])
def test_a_command_on_the_floor_is_named_as_the_command_that_it_is(words: str) -> None:
    reply = asked(in_chat=True).types("ben", words)

    assert told(reply).startswith(f"That would be the command {words}:")
    assert says(reply) == [words]


@pytest.mark.parametrize("words", ["yes", "How do students read at home?"])
def test_no_command_is_guessed_of_a_plain_word_on_the_floor(words: str) -> None:
    assert says(asked(in_chat=True).types("ben", words)) == ["later convene"]


@pytest.mark.parametrize(
    ("words", "offers"),
    [
        ("start cycle", ["cycle start"]),
        ("cycle delete", ["cycle pause", "cycle next"]),
        ("actions overdue", ["actions"]),
        ("snow day", ["closure 2027-02-01 Snow day", "closure"]),
        ("no school tomorrow", ["closure 2027-02-02", "closure"]),
    ],
)
def test_the_command_that_is_meant_is_offered(words: str, offers: list[str]) -> None:
    assert says(team().types("lena", words)) == offers


@pytest.mark.parametrize("words", ["?", "menu", "commands", "what can you do"])
def test_whoever_looks_for_the_commands_finds_them(words: str) -> None:
    assert told(team().types("ben", words)).startswith("What you can do now")


def test_a_number_before_the_verb_is_the_number_all_the_same() -> None:
    rules = asked()
    assert "There is no action 1 on the plan" in told(rules.says("ben", "action 1 done"))


@pytest.mark.parametrize("words", ["open decisions", "Which decisions are open?"])
def test_the_open_decisions_are_asked_for_in_plain_words(words: str) -> None:
    rules = with_a_decision(team())
    rules.fills("lena", "order decide", question="Paint the gym?", mode="tell", reason="It is time")
    rules.says("lena", "decide post 2.1")
    rules.until(rules.now + timedelta(minutes=6))
    found = told(rules.types("ben", words))

    assert "Shall we move the bell?" in found
    assert "Paint the gym?" not in found
