"""Our worker of `posts`, a process of its own: python -m benchmarks.poster DATABASE API.

It is the application as `serve` puts it together, without its web server. It says that it is ready, begins to send
when it is told to, and ends when nobody listens to it any more.
"""

import asyncio
import sys

from benchmarks import district
from bot import event_loop, logs, memory
from bot.app import Application
from bot.config import Settings
from storage.clock import HandClock


async def main(database: str, api: str) -> None:
    """Send what is due at the moment for which the district waits."""
    logs.set_up("json", 50)
    settings = Settings(
        database_url=database, SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET="0" * 32, SLACK_API_URL=api
    )
    application = await Application.prepare(settings, HandClock(district.asking_time()))
    memory.keep()
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    sending = asyncio.create_task(application.dispatcher.run())
    await asyncio.to_thread(sys.stdin.readline)
    application.dispatcher.stop()
    await sending
    for platform in application.platforms:
        await platform.close()
    await application.database.close()


if __name__ == "__main__":
    event_loop.run(main(*sys.argv[1:]))
