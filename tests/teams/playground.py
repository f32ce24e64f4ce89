"""A cycle's main steps in Microsoft's own playground for Teams, before a browser, with a picture of each.

Opt-in, and no part of the tests: Microsoft licenses the playground for evaluation, so whoever runs this installs it
themselves. It shows no token: every word of it is signed here with the tests' keys, and checked by the service as ever.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

import httpx
from playwright.async_api import Page, async_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.browser.chromium import FLAGS, chromium_or_skip
from tests.slack.school import morning
from tests.teams.school import TeamsSchool
from tests.teams.stand_in import BOT, TENANT, Human, Json, Microsoft, Post, served, write_certificate

PROGRAM = "agentsplayground"
VERSION = "0.2.28"
PORT = 56150
PLAYGROUND = f"http://127.0.0.1:{PORT}"
PATIENCE = 20.0
"""seconds until the playground answers, and until it has said what was pressed"""
ALONE = "LEADCYCLE_PLAYGROUND_ALONE"
"""said to ourselves: this computer's network is out of reach"""
MISSING = f"""There is no {PROGRAM} on the PATH. Microsoft licenses it for evaluation; install it for yourself with
npm install --global @microsoft/m365agentsplayground@{VERSION}"""


class Shown(Microsoft):
    """What Microsoft runs, but that the playground shows Ana's chat and the team's channel, and says what Ana does."""

    def __init__(self) -> None:
        super().__init__()
        self.school: TeamsSchool | None = None
        self.there: set[str] = set()
        """conversations that the playground has"""
        self.heard = asyncio.Event()
        """it has said something"""

    def routes(self) -> list[Route]:
        return [*super().routes(), Route("/said", self._said, methods=["POST"])]

    async def _said(self, request: Request) -> Response:
        """Sign what the playground says, and hand it to the service."""
        assert self.school
        answer = await self.school.tells(await request.body())
        self.heard.set()
        return Response(answer.content, answer.status_code, media_type=answer.headers.get("Content-Type"))

    async def _posted(self, request: Request) -> Response:
        place, _, thread = request.path_params["place"].partition(";messageid=")
        if place not in self.there or not self._knows(request):
            return await super()._posted(request)
        answer = await self._passed(request, "activities")
        if answer.is_success:
            self.posts.append(Post(place, answer.json()["id"], await request.json(), thread))
        return Response(answer.content, answer.status_code, media_type="application/json")

    async def _drawn_over(self, request: Request) -> Response:
        if request.path_params["place"].partition(";")[0] not in self.there or not self._knows(request):
            return await super()._drawn_over(request)
        answer = await self._passed(request, f"activities/{quote(request.path_params['id'], safe='')}")
        if answer.is_success and (post := self._at(request)):
            post.activity = await request.json()
        return Response(answer.content, answer.status_code, media_type="application/json")

    async def _passed(self, request: Request, path: str) -> httpx.Response:
        """Let the playground show it."""
        where = f"{PLAYGROUND}/_connector/v3/conversations/{quote(request.path_params['place'], safe='')}/{path}"
        async with httpx.AsyncClient(trust_env=False) as http:
            return await http.request(request.method, where, json=await request.json())


class Visit:
    """Ana before the playground; each step leaves a picture."""

    def __init__(self, page: Page, school: TeamsSchool, microsoft: Shown, pictures: Path) -> None:
        self._page = page
        self._school = school
        self._microsoft = microsoft
        self._pictures = pictures
        self._count = 0

    async def goes(self, name: str) -> None:
        """Open a chat, or a channel by its team and its name; Teams may tell the service of it."""
        await self._page.get_by_role("treeitem", name=name).click()
        await asyncio.sleep(1)
        await self._school.settle()

    async def types(self, words: str) -> None:
        async def typing() -> None:
            await self._page.get_by_role("textbox").last.click()
            await self._page.keyboard.type(words)
            await self._page.keyboard.press("Enter")

        await self._does(typing())

    async def presses(self, label: str) -> None:
        """Press the newest button with this label."""
        await self._does(self._page.get_by_role("button", name=label, exact=True).last.click())

    async def fills(self, *picks: str, **values: str) -> None:
        """Choose by the words of a choice, and then write into the newest input whose label begins like each of these.

        In that order: the playground forgets what was written when something is chosen after it.
        """
        for pick in picks:
            await self._page.get_by_role("radio", name=pick).last.check(force=True)
        for label, value in values.items():
            await self._page.get_by_label(label.replace("_", " ")).last.fill(value)

    async def pictures(self, name: str) -> None:
        """Keep a picture of what stands there, the newest at its end."""
        await asyncio.sleep(1)  # the playground scrolls, and says nothing when it is done
        self._count += 1
        await self._page.screenshot(path=self._pictures / f"{self._count:02} {name}.png")
        print(f"{self._count:02} {name}", flush=True)

    async def _does(self, happening: Awaitable[None]) -> None:
        """Do something there, wait until the service was told, and let it act."""
        self._microsoft.heard.clear()
        await happening
        await asyncio.wait_for(self._microsoft.heard.wait(), PATIENCE)
        await self._school.settle()


