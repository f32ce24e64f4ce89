"""The one grammar of commands: what is typed, pressed or sent by slash finds the same command."""

import importlib
import pkgutil
import string
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flows import orders
from flows.calendar import CalendarError
from flows.command_table import COMMANDS, TOPICS
from flows.commands import MOST_CHARACTERS, Call, Command, because, is_explicit, is_number, stripped
from flows.events import Event, Filled
from flows.lookup import table
from flows.messages import Card, Errors, Form, Note
from flows.modes import MODES
from flows.offers import choices
from flows.outcome import Outcome, Refused
from flows.people import Role
from flows.permissions import may
from flows.reception import take
from tests.world import Rules, scripts, told


def team(me: str = "teacher") -> Rules:
    return Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", me=me)


def found(text: str) -> tuple[str, str] | None:
    """The name of the command that is meant, and the words after it."""
    meant = COMMANDS.find(text)
    return (meant[0].words, meant[1]) if meant else None


def buttons(reply: Note) -> list[str]:
    return [button.says for button in reply.message.buttons]


def test_words_that_only_ask_for_the_next_phase_are_no_reason_to_close_this_one() -> None:
    rules = Rules(ana="teacher, facilitator", ben="teacher")
    rules.starts("ana")
    for rest in ("phase", "please", "now", "early", "phase, please"):
        assert isinstance(rules.says("ana", f"cycle next {rest}"), Form), rest
    rules.fills("ana", "order cycle next", reason="phase")
    assert len(rules.room.moves) == 1
    rules.says("ana", "cycle next because of the storm")
    assert len(rules.room.moves) > 1


# ---------------------------------------------------------------- one table


def test_every_command_of_every_noun_is_in_the_table_once() -> None:
    rooms = (importlib.import_module(f"flows.orders.{each.name}") for each in pkgutil.iter_modules(orders.__path__))
    names = [command.words for each in rooms for command in getattr(each, "COMMANDS", ())]

    assert sorted(names) == sorted(name for name in COMMANDS.commands if not name.startswith("help"))
    assert len(names) == len(set(names))


def test_two_commands_of_the_same_words_are_a_mistake() -> None:
    same = Command("need", "need", lambda call: Outcome())

    with pytest.raises(ValueError, match="Two commands are called need"):
        table((same,), (same,))


def test_every_command_is_found_by_its_own_words() -> None:
    for name in COMMANDS.commands:
        assert found(name) == (name, "")


@pytest.mark.parametrize(
    "text",
    [
        "cycle status",
        "/cycle status",
        "Cycle Status",
        "CYCLE   STATUS.",
        "@Leadcycle cycle status",
        "leadcycle cycle status",
        "/leadcycle cycle status",
        "  cycle\nstatus  ",
    ],
)
def test_slash_name_case_and_space_make_no_difference(text: str) -> None:
    assert found(text) == ("cycle status", "")


@pytest.mark.parametrize(
    ("text", "command", "rest"),
    [
        ("need more time to plan", "need", "more time to plan"),
        ("need: more time", "need", "more time"),
        ("needs", "needs", ""),
        ("need merge 4 into 2", "need merge", "4 into 2"),
        ("action on track 3", "action on track", "3"),
        ("action visit two lessons", "action", "visit two lessons"),
        ("actions mine", "actions mine", ""),
        ("who sees what?", "who sees what", ""),
        ("cycle start 10 weeks on Monday", "cycle start", "10 weeks on Monday"),
        ("decide First line\nSecond line", "decide", "First line\nSecond line"),
        ("decide   Two  spaces  stay", "decide", "Two  spaces  stay"),
        ("cycle", "cycle", ""),
        ("ask approve 1 yes, on Friday", "ask grant", "1 yes, on Friday"),
        ("ask yes 1", "ask grant", "1"),
        ("ask accept", "ask grant", ""),
        ("ask deny 1 no", "ask decline", "1 no"),
        ("ask no #1", "ask decline", "#1"),
        ("ask no more than two substitutes", "ask", "no more than two substitutes"),
    ],
)
def test_the_longest_words_win_and_the_rest_stays_as_it_was_written(text: str, command: str, rest: str) -> None:
    assert found(text) == (command, rest)


