"""How a decision comes about: whatever people do in whatever order, it never closes against its rule."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

import adapters.slack.render as slack
from adapters import text
from bot.sample import CALENDAR
from flows import decision_cards, decisions, stands
from flows.decision_records import Decision
from flows.messages import Errors, Form, Note
from flows.modes import MODES
from flows.outcome import Outcome
from flows.sends import Go, Send
from flows.wanted import Attention, judge
from tests.world import Rules, told

STANDS = MODES["consent"].says
HALF_A_DAY = timedelta(hours=12)
OWNER = "lena"
PEOPLE = ("lena", "ana", "ben", "cara", "dan", "eva", "finn", "gil")


def team(size: int = 4) -> Rules:
    """So many people: an administrator, who owns the decisions here, a facilitator, and teachers."""
    roles = ("administrator", "teacher, facilitator", *["teacher"] * 6)
    return Rules(**dict(zip(PEOPLE[:size], roles, strict=False)))


def posted(rules: Rules, mode: str = "consent", closes: str = "") -> Decision:
    """Lena's decision, posted and out."""
    rules.fills(OWNER, "order decide", question="Shall we start at eight?", mode=mode, reason="Traffic", closes=closes)
    rules.says(OWNER, f"decide post {len(rules.room.decisions)}")
    rules.until(rules.now + timedelta(minutes=5))
    return rules.room.decisions[-1]


def only(rules: Rules) -> Decision:
    """The one decision there is."""
    (decision,) = rules.room.decisions
    return decision


def channel(rules: Rules, number: int = 1) -> str:
    """The decision as the team's channel shows it."""
    drawn = decision_cards.draw(rules.room, number)
    return text.draw(drawn) if drawn else ""


def asked(rules: Rules) -> set[str]:
    """Who has been sent the question."""
    return {send.to for send in questions(rules)}


def questions(rules: Rules) -> Iterator[Send]:
    """The question to each person."""
    return (send for send in rules.sends.values() if send.card.startswith("stand"))


# ---------------------------------------------------------------- before it is posted


def test_the_form_holds_the_typed_question_and_no_mode_is_chosen() -> None:
    form = team().says("ben", "decide Shall we start at eight?")

    assert isinstance(form, Form)
    fields = {each.key: each for each in form.fields}
    assert fields["question"].value == "Shall we start at eight?"
    assert fields["mode"].value is None
    assert "employment" in fields["question"].hint
    assert "student" in fields["question"].hint


def test_each_mode_is_explained_in_one_line_and_only_an_administrator_may_tell() -> None:
    rules = team()
    modes = {
        who: [
            option.key for field in rules.says(who, "decide").fields if field.key == "mode" for option in field.options
        ]
        for who in ("ben", "ana", "lena")
    }

    assert modes == {
        "ben": ["advice", "consent"],
        "ana": ["advice", "consent"],
        "lena": ["tell", "advice", "consent", "more"],
    }


def test_a_teacher_who_fakes_the_form_still_cannot_tell() -> None:
    rules = team()
    reply = rules.fills("ben", "order decide", question="Meet on Friday", mode="tell", reason="I say so")

    assert "Only an administrator can tell" in told(reply)
    assert rules.room.decisions == ()


def test_telling_needs_a_reason() -> None:
    rules = team()
    reply = rules.fills("lena", "order decide", question="Meet on Friday", mode="tell", reason=" ")

    assert "the reason is part of the post" in told(reply)
    assert rules.room.decisions == ()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"question": "", "mode": "consent"}, "A decision needs its question."),
        ({"question": "Shall we?"}, "Choose how it is decided."),
        ({"question": "Shall we?", "mode": "decree"}, "Choose how it is decided."),
        ({"question": "Shall we?", "mode": "consent", "closes": "2027-02-01"}, "at least a school day"),
        ({"question": "Shall we?", "mode": "consent", "closes": "whenever"}, "I cannot read that as a day"),
    ],
)
def test_what_is_missing_is_said_at_the_form(values: dict[str, str], sentence: str) -> None:
    rules = team()
    reply = rules.fills("ben", "order decide", **values)

    assert isinstance(reply, Errors)
    assert sentence in told(reply)
    assert rules.room.decisions == ()


def test_the_preview_says_who_is_asked_until_when_and_nobody_is_asked_yet() -> None:
    rules = team()
    preview = rules.fills(
        "ben", "order decide", question="Shall we?", mode="consent", reason="Traffic", limits="The bus schedule"
    )

    said = told(preview)
    assert "I will ask Lena L., Ana A., and Cara C. until Wednesday, February 3, 3:30\u202fPM" in said
    assert "Silence is never consent" in said
    assert {"Shall we?", "Traffic", "The bus schedule"} <= set(said.replace("”", "“").split("“"))
    assert rules.sends == {}
    assert channel(rules) == ""


def test_nobody_else_finds_a_draft() -> None:
    rules = team()
    rules.fills("ben", "order decide", question="A secret?", mode="consent")

    for command in (
        "decisions",
        "stand 1 good",
        "decide amend 1",
        "decide change 1",
        "decide withdraw 1",
        "decide undo 1",
    ):
        assert "secret" not in told(rules.says("cara", command)), command
    assert only(rules).state == "draft"


def test_what_is_posted_is_what_was_previewed_last() -> None:
    rules = team()
    first = rules.fills("ben", "order decide", question="Eight?", mode="consent")
    rules.fills("ben", "order decide change 1", question="Nine?", mode="consent")

    assert isinstance(first, Note)
    refused = rules.says("ben", first.message.buttons[0].says)
    assert "reads differently by now" in told(refused)
    assert only(rules).state == "draft"
    rules.says("ben", "decide post 1.2")
    assert (only(rules).state, only(rules).question, only(rules).revision) == ("open", "Nine?", 1)


def test_who_changes_a_draft_finds_every_field_as_it_was() -> None:
    rules = team()
    given = {"question": "Shall we start at eight?", "mode": "consent", "reason": "Traffic", "limits": "The buses"}
    rules.fills(OWNER, "order decide", **given, closes="Friday")

    form = rules.says(OWNER, "decide change 1")

    assert isinstance(form, Form)
    assert {each.key: each.value for each in form.fields} == {**given, "closes": "2027-02-05"}


def test_a_draft_that_is_posted_too_late_for_its_deadline_is_not() -> None:
    rules = team()
    rules.fills("ben", "order decide", question="Shall we?", mode="consent")
    rules.until(CALENDAR.at(CALENDAR.add_school_days(rules.room.today(rules.now), 2), CALENDAR.hours.opens))

    assert "People need at least a school day" in told(rules.says("ben", "decide post 1"))
    assert only(rules).state == "draft"


