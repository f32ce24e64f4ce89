"""What Teams gets, and what it sends back."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft6Validator

from adapters import text
from adapters.teams import render
from flows.markup import CALL, escape
from flows.messages import Bar, Button, Chart, Errors, Field, Form, Item, Kind, Message, Option
from tests.adapters.golden.files import filled, from_people, golden, pieces
from tests.adapters.golden.samples import (
    ANSWERS,
    DECISION,
    ENORMOUS,
    ENORMOUS_FORM,
    EVERY_KIND,
    FORMS,
    HOSTILE,
    INVITATION,
    MANY,
    MESSAGES,
    NEEDS,
    PROGRESS,
    SENTENCES_FORM,
    SHARES,
    WEEKLY,
)

SCHEMA = Draft6Validator(
    json.loads((Path(__file__).parent / "schemas" / "adaptive-card-1.5.0.json").read_text(encoding="utf-8"))
)
FILLED = filled(EVERY_KIND, ANSWERS)
INERT = Message("x", escape(HOSTILE), note=escape(HOSTILE), preview=escape(HOSTILE))
KNOWN = {
    *("AdaptiveCard", "TextBlock", "RichTextBlock", "TextRun", "Container", "ActionSet"),
    *("ColumnSet", "Column"),
    *("Action.Execute", "Action.Submit", "Input.Text", "Input.ChoiceSet", "Input.Date", "Input.Number"),
}


def problems(card):
    """What Teams would refuse or cut off: by the published schema, by size, by the rules of this project."""
    sent = json.dumps({key: part for key, part in card.items() if key != "msteams"}, ensure_ascii=False).encode()
    if len(sent) > 25_000:
        yield f"{len(sent)} bytes"
    card = json.loads(sent)
    yield from (rule for piece in pieces(card) if piece.get("type") == CHART["const"] for rule in wrong_chart(piece))
    card = for_old_clients(card)
    yield from (error.message[:200] for error in SCHEMA.iter_errors(card))
    yield from (str(piece["type"]) for piece in pieces(card) if "type" in piece and piece["type"] not in KNOWN)
    ids = [piece["id"] for piece in pieces(card) if "id" in piece]
    yield from (f"{name} twice" for name in set(ids) if ids.count(name) > 1)
    yield from (rule for piece in pieces(card) for rule in broken(piece))


CHART = {"const": "Chart.HorizontalBar"}
CHARTS = Draft6Validator(
    {
        "type": "object",
        "properties": {
            "type": CHART,
            "title": {"type": "string"},
            "displayMode": {"enum": ["AbsoluteWithAxis", "AbsoluteNoAxis", "PartToWhole"]},
            "data": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "properties": {"x": {"type": "string", "minLength": 1}, "y": {"type": "number", "minimum": 0}},
                    "required": ["x", "y"],
                    "additionalProperties": False,
                },
            },
            "fallback": {"type": "object"},
        },
        "required": ["type", "data", "fallback"],
        "additionalProperties": False,
    }
)
"""Teams' own element, which is in no version of the schema: as its documentation describes it."""


def wrong_chart(piece):
    return [error.message[:200] for error in CHARTS.iter_errors(piece)]


def for_old_clients(drawn):
    """The card as a client draws it that knows version 1.5 and nothing besides: its fallbacks in place of charts."""
    match drawn:
        case {"type": "Chart.HorizontalBar", "fallback": fallback}:
            return for_old_clients(fallback)
        case dict():
            return {key: for_old_clients(part) for key, part in drawn.items()}
        case list():
            return [for_old_clients(part) for part in drawn]
        case _:
            return drawn


def broken(piece):
    match piece.get("type"):
        case "TextBlock" if not piece.get("wrap"):
            yield "does not wrap"
        case "TextRun" if not piece["text"] or "\n" in piece["text"]:
            yield "an empty run, or a line break inside"
        case "RichTextBlock" if not piece["inlines"]:
            yield "an empty block"
        case "ActionSet" if not 0 < len(piece["actions"]) <= 6:
            yield "no buttons, or too many in a row"
        case "Action.Execute" if (
            piece["fallback"]["type"] != "Action.Submit" or piece["fallback"]["data"] != piece["data"]
        ):
            yield "no fallback for older clients"
        case "Input.ChoiceSet" if not piece["choices"] or not piece["wrap"]:
            yield "nothing to choose, or cut off"
    if piece.get("isRequired") and not piece.get("errorMessage"):
        yield "says nothing when it is left empty"


def without_fallback(action):
    return {key: part for key, part in action.items() if key not in ("fallback", "verb")}


