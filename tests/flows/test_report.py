"""What the report of a cycle says, and what it never says."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from flows.commands import Call
from flows.messages import Message, Note
from flows.orders.report import COMMANDS
from flows.outcome import Refused
from flows.records import Ballot
from flows.report import Report, as_of, build
from flows.report.entries import NeedEntry
from flows.room import Room
from tests.flows.report_rooms import FINISHED, LATER, T, at, begun, course, finished, grounds, need, shuffled, team

REOPENED = (*FINISHED[:4], "10-26 opened needs A new class arrived")


def texts(needs: Sequence[NeedEntry]) -> list[str]:
    return [need.text for need in needs]


def notes(report: Report, phase: str) -> list[tuple[str, str]]:
    """What happened to a phase and why, in all its openings."""
    return [(note.text, note.reason) for stage in report.stages if stage.phase == phase for note in stage.notes]


def test_the_head_names_the_cycle_its_days_and_its_open_school_weeks() -> None:
    report = build(finished(), LATER)

    assert (report.school, report.title) == ("Lincoln Middle School", "Leadership team: cycle 2")
    assert report.when == "October 5, 2026 to December 11, 2026 (9 open school weeks)"
    assert report.priority == "Students ask the questions"


def test_needs_come_chosen_first_with_the_words_they_speak_for() -> None:
    first, *others = build(finished(), LATER).needs

    assert (first.text, first.marks) == ("More time to plan", ("chosen", "met"))
    assert first.also == ("Planning time with the other grade",)
    assert texts(others) == ["Fewer interruptions", "Books that students choose"]


def test_what_was_taken_back_declined_drafted_or_said_before_the_charter_is_not_in_it() -> None:
    said = repr(build(finished(), LATER))

    assert "Words taken back" not in said
    assert "A resource taken back" not in said
    assert "Never accepted" not in said
    assert "Nobody knows of this" not in said
    assert "An idea before the charter" not in said


def test_a_need_stands_for_itself_when_the_one_that_spoke_for_it_was_taken_back() -> None:
    room = finished().having([need(2, 2, "ana", "More time to plan", state="withdrawn", chosen_in=2)])

    assert "More time to plan" not in texts(build(room, LATER).needs)
    assert "Planning time with the other grade" in texts(build(room, LATER).needs)
    assert build(room, LATER).actions[0].need == ""


def test_each_prediction_stands_beside_its_result() -> None:
    adopted, adapted, blocked = build(finished(), LATER).actions

    assert adopted.end == "adopt"
    assert (adopted.prediction, adopted.result) == ("Two shared lessons", "Three shared lessons")
    assert (adopted.owner, adopted.due) == ("Ana Ruiz", date(2026, 11, 6))
    assert (adopted.need, adopted.resource) == ("More time to plan", "The media specialist")
    assert (adapted.end, adapted.goes_on) == ("adapt", True)
    assert (blocked.end, blocked.blocker) == ("blocked", "No free room")


def test_what_was_seen_of_an_action_stands_under_it_with_the_role_of_who_told_it() -> None:
    adopted, *others = build(finished(), LATER).actions

    assert [(each.text, each.role) for each in adopted.seen] == [
        ("Two lessons in one folder", "Administrator"),
        ("Ten of twelve planned ahead", "Teacher"),
    ]
    assert all(other.seen == () for other in others)
    assert "Seen of" not in repr(build(finished(), LATER))
    assert not any(member.first_name in repr(adopted.seen) for member in finished().members)


def test_what_was_seen_stays_when_its_author_leaves_and_an_earlier_report_has_its_own() -> None:
    ben = replace(finished().memberships[2], left_on=date(2026, 11, 20))
    assert build(finished().having([ben]), LATER).actions[0].seen[1].role == "Teacher"

    first = build(as_of(finished(), 1, (), (), ()), LATER)
    assert [each.text for action in first.actions for each in action.seen] == ["Seen of it in the first cycle"]


def test_actions_are_counted_by_what_became_of_them() -> None:
    assert build(finished(), LATER).tally() == (("adopt", 1), ("adapt", 1), ("blocked", 1))
    assert build(team(3).having(begun()), LATER).tally() == ()


def test_what_is_open_goes_on_and_what_was_adopted_is_how_we_work() -> None:
    report = build(finished(), LATER)

    assert [action.what for action in report.carried_actions()] == ["Swap one lesson", "Ask for a room"]
    assert texts(report.carried_needs()) == ["Fewer interruptions", "Books that students choose"]
    assert [(each.what, each.review_on) for each in report.practices] == [
        ("Plan on Tuesdays", date(2027, 3, 5)),
        ("Post the bell plan", date(2026, 12, 4)),
    ]


def test_a_decision_says_who_was_asked_by_role_and_every_concern_without_a_name() -> None:
    consent, told = build(finished(), LATER).decisions

    assert consent.posted_by == "Administrator"
    assert consent.asked == "4 teachers · 1 teacher in a hybrid role · 1 support staff member"
    assert consent.spoke == "4 of 6"
    assert [(each.kind, each.reason) for each in consent.concerns] == [("worry", "Coaches lose their slot")]
    assert (consent.closed_on, consent.review_on) == (date(2026, 10, 28), date(2027, 1, 12))
    assert (told.mode, told.reason, told.asked, told.spoke) == ("tell", "The gym is free", "", "")
    assert not any(member.first_name in repr((consent, told)) for member in finished().members)


def test_nothing_that_was_said_is_shown_while_a_decision_is_open() -> None:
    closed = finished().decisions[0]
    shown = build(finished().having([replace(closed, state="open", closed_at=None, outcome="")]), LATER).decisions[0]

    assert (shown.concerns, shown.spoke) == ((), "")
    assert shown.closes_on == date(2026, 10, 28)


@pytest.mark.parametrize("day", [27, 28, 29])
def test_a_concern_stays_whenever_its_author_leaves_the_team(day: int) -> None:
    ben = finished().memberships[2]
    gone = finished().having([replace(ben, left_on=date(2026, 10, day))])

    assert build(gone, LATER).decisions == build(finished(), LATER).decisions


def test_only_shared_lines_are_learned_from_and_only_named_ones_have_names() -> None:
    noticed, well = build(finished(), LATER).learned

    assert noticed.label == "What we noticed"
    assert [(voice.text, voice.name) for voice in noticed.voices] == [("Students asked each other", "Cai Wu")]
    assert well.label == "What went well"
    assert [voice.text for voice in well.voices] == ["A plan on one page", "We listened"]
    assert not any(voice.name or voice.on for voice in well.voices)


def test_the_course_tells_what_was_moved_paused_and_skipped_and_why() -> None:
    skipping = (*FINISHED[:3], "10-19 opened plan We know the need", *FINISHED[4:])
    report = build(team(5).having([*begun(), *course(*skipping)]), LATER)

    assert notes(report, "Needs and resources") == [
        ("On October 12, 2026 the meeting was moved to October 21, 2026", ""),
        ("Skipped", "We know the need"),
    ]
    assert notes(report, "Act") == [
        ("Paused on November 3, 2026", "A storm closed two buildings"),
        ("Resumed on November 9, 2026", ""),
    ]


def test_a_phase_that_had_what_it_came_for_was_closed_early_and_not_skipped() -> None:
    early = (*FINISHED[:3], "10-19 opened plan We chose already", *FINISHED[4:])
    report = build(team(5).having([*begun(), *grounds(), *course(*early)]), LATER)

    assert notes(report, "Needs and resources")[-1] == ("Closed early", "We chose already")


def test_a_reopened_phase_stands_twice_and_says_why() -> None:
    report = build(team(5).having([*begun(), *grounds(), *course(*REOPENED)]), LATER)
    phases = [stage.phase for stage in report.stages]

    assert phases == ["Convene", "Needs and resources", "Plan", "Needs and resources"]
    assert notes(report, "Needs and resources")[-1] == ("Opened again", "A new class arrived")
    assert notes(report, "Plan") == []
    assert report.stages[-1].closed_on is None
    assert report.when == "Started October 5, 2026 and still running, planned for 9 open school weeks"


def test_a_phase_that_was_done_in_the_room_says_so_once() -> None:
    moves = course("10-05 opened convene", "10-07 met convene", "10-07 opened needs done in the room")
    report = build(team(3).having([*begun(), *moves]), LATER)

    assert notes(report, "Convene") == [("Done in the room on October 7, 2026", "")]


@pytest.mark.parametrize("size", range(1, 9))
def test_small_teams_show_no_figures_about_who_said_what(size: int) -> None:
    report = build(finished(size), LATER)
    consent = report.decisions[0]

    dots = [need.dots for need in report.needs if need.dots is not None]
    assert dots == ([] if size < 6 else [2 * size, 0, size])
    assert bool(consent.spoke) == (size >= 6)
    assert any(character.isdigit() for character in consent.asked) == (size >= 6)


def test_a_tie_is_told_to_every_team_and_a_few_ballots_to_none() -> None:
    tie = [Ballot(T, 2, "ana", {"1": 2, "4": 2}), Ballot(T, 2, "ben", {"1": 1, "4": 1})]
    for size in (3, 8):
        report = build(team(size).having([*begun(), *grounds(), *tie, *course(*FINISHED)]), LATER)
        assert [need.number for need in report.needs if "tied" in need.marks] == [1, 4]
        assert {need.dots for need in report.needs} == {None}


def test_dots_are_not_shown_while_people_vote() -> None:
    voting = replace(finished(8), moves=tuple(course(*FINISHED[:3])))

    assert {need.dots for need in build(voting, LATER).needs} == {None}


def test_every_outcome_of_the_theory_of_action_has_its_line() -> None:
    report = build(finished(), LATER)

    assert [each.outcome for each in report.evidence] == [aim.say for aim in finished().scripts.aims()]
    assert len(report.evidence) == 4
    assert {each.text for each in report.evidence} == {"No evidence recorded"}


def test_the_order_in_which_facts_were_loaded_does_not_matter() -> None:
    for seed in range(5):
        assert build(shuffled(finished(), seed), LATER) == build(finished(), LATER)


def answer(room: Room, member: str = "ana") -> Message:
    """What the person is answered to `report`."""
    reply = COMMANDS[0].run(Call(room, room.member(member), at("12-14"))).reply
    assert isinstance(reply, Note)
    return reply.message


def test_the_command_answers_in_short() -> None:
    message = answer(finished())
    lines = [(item.label, item.text, item.detail) for item in message.items]

    assert message.title == "Leadership team: cycle 2"
    assert lines[:3] == [
        ("Priority of Practice", "Students ask the questions", ""),
        ("What we chose to work on", "More time to plan", ""),
        ("Decision 1", "Move the PLC day?", "Decided"),
    ]
    assert ("Action 2", "Swap one lesson", "Adapted, goes on") in lines
    assert message.items[-1].text.startswith("Swap one lesson · Ask for a room · Fewer interruptions")
    assert all(item.quoted for item in message.items)


def test_the_command_answers_when_a_cycle_has_only_begun() -> None:
    only_begun = team(3).having([begun()[1], *course(*FINISHED[:1])])

    assert answer(only_begun).text.endswith("planned for 9 open school weeks\nNothing is on record yet.")


def test_the_command_says_so_when_there_is_no_cycle() -> None:
    with pytest.raises(Refused, match="no cycle has started"):
        answer(team(3))