def test_a_person_alone_has_nobody_to_ask() -> None:
    rules = team(1)
    reply = rules.fills("lena", "order decide", question="Shall we?", mode="consent")

    assert "nobody else on the team" in told(reply)
    assert rules.room.decisions == ()


# ---------------------------------------------------------------- posting and undoing


def test_a_decision_that_is_told_goes_to_the_channel_and_to_nobody_else() -> None:
    rules = team()
    decision = posted(rules, mode="tell")

    assert (decision.state, decision.asked) == ("decided", ())
    assert [(send.to, send.card) for send in rules.sends.values()] == [("", "decision 1")]
    assert "Lena L. has decided:" in channel(rules)
    assert "Traffic" in channel(rules)


def test_a_told_decision_takes_no_stand_and_cannot_be_extended_or_withdrawn() -> None:
    rules = team()
    posted(rules, mode="tell")

    for who, command in (("ben", "stand 1 good"), ("lena", "decide extend 1"), ("lena", "decide withdraw 1 because")):
        assert "is closed" in told(rules.says(who, command))


def test_it_can_be_taken_back_until_it_is_out_and_not_a_second_later() -> None:
    for minutes, state in ((0, "undone"), (4, "undone"), (5, "open"), (600, "open")):
        rules = team()
        rules.fills(OWNER, "order decide", question="Shall we?", mode="consent")
        rules.says(OWNER, "decide post 1")
        rules.now += timedelta(minutes=minutes)

        rules.says(OWNER, "decide undo 1")

        assert rules.room.decisions[0].state == state, minutes
        drafts = [each.number for each in rules.room.decisions if each.state == "draft"]
        assert drafts == ([2] if state == "undone" else []), "what was written is not lost"


def test_a_post_at_night_can_be_taken_back_until_the_school_opens() -> None:
    rules = team()
    rules.now = CALENDAR.at(rules.room.today(rules.now), CALENDAR.hours.closes) + HALF_A_DAY / 2
    rules.fills(OWNER, "order decide", question="Shall we?", mode="consent")
    said = told(rules.says(OWNER, "decide post 1"))

    assert "Decision 1 posts on Tuesday, February 2, 7:30\u202fAM" in said
    rules.now += HALF_A_DAY / 2
    assert "taken back" in told(rules.says(OWNER, "decide undo 1"))


def test_after_the_last_school_day_no_decision_goes_out_and_it_is_settled_all_the_same() -> None:
    rules = team()
    decision = posted(rules)
    assert decisions.is_out(rules.room, decision, rules.now)

    ended = replace(CALENDAR, terms=tuple(replace(each, last=each.first) for each in CALENDAR.terms))
    rules.room = replace(rules.room, school=replace(rules.room.school, calendar=ended))
    assert not decisions.is_out(rules.room, decision, rules.now)
    rules.now = decision.closes_at or rules.now
    assert "withdrawn" in told(rules.says(OWNER, "decide withdraw 1 because the year is over"))


def test_what_was_taken_back_is_in_no_list_and_asks_nobody() -> None:
    rules = team()
    rules.fills(OWNER, "order decide", question="Shall we?", mode="consent")
    rules.says(OWNER, "decide post 1")
    rules.says(OWNER, "decide undo 1")

    assert "Shall we" not in told(rules.says(OWNER, "decisions"))
    assert channel(rules) == ""
    assert all(decision_cards.draw_question(rules.room, "1", send.to) is None for send in questions(rules))


def test_only_its_owner_finds_a_decision_that_can_still_be_taken_back() -> None:
    rules = team()
    rules.fills(OWNER, "order decide", question="Shall we?", mode="consent")
    rules.says(OWNER, "decide post 1")

    assert "Shall we" in told(rules.says(OWNER, "decisions"))
    assert "Shall we" not in told(rules.says("ben", "decisions"))
    assert "There is no decision 1" in told(rules.says("ben", "stand 1 good"))


# ---------------------------------------------------------------- who is asked


def test_everybody_but_the_owner_is_asked_once_and_readers_are_not() -> None:
    rules = Rules(lena="administrator", ben="teacher", sam="support staff", kay="coach", olga="observer")
    posted(rules)

    assert only(rules).asked == ("ben", "sam")
    assert asked(rules) == {"ben", "sam"}
    assert "read along" in told(rules.says("kay", "stand 1 good"))
    assert "is your own" in told(rules.says("lena", "stand 1 good"))


def test_who_joins_later_is_not_asked_and_what_somebody_said_before_they_left_counts() -> None:
    rules = team(4)
    posted(rules)
    rules.says("ben", "stand 1 worry because it hurts")
    rules.says("lena", "team left Ben confirmed")
    _joins(rules, "zoe")

    assert "not asked of you" in told(rules.says("zoe", "stand 1 good"))
    rules.says("ana", "stand 1 good")
    rules.until(only(rules).closes_at)
    assert only(rules).state == "decided"
    assert "it hurts" in channel(rules)
    assert "who has left the team" in channel(rules)
    assert "without a word" not in channel(rules)


def test_an_objection_is_taken_back_by_its_author_alone_and_then_they_have_not_spoken() -> None:
    rules = team(4)
    posted(rules)
    for who, word in (("ana", "good"), ("cara", "good"), ("ben", "harm because it hurts")):
        said = told(rules.says(who, f"stand 1 {word}"))
    assert "stand 1 withdraw" in said
    rules.until(only(rules).closes_at)
    assert only(rules).state == "returned"

    assert "is your own" in told(rules.says("lena", "stand 1 withdraw"))
    assert "taken back" in told(rules.says("ben", "stand 1 withdraw"))
    assert only(rules).state == "decided"
    assert "it hurts" not in channel(rules)


def test_a_closed_decision_reads_the_same_after_somebody_left_on_its_last_day() -> None:
    rules = team(6)
    posted(rules)
    for who in ("ana", "ben", "cara", "dan"):
        rules.says(who, "stand 1 good")
    rules.until(only(rules).closes_at)
    card, log = channel(rules), told(rules.says("lena", "decisions"))
    assert "4" in card
    rules.says("lena", "team left Ben confirmed")
    rules.says("lena", "team left Eva confirmed")
    assert (channel(rules), told(rules.says("lena", "decisions"))) == (card, log)