@pytest.mark.parametrize(
    "text",
    [
        "Met yesterday with the team",
        "needs are many",
        "Actions speak louder than words",
        "help me",
        "report card",
        "cycle strat",
        "record of attendance",
    ],
)
def test_what_takes_no_words_is_not_meant_by_a_sentence(text: str) -> None:
    """ "Met yesterday" typed in passing must not complete a phase."""
    assert found(text) is None


@settings(deadline=None)
@given(st.text(max_size=200))
@example("/")
@example("\u200b")
@example("@leadcycle")
@example("need \x00")
def test_no_text_breaks_the_grammar(text: str) -> None:
    COMMANDS.find(text)
    COMMANDS.nearest(text)
    is_explicit(text)
    assert stripped(text) in text


@given(st.text(alphabet=string.digits + "²٣①-.#, x", max_size=20))
def test_what_is_taken_for_a_number_is_one(text: str) -> None:
    if is_number(text):
        assert 0 <= int(text) < 10**9


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("because it rains", "it rains"),
        ("Because: it rains", "it rains"),
        ("it rains", "it rains"),
        ("because", ""),
        ("because …", "…"),
        ("because of noise", "because of noise"),
        ("porque llueve", "llueve"),
        ("", ""),
        ("becausewise", "becausewise"),
    ],
)
def test_a_reason_is_what_follows_because(said: str, reason: str) -> None:
    assert because(said) == reason


# ---------------------------------------------------------------- help


def test_help_has_a_line_for_every_command_that_it_lists_and_for_no_other() -> None:
    phrases = scripts().phrases()
    about = {"title", "text", "answer", "everything", "all_title", "all_text", *(f"topic_{topic}" for topic in TOPICS)}
    lines = {key.removeprefix("help.") for key in phrases.keys if key.startswith("help.")} - {*about, "topic_text"}

    assert lines == {name.replace(" ", "_") for name, command in COMMANDS.commands.items() if command.listed}


def moments(role: str = "teacher") -> Iterator[tuple[str, Rules]]:
    """A team with me in it as it stands in each phase of a cycle, before it and after it."""
    rules = team(role)
    yield "", rules
    rules.starts("ana")
    yield "convene", rules
    for phase in ("needs", "plan", "act", "reflect"):
        rules.says("ana", "cycle next because we go on")
        if phase == "needs":
            for words in ("need More time to plan", "need More planning time", "resource The late start"):
                rules.says("ana", words)
        if phase == "plan":
            plan = {"what": "Visit", "due": "2027-03-01", "need": "1", "resource": "1", "prediction": "More"}
            plan["measure"] = "We count"
            for owner in ("me", "ana"):
                rules.fills("ana", "order action", owner=owner, **plan)
            rules.fills("ana", "order decide", question="Shall we?", mode="consent")
            rules.says("ana", "decide post 1")
            rules.now += timedelta(minutes=6)
        if phase == "act":
            rules.says("me", "action accept 1")
        yield phase, rules
    rules.says("ana", "cycle next because we go on")
    yield "over", rules


def labels(reply: Note) -> list[str]:
    return [item.label for item in reply.message.items]


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_help_is_short_and_offers_nothing_that_would_be_refused(role: Role) -> None:
    for phase, rules in moments(role.value):
        call = Call(rules.room, rules.room.member("me"), rules.now)
        assert len(told(rules.says("me", "help")).splitlines()) <= 14, phase
        for words in (*labels(rules.says("me", "help")), *_everything(rules)):
            command, rest = COMMANDS.find(words)  # type: ignore[misc]
            assert call.may(command.matter), (phase, words)
            if rest:
                command.run(replace(call, rest=f"{rest} good" if words.startswith("stand") else rest))


