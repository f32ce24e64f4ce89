"""A roster on record: imported, imported again, and changed, on both databases."""

import asyncio
import csv
import shutil
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from bot.roster import Roster
from bot.roster_import import RosterError, read
from bot.roster_store import Changes, compare, keep
from flows.calendar import CalendarError, Span
from flows.founding import school_year
from flows.people import Member, Membership, Role, School, Team
from storage import installations, people, records
from storage.addresses import Identity
from storage.clock import Clock, HandClock
from storage.database import Database
from storage.installations import Installation

NOW = datetime(2026, 10, 14, 15, 0, tzinfo=UTC)
ZONE = "America/New_York"
HEADER = "school,team,name,email,roles,meeting_day,time_zone,language,slack,left"
LENA = "Lincoln,Grade 4,Lena Ortiz,lena@l.example,principal,,,,,"
ANA = "Lincoln,Grade 4,Ana Ruiz,ana@l.example,hybrid;facilitator,,,,,"
BEN = "Lincoln,Grade 4,Ben Carter,ben@l.example,teacher,,,,,"
SAM = "Lincoln,Grade 4,Sam Lee,sam@l.example,support staff,,,,,"
TEAM = (LENA, ANA, BEN)
OTHER_TEAM = tuple(row.replace("Grade 4", "Science").replace("@l.", "@w.") for row in TEAM)


@pytest.fixture
def clock() -> Clock:
    return HandClock(NOW)