def _joins(rules: Rules, id: str) -> None:
    other = Rules(**{id: "teacher"}).room
    rules.room = rules.room.having((*other.members, replace(other.memberships[0], position=99)))


# ---------------------------------------------------------------- speaking


def test_a_stand_can_change_and_is_never_there_twice() -> None:
    rules = team()
    posted(rules)

    for kind in ("good", "worry because of the bus", "harm because of the bus", "good", "good"):
        rules.says("ben", f"stand 1 {kind}")

    assert [(each.member, each.kind) for each in rules.room.stands] == [("ben", "good")]


@pytest.mark.parametrize("words", ["stand 1 harm", "stand 1 harm because", "stand 1 harm   "])
def test_an_objection_needs_its_reason_and_is_asked_for_it(words: str) -> None:
    rules = team()
    posted(rules)
    form = rules.says("ben", words)

    assert isinstance(form, Form)
    assert form.title == "This would harm our aim"
    assert rules.room.stands == ()
    assert "An objection needs its reason" in told(rules.fills("ben", form.ref, reason="\u200b \n"))
    assert rules.room.stands == ()
    rules.fills("ben", form.ref, reason="Buses come later")
    assert [(each.kind, each.reason) for each in rules.room.stands] == [("harm", "Buses come later")]


def test_an_objection_keeps_it_open_and_only_its_author_withdraws_it() -> None:
    rules = team()
    posted(rules)
    for who in ("ana", "cara"):
        rules.says(who, "stand 1 good")
    rules.says("ben", "stand 1 harm because of the bus")
    rules.until(only(rules).closes_at)
    assert only(rules).state == "returned"

    rules.says("lena", "stand 1 good")
    rules.says("ana", "stand 1 good")
    assert only(rules).state == "returned"
    rules.says("ben", "stand 1 worry because of the bus")
    assert only(rules).state == "decided"


def test_whoever_is_to_work_an_objection_in_reads_it_without_the_name() -> None:
    rules = team()
    posted(rules)
    rules.says("ana", "stand 1 harm the bus would be missed")
    rules.until(rules.now + timedelta(days=3))

    back = decision_cards.draw_returned(rules.room, 1, OWNER)
    assert back is not None
    assert "An objection: “the bus would be missed”" in text.draw(back)
    assert "Ana" not in text.draw(back)


def test_too_few_have_spoken_and_it_goes_back_to_its_owner_alone() -> None:
    rules = team(6)
    posted(rules)
    rules.says("ana", "stand 1 good")
    rules.says("ben", "stand 1 good")
    rules.until(only(rules).closes_at)

    assert (only(rules).needed, only(rules).state) == (3, "returned")
    told_so = [send for send in rules.sends.values() if "returned" in send.key and send.to]
    assert [send.to for send in told_so] == ["lena"]
    asked_of_owner = decision_cards.draw_returned(rules.room, 1, "lena")
    assert asked_of_owner
    assert [button.says for button in asked_of_owner.buttons] == [
        "decide amend 1",
        "decide extend 1",
        "decide withdraw 1",
    ]


def test_silence_is_never_consent() -> None:
    rules = team(8)
    posted(rules)
    rules.until(only(rules).closes_at + timedelta(days=60))

    assert only(rules).state == "returned"


def test_the_stands_are_shown_at_the_close_and_not_before() -> None:
    rules = team(8)
    posted(rules)
    for who in PEOPLE[1:]:
        rules.says(who, f"stand 1 {'worry because ' + who + ' waits' if who < 'c' else 'good'}")

    assert "waits" not in channel(rules)
    assert "people said" not in channel(rules)
    rules.until(only(rules).closes_at)
    assert "“ana waits”\n  Ana A." in channel(rules)
    assert "5 people said: good enough" in channel(rules)


def test_a_word_to_the_text_before_an_amendment_is_none_to_the_new_one() -> None:
    rules = team()
    posted(rules)
    rules.amends("lena", 1, "Shall we start at nine?")

    reply = told(rules.says("ben", "stand 1.1 good"))
    assert "reads differently now: “Shall we start at nine?” Say what you think of that: stand 1.2 …" in reply
    for_cara = told(rules.says("ana", "object 1.1 for Cara because of the buses"))
    assert "object 1.2 …" in for_cara, "the objection is not the facilitator's own"
    assert rules.room.stands == ()
    rules.says("ben", "stand 1.2 good")
    assert [(each.member, each.revision) for each in rules.room.stands] == [("ben", 2)]


def test_a_bare_number_is_the_decision_as_it_reads_now() -> None:
    rules = team()
    posted(rules)
    rules.amends("lena", 1, "Shall we start at nine?")
    rules.until(rules.now + timedelta(hours=1))

    rules.says("ben", "stand 1 harm because of the buses")
    assert "objection of Cara C." in told(rules.says("ana", "object 1 for Cara because of the buses"))
    assert "worry" in {button.says.split()[-1] for button in rules.says("ana", "stand 1").message.buttons}
    assert [(each.member, each.revision) for each in rules.room.stands] == [("ben", 2), ("cara", 2)]
    assert "taken back" in told(rules.says("ben", "stand 1 withdraw"))


def test_an_amendment_is_previewed_and_for_five_minutes_nobody_reads_it_and_its_owner_can_take_it_back() -> None:
    rules = team()
    posted(rules)
    preview = rules.fills("lena", "order decide amend 1", question="Shall we start at nine?", reason="Traffic")
    assert [each.says for each in preview.message.buttons] == ["decide post 1.1", "decide amend 1", "decide undo 1"]
    assert "I will ask Ana A., Ben B., and Cara C. until Wednesday, February 3" in told(preview)
    assert at_home(rules, "lena") == ["decide post 1.1", "decide amend 1", "decide undo 1"]
    nine = [each.value for each in rules.says("lena", "decide amend 1").fields if each.key == "question"]
    assert nine == ["Shall we start at nine?"], "what was written is in the form again"
    assert "newest preview" in told(rules.says("lena", "decide post 1.7"))

    assert "goes out on Monday, February 1" in told(rules.says("lena", "decide post 1"))
    for who in ("ben", "lena"):
        assert "nine" not in told(rules.says(who, "decisions 1")) + told(rules.says(who, "decisions nine")), who
    assert "nine" not in channel(rules)
    assert at_home(rules, "lena") == ["decide undo 1"]
    rules.says("ben", "stand 1 good")
    assert [(each.member, each.revision) for each in rules.room.stands] == [("ben", 1)], "it stands as it was"
    assert "belongs to" in told(rules.says("ben", "decide undo 1"))
    assert "is a draft again" in told(rules.says("lena", "decide undo 1"))
    rules.until(rules.now + timedelta(minutes=10))
    assert only(rules).revision == 1

    rules.says("lena", "decide post 1")
    rules.until(rules.now + timedelta(minutes=4, seconds=59))
    assert "nine" not in channel(rules)
    rules.until(rules.now + timedelta(seconds=1))
    assert "nine" in channel(rules)
    assert (only(rules).revision, only(rules).state, at_home(rules, "lena")) == (2, "open", [])
    assert "is out already" in told(rules.says("lena", "decide undo 1"))


