"""The doctor: looks at everything that can go wrong, and says each finding in a sentence."""

import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
from itertools import chain

from adapters.slack.payloads import PLATFORM
from adapters.slack.standing import Standing
from flows.loader import ScriptError
from flows.people import DISTRICT, Hold, Member, Membership, School, Team
from flows.zones import is_another_time
from storage import everywhere, founding, installations, people, records
from storage.database import Database
from storage.faults import StorageError
from storage.installations import Installation
from storage.migration import is_current
from storage.store import Store

from . import database_doctor, platforms, privacy_doctor, reach, sign_ins, slack_doctor
from .app import LOOPBACK, NO_PLATFORM, require_loopback, scripts_of
from .calendar_import import is_placeholder
from .config import Settings, SettingsError, strangers
from .fan_outs import window_of
from .files import unreachable
from .findings import Finding
from .reach import Asked
from .school_time import end_of_hold

CYCLE_WEEKS = 10
"""So many open weeks a cycle takes."""
PRACTICE = "No chat platform is set up; until one is, `leadcycle serve` is a practice school."
_TROUBLE = {
    "dead": "could not be delivered",
    "held": "may not have arrived and are not sent again",
    "unsure": "may not have arrived and are being looked up",
}
"""What is wrong with messages in these states of the outbox."""


async def examine(settings: Settings) -> list[Finding]:
    """Return all findings, the good ones too."""
    return [finding async for finding in _examine(settings)]


async def _examine(settings: Settings) -> AsyncIterator[Finding]:
    version = sys.version_info
    yield Finding(version >= (3, 11), f"Python {version.major}.{version.minor} (3.11 or newer is needed).")
    for stranger in strangers(settings.secrets):
        yield Finding(False, stranger)
    yield _scripts(settings)
    found, there = await slack_doctor.slack(settings, await _installed(settings))
    found += await _teams(settings)
    for finding in found or [_address(settings)]:
        yield finding
    if (signing_in := _sign_in(settings)) and signing_in not in found:
        yield signing_in
    try:
        async with Database(settings.database_url, read_only=True) as database:
            async for finding in _database(database, settings, bool(found), there):
                yield finding
    except StorageError as fault:
        yield Finding(False, str(fault), True)
    except Exception as fault:
        reason = type(fault).__name__
        yield Finding(False, f"The database does not answer ({reason}). Look at LEADCYCLE_DATABASE_URL.", True)


async def _installed(settings: Settings) -> tuple[Installation, ...]:
    """The workspaces on record; none where the database cannot be read, which is found by itself."""
    try:
        async with Database(settings.database_url, read_only=True) as database, database.look_everywhere() as looking:
            tenants = await everywhere.tenants(looking)
            found = [await installations.of(looking.store(tenant), PLATFORM) for tenant in tenants]
    except Exception:  # whatever it is, `_database` says it
        return ()
    return tuple(chain.from_iterable(found))


async def _teams(settings: Settings) -> list[Finding]:
    """What was found of Teams; nothing where it is not set up."""
    try:
        if not platforms.teams_is_set_up(settings):
            return []
    except SettingsError as fault:
        return [Finding(False, str(fault))]
    from . import teams_doctor  # with Microsoft's packages, for which nobody else need wait

    return await teams_doctor.teams(settings)


def _sign_in(settings: Settings) -> Finding | None:
    """Whether people can sign in to the pages, where the settings say so."""
    try:
        with_what = sign_ins.providers(settings)
    except SettingsError as fault:
        return Finding(False, str(fault))
    backs = " and ".join(sign_ins.back_of(settings.public_url, each) for each in with_what)
    whose = " and ".join(name for _, name in sign_ins.named(with_what))
    where = f"{backs} must be among the redirect addresses there"
    return Finding(True, f"People can sign in to the pages with {whose}; {where}.") if with_what else None


def _scripts(settings: Settings) -> Finding:
    try:
        return Finding(True, f"All {len(scripts_of(settings).flows)} scripts are good.")
    except ScriptError as fault:
        return Finding(False, f"Scripts need a look: {fault}")


