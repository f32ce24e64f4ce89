"""A coach sees what the team agreed to show, who else reads along what it has settled; all others see it all."""

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest

from bot.reports import html
from flows import sight
from flows.command_table import COMMANDS
from flows.overview import glance
from flows.people import Role
from flows.records import KEYS, Charter, Line
from flows.report import build
from flows.sight import LEVELS
from tests.world import Rules, told

WORDS = {
    "course": ("SECRET-norm", "SECRET-need", "SECRET-resource", "SECRET-action", "SECRET-decision"),
    "work": ("SECRET-decision",),
    "decisions": (),
}
"""What a coach must read nowhere at each level."""
NEVER = ("SECRET-worry", "SECRET-line", "SECRET-seen")
ROLE = {"observer": "oda", "district leader": "dan"}
"""Who reads along besides a coach."""
READING = [name for name, command in COMMANDS.commands.items() if command.matter not in ("answer",)]


def team(shown: str) -> Rules:
    """A team with something of every kind on record, each with words by which it is known."""
    beside = {id: role for role, id in ROLE.items()}
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", kay="coach", **beside)
    rules.starts("ana")
    rules.fills("ana", "order charter change", priority="Feedback", norms="SECRET-norm", coach=shown)
    rules.room = rules.room.having([Charter("team", 1, "SECRET-norm", "why", "SECRET-norm", "ana", shown)])
    rules.says("ana", "met")
    rules.says("ben", "need SECRET-need")
    rules.says("ben", "resource SECRET-resource")
    rules.says("ben", "action SECRET-action")
    due = {"what": "SECRET-action", "owner": "ben", "due": "2027-03-01", "need": "1", "resource": "1"}
    rules.fills("ben", "order action", prediction="p", measure="m", **due)
    rules.fills("ben", "order action evidence", action="1", words="SECRET-seen")
    rules.fills("lena", "order decide", question="SECRET-decision", mode="consent")
    rules.says("lena", "decide post 1")
    rules.now += timedelta(minutes=10)
    rules.says("ben", "stand 1 worry because SECRET-worry")
    shared = Line(
        "team", 1, 1, "reflect", "learned", "reflect#learned.0", "ben", True, "SECRET-line", rules.room.today(rules.now)
    )
    rules.room = rules.room.having([shared])
    assert rules.room.actions
    assert rules.room.evidences
    assert rules.room.stands
    return rules


@pytest.mark.parametrize("shown", LEVELS)
def test_no_command_tells_a_coach_more_than_was_agreed(shown: str) -> None:
    rules = team(shown)
    room = rules.room

    for name in READING:
        for rest in ("", " 1"):
            rules.room = room
            said = told(rules.says("kay", name + rest))
            for word in (*WORDS[shown], *NEVER):
                assert word not in said, f"{name}{rest}"


@pytest.mark.parametrize("who", ROLE.values())
def test_who_reads_along_reads_no_raw_words_and_nothing_that_was_said_to_a_decision(who: str) -> None:
    rules = team("course")
    rules.says("ben", "need SECRET-unchosen")
    rules.fills("lena", "order decide", question="Returned", mode="consent")
    rules.says("lena", "decide post 2")
    rules.now += timedelta(minutes=10)
    rules.says("ben", "stand 2 harm because SECRET-harm")
    rules.fills("lena", "order decide", question="Advised", mode="advice")
    rules.says("lena", "decide post 3")
    rules.now += timedelta(minutes=10)
    rules.says("ben", "stand 3 advice SECRET-advice")
    returned = [replace(each, state="returned") if each.number > 1 else each for each in rules.room.decisions]
    rules.room = rules.room.having(returned)
    assert "SECRET-harm" in told(rules.says("ana", "decisions 2"))
    room = rules.room

    for name in READING:
        for rest in ("", " 1", " 2", " 3", " secret"):
            rules.room = room
            said = told(rules.says(who, name + rest))
            for word in (*NEVER, "SECRET-need", "SECRET-unchosen", "SECRET-harm", "SECRET-advice"):
                assert word not in said, f"{name}{rest}"


