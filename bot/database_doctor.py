"""What the doctor finds of the database's machine: its disk, its clock, and whether it keeps what it commits."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from storage import restoration
from storage.database import Database
from storage.disk import free_bytes, require_local
from storage.faults import OnANetwork

from .findings import Finding, ours

LEAST_FREE = 1024**3
"""bytes; below that somebody should see to the disk before it is full"""
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
"""Settings of PostgreSQL with which it may lose what it has committed, where they are off."""


async def look(database: Database) -> AsyncIterator[Finding]:
    """Yield what was found."""
    if database.file is not None:
        for finding in _disk(database.file):
            yield finding
    else:
        async for finding in _server(database):
            yield finding
    async with database.look_everywhere() as looking:
        found = await restoration.find(looking)
    if found:
        told = "is on" if found.at else "begins when this copy is served"
        yield Finding(
            False, f"Restore mode {told}: an older backup was put back. `leadcycle restore-mode show` tells more."
        )


def _disk(file: Path) -> Iterator[Finding]:
    try:
        require_local(file)
    except OnANetwork as fault:
        yield Finding(False, str(fault), True)
    free = free_bytes(file)
    wanted = max(LEAST_FREE, 2 * file.stat().st_size)
    told = f"The disk of {file} has {_size(free)} free"
    enough = free >= wanted
    yield Finding(enough, f"{told}." if enough else f"{told}; with less than {_size(wanted)} it needs a look.")


async def _server(database: Database) -> AsyncIterator[Finding]:
    async with database.reader.connect() as connection:
        before = datetime.now(UTC)
        theirs = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
        took = datetime.now(UTC) - before
        off = [each for each in DURABLE if (await connection.execute(text(f"SHOW {each}"))).scalar_one() == "off"]
    yield ours(before + took / 2 - theirs if took < timedelta(seconds=10) else timedelta())
    if off:
        yield Finding(
            False,
            f"PostgreSQL may lose what it has committed when its machine fails: {', '.join(off)} is off. "
            "Turn it on in postgresql.conf.",
        )


def _size(count: int) -> str:
    return f"{count / 1024**3:.1f} GB" if count >= 1024**3 else f"{count / 1024**2:.0f} MB"
