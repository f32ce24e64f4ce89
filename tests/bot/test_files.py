"""The commands that read or write files: all of a file or nothing of it, and what they say about it."""

import json
import os
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from sqlalchemy import text

from bot import files, sample
from bot.calendar_import import CalendarImportError
from bot.files import NothingToReport, OtherTables, PracticeOnly
from bot.roster_import import RosterError
from flows.people import Member, Membership, School, Team
from storage import everywhere, installations, records
from storage.database import Database
from storage.faults import DatabaseInUse, DatabaseTooNew, NotADatabase
from storage.installations import Installation
from tests.world import School as World
from tests.world import scripts

ROSTER = dedent("""\
    school,team,name,email,roles,meeting_day,time_zone
    Lincoln,Grade 4,Lena Ortiz,lena@lincoln.example,principal,Wednesday,America/New_York
    Lincoln,Grade 4,Ana Ruiz,ana@lincoln.example,hybrid; facilitator,,
    Lincoln,Grade 4,Ben Carter,ben@lincoln.example,teacher,,
    """)
SECOND_SCHOOL = ROSTER + "".join(
    line.replace("lincoln", "washington").replace("Lincoln", "Washington") + "\n" for line in ROSTER.splitlines()[1:]
)
CALENDAR = dedent("""\
    kind,first,last,name,time
    term,2026-08-17,2027-05-28,The year,
    closure,2026-11-25,2026-11-27,Thanksgiving,
    """)


async def imports(url: str, roster: str = ROSTER, check: bool = False) -> str:
    return await files.import_roster(url, roster.encode(), check)


async def closes(url: str, calendar: str = CALENDAR, school: str = "", check: bool = False) -> str:
    return await files.import_calendar(url, calendar.encode(), school, check)


async def on_record(url: str, *kinds: type) -> list[Any]:
    """Everything of these kinds, as another process would read it."""
    async with Database(url, read_only=True) as database, database.read("district") as store:
        return [fact for kind in kinds for fact in await records.load(store, kind)]


async def everything(url: str) -> list[Any]:
    async with Database(url, read_only=True) as database, database.look_everywhere() as looking:
        tenants = await everywhere.tenants(looking)
    return [*tenants, *await on_record(url, School, Team, Member, Membership)]


async def is_older(url: str) -> None:
    """Leave tables behind that are not those of this version."""
    async with Database(url) as database, database.writer.begin() as connection:
        await connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))


async def is_newer(url: str) -> None:
    async with Database(url) as database, database.writer.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999', oldest = '9998'"))


async def is_practice(url: str) -> None:
    async with Database(url) as database, database.begin(sample.TENANT) as store:
        await sample.found_school(store)


# ---------------------------------------------------------------- tables


async def test_migrating_makes_the_tables_and_once_more_changes_nothing(empty_url: str) -> None:
    told = await files.migrate(empty_url)

    assert told.endswith(" has the tables of this version.")
    assert await files.migrate(empty_url) == told
    assert await everything(empty_url) == []


async def test_a_database_that_a_newer_version_used_is_refused_and_stays_as_it_is(database_url: str) -> None:
    await is_newer(database_url)

    with pytest.raises(DatabaseTooNew, match="restore the backup from before the upgrade"):
        await files.migrate(database_url)
    with pytest.raises(DatabaseTooNew):
        await imports(database_url)
    with pytest.raises(DatabaseTooNew):
        await files.export(database_url)


async def test_reading_an_older_database_says_to_migrate_it_first(empty_url: str) -> None:
    await is_older(empty_url)

    for reading in (
        files.export(empty_url),
        files.write_report(empty_url, scripts(), "", Path("report")),
        imports(empty_url, check=True),
        closes(empty_url, check=True),
    ):
        with pytest.raises(OtherTables, match="Run `leadcycle migrate` first"):
            await reading


