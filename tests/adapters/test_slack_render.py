"""What Slack gets, and what it sends back."""

import json
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack import charts, render, returned
from flows.markup import escape, quote
from flows.messages import Bar, Button, Chart, Errors, Field, Form, Kind, Message, Option
from tests.adapters.block_kit import problems
from tests.adapters.golden.files import filled, from_people, golden, pieces, units
from tests.adapters.golden.samples import (
    ANSWERS,
    DECISION,
    ENORMOUS,
    ENORMOUS_FORM,
    EVERY_KIND,
    FORMS,
    HOSTILE,
    INVITATION,
    LONG,
    MANY,
    MESSAGES,
    NEEDS,
    PROGRESS,
    SENTENCES_FORM,
    SHARES,
    STAFF_FORM,
    WEEKLY,
)

FILLED = filled(EVERY_KIND, ANSWERS)
INERT = Message("x", escape(HOSTILE), note=escape(HOSTILE), preview=escape(HOSTILE))
PAGES = [(name, page) for name, form in FORMS.items() for page in range(len(render.pages(form)))]


def submitted(view):
    """The state that Slack sends when the person changes nothing."""
    return {
        block["block_id"]: {block["element"]["action_id"]: state_of(block["element"])}
        for block in view["blocks"]
        if block["type"] == "input"
    }


def state_of(element):
    match element["type"]:
        case "plain_text_input":
            return {"type": element["type"], "value": element.get("initial_value")}
        case "datepicker":
            return {"type": element["type"], "selected_date": element.get("initial_date")}
        case "checkboxes" | "multi_static_select":
            return {"type": element["type"], "selected_options": element.get("initial_options", [])}
        case _:
            return {"type": element["type"], "selected_option": element.get("initial_option")}


@pytest.mark.parametrize("name", ["invitation", "weekly", "needs", "decision", "vote", "progress", "empty", "enormous"])
def test_a_message_is_drawn_as_it_was_looked_at(name):
    drawn = render.message(MESSAGES[name])

    assert drawn == golden(f"slack-{name}", drawn)


@pytest.mark.parametrize("name", ["every kind", "sentences"])
def test_a_form_is_drawn_as_it_was_looked_at(name):
    drawn = render.modal(FORMS[name])

    assert drawn == golden(f"slack-form-{name}", drawn)


@pytest.mark.parametrize("name", MESSAGES)
def test_slack_takes_every_message(name):
    drawn = render.message(MESSAGES[name])

    assert not list(problems(drawn))
    assert 0 < len(drawn["text"]) <= 40_000
    assert 0 < len(drawn["blocks"]) <= 50
    assert len(json.dumps(drawn["blocks"], ensure_ascii=False, separators=(",", ":"))) <= render.MOST_CHARACTERS
    assert not drawn["unfurl_links"]
    assert not drawn["unfurl_media"]


@pytest.mark.parametrize(("name", "page"), PAGES)
def test_slack_takes_every_page_of_every_form(name, page):
    view = render.modal(render.pages(FORMS[name])[page])

    assert not list(problems(view))
    assert 0 < len(view["blocks"]) <= 100
    assert 0 < units(view["title"]["text"]) <= 24
    assert 0 < units(view["submit"]["text"]) <= 24
    assert len(view["private_metadata"]) <= 3_000
    assert len(json.dumps(view, ensure_ascii=False).encode()) <= 250_000


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300), st.booleans())
def test_slack_takes_whatever_people_write(words, other, quoted):
    message, form = from_people(words, other, quoted)

    assert not list(problems(render.message(message)))
    assert not list(problems(render.modal(form)))


def test_the_check_finds_what_slack_would_refuse():
    header = {"type": "header", "text": {"type": "mrkdwn", "text": "x" * 151}}
    button = {
        "type": "button",
        "text": {"type": "plain_text", "text": "Go"},
        "value": "x",
        "action_id": "a",
        "size": 1,
    }

    assert len(list(problems({"blocks": [header]}))) == 2
    assert "a twice" in list(problems({"blocks": [{"type": "actions", "elements": [button, button]}]}))


def chart(*labels, title="Title", unit="Dots", told="Told."):
    return Chart(title, unit, tuple(Bar(label, number) for number, label in enumerate(labels)), told)


