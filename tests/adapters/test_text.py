"""Messages as plain text, and how texts are cut."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import adapters.slack.render as slack
import adapters.teams.render as teams
from adapters import text
from adapters.wording import say
from bot.preview import preview
from flows.markup import escape, quote
from flows.messages import Button, Field, Form, Item, Kind, Message, Option
from tests.adapters.golden.files import golden, units
from tests.adapters.golden.samples import (
    DECISION,
    ENORMOUS,
    EVERY_KIND,
    FORMS,
    HOSTILE,
    INVITATION,
    LONG,
    MESSAGES,
    NEEDS,
    VOTE,
    WEEKLY,
)

SAID = tuple(item.text for item in (*NEEDS.items[::2], *DECISION.items) if item.quoted)


@pytest.mark.parametrize("name", ["invitation", "weekly", "needs", "decision", "vote", "progress", "shares", "empty"])
def test_a_message_reads_well_as_plain_text(name):
    assert text.draw(MESSAGES[name]) == golden(f"text-{name}", text.draw(MESSAGES[name]))


@pytest.mark.parametrize("name", ["every kind", "sentences"])
def test_a_form_reads_well_as_plain_text(name):
    assert text.draw_form(FORMS[name]) == golden(f"text-form-{name}", text.draw_form(FORMS[name]))


def test_a_reply_says_first_what_it_replies_to_where_there_are_no_threads():
    reply = replace(WEEKLY, replies_to="In reply to: Act")

    assert text.draw(reply) == f"In reply to: Act\n\n{text.draw(WEEKLY)}"
    assert text.spoken(reply) == text.spoken(WEEKLY)
    assert slack.message(reply) == slack.message(WEEKLY)
    assert teams.activity(reply) == teams.activity(WEEKLY)


def test_plain_text_leaves_nothing_out():
    drawn = text.draw(WEEKLY)

    assert all(item.text in drawn for item in WEEKLY.items)
    assert drawn.count("[Done] [On track] [Stuck]") == 5
    assert "due Friday 6 November, overdue" in drawn
    assert len(text.draw(ENORMOUS)) > len(LONG) * 200


def test_peoples_words_are_drawn_as_they_were_written():
    assert f"“{HOSTILE}”" in text.draw(Message("", items=(Item(HOSTILE, quoted=True),)))
    assert text.draw(Message(f"*They said:* {escape(HOSTILE)}")) == f"They said: {HOSTILE}"


def test_a_notification_is_the_preview_or_the_title_and_quotes_nobody():
    assert text.notification(INVITATION) == "Thirty seconds: one question for your team"
    assert text.notification(Message("Words", title="*Your* week")) == "Your week"
    assert text.notification(Message("Words")) == "A message from Leadcycle"


@pytest.mark.parametrize("message", [NEEDS, DECISION])
def test_what_is_spoken_begins_with_the_notification_and_holds_back_quoted_words(message):
    spoken = text.spoken(message)

    assert spoken.startswith(message.preview)
    assert not any(words in spoken for words in SAID)
    assert all(f"[{button.label}]" in spoken for button in message.buttons)


def test_what_is_spoken_has_the_numbers_of_a_chart_without_peoples_words():
    spoken = text.spoken(VOTE)

    assert "Need 2 got the most dots: 18 of 32.\n  2. …: 18\n  5. …: 7\n  1. …: 6\n  4. …: 1" in spoken
    assert "More time" not in spoken
    assert "Quiet" not in spoken


def test_what_a_picture_shows_is_told_in_full_and_no_longer_than_a_platform_takes():
    assert VOTE.chart
    assert ENORMOUS.chart
    assert text.seen(VOTE.chart).startswith("Need 2 got the most dots: 18 of 32. 2. More time to plan")
    assert text.seen(VOTE.chart).endswith("4. Quiet rooms: 1.")
    assert units(text.seen(ENORMOUS.chart)) <= 2_000


def test_what_is_spoken_says_its_title_once():
    assert text.spoken(Message("Enjoy it.", title="Your week")) == "Your week\n\nEnjoy it."


def test_a_label_is_set_off_from_the_words():
    labels = ["3", "Ana", "Why?", ""]

    assert [text.lead(Item("x", label)) for label in labels] == ["3. ", "Ana: ", "Why? ", ""]


def test_a_text_that_fits_is_never_touched():
    assert text.cut("Twelve chars", 12) == "Twelve chars"
    assert text.shorten("Twelve chars", 12) == "Twelve chars"


def test_a_text_is_cut_between_words_and_says_so():
    assert text.cut("Reading groups on Monday", 20) == "Reading groups on…"
    assert text.cut("Donaudampfschifffahrtsgesellschaft", 10) == "Donaudamp…"


def test_a_long_text_says_where_its_rest_is():
    short = text.shorten(LONG, 3_000)

    assert short.endswith(f"…\n{say('drawn.rest')}")
    assert units(short) <= 3_000


def test_an_emoji_is_cut_off_whole():
    family = "👨‍👩‍👧‍👦"

    assert text.cut(f"Hello{family}", 9) == "Hello👨…"
    assert text.cut("😀😀😀", 4) == "😀…"


def test_what_no_platform_carries_is_left_out():
    assert text.clean("NUL\x00 half \ud83d and \x1b escape\r\nnext\u2028line") == "NUL half  and  escape\nnext\nline"


def test_the_pieces_of_a_text_join_to_its_characters():
    assert text.runs(r"one *two* \*three\* four", 3_000) == [
        ("one ", False),
        ("two", True),
        (" *three* four", False),
    ]
    assert text.runs("*a* " * 1_000, 5_000) == [(("a " * 1_000).strip(), False)]


@given(st.text(max_size=200), st.integers(min_value=2, max_value=60))
def test_no_text_is_ever_longer_than_it_may_be(words, most):
    assert units(text.cut(text.clean(words), most)) <= most


@given(st.text(max_size=200))
def test_escaped_words_read_as_they_were_written(words):
    isolated = str.maketrans("", "", "\u2068\u2069")

    drawn, clean = (each.translate(isolated) for each in (text.draw(Message(escape(words))), text.clean(words)))
    assert drawn.strip() == clean.strip(), "an isolate keeps the spaces around words that run from right to left"


OVERRIDE = "\u202eevil\u2066 words\u2067\u2069"


def test_nobodys_words_turn_the_direction_of_the_text_around_them():
    arabic = "زمان للتخطيط"

    assert escape(OVERRIDE) == "evil words"
    assert text.draw(Message("", items=(Item(OVERRIDE, label="Need 1", quoted=True),))) == "• Need 1: “evil words”"
    assert (
        text.draw(Message(f"We work on {escape(arabic)}, and soon.")) == f"We work on \u2068{arabic}\u2069, and soon."
    )


def test_a_notification_and_what_is_read_aloud_hold_back_words_inside_a_sentence():
    words = r"Less *paper* \› please"
    button, item = Button(quote(words), "answer vote dots.0 1"), Item(quote(words), label="1")
    message = Message(f"We work on: *{quote(words)}*.", preview=f"“{quote(words)}”", items=(item,), buttons=(button,))

    assert text.notification(message) == "“…”"
    assert text.spoken(message) == "“…”\n\nWe work on: …\n\n1. …\n\n[…]"
    assert text.draw(message) == f"We work on: {words}.\n\n1. {words}\n\n[{words}]"


def test_items_that_do_not_fit_are_counted():
    def notice(words):
        return [words]

    drawn = text.fit(["title"], [["a"], ["b"], ["c"]], ["end"], lambda parts: len(parts) <= 4, notice)

    assert drawn == ["title", "a", text.left_out(2), "end"]
    assert text.fit([], [["a"], ["b"]], [], lambda parts: True, notice) == ["a", "b"]
    assert text.left_out(1).startswith("1 more does not fit here.")


def test_a_form_shows_what_was_answered_before():
    areas = (Option("a", "Teaching"), Option("b", "Families"))
    fields = (
        Field("text", "What?", value="Reading\ngroups"),
        Field("area", "Where?", Kind.OPTIONS, areas, "b"),
        Field("yes", "Sure?", Kind.YES_NO, value=False),
        Field("vote", "Which?", Kind.DOTS, areas, {"a": 2}, "You have 1 dot to give.", budget=1),
    )

    drawn = text.draw_form(Form("ref", "Title", fields))

    assert "What?\n  Reading\n  groups" in drawn
    assert "( ) Teaching\n  (x) Families" in drawn
    assert "( ) Yes\n  (x) No" in drawn
    assert "You have 1 dot to give.\n  2 × Teaching\n  0 × Families" in drawn


def test_what_is_added_to_a_message_is_said_in_its_language():
    form = replace(EVERY_KIND, submit="", language="es")
    drawn = text.draw_form(form)

    assert "[Enviar]" in drawn
    assert "(opcional)" in drawn
    assert slack.modal(form)["submit"]["text"] == "Enviar"
    assert slack.told(Message("Hecho", language="es"))["close"]["text"] == "Cerrar"
    assert slack.told(Message("Done"))["close"]["text"] == "Close", "the language is that of one drawing alone"
    assert "Por favor, responde esto." in str(teams.form_card(form))
    assert "Please answer" not in str(teams.form_card(form))


def test_a_preview_shows_the_text_and_what_slack_and_teams_get():
    shown = preview("needs", INVITATION, EVERY_KIND)

    assert "(notification: Thirty seconds: one question for your team)" in shown
    assert text.draw(INVITATION) in shown
    assert all(words in shown for words in ("---- needs: on Slack", '"type": "modal"', '"AdaptiveCard"', HOSTILE[:20]))