def sent(card):
    """The data that Teams sends when the person changes nothing: of an input without a value there is nothing."""
    data = next(piece["data"] for piece in pieces(card) if piece.get("verb") == "fill")
    return data | {piece["id"]: piece["value"] for piece in pieces(card) if "id" in piece and "value" in piece}


@pytest.mark.parametrize(
    "name", ["invitation", "weekly", "needs", "decision", "vote", "progress", "shares", "empty", "enormous"]
)
def test_a_message_is_drawn_as_it_was_looked_at(name):
    drawn = render.activity(MESSAGES[name])

    assert drawn == golden(f"teams-{name}", drawn)


@pytest.mark.parametrize("name", ["every kind", "sentences"])
def test_a_form_is_drawn_as_it_was_looked_at(name):
    drawn = render.form_card(FORMS[name])

    assert drawn == golden(f"teams-form-{name}", drawn)


@pytest.mark.parametrize("name", MESSAGES)
def test_teams_takes_every_message(name):
    activity = render.activity(MESSAGES[name])

    assert not list(problems(activity["attachments"][0]["content"]))
    assert activity["attachments"][0]["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert len(activity["attachments"]) == 1
    assert len(activity["summary"]) <= 300
    assert "text" not in activity


@pytest.mark.parametrize("name", FORMS)
def test_teams_takes_every_form(name):
    assert not list(problems(render.form_card(FORMS[name])))
    assert not list(problems(render.form_card(FORMS[name], Errors({"need.0": HOSTILE, "ghost": HOSTILE}))))


def columns(card):
    return [piece["columns"] for piece in pieces(card) if piece.get("type") == "ColumnSet"]


def test_a_bar_is_as_wide_as_its_number_which_stands_behind_it():
    bars = columns(render.card(PROGRESS))

    assert [[column["width"] for column in bar] for bar in bars] == [[3, "auto"], [2, "auto", 1], *[[1, "auto", 2]] * 3]
    assert [bar[1]["items"][0]["inlines"][0]["text"] for bar in bars] == ["3", "2", "1", "1", "1"]


def test_bars_that_find_no_room_are_counted():
    shown = Chart("t", "u", tuple(Bar(f"{n}. Need", n) for n in range(23)), "Told.")
    card = render.card(Message("x", chart=shown))

    assert len(columns(card)) == 20
    assert "3 more do not fit here." in json.dumps(card)
    assert not list(problems(card))


def test_a_chart_is_teams_own_with_the_same_bars_for_clients_that_have_none():
    (own,) = [piece for piece in pieces(render.card(PROGRESS)) if piece.get("type") == "Chart.HorizontalBar"]

    assert [(bar["x"], bar["y"]) for bar in own["data"]] == [(bar.label, bar.value) for bar in PROGRESS.chart.bars]
    assert len(columns(own["fallback"])) == len(own["data"])
    assert own["title"] == PROGRESS.chart.title
    assert PROGRESS.chart.told in json.dumps(render.card(PROGRESS)), "what there is to see is said in words, too"


def test_shares_and_what_was_before_are_columns_because_teams_own_chart_prints_counts():
    card = render.card(SHARES)
    bars, told = columns(card), json.dumps(card)

    assert not [piece for piece in pieces(card) if piece.get("type") == CHART["const"]]
    assert [[column["width"] for column in bar] for bar in bars] == [[90, 10], [40, 60], [30, 70], [62, 38], [10, 90]]
    for words in ("at least 90%", "in May 2026: 40%", "at most 10%"):
        assert words in told


def test_the_check_knows_a_chart_that_teams_would_not_draw():
    chart = {"type": "Chart.HorizontalBar", "data": [{"x": "Done", "y": 1}], "fallback": {"type": "Container"}}

    assert not wrong_chart(chart)
    assert wrong_chart(chart | {"data": []})
    assert wrong_chart(chart | {"altText": "x"})
    assert wrong_chart({key: part for key, part in chart.items() if key != "fallback"})


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300), st.booleans())
def test_teams_takes_whatever_people_write(words, other, quoted):
    message, form = from_people(words, other, quoted)

    assert not list(problems(render.card(message)))
    assert not list(problems(render.form_card(form)))


def test_the_check_finds_what_teams_would_refuse():
    card = {
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": [{"type": "TextBlock", "text": "x", "wrap": "yes"}],
    }

    assert list(problems(card))
    assert "does not wrap" in list(problems(card | {"body": [{"type": "TextBlock", "text": "x"}]}))
    assert "25" in str(list(problems(card | {"fallbackText": "x" * 25_000})))


