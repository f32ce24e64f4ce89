"""A PostgreSQL for the benchmarks: as installed, durable, with a database for each run."""

from itertools import count

import asyncpg
from sqlalchemy import make_url

_numbers = count(1)


async def new_database(server: str) -> str:
    """Make an empty database on the server and return its address."""
    name = f"bench{next(_numbers)}"
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await connection.execute(f"CREATE DATABASE {name}")
    finally:
        await connection.close()
    return make_url(server).set(database=name).render_as_string(hide_password=False)