def test_an_amendment_goes_out_when_school_opens_and_not_at_all_once_its_decision_is_withdrawn() -> None:
    rules = team()
    posted(rules)
    rules.now += timedelta(hours=12)
    rules.says("lena", "decide amend 1 Shall we start at nine?")
    assert "goes out on Tuesday, February 2, 7:30" in told(rules.says("lena", "decide post 1"))
    rules.until(rules.now + timedelta(hours=2))
    assert only(rules).revision == 1
    rules.says("lena", "decide withdraw 1 because of the district")
    rules.until(rules.now + timedelta(days=2))
    assert (only(rules).revision, only(rules).state) == (1, "withdrawn")
    assert at_home(rules, "lena") == []


def test_what_nobody_has_seen_is_changed_and_not_amended() -> None:
    rules = team()
    rules.fills(OWNER, "order decide", question="Eight?", mode="consent")
    rules.says(OWNER, "decide post 1")
    assert "Take it back and change it: decide undo 1" in told(rules.says(OWNER, "decide amend 1 Nine?"))


def test_an_amended_decision_is_put_to_each_person_once_as_it_reads_now() -> None:
    rules = team()
    posted(rules)
    rules.amends("lena", 1, "Shall we start at nine?")

    to_ben = [send.card for send in questions(rules) if send.to == "ben"]
    drawn = [decision_cards.draw_question(rules.room, card.removeprefix("stand "), "ben") for card in to_ben]
    assert to_ben == ["stand 1", "stand 1.2"]
    assert drawn[0] is None
    assert drawn[1] is not None
    assert "at nine" in text.draw(drawn[1])
    assert [button.says for button in drawn[1].buttons] == [f"stand 1.2 {kind}" for kind in STANDS]


# ---------------------------------------------------------------- deadlines


@pytest.mark.parametrize(
    ("day", "closes"),
    [
        ("2027-02-01", "2027-02-03"),
        ("2027-02-05", "2027-02-09"),
        ("2027-02-11", "2027-02-22"),
        ("2027-02-17", "2027-02-23"),
        ("2027-03-24", "2027-03-26"),
    ],
)
def test_the_deadline_is_two_school_days_away_unless_its_owner_says_otherwise(day: str, closes: str) -> None:
    rules = team()
    rules.now = CALENDAR.at(datetime.fromisoformat(day).date(), CALENDAR.hours.opens)
    decision = posted(rules)

    assert decision.closes_at
    assert str(rules.room.today(decision.closes_at)) == closes
    hours = CALENDAR.hours_on(rules.room.today(decision.closes_at))
    assert hours
    assert decision.closes_at == hours[1]


def test_its_owner_may_give_more_time_before_posting() -> None:
    decision = posted(team(), closes="2027-02-12")

    assert decision.closes_at == CALENDAR.at(datetime(2027, 2, 12).date(), CALENDAR.hours.closes)


@pytest.mark.parametrize(("closes", "extended"), [("", "2027-02-05"), ("2027-02-12", "2027-02-23")])
def test_an_extension_adds_two_school_days_to_the_deadline_and_comes_once(closes: str, extended: str) -> None:
    rules = team()
    posted(rules, closes=closes)
    rules.says("lena", "decide extend 1")

    assert str(rules.room.today(only(rules).closes_at)) == extended
    assert "extended once already" in told(rules.says("lena", "decide extend 1"))


def test_a_review_day_that_has_come_ends_with_the_amendment_and_another_can_be_named() -> None:
    rules = team(4)
    rules.fills("lena", "order decide", question="Eight?", mode="tell", reason="Buses")
    rules.fills("lena", "order decide details 1", review_on="2027-02-08")
    rules.says("lena", f"decide post 1.{only(rules).revision}")
    rules.until(CALENDAR.at(date(2027, 2, 8), time(12)))

    rules.amends("lena", 1, "Nine?")
    assert only(rules).review_on is None
    rules.amends("lena", 1, "Ten?", reason="Buses", review_on="2027-03-08")
    assert only(rules).review_on == date(2027, 3, 8)
    assert "Comes back to the team" in told(rules.says("ana", "decisions 1"))
    rules.amends("lena", 1, "Eleven?")
    assert only(rules).review_on == date(2027, 3, 8), "it is kept until it has come"
    refused = rules.fills("lena", "order decide amend 1", question="No?", reason="Buses", review_on="2027-02-05")
    assert "review_on" in refused.fields


def test_an_amended_decision_asks_everybody_again_and_keeps_who_is_asked() -> None:
    rules = team()
    before = posted(rules)
    rules.says("ben", "stand 1 good")
    rules.until(before.closes_at)
    rules.amends("lena", 1, "Shall we start at nine?")

    after = only(rules)
    assert (after.state, after.revision, after.asked, after.needed) == ("open", 2, before.asked, before.needed)
    assert stands.owed(rules.room, after) == before.asked


def test_a_withdrawal_needs_its_reason_and_is_the_end() -> None:
    rules = team()
    posted(rules)
    form = rules.says("lena", "decide withdraw 1")

    assert isinstance(form, Form)
    assert "Say why" in told(rules.fills("lena", form.ref, reason=""))
    rules.fills("lena", form.ref, reason="We found a better way")
    assert (only(rules).state, only(rules).outcome) == ("withdrawn", "We found a better way")
    assert "We found a better way" in channel(rules)
    assert "is closed" in told(rules.says("ben", "stand 1 good"))


@pytest.mark.parametrize(
    "command", ["amend 1 Nine?", "amend 1", "extend 1", "withdraw 1 because", "withdraw 1", "undo 1"]
)
def test_only_its_owner_changes_a_decision(command: str) -> None:
    rules = team()
    before = posted(rules)

    assert "belongs to Lena L." in told(rules.says("ana", f"decide {command}"))
    assert only(rules) == before


# ---------------------------------------------------------------- at home, before anybody has seen it


