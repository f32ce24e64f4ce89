"""The commands about a school's time: what is set, what is refused, and what a service that runs makes of it."""

from datetime import date
from typing import Any

import pytest

from bot import school_time
from bot.calendar_import import CalendarImportError
from bot.school_time import NotHeld
from flows.calendar import CalendarError, Hours, SchoolCalendar, Span, parse_time
from flows.people import DISTRICT, Hold, School, Team
from storage import agenda, records, tables
from storage.database import Database
from storage.lock import FileLock
from tests.bot.test_cli import done, leadcycle, place, refused
from tests.bot.test_files import SECOND_SCHOOL, closes, imports, on_record

__all__ = ["place"]


@pytest.fixture
async def url(database_url: str) -> str:
    """Two schools, each with one team, and a calendar."""
    await imports(database_url, SECOND_SCHOOL)
    await closes(database_url)
    return database_url


async def schools(url: str) -> dict[str, Any]:
    return {each.name: each for each in await on_record(url, School)}


async def test_hours_and_days_of_the_week_are_set_for_one_school_or_all(url: str) -> None:
    told = await school_time.hours(url, "8:00", "4 pm", "Mon-Thu", "Lincoln")

    assert told == "Lincoln: 08:00 to 16:00 on Mon, Tue, Wed, Thu."
    found = await schools(url)
    assert found["Lincoln"].calendar.hours == Hours(parse_time("8:00"), parse_time("16:00"))
    assert found["Washington"].calendar.hours == Hours(parse_time("7:30"), parse_time("15:30"))
    await school_time.hours(url, "7:00", "15:00", "", "")
    found = await schools(url)
    assert {each.calendar.hours.opens for each in found.values()} == {parse_time("7:00")}
    assert found["Lincoln"].calendar.weekdays == {0, 1, 2, 3}, "what is not named stays"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("25:00", "15:00", "", ""), "not a time of day"),
        (("15:00", "8:00", "", ""), r"School cannot close at 08:00: it opens at 15:00\.$"),
        (("7:30", "3:30", "", ""), r"School cannot close at 03:30: it opens at 07:30\. Did you mean 15:30\?"),
        (("8:00", "15:00", "Fri-Mon", ""), "ends before it begins"),
        (("8:00", "15:00", "weekdays", ""), "not a day of the week"),
        (("8:00", "15:00", "", "Lincon"), "No school is called Lincon. On record: Lincoln, Washington."),
    ],
)
async def test_hours_that_cannot_be_meant_change_nothing(url: str, words: tuple[str, ...], sentence: str) -> None:
    before = await schools(url)
    with pytest.raises((CalendarError, CalendarImportError), match=sentence):
        await school_time.hours(url, *words)

    assert await schools(url) == before


async def test_public_holidays_are_put_beside_what_is_closed_already(database_url: str) -> None:
    await imports(database_url, SECOND_SCHOOL)
    year = "term,2098-08-18,2099-05-22,,\nclosure,2098-11-26,2098-11-28,Thanksgiving,\n"
    await closes(database_url, f"kind,first,last,name,time\n{year}")
    told = await school_time.holidays(database_url, "US", "", "Lincoln", check=True)
    assert told.startswith(
        "Lincoln: 7 public holidays on school days.\n  2098-09-01 Monday: Labor Day (would be closed)"
    )
    assert told.endswith("Nothing was changed.")
    assert "Thanksgiving" not in told, "it is closed already"

    await school_time.holidays(database_url, "US", "", "Lincoln", check=False)
    found = await schools(database_url)
    names = [each.name for each in found["Lincoln"].calendar.closures]
    assert names[:2] == ["Thanksgiving", "Labor Day"]
    assert "Memorial Day" not in names, "the year is over by then"
    assert len(found["Washington"].calendar.closures) == 1
    assert await school_time.holidays(database_url, "US", "", "Lincoln", check=False) == "Lincoln: nothing to add."
    for said, told in (("XX", "Write codes such as US and SC, or a name"), ("South Carolnia", 'mean "South Carolina"')):
        with pytest.raises(CalendarError, match=told):
            await school_time.holidays(database_url, "US", said, "", check=True)
    again = await closes(database_url, f"kind,first,last,name,time\n{year}", "Lincoln", check=True)
    assert "Open again, because the file does not close it: Labor Day (" in again
    assert "Thanksgiving (" not in again.partition("Open again")[2]


@pytest.mark.parametrize("state", ["SC", "sc", "South Carolina", "south carolina"])
def test_a_state_is_known_by_its_code_and_by_its_name(state: str) -> None:
    school = School("s", "Lincoln", SchoolCalendar("America/New_York", (Span(date(2026, 8, 17), date(2027, 5, 28)),)))
    found = school_time._with_holidays(school, "us", state, date(2026, 9, 1)).calendar.closures

    assert "Confederate Memorial Day" in [each.name for each in found]


def test_holidays_that_are_over_are_not_proposed() -> None:
    school = School("s", "Lincoln", SchoolCalendar("America/New_York", (Span(date(2026, 8, 17), date(2027, 5, 28)),)))
    found = school_time._with_holidays(school, "US", "", date(2026, 11, 22)).calendar.closures

    assert found[0].name == "Thanksgiving Day"


