"""What people say to a decision in words of their own: it is done, or what works is one press away."""

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.messages import Form, Note
from tests.world import Rules, told


def team() -> Rules:
    return Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", cara="teacher", kay="coach")


def posts(rules: Rules, question: str, mode: str = "consent") -> None:
    """Lena's decision, posted and out."""
    rules.fills("lena", "order decide", question=question, mode=mode)
    number = rules.room.decisions[-1].number
    if mode == "vote":
        rules.fills("lena", f"order decide more {number}", options="The library\nThe gym\nOutside", majority="half")
    rules.says("lena", f"decide post {number}.{rules.room.decisions[-1].revision}")
    rules.until(rules.now + timedelta(minutes=6))


def offered(reply: object) -> list[str]:
    """What the buttons of the note say, those of its items first."""
    assert isinstance(reply, Note), told(reply)
    own = [button.says for item in reply.message.items for button in item.buttons]
    return [*own, *(button.says for button in reply.message.buttons)]


def said(rules: Rules) -> list[tuple[str, str, str]]:
    return [(each.member, each.kind, each.reason) for each in rules.room.stands]


@pytest.mark.parametrize(
    ("words", "kind", "reason"),
    [
        ("stand good", "good", ""),
        ("stand yes", "good", ""),
        ("stand harm because it is loud", "harm", "it is loud"),
        ("stand worry: it is loud", "worry", "it is loud"),
        ("stand harm 1 because it is loud", "harm", "it is loud"),
        ("Good enough", "good", ""),
        ("good enough!", "good", ""),
        ("This would harm our aim because it is loud", "harm", "it is loud"),
        ("Worry, go ahead because of noise", "worry", "because of noise"),
    ],
)
@pytest.mark.parametrize("way", ["types", "says"])
def test_the_one_decision_that_is_open_is_the_one_that_is_meant(words: str, kind: str, reason: str, way: str) -> None:
    rules = team()
    posts(rules, "Shall we move the bell?")
    getattr(rules, way)("ben", words)

    assert said(rules) == [("ben", kind, reason)]


def test_a_harm_without_its_reason_opens_the_form_that_asks_for_it() -> None:
    rules = team()
    posts(rules, "Shall we move the bell?")

    for words in ("stand harm", "this would harm our aim"):
        assert isinstance(rules.types("ben", words), Form)
    assert not said(rules)


def test_of_several_decisions_it_is_asked_which_and_no_word_is_lost() -> None:
    rules = team()
    posts(rules, "Shall we move the bell?")
    posts(rules, "Shall we paint the hall?")
    reply = rules.types("ben", "stand harm because it is loud")

    assert offered(reply) == ["stand 1.1 harm because it is loud", "stand 2.1 harm because it is loud"]
    assert "Shall we paint the hall?" in told(reply)
    assert not said(rules)
    rules.types("ben", "good enough 2")
    assert [(each.decision, each.kind) for each in rules.room.stands] == [(2, "good")]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("disagree", ["stand 1.1 worry", "stand 1.1 harm"]),
        ("I disagree because it is loud", ["stand 1.1 worry because it is loud", "stand 1.1 harm because it is loud"]),
        ("disagree with 1", ["stand 1.1 worry", "stand 1.1 harm"]),
        ("agree", ["stand 1.1 good"]),
        ("object because it is loud", ["stand 1.1 harm because it is loud"]),
        ("object 1 because it is loud", ["stand 1.1 harm because it is loud"]),
        ("object", ["stand 1.1 harm"]),
    ],
)
def test_what_may_be_meant_is_one_press_away_and_nothing_is_noted(words: str, says: list[str]) -> None:
    rules = team()
    posts(rules, "Shall we move the bell?")

    for way in (rules.types, rules.says):
        reply = way("ben", words)
        assert offered(reply) == says
        assert "Nothing is noted yet" in told(reply)
    assert not said(rules)


def test_object_stays_the_facilitators_word_and_names_somebody() -> None:
    rules = team()
    posts(rules, "Shall we move the bell?")

    assert isinstance(rules.says("ana", "object 1 because it is loud"), Form)
    assert "for your facilitator" in told(rules.says("ben", "object 1 for Cara because it is loud"))


@pytest.mark.parametrize("words", ["withdraw my objection", "withdraw 1", "Take back my objection.", "stand withdraw"])
def test_an_objection_is_taken_back_in_ones_own_words(words: str) -> None:
    rules = team()
    posts(rules, "Shall we move the bell?")
    rules.says("ben", "stand 1.1 harm because it is loud")

    takes_back = offered(rules.types("ben", words))
    assert takes_back == ["stand 1.1 withdraw"]
    assert "You have no objection that is open" in told(rules.types("cara", "withdraw my objection"))
    assert set(offered(rules.types("lena", "withdraw 1"))) == {"decide withdraw 1", "ask withdraw 1", "help"}
    rules.says("ben", takes_back[0])
    assert said(rules) == [("ben", "taken back", "")]


