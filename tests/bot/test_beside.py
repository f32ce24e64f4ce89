"""Who is beside the teams: a coach's console, the district's figures, and the page that says what both are made of."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Column, Engine, Table, event
from sqlalchemy.sql import visitors

from bot import sample
from bot.app import Application
from bot.config import Settings
from bot.sample import Part
from flows import coaching, rollup, shown
from flows.decision_records import Decision
from flows.events import Event, Said
from flows.messages import Card, Message, Note
from flows.people import Membership, Role, School, Team
from flows.records import Action, Charter, Cycle, Line, Move, Need
from flows.rollup import Figure
from flows.room import Room
from flows.sends import Go, Send, SendKind
from storage import glimpses, outbox, records, rollups, tables
from storage.addresses import Destination
from tests.bot.test_pages import HOST, Pages

SECRET = "SECRET words of somebody"
SCHOOLS = {"hilltop": "Hilltop Elementary", "bay": "Bay High", "cove": "Cove School"}


@pytest.fixture
async def district(database_url: str) -> AsyncIterator[Pages]:
    """Riverside and two more small schools, a larger one, a coach of three teams and a district leader."""
    application = await Application.prepare(Settings(database_url=database_url))
    async with application.database as database, database.begin(sample.TENANT) as store:
        await records.keep(store, *(School(key, name, sample.TWO_YEARS) for key, name in SCHOOLS.items()))
        for team, people in (("hilltop", 7), ("bay", 3), ("cove", 4)):
            parts = [Part(f"{team}{n}", f"{team} {SECRET} {n}", (Role.TEACHER,), "") for n in range(people)]
            parts[0] = replace(parts[0], roles=(Role.ADMINISTRATOR, Role.FACILITATOR))
            await sample.found_team(store, Team(team, team, f"{SCHOOLS[team]} team"), tuple(parts), team)
        beside = (Part("kay", "Kay Lund", (Role.COACH,), ""), Part("dot", "Dot Reyes", (Role.DISTRICT_LEADER,), ""))
        await sample.found_team(store, Team("riverside4", "riverside", "Grade 4"), beside, "riverside4")
        begun = sample.opening() - timedelta(days=60)
        for team in ("hilltop", "bay"):
            late = begun.date() + timedelta(days=5)
            await records.keep(
                store,
                Membership(team, "kay", (Role.COACH,), 90),
                Cycle(team, 1, begun.date(), 10),
                Move(team, 1, 1, "opened", "act", begun),
                Charter(team, 1, SECRET, SECRET, SECRET, f"{team}0", "work"),
                Action(team, 1, 1, SECRET, f"{team}1", late, f"{team}0", state="open"),
                Need(team, 1, 1, f"{team}0", "", SECRET),
                Line(team, 1, 1, "reflect", "what", "", f"{team}1", True, SECRET, begun.date()),
                Decision(team, 1, 1, "consent", SECRET, SECRET, f"{team}0", begun, state="decided", outcome=SECRET),
                Decision(team, 2, 1, "tell", SECRET, SECRET, f"{team}0", begun, state="decided", outcome=SECRET),
            )
    application = await Application.prepare(Settings(database_url=database_url))
    async with application.database:
        yield Pages(application)


async def text_of(pages: Pages, member: str, path: str) -> str:
    found = await (await pages.inside(member)).get(path)
    assert found.status_code == 200, (member, path)
    return found.text


async def says(pages: Pages, member: str, words: str) -> Message:
    """What Leadcycle answers at once."""
    there = (sample.PLATFORM, sample.WORKSPACE, member, f"direct-{member}", True, sample.opening())
    said = Event(f"{words}-{uuid4().hex}", *there, Said(words, True), "", True)
    assert await pages.application.conductor.capture(said)
    reply = await pages.application.conductor.hear(said)
    assert isinstance(reply, Note | Card), reply
    return reply.message


async def test_a_coach_finds_all_teams_of_all_schools_with_what_stands_before_each_and_what_to_do(
    district: Pages,
) -> None:
    page = await text_of(district, "kay", "/coach")

    for team in ("Hilltop Elementary team", "Bay High team", "Grade 4"):
        assert team in page
    assert page.count("Action 1 is overdue.") == 2
    assert "a smaller step is a good answer" in page
    assert "Nobody has written a reflection for two school weeks." in page, "seven people: any reflection counts"
    assert "No line of a reflection has been shared" in page, "three people: only what they shared is counted"
    assert "No cycle yet" in page
    assert "SECRET" not in page


async def test_advice_is_said_once_however_many_actions_it_is_about(district: Pages) -> None:
    late = (sample.opening() - timedelta(days=55)).date()
    more = (Action("bay", number, 1, SECRET, "bay1", late, "bay0", state="open") for number in range(2, 6))
    async with district.application.database.begin(sample.TENANT) as store:
        await records.keep(store, *more)
    page, told = await text_of(district, "kay", "/coach"), await district.asks("kay", "my teams")

    assert "Action 5 is overdue." in page
    assert page.count("a smaller step is a good answer") == 2, "once for each of two teams"
    (bay,) = [each.text for each in told.items if each.label.startswith("Bay")]
    assert "Action 5 is overdue." in bay
    assert bay.count("a smaller step is a good answer") == 1


async def test_the_chat_tells_a_coach_the_same_whatever_the_team(district: Pages) -> None:
    told = await district.asks("kay", "my teams")

    assert told.title == "Your teams"
    assert {each.label for each in told.items} == {
        "Hilltop Elementary team, Hilltop Elementary",
        "Bay High team, Bay High",
        "Grade 4, Riverside Middle School",
    }
    assert "Action 1 is overdue." in told.items[0].text
    assert "SECRET" not in str(told)
    assert told.link is not None
    assert told.link.url == f"{HOST}/coach"


async def test_the_figures_of_small_schools_are_left_out_and_cannot_be_worked_out(district: Pages) -> None:
    page = await text_of(district, "dot", "/district")

    assert page.count("Left out: too few people") == 3 * 3, "three small schools, under each outcome with evidence"
    assert '"Decisions taken">2</td>' in page, "Bay High alone of the small schools decided anything"
    assert page.count("No evidence recorded") == 1
    assert "SECRET" not in page
    told = await district.asks("dot", "our district")
    assert "Decisions taken: 2" in str(told.items)
    tell = Decision("cove", 1, 0, "tell", SECRET, SECRET, "cove0", sample.opening(), state="decided")
    async with district.application.database.begin(sample.TENANT) as store:
        await records.keep(store, *(replace(tell, number=number) for number in (1, 2, 3)))
    told = await district.asks("dot", "our district")
    assert "Decisions taken: 7" in str(told.items), "two small schools hide each other"


async def test_many_schools_are_folded_and_found_by_their_names(district: Pages) -> None:
    assert "<details open>" in await text_of(district, "dot", "/district"), "four are read at one look"
    schools = [School(f"many{number}", f"Mány School {number}", sample.TWO_YEARS) for number in range(20)]
    async with district.application.database.begin(sample.TENANT) as store:
        await records.keep(store, *schools)
        for school in schools:
            part = Part(f"{school.id}p", SECRET, (Role.ADMINISTRATOR,), "")
            await sample.found_team(store, Team(school.id, school.id, school.name), (part,), school.id)
    page = await text_of(district, "dot", "/district")

    assert "<details>" in page
    assert "<details open>" not in page
    assert page.index("All schools") < page.index("<details>"), "what all have together is read without opening"
    found = await text_of(district, "dot", "/district?q=many school 1")
    assert "<details open>" in found
    assert "Mány School 19" in found
    assert "Mány School 2<" not in found
    assert "0 schools are called so." in await text_of(district, "dot", "/district?q=nowhere")


@pytest.mark.parametrize(("member", "page"), [("ana", "/coach"), ("dot", "/coach"), ("kay", "/district")])
async def test_neither_view_is_anybody_elses(district: Pages, member: str, page: str) -> None:
    browser = await district.inside(member)

    assert (await browser.get(page)).status_code == 404
    assert page not in (await browser.get("/")).text


async def test_school_and_coach_place_the_team_each_for_itself_and_both_stay_on_record(district: Pages) -> None:
    assert "exploring" in (await says(district, "hilltop0", "team level exploring")).text
    database = district.application.database
    async with database.begin(sample.TENANT) as store:
        for team in ("bay", "riverside4"):
            (place,) = await records.load(store, Membership, team=team, member="kay")
            await records.discard(store, place)
    assert "The coach sees it 2 levels further." in (await says(district, "kay", "coach level practising")).text
    await says(district, "hilltop0", "team level starting")

    history = await says(district, "hilltop1", "team levels")
    assert [each.text.partition(": ")[2] for each in history.items] == [
        "the school, starting",
        "the coach, practising",
        "the school, exploring",
    ]
    page = await text_of(district, "kay", "/coach")
    assert "The coach sees it 1 level further." in page
    assert "Tell the team what you see" in page


async def test_somebody_who_is_no_coach_places_no_team_as_one(district: Pages) -> None:
    assert "for a team's coach" in str(await says(district, "hilltop0", "coach level starting"))


# ---------------------------------------------------------------- what others see


def columns(statement: Any) -> set[tuple[str, str]]:
    """Every column of a table that a statement touches, to show it or to choose by it."""
    found = [each for each in visitors.iterate(statement) if isinstance(each, Column)]
    return {(each.table.name, each.name) for each in found if isinstance(each.table, Table)} - {
        (table.name, "tenant") for table in tables.metadata.sorted_tables
    }


def declared() -> set[tuple[str, str]]:
    """Every field that the page lists, as its table and column."""
    parts = [(kind, name) for part in shown.COACH for kind, names in part.fields.items() for name in names]
    return {(kind.__name__.lower(), name) for kind, name in parts}


def counted(figures: Sequence[Figure] = rollup.FIGURES) -> set[tuple[str, str]]:
    """What the figures are counted by, and who is a member."""
    by = {(each.kind.__name__.lower(), name) for each in figures for name in each.fields}
    joined = {("team", "id"), ("team", "school"), *((each.kind.__name__.lower(), "team") for each in figures)}
    people = {("membership", name) for name in ("team", "member", "roles", "left_on")}
    return by | (joined - {("team", "team")}) | people | {("member", "id"), ("member", "left_on")}


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_what_the_views_ask_the_database_for_is_what_is_declared_and_nothing_else(dialect: str) -> None:
    assert columns(glimpses.question(dialect, "t", ["a"])) == declared()
    assert columns(rollups.question("t")) == counted()


def test_a_field_that_is_read_and_not_declared_is_found() -> None:
    action = tables.facts[Action].c
    found = columns(glimpses.question("sqlite", "t", ["a"]).subquery().select().where(action.what == ""))

    assert found - declared() == {("action", "what")}


async def test_the_page_lists_each_part_and_each_figure_once(district: Pages) -> None:
    page = await text_of(district, "hilltop1", shown.PATH)
    phrases = district.application.scripts.phrases()

    parts = [f"shown.coach_{part.key}" for part in shown.COACH]
    for key in (*parts, *(f"rollup.{each.key}" for each in rollup.FIGURES)):
        assert phrases.say(key).replace("'", "&#39;") in page, key
    listed = {key for key in phrases.keys if key.startswith("shown.coach_")}
    assert listed == set(parts), "nothing is listed that is not read"
    assert "Coach of this team: Kay Lund." in page


async def test_who_sees_what_leads_to_it(district: Pages) -> None:
    told = await says(district, "hilltop1", "who sees what")

    assert "what others see" in [button.says for button in told.buttons]
    listed = await says(district, "hilltop1", "what others see")
    assert len(listed.items) > len(shown.COACH)


@contextmanager
def heard() -> Iterator[list[str]]:
    """Every statement that goes to the database meanwhile."""
    said: list[str] = []

    def hear(connection: Any, cursor: Any, statement: str, *others: Any) -> None:
        said.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    yield said
    event.remove(Engine, "before_cursor_execute", hear)


@pytest.mark.parametrize(("member", "page"), [("kay", "/coach"), ("dot", "/district")])
async def test_a_view_asks_for_no_word_of_anybody(district: Pages, member: str, page: str) -> None:
    browser = await district.inside(member)
    with heard() as said:
        assert (await browser.get(page)).status_code == 200

    assert said
    asked = "\n".join(said)
    for column in ("what", "question", "reason", "text", "norms", "value", "owner", "author", "blocker"):
        assert f".{column}" not in asked, column


async def test_the_digest_of_a_coach_is_drawn_from_the_same_fields_and_from_no_others(
    district: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    conductor, draw, seen = district.application.conductor, coaching.draw, list[Room]()

    def watched(room: Room, day: date, to: str) -> Message | None:
        seen.extend(room.others)
        return draw(replace(room, actions=(), decisions=(), lines=(), conversations={}, moves=()), day, to)

    monkeypatch.setattr(coaching, "draw", watched)
    async with district.application.database.begin(sample.TENANT) as store:
        day = sample.CALENDAR.local_date(store.school_time)
        send = Send("digest", "hilltop", "kay", SendKind.PROMPT, store.school_time, card=f"{coaching.CARD} {day}")
        await outbox.enqueue(store, send, Destination(sample.PLATFORM, sample.WORKSPACE, "direct-kay", "kay"))
        row = await outbox.by_key(store, "digest")
        assert row
        (verdict,) = await conductor.judge(store, [row])

    assert isinstance(verdict, Go)
    assert [item.label for item in verdict.message.items] == ["Bay High team", "Hilltop Elementary team"]
    assert str(verdict.message).count("Action 1 is overdue.") == 2
    assert SECRET not in str(verdict.message)
    assert {room.team.id for room in seen} == {"hilltop", "bay", "riverside4"}
    held = [getattr(room, each.name) for room in seen for each in fields(room) if each.name != "scripts"]
    assert SECRET not in str(held)