async def test_what_writes_wants_a_sqlite_file_for_itself_and_what_reads_does_not(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/leadcycle.db"
    await imports(url)

    async with Database(url):
        for writing in (files.migrate(url), imports(url), closes(url)):
            with pytest.raises(DatabaseInUse, match="Stop that one first"):
                await writing
        assert "nothing changed" in await imports(url, check=True)
        assert "is good" in await closes(url, check=True)
        assert len((await files.export(url))["member"]) == 3


# ---------------------------------------------------------------- the roster


async def test_a_roster_is_imported_and_once_more_changes_nothing(empty_url: str) -> None:
    assert await imports(empty_url) == ("3 people, 1 team, 1 school: 3 new\nLincoln is new.\nGrade 4 (Lincoln) is new.")
    before = await everything(empty_url)

    assert await imports(empty_url) == "3 people, 1 team, 1 school: nothing changed"
    assert await everything(empty_url) == before
    assert {member.name for member in await on_record(empty_url, Member)} == {"Lena Ortiz", "Ana Ruiz", "Ben Carter"}


@pytest.mark.parametrize("check", [True, False])
async def test_a_file_with_one_line_for_a_team_on_record_is_enough(database_url: str, check: bool) -> None:
    await imports(database_url)
    (header,) = ROSTER.splitlines(keepends=True)[:1]
    sam = "Lincoln,Grade 4,Sam Lee,sam@lincoln.example,teacher,,\n"

    told = await imports(database_url, header + sam, check)
    assert told.startswith("1 person, 1 team, 1 school: 1 new")
    assert "another order" not in told

    ben = "school,team,name,email,roles,left\nLincoln,Grade 4,Ben Carter,ben@lincoln.example,teacher,2026-09-01\n"
    told = await imports(database_url, ben, check)
    assert told.splitlines()[:2] == [
        "1 person, 1 team, 1 school: 1 changed",
        "Ben Carter in Grade 4 (Lincoln): left 2026-09-01 instead of no.",
    ]
    assert "another order" not in told
    with pytest.raises(RosterError, match='the team "Grade 5" has no administrator'):
        await imports(database_url, header + sam.replace("Grade 4", "Grade 5"), check)
    with pytest.raises(RosterError, match="would be without an administrator"):
        await imports(database_url, header + "Lincoln,Grade 4,Lena Ortiz,lena@lincoln.example,teacher,,\n", check)


async def test_a_new_team_is_visited_soon(database_url: str) -> None:
    await imports(database_url)
    async with Database(database_url, read_only=True) as database, database.look_everywhere() as looking:
        assert len(await everywhere.due_teams(looking)) == 1


async def test_a_roster_that_is_half_wrong_names_every_line_and_imports_nothing(database_url: str) -> None:
    await imports(database_url)
    before = await everything(database_url)
    wrong = ROSTER.replace("Ben Carter", "Ben Cartwright").replace("hybrid;", "techer;").replace("lena@", "lena at ")
    wrong += "Lincoln,Grade 4,Sam Lee,,support staff,,\n"

    with pytest.raises(RosterError) as refused:
        await imports(database_url, wrong)

    assert str(refused.value).splitlines() == [
        'line 2: "lena at lincoln.example" is not an e-mail address. Write it like ana@lincoln.example.',
        'line 3: "techer" is not a role. Did you mean "teacher"?',
        "line 5: email is empty.",
    ]
    assert await everything(database_url) == before


@pytest.mark.parametrize("check", [True, False])
async def test_a_new_school_without_a_time_zone_is_named_beside_all_other_mistakes(empty_url: str, check: bool) -> None:
    await imports(empty_url)
    wrong = SECOND_SCHOOL.replace("America/New_York", "").replace("ben@washington", "ben at washington")

    with pytest.raises(RosterError) as refused:
        await imports(empty_url, wrong, check=check)

    assert str(refused.value).splitlines() == [
        'line 5: the school "Washington" is new and has no time zone. Fill in the column time_zone.',
        'line 7: "ben at washington.example" is not an e-mail address. Write it like ana@lincoln.example.',
    ]


async def test_the_first_file_of_all_is_told_everything_at_once(tmp_path: Path) -> None:
    wrong = ROSTER.replace("America/New_York", "").replace("teacher", "techer")
    with pytest.raises(RosterError) as refused:
        await imports(f"sqlite:///{tmp_path}/leadcycle.db", wrong)
    assert [line[:7] for line in str(refused.value).splitlines()] == ["line 2:", "line 4:"]
    assert os.listdir(tmp_path) == []


async def test_the_example_of_the_documentation_is_imported_as_it_is_printed(empty_url: str) -> None:
    page = (Path(__file__).parents[2] / "docs" / "roster.md").read_text("utf-8")
    example = page.split("```csv\n")[1].split("```")[0]
    assert (await imports(empty_url, example)).startswith("8 people, 2 teams, 2 schools: 8 new\n")


async def test_a_check_says_what_would_happen_and_changes_nothing(database_url: str) -> None:
    await imports(database_url)
    before = await everything(database_url)
    changed = ROSTER.replace("Ben Carter", "Benjamin Carter") + (
        "Lincoln,Grade 4,Sam Lee,sam@lincoln.example,support staff,,\n"
    )

    told = await imports(database_url, changed, check=True)

    assert told.startswith("4 people, 1 team, 1 school: 1 new, 1 changed\n")
    assert told.endswith("\nNothing was changed.")
    assert await everything(database_url) == before
    assert (await imports(database_url, changed)).startswith("4 people, 1 team, 1 school: 1 new, 1 changed\n")


async def test_a_check_before_there_is_a_database_makes_none(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/leadcycle.db"

    assert (await imports(url, check=True)).startswith("3 people, 1 team, 1 school: 3 new\n")
    with pytest.raises(CalendarImportError, match="Import the roster first"):
        await closes(url, check=True)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("check", [True, False])
async def test_real_people_and_days_are_not_mixed_with_the_practice_school(database_url: str, check: bool) -> None:
    await is_practice(database_url)
    before = await everything(database_url)

    for importing in (imports(database_url, check=check), closes(database_url, check=check)):
        with pytest.raises(PracticeOnly, match="Name another database"):
            await importing
    assert await everything(database_url) == before


# ---------------------------------------------------------------- the calendar


async def test_a_calendar_is_put_in_place_for_every_school(database_url: str) -> None:
    await imports(database_url, SECOND_SCHOOL)

    told = await closes(database_url)

    schools, _, understood = told.removeprefix("The calendars of ").partition(" are in place: ")
    assert sorted(schools.split(", ")) == ["Lincoln", "Washington"]
    assert understood == "1 term, 1 closure, no half day."
    for school in await on_record(database_url, School):
        assert [closure.name for closure in school.calendar.closures] == ["Thanksgiving"]
        assert school.calendar.zone == "America/New_York"


async def test_a_calendar_of_one_school_leaves_the_others_alone(database_url: str) -> None:
    await imports(database_url, SECOND_SCHOOL)

    assert await closes(database_url, school="Washington") == (
        "The calendar of Washington is in place: 1 term, 1 closure, no half day."
    )
    found = {school.name: len(school.calendar.closures) for school in await on_record(database_url, School)}
    assert found == {"Lincoln": 0, "Washington": 1}


async def test_a_school_that_is_not_on_record_is_refused_with_those_that_are(database_url: str) -> None:
    with pytest.raises(CalendarImportError, match="There is no school on record yet"):
        await closes(database_url)
    await imports(database_url)
    with pytest.raises(CalendarImportError, match=r"No school is called Lincon\. On record: Lincoln\."):
        await closes(database_url, school="Lincon")


async def test_a_calendar_that_is_half_wrong_names_every_line_and_changes_nothing(database_url: str) -> None:
    await imports(database_url)
    before = await everything(database_url)

    with pytest.raises(CalendarImportError) as refused:
        await closes(database_url, CALENDAR + "closure,2027-02-30,,Break,\nholiday,2027-03-01,,,\n")

    assert [line.split(":")[0] for line in str(refused.value).splitlines()] == ["line 4", "line 5"]
    assert await everything(database_url) == before


async def test_a_closure_that_closes_nothing_is_noted_by_its_line_and_imported_all_the_same(database_url: str) -> None:
    await imports(database_url)
    told = await closes(
        database_url,
        CALENDAR + "closure,2027-01-02,2027-01-03,Winter fair,\nclosure,2028-07-05,,Too late,\n",
        check=True,
    )

    good, fair, late = told.splitlines()
    assert good.endswith("1 term, 3 closures, no half day. Nothing was changed.")
    assert fair == 'note  line 4: "Winter fair" is on Saturday, 2027-01-02, without school anyway. Is the date right?'
    assert late == 'note  line 5: "Too late" (2028-07-05) lies outside every term. Is the date right?'


async def test_a_checked_calendar_changes_nothing(database_url: str) -> None:
    await imports(database_url)
    before = await everything(database_url)

    assert await closes(database_url, check=True) == (
        "The calendar is good for Lincoln: 1 term, 1 closure, no half day. Nothing was changed."
    )
    assert await everything(database_url) == before


# ---------------------------------------------------------------- reports and exports


async def test_the_report_of_an_earlier_cycle_is_written_by_its_number(school: World, tmp_path: Path) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("reflect")
    await ana.says("cycle next because the year ends")
    await ana.starts("in the room")

    written = await files.write_report(school.url, scripts(), "", tmp_path, cycle=1)

    assert "cycle 1" in written[1].read_text("utf-8").splitlines()[0]
    with pytest.raises(NothingToReport, match=r"Leadership team has no cycle 3\. On record: 1, 2\."):
        await files.write_report(school.url, scripts(), "", tmp_path, cycle=3)


async def test_a_report_is_written_beside_the_running_application(school: World, tmp_path: Path) -> None:
    await school.team("Ana", "Ben", administrator="Lena")
    with pytest.raises(NothingToReport, match="Leadership team has not started a cycle yet"):
        await files.write_report(school.url, scripts(), "", tmp_path)
    await school.comes_to("plan")

    written = await files.write_report(school.url, scripts(), "", tmp_path / "made" / "for it")

    assert [path.name for path in written] == [
        "report.html",
        "report.md",
        "actions.csv",
        "asks.csv",
        "decisions.csv",
        "needs.csv",
        "outcomes.csv",
    ]
    assert "More time to plan together" in written[1].read_text("utf-8")


async def test_of_several_teams_one_has_to_be_named(school: World, tmp_path: Path) -> None:
    await school.team("Ana", "Ben", administrator="Lena")
    await school.another_team("science", "Cy", administrator="Lena", channel="science")

    for name, wanted in (("", "Name the team whose report you want."), ("Physics", "No team is called Physics.")):
        with pytest.raises(NothingToReport) as refused:
            await files.write_report(school.url, scripts(), name, tmp_path)
        assert str(refused.value).splitlines() == [
            f"{wanted} On record:",
            "  Leadership team (Riverside Middle School)",
            "  The science team (Riverside Middle School)",
            'Type it like this: leadcycle report "Leadership team (Riverside Middle School)"',
        ]
    with pytest.raises(NothingToReport, match="The science team has not started a cycle yet"):
        await files.write_report(school.url, scripts(), "The science team", tmp_path)


async def test_teams_of_the_same_name_are_told_apart_by_their_school(database_url: str, tmp_path: Path) -> None:
    await imports(database_url, SECOND_SCHOOL)

    with pytest.raises(NothingToReport, match="Name the team"):
        await files.write_report(database_url, scripts(), "Grade 4", tmp_path)
    with pytest.raises(NothingToReport, match="Grade 4 has not started a cycle yet"):
        await files.write_report(database_url, scripts(), "Grade 4 (Washington)", tmp_path)


async def test_everything_on_record_is_exported_and_nothing_of_the_machinery(school: World) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await ana.says("met")
    await school.until("2027-02-08 08:00")
    await ana.fills(strength=None, need="Planning time", evidence=None, area="time")
    async with school.rehearsal.database.begin(sample.TENANT) as store:
        await installations.install(store, "slack", Installation("T1", token="xoxb-secret"))

    exported = await files.export(school.url)
    rows = {kind: [json.loads(line) for line in lines] for kind, lines in exported.items()}

    assert {row["name"] for row in rows["member"]} == {"Ana A.", "Ben B.", "Lena L."}
    assert [row["text"] for row in rows["need"]] == ["Planning time"]
    given = [row for row in rows["answer"] if row["step"] == "need"]
    assert [(row["value"], row["revision"]) for row in given] == [("Planning time", 1)]
    assert given[0]["words"] == "What *one* change would help your learners most this term?"
    assert "answers" not in rows["conversation"][0]
    assert not {"outbox", "inbox", "installation", "agenda"} & set(rows)
    assert "xoxb-secret" not in str(rows)


async def test_words_that_wait_for_their_author_are_not_exported(school: World) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await ana.says("need Jayden cannot read yet")

    assert (await school.room()).doubts
    assert "Jayden" not in str(await files.export(school.url))


async def test_an_export_is_the_same_twice(school: World) -> None:
    await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("plan")
    assert await files.export(school.url) == await files.export(school.url)


async def test_reading_where_there_is_no_database_makes_none(tmp_path: Path) -> None:
    for reading in (
        files.export(f"sqlite:///{tmp_path}/none.db"),
        files.write_report(f"sqlite:///{tmp_path}/none.db", scripts(), "", tmp_path),
    ):
        with pytest.raises(NotADatabase, match="There is no database file"):
            await reading
    assert os.listdir(tmp_path) == []
