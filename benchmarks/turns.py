"""How long a turn in Teams takes: our whole service beside a waterfall of botbuilder-dialogs on memory storage.

A turn ends when the person sees what came of it: a typed answer when the next message reaches Teams, a card that was
sent when its answer does. Ours checks each token, commits what was said before it answers, and speaks https to Teams;
the peer keeps nothing that outlives its process, checks nothing and speaks http.
"""

import asyncio
from collections.abc import Coroutine, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Any

import aiohttp

from benchmarks.microsoft import APP, TENANT, Microsoft, microsoft
from benchmarks.serving import OURS, serving
from bot import sample

PEOPLE = 48
KINDS = ("typed answer", "card submit")
ONE_BY_ONE, AT_ONCE, ROUNDS = 60, 24, 5
"""turns in a row; people at once, so often"""
PATIENCE = 60.0

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Turn:
    """Milliseconds of a turn, half of them and all but one in twenty were faster, and turns in a second at once."""

    app: str
    kind: str
    p50: float
    p95: float
    pace: float


class Client:
    """Teams, with `PEOPLE` people in it."""

    def __init__(self, web: aiohttp.ClientSession, teams: Microsoft, url: str, service_url: str, is_ours: bool) -> None:
        self._web, self._teams, self._url, self._service_url = web, teams, url, service_url
        self._is_ours = is_ours
        self._ids = count(1)
        self._headers = {"Authorization": f"Bearer {teams.token(service_url)}"} if is_ours else {}

    async def types(self, person: int) -> None:
        """Type an answer, and wait for the message that comes of it."""
        seen = self._teams.message_in(f"a:{person}")
        await self._says(person, {"type": "message", "text": f"Reading in every subject {next(self._ids)}"})
        await asyncio.wait_for(seen, PATIENCE)

    async def opens(self, person: int) -> Json:
        """Press a button that opens a form, where there is one; return what its card sends when it is filled in."""
        if not self._is_ours:
            return {"answer": f"Reading in every subject {next(self._ids)}"}
        answer = await self._presses(person, {"says": f"answer {FLOW}", "about": team(person)})
        return _filled(answer["value"], f"Reading in every subject {next(self._ids)}")

    async def sends(self, person: int, data: Json) -> None:
        """Send a card, and wait for what takes its place."""
        if self._is_ours:
            answer = await self._presses(person, data)
            assert answer["type"] == "application/vnd.microsoft.card.adaptive", answer
            return
        seen = self._teams.message_in(f"a:{person}")
        await self._says(person, {"type": "message", "value": data})
        await asyncio.wait_for(seen, PATIENCE)

    async def _presses(self, person: int, data: Json) -> Json:
        value = {"action": {"type": "Action.Execute", "verb": "v", "data": data}, "trigger": "manual"}
        return await self._says(person, {"type": "invoke", "name": "adaptiveCard/action", "value": value})

    async def _says(self, person: int, said: Json) -> Json:
        activity = {
            "id": f"{next(self._ids)}",
            "channelId": "msteams",
            "timestamp": sample.opening().isoformat(),
            "serviceUrl": self._service_url,
            "from": {"id": f"29:{person}", "name": f"Person {person}", "aadObjectId": user(person)},
            "recipient": {"id": f"28:{APP}", "name": "Leadcycle"},
            "conversation": {"id": f"a:{person}", "conversationType": "personal", "tenantId": TENANT},
            "channelData": {"tenant": {"id": TENANT}},
            **said,
        }
        async with self._web.post(f"{self._url}/api/messages", json=activity, headers=self._headers) as answer:
            assert answer.status < 300, (answer.status, await answer.text())
            return dict(await answer.json(content_type=None) or {}) if said["type"] == "invoke" else {}


FLOW = "convene"
"""what is asked on the first morning"""


def user(person: int) -> str:
    """The Entra object id of a person."""
    return f"00000000-0000-4000-8000-{person:012}"


def team(person: int) -> str:
    """The team of a person, as `served` founds them."""
    return f"team{person - person % 4}"


def _filled(card: Json, words: str) -> Json:
    """What the form on this card sends with these words in all fields."""
    found = list(_pieces(card))
    send = next(each for each in found if each.get("type") == "Action.Execute" and "ref" in each.get("data", {}))
    boxes = {each["id"]: each for each in found if str(each.get("type", "")).startswith("Input.")}
    chosen = {name: box["choices"][0]["value"] if "choices" in box else words for name, box in boxes.items()}
    return {**send["data"], **chosen}


def _pieces(drawn: Any) -> Iterator[Json]:
    match drawn:
        case list():
            for each in drawn:
                yield from _pieces(each)
        case dict():
            yield drawn
            for key, each in drawn.items():
                yield from _pieces(each) if key not in ("fallback", "data") else ()


# ---------------------------------------------------------------- measuring


async def measure(folder: Path, peers: Path) -> list[Turn]:
    """Measure both, one after the other; `peers` is the Python of the peers."""
    own = [*OURS, "leadcycle-teams"]
    async with microsoft(folder) as teams:
        ours = await _measured("leadcycle", [*own, "{port}", "-", str(folder / "turns.db")], teams, teams.settings)
        peer = [str(peers), "-W", "ignore", str(Path(__file__).with_name("peer.py")), "{port}"]
        return ours + await _measured("waterfall", peer, teams, {})


async def _measured(app: str, command: list[str], teams: Microsoft, settings: Mapping[str, str]) -> list[Turn]:
    is_ours = bool(settings)
    service_url = f"{teams.url if is_ours else teams.plain_url}/"
    async with serving(command, settings) as served, aiohttp.ClientSession() as web:
        client = Client(web, teams, served.url, service_url, is_ours)
        found = []
        for kind in KINDS:
            await _in_a_row(client, kind, 12)
            cut = quantiles(await _in_a_row(client, kind, ONE_BY_ONE), n=20)
            found.append(Turn(app, kind, cut[9] * 1000, cut[18] * 1000, await _pace(client, kind)))
        return found


async def _in_a_row(client: Client, kind: str, times: int) -> list[float]:
    found = []
    for number in range(times):
        turn = await _ready(client, kind, number % PEOPLE)
        begun = perf_counter()
        await turn
        found.append(perf_counter() - begun)
    return found


async def _pace(client: Client, kind: str) -> float:
    """Turns in a second of so many people at once."""
    taken = 0.0
    for number in range(ROUNDS):
        people = [(number * AT_ONCE + each) % PEOPLE for each in range(AT_ONCE)]
        turns = [await _ready(client, kind, person) for person in people]
        begun = perf_counter()
        await asyncio.gather(*turns)
        taken += perf_counter() - begun
    return ROUNDS * AT_ONCE / taken


async def _ready(client: Client, kind: str, person: int) -> Coroutine[Any, Any, None]:
    """A turn that waits to be made: a card is open already when it is sent."""
    return client.types(person) if kind == KINDS[0] else client.sends(person, await client.opens(person))