def test_what_was_filled_comes_back_for_every_kind():
    assert render.values(sent(render.form_card(FILLED))) == ANSWERS


def test_a_form_that_was_left_empty_comes_back_empty():
    """Teams sends nothing of an input without a value: what the card showed says that it was there."""
    values = render.values(sent(render.form_card(EVERY_KIND)))

    assert values.pop("vote.0") == {"12": 0, "13": 0, "14": 0}
    assert values.pop("also.0") == []
    assert set(values.values()) == {None}
    assert {*values, "vote.0", "also.0"} == set(ANSWERS)


def test_what_is_not_ours_is_not_read_and_what_is_odd_does_no_harm():
    odd = {
        "ref": "x",
        "EVIL:a": "1",
        "TEXT:a:b": "1",
        "TEXT:a": None,
        "DATE:d": 7,
        "DOTS:v:1": "2.0",
        "DOTS:v:2": "1.5",
    }

    assert render.values(odd) == {"a": None, "d": "7", "v": {"1": 2, "2": "1.5"}}
    assert render.opened({}) == ("", "")
    assert render.pressed({"says": 7}) == ("7", "")


def test_keys_may_hold_any_character():
    options = (Option("x,y:%", "X"), Option("z", "Z"))
    fields = (
        Field("a:b", "Which?", Kind.SEVERAL, options, ["x,y:%", "z"]),
        Field("c", "Which?", Kind.PERSON, options, "x,y:%"),
        Field("d", "Which?", Kind.DOTS, options, {"x,y:%": 1}, budget=2),
    )

    values = render.values(sent(render.form_card(Form("r", "t", fields))))

    assert values == {"a:b": ["x,y:%", "z"], "c": "x,y:%", "d": {"x,y:%": 1, "z": 0}}


def test_no_is_an_answer():
    form = Form("r", "t", (Field("sure", "Sure?", Kind.YES_NO, value=False),))

    assert render.values(sent(render.form_card(form))) == {"sure": False}


def test_a_button_of_another_team_than_its_message_carries_that_one():
    drawn = render.card(Message("Which one?", buttons=(Button("Four", "home", about="four"),), about="team-7"))
    (button,) = [piece for piece in pieces(drawn) if piece.get("type") == "Action.Execute"]

    assert render.pressed(button["data"]) == ("home", "four")


def test_a_form_carries_what_it_fills_and_a_button_what_it_says():
    buttons = [piece for piece in pieces(render.card(WEEKLY)) if piece.get("type") == "Action.Execute"]

    assert render.opened(sent(render.form_card(EVERY_KIND))) == (EVERY_KIND.ref, "team-7")
    assert render.pressed(buttons[0]["data"]) == ("done 4", "team-7")
    assert {button["associatedInputs"] for button in buttons} == {"none"}


def test_the_feed_gets_the_notification_and_an_alert_only_where_asked():
    assert render.activity(INVITATION)["summary"] == "Thirty seconds: one question for your team"
    assert "channelData" not in render.activity(INVITATION)
    assert render.activity(INVITATION, alert=True)["channelData"] == {"notification": {"alert": True}}


@pytest.mark.parametrize("message", [NEEDS, INERT])
def test_peoples_words_are_never_read_as_markdown_or_dates(message):
    drawn = render.card(message)

    runs = [piece["text"] for piece in pieces(drawn) if piece.get("type") == "TextRun"]
    assert HOSTILE in [words.replace("\u2060", "") for words in runs]
    assert not any("{{" in words for words in runs)
    assert not any(HOSTILE[:9] in piece["text"] for piece in pieces(drawn) if piece.get("type") == "TextBlock")


def test_choices_that_are_read_as_markdown_are_escaped():
    areas = next(piece for piece in pieces(render.form_card(EVERY_KIND)) if piece.get("id") == "OPTIONS:area.0")
    title = areas["choices"][-1]["title"]

    assert r"\*x\*" in title
    assert r"\[a\](https://evil.example)" in title
    assert re.sub(r"\\(.)", r"\1", title).replace("\u2060", "") == HOSTILE


def test_a_choice_that_looks_like_a_list_stays_a_line():
    options = (Option("a", "1. More time"), Option("b", "- Less noise"), Option("c", "2027 plan"))
    card = render.form_card(Form("r", "t", (Field("a", "Which?", Kind.OPTIONS, options),)))

    titles = [choice["title"] for piece in pieces(card) for choice in piece.get("choices", ())]

    assert titles == [r"1\. More time", r"\- Less noise", "2027 plan"]


