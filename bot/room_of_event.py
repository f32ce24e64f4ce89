"""The room in which an event is decided: a member's team, and as much around it as the event looks at."""

from dataclasses import replace

from flows import reception
from flows.events import Event
from flows.loader import Scripts
from flows.people import Member
from flows.room import Room
from storage import people, records, rooms, waves
from storage.people import Person
from storage.store import Store


async def load(store: Store, scripts: Scripts, team: str, person: Person, event: Event) -> Room:
    """The team, locked, with the person's own answers; the school's other teams and the district where they matter."""
    room = await rooms.load(store, team, scripts, lock=True, speaker=person.member.id)
    if reception.looks_beyond(room, person.member, event):
        room = replace(room, district=await records.load(store, Member))
    if of_school := reception.of_school(room, person.member, event):
        room = await waves.beside(store, room)
    if of_school or reception.asks_staff(room, person.member, event):
        beside = await people.teams_beside(store, room.school.id, team)
        room = replace(room, others=tuple([await rooms.load(store, each, scripts) for each in beside]))
    return room
