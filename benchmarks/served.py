"""The apps that are measured over HTTP: python -m benchmarks.served APP PORT API DATABASE."""

import sys
from datetime import time

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from benchmarks import district
from benchmarks.acknowledging import PEOPLE
from benchmarks.by_hand import ByHand
from benchmarks.typed import SECRET
from bot import event_loop, logs, memory, sample
from bot.app import Application
from bot.config import Settings
from flows.events import Event, Said
from flows.people import Channel, Member, Membership, Role, Team
from storage import people, records
from storage.addresses import Identity
from storage.clock import HandClock

TEAM = 4
"""people of a team, the first of them its administrator and facilitator"""


async def in_slack(api: str, database: str) -> Starlette:
    """Our service in Slack."""
    settings = Settings(
        database_url=f"sqlite:///{database}", SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET=SECRET, SLACK_API_URL=api
    )
    return await leadcycle(settings, "slack", "T1", "U{:05}", "D{}", "C{}")


async def in_teams(database: str) -> Starlette:
    """Our service in Teams, with the settings of the environment."""
    settings = Settings(database_url=f"sqlite:///{database}")
    users = "00000000-0000-4000-8000-{:012}"
    return await leadcycle(settings, "teams", settings.teams_tenant_id, users, "a:{}", "19:{}@thread.tacv2")


async def of_district(api: str, url: str) -> Starlette:
    """Our service in Slack, on the database of a district that waits for its answers."""
    clock = HandClock(district.asking_time())
    settings = Settings(database_url=url, SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET=SECRET, SLACK_API_URL=api)
    logs.set_up("json", 50)
    return (await Application.prepare(settings, clock)).web()


async def leadcycle(
    settings: Settings, platform: str, workspace: str, user: str, direct: str, channel: str
) -> Starlette:
    """Our service, with teams that were asked a question this morning; ids of people and places are numbered."""
    logs.set_up("json", 50)
    clock = HandClock(sample.opening())
    application = await Application.prepare(settings, clock)
    async with application.database.begin(people.DISTRICT) as store:
        await sample.found_district(store)
        for first in range(0, PEOPLE, TEAM):
            team, users = f"team{first}", range(first, first + TEAM)
            await records.keep(store, Team(team, "riverside", f"Team {first}"))
            await records.keep(store, *(Member(f"m{each}", f"Person {each}") for each in users))
            roles = ((Role.ADMINISTRATOR, Role.FACILITATOR), *((Role.TEACHER,) for _ in users[1:]))
            facts = [Membership(team, f"m{each}", role, each) for each, role in zip(users, roles, strict=True)]
            await records.keep(store, *facts)
            await records.keep(
                store,
                *(Identity(f"m{each}", platform, workspace, user.format(each), direct.format(each)) for each in users),
            )
            await records.keep(store, Channel(team, platform, workspace, channel.format(first)))
    for first in range(0, PEOPLE, TEAM):
        start = Said(sample.START, True)
        event = Event(
            f"start{first}",
            platform,
            workspace,
            user.format(first),
            "C1",
            False,
            clock.now,
            start,
            f"team{first}",
            True,
        )
        await application.conductor.capture(event)
        await application.conductor.hear(event)
    clock.set(sample.CALENDAR.at(sample.FIRST_DAY, time(8)))
    while await application.conductor.tick():
        await application.dispatcher.drain()
    return application.web()


async def bolt(api: str, database: str, inserts: bool) -> Starlette:
    """A bare Bolt app; with `inserts` it keeps each request in one row before it acknowledges."""
    app = AsyncApp(signing_secret=SECRET, client=AsyncWebClient("xoxb-1", api), token="xoxb-1")
    engine = create_async_engine(f"sqlite+aiosqlite:///{database}")
    async with engine.connect() as connection:
        for pragma in ("journal_mode = WAL", "synchronous = FULL"):
            await connection.exec_driver_sql(f"PRAGMA {pragma}")
        await connection.exec_driver_sql("CREATE TABLE kept (body TEXT)")
        await connection.commit()

    async def keep(body: object) -> None:
        if inserts:
            async with engine.begin() as connection:
                await connection.execute(text("INSERT INTO kept (body) VALUES (:body)"), {"body": str(body)})

    @app.event("message")
    async def message(body: object) -> None:
        await keep(body)

    @app.command("/leadcycle")
    async def command(ack: AsyncAck, body: object) -> None:
        await keep(body)
        await ack("All is well.")

    handler = AsyncSlackRequestHandler(app)

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(
        routes=[
            Route("/slack/events", events, methods=["POST"]),
            Route("/health", lambda request: PlainTextResponse("ok")),
        ]
    )


async def main(app: str, port: int, api: str, database: str) -> None:
    """Serve one of the apps until the process is ended."""
    match app:
        case "leadcycle":
            web = await in_slack(api, database)
        case "leadcycle-teams":
            web = await in_teams(database)
        case "district":
            web = await of_district(api, database)
        case "by hand":
            web = ByHand(database).web()
        case _:
            web = await bolt(api, database, "insert" in app)
    memory.keep()
    await uvicorn.Server(uvicorn.Config(web, port=port, log_level="error", log_config=None)).serve()


if __name__ == "__main__":
    event_loop.run(main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:]))
