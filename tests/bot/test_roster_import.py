"""Roster files: what an IT person's spreadsheet holds, and the sentences that answer mistakes."""

import csv
import pickle
from datetime import date
from io import StringIO
from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.roster import Account, Entry, Roster
from bot.roster_import import COLUMNS, MOST_BYTES, MOST_PROBLEMS, RosterError, read
from flows.newcomers import roles_by_word
from flows.people import Role
from tests.world import scripts

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "roster.md"
HEADER = "school,team,name,email,roles"
TEAM = (
    "Lincoln,Grade 4,Lena Ortiz,lena@l.example,principal",
    "Lincoln,Grade 4,Ana Ruiz,ana@l.example,teacher;facilitator",
    "Lincoln,Grade 4,Ben Carter,ben@l.example,teacher",
)
GUID = "8f0d3f1c-5a0b-4c57-9d4e-2b6a1c7e9f00"

FIRST_LINE = "school,team,name,email,roles, and time_zone for a school that is new"


def table(*rows: str, more: str = "") -> str:
    return "\n".join((HEADER + more, *rows))


def entries(*rows: str, more: str = "") -> tuple[Entry, ...]:
    return read(table(*rows, more=more)).entries


def problems(content: str | bytes) -> tuple[str, ...]:
    with pytest.raises(RosterError) as refused:
        read(content)
    assert str(refused.value) == "\n".join(refused.value.problems)
    return refused.value.problems


def refused(*rows: str, more: str = "") -> tuple[str, ...]:
    """What is said about these rows when they follow a sound team, in lines 2 to 4."""
    columns = more.count(",")
    return problems(table(*(row + "," * columns for row in TEAM), *rows, more=more))


# ------------------------------------------------------------------ what is understood


def test_the_example_of_the_documentation_is_read_as_it_says() -> None:
    example = DOCUMENTATION.read_text("utf-8").split("```csv\n")[1].split("```")[0]
    found = read(example).entries
    assert len(found) == 9
    assert found[0] == Entry(
        2,
        "Lincoln Elementary",
        "Grade 4",
        "Lena Ortiz",
        "lena@lincoln.example",
        (Role.ADMINISTRATOR,),
        "Wednesday",
        zone="America/New_York",
    )
    assert found[1].roles == (Role.HYBRID, Role.FACILITATOR)
    assert {(entry.zone, entry.meeting_day) for entry in found} == {
        ("America/New_York", "Wednesday"),
        ("America/Chicago", "Friday"),
    }


def test_the_sentences_of_the_documentation_are_the_ones_that_are_said() -> None:
    text = DOCUMENTATION.read_text("utf-8")
    rows = text.split("```csv\n")[1].split("```")[0].splitlines()
    rows[2] = rows[2].replace("facilitator", "techer")
    rows[6] = "Lincoln Elementary,Grade 5,Anna Ruiz,ana@lincoln.example,principal,,,,"
    told = problems("\n".join(rows))
    for sentence in text.split("For example:\n\n")[1].split("\n\n")[0].splitlines():
        assert sentence.strip() in told


@pytest.mark.parametrize(
    ("more", "cells", "told"),
    [
        ("", "", True),
        (",time_zone", ",", True),
        (",time_zone,", ",,", True),
        (",time_zone", ",America/Denver", False),
        (",time_zone", ",Amerca/Nwo", False),  # this cell is what is to be mended
        (",time_zome", ",America/Denver", False),  # and this column
        ("", ",America/Denver", False),
    ],
)
def test_a_school_without_a_time_zone_is_told_once_unless_it_is_known(more: str, cells: str, told: bool) -> None:
    rows = [TEAM[0] + cells, *TEAM[1:], "Lincoln,Grade 4,Sam Lee,sam@l.example,techer"]
    with pytest.raises(RosterError) as refused:
        read(table(*rows, more=more), known=frozenset())
    sentence = 'line 2: the school "Lincoln" is new and has no time zone. Fill in the column time_zone.'
    assert [sentence in refused.value.problems, "techer" in str(refused.value)] == [told, True]

    with pytest.raises(RosterError) as refused:
        read(table(*rows, more=more), known=frozenset({"lincoln"}))
    assert sentence not in refused.value.problems