def _everything(rules: Rules) -> list[str]:
    return [words for item in rules.says("me", "help all").message.items for words in item.text.split(" · ")]


def test_help_names_what_this_phase_is_about() -> None:
    offered = {phase: labels(rules.says("me", "help")) for phase, rules in moments()}

    assert offered["needs"][:4] == ["need", "resource", "needs", "resources"]
    assert offered["plan"][:4] == ["stand 1", "action accept 1", "plan good", "action"]
    assert offered["act"][1:3] == ["action done 1", "action blocked 1"]
    assert offered["over"][1] == "cycle yes"
    for phase in ("convene", "needs", "plan", "act", "reflect"):
        assert not {"record", "met", "cycle yes", "charter keep", "cycle next"} & set(offered[phase])


def test_a_coach_is_offered_what_readers_may_do() -> None:
    offered = {words for _, rules in moments("coach") for words in _everything(rules)}

    written_to = {"best time", "leave", "leaves", "quiet", "language", "closures", "skills", "skill"}
    of_coaches = {"my teams", "coach level", "team levels", "what others see"}
    pages = {"dashboard", "home", "my record", "who sees what"}
    assert offered == written_to | of_coaches | pages | {"cycle status", "team", "pulse"}, (
        "the team shows phase and dates"
    )


def test_every_listed_command_is_offered_to_somebody_at_some_time() -> None:
    offered = {words for _, rules in moments("administrator") for words in _everything(rules)}
    never = {name for name, command in COMMANDS.commands.items() if command.listed} - offered - {"help"}

    of_decisions = {
        name for name, command in COMMANDS.commands.items() if name.startswith("decide ") and command.listed
    }
    of_asks = {name for name in COMMANDS.commands if name.startswith("ask ")}
    later = {"cycle resume", "charter keep", "team back", "object", "school"}
    of_others = {"coach level", "my teams", "our district"}
    ended = {"leave back", "quiet off", "closure open", "resume"}
    assert never == later | ended | of_others | of_asks | of_decisions - {"decide modes"}


def test_everything_that_answers_is_named_also_where_nothing_is_on_record_yet() -> None:
    rules = team("facilitator, teacher")
    call, answered = Call(rules.room, rules.room.member("me"), rules.now), set[str]()
    for name, command in COMMANDS.commands.items():
        with suppress(Refused, CalendarError):
            call.require(command.matter)
            command.run(call)
            answered |= {name} if command.listed else set()

    assert answered - {"help", "quiet off"} <= set(_everything(rules))


def test_a_matter_is_explained_when_any_of_its_commands_names_it() -> None:
    rules = team("administrator")
    rules.starts("me")

    for words in ("help needs", "help need", "help resource"):
        assert labels(rules.says("me", words)) == ["need", "needs", "needs alike", "resource", "resources"]
    assert buttons(rules.says("me", "help all")) == [f"help {topic}" for topic in TOPICS]
    assert "A question for you" not in told(rules.says("me", "help"))
    rules.until(rules.now + timedelta(hours=1))
    question, *_ = rules.says("me", "help").message.items
    assert (question.label, question.text) == ("A question for you", "What should we work on?")
    assert [(each.label, each.says) for each in question.buttons] == [("Answer", "answer convene")]


@pytest.mark.parametrize("words", ["help", "/help", "@leadcycle help", "HELP!", "/", "@leadcycle", "/leadcycle"])
def test_help_comes_by_any_way_and_for_no_words_at_all(words: str) -> None:
    assert told(team().says("me", words)).startswith("What you can do")


