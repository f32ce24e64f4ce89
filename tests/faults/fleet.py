"""The replicas of one database: real processes of the service, and what became of their messages."""

import asyncio
import json
import signal
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from uuid import uuid4

from sqlalchemy import ColumnElement, Table, func, null, select

from adapters.slack.render import FORM
from bot import sample
from flows.people import Member, Membership, Role, School, Team
from storage import people, records, tables
from storage.addresses import Identity
from storage.database import Database
from storage.state import CLOSED, OPEN, State, is_in
from tests.faults import prompts
from tests.faults.nursery import Birth, Life
from tests.faults.recording_slack import BOT, SECRET, WORKSPACE, RecordingSlack
from tests.faults.toll import Toll, toll
from tests.slack import payloads, wire
from tests.slack.sights import Post

PATIENCE = 60.0
"""seconds; more than anything here takes, also beside other tests"""
LOOKS = 0.02
"""seconds between two looks at a database"""
ANA = "U00000"
RESPONSE = "response"
"""what a response URL is counted as among the calls of our Slack"""


class Replica:
    """One process and where it hears."""

    def __init__(self, life: Life, port: int) -> None:
        self.life = life
        self._port = port

    def hears(self, request: wire.Request) -> int:
        """Send it what Slack says, once it listens; return the status, or 0 when it died over it."""
        headers = {"Content-Type": request.content_type, **wire.sign(request.body, SECRET)}
        deadline = time.monotonic() + PATIENCE
        while True:
            connection = HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
            try:
                connection.request("POST", "/slack/events", request.body, headers)
                return connection.getresponse().status
            except ConnectionRefusedError:
                if self.life.ended(LOOKS) or time.monotonic() > deadline:
                    return 0
            except (ConnectionError, HTTPException):
                return 0
            finally:
                connection.close()