def test_spreadsheets_of_all_kinds_are_read_alike() -> None:
    plain = read(table(*TEAM))
    assert read("\ufeff" + table(*TEAM)) == plain
    assert read(table(*TEAM).encode("utf-8-sig").replace(b"\n", b"\r\n") + b"\r\n,,,,\r\n\r\n") == plain
    assert read(table(*TEAM).replace("\n", "\r")) == plain
    quoted = table(*TEAM).replace(",", ";").replace("teacher;facilitator", '"teacher;facilitator"')
    assert read(quoted) == plain
    assert read(table(*TEAM).replace(",", "\t")) == plain
    shuffled = ["E-Mail,Roles,SCHOOL,Team ,name,Time zone"]
    for row in TEAM:
        school, team, name, email, roles = row.split(",")
        shuffled.append(f"{email.upper()}, {roles} ,{school},  {team},{name.replace(' ', '   ')},")
    assert read("\n".join(shuffled)) == plain


@pytest.mark.parametrize(
    ("cell", "roles"),
    [
        ("administrator", [Role.ADMINISTRATOR]),
        ("Administrators", [Role.ADMINISTRATOR]),
        ("Principal", [Role.ADMINISTRATOR]),
        ("assistant-principals", [Role.ADMINISTRATOR]),
        ("TEACHERS", [Role.TEACHER]),
        ("Hybrid", [Role.HYBRID]),
        ("hybrid teachers", [Role.HYBRID]),
        ("Support-Staff", [Role.SUPPORT]),
        ("support_staff", [Role.SUPPORT]),
        ("counselor", [Role.SUPPORT]),
        ("Secretaries", [Role.SUPPORT]),
        ("paraprofessional; aide", [Role.SUPPORT]),
        ("librarian", [Role.SUPPORT]),
        ("nurse", [Role.SUPPORT]),
        ("custodian", [Role.SUPPORT]),
        ("staff", [Role.STAFF]),
        ("coaches", [Role.COACH]),
        ("observers", [Role.OBSERVER]),
        ("superintendent", [Role.DISTRICT_LEADER]),
        ("district leaders; board members", [Role.DISTRICT_LEADER]),
        ("facilitator;teacher", [Role.TEACHER, Role.FACILITATOR]),
        (" teacher ; teachers;; Coach ;", [Role.TEACHER, Role.COACH]),
        ('"teacher, coach"', [Role.TEACHER, Role.COACH]),
        ("teacher/coach", [Role.TEACHER, Role.COACH]),
        ("principal;administrator", [Role.ADMINISTRATOR]),
    ],
)
def test_roles_are_understood_however_they_are_written(cell: str, roles: list[Role]) -> None:
    *_, last = entries(*TEAM, f"Lincoln,Grade 4,Sam Lee,sam@l.example,{cell}")
    assert list(last.roles) == roles


def test_a_roster_takes_every_word_for_a_role_that_the_chat_takes() -> None:
    for word, role in roles_by_word(scripts().phrases()).items():
        *_, last = entries(*TEAM, f"Lincoln,Grade 4,Sam Lee,sam@l.example,{word}")
        assert last.roles == (role,), word


@pytest.mark.parametrize(
    ("column", "cell", "field", "meant"),
    [
        ("meeting_day", "wed", "meeting_day", "Wednesday"),
        ("Meeting day", "FRIDAYS", "meeting_day", "Friday"),
        ("language", "ES", "language", "es"),
        ("language", "pt_br", "language", "pt-BR"),
        ("team_language", "ES", "team_language", "es"),
        ("language", "zh-hant-tw", "language", "zh-Hant-TW"),
        ("time_zone", "america/new york", "zone", "America/New_York"),
        ("timezone", "US/Eastern", "zone", "US/Eastern"),
        ("slack", "u012ab3cd", "accounts", (Account("slack", "U012AB3CD"),)),
        ("slack", "T01/U012AB3CD", "accounts", (Account("slack", "U012AB3CD", "T01"),)),
        ("teams", GUID.upper(), "accounts", (Account("teams", GUID),)),
        ("left", "2026-10-01", "left", date(2026, 10, 1)),
        ("left", "10/1/2026", "left", date(2026, 10, 1)),
        ("left", "No", "is_back", True),
    ],
)
def test_optional_columns_are_understood(column: str, cell: str, field: str, meant: object) -> None:
    rows = [f"{row}," for row in TEAM]
    *_, last = entries(*rows, f"Lincoln,Grade 4,Sam Lee,sam@l.example,teacher,{cell}", more=f",{column}")
    assert getattr(last, field) == meant