def at_home(rules: Rules, who: str) -> list[str]:
    """What the buttons about decisions say at home."""
    items = rules.says(who, "home").message.items
    return [each.says for item in items for each in item.buttons]


def test_home_offers_the_draft_as_it_was_previewed_last() -> None:
    rules = team()
    rules.fills("ben", "order decide", question="Eight?", mode="consent")
    rules.fills("ben", "order decide change 1", question="Nine?", mode="consent")

    assert at_home(rules, "ben") == ["decide post 1.2", "decide change 1", "decide undo 1"]
    assert at_home(rules, "cara") == []


@pytest.mark.parametrize("mode", ["consent", "tell"])
def test_home_offers_undo_until_the_team_sees_it(mode: str) -> None:
    rules = team()
    rules.fills(OWNER, "order decide", question="Eight?", mode=mode, reason="Traffic")
    rules.says(OWNER, "decide post 1")

    assert (at_home(rules, OWNER), at_home(rules, "ben")) == (["decide undo 1"], [])
    rules.until(rules.now + timedelta(minutes=4, seconds=59))
    assert at_home(rules, OWNER) == ["decide undo 1"]
    rules.until(rules.now + timedelta(seconds=1))
    assert at_home(rules, OWNER) == []
    assert at_home(rules, "ben") == [f"stand 1.1 {kind}" for kind in STANDS if mode == "consent"]


def test_at_night_home_offers_undo_until_the_school_opens() -> None:
    rules = team()
    rules.now += timedelta(hours=14)
    rules.fills(OWNER, "order decide", question="Eight?", mode="tell", reason="Traffic")
    rules.says(OWNER, "decide post 1")
    rules.until(rules.now + timedelta(hours=1))

    assert at_home(rules, OWNER) == ["decide undo 1"]
    assert "posts on Tuesday, February 2, 7:30" in told(rules.says(OWNER, "home"))
    rules.says(OWNER, "decide undo 1")
    assert at_home(rules, OWNER) == ["decide post 2.1", "decide change 2", "decide undo 2"]
    assert "is taken back already" in told(rules.says(OWNER, "decide undo 1"))
    assert "It is dropped" in told(rules.says(OWNER, "decide undo 2"))
    assert at_home(rules, OWNER) == []


def test_two_drafts_are_both_kept_and_one_whose_mode_is_still_open_cannot_be_posted() -> None:
    rules = team()
    rules.fills(OWNER, "order decide", question="Eight?", mode="consent")
    rules.fills(OWNER, "order decide", question="Nine?", mode="more")

    assert at_home(rules, OWNER) == [
        "decide post 1.1", "decide change 1", "decide undo 1", "decide change 2", "decide undo 2"
    ]  # fmt: skip
    for command in ("decide post 2", "decide details 2"):
        assert "Choose how it is decided" in told(rules.says(OWNER, command)), command
    for command in ("stand 2 harm", "stand 2", "object 2", "decisions show 2"):
        assert "There is no decision 2" in told(rules.says("ana", command)), command


def test_what_is_posted_in_the_evening_is_nobodys_to_find_until_the_school_opens() -> None:
    rules = team()
    rules.now += timedelta(hours=13)
    rules.fills(OWNER, "order decide", question="Eight?", mode="consent")
    rules.says(OWNER, "decide post 1")
    rules.until(rules.now + timedelta(minutes=30))

    assert "There is no decision 1" in told(rules.says("ben", "stand 1 harm because of the buses"))
    assert "Eight" not in told(rules.says("ben", "decisions"))
    rules.until(rules.now + HALF_A_DAY)
    assert "an objection" in told(rules.says("ben", "stand 1 harm because of the buses"))


def test_a_deadline_moves_by_the_school_days_that_were_closed_since() -> None:
    rules = team()
    posted(rules)
    rules.says("ana", "stand 1 good")
    rules.says("ben", "stand 1 good")
    rules.says("lena", "closure 2027-02-02 to 2027-02-03 because of snow")
    rules.until(CALENDAR.at(date(2027, 2, 3), time(16)))
    assert only(rules).state == "open"
    assert "Friday, February 5" in channel(rules)
    rules.until(CALENDAR.at(date(2027, 2, 5), time(16)))
    assert only(rules).state == "decided"


def test_who_only_reads_along_by_now_neither_owns_a_decision_nor_is_waited_for() -> None:
    rules = team()
    rules.fills("ben", "order decide", question="Eight?", mode="consent")
    rules.says("ben", "decide post 1")
    rules.until(rules.now + timedelta(minutes=5))
    for words in ("team role Ben observer", "team role Cara observer"):
        rules.says("lena", words)

    assert decisions.is_left_behind(rules.room, only(rules))
    assert stands.owed(rules.room, only(rules)) == ("lena", "ana")
    assert "is yours now" in told(rules.says("ana", "decide take 1"))


def test_after_the_last_school_day_home_offers_no_undo_that_would_be_refused() -> None:
    rules = team()
    rules.fills(OWNER, "order decide", question="Eight?", mode="tell", reason="Traffic")
    rules.says(OWNER, "decide post 1")
    ended = replace(CALENDAR, terms=tuple(replace(each, last=each.first) for each in CALENDAR.terms))
    rules.room = replace(rules.room, school=replace(rules.room.school, calendar=ended))

    assert at_home(rules, OWNER) == []
    assert "is taken back" in told(rules.says(OWNER, "decide undo 1"))


# ---------------------------------------------------------------- what one person was asked


def own(rules: Rules, version: str, who: str) -> str:
    """The question to one person as it stands now."""
    drawn = decision_cards.draw_stood(rules.room, version, who)
    return text.draw(drawn) if drawn else ""


def redrawn(rules: Rules) -> list[tuple[str, str]]:
    """Whose question was drawn anew since this was last asked, and for which reason."""
    found = sorted((send.to, send.key) for send in rules.refreshes if send.card.startswith("stood"))
    rules.refreshes.clear()
    return found


def test_who_spoke_finds_their_own_word_on_their_question_and_can_change_it() -> None:
    rules = team()
    posted(rules)
    assert redrawn(rules) == []

    rules.says("ana", "stand 1 good")
    assert redrawn(rules) == [("ana", "team.decision1.1.ana")]
    assert "You said: Good enough" in own(rules, "1", "ana")
    rules.says("ana", "stand 1 worry because it is dark")
    assert "You said: Worry, go ahead: “it is dark”" in own(rules, "1", "ana")
    assert "[Good enough] [Worry, go ahead] [This would harm our aim]" in own(rules, "1", "ana")
    assert "You said" not in own(rules, "1", "ben")