async def test_what_is_in_force_is_shown(url: str) -> None:
    await school_time.hold(url, "Lincoln", "a storm")
    told = await school_time.show(url, "Lincoln")

    for line in ("time zone     America/New_York", "hours         07:30 to 15:30 on Mon", "term          2026-08-17"):
        assert line in told
    assert "closed        2026-11-25 to 2026-11-27: Thanksgiving" in told
    assert "on hold       since " in told
    assert ": a storm" in told
    assert "Washington" not in told


async def test_a_school_or_the_district_is_held_and_goes_on(url: str) -> None:
    assert "Lincoln is on hold." in await school_time.hold(url, "Lincoln", "")
    with pytest.raises(NotHeld, match=r"Lincoln is on hold already. `leadcycle resume --school Lincoln` ends it"):
        await school_time.hold(url, "Lincoln", "")
    await school_time.hold(url, "", "a hurricane")
    with pytest.raises(NotHeld, match="Washington is on hold with the whole district"):
        await school_time.resume(url, "Washington")
    held = await on_record(url, Hold)
    assert sorted(each.scope == DISTRICT for each in held) == [False, True]

    assert await school_time.resume(url, "") == (
        "Washington: it goes on. Nothing stale is sent, and the weeks on hold do not count.\n"
        "Still on hold on their own: Lincoln. This ends it:\n  `leadcycle resume --school Lincoln`"
    )
    with pytest.raises(NotHeld, match=r"The whole district is not on hold. Still on hold on their own: Lincoln"):
        await school_time.resume(url, "")
    held = await on_record(url, Hold)
    assert {each.scope == DISTRICT for each in held if each.ended_at} == {True}, "a school's own hold is not the IT's"
    await school_time.hold(url, "", "another hurricane")
    assert await school_time.resume(url, "Lincoln") == (
        "The hold of Lincoln is over. The whole district is on hold until `leadcycle resume`."
    )
    assert (await school_time.resume(url, "")).startswith("Lincoln, Washington: it goes on.")
    await school_time.hold(url, "Lincoln", "")
    assert (await school_time.resume(url, "Lincoln")).startswith("Lincoln: it goes on.")
    assert all(each.ended_at for each in await on_record(url, Hold))
    with pytest.raises(NotHeld, match="Nothing is on hold"):
        await school_time.resume(url, "")
    with pytest.raises(NotHeld, match="Lincoln is not on hold"):
        await school_time.resume(url, "Lincoln")


async def test_every_team_is_looked_at_anew_after_a_change(url: str) -> None:
    async with Database(url) as database, database.begin("district") as store:
        for team in await records.load(store, Team):
            await agenda.plan(store, team.id, store.school_time, None)
    await school_time.hours(url, "8:00", "15:00", "", "Lincoln")
    async with Database(url, read_only=True) as database, database.read("district") as store:
        planned = [row["next_due"] for row in await store.select(tables.agenda)]

    assert sorted(each is not None for each in planned) == [False, True]


def test_the_commands_take_their_words_and_say_what_to_do_instead(place: Any) -> None:
    (place / "people.csv").write_text(SECOND_SCHOOL)
    done("roster", "import", "people.csv")

    assert "Lincoln: 08:00 to 15:00" in done("calendar", "hours", "8:00", "15:00", "--school", "Lincoln")
    assert "time zone" in done("calendar", "show")
    assert "Washington: " in done("calendar", "holidays", "--state", "south carolina", "--check")
    assert "The whole district is on hold" in done("hold", "--because", "a hurricane", typed="y\n")
    assert "goes on" in done("resume")
    lock = FileLock(place / "leadcycle.db")
    assert "Stop that one first" in refused("calendar", "hours", "8:00", "15:00")
    assert "is on hold" in done("hold", "--yes"), "no service has to stop for it"
    assert "goes on" in done("resume")
    lock.release()


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ((), "everything in the whole district (--school stops one school). No reason goes on record (--because)."),
        (("--because", "a storm"), "This stops everything in the whole district (--school stops one school). Hold?"),
        (("--school", "Lincoln"), "This stops everything in Lincoln. No reason goes on record (--because). Hold?"),
    ],
)
def test_a_hold_that_may_be_a_slip_is_asked_about(place: Any, words: tuple[str, ...], asked: str) -> None:
    (place / "people.csv").write_text(SECOND_SCHOOL)
    done("roster", "import", "people.csv")
    result = leadcycle("hold", *words, typed="n\n")

    assert (asked in result.output, result.exit_code) == (True, 1)
    assert "on hold" not in done("calendar", "show")
    assert "is on hold" in done("hold", *words, "--yes")


def test_a_hold_that_cannot_be_is_not_asked_about(place: Any) -> None:
    (place / "people.csv").write_text(SECOND_SCHOOL)
    done("roster", "import", "people.csv")

    assert "No school is called Linkoln. On record: Lincoln, Washington." in refused("hold", "--school", "Linkoln")
    done("hold", "--school", "Lincoln", "--yes")
    assert "Lincoln is on hold already." in refused("hold", "--school", "Lincoln")


def test_a_hold_of_one_school_with_its_reason_is_not_asked_about(place: Any) -> None:
    (place / "people.csv").write_text(SECOND_SCHOOL)
    done("roster", "import", "people.csv")

    assert done("hold", "--school", "Lincoln", "--because", "a storm").startswith("Lincoln is on hold.")