def test_what_one_line_says_of_a_school_a_team_or_a_person_holds_for_all_its_lines() -> None:
    found = entries(
        "Lincoln,Grade 4,Lena Ortiz,lena@l.example,principal,,America/Denver,,U000001,",
        "lincoln,GRADE 4,Ana Ruiz,ana@l.example,teacher,Tue,,,,",
        "Lincoln,Grade 4,Ben Carter,ben@l.example,teacher,,america/denver,,,",
        "Lincoln,Grade 5,LENA ORTIZ,Lena@L.example,principal,,,es,,",
        f"Lincoln,Grade 5,Ana Ruiz,ana@l.example,teacher,,,,,{GUID}",
        "Lincoln,Grade 5,Ben Carter,ben@l.example,teacher,,,,,",
        more=",meeting_day,time_zone,language,slack,teams",
    )
    assert {entry.school for entry in found} == {"Lincoln"}
    assert {entry.zone for entry in found} == {"America/Denver"}
    assert [(entry.team, entry.meeting_day) for entry in found] == [("Grade 4", "Tuesday")] * 3 + [("Grade 5", "")] * 3
    lena, ana = [found[0], found[3]], [found[1], found[4]]
    assert {(each.name, each.language, each.accounts) for each in lena} == {
        ("Lena Ortiz", "es", (Account("slack", "U000001"),))
    }
    assert {each.accounts for each in ana} == {(Account("teams", GUID),)}


def test_a_team_that_everybody_has_left_is_history_and_fine() -> None:
    rows = [f"{row}," for row in TEAM]
    *_, last = entries(*rows, "Lincoln,Old team,Sam Lee,sam@l.example,teacher,2026-06-10", more=",left")
    assert last.left == date(2026, 6, 10)


def test_cells_that_look_like_formulas_or_hide_signs_stay_plain_text() -> None:
    sam = 'Lincoln,Grade 4,"=HYPERLINK(""https://x.example"",""Sam"")",sam@l.example,teacher'
    mia = "Lincoln,Grade 4,\u202e\x1b[31mMi\u0301a\u200b\0 Novak,mia@l.example,teacher"
    *_, first, second = entries(*TEAM, sam, mia)
    assert first.name == '=HYPERLINK("https://x.example","Sam")'
    assert second.name == "[31mMía Novak"


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf", "The file is empty."),
        (b" \r\n\0\n\t", "The file is empty."),
        (HEADER, "The file names nobody. Write one line for each person below the first line."),
        (HEADER + "\n,,,,\n", "The file names nobody. Write one line for each person below the first line."),
        (HEADER + "\n\ud800", 'line 2: not UTF-8. In Excel, save as "CSV UTF-8".'),
        (table(*TEAM).encode("utf-16"), 'line 1: not UTF-8. In Excel, save as "CSV UTF-8".'),
        (
            table(*TEAM, "Lincoln,Grade 4,Zoë,zoe@l.example,teacher").encode("cp1252"),
            'line 5: not UTF-8. In Excel, save as "CSV UTF-8".',
        ),
        ("x" * (MOST_BYTES + 1), "The file has 10.0 MB; a roster has at most 10 MB."),
        (b"x" * 25_000_000, "The file has 25.0 MB; a roster has at most 10 MB."),
        (
            table(*TEAM, '"Lincoln'),
            'line 5: the quotation marks (") do not pair up. Put them around a whole cell. What follows was not read.',
        ),
        (
            table(*TEAM, 'Lincoln,"Grade" 4,Sam,sam@l.example,teacher'),
            'line 5: the quotation marks (") do not pair up. Put them around a whole cell. What follows was not read.',
        ),
    ],
    ids=lambda value: None if isinstance(value, str) and len(value) < 50 else "file",
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(content: str | bytes, told: str) -> None:
    assert problems(content) == (told,)


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (
            "school,team,name,roles",
            [f"missing: email. The first line holds at least {FIRST_LINE}."],
        ),
        (
            "school,team,name,mail,rols",
            [
                f"missing: email, roles. The first line holds at least {FIRST_LINE}.",
                '"mail" is not a column. Did you mean "email"?',
                '"rols" is not a column. Did you mean "roles"?',
            ],
        ),
        ("school,team,name,email,roles,grade", ['"grade" is not a column. Delete it.']),
        ("school,team,name,email,roles,lef", ['"lef" is not a column. Did you mean "left"?']),
        ("school,team,name,email,roles,E-mail", ["the column email is there 2 times. Delete all but one."]),
    ],
)
def test_each_fault_of_the_columns_is_one_sentence(header: str, told: list[str]) -> None:
    assert problems(header + "\n") == tuple(f"line 1: {sentence}" for sentence in told)


