"""A person is erased: none of their words is left in any copy, the work stays, and no backup brings them back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Executable, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError

from adapters.base import Address
from bot import erasing, retracting
from bot.config import Settings
from bot.erasing import CannotErase
from bot.journal import Journal, journal_of
from bot.sample import PLATFORM, TENANT, WORKSPACE
from flows.decision_records import Amendment, Decision, Stand, Wording
from flows.flow import Conversation
from flows.messages import Message
from flows.people import ERASED, Member
from flows.records import Action, Doubt, Evidence, Indicator, Line, Need
from flows.sends import Send, SendKind
from storage import audit, legal_holds, outbox, records, tables
from storage.addresses import Destination
from storage.database import Database
from storage.state import CLOSED
from tests.scenarios.test_decisions import decides
from tests.scenarios.test_restored import Restore, elsewhere, goes_on_from, programs, put_back
from tests.world import School, plans, scripts, told

__all__ = ["elsewhere", "programs", "put_back"]
WORD = "quokka"
"""stands in everything that Ben writes for the team"""


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "erasures")


async def everything(database: Database) -> dict[str, str]:
    """Every row of every table as text, the way a reader of the file would find it."""
    async with database.look_everywhere() as looking:
        return {
            table.name: str([tuple(row) for row in await looking.connection.execute(select(table))])
            for table in tables.metadata.sorted_tables
        }


async def tables_with(database: Database, words: str) -> list[str]:
    return [name for name, rows in (await everything(database)).items() if words in rows]


async def a_cycle_with_ben(school: School) -> None:
    """Ben names a need and a resource, says what he thinks of a decision, reflects, shares, and sees something."""
    ana, ben, cai, lena = await school.team("Ana", "Ben", "Cai", administrator="Lena")
    await decides(lena)
    await school.until("2027-02-02 08:00")
    await ben.says(f"stand 1 worry because of the {WORD} at the bus")
    await school.comes_to("needs")
    await school.until("2027-02-08 08:00")
    await ben.fills(strength=f"Our {WORD} days", need=f"A quiet {WORD}", evidence=f"{WORD} broke in", area="time")
    await cai.says("need Planning time")
    await ben.says(f"resource A {WORD} room")
    await school.until("2027-02-22 08:00")
    await cai.fills(dots={"1": 2})
    await school.until("2027-02-25 16:00")
    if not any(each.chosen_in for each in (await school.room()).needs):
        await school.chooses("1")
    await plans(ana, "Rework drafts", "2027-03-24")
    await ana.says("cycle next because we plan as we go")
    await school.until("2027-03-12 14:35")
    await ben.says("reflect")
    await ben.fills(what=f"My {WORD} week", so_what=None, now_what=None)
    await ben.presses("Share with the team")
    await ben.says(f"action evidence 1 Ten of {WORD} came")
    draft = Decision("team", 2, 1, "", f"A {WORD}?", "", "ben", school.clock.now, state="draft")
    amended = Decision("team", 3, 1, "tell", "Later lunch", "", "ben", school.clock.now, state="decided")
    await school.keep(draft, amended, Amendment("team", 3, f"Earlier {WORD}", "", school.clock.now))
    toward = Indicator("team", 1, 1, "teams", "ben", f"How many {WORD}", seen=f"One {WORD}", link=f"https://{WORD}")
    await school.keep(Doubt("team", 1, "ben", school.clock.now, {"said": f"{WORD} Smith"}), toward)
    await school.until("next school day 09:00")
    async with school.rehearsal.database.begin(TENANT) as store:
        quoting = Send("quote", "team", "cai", SendKind.ANSWER, store.school_time, Message(f"Ben wrote: {WORD}"))
        await outbox.enqueue(store, quoting, Destination(PLATFORM, WORKSPACE, cai.place, "cai"))
    await school.rehearsal.settle()


async def a_few_words_of_ben(school: School) -> None:
    """Ben names a need and says what he thinks of a decision."""
    ana, ben, cai, lena = await school.team("Ana", "Ben", "Cai", administrator="Lena")
    await decides(lena)
    await school.until("2027-02-02 08:00")
    await ben.says(f"stand 1 worry because of the {WORD} at the bus")
    await school.until("2027-02-03 16:00")
    await school.comes_to("needs")
    await ben.says(f"need A quiet {WORD}")


async def erased(school: School, journal: Journal) -> None:
    await erasing.erase(school.url, scripts(), journal, "Ben B.")
    await school.rehearsal.settle()


async def test_none_of_an_erased_persons_words_is_left_in_any_table(school: School, journal: Journal) -> None:
    await a_cycle_with_ben(school)
    database = school.rehearsal.database
    before = await tables_with(database, WORD)
    assert {
        "answer",
        "need",
        "resource",
        "line",
        "evidence",
        "stand",
        "decision",
        "amendment",
        "doubt",
        "indicator",
        "conversation",
        "outbox",
    } <= set(before)
    assert any(WORD in reply for reply in school.channel.thread("Act"))

    await erased(school, journal)

    assert await tables_with(database, WORD) == []
    assert await tables_with(database, "Ben B.") == []
    assert await tables_with(database, "direct-ben") == []
    room = await school.room()
    assert room.decisions[0].question, "what was decided stays"
    assert room.member("ben").name == ERASED
    assert not any(WORD in reply or "Ben" in reply for reply in school.channel.thread("Act")), "cards are drawn anew"
    assert "Ben" not in school.channel.card("Decision 1")
    assert WORD not in told(await school.people["cai"].says("needs"))
    assert "answer" in await tables_with(database, "cai"), "what others wrote is left alone"


@dataclass
class Deleting:
    """A platform on which posts are deleted; one of them is not let go at first."""

    stuck: str = ""
    deleted: list[str] = field(default_factory=list)

    async def retract(self, address: Address, id: str) -> None:
        if id == self.stuck:
            raise OSError("not now")
        self.deleted.append(id)


async def test_what_leadcycle_wrote_to_the_person_is_deleted_there_and_tried_again_where_it_fails(
    school: School, journal: Journal
) -> None:
    await a_few_words_of_ben(school)
    theirs = {str(each.number) for each in school.people["ben"].posts}
    await erased(school, journal)
    platform: Any = Deleting(stuck=min(theirs))

    assert await retracting.retract(school.rehearsal.database, {PLATFORM: platform}) == len(theirs) - 1
    assert set(platform.deleted) == theirs - {min(theirs)}
    platform.stuck = ""
    assert await retracting.retract(school.rehearsal.database, {PLATFORM: platform}) == 0, "a minute later"
    async with school.rehearsal.database.everywhere() as everyone:
        await everyone.connection.execute(tables.retraction.update().values(wait_until=everyone.now))
    assert await retracting.retract(school.rehearsal.database, {PLATFORM: platform}) == 1
    assert await tables_with(school.rehearsal.database, "practice") != []
    assert "retraction" not in [
        name for name, rows in (await everything(school.rehearsal.database)).items() if rows != "[]"
    ]


async def test_an_erased_person_stays_so_when_an_older_backup_is_put_back(
    school: School, journal: Journal, put_back: Callable[[], Restore]
) -> None:
    await a_few_words_of_ben(school)
    restore = put_back()
    await erased(school, journal)
    assert "ben" in journal.file.read_text()
    assert "Ben" not in journal.file.read_text()

    url = restore()
    async with Database(url, school.clock) as database:
        assert await tables_with(database, WORD)
        assert await erasing.again(database, scripts(), journal) == 1
        assert await tables_with(database, WORD) == []
        assert await erasing.again(database, scripts(), journal) == 0
    await goes_on_from(school, url)
    assert WORD not in told(await school.people["cai"].says("needs"))


async def test_a_legal_hold_refuses_until_it_is_off_and_outlives_a_restore(
    school: School, journal: Journal, put_back: Callable[[], Restore]
) -> None:
    await a_few_words_of_ben(school)
    restore = put_back()
    await erasing.hold(school.url, journal, "Ben B.", "a lawsuit")
    for wanted in (erasing.erase(school.url, scripts(), journal, "Ben B."), erasing.preview(school.url, "Ben B.")):
        with pytest.raises(CannotErase, match=r"legal hold stands since .* \(a lawsuit\)"):
            await wanted
    async with Database(restore(), school.clock) as database:
        await erasing.again(database, scripts(), journal)
        async with database.read(TENANT) as store:
            (held,) = await legal_holds.standing(store)
            (logged,) = await audit.listing(store, deed="legal hold")
    assert (logged.deed.about, logged.deed.detail) == ("ben", {"is": "begun"}), (
        "the log that was put back knows it, too"
    )
    async with school.rehearsal.database.read(TENANT) as store:
        assert [held] == list(await legal_holds.standing(store)), "since the same moment, and for the same reason"
    assert (held.member, held.because) == ("ben", "a lawsuit")

    await erasing.release(school.url, journal, "Ben B.")
    await erasing.hold(school.url, journal, "", "everything")
    with pytest.raises(CannotErase, match="legal-hold off --all"):
        await erasing.erase(school.url, scripts(), journal, "Ben B.")
    assert await tables_with(school.rehearsal.database, WORD)


async def test_what_was_written_to_a_held_person_stays_when_somebody_is_erased_or_takes_words_back(
    school: School, journal: Journal
) -> None:
    await a_cycle_with_ben(school)

    async def kept() -> set[str]:
        closed = [row for row in await school.rows() if row.send.to == "cai" and row.state in CLOSED]
        return {row.send.key for row in closed if row.send.message}

    await erasing.hold(school.url, journal, "Cai C.", "a lawsuit")
    before = await kept()
    assert "quote" in before
    await school.people["ben"].says("action evidence drop 1")
    assert before <= await kept()
    await erased(school, journal)
    assert before <= await kept()


async def test_the_audit_log_is_only_ever_added_to(school: School, journal: Journal) -> None:
    await a_few_words_of_ben(school)
    await school.people["lena"].says("team meets Thursday")
    await erased(school, journal)
    database = school.rehearsal.database
    async with database.read(TENANT) as store:
        entries = await audit.listing(store)
    assert [(each.by, each.deed.kind, each.deed.about) for each in entries][-2:] == [
        ("lena", "setting", "team"),
        ("operator", "erasure", "ben"),
    ]
    assert entries[-2].deed.detail == {"changed": ["meeting_weekday"]}

    for statement in (tables.audit.update().values(by="nobody"), tables.audit.delete()):
        with pytest.raises(DBAPIError, match="the audit log is only added to"):
            async with database.everywhere() as everyone:
                await everyone.connection.execute(statement)
    async with database.read(TENANT) as store:
        assert await audit.listing(store) == entries


async def test_no_line_of_the_audit_log_can_be_replaced_by_another(school: School) -> None:
    await school.team("Ana", "Ben", administrator="Lena")
    await school.people["lena"].says("team meets Thursday")
    database, line = school.rehearsal.database, {"by": "nobody", "detail": {}}
    async with database.everywhere() as everyone:
        found = (await everyone.connection.execute(select(tables.audit))).mappings().first()
    assert found
    forged = {**found, **line}
    attempts: list[Executable] = [tables.audit.insert().values(forged)]
    if database.is_shared:
        anew = postgresql.insert(tables.audit).values(forged)
        attempts.append(anew.on_conflict_do_update(index_elements=["tenant", "id"], set_=line))
    else:
        attempts.append(tables.audit.insert().prefix_with("OR REPLACE").values(forged))
        by_row = (
            "INSERT OR REPLACE INTO audit (rowid, tenant, id, sequence, at, by, deed, about, detail) "
            "SELECT rowid, tenant, 'other', sequence, at, 'nobody', deed, about, '{}' FROM audit"
        )
        attempts.append(text(by_row))

    for attempt in attempts:
        with pytest.raises(DBAPIError, match=r"the audit log is only added to|pk_audit"):
            async with database.everywhere() as everyone:
                await everyone.connection.execute(attempt)

    async with database.everywhere() as everyone:
        assert (await everyone.connection.execute(select(tables.audit))).mappings().first() == found


async def test_what_was_on_its_way_while_a_person_was_erased_is_destroyed_within_the_hour(
    school: School, journal: Journal
) -> None:
    await a_few_words_of_ben(school)
    database = school.rehearsal.database
    async with database.everywhere() as everyone:
        table = tables.outbox
        on_its_way = (table.c.to == "ben", table.c.message_id != "")
        row = (await everyone.connection.execute(select(table.c.delivery).where(*on_its_way).limit(1))).scalar_one()
        this = table.c.delivery == row
        await everyone.connection.execute(table.update().where(this).values(state="inflight", message={"text": WORD}))
    await erased(school, journal)
    assert await tables_with(database, WORD) == ["outbox"]
    async with database.everywhere() as everyone:
        await everyone.connection.execute(table.update().where(this).values(state="sent"))

    await erasing.sweep(database)

    assert await tables_with(database, WORD) == []


def test_every_kind_of_fact_that_a_later_version_adds_has_to_say_what_becomes_of_it() -> None:
    """A kind is either forgotten by a rule, or it holds nobody's own words, or it is the district's record."""
    from flows import erasing as rules
    from flows import records as kinds
    from flows.people import Channel, School, Team
    from flows.waves import Invited, Pulse, Wave
    from storage.addresses import Identity

    by_hand = {Identity, Conversation, Amendment}
    of_ids = {School, Team, Channel, kinds.Cycle, kinds.Occurrence, kinds.Lead, kinds.Ballot, kinds.Consent}
    stays = {*of_ids, kinds.Placement, Pulse, Invited, Wave}
    record = {kinds.Charter, kinds.Result, Wording}
    assert {*rules.RULES, *by_hand, *stays, *record} == set(tables.KEYS)
    assert {Member, Action, Decision, Evidence, Line, Need, Stand} <= set(rules.RULES)


def test_the_journal_lies_beside_a_sqlite_file_and_is_named_for_other_databases(tmp_path: Path) -> None:
    beside = journal_of(Settings(database_url="sqlite:///school.db"))
    assert beside is not None
    assert beside.file == Path("school.db.erasures")
    assert journal_of(Settings(database_url="postgresql://here/school")) is None
    named = journal_of(Settings(database_url="postgresql://here/school", erasures=tmp_path / "gone"))
    assert named is not None
    assert named.file == tmp_path / "gone"


def test_by_whichever_link_a_file_is_named_its_journal_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("link.db").symlink_to(tmp_path / "school.db")
    beside = journal_of(Settings(database_url="sqlite:///link.db"))
    assert beside is not None
    assert beside.file == tmp_path / "school.db.erasures"


async def test_every_table_is_in_a_persons_record_or_named_as_one_of_nobody(school: School) -> None:
    from storage import own_record

    told_of = {table.name for table in tables.facts.values()} | {"answer"}
    told_of |= {table.name for table, _ in own_record._elsewhere("ben", [])}
    assert told_of | own_record.OF_NOBODY == set(tables.metadata.tables)
    assert not told_of & own_record.OF_NOBODY
    await school.team("Ana", "Ben", administrator="Lena")
    async with school.rehearsal.database.begin(TENANT) as store:
        await records.keep(store, Need("team", 1, 1, "ben", "", WORD))
        assert (await own_record.of(store, "ben"))["need"][0]["text"] == WORD