@pytest.mark.parametrize("who", ROLE.values())
def test_who_reads_along_reads_what_the_team_has_settled_whatever_its_coach_sees(who: str) -> None:
    rules = team("course")
    assert "The team has chosen nothing here yet" in told(rules.says(who, "needs"))
    rules.room = rules.room.having([replace(rules.room.needs[0], chosen_in=1)])

    assert "SECRET-need" in told(rules.says(who, "needs"))
    assert "SECRET-resource" in told(rules.says(who, "resources"))
    assert "SECRET-action" in told(rules.says(who, "actions"))
    assert "SECRET-decision" in told(rules.says(who, "decisions"))
    rules.room = rules.room.having([replace(rules.room.actions[0], state="proposed")])
    assert "SECRET-action" not in told(rules.says(who, "actions")), "nobody has taken it yet"
    assert "SECRET-resource" not in told(rules.says(who, "resources"))


def test_colleagues_beyond_the_team_read_nothing_but_the_decisions_that_ask_them() -> None:
    rules = team("decisions")
    rules.says("lena", "team role Oda staff")
    assert rules.room.roles("oda") == {Role.STAFF}
    room = rules.room

    for name in READING:
        for rest in ("", " 1"):
            rules.room = room
            assert "SECRET" not in told(rules.says("oda", name + rest)), f"{name}{rest}"
    rules.room = room.having([replace(room.decisions[0], asked=("oda",))])
    assert "SECRET-decision" in told(rules.says("oda", "decisions 1"))
    assert not sight.seen(rules.room, "oda").needs


def test_nobody_beside_the_team_reads_why_a_phase_was_closed_early() -> None:
    rules = team("decisions")
    rules.room = rules.room.having([replace(rules.room.moves[-1], reason="Wes was out sick")])

    for who in ("kay", "oda", "dan"):
        assert not any(each.reason for each in sight.seen(rules.room, who).moves)
    assert sight.seen(rules.room, "ana").moves[-1].reason == "Wes was out sick"


def page(rules: Rules, who: str) -> str:
    """The report as a page for this person."""
    seen = sight.seen(rules.room, who)
    return html.draw(build(seen, rules.now, rules.room.member(who)))


def test_a_report_leaves_out_what_its_reader_may_not_see_and_does_not_call_it_absent() -> None:
    rules, learned = team("work"), "What we learned"

    for who, heading in (("kay", "Decisions"), ("kay", "What we asked for"), ("oda", learned), ("kay", learned)):
        assert f">{heading}</h2>" not in page(rules, who), (who, heading)
        assert f">{heading}</h2>" in page(rules, "ben")
    for who in ("kay", "oda", "dan"):
        drawn = page(rules, who)
        assert "Nobody has shared a line" not in drawn
        assert "No need is on record" not in drawn
        assert "this is not all of the report" in drawn
        assert "this is not all of the report" in told(rules.says(who, "report"))
    assert "SECRET-norm" in page(rules, "oda"), "the charter is settled"
    assert "this is not all of the report" not in page(rules, "ben")


def test_who_reads_along_is_not_told_that_a_phase_was_skipped_where_it_was_closed_early() -> None:
    rules = team("decisions")
    rules.says("ana", "cycle next because we are ready")

    assert "Closed early" in page(rules, "ben")
    for who in ("kay", "oda"):
        assert "Skipped" not in page(rules, who)
        assert "we are ready" not in page(rules, who)


def test_what_can_still_be_undone_stands_in_no_report_and_is_counted_nowhere() -> None:
    rules = team("decisions")
    rules.fills("lena", "order decide", question="SECRET-minute", mode="consent")
    rules.says("lena", "decide post 2")
    rules.fills("ben", "order ask", what="SECRET-wish", kind="time", of="dan")
    rules.now += timedelta(minutes=1)

    for who in ("lena", "ben", "dan", "oda", "kay"):
        for words in ("SECRET-minute", "SECRET-wish"):
            assert words not in page(rules, who)
            assert words not in told(rules.says(who, "report"))
    seen_by_ana = glance(rules.room, rules.room.member("ana"), rules.now)
    assert (seen_by_ana.open_decisions, seen_by_ana.open_asks) == (1, 0)
    rules.now += timedelta(minutes=10)
    assert "SECRET-minute" in page(rules, "ana")
    assert "SECRET-wish" in page(rules, "ana")