def test_a_closed_decision_leaves_nothing_to_press_on_anybodys_question() -> None:
    rules = team()
    posted(rules)
    rules.says("ana", "stand 1 worry because it is dark")
    rules.says("ben", "stand 1 good")
    redrawn(rules)
    assert only(rules).closes_at
    rules.until(only(rules).closes_at)

    assert [who for who, _ in redrawn(rules)] == ["ana", "ben", "cara"]
    for who in ("ana", "ben", "cara"):
        assert "Decided by consent" in own(rules, "1", who)
        assert "[" not in own(rules, "1", who)
    assert "it is dark" not in own(rules, "1", "ben"), "the concerns of others stand in the channel"
    rules.says(OWNER, "decide Another?")
    assert redrawn(rules) == []


def test_a_withdrawn_decision_says_so_on_every_question() -> None:
    rules = team()
    posted(rules)
    rules.says(OWNER, "decide withdraw 1 because the buses changed")

    assert [who for who, _ in redrawn(rules)] == ["ana", "ben", "cara"]
    assert "Why it was withdrawn: “the buses changed”" in own(rules, "1", "ben")
    assert "[" not in own(rules, "1", "ben")


def test_an_amended_decision_closes_the_questions_that_were_put_before() -> None:
    rules = team()
    posted(rules)
    rules.says("ana", "stand 1 good")
    redrawn(rules)
    rules.amends(OWNER, 1, "Shall we start at nine?")

    assert redrawn(rules) == [(who, f"team.decision1.1.{who}") for who in ("ana", "ben", "cara")]
    assert own(rules, "1", "ana") == (
        "Decision 1 was amended since you were asked. The team's channel shows how it reads now."
    )
    rules.says("ana", "stand 1.2 good")
    assert redrawn(rules) == [("ana", "team.decision1.2.ana")]


def test_what_was_taken_back_and_what_asks_somebody_who_left_is_not_drawn_anew() -> None:
    rules = team()
    rules.fills(OWNER, "order decide", question="Shall we?", mode="consent")
    rules.says(OWNER, "decide post 1")
    rules.says(OWNER, "decide undo 1")
    assert redrawn(rules) == []

    rules.says(OWNER, "decide post 2")
    rules.until(rules.now + timedelta(minutes=5))
    rules.says(OWNER, "team left Ben confirmed")
    redrawn(rules)
    rules.says(OWNER, "decide withdraw 2 because the buses changed")
    assert [who for who, _ in redrawn(rules)] == ["ana", "cara"]


# ---------------------------------------------------------------- the log


def test_the_log_lists_the_newest_first_and_finds_words() -> None:
    rules = team()
    posted(rules, mode="tell")
    rules.fills("ben", "order decide", question="A later bell?", mode="consent")
    rules.says("ben", "decide post 2")
    rules.until(rules.now + timedelta(minutes=5))

    log = told(rules.says("cara", "decisions"))
    assert log.index("Decision 2") < log.index("Decision 1")
    assert "open · Ben B. · Monday, February 1" in log
    assert "decided · Lena L. · Monday, February 1" in log
    found = told(rules.says("cara", "decisions LATER"))
    assert "Decision 2" in found
    assert "Decision 1" not in found
    assert "No decision here matches" in told(rules.says("cara", "decisions helicopter"))


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("since Monday", True),
        ("since 1/29", True),
        ("since yesterday", True),
        ("since 14 January", True),
        ("since February", True),
        ("since today bell", True),
        ("until yesterday", False),
        ("before January", False),
        ("since the bell", True),
        ("from Ben", True),
        ("from Cara", False),
        ("Ben consent", True),
        ("advice", False),
        ("open house", True),
        ("decided", False),
        ("withdrawn bell", True),
        ("buses", True),
        ("today", True),
        ("yesterday", False),
        ("on 2/1", True),
        ("on 1/29", False),
        ("2/1", True),
        ("Monday", True),
        ("from 2/1 to 2/5", True),
        ("from 1/25 to 1/29", False),
        ("from Monday to Wednesday", True),
        ("1/25 until 2/1", True),
        ("until 2/5", True),
        ("this week", True),
        ("last week", False),
        ("this month", True),
        ("last month", False),
        ("in February", True),
        ("in February 2027", True),
        ("in January", False),
        ("until Monday", True),
        ("by Monday", True),
        ("before Monday", False),
        ("after Monday", False),
        ("closed", True),
        ("closed this week", True),
        ("about the bell", True),
        ("about the gym", False),
        ("about need 1", True),
        ("need 2", False),
        ("on need 1 this week", True),
        ("next week", False),
        ("ben february", True),
        ("cara february", False),
        ("start february", False),
        ("bell february", True),
        ("2/1-2/5", True),
        ("1/25-1/29", False),
        ("last 3", True),
        ("find bell", True),
        ("search bell", True),
        ("show bell", True),
        ("this cycle", True),
        ("bell this cycle", True),
        ("not closed", False),
        ("with objections", False),
    ],
)
def test_the_log_is_searched_by_days_names_modes_and_states_as_people_say_them(words: str, is_found: bool) -> None:
    rules = team()
    rules.starts("ana")
    rules.says("ben", "need A bell that rings in time")
    rules.fills("ben", "order decide", question="A bell for the open house?", mode="consent")
    rules.fills("ben", "order decide details 1", about="need 1")
    rules.says("ben", "decide post 1.2")
    rules.until(rules.now + timedelta(minutes=6))
    rules.says("ben", "decide withdraw 1 because of the buses")

    assert ("Decision 1" in told(rules.says("cara", f"decisions {words}"))) is is_found


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("sobre la campana", True),
        ("del 1 de febrero al 5 de febrero", True),
        ("la semana pasada", False),
        ("este mes", True),
        ("en febrero", True),
        ("antes del lunes", False),
        ("hasta el lunes", True),
        ("cerradas", False),
        ("abierta", True),
        ("no cerradas", True),
        ("con objeciones", False),
        ("la semana que viene", False),
        ("buscar campana", True),
    ],
)
def test_the_log_reads_days_and_subjects_in_spanish_too(words: str, is_found: bool) -> None:
    rules = team()
    rules.room = rules.room.having([replace(rules.room.member("cara"), language="es")])
    rules.fills("ben", "order decide", question="¿Una campana nueva?", mode="consent")
    rules.says("ben", "decide post 1")
    rules.until(rules.now + timedelta(minutes=6))

    assert ("campana" in told(rules.says("cara", f"decisions {words}"))) is is_found


