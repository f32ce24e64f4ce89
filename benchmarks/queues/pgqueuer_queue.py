"""PgQueuer as a peer of `posts`: python pgqueuer_queue.py prepare|work DATABASE API JOBS."""

import asyncio
import json
import sys

import asyncpg
import uvloop
from pgqueuer import PgQueuer
from pgqueuer.models import Job
from pgqueuer.queries import Queries
from slack_post import Poster, jobs

BATCH = 50
CONNECTIONS = 10


async def main(role: str, database: str, api: str, file: str) -> None:
    """Fill the queue, or work on it from the word go until nobody listens any more."""
    async with asyncpg.create_pool(database, min_size=CONNECTIONS, max_size=CONNECTIONS) as pool:
        queue = PgQueuer.from_asyncpg_pool(pool)
        if role == "prepare":
            queries = queue.queries
            assert isinstance(queries, Queries)
            await queries.install()
            bodies = [json.dumps(job).encode() for job in jobs(file)]
            await queries.enqueue(["post"] * len(bodies), bodies, [0] * len(bodies))
            return
        poster = Poster(api)

        @queue.entrypoint("post")
        async def post(job: Job) -> None:
            await poster.post(json.loads(job.payload or b"{}"))

        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        working = asyncio.create_task(queue.run(batch_size=BATCH))
        await asyncio.to_thread(sys.stdin.readline)
        queue.shutdown.set()
        await working


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