def test_our_own_marks_become_bold():
    bold = [piece["text"] for piece in pieces(render.card(WEEKLY)) if piece.get("weight") == "Bolder"]

    assert bold == ["Your week, Ben", "4. ", "overdue", "2. ", "7. ", "9. ", "11. "]


def test_a_title_is_a_heading_for_screen_readers():
    assert render.card(INVITATION)["body"][0]["style"] == "heading"


@pytest.mark.parametrize("words", ["Q&A #2: *more* [time] for _us_", "1. Time", "2027. Time", "# Time", "&lt; a\\b"])
def test_a_title_with_marks_of_markdown_is_a_heading_that_shows_them(words):
    (block,) = render.card(Message("", title=escape(words)))["body"]

    assert block["style"] == "heading"
    assert re.sub(r"\\([\W_])", r"\1", block["text"]) == words
    for mark in re.findall(r"[*_\[\]]", words):
        assert f"\\{mark}" in block["text"]


def test_a_refusal_shows_what_somebody_wrote_as_they_wrote_it():
    errors = Errors({"urgency.0": "I do not find “*now*” here.", "ghost": "No “*x*”."})
    runs = [piece["text"] for piece in pieces(render.form_card(EVERY_KIND, errors)) if piece.get("type") == "TextRun"]

    assert {"I do not find “*now*” here.", "No “*x*”."} <= {*runs}


def test_a_form_in_place_of_a_message_has_its_small_print_and_the_other_ways():
    form = replace(EVERY_KIND, note="Your team sees it.", ways=(Button("Not now", "later needs"),))
    card = render.form_card(form)
    text_of_it = json.dumps(card)

    assert titles(card) == [text.submit(form), "Not now"]
    assert text_of_it.index("Your team sees it.") > text_of_it.index("Input.")
    (beside,) = [piece["data"] for piece in pieces(card) if piece.get("verb") == "say"]
    assert render.pressed(beside) == ("later needs", "team-7")
    assert not render.is_beside(beside), "what it answers takes the place of the form"


def test_buttons_stand_in_rows_that_a_phone_shows_in_full():
    rows = [
        [action["title"] for action in piece["actions"]]
        for piece in pieces(render.card(INVITATION))
        if piece.get("type") == "ActionSet"
    ]

    assert rows == [["Answer", "Not now"], ["My best time"], ["Who sees what"]], "in a wide font two would be cut"


def test_four_short_buttons_stand_two_and_two():
    buttons = tuple(Button(label, label) for label in ("Done", "On track", "Blocked", "New date"))

    rows = [piece["actions"] for piece in render.card(Message("x", buttons=buttons))["body"][1:]]

    assert [[action["title"] for action in row] for row in rows] == [["Done", "On track"], ["Blocked", "New date"]]


def test_a_form_that_was_not_taken_is_drawn_as_it_was_looked_at():
    errors = Errors({"need.0": "Please write a few words: *one* change.", "vote.0": "You gave 6 dots of 5."})
    drawn = render.form_card(FILLED, errors)

    assert drawn == golden("teams-form-with-errors", drawn)


def test_an_error_stands_above_its_field_and_a_stray_one_above_all():
    card = render.form_card(FILLED, Errors({"urgency.0": "Choose one of them.", "ghost": "Too late."}))

    at = next(n for n, piece in enumerate(card["body"]) if piece.get("id") == "SCALE:urgency.0")
    wrong = [n for n, piece in enumerate(card["body"]) if "Attention" in str(piece)]
    assert wrong == [2, at - 1]
    assert render.values(sent(card)) == ANSWERS


def test_a_card_that_is_too_long_says_where_its_rest_is():
    assert re.search(r"\d+ more do not fit here\.", str(render.card(MANY)))
    assert "The rest does not fit here." in str(render.card(ENORMOUS))
    assert "The other questions do not fit on this card." in str(render.form_card(ENORMOUS_FORM))


def test_a_form_that_is_nearly_too_long_shows_less_of_earlier_answers():
    fields = tuple(Field(f"f{n}", "What?", Kind.LONG, value="word " * 700) for n in range(9))

    card = render.form_card(Form("r", "t", fields))

    assert len([piece for piece in pieces(card) if piece.get("type") == "Input.Text"]) == 9
    assert str(card).count("here is its beginning") == 9
    assert not list(problems(card))