def test_the_log_finds_what_is_shown_at_the_close_and_nothing_before() -> None:
    rules = team()
    rules.starts("ana")
    decision = posted(rules, "advice")
    rules.says("ben", "stand 1 advice Buy novels")
    assert "matches that" in told(rules.says("cara", "decisions novels"))
    rules.until(decision.closes_at)
    rules.fills(OWNER, "order decide answer 1", outcome="We buy some", ben="Comics come in spring")
    assert only(rules).state == "decided"
    for words in ("novels", "spring", "Ben", "about comics"):
        assert "Decision 1" in told(rules.says("cara", f"decisions {words}")), words

    rules.fills(OWNER, "order decide", question="Nine?", mode="consent")
    rules.says(OWNER, "decide post 2")
    rules.until(rules.now + timedelta(hours=18))
    rules.says("cara", "stand 2 harm because of the door")
    assert "matches that" in told(rules.says("ben", "decisions with objections")), "not before it is shown"
    rules.until(rules.room.decisions[1].closes_at)
    for words in ("door", "with objections", "objected this cycle", "not closed", "last 1"):
        found = re.findall(r"Decision (\d)", told(rules.says("ben", f"decisions {words}")))
        assert found == ["2"], words
    assert "matches that" in told(rules.says("ben", "decisions Cara")), "it waits without a name"


def test_the_log_and_the_short_report_name_asks_with_their_answer() -> None:
    rules = team()
    rules.starts("ana")
    rules.fills("ben", "order ask", what="Two subs", kind="coverage", of=OWNER)
    assert "Two subs" not in told(rules.says("cara", "report")) + told(rules.says("cara", "decisions"))
    rules.until(rules.now + timedelta(minutes=5))
    for words in ("ask 1", "ask answer 1"):
        assert [each.says for each in rules.says(OWNER, words).message.items[0].buttons] == [
            "ask grant 1", "ask decline 1"
        ]  # fmt: skip
    assert "There is no ask 7" in told(rules.says(OWNER, "ask 7"))
    rules.says(OWNER, "ask grant 1 From March on")

    for words in ("report", "decisions", "decisions subs", "decisions about March"):
        said = told(rules.says("cara", words))
        assert all(each in said for each in ("Ask 1", "Two subs", "ranted", "“From March on”")), words
    for words in ("decisions helicopter", "decisions open"):
        assert [each.says for each in rules.says("cara", words).message.buttons] == ["decisions find", "asks"], words


def test_a_day_may_be_looked_for_in_what_was_asked() -> None:
    rules = team()
    rules.fills("ben", "order decide", question="Shall we meet on Friday in May?", mode="consent")
    rules.says("ben", "decide post 1")
    rules.until(rules.now + timedelta(minutes=6))

    for words in ("Friday", "may", "on Friday", "in May"):
        assert "Decision 1" in told(rules.says("cara", f"decisions {words}")), words


def test_the_log_knows_whose_when_and_about_what() -> None:
    rules = team()
    for who, question in (("ben", "A bell for the open house?"), ("cara", "Shall we meet on Monday in May?")):
        rules.fills(who, "order decide", question=question, mode="consent")
        rules.says(who, f"decide post {len(rules.room.decisions)}")
    rules.fills("ana", "order decide", question="Lunch in the house of arts?", mode="consent")
    rules.says("ana", "decide post 3")
    rules.until(rules.now + timedelta(minutes=6))
    rules.says("ben", "decide withdraw 1 because of the buses")
    rules.keep(Outcome((replace(rules.room.decisions[2], posted_at=datetime(2026, 3, 20, 15, tzinfo=UTC)),)))

    for words, numbers in {
        "about Monday": [2],
        "about may": [2],
        "about open house": [1],
        "open house": [3, 1],
        "open": [3, 2],
        "undecided": [3, 2],
        "mine": [2],
        "my decisions": [2],
        "all": [3, 2, 1],
        "between 3 March and 10 April": [3],
        "from 3 to 30 March": [3],
        "in 2026": [3],
        "2027": [2, 1],
        "since 2026": [3, 2, 1],
        "last year": [3],
        "3 days ago": [],
        "since 3 days ago": [2, 1],
    }.items():
        found = re.findall(r"Decision (\d)", told(rules.says("cara", f"decisions {words}")))
        assert [*map(int, found)] == numbers, words
    between = told(rules.says("cara", "decisions between 3 March and 10 April"))
    assert "posted from March 3, 2026 to April 10, 2026" in between
    assert "No calendar has the day “31 february”" in told(rules.says("cara", "decisions since 31 February"))

    rules.room = rules.room.having([replace(rules.room.member("cara"), language="es")])
    for words, numbers in {
        "mías": [2],
        "abiertas": [3, 2],
        "pendientes": [3, 2],
        "entre el 3 de marzo y el 10 de abril": [3],
        "del 3 al 30 de marzo": [3],
        "en 2026": [3],
        "el año pasado": [3],
        "hace 3 días": [],
        "desde hace 3 días": [2, 1],
    }.items():
        found = re.findall(r"Decisión (\d)", told(rules.says("cara", f"decisions {words}")))
        assert [*map(int, found)] == numbers, words
    assert "«31 de febrero»" in told(rules.says("cara", "decisions desde el 31 de febrero"))


def test_a_lone_number_shows_that_decision() -> None:
    rules = team()
    posted(rules)

    for words in ("decisions 1", "decision 1", "decisions #1"):
        assert "asks for consent" in told(rules.says("ben", words)), words
    assert "Decision 1" in told(rules.says("ben", "decision"))


def test_words_with_a_mode_that_is_not_mine_are_kept_on_the_form_that_says_why() -> None:
    form = team().says("ben", "decide tell: We meet at eight because the bus is late")

    assert isinstance(form, Form)
    question, mode, reason, *_ = form.fields
    assert (question.value, mode.value, reason.value) == ("We meet at eight", None, "the bus is late")
    assert mode.hint.startswith("Only an administrator can tell the team a decision.")


def test_who_may_post_in_no_mode_is_told_who_may() -> None:
    rules = team()
    rules.fills(OWNER, "order decide modes", **dict.fromkeys(MODES, "administrators"))

    assert "In your team only an administrator posts decisions" in told(rules.says("ben", "decide"))
    assert "decide" not in [item.label for item in rules.says("ben", "help").message.items]  # type: ignore[union-attr]
    assert isinstance(rules.says(OWNER, "decide"), Form)