def test_faults_of_the_columns_do_not_hide_those_of_the_lines() -> None:
    told = problems("school,team,name,email,grade\nLincoln,Grade 4,Ana,ana@,4\nLincoln,,Ben,b@l.example,4")
    assert told == (
        f"line 1: missing: roles. The first line holds at least {FIRST_LINE}.",
        'line 1: "grade" is not a column. Delete it.',
        'line 2: "ana@" is not an e-mail address. Write it like ana@lincoln.example.',
        "line 3: team is empty.",
    )


EMAIL = "is not an e-mail address. Write it like ana@lincoln.example."
ROLES = "Known are administrator, teacher, hybrid, support staff, facilitator, coach, district leader, observer, staff."
NO_HEAD = "has no administrator. A principal or an assistant principal belongs to it."
TWO = "counts 2 without coaches, district leaders, observers and staff. A team takes at least 3 people."
DATE = "is not a date. Write it like 2027-03-14 or 3/14/2027."


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (",Grade 4,Sam,sam@l.example,teacher", "school is empty."),
        ("Lincoln,,Sam,sam@l.example,teacher", "team is empty."),
        ("Lincoln,Grade 4, ,sam@l.example,teacher", "name is empty."),
        ("Lincoln,Grade 4,\u200b,sam@l.example,teacher", "name is empty."),
        ("Lincoln,Grade 4,?,sam@l.example,teacher", '"?" is not a name.'),
        ("Lincoln,Grade 4,Sam,,teacher", "email is empty."),
        ("Lincoln,Grade 4,Sam,sam,teacher", f'"sam" {EMAIL}'),
        ("Lincoln,Grade 4,Sam,sam@lincoln,teacher", f'"sam@lincoln" {EMAIL}'),
        ("Lincoln,Grade 4,Sam,sam@@l.example,teacher", f'"sam@@l.example" {EMAIL}'),
        ("Lincoln,Grade 4,Sam,sam..lee@l.example,teacher", f'"sam..lee@l.example" {EMAIL}'),
        ("Lincoln,Grade 4,Sam,Sam <sam@l.example>,teacher", f'"Sam <sam@l.example>" {EMAIL}'),
        ("Lincoln,Grade 4,Sam,a@l.example; b@l.example,teacher", f'"a@l.example; b@l.example" {EMAIL}'),
        ("Lincoln,Grade 4,Sam,sam@l.example", "roles is empty."),
        ("Lincoln,Grade 4,Sam,sam@l.example,;", f'";" is not a role. {ROLES}'),
        ("Lincoln,Grade 4,Sam,sam@l.example,janitor", f'"janitor" is not a role. {ROLES}'),
        ("Lincoln,Grade 4,Sam,sam@l.example,president", f'"president" is not a role. {ROLES}'),
        (
            "Lincoln,Grade 4,Sam,sam@l.example,adminstrator",
            '"adminstrator" is not a role. Did you mean "administrator"?',
        ),
        ("Lincoln,Grade 4,Sam,sam@l.example,techer", '"techer" is not a role. Did you mean "teacher"?'),
        (
            "Lincoln,Grade 4,Sam,sam@l.example,asst. principal",
            '"asst. principal" is not a role. Did you mean "assistant principal"?',
        ),
        ("Lincoln,Grade 4,Sam,sam@l.example,=1+1", f'"=1" is not a role. {ROLES}'),
        (f"Lincoln,Grade 4,{'x' * 201},sam@l.example,teacher", "name has 201 characters. Write at most 200."),
        (
            "Lincoln,Grade 4,Lee, Sam,sam@l.example,teacher",
            "there are more cells than columns. A cell with a comma in it needs quotation marks.",
        ),
        (
            "lincoln,grade 4,Ana Ruiz,ANA@l.example,coach",
            "ana@l.example is in this team already, in line 3. Make it one line.",
        ),
    ],
)
def test_each_mistake_on_a_line_is_one_sentence(row: str, told: str) -> None:
    said = refused(row)
    assert said[0] == f"line 5: {told}"
    assert len(said) == 1 + ("=1+1" in row)


