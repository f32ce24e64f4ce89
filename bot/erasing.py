"""Erasing a person, with what it can and cannot do said before; and doing it again after a restore."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import structlog

from flows import agenda, erasing
from flows.audit import ERASURE, LEGAL_HOLD, Deed
from flows.loader import Scripts
from flows.options import folded
from flows.people import ERASED, Member, Membership
from flows.room import Room
from storage import agenda as agendas
from storage import audit, everywhere, legal_holds, outbox, people, records, rooms
from storage import erasing as destroying
from storage.audit import OPERATOR
from storage.database import Database
from storage.erasing import Erased
from storage.everywhere import Everywhere
from storage.store import Store

from . import journal as journals
from .files import beside, tenant_of
from .journal import Entry, Journal

log = structlog.get_logger()

SWEPT = timedelta(days=2)
"""For so long an erasure is repeated every hour: a message may have been on its way while it was made."""
LIMITS = (
    "Destroyed: answers, shared lines, words of needs and resources, reasons of stands, evidence, drafts, messages "
    "that wait or are kept here, accounts, visits, and whose the id was.",
    "Kept as the district's record, without the name: decisions that were posted, the plan and its results, asks, the "
    "charter, how many voted. A name that somebody typed into one of these stands there still.",
    "Deleted in Slack and Teams by the running service: Leadcycle's own messages to this person. The cards of the "
    "cycle are drawn anew.",
    "Not within reach: what the person typed there, cards of earlier cycles, what somebody else quoted, files that "
    "were exported, and backups. When a backup is put back, this is done again by itself.",
)


class CannotErase(Exception):
    """Nobody is called so, or several are, or a legal hold stands; the message says which."""


async def preview(url: str, who: str) -> str:
    """Say whom it would concern and what becomes of their words; raises CannotErase."""
    async with beside(url) as database, database.read(await tenant_of(database)) as store:
        member = await called(store, who)
        await _require_free(store, member)
        teams = await people.memberships_of(store, member.id)
    leaves = f", and leave {len(teams)} team{'' if len(teams) == 1 else 's'}" if teams else ""
    begins = f"{member.name} would be erased{leaves}. This cannot be undone."
    return "\n".join((begins, *(f"  {each}" for each in LIMITS)))


async def erase(url: str, scripts: Scripts, journal: Journal, who: str) -> str:
    """Erase the person with this name, e-mail or id; raises CannotErase.

    The journal is written before the commit: who is killed in between finds the erasure done at the next start.
    """
    async with beside(url, writes=True) as database, database.begin(await tenant_of(database)) as store:
        member = await called(store, who)
        await _require_free(store, member)
        erased = await _apply(store, scripts, member.id)
        journal.add(store.now, journals.ERASED, store.tenant, member.id)
    return "\n".join(_told(member, erased))


def _told(member: Member, erased: Erased) -> Iterator[str]:
    """What was done, in numbers, and what is left to people."""
    yield f"{member.name} is erased: {erased.answers} answers, the words of {erased.facts} records."
    if erased.posts:
        yield f"The running service deletes {erased.posts} messages in the chat; `leadcycle doctor` says if it cannot."
    if erased.unknown:
        yield f"Messages that may stand in the chat and have to be looked for by hand: {erased.unknown}."
    yield "Take them out of the roster file, too, or the next import puts them on record again."


async def again(database: Database, scripts: Scripts, journal: Journal) -> int:
    """Do again what the journal says and the database does not know, after a restore; return how many people."""
    entries, count = list(journal.entries()), 0
    for entry in entries:
        if entry.deed == journals.ERASED:
            async with database.begin(entry.tenant) as store:
                if not await destroying.is_erased(store, entry.member):
                    await _apply(store, scripts, entry.member)
                    count += 1
    of_holds = (each for each in entries if each.deed in (journals.HELD, journals.RELEASED))
    newest = {(each.tenant, each.member): each for each in of_holds}
    for (tenant, member), entry in newest.items():
        async with database.begin(tenant) as store:
            await _hold_again(store, member, entry)
    if count:
        log.warning("erased again", people=count)
    return count


async def _hold_again(store: Store, member: str, entry: Entry) -> None:
    """Let a hold stand, or be over, as it was before the restore, with its line in the audit log."""
    if entry.deed == journals.HELD:
        is_new = await legal_holds.begin(store, member, entry.because, datetime.fromisoformat(entry.at))
    else:
        is_new = await legal_holds.end(store, member)
    if is_new:
        deed = "begun" if entry.deed == journals.HELD else "ended"
        await audit.write(store, OPERATOR, [Deed(LEGAL_HOLD, member, {"is": deed})])


async def erase_again(url: str, scripts: Scripts, journal: Journal) -> str:
    """The same, beside the service."""
    async with beside(url, writes=True) as database:
        count = await again(database, scripts, journal)
    return f"Erased again: {count} of those in {journal.file}." if count else "Everybody in the journal is erased."


async def sweep(database: Database) -> None:
    """Destroy what was on its way to people while they were erased."""
    async with database.look_everywhere() as looking:
        tenants = await everywhere.tenants(looking)
        found = [(tenant, await _lately(looking, tenant)) for tenant in tenants]
    for tenant, members in found:
        for member in members:
            async with database.begin(tenant) as store:
                await destroying.erase(store, member, store.school_time.date())
            rooms.forget()


async def _lately(looking: Everywhere, tenant: str) -> list[str]:
    since = looking.now - SWEPT
    entries = await audit.listing(looking.store(tenant), since=since, deed=ERASURE)
    return [each.deed.about for each in entries]


# ------------------------------------------------------------------ legal holds


async def hold(url: str, journal: Journal, who: str, because: str) -> str:
    """Keep everything of a person, or without a name of everybody, from being destroyed; raises CannotErase."""
    async with beside(url, writes=True) as database, database.begin(await tenant_of(database)) as store:
        member = await called(store, who) if who else None
        if not await legal_holds.begin(store, _id(member), because, store.now):
            raise CannotErase(f"{_whose(member)} is on legal hold already.")
        await audit.write(store, OPERATOR, [Deed(LEGAL_HOLD, _id(member), {"is": "begun"})])
        journal.add(store.now, journals.HELD, store.tenant, _id(member), because)
    return f"{_whose(member)} is on legal hold: nothing is erased, and nothing runs out, until it is off."


async def release(url: str, journal: Journal, who: str) -> str:
    """End the legal hold of a person, or without a name of everybody; raises CannotErase."""
    async with beside(url, writes=True) as database, database.begin(await tenant_of(database)) as store:
        member = await called(store, who) if who else None
        if not await legal_holds.end(store, _id(member)):
            raise CannotErase(f"{_whose(member)} is not on legal hold.")
        await audit.write(store, OPERATOR, [Deed(LEGAL_HOLD, _id(member), {"is": "ended"})])
        journal.add(store.now, journals.RELEASED, store.tenant, _id(member))
    return f"The legal hold of {_whose(member, '')} is over."


async def show_holds(url: str) -> Iterator[str]:
    """Say which legal holds stand, since when and why."""
    async with beside(url) as database, database.read(await tenant_of(database)) as store:
        names = {each.id: each.name for each in await records.load(store, Member)}
        found = await legal_holds.standing(store)
    told = (f"{names.get(each.member, 'Everybody')} since {each.since:%Y-%m-%d}: {each.because}" for each in found)
    return told if found else iter(["No legal hold stands."])


def _id(member: Member | None) -> str:
    return member.id if member else legal_holds.EVERYBODY


def _whose(member: Member | None, everybody: str = "The whole district") -> str:
    return member.name if member else everybody or "the whole district"


# ------------------------------------------------------------------ who, and what follows


async def called(store: Store, who: str) -> Member:
    """The one person with this name, e-mail or id, also one who has left; raises CannotErase."""
    known = [each for each in await records.load(store, Member) if each.name != ERASED]
    found = [each for each in known if who == each.id or folded(who) in (folded(each.name), folded(each.email))]
    if len(found) > 1:
        raise CannotErase(f"Several people are called {who}. Name the e-mail of the one you mean.")
    if not found:
        raise CannotErase(f"Nobody on record is called {who}.")
    return found[0]


async def _require_free(store: Store, member: Member) -> None:
    hold = await legal_holds.on(store, member.id)
    if hold is None:
        return
    whose = f'"{member.name}"' if hold.member else "--all"
    because = f" ({hold.because})" if hold.because else ""
    raise CannotErase(
        f"A legal hold stands since {hold.since:%Y-%m-%d}{because}, so nothing is erased. "
        f"`leadcycle legal-hold off {whose}` ends it."
    )


async def _apply(store: Store, scripts: Scripts, member: str) -> Erased:
    """Erase somebody, log it, and have the cards of their teams drawn anew."""
    teams = sorted({each.team for each in await records.load(store, Membership, member=member)})
    for team in teams:
        await people.lock_team(store, team)
    before = [await rooms.load(store, team, scripts) for team in teams]
    erased = await destroying.erase(store, member, _today(store, before))
    for room in before:
        await _redraw(store, room, member)
    numbers = {"answers": erased.answers, "records": erased.facts, "posts": erased.posts}
    await audit.write(store, OPERATOR, [Deed(ERASURE, member, numbers)])
    rooms.forget()
    return erased


def _today(store: Store, found: list[Room]) -> date:
    return found[0].today(store.school_time) if found else store.school_time.date()


async def _redraw(store: Store, room: Room, member: str) -> None:
    """Draw anew what reads differently, and look again at what the team waits for."""
    now = store.school_time
    changed = erasing.in_room(room, member, room.today(now))
    for send in agenda.redraw(room, changed, now).sends:
        destination = await people.destination_of(store, send.team, send.to)
        if destination is not None:
            await outbox.enqueue(store, send, destination)
    await agendas.plan(store, room.team.id, now, now)