def test_few_choices_stand_in_view_and_people_in_a_menu():
    styles = {piece["id"]: piece["style"] for piece in pieces(render.form_card(EVERY_KIND)) if "choices" in piece}

    assert styles["OPTIONS:area.0"] == styles["SCALE:urgency.0"] == styles["YES_NO:lead.0"] == "expanded"
    assert styles["PERSON:who.0"] == "compact"
    options = tuple(Option(str(n), f"Need {n}") for n in range(6))
    (menu,) = render.form_card(Form("r", "t", (Field("need", "Which?", Kind.OPTIONS, options),)))["body"][1:-1]
    assert menu["style"] == "compact", "six are too many to stand in view on a phone"


def test_a_question_without_anything_to_choose_is_a_sentence():
    assert "There is nothing to choose from yet." in str(render.form_card(SENTENCES_FORM))


def test_a_message_without_items_is_only_its_words():
    assert [piece["type"] for piece in render.card(MESSAGES["empty"])["body"]] == ["RichTextBlock"]


def test_a_quote_is_set_apart_from_our_words():
    quotes = [piece for piece in render.card(DECISION)["body"] if piece["type"] == "Container"]

    assert [piece["style"] for piece in quotes] == ["emphasis", "emphasis"]


# ---------------------------------------------------------------- a message with its form in it

ASKING = Message(
    "Before your team meets.\n\nWhat *one* change would help most?",
    title="What do we need most?",
    items=(
        Item("Teaching", label="1", in_form=True),
        Item(
            "Shall we start later?", label="Decision 3:", buttons=(Button("Good enough", "stand 3 good"),), quoted=True
        ),
    ),
    note="About two minutes.",
    buttons=(
        Button("Answer", "answer needs", "primary", in_form=True),
        Button("Not now", "later needs"),
    ),
    about="team-7",
    form=Form(
        "card 1.ask0/needs/ana",
        "What do we need most?",
        (
            Field("need.0", "What *one* change would help most?"),
            Field("evidence.0", "What tells you so?", optional=True),
        ),
        intro="Before your team meets.",
        about="team-7",
    ),
)


def titles(card):
    return [piece["title"] for piece in pieces(card) if piece.get("type") == "Action.Execute"]


def test_a_message_with_its_form_in_it_is_drawn_as_it_was_looked_at():
    drawn = render.activity(ASKING)

    assert drawn == golden("teams-asking", drawn)
    assert not list(problems(drawn["attachments"][0]["content"]))


def test_a_form_stands_in_its_message_in_place_of_what_opens_it():
    card = render.card(ASKING)

    assert titles(card) == ["Send", "Not now", "Good enough"]
    assert json.dumps(card).count("change would help most?") == 1, "the question is asked once"
    assert "Teaching" not in json.dumps(card)
    assert render.opened(sent(card)) == ("card 1.ask0/needs/ana", "team-7")
    assert render.values(sent(card)) == {"need.0": None, "evidence.0": None}


def test_a_form_that_finds_no_room_in_its_message_has_its_button():
    card = render.card(replace(ASKING, form=ENORMOUS_FORM))

    assert titles(card) == ["Good enough", "Answer", "Not now"]
    assert not list(problems(card))


def test_a_message_whose_items_find_no_room_beside_its_form_says_so():
    items = tuple(Item("word " * 500, quoted=True) for _ in range(20))
    card = render.card(replace(ASKING, items=items))

    assert re.search(r"\d+ more do not fit here\.", str(card))
    assert "Send" in titles(card)
    assert not list(problems(card))


def test_the_small_print_of_a_first_message_is_shown_whole():
    """It says at its end whom to turn to in danger, and may stand under two questions with their own promises."""
    small_print = "Your team sees none of it until you share it. " * 20 + "Please name no students."

    for message in (replace(ASKING, note=small_print), Message("x", note=small_print)):
        assert "Please name no students." in json.dumps(render.card(message))


def test_other_drawings_show_the_button_and_not_the_form():
    assert "[Answer] [Not now]" in text.draw(ASKING)
    assert "What tells you so?" not in text.draw(ASKING)


# ---------------------------------------------------------------- how one calls us


def test_a_command_is_called_as_people_of_teams_do_it():
    message = Message(f"Say *{CALL} help* or {escape('/leadcycle')}.", preview=f"{CALL} home")

    assert "@Leadcycle help" in json.dumps(render.card(message))
    assert "/leadcycle." in json.dumps(render.card(message)), "people's words stay as they are"
    assert render.activity(message)["summary"] == "@Leadcycle home"
    assert "/leadcycle help" in text.draw(message)


def test_a_backslash_of_somebody_before_a_slash_calls_nobody():
    assert "C:\\/x" in text.draw(Message(escape("C:\\/x")))
    assert "C:\\\\/x" in json.dumps(render.card(Message(escape("C:\\/x"))))