def _address(settings: Settings) -> Finding:
    try:
        require_loopback(settings)
    except SettingsError as fault:
        return Finding(False, str(fault))
    if settings.host in LOOPBACK:
        return Finding(True, f"The service listens on this computer only ({settings.address}).")
    reached = settings.public_url or "no known address: set LEADCYCLE_PUBLIC_URL"
    return Finding(bool(settings.public_url), f"The service listens on {settings.host}; people reach it at {reached}.")


async def _database(
    database: Database, settings: Settings, is_connected: bool, there: Sequence[Standing]
) -> AsyncIterator[Finding]:
    current = await is_current(database)
    has = "has the tables of this version" if current else "lacks tables of this version: run leadcycle migrate"
    yield Finding(current, f"{database.name} {has}.")
    if not current:
        return
    for look in (database_doctor.look(database), privacy_doctor.look(database, settings)):
        async for finding in look:
            yield finding
    async with database.look_everywhere() as looking:
        practice = await everywhere.practice(looking)
        is_practice = bool(practice)
        if not is_connected:
            yield Finding(False, NO_PLATFORM, True) if practice is False else Finding(True, PRACTICE)
        if is_practice:
            told = f"{database.name} holds the practice school. For real schools name another database."
            yield Finding(not is_connected, told)
        tenants = await everywhere.tenants(looking)
        for each in await everywhere.troubles(looking):
            why = f" Why: {each.reason}." if each.reason else ""
            yield Finding(False, f"Messages on {each.platform} that {_TROUBLE[each.state]}: {each.rows}.{why}")
        _, aside = await everywhere.inbox_counts(looking)
        if aside:
            yield Finding(False, f"Events that were set aside: {aside}. `leadcycle inbox` says why.")
    for tenant in tenants:
        async with database.read(tenant) as store:
            async for finding in _tenant(store, settings, is_connected, there, is_practice):
                yield finding


async def _tenant(
    store: Store, settings: Settings, is_connected: bool, there: Sequence[Standing], is_practice: bool
) -> AsyncIterator[Finding]:
    """What stands with one tenant; nobody is looked up on a platform for the practice school."""
    async for finding in _schools(store):
        yield finding
    if not is_practice:
        async for finding in _pace(store):
            yield finding
    asked = [] if is_practice else [each async for each in _asked(store, settings, there)]
    if asked:
        async for finding in reach.roster(store, asked):
            yield finding
    else:
        yield _reach(await unreachable(store), is_connected)


async def _schools(store: Store) -> AsyncIterator[Finding]:
    """What stands with the schools of a district, and whether anybody has a role there."""
    for school in sorted(await records.load(store, School), key=lambda each: each.name.casefold()):
        yield _calendar(school, school.calendar.local_date(store.school_time))
        for finding in _holds(school, await records.load(store, Hold)):
            yield finding
        for finding in _zone(school, await _people(store, school), store.school_time):
            yield finding
    if opening := await _opening(store):
        yield opening


async def _pace(store: Store) -> AsyncIterator[Finding]:
    """Over which time everybody in a workspace gets what is due for all of them."""
    found = await people.workspaces(store)
    several = {platform for platform, count in Counter(platform for platform, _ in found).items() if count > 1}
    for platform, workspace in found:
        count, window = await people.count(store, platform, workspace), await window_of(store, platform, workspace)
        where = f"{platform.title()} ({workspace})" if platform in several else platform.title()
        begins = f"Prompts to {count:,} {'person' if count == 1 else 'people'} on {where} go out"
        minutes = window // timedelta(minutes=1)
        takes = f"within {minutes} minute{'s' if minutes > 1 else ''} from the moment they are due"
        every = "to each person at the same time every week"
        yield Finding(True, f"{begins} {takes}, {every}." if window else f"{begins} at the moment they are due.")