def visualizations(drawn):
    return [block for block in drawn["blocks"] if block["type"] == "data_visualization"]


def test_the_check_knows_the_limits_of_charts():
    (block,) = visualizations(render.message(PROGRESS))
    points = block["chart"]["series"][0]["data"]
    long, twice = {**block, "title": "x" * 51}, [block, block, block]

    assert list(problems({"text": "x", "blocks": [long]}))
    assert list(problems({"text": "x", "blocks": twice}))
    assert list(problems({"blocks": [block]})), "a view takes none"
    assert list(problems({"text": "x", "blocks": [{**block, "chart": {**block["chart"], "series": []}}]}))
    points[0]["label"] = "Something else"
    assert list(problems({"text": "x", "blocks": [block]}))


def test_a_chart_keeps_its_numbers_and_what_finds_no_room_is_counted():
    drawn = render.message(Message("x", chart=chart(*(f"{n}. Need" for n in range(25)))))
    (block,) = visualizations(drawn)

    assert [point["value"] for point in block["chart"]["series"][0]["data"]] == list(range(20))
    assert "5 more do not fit here." in str(drawn["blocks"])
    assert not list(problems(drawn))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=25), st.text(max_size=80))
def test_slack_takes_every_chart(labels, words):
    message = Message("x", chart=chart(*map(quote, labels), title=escape(words), unit=escape(words)))

    assert not list(problems(render.message(message)))
    assert not list(problems(render.message(message, render.in_words)))
    assert not list(problems(render.message(message, partial(charts.picture, file="F0123456789"))))


def test_a_chart_is_told_where_slack_takes_no_block_for_it():
    views = (render.home(PROGRESS), render.told(PROGRESS), render.note(PROGRESS), render.card(PROGRESS))

    for drawn in views:
        assert not visualizations(drawn)
        assert not list(problems(drawn))
        for words in ("How our plan is going", "5 of 8 actions", "Done: 3", "Overdue: 1"):
            assert words in str(drawn["blocks"])
    assert "Vision and strategy: at least 90% (in May 2026: 40%)" in str(render.told(SHARES)["blocks"])


def test_all_kinds_are_on_the_form_that_has_every_kind():
    assert {field.kind for field in EVERY_KIND.fields} == set(Kind)


def test_what_was_filled_comes_back_for_every_kind():
    assert returned.values(submitted(render.modal(FILLED))) == ANSWERS


def test_a_form_that_was_left_empty_comes_back_empty():
    values = returned.values(submitted(render.modal(EVERY_KIND)))

    assert values.pop("vote.0") == {"12": 0, "13": 0, "14": 0}
    assert values.pop("also.0") == []
    assert set(values.values()) == {None}
    assert {*values, "vote.0", "also.0"} == set(ANSWERS)


def test_keys_may_hold_any_character():
    field = Field("a:b, %c", "Which?", Kind.DOTS, (Option("x:y", "X"),), {"x:y": 1}, budget=2)

    assert returned.values(submitted(render.modal(Form("r", "t", (field,))))) == {"a:b, %c": {"x:y": 1}}


def test_what_is_not_ours_is_not_read():
    assert returned.values({"odd": {"strange": {"type": "plain_text_input", "value": "x"}}}) == {}


def test_no_is_an_answer():
    form = Form("r", "t", (Field("sure", "Sure?", Kind.YES_NO, value=False),))

    assert returned.values(submitted(render.modal(form))) == {"sure": False}


def test_a_button_of_another_team_than_its_message_carries_that_one():
    drawn = render.message(Message("Which one?", buttons=(Button("Four", "home", about="four"),), about="team-7"))
    (button,) = drawn["blocks"][-1]["elements"]

    assert returned.pressed(button) == ("home", "four")


def test_a_form_carries_what_it_fills_and_a_button_what_it_says():
    buttons = [piece for piece in pieces(render.message(WEEKLY)["blocks"]) if piece.get("type") == "button"]

    hidden = returned.opened(render.modal(EVERY_KIND, "D1", "17.5"))
    assert (hidden.ref, hidden.about, hidden.place, hidden.post) == (EVERY_KIND.ref, "team-7", "D1", "17.5")
    assert returned.pressed(buttons[0]) == ("done 4", "team-7")
    assert len({button["action_id"] for button in buttons}) == 17


