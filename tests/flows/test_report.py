"""What the report of a cycle says, and what it never says."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pytest

from flows.calendar import Closure, SchoolCalendar, Span
from flows.commands import Call
from flows.loader import Scripts, load_scripts
from flows.messages import Message, Note
from flows.orders.report import COMMANDS
from flows.outcome import Fact, Refused
from flows.people import Member, Membership, Role, School, Team
from flows.records import Action, Ballot, Charter, Cycle, Decision, Line, Move, Need, Resource, Result, Stand
from flows.report import OUTCOMES, Report, build
from flows.room import Room

T = "team"
NAMES = ("Lena Ortiz", "Ana Ruiz", "Ben Cole", "Cai Wu", "Dee Fox", "Eli Roy", "Fay Kim", "Gus Lee")
ROLES = (Role.ADMINISTRATOR, Role.HYBRID, Role.TEACHER, Role.TEACHER, Role.SUPPORT, Role.TEACHER, Role.TEACHER, Role.TEACHER)
CALENDAR = SchoolCalendar(
    "America/New_York",
    (Span(date(2026, 8, 17), date(2027, 5, 28)),),
    (Closure(date(2026, 11, 23), date(2026, 11, 27), "Thanksgiving"),),
)


@cache
def scripts() -> Scripts:
    return load_scripts()


def team(size: int) -> Room:
    """A team of so many people: an administrator, a teacher in a hybrid role, teachers and support staff."""
    people = list(zip(NAMES, ROLES, strict=True))[:size]
    return Room(
        School("s", "Lincoln Middle School", CALENDAR),
        Team(T, "s", "Leadership team"),
        scripts(),
        members=tuple(Member(name.split()[0].lower(), name) for name, _ in people),
        memberships=tuple(
            Membership(T, name.split()[0].lower(), (role,), place) for place, (name, role) in enumerate(people)
        ),
    )


def at(day: str) -> datetime:
    """Noon in UTC on that day."""
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).replace(hour=16)


def course(*moves: tuple[str, str, str, str]) -> list[Move]:
    """The moves of cycle 2 as (day, kind, phase, reason): those with a reason are somebody's, the others the timetable's."""
    return [
        Move(T, 2, number, kind, phase, at(day), "lena" if reason else "", reason, date(2026, 10, 21) if kind == "extended" else None)
        for number, (day, kind, phase, reason) in enumerate(moves, 1)
    ]


FINISHED = (
    ("2026-10-05", "opened", "convene", ""),
    ("2026-10-08", "opened", "needs", ""),
    ("2026-10-12", "extended", "needs", ""),
    ("2026-10-22", "opened", "plan", ""),
    ("2026-10-29", "opened", "act", ""),
    ("2026-11-03", "paused", "act", "A storm closed two buildings"),
    ("2026-11-09", "resumed", "act", ""),
    ("2026-12-07", "opened", "reflect", ""),
    ("2026-12-11", "finished", "reflect", ""),
)


def grounds() -> list[Fact]:
    """What cycle 2 stands on: charter, needs, resources, dots."""
    return [
        Cycle(T, 1, date(2026, 8, 17), 6),
        Cycle(T, 2, date(2026, 10, 5), 9),
        Charter(T, 2, "We start on time.\nIt is fine to disagree.", "Better talk in every room", "Students ask the questions", "ana"),
        Need(T, 1, 1, "ben", "", "Fewer interruptions", "The bell log of September"),
        Need(T, 2, 2, "ana", "", "More time to plan together", "Three of five PLC days were cut short", state="met", chosen_in=2),
        Need(T, 3, 2, "cai", "", "Planning time with the other grade", merged_into=2),
        Need(T, 4, 2, "ben", "", "Books that students choose"),
        Need(T, 5, 2, "ben", "", "Words taken back", state="withdrawn"),
        Need(T, 6, 1, "ben", "", "Solved in the first cycle", state="met", chosen_in=1),
        Resource(T, 1, 2, "dee", "", "The media specialist"),
        Resource(T, 2, 2, "dee", "", "A resource taken back", state="withdrawn"),
    ]


def work() -> list[Fact]:
    """What cycle 2 did: actions and their results."""
    made: dict[str, Any] = {"proposed_by": "lena", "state": "open", "need": 2, "resource": 1}
    return [
        Action(T, 1, 2, "Plan on Tuesdays", "ana", date(2026, 11, 6), **{**made, "state": "done"}, prediction="Two shared lessons a week", measure="The shared folder", review_on=date(2027, 3, 5)),
        Action(T, 2, 2, "Swap one lesson", "ben", date(2026, 11, 13), **made, prediction="Calmer Fridays"),
        Action(T, 3, 2, "Ask for a room", "lena", date(2026, 11, 20), **made, status="blocked", blocker="No free room"),
        Action(T, 4, 2, "Never accepted", "ben", date(2026, 11, 20), **{**made, "state": "declined"}),
        Action(T, 5, 1, "Post the bell plan", "cai", date(2026, 9, 18), "lena", state="done", review_on=date(2026, 12, 4)),
        Result(T, 1, 2, "Three shared lessons a week", "adopt"),
        Result(T, 2, 2, "Fridays were as before", "adapt"),
    ]


def talk() -> list[Fact]:
    """What was decided and shared in cycle 2."""
    asked = ("ana", "ben", "cai", "dee", "eli", "fay")
    return [
        Decision(T, 1, 2, "consent", "Move the PLC day to Tuesday?", "The gym is free", "lena", at("2026-10-26"), asked, 4, at("2026-10-28"), "decided", "Move the PLC day to Tuesday?", "The budget", closed_at=at("2026-10-28"), review_on=date(2027, 1, 12)),
        Decision(T, 2, 2, "tell", "Doors open at 7:20", "The district says so", "lena", at("2026-11-02"), state="decided", outcome="Doors open at 7:20", closed_at=at("2026-11-02")),
        Decision(T, 3, 2, "consent", "Nobody knows of this", "", "lena", at("2026-11-04"), state="draft"),
        Stand(T, 1, "ana", "good", "", at("2026-10-27")),
        Stand(T, 1, "ben", "worry", "Coaches lose their slot", at("2026-10-27")),
        Stand(T, 1, "cai", "good", "", at("2026-10-27")),
        Stand(T, 1, "dee", "good", "", at("2026-10-27")),
        Line(T, 1, 2, "close", "went_well", "o1", "ana", False, "We listened", date(2026, 12, 8)),
        Line(T, 2, 2, "close", "went_well", "o2", "ben", False, "A plan on one page", date(2026, 12, 8)),
        Line(T, 3, 2, "reflect", "what", "o3", "cai", True, "Students asked each other", date(2026, 11, 13)),
        Line(T, 4, 2, "reflect", "what", "o4", "dee", True, "", date(2026, 11, 13)),
    ]  # fmt: skip


def finished(size: int = 7) -> Room:
    """A team of that size after its second cycle; everybody gave three dots."""
    room = team(size)
    ballots = [Ballot(T, 2, member.id, {"2": 1, "3": 1, "4": 1}) for member in room.members]
    return room.having([*grounds(), *work(), *talk(), *ballots, *course(*FINISHED)])


def all_words(report: Report) -> str:
    """Everything in the report but the bot's own vocabulary, as one text."""
    return repr(replace(report, words={}))