def test_every_example_in_help_is_a_command() -> None:
    phrases = scripts().phrases()
    for name, command in COMMANDS.commands.items():
        if command.listed:
            sentence = phrases.say(f"help.{name.replace(' ', '_')}")
            _, colon, example = sentence.partition(": ")
            for each in example.split(", ") if colon and example.startswith(name.split()[0]) else []:
                assert found(each) is not None, each
                assert each.startswith(name), (each, name)


# ---------------------------------------------------------------- near misses


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hepl", "help"),
        ("reusme", "resume"),
        ("desicions", "decisions"),
        ("resorces", "resources"),
        ("cycle strat", "cycle start"),
        ("cyle start 10 weeks on Monday", "cycle start 10 weeks on Monday"),
        ("ned more time to plan", "need more time to plan"),
        ("actions mien", "actions mine"),
        ("needs alik", "needs alike"),
        ("who sees", "who sees what"),
        ("best", "best time"),
        ("cycle skip because we did it", "cycle next because we did it"),
        ("cycle stop", "cycle next"),
        ("team remove Ben", "team left Ben"),
        ("team lft", "team left"),
        ("decde Shall we start at eight?", "decide Shall we start at eight?"),
        ("help cycle start", "help cycle"),
        ("vote Shall we start at eight?", "decide vote Shall we start at eight?"),
        ("poll", "decide vote"),
        ("tell", "decide tell"),
        ("delegate", "decide delegate"),
        ("delegate to Ben", "decide delegate to Ben"),
        ("consent Shall we?", "decide consent Shall we?"),
        ("approve 3", "stand 3"),
        ("agree with Ben", "stand"),
        ("handover Ben", "cycle hand over Ben"),
    ],
)
def test_a_near_miss_names_the_nearest_command_and_loses_no_word(typed: str, meant: str) -> None:
    reply = team().says("ana", typed)

    assert "Did you mean" in told(reply)
    assert buttons(reply) == [*dict.fromkeys((meant, "help"))]


def test_when_two_commands_begin_so_both_are_offered() -> None:
    reply = team().says("ana", "cycle re needs because we learned more")

    assert told(reply).startswith("That could be “cycle re")
    assert set(buttons(reply)) == {
        "cycle reopen needs because we learned more",
        "cycle resume needs because we learned more",
        "help",
    }


def test_words_that_two_commands_may_mean_name_both() -> None:
    assert set(buttons(team().says("ana", "withdraw 3"))) == {"decide withdraw 3", "ask withdraw 3", "help"}


def test_a_near_miss_names_only_what_the_person_may_do() -> None:
    assert "facilitator or administrator" in told(team().says("ben", "team remove Ana"))
    assert buttons(team("coach").says("me", "time off 3/14")) == ["leave 2027-03-14", "leave"]


def test_yes_to_a_decision_is_good_enough_and_no_asks_which() -> None:
    rules = team()
    rules.starts("ana")
    rules.fills("ana", "order decide", question="Shall we?", mode="consent")
    rules.says("ana", "decide post 1")
    rules.now += timedelta(minutes=6)

    asked = rules.says("ben", "stand 1 no because of noise")
    assert buttons(asked) == ["stand 1 worry because of noise", "stand 1 harm because of noise"]
    assert not rules.room.stands
    rules.says("ben", "stand 1 yes")
    rules.says("me", "stand 1 agree")
    assert {(each.member, each.kind) for each in rules.room.stands} == {("ben", "good"), ("me", "good")}


def test_a_bare_number_after_decide_shows_that_decision() -> None:
    rules = team()
    rules.starts("ana")
    rules.fills("ana", "order decide", question="Shall we?", mode="consent")
    rules.says("ana", "decide post 1")

    assert "Shall we?" in told(rules.says("ana", "decide 1"))


@pytest.mark.parametrize("typed", ["xyzzy", "🙂", "你好 世界", "q" * 40_000, "1", "<!channel>"])
def test_what_is_no_command_is_said_back_short_and_help_is_near(typed: str) -> None:
    reply = team().says("me", typed)

    quoted = typed if len(typed) < 60 else f"{typed[:60]}…"
    assert f"I do not understand “{quoted}” here" in told(reply)
    assert buttons(reply) == ["help"]