class District:
    """A tenant whose roster is imported; what is on record can be looked at."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.ids = count(1)

    async def imports(self, *rows: str, zone: str = ZONE, header: str = HEADER) -> Changes:
        roster = read("\n".join((header, *rows)))
        async with self.database.read("d1") as store:
            try:
                expected: Changes | RosterError = await compare(store, roster, zone)
            except RosterError as refusal:
                expected = refusal
        async with self.database.begin("d1") as store:
            changes = await keep(store, roster, lambda: f"id{next(self.ids)}", zone)
        assert isinstance(expected, Changes)
        assert (str(changes), changes.news, changes.notes) == (str(expected), expected.news, expected.notes)
        return changes

    async def is_refused(self, *rows: str, zone: str = ZONE) -> tuple[str, ...]:
        before = await self.everything()
        roster = read("\n".join((HEADER, *rows)))
        async with self.database.read("d1") as store:
            with pytest.raises(RosterError) as seen:
                await compare(store, roster, zone)
        with pytest.raises(RosterError) as refused:
            async with self.database.begin("d1") as store:
                await keep(store, roster, lambda: "unused", zone)
        assert await self.everything() == before
        assert seen.value.problems == refused.value.problems
        return refused.value.problems

    async def has(self, *facts: object) -> None:
        async with self.database.begin("d1") as store:
            await records.keep(store, *facts)

    async def connects(self, platform: str, *workspaces: str) -> None:
        async with self.database.begin("d1") as store:
            for workspace in workspaces:
                assert await installations.install(store, platform, Installation(workspace))

    async def all(self, kind: type[Any]) -> list[Any]:
        async with self.database.read("d1") as store:
            return list(await records.load(store, kind))

    async def everything(self) -> list[Any]:
        return [await self.all(kind) for kind in (School, Team, Member, Membership, Identity)]

    async def member(self, email: str) -> Member:
        (found,) = [each for each in await self.all(Member) if each.email == email]
        assert isinstance(found, Member)
        return found

    async def places(self, team: str = "Grade 4") -> list[tuple[str, tuple[Role, ...], date | None]]:
        """Who is in the team, in its order: the first name, the roles, the day of leaving."""
        (wanted,) = [each.id for each in await self.all(Team) if each.name == team]
        names = {each.id: each.first_name for each in await self.all(Member)}
        found = sorted(
            (each for each in await self.all(Membership) if each.team == wanted),
            key=lambda each: each.position,
        )
        assert [each.position for each in found] == list(range(len(found)))
        return [(names[each.member], each.roles, each.left_on) for each in found]

    async def names(self, team: str = "Grade 4") -> list[str]:
        return [name for name, _, left in await self.places(team) if not left]


@pytest.fixture
def district(database: Database) -> District:
    return District(database)


async def test_a_first_import_puts_schools_teams_and_people_on_record(district: District) -> None:
    changes = await district.imports(*TEAM)

    assert str(changes) == "3 people, 1 team, 1 school: 3 new"
    assert changes.news == ("Lincoln is new.", "Grade 4 (Lincoln) is new.")
    assert changes.touched == ("id2",)
    (school,), (team,) = await district.all(School), await district.all(Team)
    assert (school.id, school.name, team) == ("id1", "Lincoln", Team("id2", "id1", "Grade 4", 2))
    assert await district.all(Member) == [
        Member("id3", "Lena Ortiz", "lena@l.example"),
        Member("id4", "Ana Ruiz", "ana@l.example"),
        Member("id5", "Ben Carter", "ben@l.example"),
    ]
    assert await district.places() == [
        ("Lena", (Role.ADMINISTRATOR,), None),
        ("Ana", (Role.HYBRID, Role.FACILITATOR), None),
        ("Ben", (Role.TEACHER,), None),
    ]


async def test_the_same_file_once_more_changes_nothing(district: District) -> None:
    await district.connects("slack", "T01")
    full = LENA.replace("principal,,,,,", "principal,Friday,america/chicago,es,U000001,")
    rows = (full, *TEAM[1:], *OTHER_TEAM, LENA.replace("Grade 4", "Science"))
    assert str(await district.imports(*rows)) == "6 people, 2 teams, 1 school: 6 new"
    before = await district.everything()

    again = await district.imports(*rows)

    assert str(again) == "6 people, 2 teams, 1 school: nothing changed"
    assert (again.news, again.notes, again.touched) == ((), (), ())
    assert await district.everything() == before
    shouted = [row.replace("Lincoln", "LINCOLN").replace("lena@", "LENA@") for row in rows]
    assert (await district.imports(*shouted)).news == ("LINCOLN: name LINCOLN instead of Lincoln.",)


async def test_counts_are_told_in_words(district: District) -> None:
    await district.imports(*TEAM)
    changed = BEN.replace("teacher", "coach;teacher")
    assert str(await district.imports(LENA, ANA, changed, SAM, *OTHER_TEAM)) == (
        "7 people, 2 teams, 1 school: 4 new, 1 changed"
    )
    tuesday = LENA.replace("principal,", "principal,Tuesday")
    assert str(await district.imports(tuesday, ANA, BEN)) == "3 people, 1 team, 1 school: 1 changed"
    friday = LENA.replace("principal,", "principal,Friday")
    changes = await district.imports(friday, ANA, BEN)
    assert str(changes) == "3 people, 1 team, 1 school: 1 team changed"
    assert changes.news == ("Grade 4 (Lincoln): meeting day Friday instead of Tuesday.",)
    lots = Changes(1, 1_000, 1, 1_200, 0, (), (), ())
    assert str(lots) == "1 person, 1,000 teams, 1 school: 1,200 new"


async def test_what_a_file_says_otherwise_is_changed_and_told(district: District) -> None:
    await district.imports(*TEAM)
    await district.has(replace(await district.member("ben@l.example"), best_time="13:05", greeted_at=NOW))

    changes = await district.imports(
        LENA.replace("principal,,", "principal,Fri,America/Denver"),
        ANA,
        BEN.replace("Ben", "Benjamin").replace("teacher,,,", "teacher;coach,,,es"),
    )

    assert changes.news == (
        "Lincoln: time zone America/Denver instead of America/New_York.",
        "Grade 4 (Lincoln): meeting day Friday instead of Wednesday.",
        "Benjamin Carter: name Benjamin Carter instead of Ben Carter, language es instead of en.",
        "Benjamin Carter in Grade 4 (Lincoln): roles teacher, coach instead of teacher.",
    )
    assert await district.member("ben@l.example") == Member(
        "id5", "Benjamin Carter", "ben@l.example", "es", "13:05", NOW
    )
    (school,), (team,) = await district.all(School), await district.all(Team)
    assert (school.calendar.zone, team.meeting_weekday) == ("America/Denver", 4)


async def test_a_team_s_channel_has_a_language_of_its_own(district: District) -> None:
    header = f"{HEADER},team_language"
    await district.imports(*TEAM)

    changes = await district.imports(f"{LENA},es", *(f"{line}," for line in (ANA, BEN)), header=header)

    assert changes.news == ("Grade 4 (Lincoln): language es instead of en.",)
    assert [team.language for team in await district.all(Team)] == ["es"]


async def test_facilitation_handed_over_in_the_chat_goes_back_to_whom_the_file_names(
    district: District,
) -> None:
    coach = SAM.replace("support staff", "coach;teacher;facilitator")
    await district.imports(*TEAM, coach)
    ana, sam = [each for each in await district.all(Membership) if Role.FACILITATOR in each.roles]
    await district.has(replace(sam, roles=(Role.TEACHER, Role.COACH, Role.FACILITATOR)))  # another order
    assert str(await district.imports(*TEAM, coach)) == "4 people, 1 team, 1 school: nothing changed"

    await district.has(replace(ana, roles=(Role.HYBRID,)))
    changes = await district.imports(*TEAM, coach)
    assert changes.news == ("Ana Ruiz in Grade 4 (Lincoln): roles hybrid, facilitator instead of hybrid.",)
    assert changes.touched == ("id2",)


async def test_a_changed_school_touches_all_its_teams_also_those_that_the_file_does_not_name(
    district: District,
) -> None:
    await district.imports(*TEAM, *OTHER_TEAM)
    changes = await district.imports(LENA.replace("principal,,", "principal,,America/Denver"), ANA, BEN)
    assert set(changes.touched) == {team.id for team in await district.all(Team)}
    assert str(changes) == "3 people, 1 team, 1 school: 2 teams changed"


async def test_a_school_keeps_its_calendar(district: District) -> None:
    await district.imports(*TEAM)
    (school,) = await district.all(School)
    calendar = replace(school.calendar, terms=(Span(date(2026, 9, 1), date(2027, 6, 1)),))
    await district.has(replace(school, calendar=calendar), Team("id2", "id1", "Grade 4", 1, 5))

    assert str(await district.imports(*TEAM, zone="Europe/Paris")) == "3 people, 1 team, 1 school: nothing changed"
    await district.imports(LENA.replace("principal,,", "principal,,America/Denver"), ANA, BEN)

    (school,) = await district.all(School)
    assert school.calendar == replace(calendar, zone="America/Denver")


async def test_a_new_school_has_this_school_year_for_its_term(district: District) -> None:
    chicago = [row.replace("Lincoln", "Washington").replace(",,,,,", ",,America/Chicago,,,") for row in TEAM]
    await district.imports(*TEAM, *chicago)
    lincoln, washington = sorted(await district.all(School), key=lambda school: str(school.name))
    assert (lincoln.calendar.zone, washington.calendar.zone) == (ZONE, "America/Chicago")
    assert lincoln.calendar.terms == washington.calendar.terms == (Span(date(2026, 8, 15), date(2027, 6, 15)),)
    assert lincoln.calendar.closures == lincoln.calendar.half_days == ()


@pytest.mark.parametrize(
    ("day", "begins"),
    [
        (date(2027, 1, 1), 2026),
        (date(2027, 6, 15), 2026),
        (date(2027, 6, 16), 2027),
        (date(2027, 8, 15), 2027),
        (date(2027, 12, 31), 2027),
    ],
)
def test_in_summer_the_next_school_year_counts(day: date, begins: int) -> None:
    assert school_year(day) == Span(date(begins, 8, 15), date(begins + 1, 6, 15))


async def test_a_new_school_without_a_time_zone_is_refused(district: District) -> None:
    assert await district.is_refused(*TEAM, zone="") == (
        'line 2: the school "Lincoln" is new and has no time zone. Fill in the column time_zone.',
    )
    await district.imports(*TEAM)
    assert str(await district.imports(*TEAM, zone="")) == "3 people, 1 team, 1 school: nothing changed"
    with pytest.raises(CalendarError):
        await district.imports(*(row.replace("Lincoln", "New") for row in TEAM), zone="Mars")


# ------------------------------------------------------------------ coming, moving, leaving


async def test_whom_the_file_does_not_name_stays_after_those_whom_it_names(district: District) -> None:
    await district.imports(LENA, ANA, BEN, SAM)
    await district.imports(*OTHER_TEAM)

    changes = await district.imports(SAM, ANA.replace("Ana Ruiz,ana", "Mia Novak,mia"), LENA)

    assert str(changes) == "3 people, 1 team, 1 school: 1 new"
    assert changes.news == ("Grade 4 (Lincoln): another order of people.",)
    assert await district.names() == ["Sam", "Mia", "Lena", "Ana", "Ben"]
    assert await district.names("Science") == ["Lena", "Ana", "Ben"]


async def test_a_newcomer_in_the_middle_of_the_file_is_no_news_for_others(district: District) -> None:
    await district.imports(*TEAM)
    changes = await district.imports(LENA, SAM, ANA, BEN)
    assert (str(changes), changes.news) == ("4 people, 1 team, 1 school: 1 new", ())
    assert await district.names() == ["Lena", "Sam", "Ana", "Ben"]


async def test_somebody_who_moves_gets_a_second_place_and_leaves_the_first_by_a_date(
    district: District,
) -> None:
    await district.imports(LENA, ANA, BEN, SAM)
    to_science = SAM.replace("Grade 4", "Science")

    changes = await district.imports(*OTHER_TEAM, to_science)
    assert str(changes) == "4 people, 1 team, 1 school: 3 new, 1 changed"
    assert changes.news == ("Science (Lincoln) is new.", "Sam Lee in Science (Lincoln) is new.")

    changes = await district.imports(*TEAM, f"{SAM}2026-10-14", *OTHER_TEAM, to_science)
    assert changes.news == ("Sam Lee in Grade 4 (Lincoln): left 2026-10-14 instead of no.",)
    assert (await district.places())[-1] == ("Sam", (Role.SUPPORT,), date(2026, 10, 14))
    assert "Sam" in await district.names("Science")


async def test_who_left_stays_out_until_the_file_says_no(district: District) -> None:
    await district.imports(LENA, ANA, BEN, SAM)
    (sam,) = [each for each in await district.all(Membership) if each.roles == (Role.SUPPORT,)]
    await district.has(replace(sam, left_on=date(2026, 10, 1)))  # as by a command in the chat

    changes = await district.imports(LENA, ANA, BEN, SAM)
    assert str(changes) == "4 people, 1 team, 1 school: nothing changed"
    assert changes.notes == ('Sam Lee left Grade 4 on 2026-10-01. Write "no" under left if that is over.',)

    changes = await district.imports(LENA, ANA, BEN, f"{SAM}no")
    assert (changes.news, changes.notes) == (
        ("Sam Lee in Grade 4 (Lincoln): left no instead of 2026-10-01.",),
        (),
    )
    assert await district.names() == ["Lena", "Ana", "Ben", "Sam"]


async def test_who_had_left_before_the_first_import_is_not_put_on_record(district: District) -> None:
    rows = (*TEAM, f"{SAM}2026-09-01", f"{SAM.replace('Grade 4', 'Old team')}2025-09-01")
    await district.imports(*rows)
    assert [each.first_name for each in await district.all(Member)] == ["Lena", "Ana", "Ben"]
    assert len(await district.all(Team)) == 1
    assert str(await district.imports(*rows)) == "4 people, 2 teams, 1 school: nothing changed"


async def test_nobody_can_have_left_tomorrow(district: District) -> None:
    await district.imports(LENA, ANA, BEN, SAM)
    assert await district.is_refused(*TEAM, f"{SAM}2026-10-15") == (
        "line 5: 2026-10-15 is still to come. Import that Sam Lee has left on that day.",
    )


async def test_a_file_never_takes_the_last_administrator(district: District) -> None:
    """Lena has left by the chat and Ben came after her; the file knows nothing of it."""
    await district.imports(*TEAM)
    (lena,) = (each for each in await district.all(Membership) if each.roles == (Role.ADMINISTRATOR,))
    ben = next(each for each in await district.all(Membership) if each.roles == (Role.TEACHER,))
    await district.has(replace(lena, left_on=date(2026, 10, 1)), replace(ben, roles=(Role.ADMINISTRATOR,)))

    assert await district.is_refused(*TEAM) == (
        "line 4: Grade 4 (Lincoln) would be without an administrator. Make somebody one.",
    )
    everybody_left = [f"{row}2026-10-02" for row in TEAM]
    await district.imports(*everybody_left)


async def test_a_deactivated_account_is_told_and_left_alone(district: District) -> None:
    await district.imports(*TEAM)
    await district.has(replace(await district.member("ben@l.example"), left_on=date(2026, 10, 1)))
    changes = await district.imports(*TEAM)
    assert str(changes) == "3 people, 1 team, 1 school: nothing changed"
    assert changes.notes == ("Ben Carter gets nothing: the account was deactivated on 2026-10-01.",)


# ------------------------------------------------------------------ accounts


def with_slack(row: str, account: str) -> str:
    return f"{row[:-1]}{account},"


async def test_accounts_belong_to_the_one_workspace_that_is_connected(district: District) -> None:
    await district.connects("slack", "T01")
    await district.connects("teams", "tenant")
    guid = "8f0d3f1c-5a0b-4c57-9d4e-2b6a1c7e9f00"
    rows = (f"{LENA[:-1]}U000001,", f"{ANA[:-1]}U000002,{guid}", BEN)
    await district.imports(*rows, header=HEADER.replace("left", "teams"))
    assert await district.all(Identity) == [
        Identity("id3", "slack", "T01", "U000001"),
        Identity("id4", "slack", "T01", "U000002"),
        Identity("id4", "teams", "tenant", guid),
    ]


async def test_an_account_that_was_heard_keeps_its_conversation(district: District) -> None:
    await district.connects("slack", "T01")
    await district.imports(*TEAM)
    heard = Identity("id3", "slack", "T01", "U000001", "D1", NOW)
    await district.has(heard)
    changes = await district.imports(with_slack(LENA, "U000001"), ANA, BEN)
    assert str(changes) == "3 people, 1 team, 1 school: nothing changed"
    assert await district.all(Identity) == [heard]


async def test_with_several_workspaces_the_file_has_to_name_them(district: District) -> None:
    await district.connects("slack", "T01", "T02")
    assert await district.is_refused(with_slack(LENA, "U000001"), with_slack(ANA, "U000002"), BEN) == (
        "line 2: several Slack workspaces are connected. Write accounts as workspace/id: T01/…",
    )
    assert await district.is_refused(with_slack(LENA, "T03/U000001"), ANA, BEN) == (
        'line 2: "T03" is not a connected Slack workspace.',
    )
    await district.imports(with_slack(LENA, "T02/U000001"), ANA, BEN)
    assert await district.all(Identity) == [Identity("id3", "slack", "T02", "U000001")]


async def test_without_a_workspace_accounts_are_refused_once(district: District) -> None:
    assert await district.is_refused(with_slack(LENA, "U000001"), with_slack(ANA, "U000002"), BEN) == (
        "line 2: no Slack workspace is connected. Connect it, or leave the cell empty.",
    )


async def test_accounts_that_were_mixed_up_are_put_right_until_somebody_is_heard(district: District) -> None:
    await district.connects("slack", "T01")
    await district.imports(with_slack(LENA, "U000001"), with_slack(ANA, "U000002"), with_slack(BEN, "U000009"))

    mended = (with_slack(LENA, "U000002"), with_slack(ANA, "U000001"), with_slack(BEN, "U000003"))
    changes = await district.imports(*mended)
    assert changes.news == (
        "Lena Ortiz has the Slack account U000002.",
        "Ana Ruiz has the Slack account U000001.",
        "Ben Carter has the Slack account U000003.",
    )
    assert {(each.user, each.member) for each in await district.all(Identity)} == {
        ("U000002", "id3"),
        ("U000001", "id4"),
        ("U000003", "id5"),
    }
    assert str(await district.imports(*mended)) == "3 people, 1 team, 1 school: nothing changed"

    await district.has(Identity("id3", "slack", "T01", "U000002", "D1", NOW))
    assert await district.is_refused(LENA, with_slack(ANA, "U000002"), BEN) == (
        "line 3: the Slack account U000002 is that of Lena Ortiz. Correct it or the e-mail.",
    )


async def test_whoever_came_by_the_chat_without_an_e_mail_is_known_by_the_account(district: District) -> None:
    await district.connects("slack", "T01")
    await district.has(Member("first", "Lena"), Identity("first", "slack", "T01", "U000001", "D1", NOW))
    changes = await district.imports(with_slack(LENA, "U000001"), ANA, BEN)
    assert str(changes) == "3 people, 1 team, 1 school: 2 new, 1 changed"
    assert changes.news[-2:] == (
        "Lena Ortiz: name Lena Ortiz instead of Lena, e-mail lena@l.example instead of none.",
        "Lena Ortiz in Grade 4 (Lincoln) is new.",
    )
    assert await district.member("lena@l.example") == Member("first", "Lena Ortiz", "lena@l.example")


# ------------------------------------------------------------------ tenants, amounts, whatever comes


async def test_another_tenant_has_its_own_people(database: Database, district: District) -> None:
    await district.imports(*TEAM)
    async with database.begin("d2") as store:
        changes = await keep(store, read("\n".join((HEADER, *TEAM))), lambda: f"id{next(district.ids)}", ZONE)
    assert str(changes) == "3 people, 1 team, 1 school: 3 new"
    assert len(await district.all(Member)) == 3


async def test_two_imports_at_the_same_moment_do_not_double_anybody(database: Database, district: District) -> None:
    async with database.begin("d1") as store:
        await people.found_tenant(store, "Our district")
    roster = read("\n".join((HEADER, *TEAM, *OTHER_TEAM)))

    async def imports() -> str:
        async with database.begin("d1") as store:
            return str(await keep(store, roster, lambda: f"id{next(district.ids)}", ZONE))

    told = await asyncio.gather(*(imports() for _ in range(4)))
    counts = "6 people, 2 teams, 1 school"
    assert sorted(told) == [f"{counts}: 6 new", *[f"{counts}: nothing changed"] * 3]
    assert [len(found) for found in await district.everything()] == [1, 2, 6, 6, 0]


def many(schools: int = 100, teams: int = 4, people_each: int = 12) -> str:
    rows = [HEADER]
    for place in range(schools * teams * people_each):
        team, role = place // people_each, "principal" if place % people_each == 0 else "teacher;facilitator"
        rows.append(f"School {team // teams},Team {team},Person {place},p{place}@d.example,{role},,,,,")
    return "\n".join(rows)


async def test_a_hundred_schools_are_imported_in_seconds_by_a_handful_of_statements(
    database: Database, district: District
) -> None:
    rows = many().splitlines()[1:]
    statements = 0

    def counted(*_: object) -> None:
        nonlocal statements
        statements += 1

    event.listen(database.writer.sync_engine, "before_cursor_execute", counted)
    started = time.perf_counter()
    first = await district.imports(*rows)
    took = time.perf_counter() - started
    event.remove(database.writer.sync_engine, "before_cursor_execute", counted)

    assert str(first) == "4,800 people, 400 teams, 100 schools: 4,800 new"
    assert len(first.news) == 500
    assert str(await district.imports(*rows)) == "4,800 people, 400 teams, 100 schools: nothing changed"
    assert statements < 30
    assert took < 60  # 1 to 3 seconds on a quiet machine


NAMES = st.text(max_size=6).map("Å{}".format)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(NAMES, NAMES, NAMES, st.sampled_from(Role)), max_size=6))
def test_whatever_is_read_is_the_same_on_the_second_import(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, lines: list[tuple[str, str, str, Role]]
) -> None:
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("again") / "leadcycle.db")
    written = StringIO()
    csv.writer(written).writerow(HEADER.split(",")[:5])
    for number, (school, team, name, role) in enumerate(lines):
        for place, roles in enumerate((f"principal;{role}", "teacher", "teacher")):
            csv.writer(written).writerow([school, team, name, f"{name[:1]}{number}{place}@l.example", roles])
    with suppress(RosterError):
        roster = read(written.getvalue())
        first, second, kept = asyncio.run(_twice(f"sqlite:///{file}", roster))
        assert (first.new, first.changed) == (first.people, 0)
        assert str(second).endswith("nothing changed")
        assert kept == {(each.name, each.email) for each in roster.entries}


async def _twice(url: str, roster: Roster) -> tuple[Changes, Changes, set[tuple[str, str]]]:
    ids = count(1)
    async with Database(url, HandClock(NOW)) as database:
        async with database.begin("d1") as store:
            first = await keep(store, roster, lambda: f"id{next(ids)}", ZONE)
        async with database.begin("d1") as store:
            second = await keep(store, roster, lambda: f"id{next(ids)}", ZONE)
            return first, second, {(each.name, each.email) for each in await records.load(store, Member)}