async def _asked(store: Store, settings: Settings, there: Sequence[Standing]) -> AsyncIterator[Asked]:
    """The platforms that can say who is reached."""
    if there and not any(each.silence for each in there):
        yield Asked(partial(slack_doctor.why, there=there), slack_doctor.REASONS, "/leadcycle channel here")
    with suppress(SettingsError):
        if platforms.teams_is_set_up(settings):
            from . import teams_doctor

            judge, shut = await teams_doctor.judge(store, settings), await teams_doctor.shut(store, settings)
            yield Asked(judge, teams_doctor.REASONS, "@Leadcycle channel here", shut)


async def _opening(store: Store) -> Finding | None:
    """That nobody has a role yet, and by which ways somebody gets one."""
    if not await founding.is_wanted(store):
        return None
    opening = await founding.find(store)
    if opening is None or not opening.is_open(store.now):
        return Finding(False, "Nobody has a role yet. `leadcycle serve` prints a code for the first administrator.")
    hours = max(1, round((opening.expires - store.now).total_seconds() / 3600))
    return Finding(
        False,
        "Nobody has a role yet. Whoever writes the code that `leadcycle serve` printed to Leadcycle in the chat "
        f"becomes the first administrator; it is good for {hours} more hours. Or import a roster.",
    )


async def _people(store: Store, school: School) -> list[Member]:
    """The members of the school's teams."""
    teams = {team.id for team in await records.load(store, Team) if team.school == school.id}
    there = {each.member for each in await records.load(store, Membership) if each.team in teams and not each.left_on}
    return [member for member in await records.load(store, Member) if member.id in there]


def _zone(school: School, people: Sequence[Member], now: datetime) -> Iterator[Finding]:
    """Whether the school's time is that of most of its people's accounts: else the roster is probably wrong."""
    told = [member.zone for member in people if member.zone]
    other = [zone for zone in told if is_another_time(zone, school.calendar.zone, now)]
    if len(other) * 2 > len(told):
        usual, count = Counter(other).most_common(1)[0]
        yield Finding(
            False,
            f"The roster puts {school.name} in {school.calendar.zone}, and {count} of its {len(told)} accounts are in "
            f"{usual}. Everything goes by the school's time: if it is wrong, mend time_zone in the roster.",
        )


def _holds(school: School, held: Sequence[Hold]) -> Iterator[Finding]:
    """What keeps everything from being sent, so that nobody looks for a fault."""
    for hold in held:
        if hold.ended_at is None and hold.scope in (DISTRICT, school.id):
            whose = f"{school.name} is on hold" if hold.scope else f"{school.name} is on hold with the whole district"
            since = school.calendar.local(hold.since)
            ends = end_of_hold(school.name if hold.scope else "")
            yield Finding(False, f"{whose} since {since:%Y-%m-%d %H:%M}: nothing is sent. {ends} ends it.")


def _reach(lost: list[str], has_platform: bool) -> Finding:
    if not lost:
        return Finding(True, "Everybody on a team can be reached.")
    why = "No account on any platform" if has_platform else "No chat platform is set up"
    way = "" if has_platform else " Connect Slack or Teams as README.md says."
    return Finding(False, f"{why}, so nothing can reach them: {', '.join(lost)}.{way}")


def _calendar(school: School, today: date) -> Finding:
    """Whether a school has open weeks enough before it for a whole cycle."""
    last = max((term.last for term in school.calendar.terms), default=None)
    if last is None:
        return Finding(False, f"{school.name} has no calendar: run leadcycle calendar import.")
    if is_placeholder(school.calendar):
        usual = f"until then it is open from {school.calendar.terms[0].first} to {last}"
        return Finding(
            False, f"Nobody has imported the calendar of {school.name} yet; {usual}. Run leadcycle calendar import."
        )
    ends = f"The calendar of {school.name} ends on {last}; at the school it is {today}."
    weeks = sum(1 for _ in school.calendar.open_weeks(today)) if today < last else 0
    if weeks >= CYCLE_WEEKS:
        return Finding(True, ends)
    return Finding(False, f"{ends} Open weeks left: {weeks}; a cycle needs {CYCLE_WEEKS}. Import the next terms.")