# ---------------------------------------------------------------- people, days, numbers


def test_a_name_that_several_people_have_is_asked_back() -> None:
    rules = Rules(lena="administrator", ana="teacher, facilitator", anabel="teacher")
    rules.starts("ana")

    assert "That could be “Ana A.” or “Anabel A.”. Which one?" in told(rules.says("lena", "cycle hand over An"))
    assert "Anabel A. is the facilitator" in told(rules.says("lena", "cycle hand over Anabel"))


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("cycle hand over Zoe", "I do not know anybody here called “Zoe”"),
        ("cycle hand over Benn", "Did you mean Ben B."),
        ("cycle hand over", "Which one?"),
        ("cycle hand over myself", "Ana A. is the facilitator"),
        ("cycle hand over to Ben", "Ben B. is the facilitator"),
        ("team left", "Who left the team?"),
        ("team left Lena", "without an administrator"),
        ("need merge 4", "Name the two needs by their numbers"),
        ("need merge 1 into 1", "There is no open need 1"),
        ("need merge ² into ³", "Name the two needs by their numbers"),
        ("action done", "Nothing waits for action done now"),
        ("action done ²", "Say which one by its number"),
        ("action done -1", "Say which one by its number"),
        ("action done " + "9" * 5000, "That is 5,000 characters"),
        ("action done " + "9" * 500, "Say which one by its number"),
        ("action done 99", "There is no action 99"),
        ("action done #99.", "There is no action 99"),
        ("stand", "Nothing waits for stand now"),
        ("stand 1", "There is no decision 1"),
        ("stand 1.x good", "Say which one by its number"),
        ("stand 1.99 good", "There is no decision 1"),
        ("stand 999999999999999999999 good", "Say which one by its number"),
        ("decide post", "Say which one by its number"),
        ("cycle start 999999999 weeks", "between 4 and 40"),
        ("cycle start 3 weeks", "between 4 and 40"),
        ("cycle start on Saturday", "There is no school on Saturday"),
        ("cycle start whenever", "I cannot read that as a day"),
        ("cycle extend to Friday", "No cycle is running"),
        ("cycle reopen", "No cycle is running"),
        ("best time lunch", "is not a time of day"),
        ("best time 6 pm", "within school hours, between 7:30\u202fAM and 3:30\u202fPM"),
        ("best time *6*", "“*6*” is not a time of day"),
        ("leave 3/14 to 3/13", "end before it starts"),
        ("leave 2/30", "no such day"),
        ("leave yesterday", "is in the past"),
        ("lead", "No cycle is running"),
        ("share nothing", "Only the person who wrote a line"),
        ("unshare nothing", "Only the person who wrote a line"),
        ("answer nothing", "is not asked right now"),
        ("later checkin", "is not asked right now"),
        ("later today", "I do not understand “later today”"),
        ("stop that bus", "I do not understand “stop that bus”"),
        ("plan good", "No cycle is running"),
        ("charter keep", "No cycle is running"),
        ("cycle yes", "No cycle is running"),
    ],
)
def test_what_cannot_be_is_answered_with_what_to_do(said: str, answer: str) -> None:
    rules = team()
    before = rules.room
    reply = told(rules.says("ana", said))

    assert answer in reply
    if "is the facilitator" not in answer:
        assert rules.room == before


ANYTHING = ("", "1", "²", "1 1", "because", "to", "with", "x" * 3000, "🙂", "1.1.1", "<!channel> *b* _i_", "%s {name}")