def test_the_head_names_the_cycle_its_days_and_its_open_school_weeks() -> None:
    report = build(finished())

    assert (report.school, report.title) == ("Lincoln Middle School", "Leadership team: cycle 2")
    assert report.when == "October 5, 2026 to December 11, 2026 (9 open school weeks)"
    assert report.priority == "Students ask the questions"


def test_needs_come_chosen_first_with_the_words_they_speak_for() -> None:
    first, *others = build(finished()).needs

    assert (first.text, first.marks) == ("More time to plan together", ("chosen", "met"))
    assert first.also == ("Planning time with the other grade",)
    assert [need.text for need in others] == ["Fewer interruptions", "Books that students choose"]


def test_words_that_were_taken_back_and_offers_that_were_declined_are_gone() -> None:
    said = all_words(build(finished()))

    for gone in ("Words taken back", "A resource taken back", "Never accepted", "Nobody knows of this"):
        assert gone not in said


def test_a_need_stands_for_itself_when_the_one_that_spoke_for_it_was_taken_back() -> None:
    room = finished().having([Need(T, 2, 2, "ana", "", "More time to plan together", state="withdrawn", chosen_in=2)])

    assert [need.text for need in build(room).needs][-2:] == ["Planning time with the other grade", "Books that students choose"]


def test_each_prediction_stands_beside_its_result() -> None:
    adopted, adapted, blocked = build(finished()).actions

    assert (adopted.prediction, adopted.result, adopted.end) == ("Two shared lessons a week", "Three shared lessons a week", "adopt")
    assert (adopted.owner, adopted.need, adopted.resource) == ("Ana Ruiz", "More time to plan together", "The media specialist")
    assert (adapted.end, adapted.goes_on) == ("adapt", True)
    assert (blocked.end, blocked.blocker) == ("blocked", "No free room")
    assert build(finished()).tally() == (("adopt", 1), ("adapt", 1), ("blocked", 1))