async def cycle(ana: Visit, school: TeamsSchool) -> None:
    """From the start to what came of it."""
    ben, lena, sam = (school.people[name] for name in ("ben", "lena", "sam"))
    await ana.goes("Riverside - Leadership")
    await ana.goes("Personal Chat")
    await ana.types("home")
    await ana.pictures("home")
    await ana.types("cycle start 10 weeks")
    await ana.pictures("before the cycle starts")
    await ana.presses("Start it like this")
    await ana.pictures("started")

    await school.until(morning("2027-02-01"))
    await ana.pictures("the first question")
    await ana.fills(Which_practice="Feedback that helps")
    await ana.presses("Send")
    await ana.pictures("answered")
    await sam.types("Reading in every subject")

    await school.until(morning("2027-02-03", "14:00"))
    await ana.goes("Riverside - Leadership")
    await ana.pictures("the channel convenes")
    await ana.presses("Write down what we agreed")
    await ana.pictures("the charter's form")
    await ana.fills(
        How_do_we_want="We start on time", What_is_this_team="One thing, properly", Which_Priority="Feedback that helps"
    )
    await ana.presses("Send")
    await ana.pictures("the charter")

    await school.until(morning("2027-02-08"))
    await ana.goes("Personal Chat")
    await ana.pictures("the needs")
    await ana.fills("Teaching", What_is_going_well="Reading groups", What_one_change="More time to plan")
    await ana.presses("Send")
    await ana.pictures("a need is answered")
    await ben.types("/need Fewer interruptions")
    await sam.types("/leadcycle resource A small grant")

    await school.until(morning("2027-02-23", "12:00"))
    await ana.pictures("the vote")
    await ana.fills(More_time_to_plan="3", Fewer_interruptions="2")
    await ana.presses("Send")
    await ana.pictures("voted")
    for person in (ben, lena, sam):
        await person.answers(dots={"1": 3, "2": 2})

    await ana.types("help")
    await ana.pictures("help")
    await ben.types("action Plan one unit together")
    await ben.answers(
        owner="Ana Ruiz", due="2027-03-26", need="1", resource="1", prediction="Fewer lessons", measure="A count"
    )
    await ana.types("actions mine")
    await ana.presses("I take it")
    await ana.pictures("an action is taken")
    await ana.types("decide Should we keep first period free?")
    await ana.pictures("a decision's form")
    await ana.fills("Consent")
    await ana.presses("Preview")
    await ana.pictures("a decision before it is posted")
    await lena.types("decide Should we start at eight?")
    await lena.fills(mode="consent")
    await lena.presses("Post it")
    await school.until(morning("2027-02-24", "09:00"))
    await ana.goes("Riverside - Leadership")
    await ana.pictures("a decision in the channel")
    await ana.presses("Good enough")
    await ana.pictures("a stand")
    posted = (await school.room()).decisions[-1].number
    for person in (ben, lena, sam):
        await person.types(f"stand {posted} good")
        await person.types("plan good")
    await school.until(morning("2027-02-26", "09:00"))
    await ana.pictures("decided")

    await school.until(morning("2027-03-12", "15:30"))
    await ana.goes("Personal Chat")
    await ana.types("actions mine")
    await ana.pictures("the check-in")
    await ana.presses("On track")
    await ana.pictures("checked in")
    await ana.types("reflect Two students asked for more")
    await ana.pictures("a reflection")

    await school.until(morning("2027-04-21", "14:00"))
    await ana.pictures("looking back")
    await ana.goes("Riverside - Leadership")
    await ana.pictures("the channel reflects")
    await ana.presses("Record what came of it")
    await ana.pictures("what came of it")


# ---------------------------------------------------------------- the programs


def told(school: TeamsSchool, humans: list[Human]) -> Json:
    """What the playground is to show: its user is Ana, and it wants five more people."""
    ana = school.people["ana"].human
    return {
        "version": "0.1.1",
        "tenantId": TENANT,
        "bot": {"id": BOT, "name": "Leadcycle"},
        "currentUser": _user(ana),
        "users": [_user(each) for each in humans if each is not ana],
        "personalChat": {"id": ana.direct},
        "groupChat": {"id": "19:riverside@thread.v2", "name": "Riverside"},
        "team": {
            "id": school.team,
            "name": "Riverside",
            "aadGroupId": TENANT,
            "channels": [{"id": school.channel, "name": "Leadership"}],
        },
    }