@pytest.mark.parametrize("running", [True, False], ids=["with a cycle", "without one"])
def test_every_command_answers_whatever_it_is_given(running: bool) -> None:
    """Nothing but a sentence or a form ever comes back."""
    rules = team()
    if running:
        rules.starts("ana")
    before = rules.room
    for name in COMMANDS.commands:
        rules.room = before
        for words in ANYTHING:
            assert rules.says("ana", f"{name} {words}") is not None, (name, words)


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("decide Change the bell schedule?", "Change the bell schedule?"),
        ("decide extend the lunch break by 5 minutes?", "extend the lunch break by 5 minutes?"),
        ("decide tell parents by mail?", "tell parents by mail?"),
        ("need Merge the two planning periods", "Noted as need 1"),
        ("action Move the bell to 8", "Move the bell to 8"),
        ("need as written merge 1 into 2", "Noted as need 1"),
    ],
)
def test_words_of_ones_own_that_begin_like_a_command_are_no_command(said: str, answered: str) -> None:
    rules = team()
    rules.starts("ana")
    assert answered in told(rules.says("me", said))


def test_words_that_are_too_many_are_refused_with_their_number() -> None:
    rules = team()
    rules.starts("lena")

    roles = rules.room.roles("lena")
    for name, command in COMMANDS.commands.items():
        if not command.alone and may(roles, command.matter) and name not in ("later", "stop"):
            words = ("9" if command.numbered else "x") * (MOST_CHARACTERS + 1)
            reply = told(rules.says("lena", f"{name} {words}"))
            assert "That is 4,001 characters, and there is room for 4,000" in reply, name


def test_a_command_knows_its_rights() -> None:
    rules = team()
    call = Call(rules.room, rules.room.member("me"), rules.now)

    with pytest.raises(Refused, match="facilitator or administrator"):
        call.require("cycle start")
    call.require("need")


# ---------------------------------------------------------------- forms of commands

FORMS = {
    "cycle start": ("first", "weeks"),
    "cycle next": ("reason",),
    "cycle reopen": ("phase", "reason"),
    "cycle extend": ("until",),
    "closure": ("first", "last", "name", "early"),
    "hold": ("reason",),
    "team meets": ("day",),
    "team circle": ("member", "circles"),
    "charter change": ("norms", "purpose", "priority", "coach"),
    "need": ("need", "evidence"),
    "resource": ("resource", "kind"),
    "action": ("what", "owner", "due", "need", "resource", "prediction", "measure", "reason"),
    "action pass": ("to",),
    "action blocked": ("blocker",),
    "action move": ("until",),
    "action evidence": ("action", "words"),
    "outcome": ("outcome", "what", "start", "goal", "by", "seen", "link"),
    "outcome change": ("outcome", "what", "start", "goal", "by", "seen", "link"),
    "edit words": ("text",),
    "decide": ("question", "mode", "reason", "limits", "closes"),
    "stand": ("reason",),
    "decide change": ("question", "mode", "reason", "limits", "closes"),
    "decide more": ("mode", "options", "majority", "to"),
    "decide details": ("circle", "needed", "about", "review_on"),
    "decide amend": ("question", "reason"),
    "decide answer": ("outcome",),
    "decide report": ("outcome",),
    "decide keep": ("review_on",),
    "decide modes": tuple(MODES),
    "object": ("member", "reason"),
    "ask": ("what", "kind", "reason", "of", "due", "need"),
    "ask grant": ("answer",),
    "ask decline": ("answer",),
    "ask again": ("due",),
    "decisions find": ("words", "state", "since", "until", "about"),
    "decide withdraw": ("reason",),
    "lead": ("beside",),
    "best time": ("time",),
    "leave": ("first", "last"),
    "quiet": ("until",),
    "team add": ("name", "email", "role", "also"),
    "team level": ("level",),
    "coach level": ("level",),
    "team role": ("person", "role", "also"),
    "team left": ("person",),
    "team back": ("person",),
}


def test_these_commands_have_a_form() -> None:
    assert set(FORMS) == {name for name, command in COMMANDS.commands.items() if command.filled}


