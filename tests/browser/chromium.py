"""The practice school as people meet it: `leadcycle demo` as a process, Chromium, and visitors with verbs."""

import asyncio
import os
import shutil
import signal
import socket
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Locator,
    Page,
    WebError,
    async_playwright,
    expect,
)

COMMAND = Path(sys.executable).with_name("leadcycle")
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 20.0
"""seconds that an expectation waits at most: a busy machine is slow, and what is there is seen at once"""
START_SECONDS = 60.0
STOP_SECONDS = 5.0
"""seconds in which Ctrl+C ends the program, whoever looks at its page"""
LENA, ANA, BEN, SAM = "lena/direct-lena", "ana/direct-ana", "ben/direct-ben", "sam/direct-sam"
CHANNEL = "riverside-leadership"


def chromium_or_skip() -> str:
    """Return the path of Chromium; without one the tests are skipped, and in continuous integration they fail."""
    if found := next(filter(None, map(shutil.which, NAMES)), None):
        return found
    sentence = "There is no Chromium here: install it with `apt-get install chromium` to test the practice page."
    if os.environ.get("CI"):
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One headless Chromium for all tests of this worker."""
    path = chromium_or_skip()
    expect.set_options(timeout=PATIENCE * 1000)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        await browser.close()


# ---------------------------------------------------------------- the program


class Demo:
    """`leadcycle demo`, run in a folder of its own on a free port of this computer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self.printed: list[str] = []
        self._process: Process | None = None
        self._reading: asyncio.Task[None] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start the program, and return as soon as it answers."""
        serving = asyncio.Event()
        self._process = await self._run(self.port)
        self._reading = asyncio.create_task(self._read(self._process, serving))
        await asyncio.wait_for(serving.wait(), START_SECONDS)
        async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(retries=6)) as http:
            assert (await http.get(f"{self.address}/ready")).status_code == 200, self.printed

    async def interrupt(self) -> int:
        """Press Ctrl+C, and return the program's exit code."""
        assert self._process
        assert self._reading
        self._process.send_signal(signal.SIGINT)
        code = await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        await self._reading
        return code

    async def another(self) -> tuple[int, str]:
        """Start the program once more in the same folder; return its exit code and its last line."""
        process = await self._run(_free_port())
        printed, _ = await asyncio.wait_for(process.communicate(), START_SECONDS)
        assert process.returncode is not None
        return process.returncode, printed.decode().strip().rpartition("\n")[2]

    async def kill(self) -> None:
        """End the program, whatever it does; at the end of a test that may have failed."""
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        if self._reading:
            await self._reading

    async def moves(self, until: str) -> None:
        """Move the clock without a page."""
        values = {"until": until, "key": f"arranged-{until}-{len(self.printed):08}"}
        headers = {"Origin": self.address}
        async with httpx.AsyncClient(base_url=self.address, headers=headers, timeout=PATIENCE) as http:
            (await http.post(f"/practice/as/{ANA}/clock", data=values)).raise_for_status()

    async def _run(self, port: int) -> Process:
        own = {name: value for name, value in os.environ.items() if not name.startswith("LEADCYCLE_")}
        settings = {"LEADCYCLE_PORT": str(port), "LEADCYCLE_LOG_FORMAT": "json"}
        return await asyncio.create_subprocess_exec(
            COMMAND, "demo", cwd=self.folder, env=own | settings, stdout=PIPE, stderr=STDOUT
        )

    async def _read(self, process: Process, serving: asyncio.Event) -> None:
        """Keep what the program prints; it serves as soon as it says so, or has ended and a test shows why."""
        assert process.stdout
        async for line in process.stdout:
            self.printed.append(line.decode().rstrip())
            if '"event": "serving"' in self.printed[-1]:
                serving.set()
        serving.set()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


# ---------------------------------------------------------------- the people


