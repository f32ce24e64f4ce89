"""A practice school in memory that is served on this computer, and the browser's pages that look at it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from playwright.async_api import Browser, BrowserContext, Page
from starlette.applications import Starlette

from adapters.webchat.app import WebChat
from flows.events import Event, Filled, Said
from flows.messages import Reply
from tests.browser.memory import MemoryBoard, MemoryEars


class School:
    """A practice school that is served, and the pages that look at it."""

    def __init__(self, browser: Browser) -> None:
        self.board = MemoryBoard()
        self.ears = MemoryEars()
        self.address = ""
        self.complaints: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    @asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        """Serve the school on a free port of this computer."""
        chat = WebChat(self.ears, self.board)
        app = Starlette(routes=list(chat.routes()))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.address = f"http://127.0.0.1:{listening.getsockname()[1]}"
            serving = asyncio.create_task(server.serve([listening]))
            yield
            for context in self._contexts:
                await context.close()
            chat.stop()
            server.should_exit = True
            await serving

    async def page(self, path: str = "lena/direct-lena", width: int = 1280, javascript: bool = True) -> Page:
        context = await self._browser.new_context(
            viewport={"width": width, "height": 740}, java_script_enabled=javascript, reduced_motion="reduce"
        )
        self._contexts.append(context)
        page = await context.new_page()
        page.on("console", lambda line: self.complain(line.text, line.type == "error"))
        page.on("pageerror", lambda error: self.complain(str(error)))
        page.on("request", lambda request: self.complain(request.url, not request.url.startswith(self.address)))
        await page.goto(f"{self.address}/practice/as/{path}")
        return page

    def complain(self, words: str, is_wrong: bool = True) -> None:
        """Keep what a browser found wrong: the test fails at its end."""
        if is_wrong:
            self.complaints.append(words)

    def replies(self, **replies: Reply) -> None:
        async def answer(event: Event) -> Reply | None:
            return replies.get(event.what.text if isinstance(event.what, Said) else "filled")

        self.ears.answers = answer

    @property
    def heard(self) -> list[Said | Filled]:
        return [event.what for event in self.ears.heard]