class Fleet:
    """All replicas of one database, their Slack, and the people whom they serve."""

    def __init__(self, url: str, slack: RecordingSlack, born: Birth) -> None:
        self.slack = slack
        self.replicas: list[Replica] = []
        self.database = Database(url, beside=True)
        self._url = url
        self._born = born

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, slack: RecordingSlack, born: Birth) -> AsyncIterator["Fleet"]:
        """A fleet without replicas, whose Slack is empty; in the end all of its replicas die."""
        slack.forget()
        fleet = cls(url, slack, born)
        async with fleet.database:
            try:
                yield fleet
            finally:
                for replica in fleet.replicas:
                    replica.life.dies()

    def starts(self, at: str = "", how: int = signal.SIGKILL) -> Replica:
        """Start a replica; it gets the signal `how` when the moment `at` comes first."""
        port = _free_port()
        life = self._born({"LEADCYCLE_DATABASE_URL": self._url, "LEADCYCLE_PORT": str(port)}, at, how)
        self.replicas.append(Replica(life, port))
        return self.replicas[-1]

    async def owes(self, count: int) -> None:
        """So many messages are due, of every kind."""
        await prompts.come_due(self.database, count)

    async def founds(self) -> None:
        """Ana is a teacher whose account is on record."""
        async with self.database.begin(people.DISTRICT) as store:
            await people.found_tenant(store, "Our district")
            await records.keep(store, School("riverside", "Riverside", sample.CALENDAR))
            await records.keep(store, Team("team", "riverside", "Leadership"), Member("ana", "Ana Ruiz"))
            await records.keep(store, Membership("team", "ana", (Role.TEACHER, Role.FACILITATOR), 0))
            await records.keep(store, Identity("ana", "slack", WORKSPACE, ANA))

    async def has_acted(self) -> None:
        """Wait until every event that was kept is acted on, though nothing may have been answered."""
        await self._until_none(tables.inbox, tables.inbox.c.done_at.is_(None))

    async def has_heard(self) -> None:
        """Wait until every event that was kept is acted on, and nothing is owed for any."""
        await self._until_none(tables.inbox, tables.inbox.c.payload.is_not(null()))

    async def owing(self) -> int:
        """How many messages are on their way."""
        async with self.database.read(people.DISTRICT) as store:
            counted = select(func.count()).where(tables.outbox.c.tenant == store.tenant, is_in(tables.outbox, *OPEN))
            return int((await store.rows(counted))[0][0])

    async def held(self) -> tuple[datetime, list[str]]:
        """The moment by the database's clock, and what processes hold then: the delivery keys."""
        async with self.database.read(people.DISTRICT) as store:
            rows = await store.select(tables.outbox, is_in(tables.outbox, State.LEASED, State.INFLIGHT))
            return store.now, [row["delivery"] for row in rows]

    async def has_settled(self) -> None:
        """Wait until nothing is on its way any more."""
        await self._until_none(tables.outbox, is_in(tables.outbox, *(each for each in State if each not in CLOSED)))

    async def toll(self) -> Toll:
        """What became of all messages."""
        return await toll(self.database, self.slack)

    async def _until_none(self, table: Table, such: ColumnElement[bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while await self._is_there(table, such):
            if time.monotonic() > deadline:
                raise TimeoutError(f"After {PATIENCE:g} seconds there is still something in the {table.name}.")
            await asyncio.sleep(LOOKS)

    async def _is_there(self, table: Table, such: ColumnElement[bool]) -> bool:
        async with self.database.read(people.DISTRICT) as store:
            return bool(await store.select(table, such, limit=1))


def typed(words: str, number: int = 0) -> wire.Request:
    """What Slack says when Ana writes in her direct conversation, for the time with this number."""
    ts = f"1795384781.{number:06}"
    said = {"type": "message", "channel": f"D{ANA[1:]}", "channel_type": "im", "user": ANA, "text": words}
    stamp = {"ts": ts, "event_ts": ts, "client_msg_id": str(uuid4())}
    envelope = {"type": "event_callback", "event_id": f"Ev{uuid4().hex}", "event_time": 1795384781}
    return wire.event({**envelope, "team_id": WORKSPACE, "event": {**said, **stamp}})


def ordered(slack: RecordingSlack) -> wire.Request:
    """What Slack says when Ana gives a command."""
    return wire.command(payloads.command(_scene(), _place(slack), "/leadcycle", "help"))


def pressed(slack: RecordingSlack) -> wire.Request:
    """What Slack says when Ana presses a button of a message."""
    says = json.dumps({"says": "help", "about": ""})
    action = {"type": "button", "action_id": "1", "value": says, "action_ts": "1795384782.000001"}
    post = Post(f"D{ANA[1:]}", "1795384781.000001", BOT, "", [], None, True, None)
    return wire.interaction(payloads.pressed_in_message(_scene(), _place(slack), post, action))


def filled(slack: RecordingSlack) -> wire.Request:
    """What Slack says when Ana sends a form, which its acknowledgement has to answer."""
    hidden = {
        "ref": "order best time",
        "about": "",
        "place": f"D{ANA[1:]}",
        "post": "",
        "in_part": False,
        "language": "en",
    }
    values = {"time": {"text": {"type": "plain_text_input", "value": "8:00"}}}
    view = {"id": "V1", "type": "modal", "callback_id": FORM, "hash": "1", "private_metadata": json.dumps(hidden)}
    return wire.interaction(payloads.submitted(_scene(), {**view, "state": {"values": values}}))


def _scene() -> payloads.Scene:
    return payloads.Scene(payloads.Person(ANA, "ana", "", WORKSPACE), WORKSPACE, "A1", uuid4().hex)


def _place(slack: RecordingSlack) -> payloads.Place:
    return payloads.Place(f"D{ANA[1:]}", "directmessage", f"{slack.url}{RESPONSE}")


async def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError("It is not so.")
        await asyncio.sleep(LOOKS)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
