"""A look into a database from outside, while others work on it."""

import asyncio
import sqlite3
from contextlib import closing
from time import perf_counter

import asyncpg

PATIENCE = 300.0
LOOK_SECONDS = 0.01


async def count(database: str, statement: str) -> int:
    """Ask for one number; the address is `sqlite:///file` or that of a PostgreSQL."""
    if database.startswith("sqlite"):
        file = f"file:{database.removeprefix('sqlite:///')}?mode=ro"
        with closing(sqlite3.connect(file, uri=True)) as connection:
            return int(connection.execute(statement).fetchone()[0])
    postgresql = await asyncpg.connect(database)
    try:
        return int(await postgresql.fetchval(statement))
    finally:
        await postgresql.close()


async def until_none(database: str, statement: str) -> None:
    """Wait until what the statement counts is none; raises TimeoutError after `PATIENCE`."""
    begun = perf_counter()
    while left := await count(database, statement):
        if perf_counter() - begun > PATIENCE:
            raise TimeoutError(f"{left} are left: {statement}")
        await asyncio.sleep(LOOK_SECONDS)
