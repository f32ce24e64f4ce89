"""The pulse: the whole staff of a school is asked, and when it closes nobody can tell any more who said what."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from bot import files, sample
from bot.conductor import Conductor
from bot.config import Settings
from bot.journal import Journal
from bot.rehearsal import Player
from bot.retention import expire
from flows.messages import Errors, Kind
from flows.waves import FLOW, Wave
from storage import restoration, tables
from storage.database import Database
from tests.scenarios.test_restored import Restore, elsewhere, goes_on_from, programs, put_back
from tests.world import School, scripts, told

__all__ = ["elsewhere", "programs", "put_back"]
SCALES = [step.key for step in scripts().flow(FLOW).steps if step.kind is Kind.SCALE]
COMMENT = "Finn should not have to carry the whole of it"


async def two_teams(school: School) -> dict[str, Player]:
    """Nine people in one team, three in another, of whom one is in both, and one of the staff beyond them."""
    names = ("Ana", "Ben", "Cara", "Dan", "Eva", "Finn", "Gus", "Hal")
    await school.team(*names, administrator="Lena", staff="Sam", coach="Kay")
    await school.another_team("grade7", "Ivy", "Joe", administrator="Lena", channel="grade-7")
    return school.people


async def starts(school: School) -> str:
    """Lena looks at the pulse that would be, and starts it."""
    lena = school.people["lena"]
    shown = told(await lena.says("pulse start"))
    await lena.presses("Start it like this")
    return shown


async def answers(player: Player, point: int, comment: str | None = None) -> None:
    """Give everything the same point."""
    await player.says(f"answer {FLOW}")
    await player.fills(**dict.fromkeys(SCALES, str(point)), comment=comment)


async def everything(school: School) -> str:
    """All that the database holds, as text."""
    async with school.rehearsal.database.read(sample.TENANT) as store:
        kept = {}
        for table in tables.metadata.sorted_tables:
            rows = await store.rows(select(table))
            kept[table.name] = [[str(value) for value in row] for row in rows]
    return json.dumps(kept, ensure_ascii=False)


async def test_the_whole_staff_is_asked_once_each_and_reads_figures_when_it_is_closed(school: School) -> None:
    people = await two_teams(school)
    shown = await starts(school)
    assert "It asks 12 people, the whole staff" in shown
    assert "The grade7 team" in shown
    assert not people["ana"].was_told("How is it going here?")

    await school.until("next school day 12:00")
    asked = [who for who, each in people.items() if each.was_told("How is it going here?", times=1)]
    assert sorted(asked) == sorted({*people} - {"kay"}), "everybody once, and nobody who only looks on"
    assert people["ivy"].was_told("could be traced to few people: The grade7 team")
    assert people["sam"].was_told("Confidential until it closes, anonymous after")
    assert people["sam"].was_told("Everybody at your school reads figures and comments, without names.")
    assert people["sam"].was_told("Coaches, district leaders and observers read the figures of the whole school")
    assert not people["ana"].was_told("Please note")

    for who in ("ana", "ben", "cara", "dan", "eva", "finn", "gus", "ivy", "joe"):
        await answers(people[who], 5 if who < "f" else 2, COMMENT if who == "gus" else None)
    assert "is open until" in told(await people["lena"].says("pulse"))

    await school.until("2027-02-12 12:00")
    found = told(await people["lena"].says("pulse"))
    assert "9 people answered." in found
    assert "Vision and strategy" in found
    assert COMMENT not in found, "nine are too few for comments"
    for words in ("what others see", "who sees what"):
        assert "district leaders and observers read the figures of the whole school" in told(
            await people["ana"].says(words)
        )
    seen_by_kay = told(await people["kay"].says("pulse"))
    assert "9 people answered." in seen_by_kay
    assert "answered)" not in seen_by_kay, "who looks on reads no groups"
    closed = [post.place for post in school.stage.posts if "The pulse is closed" in post.message.text]
    channels = [place for place in closed if not place.startswith("direct")]
    assert len(channels) == len({*channels}) == 2, "each team hears of it in its own channel"


async def test_when_it_is_closed_nothing_tells_who_answered(school: School) -> None:
    people = await two_teams(school)
    await starts(school)
    await school.until("next school day 12:00")
    silent = {"ben", "sam"}
    for who in {*people} - {*silent, "kay"}:
        await answers(people[who], 4, COMMENT if who == "gus" else None)
    await people["gus"].says(f"answer {FLOW}")
    await people["gus"].submits({**dict.fromkeys((f"{step}.0" for step in SCALES), "3"), "comment.0": COMMENT})
    before = await everything(school)
    assert COMMENT in before
    exported = await files.export(school.url)
    assert COMMENT not in str(exported)
    assert not exported["conversation"], "nor is it told while it is open who answered"

    await school.until("2027-02-12 12:00")
    after = await everything(school)
    assert COMMENT not in after
    assert "I can say in one sentence" not in after
    async with school.rehearsal.database.read(sample.TENANT) as store:
        rows = [row for row in await store.select(tables.outbox) if FLOW in row["key"] or "How is it" in str(row)]
        told_of = {row["to"] for row in rows if row["kind"] == "prompt"}
        alike = {(row["kind"], row["state"], row["error"], str(row["message"])) for row in rows if row["to"]}
        senders = {row["user"] for row in await store.select(tables.inbox)}
    assert told_of == {*people} - {"kay"}
    assert senders == {""}, "nor is it known who sent anything while it was open"
    assert len({row for row in alike if row[0] == "prompt"}) == 1, "whoever answered looks like whoever did not"


async def test_a_comment_that_may_name_a_student_is_asked_about_once_at_its_field(school: School) -> None:
    people = await two_teams(school)
    await starts(school)
    await school.until("next school day 12:00")
    ana, named = people["ana"], "Jayden cannot read yet, and nobody has the time"
    values = {**dict.fromkeys((f"{step}.0" for step in SCALES), "4"), "comment.0": named}
    await ana.says(f"answer {FLOW}")
    asked = await ana.submits(values)
    assert isinstance(asked, Errors)
    assert asked.fields == {
        "comment.0": "This looks like it names a student: “Jayden”. Edit it, or send it again to post it as it is."
    }
    assert named not in await everything(school), "nothing of it is kept"
    again = await ana.submits({**values, "comment.0": named.replace("Jayden", "Kayden")})
    assert isinstance(again, Errors), "other words are asked about, too"
    assert "Thank you" in told(await ana.submits({**values, "comment.0": named.replace("Jayden", "Kayden")}))
    assert "Kayden" in await everything(school)
    await school.until("2027-02-12 12:00")
    assert "Kayden" not in await everything(school)


async def test_who_has_not_answered_is_reminded_once_and_an_answer_can_be_changed(school: School) -> None:
    people = await two_teams(school)
    await starts(school)
    await school.until("next school day 12:00")
    await answers(people["ana"], 2)
    await answers(people["ana"], 5)
    assert "one reminder comes" in told(await people["ben"].presses("Not now"))
    await people["cara"].says(f"stop {FLOW}")
    await school.until("2027-02-08 12:00")
    assert people["ben"].was_told("Still open; this is the only reminder.", times=1)
    assert not people["ana"].was_told("Still open")
    assert not people["cara"].was_told("Still open"), "who does not want to is not reminded"
    await answers(people["ben"], 5)
    for who in ("cara", "dan", "eva", "finn"):
        await answers(people[who], 5)
    await school.until("2027-02-12 12:00")
    found = told(await people["ben"].says("pulse"))
    assert "6 people answered." in found
    assert "Vision and strategy: more than half say yes" in found, "that all said yes is not told"
    assert "is not asked right now" in told(await people["cara"].says(f"answer {FLOW}"))


async def test_no_pulse_in_week_one_nor_beside_another_nor_a_third_in_twelve_months(school: School) -> None:
    people = await two_teams(school)
    await school.begins()
    assert "from Monday, February 8" in await starts(school)
    assert "A pulse is planned: it opens on Monday" in told(await people["lena"].says("pulse start"))
    await school.until("2027-02-26 12:00")
    assert "would go like this" in await starts(school)
    await school.until("2027-03-20 12:00")
    assert "The next pulse can open on Tuesday, February 8" in told(await people["lena"].says("pulse start"))
    assert "administrator" in told(await people["ana"].says("pulse start"))


async def test_a_cycle_that_begins_first_lets_the_pulse_wait(school: School) -> None:
    people = await two_teams(school)
    await starts(school)
    assert "A pulse is planned: it opens on Tuesday, February 2" in told(await people["lena"].says("pulse"))
    preview = told(await school.guide.says("cycle start"))
    assert "The pulse that was to open on Tuesday, February 2 waits until your first week is over." in preview
    await school.begins()
    await school.until("2027-02-05 16:00")
    assert not people["ana"].was_told("How is it going here?")
    assert people["lena"].was_told("The pulse waits and opens on Monday, February 8", times=1)
    await school.until("2027-02-08 16:00")
    assert people["ana"].was_told("How is it going here?", times=1)
    assert people["ivy"].was_told("until Wednesday, February 24", times=1)


async def test_nobody_is_reminded_of_a_pulse_in_the_first_week_of_their_team(school: School) -> None:
    people = await two_teams(school)
    await starts(school)
    await school.until("2027-02-03 09:00")
    assert "A pulse is open until" in told(await school.guide.says("cycle start"))
    await school.begins()
    await school.until("2027-02-10 12:00")
    assert people["ivy"].was_told("Still open; this is the only reminder.", times=1), "whose team begins nothing"
    assert not people["ben"].was_told("Still open; this is the only reminder.")


async def test_the_next_pulse_tells_what_came_before(school: School) -> None:
    people = await two_teams(school)
    everybody = sorted({*people} - {"kay"})
    for opens, closed, point in (("2027-02-02", "2027-02-12", 2), ("2027-04-02", "2027-04-21", 5)):
        await starts(school)
        await school.until(f"{opens} 12:00")
        for number, who in enumerate(everybody):
            await answers(people[who], point if number % 3 else 4)
        await school.until(f"{closed} 12:00")
        if point == 2:
            await school.until("2027-04-01 09:00")
    found = told(await people["ana"].says("pulse"))
    assert re.search(r"Before is the pulse that closed on \w+ \d+, 20\d\d\.", found), "with its year"
    assert "Vision and strategy: more than half say yes (before: fewer than half say yes)" in found
    async with school.rehearsal.database.read(sample.TENANT) as store:
        assert len(await store.select(tables.facts[Wave])) == 2


async def test_what_people_answer_is_kept_until_the_pulse_closes_however_short_answers_are_kept(
    school: School,
) -> None:
    people = await two_teams(school)
    await starts(school)
    await school.until("next school day 12:00")
    for who in ("ana", "ben", "cara", "dan", "eva", "finn"):
        await answers(people[who], 4)
    await school.until("2027-02-05 12:00")
    await expire(school.rehearsal.database, Settings(database_url=school.url, keep_answers=1))
    await school.until("2027-02-12 12:00")
    assert "6 people answered." in told(await people["ana"].says("pulse"))


async def test_a_pulse_that_was_closed_is_not_counted_again_from_a_backup(
    school: School, put_back: Callable[[], Restore], tmp_path: Path
) -> None:
    journal = Journal(tmp_path / "journal")
    people = await two_teams(school)
    await starts(school)
    await school.until("next school day 12:00")
    for who in ("ana", "ben", "cara", "dan", "eva", "finn", "gus"):
        await answers(people[who], 4, COMMENT)
    restore = put_back()
    await remembers(school, journal)
    await answers(people["hal"], 2)
    await school.until("2027-02-12 12:00")
    assert "8 people answered." in told(await people["lena"].says("pulse"))

    url = restore()
    async with Database(url, school.clock) as database, database.everywhere() as everyone:
        await restoration.begin(everyone)
    await goes_on_from(school, url)
    assert COMMENT in await everything(school)
    await remembers(school, journal)
    await school.rehearsal.conductor.close_lost_pulses()
    assert COMMENT not in await everything(school)
    assert "not counted a second time" in told(await people["lena"].says("pulse"))
    await school.until("2027-02-15 12:00")
    assert "not counted a second time" in told(await people["lena"].says("pulse"))


async def test_a_pulse_of_a_practice_school_is_not_remembered_for_the_next_one(school: School, tmp_path: Path) -> None:
    people = await two_teams(school)
    journal = Journal(tmp_path / "journal")
    school.rehearsal.conductor = Conductor(school.rehearsal.database, scripts(), journal=journal)
    await starts(school)
    await school.until("2027-02-12 12:00")
    assert people["ana"].was_told("The pulse is closed")
    assert not journal.file.exists()


async def test_a_pulse_that_began_after_the_backup_is_not_mistaken_for_one_that_is_closed(
    school: School, put_back: Callable[[], Restore], tmp_path: Path
) -> None:
    journal = Journal(tmp_path / "journal")
    people = await two_teams(school)
    restore = put_back()
    await remembers(school, journal)
    await starts(school)
    await school.until("2027-02-12 12:00")

    await goes_on_from(school, restore())
    await remembers(school, journal)
    await starts(school)
    await school.until("next school day 12:00")
    for who in ("ana", "ben", "cara", "dan", "eva", "finn"):
        await answers(people[who], 4)
    await school.until("2027-03-05 12:00")
    assert "6 people answered." in told(await people["lena"].says("pulse"))


async def test_a_pulse_that_was_only_planned_in_the_backup_and_opened_later_than_planned_is_not_asked_again(
    school: School, put_back: Callable[[], Restore], tmp_path: Path
) -> None:
    journal = Journal(tmp_path / "journal")
    people = await two_teams(school)
    await starts(school)
    restore = put_back()
    await remembers(school, journal)
    await school.begins()
    await school.until("2027-02-08 16:00")
    assert people["ivy"].was_told("until Wednesday, February 24", times=1), "it waited for the first week"
    await school.until("2027-02-25 12:00")

    await goes_on_from(school, restore())
    await remembers(school, journal)
    await school.rehearsal.conductor.close_lost_pulses()
    assert "not counted a second time" in told(await people["lena"].says("pulse"))
    await school.until("2027-03-08 12:00")
    assert people["ivy"].was_told("How is it going here?", times=2), "the question and the reminder of before"


async def remembers(school: School, journal: Journal) -> None:
    """The process is started again, and knows the journal; what is practiced has none."""
    async with school.rehearsal.database.begin(sample.TENANT) as store:
        await store.update(tables.tenant, practice=False)
    school.rehearsal.conductor = Conductor(school.rehearsal.database, scripts(), journal=journal)