def _user(human: Human) -> Json:
    given, _, family = human.name.partition(" ")
    named = {"name": human.name, "givenName": given, "surname": family}
    return {
        **named,
        "id": human.account,
        "aadObjectId": human.user,
        "email": human.email,
        "userPrincipleName": human.email,
    }


@asynccontextmanager
async def playing(program: str, microsoft: Shown, settings: Json, folder: Path) -> AsyncIterator[None]:
    """Run the playground against what signs for it."""
    (folder / "playground.yml").write_text(json.dumps(settings))
    own = {
        "M365_AGENTS_PLAYGROUND_CONFIG_PATH": str(folder / "playground.yml"),
        "M365_AGENTS_PLAYGROUND_LOGFILE": str(folder / "playground.log"),
        "NODE_EXTRA_CA_CERTS": os.environ["SSL_CERT_FILE"],
        "TEAMSAPPTESTER_BROWSER": "none",
    }
    words = [*("-e", f"{microsoft.url}/said"), *("-c", "msteams"), *("-p", str(PORT))]
    words += ["--service-url", microsoft.service_url, "--disable-telemetry"]
    run = await asyncio.create_subprocess_exec(
        program, "start", *words, cwd=folder, env=os.environ | own, stdout=DEVNULL, stderr=DEVNULL
    )
    try:
        async with asyncio.timeout(PATIENCE), httpx.AsyncClient(trust_env=False) as http:
            while run.returncode is None and not await _answers(http):  # noqa: ASYNC110  another program begins
                await asyncio.sleep(0.2)
        if run.returncode is not None:
            raise SystemExit((folder / "playground.log").read_text())
        yield
    finally:
        if run.returncode is None:
            run.terminate()
        await run.wait()


async def _answers(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get(PLAYGROUND)).is_success
    except httpx.HTTPError:
        return False


async def visit(program: str, pictures: Path, folder: Path) -> None:
    """Serve everything, and let Ana go through a cycle."""
    certificate = write_certificate(folder / "certificate.pem")
    os.environ["SSL_CERT_FILE"] = os.environ["REQUESTS_CA_BUNDLE"] = str(certificate)
    microsoft = Shown()
    async with served(Starlette(routes=microsoft.routes()), str(certificate)) as port:
        microsoft.url = f"https://127.0.0.1:{port}"
        async with TeamsSchool.open(microsoft, f"sqlite:///{folder}/leadcycle.db") as school:
            await school.founds(installed=False)
            for name in ("ben", "lena", "sam"):
                await school.people[name].installs()
            for name in ("Kay Boone", "Noor Haddad"):  # are in the Microsoft team, and not on the roster
                microsoft.add(name, f"{name[:3].lower()}@example.org")
            microsoft.school, microsoft.there = school, {school.people["ana"].human.direct, school.channel}
            shown = told(school, list(microsoft.humans.values()))
            async with playing(program, microsoft, shown, folder), opened() as page:
                ana = Visit(page, school, microsoft, pictures)
                try:
                    await cycle(ana, school)
                except Exception:
                    await ana.pictures("it stopped here")
                    raise


@asynccontextmanager
async def opened() -> AsyncIterator[Page]:
    """The playground in a headless browser, without its log."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_or_skip(), args=FLAGS)
        page = await browser.new_page(viewport={"width": 1280, "height": 1000})
        page.set_default_timeout(PATIENCE * 1000)
        await page.goto(PLAYGROUND)
        await page.get_by_role("button", name="Toggle Log Panel").click()
        yield page
        await browser.close()


def main() -> None:
    """Go through a cycle, in a network of its own where that can be had: the playground listens to everybody."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise SystemExit(MISSING)
    if ALONE not in os.environ and (unshare := shutil.which("unshare")):
        alone = [unshare, "--map-root-user", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
        if subprocess.run([*alone, "true"], check=False, stderr=subprocess.DEVNULL).returncode == 0:
            os.execve(
                unshare,
                [*alone, sys.executable, "-m", "tests.teams.playground", *sys.argv[1:]],
                os.environ | {ALONE: "1"},
            )
    pictures = Path(sys.argv[1] if len(sys.argv) > 1 else "pictures").resolve()
    pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(visit(program, pictures, Path(folder)))


if __name__ == "__main__":
    main()