@pytest.mark.parametrize(
    ("column", "cell", "told"),
    [
        ("meeting_day", "Someday", '"Someday" is not a day of the week. Write it like Friday.'),
        ("language", "Spanish", '"Spanish" is not the code of a language. Write it like en, es or pt-BR.'),
        ("team_language", "xx", '"xx" is not the code of a language. Write it like en, es or pt-BR.'),
        ("language", "xx", '"xx" is not the code of a language. Write it like en, es or pt-BR.'),
        ("time_zone", "EST", '"EST" is not a time zone. Did you mean "America/New_York"?'),
        ("time_zone", "Eastern", '"Eastern" is not a time zone. Did you mean "America/New_York"?'),
        ("time_zone", "Central Time", '"Central Time" is not a time zone. Did you mean "America/Chicago"?'),
        ("time_zone", "Mountain", '"Mountain" is not a time zone. Did you mean "America/Denver"?'),
        ("time_zone", "Pacific", '"Pacific" is not a time zone. Did you mean "America/Los_Angeles"?'),
        ("time_zone", "alaska", '"alaska" is not a time zone. Did you mean "America/Anchorage"?'),
        ("time_zone", "Hawaii", '"Hawaii" is not a time zone. Did you mean "Pacific/Honolulu"?'),
        ("time_zone", "New York", '"New York" is not a time zone. Did you mean "America/New_York"?'),
        (
            "time_zone",
            "Amerika/Denver",
            '"Amerika/Denver" is not a time zone. Did you mean "America/Denver"?',
        ),
        (
            "time_zone",
            "../../etc/passwd",
            '"../../etc/passwd" is not a time zone. Write it like America/New_York.',
        ),
        ("slack", "@sam", '"@sam" is not the id of a Slack account. Write it like U012AB3CD.'),
        (
            "teams",
            "sam@l.example",
            f'"sam@l.example" is not the id of a Teams account. Write it like {GUID}.',
        ),
        ("left", "soon", f'"soon" {DATE}'),
        ("left", "2026-02-30", f'"2026-02-30" {DATE}'),
        ("left", "1/2/26", f'"1/2/26" {DATE}'),
    ],
)
def test_each_mistake_in_an_optional_column_is_one_sentence(column: str, cell: str, told: str) -> None:
    row = f"Lincoln,Grade 4,Sam Lee,sam@l.example,teacher,{cell}"
    assert refused(row, more=f",{column}") == (f"line 5: {told}",)


