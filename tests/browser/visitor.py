"""A visitor of the practice page without a browser: reads pages as one would, posts what one would post."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import count
from urllib.parse import urlsplit

import httpx
from starlette.applications import Starlette
from starlette.types import Message, Scope

from adapters.webchat.app import WebChat
from tests.browser.memory import MemoryBoard, MemoryEars

ADDRESS = "http://localhost:8080"
_VOID = {"input", "meta", "link", "br", "img", "hr"}


class Reading(HTMLParser):
    """A page or a piece of it: its tags, its text, and the values that its form would post."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.values: list[tuple[str, str]] = []
        self._open: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def ids(self) -> set[str]:
        return {attributes["id"] for _, attributes in self.tags if "id" in attributes}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.tags.append((tag, attributes))
        self._take(tag, attributes)
        if tag not in _VOID:
            self._open.append((tag, attributes))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._open and self._open[-1][0] == "textarea":
            self.values.append((self._open[-1][1]["name"], data.removeprefix("\n")))

    def _take(self, tag: str, attributes: dict[str, str]) -> None:
        is_choice = attributes.get("type") in ("radio", "checkbox")
        if tag == "input" and "name" in attributes and (not is_choice or "checked" in attributes):
            self.values.append((attributes["name"], attributes.get("value", "")))
        if tag == "option" and "selected" in attributes:
            select = next(attributes for tag, attributes in reversed(self._open) if tag == "select")
            self.values.append((select["name"], attributes["value"]))


@dataclass
class Visitor:
    """Somebody at the practice page of a school in memory."""

    board: MemoryBoard = field(default_factory=MemoryBoard)
    ears: MemoryEars = field(default_factory=MemoryEars)

    def __post_init__(self) -> None:
        self.chat = WebChat(self.ears, self.board, hosts=["practice.example.org:8443"])
        self.app = Starlette(routes=list(self.chat.routes()))
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=ADDRESS)
        self.keys = count(1)

    async def page(self, path: str = "lena/direct-lena") -> Reading:
        response = await self.http.get(f"/practice/as/{path}")
        assert response.status_code == 200, response.text
        return Reading(response.text)

    async def post(self, path: str, values: object = (), key: str = "", **named: str) -> httpx.Response:
        pairs = [*(values or ()), *named.items(), ("key", key or f"key-{next(self.keys):08}")]  # type: ignore[misc]
        body = httpx.QueryParams(pairs)
        headers = {"Origin": ADDRESS, "Content-Type": "application/x-www-form-urlencoded"}
        return await self.http.post(f"/practice/as/{path}", content=str(body), headers=headers)

    async def says(self, words: str, path: str = "lena/direct-lena", key: str = "") -> httpx.Response:
        return await self.post(f"{path}/say", words=words, key=key)

    async def presses(self, says: str, line: int = 0, path: str = "lena/direct-lena") -> httpx.Response:
        return await self.post(f"{path}/press", says=says, line=str(line), about="riverside")

    @asynccontextmanager
    async def listening(self, path: str, last_event: str = "") -> AsyncIterator[asyncio.Queue[str]]:
        """Listen to a page's stream: each event of news arrives in the queue, as its data."""
        address = urlsplit(f"/practice/as/{path}")
        headers = [(b"host", b"localhost:8080")] + ([(b"last-event-id", last_event.encode())] if last_event else [])
        scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": address.path,
            "raw_path": address.path.encode(),
            "query_string": address.query.encode(),
            "root_path": "",
            "headers": headers,
            "server": ("localhost", 8080),
            "client": ("127.0.0.1", 1),
        }
        news: asyncio.Queue[str] = asyncio.Queue()
        leaving = asyncio.Event()

        async def receive() -> Message:
            await leaving.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            event = message.get("body", b"").decode()
            if "event: news" in event:
                data = [line.removeprefix("data: ") for line in event.split("\n") if line.startswith("data: ")]
                await news.put("\n".join(data))

        stream = asyncio.create_task(self.app(scope, receive, send))
        try:
            yield news
        finally:
            leaving.set()
            await stream