def test_what_is_open_goes_on_and_what_was_adopted_is_how_we_work() -> None:
    report = build(finished())

    assert [action.what for action in report.carried_actions()] == ["Swap one lesson", "Ask for a room"]
    assert [need.text for need in report.carried_needs()] == ["Fewer interruptions", "Books that students choose"]
    assert [(each.what, each.review_on) for each in report.practices] == [
        ("Plan on Tuesdays", date(2027, 3, 5)),
        ("Post the bell plan", date(2026, 12, 4)),
    ]


def test_a_decision_says_who_was_asked_by_role_and_every_concern_without_a_name() -> None:
    consent, told = build(finished()).decisions

    assert consent.posted_by == "Administrator"
    assert consent.asked == "4 teachers · 1 teacher in a hybrid role · 1 support staff member"
    assert consent.spoke == "4 of 6"
    assert [(each.kind, each.reason) for each in consent.concerns] == [("worry", "Coaches lose their slot")]
    assert (consent.closed_on, consent.review_on) == (date(2026, 10, 28), date(2027, 1, 12))
    assert (told.mode, told.asked, told.spoke) == ("tell", "", "")
    assert "Ben" not in repr(consent)


def test_nothing_that_was_said_is_shown_while_a_decision_is_open() -> None:
    decision = next(each for each in finished().decisions if each.number == 1)
    still_open = finished().having([replace(decision, state="open", closed_at=None, outcome="")])
    shown = build(still_open).decisions[0]

    assert (shown.concerns, shown.spoke, shown.closes_on) == ((), "", date(2026, 10, 28))


def test_who_left_after_a_decision_was_part_of_it() -> None:
    ben = finished().memberships[2]

    assert build(finished().having([replace(ben, left_on=date(2026, 11, 1))])).decisions[0].concerns
    assert not build(finished().having([replace(ben, left_on=date(2026, 10, 28))])).decisions[0].concerns


def test_only_shared_lines_are_learned_from_and_only_named_ones_have_names() -> None:
    noticed, well = build(finished()).learned

    assert (well.label, [voice.text for voice in well.voices]) == ("What went well", ["A plan on one page", "We listened"])
    assert [(voice.text, voice.name) for voice in noticed.voices] == [("Students asked each other", "Cai Wu")]
    assert not any(voice.name or voice.on for voice in well.voices)


def test_the_course_tells_what_was_moved_paused_and_skipped_and_why() -> None:
    moves = (*FINISHED[:3], ("2026-10-19", "opened", "plan", "We know the need"), *FINISHED[4:])
    skipping = team(5).having([*grounds()[:3], *course(*moves)])
    notes = {stage.phase: [(note.text, note.reason) for note in stage.notes] for stage in build(skipping).stages}

    assert notes["Needs and resources"] == [
        ("On October 12, 2026 the meeting was moved to October 21, 2026", ""),
        ("Skipped", "We know the need"),
    ]
    assert notes["Act"][0] == ("Paused on November 3, 2026", "A storm closed two buildings")