@pytest.mark.parametrize(
    ("words", "choice"), [("vote 1 2", 2), ("vote 1: 3", 3), ("vote the gym", 2), ("vote for Outside", 3)]
)
def test_a_vote_is_given_as_people_say_it(words: str, choice: int) -> None:
    rules = team()
    posts(rules, "Where do we meet?", "vote")
    rules.types("ben", words)

    assert [each.choice for each in rules.room.stands] == [choice]


def test_a_number_alone_may_be_the_decision_or_the_option() -> None:
    rules = team()
    posts(rules, "Where do we meet?", "vote")

    assert offered(rules.types("ben", "vote 2")) == ["stand 1.1 2"]
    assert "Where do we meet?" in told(rules.types("ben", "vote 1"))
    assert not rules.room.stands
    assert offered(rules.types("lena", "vote Shall we start at eight?")) == [
        "decide vote Shall we start at eight?",
        "help",
    ]


def test_words_that_only_begin_so_are_words_of_ones_own() -> None:
    rules = team()
    rules.starts("ana")
    posts(rules, "Shall we move the bell?")
    rules.until(rules.now + timedelta(hours=1))
    rules.types("ben", "Support for new teachers in their first year")

    assert any(conversation.answers for conversation in rules.room.conversations.values())
    assert not said(rules)


# ---------------------------------------------------------------- beside a question that waits


def invited() -> Rules:
    """A team in which everybody has a question that nobody has opened yet."""
    rules = team()
    rules.starts("ana")
    posts(rules, "Shall we move the bell?")
    rules.until(rules.now + timedelta(hours=1))
    return rules


def answers(rules: Rules, who: str) -> list[object]:
    conversations = rules.room.conversations.values()
    return [answer.value for each in conversations if each.member == who for answer in each.answers.values()]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("helpp", "help"),
        ("decsions", "decisions"),
        ("descide", "decide"),
        ("disagree", "stand 1.1 worry"),
        ("dissagree", "stand 1.1 worry"),
        ("agree", "stand 1.1 good"),
        ("support", "stand 1.1 good"),
    ],
)
def test_one_word_that_is_nearly_a_command_is_no_answer_before_it_is_said_to_be(word: str, meant: str) -> None:
    rules = invited()
    reply = rules.types("ben", word)

    assert meant in offered(reply)
    assert not answers(rules, "ben")
    assert not said(rules)
    [as_answer] = [says for says in offered(reply) if says.startswith("answer ")]
    rules.says("ben", as_answer)
    assert answers(rules, "ben") == [word]


@pytest.mark.parametrize("words", ["Feedback", "Time", "helpp with grading"])
def test_any_other_words_are_the_answer_at_once(words: str) -> None:
    rules = invited()
    rules.types("ben", words)

    assert answers(rules, "ben") == [words]


def test_a_command_that_is_no_option_of_the_question_is_told_how_to_be_a_command() -> None:
    rules = team()
    rules.starts("ana")
    rules.says("ana", "met")
    rules.until(rules.now + timedelta(days=10))
    rules.says("ben", "answer needs chat")
    for words in ("Reading groups", "Planning time", "Two lessons"):
        rules.types("ben", words)
    before = answers(rules, "ben")
    rules.types("ben", "reflect")
    [*_, last] = rules.sends.values()
    assert last.message
    told_last = told(Note(last.message))

    assert answers(rules, "ben") == before
    assert "I do not find “reflect” here" in told_last
    assert "it stands after /leadcycle, like /leadcycle reflect." in told_last


def test_whoever_reads_along_is_told_so() -> None:
    rules = team()
    posts(rules, "Shall we move the bell?")

    assert "you read along" in told(rules.says("kay", "stand good"))


def test_it_is_understood_in_spanish() -> None:
    rules = team()
    rules.room = rules.room.having([replace(rules.room.member("ben"), language="es")])
    posts(rules, "¿Movemos el timbre?")

    assert offered(rules.types("ben", "No estoy de acuerdo porque hace ruido")) == [
        "stand 1.1 worry porque hace ruido",
        "stand 1.1 harm porque hace ruido",
    ]
    rules.types("ben", "Está bien así")
    assert said(rules) == [("ben", "good", "")]


# ---------------------------------------------------------------- where a decision waits for somebody's word


def waits(mode: str) -> Rules:
    rules = team()
    posts(rules, "Where do we meet?", mode)
    return rules


VOTES = ["stand 1.1 1", "stand 1.1 2", "stand 1.1 3"]
WORDS = ["stand 1.1 good", "stand 1.1 worry", "stand 1.1 harm"]