@pytest.mark.parametrize(
    ("more", "row", "again", "told"),
    [
        (
            "",
            "Lincoln,Grade 4,Sam,sam@l.example,teacher",
            "Lincoln,Grade 5,Samuel,SAM@l.example,teacher",
            'sam@l.example has the name "Samuel" here and "Sam" in line 5.',
        ),
        (
            ",language",
            "Lincoln,Grade 4,Sam,sam@l.example,teacher,es",
            "Lincoln,Grade 5,Sam,sam@l.example,teacher,en",
            'sam@l.example has the language "en" here and "es" in line 5.',
        ),
        (
            ",meeting_day",
            "Lincoln,Grade 4,Sam,sam@l.example,teacher,Monday",
            "lincoln,grade 4,Mia,mia@l.example,teacher,Tuesday",
            'the team "grade 4" has the meeting day "Tuesday" here and "Monday" in line 5.',
        ),
        (
            ",time_zone",
            "Lincoln,Grade 4,Sam,sam@l.example,teacher,America/Denver",
            "LINCOLN,Grade 5,Mia,mia@l.example,teacher,America/Chicago",
            'the school "LINCOLN" has the time zone "America/Chicago" here and "America/Denver" in line 5.',
        ),
        (
            ",slack",
            "Lincoln,Grade 4,Sam,sam@l.example,teacher,U000001",
            "Lincoln,Grade 5,Sam,sam@l.example,teacher,U000002",
            'sam@l.example has the Slack account "U000002" here and "U000001" in line 5.',
        ),
        (
            ",slack",
            "Lincoln,Grade 4,Sam,sam@l.example,teacher,U000001",
            "Lincoln,Grade 4,Mia,mia@l.example,teacher,u000001",
            'the Slack account U000001 has the e-mail "mia@l.example" here and "sam@l.example" in line 5.',
        ),
    ],
)
def test_lines_that_contradict_each_other_name_both(more: str, row: str, again: str, told: str) -> None:
    assert f"line 6: {told} Write the same in both." in refused(row, again, more=more)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (TEAM[:2], [TWO]),
        (
            (*TEAM[:2], "Lincoln,Grade 4,Cora,cora@l.example,coach;observer"),
            [TWO],
        ),
        (
            (*TEAM[1:], "Lincoln,Grade 4,Sam,sam@l.example,facilitator"),
            [NO_HEAD],
        ),
        (
            [row.rpartition(",")[0] + ",facilitator" for row in TEAM],
            [
                "has nobody who is asked: only administrators, teachers, hybrid and support staff are. Add teachers.",
                NO_HEAD,
            ],
        ),
    ],
)
def test_a_team_needs_an_administrator_and_two_others(rows: list[str], told: list[str]) -> None:
    assert problems(table(*rows)) == tuple(f'line 2: the team "Grade 4" {sentence}' for sentence in told)


def test_who_has_left_does_not_count_in_a_team() -> None:
    rows = (f"{TEAM[0]},2026-10-01", f"{TEAM[1]},", f"{TEAM[2]},no")
    assert problems(table(*rows, more=",left")) == (
        f'line 2: the team "Grade 4" {NO_HEAD}',
        f'line 2: the team "Grade 4" {TWO}',
    )


def test_a_line_that_cannot_be_read_says_nothing_about_who_is_missing_in_its_team() -> None:
    told = problems(table(*TEAM[1:], "Lincoln,Grade 4,Lena,lena@l.example,principle", "Lincoln,Grade 5,,,"))
    assert told == (
        'line 4: "principle" is not a role. Did you mean "principal"?',
        "line 5: name is empty.",
        "line 5: email is empty.",
        "line 5: roles is empty.",
    )


def test_a_mistake_that_leaves_no_doubt_about_roles_hides_nothing_that_a_team_lacks() -> None:
    told = problems(table("Lincoln,Grade 4,Ana,ana-at-l.example,teacher", "Lincoln,Grade 4,Ben,ben@l.example,teacher"))
    assert told == (
        'line 2: "ana-at-l.example" is not an e-mail address. Write it like ana@lincoln.example.',
        f'line 2: the team "Grade 4" {NO_HEAD}',
        f'line 2: the team "Grade 4" {TWO}',
    )


