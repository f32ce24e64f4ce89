"""Comments of closed pulses, as an operator reads them and takes one out: logged, and destroyed in every copy here."""

from collections.abc import Iterator
from dataclasses import replace

from flows.audit import READ, REDACTION, Deed
from flows.people import Team
from flows.waves import Wave
from storage import audit, legal_holds, outbox, records
from storage.audit import OPERATOR
from storage.database import Database
from storage.legal_holds import EVERYBODY
from storage.store import Store

from .files import beside, tenant_of


class NoSuchComment(Exception):
    """There is no such comment, or a legal hold keeps it; the message says which."""


async def listing(url: str) -> Iterator[str]:
    """Return a line for each comment that is kept, with what `redact` is to be told; the reading is logged first."""
    async with beside(url, writes=True) as database, database.begin(await tenant_of(database)) as store:
        found = await records.load(store, Wave)
        deeds = [Deed(READ, each.school, {"what": f"comments of pulse {each.pulse}"}) for each in found]
        await audit.write(store, OPERATOR, deeds)
    lines = [
        f"{wave.school} {wave.pulse} {place}: {comment}"
        for wave in found
        for place, comment in enumerate(wave.comments, 1)
    ]
    return iter(lines or ["No comments are kept."])


async def read(url: str, school: str, pulse: int, place: int) -> str:
    """Return one comment; the reading is logged, also where it is not taken out then; raises NoSuchComment."""
    async with beside(url, writes=True) as database, database.begin(await tenant_of(database)) as store:
        wave = await _wave(store, school, pulse, place)
        await audit.write(store, OPERATOR, [Deed(READ, school, {"what": f"comment of pulse {pulse}"})])
    return wave.comments[place - 1]


async def redact(url: str, school: str, pulse: int, place: int, words: str) -> str:
    """Take out this comment, which reads so; raises NoSuchComment.

    The words say that it is still the one that was shown: the next ones move up when one is gone.
    """
    async with beside(url, writes=True) as database:
        left = await _redact(database, school, pulse, place, words)
    return f"Taken out. Comments of this pulse that are left: {left}."


async def _redact(database: Database, school: str, pulse: int, place: int, words: str) -> int:
    async with database.begin(await tenant_of(database)) as store:
        wave = await _wave(store, school, pulse, place)
        if wave.comments[place - 1] != words:
            raise NoSuchComment("The comments changed meanwhile. `leadcycle pulse comments` lists them as they are.")
        if hold := await legal_holds.on(store, EVERYBODY):
            raise NoSuchComment(f"A legal hold of the whole district stands since {hold.since:%Y-%m-%d}.")
        left = (*wave.comments[: place - 1], *wave.comments[place:])
        await records.keep(store, replace(wave, comments=left))
        for team in await records.load(store, Team, school=school):
            await outbox.destroy_settled(store, team.id)
        await audit.write(store, OPERATOR, [Deed(REDACTION, school, {"pulse": pulse, "comments left": len(left)})])
    return len(left)


async def _wave(store: Store, school: str, pulse: int, place: int) -> Wave:
    found = await records.load(store, Wave, school=school, pulse=pulse)
    if not found or not 0 < place <= len(found[0].comments):
        raise NoSuchComment("There is no such comment. `leadcycle pulse comments` lists them.")
    return found[0]