OF_NO_WORDS = {"answer", "later", "stop", "share", "unshare"}
"""what buttons say, with what they are about"""


def test_every_command_that_wants_words_opens_a_form_without_them() -> None:
    """Somebody who would rather fill than type gets a form, wherever there is something that it could be about."""
    typed, filled = set(), set()
    for _, rules in moments("administrator, facilitator"):
        for name, command in COMMANDS.commands.items():
            room = rules.room
            call = Call(room.told_to("me"), room.member("me"), rules.now)
            if not call.may(command.matter) or command.alone or name in OF_NO_WORDS:
                continue
            reply = rules.says("me", name)
            rules.room = room
            if is_number_wanted(reply) and choices(call, command):
                typed.add(name)
            if isinstance(reply, Form) and reply.ref.startswith("which "):
                filled.add(name)
    assert typed == set()
    assert {"action done", "action drop", "need merge", "stand", "cycle hand over"} <= filled


def is_number_wanted(reply: object) -> bool:
    """Whether the answer is that words are missing which have to be typed."""
    said = told(reply)
    return not isinstance(reply, Form) and ("Say which one by its number" in said or "Name the two needs" in said)


WRONG = (
    None,
    "",
    " ",
    "\u200b",
    "\x00",
    [],
    {},
    ["a", "list"],
    {"a": "dict"},
    [["nested"]],
    True,
    False,
    0,
    -1,
    3.5,
    10**30,
    "10" * 200,
    "²",
    "x" * 40_000,
    "<!channel>",
    "\u202eright to left",
    "\ud800",
)


@pytest.mark.parametrize("name", FORMS)
def test_no_form_breaks_on_what_its_fields_hold(name: str) -> None:
    """Lists, numbers, nothing at all, too much: it is taken or said at a field, and never half kept."""
    rules = team()
    rules.starts("ana")
    rules.fills("ana", "order decide", question="Shall we?", mode="consent")
    rules.says("ana", "decide post 1")
    number = (
        " 1"
        if name in ("action pass", "action blocked", "action move", "stand", "decide amend", "decide withdraw")
        else ""
    )
    for field in FORMS[name]:
        for value in WRONG:
            before = rules.room
            values = dict.fromkeys(FORMS[name], "1") | {field: value, "unknown": value}
            reply = rules.fills("ana", f"order {name}{number}", **values)
            assert reply is not None, (field, value)
            if isinstance(reply, Errors):
                assert rules.room == before, (field, value)
                assert all(sentence for sentence in reply.fields.values())
                assert set(reply.fields) <= {*values}, reply.fields


@pytest.mark.parametrize(
    "ref",
    [
        "",
        "order",
        "order ",
        "order unknown",
        "order help",
        "flow",
        "flow ",
        "flow 1.1.ask0/needs/ben",
        "x" * 5000,
        "order need\x00",
        "order stand",
        "order stand x harm",
        "order decide amend 99",
        "🙂",
    ],
)
def test_a_form_that_nobody_opened_is_over(ref: str) -> None:
    rules = team()
    rules.starts("ana")
    before = rules.room

    assert rules.fills("ana", ref, reason="Something", question="Something else") is not None
    assert [each for each in rules.room.needs if each.text in ("Something", "Something else")] == []
    assert rules.room == before


def test_what_a_form_refuses_is_plain_words_at_a_field() -> None:
    rules = team()
    rules.starts("ana")
    known = {"what": "X", "due": "2027-02-26", "prediction": "Y", "measure": "Z", "owner": "ana"}
    reply = rules.fills("ana", "order action", **known, reason="")

    assert isinstance(reply, Errors)
    assert list(reply.fields) == ["reason"]
    assert "*" not in told(reply)


