"""Conversations: what is asked, what is kept, and how form and chat mix."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from flows.engine import (
    Event,
    Opened,
    Picked,
    Submitted,
    Turn,
    Typed,
    advance,
    chat_question,
    counted,
    form,
    invitation,
    invite,
    is_complete,
    items,
    open_steps,
    pressed,
)
from flows.flow import Conversation, Flow, Group, Step
from flows.loader import load_scripts
from flows.messages import Card, Errors, Form, Kind, Note, Option
from tests.flows.saying import as_said

SCRIPTS = load_scripts()
PHRASES = SCRIPTS.phrases()
NOW = datetime(2027, 3, 3, 10, tzinfo=UTC)  # a Wednesday
PEOPLE = (Option("m1", "Ana Ruiz"), Option("m2", "Ben Okafor"))


class Person:
    """Ana, in one conversation; she remembers what she was told last."""

    def __init__(self, flow: Flow | str, **choices: tuple[Option, ...]) -> None:
        self.flow = SCRIPTS.flow(flow) if isinstance(flow, str) else flow
        self.conversation = Conversation("1/x", self.flow.name, "m1", NOW, phase="1.1", choices=choices)
        self.turns: list[Turn] = []

    def does(self, event: Event) -> Turn:
        turn = advance(self.flow, self.conversation, event, NOW, PHRASES, "Ana")
        self.conversation = turn.conversation
        self.turns.append(turn)
        return turn

    def types(self, *texts: str) -> str:
        """Type one message after the other; return what is said to the last one."""
        for text in texts:
            turn = self.does(Typed(text))
        (message,) = turn.says
        return as_said(message.text)

    def opens(self, style: str = "form") -> Form:
        reply = self.does(Opened(style)).reply
        assert isinstance(reply, Form)
        return reply

    def sends(self, **values: Any) -> Any:
        """Send the form; a field is named without its item where that is the first."""
        keyed = {key.replace("__", ".") if "__" in key else f"{key}.0": value for key, value in values.items()}
        return self.does(Submitted(keyed)).reply

    def told(self, step: str, item: int = 0) -> Any:
        return self.conversation.answers[step, item].value

    @property
    def note(self) -> str:
        return as_said(self.turns[-1].says[0].note)


def text(key: str, **more: Any) -> Step:
    return Step(key, f"What about {key}?", **more)


def flow(*steps: Step, groups: tuple[Group, ...] = (), style: str = "chat", **more: Any) -> Flow:
    return Flow("talk", "A talk", steps, groups, style=style, **more)


def subjects(count: int) -> tuple[Option, ...]:
    return tuple(Option(str(number), f"Action {number}") for number in range(1, count + 1))


def labels(shown: Form) -> list[str]:
    return [as_said(field.label) for field in shown.fields]


def keys(shown: Any) -> list[str]:
    assert isinstance(shown, Form)
    return [field.key for field in shown.fields]


# ---------------------------------------------------------------- a chat


def test_a_chat_asks_one_question_after_the_other_and_says_thanks():
    ana = Person(flow(text("first"), text("second"), thanks="Thanks, {name}!"))

    assert ana.does(Opened("")).says[0].text == "What about first?"
    assert ana.types("one") == "What about second?"
    assert ana.types("two") == "Thanks, Ana!"
    assert ana.turns[-1].done
    assert ana.conversation.done_at == NOW
    assert [answer.value for answer in counted(ana.flow, ana.conversation).values()] == ["one", "two"]


def test_an_answer_keeps_the_words_that_were_asked():
    ana = Person(flow(Step("first", "{name}, what helps?")))

    ana.does(Opened(""))
    ana.types("Time")

    assert ana.turns[-1].answered[0].words == "Ana, what helps?"


def test_a_text_question_takes_anything_that_is_no_control_word():
    ana = Person(flow(text("first"), text("second")))
    ana.does(Opened(""))

    ana.types("Need more planning time")
    ana.types("stop the interruptions, later in the day")

    assert [ana.told("first"), ana.told("second")] == [
        "Need more planning time",
        "stop the interruptions, later in the day",
    ]


def test_what_is_no_answer_is_asked_again_and_changes_nothing():
    ana = Person(flow(Step("area", "Which area?", Kind.OPTIONS, (Option("a", "Arts"), Option("b", "Biology")))))
    ana.does(Opened(""))
    before = ana.conversation

    assert ana.types("Chemistry").endswith("Which area?")
    assert "I do not find “Chemistry”" in as_said(ana.turns[-1].says[0].text)
    assert ana.conversation == before


def test_forty_thousand_characters_are_refused_and_nothing_is_lost():
    ana = Person(flow(text("first"), text("second")))
    ana.does(Opened(""))
    ana.types("kept")
    before = ana.conversation

    assert "40,000 characters, and there is room for 2,000" in ana.types("x" * 40_000)
    assert ana.conversation == before
    assert ana.types("short") == "Thank you. That is everything."


def test_a_day_is_said_back_as_it_was_understood():
    ana = Person(flow(Step("due", "By when?", Kind.DATE), text("why")))
    ana.does(Opened(""))

    assert ana.types("3/12") == "Noted: *Friday, March 12*.\n\nWhat about why?"
    assert ana.told("due") == "2027-03-12"


def test_a_person_says_me():
    ana = Person(flow(Step("owner", "Who?", Kind.PERSON, choices="members")), members=PEOPLE)
    ana.does(Opened(""))

    ana.types("me")

    assert ana.told("owner") == "m1"


def test_the_first_words_to_an_invitation_answer_the_first_question_that_is_needed():
    ana = Person(flow(text("first", optional=True), text("second")))
    ben = Person(flow(text("only"), thanks="Thank you."))

    assert ana.types("Planning time") == (
        "I noted that as your answer to “What about second?” You can change it at the end.\n\nWhat about first?"
    )
    assert ana.told("second") == "Planning time"
    assert ben.types("Planning time") == "I noted that as your answer to “What about only?” Thank you."


@pytest.mark.parametrize("words", ["Hello?", "ok", "No thanks!", "back", "skip", "Who reads this?"])
def test_small_talk_is_no_answer(words):
    ana = Person(flow(text("first")))

    assert ana.types(words) == "Let us do it here, one question at a time.\n\nWhat about first?"
    assert not ana.conversation.answers


def test_the_first_words_are_an_answer_where_they_choose_something_and_none_where_they_do_not():
    ana = Person(flow(Step("area", "Which area?", Kind.OPTIONS, (Option("a", "Arts"), Option("b", "Biology")))))

    assert ana.types("Chemistry") == "Let us do it here, one question at a time.\n\nWhich area?"
    assert not ana.conversation.answers

    ben = Person(flow(Step("area", "Which area?", Kind.OPTIONS, (Option("a", "Arts"), Option("b", "Biology")))))
    assert ben.types("Arts").startswith("I noted that as your answer to “Which area?”")
    assert ben.told("area") == "a"


def test_words_typed_beside_an_open_form_are_taken_as_well():
    ben = Person(flow(text("first")))
    ben.opens()

    assert ben.types("Arts").startswith("I noted that as your answer to “What about first?”")
    assert ben.told("first") == "Arts"


@pytest.mark.parametrize("words", ["What is this?", "who are you", "Why me?"])
def test_asking_what_this_is_answers_no_question(words):
    ana = Person(flow(text("first"), style="chat"))
    ana.does(Opened("chat"))

    assert ana.types(words).endswith("What about first?")
    assert not ana.conversation.answers


def test_a_form_that_was_shown_in_part_is_asked_on_by_the_next_one():
    ana = Person(flow(text("first"), text("second"), text("third", optional=True)))
    ana.opens()

    rest = ana.does(Submitted({"first.0": "one"}, in_part=True)).reply
    assert isinstance(rest, Form)
    assert [field.key for field in rest.fields] == ["second.0", "third.0"]
    assert ana.told("first") == "one"


def test_typing_after_the_end_answers_nothing():
    ana = Person(flow(text("first")))
    ana.does(Opened(""))
    ana.types("one")

    assert "You have answered everything here" in ana.types("thanks!")
    assert ana.told("first") == "one"
    assert not ana.turns[-1].done


def test_people_s_words_mark_nothing_up_in_a_question():
    ana = Person("checkin", actions=(Option("1", "*Visit* two lessons"),))

    assert labels(ana.opens()) == ["\\*Visit\\* two lessons: how is it going?"]


# ---------------------------------------------------------------- what is drawn


def test_few_options_are_buttons_and_many_are_a_numbered_list():
    few = Person(flow(Step("area", "Which?", Kind.OPTIONS, subjects(5))))
    many = Person(flow(Step("area", "Which?", Kind.OPTIONS, subjects(6))))

    (message,) = few.does(Opened("")).says
    assert [button.says for button in message.buttons][:2] == ["answer talk area.0 1", "answer talk area.0 2"]
    assert not message.items
    (message,) = many.does(Opened("")).says
    assert [(item.label, item.text) for item in message.items][:2] == [("1", "Action 1"), ("2", "Action 2")]
    assert [button.says for button in message.buttons] == ["answer talk form"]


def test_a_pressed_option_is_an_answer_and_the_chat_goes_on():
    ana = Person(flow(Step("area", "Which?", Kind.OPTIONS, subjects(3)), text("why")))
    ana.does(Opened(""))

    turn = ana.does(pressed("area.0 2"))

    assert ana.told("area") == "2"
    assert turn.says[0].text == "What about why?"


def test_pressing_an_earlier_question_s_button_changes_that_answer_only():
    ana = Person(flow(Step("area", "Which?", Kind.OPTIONS, subjects(3)), text("why")))
    ana.does(Opened(""))
    ana.does(pressed("area.0 2"))

    turn = ana.does(pressed("area.0 3"))

    assert turn.answered[0].revision == 2
    assert turn.says[0].text == "What about why?"
    assert list(ana.conversation.answers) == [("area", 0)]


def test_pressing_a_button_of_a_question_that_was_never_put_answers_nothing():
    ana = Person(flow(text("why"), Step("area", "Which?", Kind.OPTIONS, subjects(3))))
    ana.does(Opened(""))

    assert not ana.does(pressed("area.0 2")).answered
    assert not ana.does(pressed("nowhere.7 2")).answered


def test_a_button_says_how_to_open_or_which_option():
    assert pressed("") == Opened("")
    assert pressed("form") == Opened("form")
    assert pressed(" chat ") == Opened("chat")
    assert pressed("area.0 school climate") == Picked("area.0", "school climate")
    assert pressed("area.0") == Picked("area.0", "")


def test_notifications_quote_nobody():
    ana = Person("checkin", actions=(Option("1", "Talk to Sam about Kim"),))

    (message,) = ana.does(Opened("chat")).says

    assert "Sam" in message.text
    assert message.preview == "How are your actions going?"


# ---------------------------------------------------------------- control words


@pytest.mark.parametrize("word", ["stop", "STOP", "Stop!", "not this cycle"])
def test_stop_means_not_this_cycle(word):
    ana = Person(flow(text("first")))
    ana.does(Opened(""))

    assert "not ask you about this again" in ana.types(word)
    assert ana.conversation.declined_at == NOW
    assert not ana.conversation.answers


@pytest.mark.parametrize("word", ["later", "Not now.", "LATER …"])
def test_later_puts_it_off_and_answering_takes_it_up_again(word):
    ana = Person(flow(text("first"), text("second")))
    ana.does(Opened(""))

    ana.types(word)
    assert ana.conversation.later
    assert ana.types("one") == "What about second?"
    assert not ana.conversation.later


def test_pressing_answer_takes_back_a_stop():
    ana = Person(flow(text("first")))
    ana.does(Opened(""))
    ana.types("stop")

    ana.does(Opened(""))

    assert ana.conversation.declined_at is None


def test_skip_leaves_out_what_is_optional():
    ana = Person(flow(text("first", optional=True), text("second")))

    ana.does(Opened(""))
    assert ana.note == "You may say *skip*."
    assert ana.types("Skip") == "What about second?"
    assert ana.told("first") is None
    assert ("first", 0) not in counted(ana.flow, ana.conversation)


def test_skip_on_what_is_needed_says_that_stop_and_later_work():
    ana = Person(flow(text("first")))
    ana.does(Opened(""))

    said = ana.types("skip")

    assert "This one is needed" in said
    assert "*later*" in said
    assert "*stop*" in said
    assert said.endswith("What about first?")


def test_back_asks_the_question_before_and_its_answer_can_be_replaced():
    ana = Person(flow(text("first"), text("second"), text("third")))
    ana.does(Opened(""))
    ana.types("one", "two")

    assert ana.types("back") == "What about second?"
    assert ana.note.startswith("Your answer so far: two")
    assert ana.types("back") == "What about first?"
    assert ana.types("uno") == "What about third?"
    assert (ana.told("first"), ana.conversation.answers["first", 0].revision) == ("uno", 2)
    assert ana.told("second") == "two"


def test_back_on_the_first_question_says_that_it_is_the_first():
    ana = Person(flow(text("first")))
    ana.does(Opened(""))

    assert ana.types("back").startswith("This is the first question")


def test_keep_leaves_an_answer_as_it_is():
    ana = Person(flow(text("first"), text("second")))
    ana.does(Opened(""))
    ana.types("one", "back")

    assert ana.types("keep") == "What about second?"
    assert ana.conversation.answers["first", 0].revision == 1


def test_keep_is_an_answer_where_there_is_none_yet():
    ana = Person(flow(text("first")))
    ana.does(Opened(""))

    ana.types("Keep it")

    assert ana.told("first") == "Keep it"


def test_help_says_what_can_be_said_and_asks_again():
    ana = Person(flow(text("first")))
    ana.does(Opened(""))

    said = ana.types("help")

    for word in ("*back*", "*skip*", "*later*", "*stop*"):
        assert word in said
    assert said.endswith("What about first?")
    assert ana.types("one") == "Thank you. That is everything."


def test_a_finished_chat_can_be_walked_through_again():
    ana = Person(flow(text("first"), text("second")))
    ana.does(Opened(""))
    ana.types("one", "two")

    ana.does(Opened("chat"))
    assert ana.types("keep") == "What about second?"
    assert ana.types("zwei") == "Thank you. Your answers are changed."
    assert not ana.turns[-1].done
    assert ana.types("thanks") == "You have answered everything here. You can still change your answers."


# ---------------------------------------------------------------- a form


def test_a_form_shows_what_is_open_and_a_card_says_thanks():
    ana = Person(flow(text("first"), text("second", optional=True), style="form"))

    shown = ana.opens("")
    assert (shown.ref, shown.title) == ("flow 1/x", "A talk")
    assert keys(shown) == ["first.0", "second.0"]
    reply = ana.sends(first="one", second="")
    assert isinstance(reply, Card)
    assert reply.message.buttons[0].says == "answer talk"
    assert ana.turns[-1].says == ()
    assert ana.turns[-1].done


def test_a_wrong_field_is_named_in_plain_words_and_nothing_is_kept():
    ana = Person(flow(text("first"), Step("due", "By when?", Kind.DATE), style="form"))
    ana.opens()
    before = ana.conversation

    reply = ana.sends(first="one", due="2027-01-01")

    assert isinstance(reply, Errors)
    assert reply.fields == {"due.0": "January 1, 2027 is in the past. Please choose a day that is still to come."}
    assert ana.conversation == before


def test_an_answer_that_opens_a_question_brings_the_next_form():
    ana = Person("needs")
    ana.opens()

    reply = ana.sends(need="Quiet", area="other", needs=False)

    assert keys(reply) == ["area_other.0"]
    assert isinstance(ana.sends(area_other="Corridors"), Card)
    assert items(ana.flow, ana.conversation, "needs") == {
        0: {"need": "Quiet", "area": "other", "area_other": "Corridors"}
    }


def test_an_answer_to_a_question_that_no_longer_applies_is_kept_uncounted():
    ana = Person("needs")
    ana.opens()
    ana.sends(need="Quiet", area="other")
    ana.sends(area_other="Corridors")

    ana.opens()
    ana.sends(need="Quiet", area="climate", area_other="Corridors", needs=False)

    assert ana.told("area_other") == "Corridors"
    assert items(ana.flow, ana.conversation, "needs") == {0: {"need": "Quiet", "area": "climate"}}
    assert is_complete(ana.flow, ana.conversation)


def test_reopening_shows_the_answers_and_only_changes_make_revisions():
    ana = Person(flow(text("first"), text("second"), Step("how", "How?", Kind.SCALE, subjects(5)), style="form"))
    ana.opens()
    ana.sends(first="one", second="two", how="4")

    shown = ana.opens()
    assert [field.value for field in shown.fields] == ["one", "two", "4"]
    reply = ana.sends(first="one", second="zwei", how="4")

    assert reply.message.text == "Thank you. Your answers are changed."
    assert [(answer.step, answer.revision) for answer in ana.turns[-1].answered] == [("second", 2)]
    assert not ana.turns[-1].done
    ana.opens()
    assert ana.sends(first="one", second="zwei", how="4").message.text == "Nothing was changed."


def test_a_day_that_has_come_meanwhile_stays_as_it_is_when_something_else_is_edited():
    ana = Person(flow(Step("due", "By when?", Kind.DATE), text("why"), style="form"))
    ana.opens()
    ana.sends(due="2027-03-04", why="Because")
    ana.opens()

    turn = advance(
        ana.flow,
        ana.conversation,
        Submitted({"due.0": "2027-03-04", "why.0": "Since"}),
        datetime(2027, 4, 1, tzinfo=UTC),
        PHRASES,
        "Ana",
    )

    assert [answer.step for answer in turn.answered] == ["why"]


def test_a_field_that_was_not_on_the_form_is_no_answer():
    ana = Person(flow(text("first"), text("second"), style="form"))

    reply = ana.sends(first="one", second="two")

    assert not ana.conversation.answers
    assert [field.value for field in reply.fields] == ["one", "two"], "what was typed is not lost"
    assert isinstance(ana.sends(first="one", second="two"), Card)


def stands_in_its_message(ana: Person, **values: Any) -> Any:
    """Send the form that stood in the message; nobody had to open it."""
    keyed = {f"{key}.0": value for key, value in values.items()}
    return ana.does(Submitted(keyed, in_part=True, in_message=True)).reply


def test_a_form_that_stands_in_its_message_needs_no_opening():
    ana = Person(flow(text("first"), text("second"), style="form"))

    assert isinstance(stands_in_its_message(ana, first="one", second="two"), Card)

    assert (ana.told("first"), ana.told("second")) == ("one", "two")
    assert ana.conversation.answers["first", 0].words == "What about first?"


def test_what_is_no_answer_is_said_at_the_form_in_the_message_and_nothing_is_kept():
    ana = Person(flow(text("first"), text("second"), style="form"))

    reply = stands_in_its_message(ana, first="one", second="")

    assert reply == Errors({"second.0": "Please write something here."})
    assert not ana.conversation.answers
    assert isinstance(ana.sends(first="one", second="two"), Card), "it can be sent again from the form that comes back"


def test_what_was_typed_meanwhile_is_changed_by_the_form_in_the_message_and_the_rest_is_asked():
    ana = Person(flow(text("first"), text("second"), text("third"), style="form"))
    ana.types("typed first")

    reply = stands_in_its_message(ana, first="one", second="two")

    assert keys(reply) == ["third.0"]
    assert ana.conversation.answers["first", 0].revision == 2


def test_a_form_in_a_message_is_of_no_use_once_its_questions_are_gone():
    ana = Person(flow(text("first"), style="form"))

    assert isinstance(stands_in_its_message(ana, gone="one"), Form)
    assert not ana.conversation.answers


def test_the_form_can_be_drawn_without_being_opened():
    ana = Person("needs")

    assert form(ana.flow, ana.conversation, PHRASES, "Ana") == ana.opens()


# ---------------------------------------------------------------- form and chat, mixed


def test_what_was_answered_in_the_chat_is_not_on_the_form():
    ana = Person(flow(text("first"), text("second"), text("third")))
    ana.does(Opened("chat"))
    ana.types("one")

    assert keys(ana.opens()) == ["second.0", "third.0"]
    ana.sends(second="two", third="three")

    assert is_complete(ana.flow, ana.conversation)
    assert chat_question(ana.conversation) is None, "the chat question was answered on the form"


def test_after_a_closed_form_the_chat_goes_on_where_it_was():
    ana = Person(flow(text("first"), text("second")))
    ana.does(Opened("chat"))
    ana.opens()

    assert ana.types("one") == "What about second?"
    assert isinstance(ana.sends(first="uno", second="two"), Card)
    assert (ana.told("first"), ana.conversation.answers["first", 0].revision) == ("uno", 2)


def test_a_form_that_was_only_opened_takes_no_typed_words_for_an_answer():
    ana = Person(flow(text("first"), text("second"), style="form"))
    ana.opens()

    assert ana.types("hello").endswith("What about first?")
    assert not ana.conversation.answers


def test_a_form_only_flow_refuses_typed_words_with_a_button():
    ana = Person(flow(text("first"), form_only=True))
    assert keys(ana.opens("chat")) == ["first.0"]

    said = ana.types("Something private")

    assert "on a form only" in said
    assert ana.turns[-1].says[0].buttons[0].says == "answer talk"
    assert not ana.conversation.answers
    assert "not ask you about this again" in ana.types("stop")


# ---------------------------------------------------------------- groups


def test_a_group_is_asked_again_until_the_person_says_no():
    ana = Person("resources")
    ana.does(Opened("chat"))

    assert ana.types("Our media specialist") == "What kind of resource is that?"
    assert ana.types("people") == "Is there another one?"
    assert ana.types("yes") == "What is something, or someone, that we could draw on?"
    assert ana.types("A free room", "materials") == "Is there another one?"
    assert ana.types("no").startswith("Thank you, Ana.")
    assert items(ana.flow, ana.conversation, "resources") == {
        0: {"resource": "Our media specialist", "resource_kind": "people"},
        1: {"resource": "A free room", "resource_kind": "materials"},
    }


def test_a_form_shows_one_item_and_asks_whether_there_is_another():
    ana = Person("resources")

    shown = ana.opens()
    assert keys(shown) == ["resource.0", "resource_kind.0", "resources.0"]
    assert shown.fields[-1].value is False
    reply = ana.sends(resource="A room", resource_kind="materials", resources=True)
    assert keys(reply) == ["resource.1", "resource_kind.1", "resources.1"]
    assert isinstance(ana.sends(resource__1="Lena", resource_kind__1="people"), Card)


def test_a_group_ends_at_its_most():
    ana = Person(flow(text("need"), groups=(Group("needs", ("need",), "Another?", most=2),), style="form"))
    ana.opens()
    ana.sends(need="One", needs=True)

    assert keys(ana.turns[-1].reply) == ["need.1"]
    assert isinstance(ana.sends(need__1="Two"), Card)


def test_saying_later_that_there_is_another_brings_another_form():
    ana = Person("resources")
    ana.opens()
    ana.sends(resource="A room", resource_kind="materials")

    ana.opens()
    reply = ana.sends(resource="A room", resource_kind="materials", resources=True)

    assert keys(reply) == ["resource.1", "resource_kind.1", "resources.1"]
    assert isinstance(ana.sends(resource__1="Lena", resource_kind__1="people"), Card)
    assert ana.turns[-1].done


def test_an_item_that_was_taken_back_is_kept_uncounted():
    ana = Person("resources")
    ana.opens()
    ana.sends(resource="A room", resource_kind="materials", resources=True)
    ana.sends(resource__1="Lena", resource_kind__1="people")

    assert keys(ana.opens())[-3:] == ["resource.1", "resource_kind.1", "resources.1"]
    ana.sends(
        resource="A room",
        resource_kind="materials",
        resources=False,
        resource__1="Lena",
        resource_kind__1="people",
    )

    assert set(items(ana.flow, ana.conversation, "resources")) == {0}
    assert ana.told("resource", 1) == "Lena"


def test_a_condition_looks_in_its_own_item_first():
    ana = Person("needs")
    ana.opens()
    ana.sends(need="One", area="teaching", needs=True)

    assert keys(ana.sends(need__1="Two", area__1="other")) == ["area_other.1"]


def test_a_group_is_asked_once_for_each_subject():
    ana = Person("checkin", actions=subjects(2))

    shown = ana.opens()
    assert labels(shown) == ["Action 1: how is it going?", "Action 2: how is it going?"]
    reply = ana.sends(status__0="blocked", status__1="new_date")
    assert labels(reply) == [
        "Action 1: what is in the way, and what would help?",
        "Action 2: which new day?",
    ]
    assert isinstance(ana.sends(blocker__0="No room", new_due__1="2027-04-01"), Card)
    assert items(ana.flow, ana.conversation, "actions")[1] == {"status": "new_date", "new_due": "2027-04-01"}


def test_a_form_asks_about_eight_subjects_at_a_time():
    ana = Person("checkin", actions=subjects(11))

    assert len(ana.opens().fields) == 8
    reply = ana.sends(**{f"status__{item}": "done" for item in range(8)})
    assert keys(reply) == ["status.8", "status.9", "status.10"]


def test_a_chat_names_the_subject_also_where_the_words_do_not():
    group = Group("each", ("result",), each="actions")
    ana = Person(flow(text("result"), groups=(group,)), actions=subjects(1))

    assert as_said(ana.does(Opened("")).says[0].text) == "Action 1: What about result?"


def test_without_subjects_there_is_nothing_to_ask():
    ana = Person("checkin", actions=())

    assert open_steps(ana.flow, ana.conversation) == ()
    reply = ana.does(Opened("")).reply
    assert isinstance(reply, Note)
    assert reply.message.text == "There is nothing to answer here."


def test_a_question_without_options_to_choose_from_is_left_out():
    ana = Person("plan", members=PEOPLE, needs=subjects(1), resources=())

    assert "uses.0" not in keys(ana.opens())


def test_dots_are_given_on_a_form_and_in_the_chat():
    needs = (Option("4", "Planning time"), Option("7", "Reading groups"))
    one, other = Person("vote", needs=needs), Person("vote", needs=needs)

    one.opens()
    one.sends(dots={"4": "3", "7": ""})
    other.does(Opened("chat"))
    other.types("7: 3, Planning 2")

    assert one.told("dots") == {"4": 3}
    assert other.told("dots") == {"7": 3, "4": 2}


# ---------------------------------------------------------------- the script changes while people answer


def changed(ana: Person, *steps: Step) -> None:
    ana.flow = replace(ana.flow, steps=steps)


def test_a_question_that_was_added_is_asked():
    ana = Person(flow(text("first"), text("second")))
    ana.does(Opened(""))
    ana.types("one")

    changed(ana, text("new"), text("first"), text("second"))

    assert ana.types("two") == "What about new?"
    assert ana.told("second") == "two"


def test_an_answer_to_a_question_that_was_removed_is_kept_uncounted_and_never_moves():
    ana = Person(flow(text("first"), text("second")))
    ana.does(Opened(""))

    changed(ana, text("second"))

    assert ana.types("about the first") == "What about second?"
    assert ana.told("first") == "about the first"
    assert not counted(ana.flow, ana.conversation)


def test_an_answer_keeps_the_old_words_of_a_question_that_was_reworded_meanwhile():
    ana = Person(flow(text("first")))
    ana.does(Opened(""))

    changed(ana, Step("first", "Something quite different?"))
    ana.types("one")

    assert ana.conversation.answers["first", 0].words == "What about first?"


def test_a_question_whose_kind_changed_is_asked_again_in_the_new_kind():
    ana = Person(flow(text("due"), text("why")))
    ana.does(Opened(""))

    changed(ana, Step("due", "By which day?", Kind.DATE), text("why"))

    assert ana.types("soon") == "By which day?"
    assert ana.conversation.answers["due", 0].words == "What about due?"
    assert not counted(ana.flow, ana.conversation)
    assert ana.types("Friday").endswith("What about why?")
    assert (ana.told("due"), ana.conversation.answers["due", 0].revision) == ("2027-03-05", 2)


def test_an_option_that_is_gone_is_asked_again():
    ana = Person(flow(Step("area", "Which?", Kind.OPTIONS, subjects(3)), text("why")))
    ana.does(Opened(""))
    ana.types("3")

    changed(ana, Step("area", "Which?", Kind.OPTIONS, subjects(2)), text("why"))

    assert ana.types("Because") == "Which?"


def test_a_form_that_is_open_while_the_script_changes_is_taken_as_it_was_put():
    ana = Person(flow(text("first"), text("second"), style="form"))
    ana.opens()

    changed(ana, text("second"), Step("third", "Brand new?"))
    reply = ana.sends(first="one", second="two")

    assert keys(reply) == ["third.0"]
    assert (ana.told("first"), ana.told("second")) == ("one", "two")
    assert list(counted(ana.flow, ana.conversation)) == [("second", 0)]


def test_what_cannot_be_read_for_a_question_that_is_gone_is_let_go():
    ana = Person(flow(Step("due", "By when?", Kind.DATE), text("why")))
    ana.does(Opened(""))

    changed(ana, text("why"))

    assert ana.types("whenever").endswith("What about why?")


# ---------------------------------------------------------------- the invitation


def test_the_invitation_says_how_long_it_takes_and_who_reads():
    ana = Person("needs")

    message = invitation(ana.flow, ana.conversation, "Ana", PHRASES)

    assert message.text.startswith("Ana, before your team meets")
    assert message.title == message.preview == "What do we need most?"
    assert message.note == (
        "About 2 minutes. Your team sees the answers without names; colleagues may recognize your words."
    )
    assert [(button.label, button.says) for button in message.buttons] == [
        ("Answer", "answer needs"),
        ("Not now", "later needs"),
        ("Not this cycle", "stop needs"),
    ]


def test_an_invitation_that_shows_four_buttons_has_none_for_not_this_cycle():
    ana = Person("needs")

    def buttons(*others: str) -> list[str]:
        parts = [(ana.flow, False), *((replace(flow(text("one")), name=each), False) for each in others)]
        message = invitation(ana.flow, ana.conversation, "Ana", PHRASES, parts=parts)
        return [button.says for button in message.buttons]

    assert buttons("a") == ["answer needs", "later needs", "stop needs", "answer a"]
    assert buttons("a", "b") == ["answer needs", "later needs", "answer a", "answer b"]


def test_only_the_first_invitation_offers_a_best_time_and_who_sees_what():
    ana = Person("convene")

    message = invitation(ana.flow, ana.conversation, "Ana", PHRASES, details=True)

    assert [button.says for button in message.buttons[2:]] == ["best time", "who sees what"]


def test_a_chat_s_invitation_holds_the_first_question_and_one_may_just_type():
    ana = Person(flow(text("first"), text("second"), intro="Good morning, {name}."))

    turn = invite(ana.flow, ana.conversation, "Ana", PHRASES)
    ana.conversation = turn.conversation

    assert turn.says[0].text == "Good morning, Ana.\n\nWhat about first?"
    assert ana.types("one") == "What about second?"


def test_a_form_without_an_intro_is_announced_by_its_first_question():
    ana = Person(flow(text("first"), text("second"), style="form"))

    assert invitation(ana.flow, ana.conversation, "Ana", PHRASES).text == "What about first?"


@pytest.mark.parametrize(
    ("words", "named", "nameless"),
    [
        ("{name}, what helps?", "Ana, what helps?", "What helps?"),
        ("Thank you, {name}.", "Thank you, Ana.", "Thank you."),
        ("Hello {name}!", "Hello Ana!", "Hello!"),
    ],
)
def test_a_name_that_is_missing_leaves_no_hole(words, named, nameless):
    shown = flow(text("first"), intro=words)
    ana = Person(shown)

    assert invitation(shown, ana.conversation, "Ana", PHRASES).text.startswith(named)
    assert invitation(shown, ana.conversation, "", PHRASES).text.startswith(nameless)


def test_a_name_marks_nothing_up():
    ana = Person(flow(Step("first", "Hi {name}")))

    assert "Hi \\*A\\*" in invitation(ana.flow, ana.conversation, "*A*", PHRASES).text
