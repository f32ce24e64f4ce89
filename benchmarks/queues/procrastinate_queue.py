"""procrastinate as a peer of `posts`: python procrastinate_queue.py prepare|work DATABASE API JOBS."""

import asyncio
import logging
import sys
from typing import Any

import uvloop
from procrastinate import App, PsycopgConnector
from slack_post import Poster, jobs

CONCURRENCY = 50
CONNECTIONS = 10


async def main(role: str, database: str, api: str, file: str) -> None:
    """Fill the queue, or work on it from the word go until nobody listens any more."""
    app = App(connector=PsycopgConnector(conninfo=database, min_size=CONNECTIONS, max_size=CONNECTIONS))
    poster = Poster(api) if role == "work" else None

    @app.task(name="post")
    async def post(**job: Any) -> None:
        assert poster is not None
        await poster.post(job)

    async with app.open_async():
        if role == "prepare":
            await app.schema_manager.apply_schema_async()
            await post.batch_defer_async(*jobs(file))
            return
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        working = asyncio.create_task(
            app.run_worker_async(concurrency=CONCURRENCY, install_signal_handlers=False, fetch_job_polling_interval=0.2)
        )
        await asyncio.to_thread(sys.stdin.readline)
        working.cancel()


if __name__ == "__main__":
    logging.getLogger("procrastinate").setLevel(logging.ERROR)  # that this is the main module is no news
    uvloop.run(main(*sys.argv[1:]))