# ---------------------------------------------------------------- small things of the forms


def test_a_day_without_school_on_a_form_is_moved_and_said() -> None:
    rules = team()
    shown = told(rules.fills(OWNER, "order decide", question="Shall we?", mode="consent", closes="2027-02-06"))
    moved = "There is no school on Saturday, February 6, so I noted Monday, February 8, the next day with school."
    assert moved in shown
    assert "until Monday, February 8" in shown

    shown = told(rules.fills(OWNER, "order decide details 1", review_on="2027-02-13"))
    assert "There is no school on Saturday, February 13, so I noted Monday, February 22" in shown
    assert "Monday, February 22" in shown.partition("next day with school.")[2]
    form = rules.fills(OWNER, "order decide", question="Where?", mode="vote", closes="2027-02-06")
    assert isinstance(form, Form)
    assert "so I noted" in form.intro
    asked = {"what": "A free period", "kind": "time", "of": OWNER, "due": "2027-02-06"}
    assert "owed in writing by" not in told(rules.fills("ben", "order ask", **asked)).partition("so I noted")[0]
    assert rules.room.asks[0].due == date(2027, 2, 8)
    again = told(rules.fills("ben", "order ask again 1", due="2027-02-07"))
    assert "There is no school on Sunday, February 7" in again


def test_a_reason_keeps_no_mark_of_the_question() -> None:
    form = team().says("ben", "decide advice Shall we buy tablets because the old ones broke?")

    assert isinstance(form, Form)
    question, _, reason, *_ = form.fields
    assert (question.value, reason.value) == ("Shall we buy tablets?", "the old ones broke")


@pytest.mark.parametrize(("words", "modes"), [("vote Where?", 5), ("delegate to Ben", 5), ("Where?", 4)])
def test_a_form_that_names_the_mode_offers_no_way_to_it_besides(words: str, modes: int) -> None:
    form = team().says(OWNER, f"decide {words}")

    assert isinstance(form, Form)
    keys = [option.key for option in form.fields[1].options]
    assert len(keys) == modes
    assert ("more" in keys) is (modes == 4)
    assert form.fields[0].value in ("Where?", None)


def test_the_way_of_deciding_stays_and_no_new_decision_is_begun() -> None:
    rules = team()
    posted(rules)
    rules.fills(OWNER, "order decide", question="Another?", mode="consent")

    reply = told(rules.says(OWNER, "decide tell 1"))
    assert "Decision 1 is posted, and how it is decided cannot change any more." in reply
    assert "Decision 1: what do you think?" in reply
    assert [button.says for button in rules.says(OWNER, "decide reopen 1").message.buttons] == ["decide amend 1"]
    assert getattr(rules.says(OWNER, "decide vote 2"), "ref", "") == "order decide change 2"
    assert "There is no decision 2" in told(rules.says("ana", "decide consent 2"))
    assert "There is no decision 9" in told(rules.says("ana", "decide consent 9"))


def test_what_was_asked_for_is_told_from_what_matches() -> None:
    rules = team()
    assert "Nothing was asked for yet." in told(rules.says("ben", "asks"))
    rules.fills("ben", "order ask", what="A free period", kind="time", of=OWNER)
    assert "Nothing like that was asked for." in told(rules.says("ben", "asks substitutes"))
    assert "January 31, 2027 is in the past" in told(rules.says("ben", "ask again 1 yesterday"))


@pytest.mark.parametrize(
    ("words", "question"), [("to Ben", None), ("to Ben B.: who orders the books?", "who orders the books?")]
)
def test_a_delegation_that_names_somebody_has_them_chosen_in_its_next_form(words: str, question: str | None) -> None:
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", cara="teacher")
    form = rules.says("lena", f"decide delegate {words}")
    assert [each.value for each in form.fields if each.key == "question"] == [question]

    refused = rules.fills("lena", form.ref, question="", mode="delegate")
    assert refused.form.ref == form.ref, "a form that is refused still knows whom it names"
    more = rules.fills("lena", form.ref, question="Who orders the books?", mode="delegate")
    assert [each.value for each in more.fields if each.key == "to"] == ["ben"]


def test_words_that_only_end_like_a_name_stay_in_the_question() -> None:
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", cara="teacher")
    form = rules.says("lena", "decide delegate Who talks to parents")

    assert form.fields[0].value == "Who talks to parents"


def test_who_only_reads_along_by_now_is_shown_no_button_on_what_they_were_asked() -> None:
    rules = team()
    posted(rules)
    assert "[Good enough]" in own(rules, "1", "ben")
    rules.says(OWNER, "team role ben observer")

    assert "Shall we" in own(rules, "1", "ben")
    assert "[" not in own(rules, "1", "ben")


def test_an_undone_post_is_shown_to_nobody_and_the_next_one_asks_instead() -> None:
    """The first of two that would have come in one message was taken back."""
    rules = team()
    for number in (1, 2):
        rules.fills(OWNER, "order decide", question=f"Question {number}?", mode="consent")
        rules.says(OWNER, f"decide post {number}")
        rules.now += timedelta(minutes=1)
    rules.says(OWNER, "decide undo 1")

    rules.now += timedelta(minutes=5)
    [goes] = [
        verdict.message
        for send in rules.sends.values()
        if send.to == "ben" and isinstance(verdict := judge(rules.room, send, rules.now, Attention()), Go)
    ]
    assert "Question 2?" in text.draw(goes)
    assert "Question 1?" not in text.draw(goes)


def test_as_many_decisions_come_in_one_message_as_a_message_holds() -> None:
    """Two votes between ten things each are two messages; each shows all that it asks."""
    rules = team()
    options = [f"Thing {number}" for number in range(1, 11)]
    for number in (1, 2):
        rules.fills(OWNER, "order decide", question=f"Question {number}?", mode="vote")
        rules.fills(OWNER, f"order decide more {number}", options="\n".join(options), majority="half")
        rules.says(OWNER, f"decide post {number}.{rules.room.decisions[-1].revision}")
    for number in (3, 4, 5):
        rules.fills(OWNER, "order decide", question=f"Question {number}?", mode="consent")
        rules.says(OWNER, f"decide post {number}")

    shown = [drawn for number in range(1, 6) if (drawn := decision_cards.draw_question(rules.room, str(number), "ben"))]
    assert [text.draw(each).count("Question") for each in shown] == [1, 3, 1]
    assert all("do not fit" not in str(slack.message(each)) for each in shown)