@dataclass
class Visitor:
    """Somebody at the practice page, in a browser of their own."""

    page: Page
    address: str

    @property
    def lines(self) -> Locator:
        return self.page.locator("#lines > li.line")

    @property
    def last(self) -> Locator:
        return self.lines.last

    @property
    def form(self) -> Locator:
        return self.page.locator("#filling")

    async def becomes(self, path: str) -> "Visitor":
        """Go to another conversation, as the same person or as somebody else."""
        await self.page.goto(f"{self.address}/practice/as/{path}")
        return self

    async def types(self, words: str) -> None:
        """Write words into the box and send them; returns when the program has taken them."""
        await self.page.locator("#words").fill(words)
        async with self.page.expect_response("**/say"):
            await self.page.locator("#words").press("Enter")
        await expect(self.page.locator("#words")).to_have_value("")

    async def presses(self, label: str) -> None:
        """Press the newest button with this label."""
        async with self.page.expect_response("**/press"):
            await self.page.locator("#lines").get_by_role("button", name=label, exact=True).last.click()

    async def fills(self, answers: Mapping[str, str], *picks: str) -> None:
        """Fill the open form: words by the start of their question, and options by their label."""
        for question, answer in answers.items():
            await self.form.get_by_label(question).fill(answer)
        for pick in picks:
            await self.form.get_by_label(pick, exact=True).check()

    async def submits(self) -> None:
        """Send the open form."""
        async with self.page.expect_response("**/fill"):
            await self.form.locator("footer .primary").click()

    async def moves(self, label: str) -> None:
        """Press a button of the clock, and wait until it has arrived."""
        async with self.page.expect_response("**/clock"):
            await self.page.get_by_role("button", name=label).click()
        await expect(self.page.locator(".bar")).not_to_have_class("bar busy")

    async def stands_in(self, phase: str) -> None:
        """See this phase in the bar."""
        await expect(self.page.locator("#standing")).to_contain_text(f"The cycle is in its phase {phase}.")

    async def finds(self, words: str) -> None:
        """See these words in any line: others may have written since."""
        await expect(self.page.locator("#lines > li.line", has_text=words).last).to_be_visible()

    async def sees(self, *words: str) -> None:
        """See these words in the newest line."""
        for each in words:
            await expect(self.last).to_contain_text(each)


@dataclass
class Visits:
    """All visitors of one test, and what their browsers found wrong."""

    browser: Browser
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    async def __call__(self, demo: Demo, path: str = "", width: int = 1280) -> Visitor:
        """Open the page in a new browser: the door without a path, else "lena/direct-lena"."""
        context = await self.browser.new_context(
            viewport={"width": width, "height": 780}, color_scheme="light", reduced_motion="reduce"
        )
        self.contexts.append(context)
        context.set_default_timeout(PATIENCE * 1000)
        self._listen(context, demo.address)
        page = await context.new_page()
        await page.goto(f"{demo.address}/practice/as/{path}" if path else f"{demo.address}/practice")
        return Visitor(page, demo.address)

    async def close(self) -> None:
        for context in self.contexts:
            await context.close()

    def forgive(self, *words: str) -> None:
        """Take back the complaints with one of these words: what a test itself brought about."""
        self.complaints = [each for each in self.complaints if not any(word in each for word in words)]

    def _listen(self, context: BrowserContext, address: str) -> None:
        context.on("request", lambda request: self._foreign(request.url, address))
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("dialog", self._dialog)

    def _foreign(self, url: str, address: str) -> None:
        if not url.startswith(f"{address}/"):
            self.complaints.append(f"a request to {url}")

    def _console(self, line: ConsoleMessage) -> None:
        if line.type in ("error", "warning"):
            self.complaints.append(f"in the console: {line.text}")

    def _error(self, error: WebError) -> None:
        self.complaints.append(f"an error: {error.error}")

    async def _dialog(self, dialog: Dialog) -> None:
        self.complaints.append(f"a dialog: {dialog.message}")
        await dialog.dismiss()


@pytest_asyncio.fixture(loop_scope="session")
async def visit(chromium: Browser) -> AsyncIterator[Visits]:
    """Visitors who may come; whatever their browsers complain about fails the test."""
    visits = Visits(chromium)
    yield visits
    await visits.close()
    assert not visits.complaints, "\n".join(visits.complaints)


@pytest_asyncio.fixture(loop_scope="session")
async def demo(chromium: Browser, tmp_path: Path) -> AsyncIterator[Demo]:
    """A practice school of the test's own, on its very first morning."""
    demo = Demo(tmp_path)
    try:
        await demo.start()
        yield demo
    finally:
        await demo.kill()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def school(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Demo]:
    """A practice school that tests share: everybody has just been asked to convene.

    To stay out of each other's way, no two tests answer that first question as the same person, and none
    moves the clock by more than a few days: its phase is open until February 10.
    """
    school = Demo(tmp_path_factory.mktemp("school"))
    try:
        await school.start()
        await school.moves("prompt")
        yield school
    finally:
        await school.kill()