@pytest.mark.parametrize(("is_private", "kind"), [(True, Card), (False, Note)])
def test_what_answers_one_person_takes_the_place_of_no_card_in_a_channel(is_private: bool, kind: type) -> None:
    rules = team()
    rules.starts("ana")
    form = rules.says("ana", "record")
    charter = Filled(form.ref, {"norms.0": "On time", "purpose.0": "Drafts", "priority.0": "Feedback"})
    event = Event("e", "practice", "practice", "ana", "channel", is_private, rules.now, charter, "team", True)

    assert type(take(rules.room, rules.room.member("ana"), event, rules.now).reply) is kind


@pytest.mark.parametrize("field", ["what", "due", "prediction", "measure"])
def test_an_action_wants_every_field_that_is_drawn_as_needed(field: str) -> None:
    rules = team()
    rules.starts("ana")
    known = {"what": "X", "due": "2027-02-26", "prediction": "Y", "measure": "Z", "reason": "Because"}
    reply = rules.fills("ana", "order action", **{**known, field: "\u200b"})

    assert isinstance(reply, Errors)
    assert reply.fields == {field: "Please write something here."}


# ---------------------------------------------------------------- words


@pytest.mark.parametrize("unseen", ["\u200b", "\u2060", "\ufeff", "\u202e\u2069", "\u200b \u3164", "\u2800\ufe0f"])
def test_words_that_show_nothing_are_none(unseen: str) -> None:
    rules = team()
    rules.starts("ana")

    assert isinstance(rules.says("me", f"need {unseen}"), Form)
    assert isinstance(rules.types("me", f"resource  {unseen}\n"), Form)
    assert isinstance(rules.fills("me", "order need", need=unseen), Errors)
    rules.fills("me", "order need", need="Time", evidence=f" {unseen}")
    assert [(need.text, need.evidence) for need in rules.room.needs] == [("Time", "")]
    assert not rules.room.resources


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("need unmerge 2", "need apart 2"),
        ("need split 2 and 4", "need apart 2 and 4"),
        ("need delete 2", "need merge 2"),
        ("need remove", "need merge"),
        ("need merg 4 into 2", "need merge 4 into 2"),
        ("need list", "needs"),
        ("resource delete 1", "resources"),
        ("action finished 3", "action done 3"),
        ("decide cancel 1", "decide withdraw 1"),
    ],
)
def test_what_looks_like_a_command_is_asked_back_and_not_noted(said: str, meant: str) -> None:
    rules = team("facilitator")
    rules.starts("ana")
    before = rules.room
    reply = rules.says("ana", said)

    assert f"There is no command “{said}”, so nothing was noted" in told(reply)
    assert buttons(reply) == [meant]
    assert rules.room == before


@pytest.mark.parametrize("said", ["action change 1", "action edit 1", "action update #1"])
def test_an_action_is_not_edited_and_what_can_be_done_with_it_is_one_press_away(said: str) -> None:
    rules = team("facilitator")
    rules.starts("ana")
    reply = rules.says("ana", said)

    assert f"There is no command “{said}”, so nothing was noted. Did you mean one of these?" in told(reply)
    assert "action move: give it a new day" in told(reply)
    number = said.split()[-1]
    assert buttons(reply) == [f"action move {number}", f"action pass {number}", f"action drop {number}"]


@pytest.mark.parametrize("words", ["Remove the bell", "split 2 classes into groups", "time", "list of books for 2"])
def test_a_need_may_begin_like_a_command(words: str) -> None:
    rules = team()
    rules.starts("ana")
    rules.says("me", f"need {words}")

    assert [need.text for need in rules.room.needs] == [words]


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_nobody_is_offered_a_button_that_would_be_refused(role: str) -> None:
    for _, rules in moments(role):
        for words in ("needs", "resources", "decisions", "actions", "actions mine", "cycle status", "needs alike"):
            for says in buttons(rules.says("me", words)):
                found_by = COMMANDS.find(says)
                assert found_by, says
                assert may(rules.room.roles("me"), found_by[0].matter), (words, says)
