"""The course of a pulse: it opens, and in one transaction figures come of the answers, and the answers are gone."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

import structlog

from flows import pulse_results, pulses
from flows.loader import Scripts
from flows.outcome import Outcome
from flows.pulse_results import Given
from flows.room import Room
from flows.waves import Pulse, Wave
from storage import everywhere, people, records, rooms, waves
from storage.database import Database
from storage.store import Store

from .journal import CLOSED, Journal

log = structlog.get_logger()
_shuffle = random.SystemRandom().shuffle


async def advance(store: Store, team: str, scripts: Scripts, journal: Journal | None) -> tuple[Room, Outcome] | None:
    """Open the pulse of the team's school, or freeze what it found and destroy who said it; None where neither is due.

    The school and all its teams are held until the commit: what somebody sends meanwhile comes before or after it.
    A pulse that was closed before its database was put back is closed at once, without figures: beside those that
    people have read already, they would tell what was answered in between.
    """
    before = await rooms.load(store, team, scripts)
    await people.lock_school(store, before.school.id)
    teams = sorted((team, *await people.teams_beside(store, before.school.id, team)))
    held = {each: await rooms.load(store, each, scripts, lock=True) for each in teams}
    room = replace(held.pop(team), others=tuple(held.values()))
    pulse, now = pulses.running(room), store.school_time
    if pulse is None or pulse.team != team:
        return None
    is_lost = _was_closed(pulse, _closed(journal, store.tenant))
    if not is_lost and (room.hold or now < pulses.turns(room, pulse)):
        return None
    room = await waves.beside(store, room)
    if pulse.opened_at is None and not is_lost:
        return room, pulses.opening(room, pulse, now)
    pulse = replace(pulse, closed_at=now, is_lost=is_lost)
    frozen = Wave(pulse.school, pulse.number)
    if not is_lost:
        frozen = pulse_results.freeze(room, pulse, await _given(store, room, pulse), _shuffle)
    for each in teams:
        await waves.destroy(store, each, pulse.number, room.school.id)
    return room, Outcome((pulse, frozen), sends=tuple(pulses.closed(room, pulse, now)))


async def _given(store: Store, room: Room, pulse: Pulse) -> list[Given]:
    places = {each.member: (each.team, each.role) for each in room.invited if each.pulse == pulse.number}
    flow, found = pulse_results.flow_of(room), []
    for each in pulses.rooms_of(room):
        for conversation in await waves.answers(store, each.team.id, pulse.number):
            if told := pulse_results.given(flow, conversation, places[conversation.member]):
                found.append(told)
    return found


# ---------------------------------------------------------------- what a backup does not know


async def lost(database: Database, journal: Journal | None) -> list[tuple[str, str]]:
    """Return tenant and team of each pulse that is open here and was closed before the database was put back."""
    found = [(tenant, each) for tenant, each in await _all(database) if each.closed_at is None]
    return [(tenant, each.team) for tenant, each in found if _was_closed(each, _closed(journal, tenant))]


async def note(database: Database, journal: Journal | None) -> None:
    """Write into the journal which pulses are closed, as far as it does not know.

    That is done after the commit, and again at each start: a line that is written before could outlive a commit that
    fails, and all that people answered would be lost. A practice school leaves none: founded once more, it has the
    same pulses again.
    """
    if journal is None or await _is_practice(database):
        return
    for tenant, pulse in await _all(database):
        if pulse.closed_at and _mark(pulse) not in _closed(journal, tenant):
            journal.add(pulse.closed_at, CLOSED, tenant, _mark(pulse))
            log.info("pulse closed", school=pulse.school, number=pulse.number, lost=pulse.is_lost)


async def _all(database: Database) -> list[tuple[str, Pulse]]:
    async with database.look_everywhere() as looking:
        tenants = await everywhere.tenants(looking)
        return [(each, pulse) for each in tenants for pulse in await records.load(looking.store(each), Pulse)]


async def _is_practice(database: Database) -> bool:
    async with database.look_everywhere() as looking:
        return bool(await everywhere.practice(looking))


def _closed(journal: Journal | None, tenant: str) -> Mapping[str, datetime]:
    """When which pulses were closed."""
    entries = [each for each in journal.entries() if each.deed == CLOSED and each.tenant == tenant] if journal else ()
    return {each.member: datetime.fromisoformat(each.at) for each in entries}


def _was_closed(pulse: Pulse, closed: Mapping[str, datetime]) -> bool:
    """Whether it was closed already; one that is only planned here may have opened on a later day than was planned."""
    if pulse.opened_at:
        return _mark(pulse) in closed
    return any(mark.startswith(_number(pulse)) and at >= pulse.opens_at for mark, at in closed.items())


def _mark(pulse: Pulse) -> str:
    """What tells a pulse from all others, also from one that a database which was put back gives the same number."""
    return f"{_number(pulse)}{pulse.opens_at.isoformat()}"


def _number(pulse: Pulse) -> str:
    return f"{quote(pulse.school, safe='')}/{pulse.number}@"
