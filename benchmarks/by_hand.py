"""The peer of `answers`: a service that keeps a typed answer in the same rows, by SQL written by hand for just that.

It checks the signature, commits the event before it acknowledges, and acts on it in a second transaction: who is it,
which of their teams, which question is open, what was answered before; then the answer, the line that the team reads,
the next question, when to come again, and that the event is done. It knows no other event, no rule and no language.
"""

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from slack_sdk.signature import SignatureVerifier
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from benchmarks import district
from benchmarks.typed import SECRET
from storage import engines

AT_ONCE = 4
"""events on which it acts at the same time, as Leadcycle does"""
CAPTURE = (
    "SELECT tenant FROM installation WHERE platform = 'slack' AND workspace = :workspace",
    "INSERT INTO inbox (tenant, platform, key, at, received_at, payload, attempts, error) "
    "VALUES (:tenant, 'slack', :key, :now, :now, :payload, 0, '') ON CONFLICT DO NOTHING",
)
TAKE = "SELECT payload FROM inbox WHERE tenant = :tenant AND platform = 'slack' AND key = :key AND done_at IS NULL"
WHO = (
    "SELECT i.member, m.name, s.team FROM identity i JOIN member m ON m.tenant = i.tenant AND m.id = i.member "
    "JOIN membership s ON s.tenant = i.tenant AND s.member = i.member AND s.left_on IS NULL "
    "WHERE i.tenant = :tenant AND i.platform = 'slack' AND i.workspace = :workspace AND i.\"user\" = :user"
)
TEAM = "SELECT id FROM team WHERE tenant = :tenant AND id = :team"
OPEN = (
    "SELECT key, asked, cycle, flow FROM conversation WHERE tenant = :tenant AND team = :team AND member = :member "
    "AND done_at IS NULL AND declined_at IS NULL ORDER BY opened_at DESC LIMIT 1"
)
BEFORE = "SELECT step, item, value FROM answer WHERE tenant = :tenant AND team = :team AND conversation = :conversation"
KEEP = (
    "INSERT INTO answer (tenant, team, conversation, step, item, revision, value, words, sequence, given_at) "
    "VALUES (:tenant, :team, :conversation, 'typed', 0, 1, :value, :words, :sequence, :now)",
    "UPDATE conversation SET answered_at = :now WHERE tenant = :tenant AND team = :team AND key = :conversation",
    "UPDATE agenda SET visited_at = :now WHERE tenant = :tenant AND team = :team",
    'INSERT INTO outbox (tenant, delivery, key, team, "to", kind, priority, due, message, card, conversation, post, '
    'platform, workspace, place, "user", sequence, state, attempt, looked, lease_by, message_id, replaces, error, '
    "version, created_at) VALUES (:tenant, :delivery, :delivery, :team, :member, 'answer', 0, :now, :message, '', "
    ":conversation, '', 'slack', :workspace, :place, :user, :sequence, 'ready', 0, 0, '', '', '', '', 0, :now)",
    "UPDATE inbox SET payload = NULL, done_at = :now WHERE tenant = :tenant AND platform = 'slack' AND key = :key",
)
NEXT = json.dumps({"text": "Thank you. What would help your learners most this term?", "title": "The next question"})


class ByHand:
    """The service on one database."""

    def __init__(self, database: str) -> None:
        address = engines.address_of(database)
        self._is_shared = address.get_backend_name() != "sqlite"
        make = engines.postgresql if self._is_shared else engines.sqlite_writer
        self._engine: AsyncEngine = make(address)
        self._turn = asyncio.Semaphore(AT_ONCE if self._is_shared else 1)
        self._verifier = SignatureVerifier(SECRET)
        self._under_way: set[asyncio.Task[None]] = set()

    def web(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/slack/events", self._receive, methods=["POST"]),
                Route("/health", lambda request: PlainTextResponse("ok")),
            ]
        )

    async def _receive(self, request: Request) -> Response:
        body = await request.body()
        if not self._verifier.is_valid_request(body, dict(request.headers)):
            return PlainTextResponse("not signed by Slack", 401)
        said = json.loads(body)
        known = {"workspace": said["team_id"], "key": said["event_id"], "payload": body.decode()}
        async with self._engine.begin() as connection:
            found = await connection.execute(text(CAPTURE[0]), known)
            known |= {"tenant": found.scalar_one(), "now": self._now()}
            await connection.execute(text(CAPTURE[1]), known)
        task = asyncio.create_task(self._act(known))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return PlainTextResponse("")

    async def _act(self, known: Mapping[str, Any]) -> None:
        async with self._turn, self._engine.begin() as connection:
            lock = " FOR UPDATE" if self._is_shared else ""
            payload = await self._one(connection, TAKE + lock, known)
            event = payload[0] if isinstance(payload[0], dict) else json.loads(payload[0])
            said = event["event"]
            given = {**known, "now": self._now(), "user": said["user"], "place": said["channel"]}
            member, _, team = await self._one(connection, WHO, given)
            given |= {"member": member, "team": team}
            await self._one(connection, TEAM + lock, given)
            conversation = (await self._one(connection, OPEN, given))[0]
            given |= {"conversation": conversation, "value": json.dumps(said["text"]), "words": said["text"]}
            await connection.execute(text(BEFORE), given)
            given |= {"sequence": datetime.now(UTC).timestamp() * 1e6 // 1, "delivery": uuid4().hex, "message": NEXT}
            given["sequence"] = int(given["sequence"])
            for statement in KEEP:
                await connection.execute(text(statement), given)

    @staticmethod
    async def _one(connection: AsyncConnection, statement: str, given: Mapping[str, Any]) -> Any:
        return (await connection.execute(text(statement), dict(given))).one()

    def _now(self) -> datetime:
        moment = district.asking_time()
        return moment.astimezone(UTC) if self._is_shared else moment.astimezone(UTC).replace(tzinfo=None)
