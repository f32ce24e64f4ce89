"""The close of a pulse: in one transaction figures come of the answers, and the answers are gone."""

import random
from dataclasses import replace

from flows import pulse_results, pulses
from flows.loader import Scripts
from flows.outcome import Outcome
from flows.pulse_results import Given
from flows.room import Room
from flows.waves import Pulse
from storage import people, rooms, waves
from storage.store import Store

_shuffle = random.SystemRandom().shuffle


async def close(store: Store, team: str, scripts: Scripts) -> tuple[Room, Outcome] | None:
    """Freeze what the open pulse of the team's school found and destroy who said it; None where none has to close.

    The school and all its teams are held until the commit: what somebody sends meanwhile comes before or after it.
    """
    before = await rooms.load(store, team, scripts)
    await people.lock_school(store, before.school.id)
    teams = sorted((team, *await people.teams_beside(store, before.school.id, team)))
    held = {each: await rooms.load(store, each, scripts, lock=True) for each in teams}
    room = replace(held.pop(team), others=tuple(held.values()))
    pulse = pulses.open_one(room)
    if pulse is None or pulse.team != team or room.hold or store.school_time < pulses.closes(room, pulse):
        return None
    room = await waves.beside(store, room)
    frozen = pulse_results.freeze(room, pulse, await _given(store, room, pulse), _shuffle)
    for each in teams:
        await waves.destroy(store, each, pulse.number, room.school.id)
    sends = tuple(pulses.closed(room, pulse, store.school_time))
    return room, Outcome((replace(pulse, closed_at=store.school_time), frozen), sends=sends)


async def _given(store: Store, room: Room, pulse: Pulse) -> list[Given]:
    places = {each.member: (each.team, each.role) for each in room.invited if each.pulse == pulse.number}
    flow, found = pulse_results.flow_of(room), []
    for each in pulses.rooms_of(room):
        for conversation in await waves.answers(store, each.team.id, pulse.number):
            if told := pulse_results.given(flow, conversation, places[conversation.member]):
                found.append(told)
    return found
