"""OneRoster exports, of 1.1 and of 1.2: staff become people on record, all of them or, with one mistake, nobody."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from bot import files, oneroster
from bot.oneroster import Staff
from bot.roster_import import RosterError
from flows.calendar import CalendarError
from flows.people import Member, Membership, Role, School
from storage import records
from storage.database import Database

ORGS = """sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId
d1,,,Riverside District,district,,
s1,,,Lincoln Elementary,school,101,d1
s2,active,2026-08-01T00:00:00.000Z,"Washington, Middle",school,102,d1
"""
USERS_1_1 = """sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password
u1,,,true,"s1,s2",administrator,lena,,Lena,Ortiz,,1,Lena@Riverside.example,,,,,
u2,active,2026-08-01T00:00:00.000Z,true,s1,teacher,ana,,Ana,Ruiz,,2,ana@riverside.example,,,,,
u3,,,true,s2,aide,ben,,Ben,Carter,,3,ben@riverside.example,,,,,
u4,,,true,s1,student,kid,,A,Kid,,4,,,,,04,
u5,,,false,s1,teacher,old,,Old,Teacher,,5,old@riverside.example,,,,,
u6,tobedeleted,2026-08-01T00:00:00.000Z,true,s1,teacher,gone,,Gone,Teacher,,6,gone@riverside.example,,,,,
u7,,,true,s1,guardian,mum,,A,Parent,,7,mum@home.example,,,,,
"""  # noqa: E501
USERS_1_2 = """sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,primaryOrgSourcedId
u1,,,true,lena,,Lena,Ortiz,,1,lena@riverside.example,,,,,,,s1
u2,,,true,ana,,Ana,Ruiz,,2,ana@riverside.example,,,,,,,s1
u4,,,true,kid,,A,Kid,,4,,,,,04,,,s1
"""  # noqa: E501
ROLES_1_2 = """sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId
r1,,,u1,primary,principal,,,s1,
r2,,,u1,secondary,teacher,,,s2,
r3,,,u2,primary,teacher,,,s1,
r4,tobedeleted,2026-08-01T00:00:00.000Z,u2,secondary,teacher,,,s2,
r5,,,u4,primary,student,,,s1,
"""  # noqa: E501


def folder(path: Path, **named: str) -> Path:
    """An export as a folder: a file for each name."""
    path.mkdir(exist_ok=True)
    for name, content in named.items():
        (path / f"{name}.csv").write_text(content, "utf-8")
    return path


def problems(path: Path) -> tuple[str, ...]:
    with pytest.raises(RosterError) as refused:
        oneroster.read(path)
    return refused.value.problems


# ---------------------------------------------------------------- reading


def test_the_staff_of_an_export_of_1_1_is_read_and_nobody_else(tmp_path: Path) -> None:
    export = oneroster.read(folder(tmp_path, orgs=ORGS, users=USERS_1_1))

    assert export.staff == (
        Staff("Lena Ortiz", "lena@riverside.example", ("Lincoln Elementary", "Washington, Middle")),
        Staff("Ana Ruiz", "ana@riverside.example", ("Lincoln Elementary",)),
        Staff("Ben Carter", "ben@riverside.example", ("Washington, Middle",)),
    )
    assert export.left_out == 4


def test_in_1_2_what_people_do_stands_in_a_file_of_its_own(tmp_path: Path) -> None:
    export = oneroster.read(folder(tmp_path, orgs=ORGS, users=USERS_1_2, roles=ROLES_1_2))

    assert export.staff == (
        Staff("Lena Ortiz", "lena@riverside.example", ("Lincoln Elementary", "Washington, Middle")),
        Staff("Ana Ruiz", "ana@riverside.example", ("Lincoln Elementary",)),
    )


def test_an_archive_is_read_too_with_its_files_in_a_folder_or_not(tmp_path: Path) -> None:
    for inside in ("", "export/"):
        with ZipFile(tmp_path / "export.zip", "w") as archive:
            archive.writestr(f"{inside}Orgs.csv", "\ufeff" + ORGS)
            archive.writestr(f"{inside}users.csv", USERS_1_1)
            archive.writestr(f"{inside}classes.csv", "anything")
        assert len(oneroster.read(tmp_path / "export.zip").staff) == 3


def test_every_problem_is_named_with_its_file_and_line(tmp_path: Path) -> None:
    users = USERS_1_1.replace("ana@riverside.example", "ana at riverside").replace(",s2,aide,", ",s9,aide,")
    users = users.replace(",guardian,", ",janitor,").replace("ben@riverside.example", "LENA@riverside.example")

    assert problems(folder(tmp_path, orgs=ORGS, users=users)) == (
        'users.csv line 4: the organization "s9" is not in orgs.csv.',
        'users.csv line 8: "janitor" is not a role of OneRoster.',
        'users.csv line 3: "ana at riverside" is not an e-mail address.',
        "users.csv line 4: lena@riverside.example is that of line 2, too.",
    )


def test_empty_cells_are_named_as_empty(tmp_path: Path) -> None:
    users = USERS_1_1.replace(",s1,teacher,ana", ",,teacher,ana").replace(",guardian,", ",,")

    assert problems(folder(tmp_path, orgs=ORGS, users=users)) == (
        "users.csv line 3: orgSourcedIds is empty.",
        "users.csv line 8: role is empty.",
    )
    nobody = "\n".join(line for line in USERS_1_1.splitlines()[:3]).replace("ana@riverside.example", "")
    nobody = nobody.replace("Lena@Riverside.example", "")
    assert problems(folder(tmp_path, orgs=ORGS, users=nobody)) == (
        "None of the staff has an e-mail: fill in the column email of users.csv.",
    )


@pytest.mark.parametrize(
    ("named", "problem"),
    [
        ({"orgs": ORGS}, "users.csv is missing."),
        ({"users": USERS_1_1}, "orgs.csv is missing."),
        ({"orgs": ORGS, "users": USERS_1_2}, "roles.csv is missing."),
        ({"orgs": ORGS, "users": USERS_1_1.replace("email", "mail", 1)}, "users.csv line 1: missing: email."),
        ({"orgs": ORGS.replace("Lincoln", '"Lincoln'), "users": USERS_1_1}, "the quotation marks"),
        ({"orgs": ORGS, "users": USERS_1_1.splitlines()[0]}, "users.csv names no staff"),
        ({"orgs": ORGS, "users": ""}, "users.csv line 1: missing: sourcedId"),
    ],
)
def test_files_that_are_not_whole_are_refused(tmp_path: Path, named: dict[str, str], problem: str) -> None:
    assert any(problem in each for each in problems(folder(tmp_path, **named)))


def test_what_is_no_archive_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "export.zip").write_bytes(b"PK\x03\x04 cut off")
    assert "is no archive that can be opened" in problems(tmp_path / "export.zip")[0]

    folder(tmp_path / "export", orgs=ORGS)
    (tmp_path / "export" / "users.csv").write_bytes(USERS_1_1.encode() + b"\nu9,,,true,s1,teacher,\xff\xfe")
    assert "users.csv line 10: not UTF-8" in problems(tmp_path / "export")[0]


# ---------------------------------------------------------------- on record


async def on_record(url: str, kind: type) -> list[object]:
    async with Database(url, read_only=True) as database, database.read("district") as store:
        return list(await records.load(store, kind))


async def test_staff_are_people_on_record_without_a_team_and_a_second_import_adds_nobody(
    tmp_path: Path, database_url: str
) -> None:
    path = folder(tmp_path / "export", orgs=ORGS, users=USERS_1_1)
    said = await files.import_oneroster(database_url, path, "America/New_York", False)

    assert "3 of the staff at 2 schools (Lincoln Elementary, Washington, Middle): 3 new." in said
    assert "Lincoln Elementary is new; its calendar is a placeholder, " in said
    assert 'until you import its own: calendar import FILE --school "Lincoln Elementary"' in said
    assert "4 others were left out: students, guardians, those who have left." in said
    members = await on_record(database_url, Member)
    assert sorted(each.name for each in members) == ["Ana Ruiz", "Ben Carter", "Lena Ortiz"]  # type: ignore[attr-defined]
    assert len(await on_record(database_url, School)) == 2
    assert await on_record(database_url, Membership) == []
    assert "Washington, Middle): 0 new." in await files.import_oneroster(database_url, path, "", False)
    assert await on_record(database_url, Member) == members


async def test_staff_without_an_e_mail_are_left_out_and_named_by_their_line(tmp_path: Path, database_url: str) -> None:
    users = USERS_1_1.replace("ana@riverside.example", "").replace("ben@riverside.example", "")
    path = folder(tmp_path / "export", orgs=ORGS, users=users)
    said = await files.import_oneroster(database_url, path, "America/New_York", False)

    assert "1 of the staff at 2 schools" in said
    assert "2 of the staff without an e-mail left out: email is empty in users.csv line 3, 4." in said
    assert "4 others" in said
    assert len(await on_record(database_url, Member)) == 1


async def test_the_time_zone_is_named_beside_what_else_is_wrong(tmp_path: Path, database_url: str) -> None:
    users = USERS_1_1.replace("u2,active,2026-08-01T00:00:00.000Z,true", "u2,,,maybe")
    path = folder(tmp_path / "export", orgs=ORGS, users=users)
    for zone, said in (("", "New schools need a time zone"), ("Narnia", '--time-zone: "Narnia" is not a time zone')):
        with pytest.raises(RosterError) as refused:
            await files.import_oneroster(database_url, path, zone, True)
        first, second = refused.value.problems
        assert first == 'users.csv line 3: enabledUser is "maybe". Write true or false.'
        assert second.startswith(said)


async def test_a_new_school_needs_its_time_zone_and_a_check_changes_nothing(tmp_path: Path, database_url: str) -> None:
    path = folder(tmp_path / "export", orgs=ORGS, users=USERS_1_1)
    with pytest.raises(RosterError, match="--time-zone America/New_York"):
        await files.import_oneroster(database_url, path, "", False)
    with pytest.raises(CalendarError, match=r'"Eastern" is not a time zone\. Did you mean "America/New_York"'):
        await files.import_oneroster(database_url, path, "Eastern", False)
    said = await files.import_oneroster(database_url, path, "America/Chicago", True)

    assert said.endswith("Nothing was changed.")
    assert await on_record(database_url, Member) == []


async def test_the_staff_of_one_school_comes_onto_a_team_as_staff_beyond_it(tmp_path: Path, database_url: str) -> None:
    path = folder(tmp_path / "export", orgs=ORGS, users=USERS_1_1)
    roster = (
        "school,team,name,email,roles,time_zone\n"
        "Lincoln Elementary,Lead,Lena Ortiz,lena@riverside.example,administrator,America/New_York\n"
        "Lincoln Elementary,Lead,Kim Bo,kim@riverside.example,teacher,\n"
        "Lincoln Elementary,Lead,Zoe Yi,zoe@riverside.example,teacher,\n"
    )
    await files.import_roster(database_url, roster.encode(), False)
    with pytest.raises(RosterError, match=r"No team is called Team A. On record: Lead \(Lincoln Elementary\)"):
        await files.import_oneroster(database_url, path, "", False, "Lincoln Elementary", "Team A")
    with pytest.raises(RosterError, match="Its schools with staff: Lincoln Elementary, Washington, Middle"):
        await files.import_oneroster(database_url, path, "", False, "Lincoln High")

    said = await files.import_oneroster(database_url, path, "", False, "lincoln elementary", "lead")
    assert "2 of the staff at 1 school (Lincoln Elementary): 1 new." in said
    assert "Lead: 1 new as staff beyond the team" in said
    assert "5 others were left out: students, guardians, those who have left, staff of other schools." in said
    names = {each.id: each.name for each in await on_record(database_url, Member)}  # type: ignore[attr-defined]
    places = {names[each.member]: each.roles for each in await on_record(database_url, Membership)}  # type: ignore[attr-defined]
    assert places["Ana Ruiz"] == (Role.STAFF,)
    assert places["Lena Ortiz"] == (Role.ADMINISTRATOR,)
    assert "Lead: 0 new" in await files.import_oneroster(database_url, path, "", False, "Lincoln Elementary", "Lead")


def test_two_people_with_one_sourced_id_are_refused_where_one_of_them_is_staff(tmp_path: Path) -> None:
    users = USERS_1_1.replace("\nu3,", "\nu2,")
    twice = 'users.csv line 4: the sourcedId "u2" is that of line 3, too.'
    assert problems(folder(tmp_path / "staff", orgs=ORGS, users=users)) == (twice,)
    student = USERS_1_1.replace("\nu4,", "\nu3,")
    of_a_teacher = 'users.csv line 5: the sourcedId "u3" is that of line 4, too.'
    assert problems(folder(tmp_path / "student", orgs=ORGS, users=student)) == (of_a_teacher,)
    gone = USERS_1_1.replace("\nu6,", "\nu3,")
    assert oneroster.read(folder(tmp_path / "gone", orgs=ORGS, users=gone)).staff