def test_a_district_leader_who_coaches_sees_what_a_coach_does_and_what_is_asked_of_them() -> None:
    rules = team("course")
    rules.says("lena", "team role Dan coach and district leader")
    rules.fills("ben", "order ask", what="SECRET-ask", kind="time", of="dan")
    rules.now += timedelta(minutes=10)

    assert "SECRET" not in told(rules.says("dan", "needs"))
    assert "SECRET-ask" in told(rules.says("dan", "home"))


def test_everybody_is_told_who_reads_along_and_what_their_coach_sees() -> None:
    rules = team("work")
    for who in ("ben", "oda", "kay"):
        said = told(rules.says(who, "who sees what"))
        assert "Observers and district leaders read what your team has settled" in said
        assert "they do not read needs or resources" in said.casefold()
        assert "A coach reads what your team agreed to show" in said
        assert "Also our charter, needs and plan" in said


def test_what_was_agreed_is_shown() -> None:
    assert "SECRET-need" in told(team("work").says("kay", "needs"))
    assert "SECRET-action" in told(team("work").says("kay", "actions"))
    assert "SECRET-decision" in told(team("decisions").says("kay", "decisions"))
    assert "in its phase" in told(team("course").says("kay", "cycle status"))
    assert "The team decides what its coach sees" in told(team("course").says("kay", "needs"))


def test_without_an_agreement_a_coach_sees_the_least() -> None:
    rules = team("decisions")
    rules.room = replace(rules.room, charters=())

    assert sight.level(rules.room) == "course"
    assert "SECRET" not in told(rules.says("kay", "decisions"))


def test_the_team_changes_what_it_shows_and_says_so() -> None:
    rules = team("decisions")
    rules.fills("ana", "order charter change", priority="Feedback", coach="course")

    assert "SECRET-decision" not in told(rules.says("kay", "decisions"))
    assert "Your coach sees: Our phase and dates only." in told(rules.says("ben", "team"))
    assert "It can be changed: charter change" in told(rules.says("ana", "team"))
    assert "It can be changed" not in told(rules.says("kay", "team")), "a coach cannot"
    wrong = rules.fills("ana", "order charter change", priority="Feedback", coach="everything")
    assert "coach" in wrong.fields


def test_what_a_coach_never_sees_is_there_for_the_team() -> None:
    assert "SECRET-line" in told(team("decisions").says("ana", "report"))
    assert "SECRET-worry" in told(team("decisions").says("ben", "decisions 1"))


def test_everybody_else_sees_all_of_it_also_a_coach_who_is_a_member_too() -> None:
    rules = team("course")
    for who in ("ana", "ben", "lena"):
        assert "SECRET-need" in told(rules.says(who, "needs"))
    rules.says("lena", "team role Kay coach and teacher")
    assert rules.room.roles("kay") == {Role.COACH, Role.TEACHER}
    assert "SECRET-decision" in told(rules.says("kay", "decisions"))


def test_every_kind_of_record_is_shown_from_a_level_on_or_never_or_is_the_course_itself() -> None:
    """A new kind of record is hidden from coaches until somebody decides that it is not."""
    plural = {kind.__name__.lower() + "s" for kind in KEYS}
    course = {"cycles", "moves", "occurrences", "leads", "consents"}

    shown = sight.seen(team("course").room, "kay")
    assert {name for name in plural if getattr(shown, name)} <= course
    assert fields(shown)


def test_the_level_of_the_team_is_said_by_its_guides() -> None:
    rules = team("course")
    assert "exploring, starting, practising, sustaining" in told(rules.says("ana", "team level flying"))
    rules.says("ana", "team level Starting")

    assert "The school places the team at: starting." in told(rules.says("kay", "team"))
    assert rules.room.today(rules.now) == date(2027, 2, 1)


def test_the_level_of_the_team_is_read_in_each_reader_s_language() -> None:
    rules = team("course")
    members = tuple(replace(each, language="es") if each.id == "ana" else each for each in rules.room.members)
    rules.room = replace(rules.room, members=members)
    rules.says("ana", "team level comenzando")

    assert rules.room.team.level == "starting"
    assert "The school places the team at: starting." in told(rules.says("kay", "team"))
    assert "comenzando" in told(rules.says("ana", "team"))