def test_a_reopened_phase_stands_twice_and_says_why() -> None:
    moves = (*FINISHED[:4], ("2026-10-26", "opened", "needs", "A new class arrived"))
    report = build(team(5).having([*grounds(), *course(*moves)]))
    again = report.stages[-1]

    assert [stage.phase for stage in report.stages] == ["Convene", "Needs and resources", "Plan", "Needs and resources"]
    assert (again.notes[0].text, again.notes[0].reason, again.closed_on) == ("Opened again", "A new class arrived", None)
    assert report.stages[2].notes == ()
    assert report.when == "Started October 5, 2026 and still running, planned for 9 open school weeks"


def test_a_phase_that_was_done_in_the_room_says_so_once() -> None:
    moves = [
        Move(T, 2, 1, "opened", "convene", at("2026-10-05"), "lena"),
        Move(T, 2, 2, "met", "convene", at("2026-10-07"), "lena"),
        Move(T, 2, 3, "opened", "needs", at("2026-10-07"), "lena", "done in the room"),
    ]
    stage = build(team(3).having([*grounds()[:2], *moves])).stages[0]

    assert [note.text for note in stage.notes] == ["Done in the room on October 7, 2026"]


@pytest.mark.parametrize("size", range(1, 9))
def test_small_teams_show_no_figures_about_who_said_what(size: int) -> None:
    report = build(finished(size))
    figures = [need.dots for need in report.needs if need.dots is not None]
    consent = report.decisions[0]

    assert figures == ([] if size < 6 else [2 * size, 0, size])
    assert bool(consent.spoke) == (size >= 6)
    assert any(character.isdigit() for character in consent.asked) == (size >= 6)


def test_a_tie_is_told_to_every_team_and_a_few_ballots_to_none() -> None:
    tie = [Ballot(T, 2, "ana", {"1": 2, "4": 2}), Ballot(T, 2, "ben", {"1": 1, "4": 1})]
    for size in (3, 8):
        report = build(team(size).having([*grounds(), *tie, *course(*FINISHED)]))
        assert [need.number for need in report.needs if "tied" in need.marks] == [1, 4]
        assert all(need.dots is None for need in report.needs)


def test_dots_are_not_shown_while_people_vote() -> None:
    room = finished(8)
    report = build(replace(room, moves=room.moves[:3]))

    assert all(need.dots is None for need in report.needs)


def test_every_outcome_of_the_theory_of_action_has_its_line() -> None:
    report = build(finished())

    assert len(report.evidence) == len(OUTCOMES) == 4
    assert {each.text for each in report.evidence} == {"No evidence recorded"}


def test_the_order_in_which_facts_were_loaded_does_not_matter() -> None:
    room, rng = finished(), random.Random(7)
    for _ in range(5):
        names = [name for name in room.__slots__ if isinstance(getattr(room, name), tuple)]
        shuffled = {name: tuple(rng.sample(getattr(room, name), len(getattr(room, name)))) for name in names}
        assert build(replace(room, **shuffled)) == build(room)


def answer(room: Room, member: str = "ana") -> Message:
    """What the person is answered to `report`."""
    reply = COMMANDS[0].run(Call(room, room.member(member), at("2026-12-14"))).reply
    assert isinstance(reply, Note)
    return reply.message


def test_the_command_answers_in_short() -> None:
    message = answer(finished())

    assert message.title == "Leadership team: cycle 2"
    assert [(item.label, item.text) for item in message.items][:2] == [
        ("Priority of Practice", "Students ask the questions"),
        ("What we chose to work on", "More time to plan together"),
    ]
    assert [(item.label, item.detail) for item in message.items if item.label == "Action 2"] == [("Action 2", "Adapted, goes on")]
    assert message.items[-1].text.startswith("Swap one lesson · Ask for a room · Fewer interruptions")


def test_the_command_answers_when_a_cycle_has_only_begun_and_before_the_first() -> None:
    begun = team(3).having([Cycle(T, 1, date(2026, 10, 5), 9), *(replace(move, cycle=1) for move in course(*FINISHED[:1]))])

    assert answer(begun).text.endswith("planned for 9 open school weeks\nNothing is on record yet.")
    with pytest.raises(Refused, match="no cycle has started"):
        answer(team(3))