@pytest.mark.parametrize(
    ("mode", "words", "says"),
    [
        *(("vote", words, VOTES) for words in ("good enough", "I agree", "harm because", "yes", "no", "vote 5")),
        *(("vote", words, VOTES[1:2]) for words in ("gym", "2", "option 2", "The gym because it is warm", "vote gym")),
        ("vote", "vote The libary", ["stand 1.1 1"]),
        ("advice", "I agree", ["stand 1.1 advice", "stand 1.1 pass"]),
        ("advice", "harm because it is far", ["stand 1.1 advice because it is far", "stand 1.1 pass"]),
        ("advice", "The hall is free", ["stand 1.1 advice The hall is free", "stand 1.1 pass"]),
        *(("consent", words, WORDS) for words in ("pass", "abstain", "thanks", "why?")),
        *(("consent", words, WORDS[:1]) for words in ("I'm fine with it", "I like it", "in favor", "good enogh")),
        *(("consent", words, WORDS[1:]) for words in ("not good", "I'm against it", "I vote no")),
        ("consent", "Yes because kids sleep more", ["stand 1.1 good because kids sleep more"]),
        ("consent", "I worry about the buses", ["stand 1.1 worry about the buses"]),
        ("consent", "It is loud", ["stand 1.1 good", "stand 1.1 worry It is loud", "stand 1.1 harm It is loud"]),
        ("consent", "stand library", ["stand 1.1 good", "stand 1.1 worry library", "stand 1.1 harm library"]),
    ],
)  # fmt: skip
def test_whatever_is_said_while_a_decision_waits_leads_to_it(mode: str, words: str, says: list[str]) -> None:
    rules = waits(mode)
    reply = rules.types("ben", words)

    assert [each for each in offered(reply) if each != "help"] == says
    assert "Where do we meet?" in told(reply)
    assert not said(rules)


def test_an_option_is_offered_in_its_own_words() -> None:
    assert "The gym" in told(waits("vote").types("ben", "2"))


def test_advice_that_begins_like_a_command_may_be_the_advice() -> None:
    rules = waits("advice")
    assert offered(rules.types("ben", "Ask families first")) == [
        "Ask families first",
        "stand 1.1 advice Ask families first",
    ]


@pytest.mark.parametrize("words", ["Good enough. Thanks!", "1 good", "good enough, please"])
def test_a_decisions_own_word_is_noted_at_once(words: str) -> None:
    rules = waits("consent")
    rules.types("ben", words)

    assert said(rules) == [("ben", "good", "")]


def two() -> Rules:
    rules = team()
    for question in ("Shall we move the bell?", "Shall we paint the hall?"):
        posts(rules, question)
    return rules


@pytest.mark.parametrize(
    ("words", "noted"),
    [
        ("good enough to both", [(1, "good", ""), (2, "good", "")]),
        ("good 1 and 2", [(1, "good", ""), (2, "good", "")]),
        ("both good", [(1, "good", ""), (2, "good", "")]),
        ("good to all", [(1, "good", ""), (2, "good", "")]),
        ("harm to both because it is loud", [(1, "harm", "it is loud"), (2, "harm", "it is loud")]),
        ("stand 1 good, 2 good", [(1, "good", ""), (2, "good", "")]),
        ("stand 1 good and 2 worry because late, and cold", [(1, "good", ""), (2, "worry", "late, and cold")]),
        ("good 1, worry 2 because it is late", [(1, "good", ""), (2, "worry", "it is late")]),
        ("stand 1 worry because 2, 3 are late", [(1, "worry", "2, 3 are late")]),
    ],
)  # fmt: skip
def test_what_is_said_to_several_decisions_is_noted_for_each(words: str, noted: list[tuple[int, str, str]]) -> None:
    rules = two()
    reply = rules.types("ben", words)

    assert [(each.decision, each.kind, each.reason) for each in rules.room.stands] == noted
    assert all(f"Noted for decision {number}" in told(reply) for number, *_ in noted)


@pytest.mark.parametrize("words", ["agree to both", "yes to all", "harm 1 and 2", "good 1 and 3"])
def test_what_is_not_all_clear_is_asked_back_for_each(words: str) -> None:
    rules = two()
    reply = rules.types("ben", words)

    assert offered(reply)
    assert not said(rules)


def test_the_one_decision_that_still_waits_is_meant_and_after_that_nothing_changes_unasked() -> None:
    rules = two()
    rules.says("ben", "stand 2.1 good")
    rules.types("ben", "good enough")
    assert sorted(each.decision for each in rules.room.stands) == [1, 2]

    again = rules.types("ben", "worry because it is late")
    assert "You have said your word to this" in told(again)
    assert {each.kind for each in rules.room.stands} == {"good"}
    assert "No decision waits for your word now." in told(rules.types("ben", "abstain"))