def test_each_error_stands_at_its_field_and_a_stray_one_at_the_first():
    view = render.modal(EVERY_KIND)

    answer = render.errors(Errors({"vote.0": "Six are too many.", "ghost": "Too late."}), view)

    assert answer == {
        "response_action": "errors",
        "errors": {"vote.0:12": "Six are too many.", "strength.0": "Too late."},
    }


@pytest.mark.parametrize("message", [NEEDS, INERT])
def test_peoples_words_never_mention_link_or_mark_anything(message):
    drawn = render.message(message)

    assert {"<", ">"}.isdisjoint(drawn["text"])
    for piece in pieces(drawn["blocks"]):
        if piece.get("type") == "mrkdwn":
            assert HOSTILE.split()[0] not in piece["text"]
    assert {"link", "user", "broadcast", "channel"}.isdisjoint(piece.get("type") for piece in pieces(drawn))
    assert HOSTILE in [piece["text"] for piece in pieces(drawn) if isinstance(piece.get("text"), str)]


def test_our_own_marks_become_bold():
    bold = [piece["text"] for piece in pieces(render.message(INVITATION)) if piece.get("style") == {"bold": True}]

    assert bold == ["what would help your learners most this term?"]
    assert {"type": "mrkdwn", "text": "due Friday 6 November, *overdue*"} in pieces(render.message(WEEKLY))


def test_a_notification_never_quotes_anyone():
    quoted = [item.text for item in DECISION.items if item.quoted]

    assert render.message(DECISION)["text"].startswith("A decision needs you")
    assert not any(words in render.message(DECISION)["text"] for words in quoted)


def test_a_message_that_is_too_long_says_where_its_rest_is():
    assert "45 more do not fit here." in str(render.message(MANY))
    assert "The rest does not fit here." in str(render.message(ENORMOUS))
    assert len(LONG) > 40_000


def test_a_message_without_items_is_only_its_words():
    assert [block["type"] for block in render.message(MESSAGES["empty"])["blocks"]] == ["rich_text"]


def test_a_title_that_a_modal_has_no_room_for_stands_in_its_body():
    view = render.modal(SENTENCES_FORM)

    assert view["title"]["text"] == "Which needs shall the…"
    assert view["blocks"][0]["text"]["text"] == SENTENCES_FORM.title


def test_options_that_are_too_long_are_listed_in_full_first():
    heading, listed, choice = render.modal(SENTENCES_FORM)["blocks"][1:4]

    assert heading["elements"][0]["elements"][0]["text"] == "Which need?"
    assert [line["elements"][0]["text"] for line in listed["elements"][0]["elements"]] == [
        option.label.strip() for option in SENTENCES_FORM.fields[0].options
    ]
    assert choice["element"]["initial_option"]["text"]["text"].startswith("2. 1 Every word")


def test_more_people_than_a_menu_holds_come_in_groups():
    menu = next(piece for piece in pieces(render.modal(STAFF_FORM)) if "option_groups" in piece)

    assert [len(group["options"]) for group in menu["option_groups"]] == [100, 100, 50]


def test_a_question_without_anything_to_choose_is_a_sentence():
    assert "There is nothing to choose from yet." in str(render.modal(SENTENCES_FORM)["blocks"][-1])


def test_a_large_form_has_pages_and_loses_no_field():
    first, *_, last = parts = render.pages(ENORMOUS_FORM)

    assert [field for part in parts for field in part.fields] == list(ENORMOUS_FORM.fields)
    assert len(parts) > 1
    assert render.modal(ENORMOUS_FORM)["blocks"] == render.modal(first)["blocks"]
    assert returned.opened(render.modal(ENORMOUS_FORM)).in_part
    assert (first.submit, last.submit) == ("Next", ENORMOUS_FORM.submit)


def test_a_note_says_its_title_once_and_in_full():
    short = render.told(Message("Only you read this.", title="Who sees what"))
    long = render.told(Message("Only you read this.", title="What everybody on the team can see"))

    assert (short["title"]["text"], [block["type"] for block in short["blocks"]]) == ("Who sees what", ["rich_text"])
    assert long["blocks"][0]["text"]["text"] == "What everybody on the team can see"
    assert not [*problems(short), *problems(long)]