def test_every_problem_is_listed_by_line() -> None:
    told = refused(
        "Lincoln,Grade 4,?,x,boss;king",
        "",
        'Lincoln,Grade 4,"Sam\n\nLee",sam@l.example,teacher',
        "Lincoln,Grade 5,Ana,ana@l.example,principal",
        'Lincoln,"',
    )
    assert [sentence.split(":")[0] for sentence in told] == ["line 5"] * 4 + ["line 10", "line 11"]


def test_of_a_file_that_is_no_roster_at_all_only_the_first_problems_are_listed() -> None:
    told = problems(table(*["a,b,c,d,e"] * 100_000))
    assert MOST_PROBLEMS <= len(told) < MOST_PROBLEMS + 10
    assert told[-1].endswith(
        f": there are {MOST_PROBLEMS:,} problems above; mend these first. What follows was not read."
    )


def test_a_refusal_quotes_long_cells_shortly_and_survives_a_process() -> None:
    (told,) = refused(f"Lincoln,Grade 4,Sam,{'x' * 150},teacher")
    assert len(told) < 150
    error = RosterError("one", "two")
    assert pickle.loads(pickle.dumps(error)).problems == ("one", "two")  # noqa: S301


# ------------------------------------------------------------------ whatever comes


def understood(content: str | bytes) -> Roster | None:
    """Read anything; all that may come out is a roster or a refusal with sentences of plain signs."""
    told: tuple[str, ...] = ()
    roster = None
    try:
        roster = read(content)
    except RosterError as error:
        told = error.problems
    assert bool(told) == (roster is None)
    assert not [sign for sentence in told for sign in sentence if category(sign) in ("Cc", "Cs")]
    return roster


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_are_answered_by_anything_but_a_refusal(content: bytes) -> None:
    understood(content)


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_text_is_answered_by_anything_but_a_refusal(content: str) -> None:
    understood(content)


CELL = st.one_of(
    st.text(max_size=20),
    st.sampled_from([*TEAM[0].split(","), *TEAM[1].split(","), "no", "EST", "con", "aux", "U000001", GUID, "=1+1"]),
    st.text("abx-_BR1", max_size=8),
    st.text("ab.@-_'é", max_size=12),
    st.dates().map(str),
)


@settings(deadline=None)
@given(st.lists(st.lists(CELL, max_size=12), max_size=6), st.permutations(COLUMNS), st.sampled_from(",;\t"))
def test_no_table_is_answered_by_anything_but_a_refusal(
    rows: list[list[str]], columns: list[str], delimiter: str
) -> None:
    written = StringIO()
    csv.writer(written, delimiter=delimiter).writerows([columns, *rows])
    understood(written.getvalue())


@settings(deadline=None)
@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_names_that_are_read_are_storable_words_on_one_line(name: str, team: str) -> None:
    written = StringIO()
    rows = [row.split(",") for row in TEAM]
    csv.writer(written).writerows([HEADER.split(","), *([s, team, name, e, r] for s, _, _, e, r in rows)])
    if roster := understood(written.getvalue()):
        for entry in roster.entries:
            for words in (entry.name, entry.team):
                assert words == " ".join(words.split())
                assert words.encode()
                assert "\0" not in words


def test_a_column_may_be_called_role() -> None:
    header = "School,Team,Name,Email,Role\n"
    assert problems(header + "Lincoln,Grade 4,Ana,ana@lincoln.example,teacherr\n")[0].startswith(
        'line 2: "teacherr" is not'
    )


def test_roles_that_slip_into_the_next_column_are_known_as_roles() -> None:
    header = "school;team;name;email;roles;meeting_day\n"
    said = problems(header + "Lincoln;Grade 4;Ana;ana@lincoln.example;hybrid; facilitator\n")
    assert 'line 2: "facilitator" is a role, under meeting_day. Put quotation marks around all roles.' in said


def test_a_workbook_is_told_from_a_table() -> None:
    assert problems(b"PK\x03\x04\x14\x00\x06\x00") == (
        'This is an Excel workbook, not a CSV file. In Excel, save it as "CSV UTF-8".',
    )
