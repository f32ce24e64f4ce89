"""DBOS as a peer of `posts`: python dbos_queue.py prepare|work DATABASE API JOBS."""

import asyncio
import sys
from typing import Any

from dbos import DBOS
from slack_post import Poster, jobs

CONCURRENCY = 50
CONNECTIONS = 20
POLL_SECONDS = 0.05


async def main(role: str, database: str, api: str, file: str) -> None:
    """Fill the queue, or work on it from the word go until nobody listens any more."""
    DBOS(
        config={
            "name": "posts",
            "system_database_url": database,
            "sys_db_pool_size": CONNECTIONS,
            "log_level": "ERROR",
            "application_version": "1",
            "executor_id": str(id(sys)) if role == "work" else "prepare",
        }
    )
    poster = Poster(api)

    @DBOS.step()
    async def sent(job: dict[str, Any]) -> str:
        return await poster.post(job)

    @DBOS.workflow()
    async def post(job: dict[str, Any]) -> str:
        return await sent(job)

    if role == "prepare":
        DBOS.listen_queues([])
    else:
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
    DBOS.launch()
    await DBOS.register_queue_async("posts", worker_concurrency=CONCURRENCY, polling_interval_sec=POLL_SECONDS)
    if role == "prepare":
        for job in jobs(file):
            await DBOS.enqueue_workflow_async("posts", post, job)
    else:
        await asyncio.to_thread(sys.stdin.readline)
    DBOS.destroy()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
