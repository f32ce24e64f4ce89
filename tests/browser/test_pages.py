"""The pages in a real browser: legible to everybody, by keyboard, on a phone, in light and dark, without scripts."""

import asyncio
import os
import re
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, BrowserContext, Page, expect

from bot import sample
from bot.app import Application
from bot.config import Settings
from bot.sample import Part
from bot.sign_ins import back_of
from bot.web.openid import Client, Provider
from bot.web.patience import Patience
from flows import entering
from flows.decision_records import Decision
from flows.loader import load_scripts
from flows.people import Channel, Member, Membership, Role, School, Team
from flows.records import Action, Ballot, Charter, Move, Need, Resource
from flows.waves import ANSWERED, MORE, SCHOOL, Pulse, Wave
from storage import installations, records, visits
from storage.addresses import Identity
from storage.installations import Installation
from storage.store import Store
from tests.bot import front
from tests.bot.issuer import CLIENT, SECRET, Issuer
from tests.bot.test_page_rights import addresses

pytestmark = pytest.mark.asyncio(loop_scope="session")

AXE = (Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
"""the rules of axe-core that are judged"""
JUDGE = """async ({ levels, only }) => {
    const runOnly = only.length ? { type: "rule", values: only } : { type: "tag", values: levels };
    const { violations } = await axe.run(document, { runOnly, resultTypes: ["violations"] });
    return violations.map(each => `${each.id}: ${each.nodes[0].target} ${each.nodes[0].failureSummary}`);
}"""
SIGHTS = (("light", 1280, []), ("dark", 360, []), ("light", 360, ["target-size"]), ("dark", 1280, ["color-contrast"]))
"""in which colors and widths a page is judged, by all rules or by those that change with that"""
STICKING_OUT = """() => Array.from(document.querySelectorAll("body *"))
    .filter(each => each.checkVisibility() && each.getBoundingClientRect().right > innerWidth + 1)
    .filter(each => !each.parentElement.closest("[role=region][tabindex]"))
    .map(each => each.outerHTML.slice(0, 80))"""
"""what is cut off at the right, but for wide tables that are scrolled by themselves, also by keyboard"""
FOCUSED = """() => { const each = document.activeElement, style = getComputedStyle(each);
    return [each.tagName, each.textContent.trim(), style.outlineStyle, each.closest("main") !== null]; }"""
BROKEN_WORDS = """() => Array.from(document.querySelectorAll("thead th")).flatMap(each => {
    const words = each.firstChild, found = [];
    for (const word of words.data.matchAll(/\\S+/g)) {
        const range = document.createRange();
        range.setStart(words, word.index);
        range.setEnd(words, word.index + word[0].length);
        if (range.getClientRects().length > 1) found.push(word[0]);
    }
    return found;
})"""
"""words of a table's head that stand on more than one line"""
SIZES = """each => [14 * each.getBoundingClientRect().width / each.viewBox.baseVal.width,
    parseFloat(getComputedStyle(each.closest("figure").querySelector("b")).fontSize)]"""
"""how large a chart's labels are on the screen, and its title"""
FAR = 14
"""other schools of the district, of one person each"""
READERS = {
    "/school/riverside": {"lena"},
    "/coach": {"cora"},
    "/district": {"dana"},
    "/team/far1": set[str](),
    "/team/far1/decisions": set[str](),
    "/school/far1": set[str](),
    "/school/far1/pulse": set[str](),
}
"""whose some pages are, of those in `WAYS`; everybody else is told that there is no such page"""
NOT_JUDGED = {"/team/{team}/report/{cycle:int}", "/{elsewhere:path}"}
"""routes whose pages are those of another route, or that say one sentence"""
WAYS = {
    "lena": ["For you", "Riverside leadership team", "Riverside Middle School", "What coach and district see"],
    "ana": ["For you", "Riverside leadership team", "What coach and district see"],
    "cora": ["For you", "Your teams", "What coach and district see"],
    "dana": ["For you", "Riverside leadership team", "Our schools", "What coach and district see"],
    "obi": ["For you", "Riverside leadership team", "What coach and district see"],
    "stan": ["For you", "Riverside leadership team", "What coach and district see"],
}
"""where each role can go; a new page adds a way here"""


@dataclass
class Pages:
    """The pages of a school in the middle of its cycle, served on this computer, and browsers that look at them."""

    browser: Browser
    application: Application
    address: str
    issuer: str
    """where people sign in with their own account"""
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    async def opens(self, member: str = "", javascript: bool = True, width: int = 1280) -> Page:
        """A browser's page, of somebody who is signed in or of a stranger."""
        context = await self.browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": 800},
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        self.contexts.append(context)
        if member:
            token = f"token-{len(self.contexts)}"
            async with self.application.database.begin(sample.TENANT) as store:
                await visits.begin(store, entering.mark(token), member)
            await context.add_cookies([{"name": "leadcycle_visit", "value": token, "url": self.address}])
        page = await context.new_page()
        page.on(
            "console",
            lambda line: self._complain(line.text, line.type == "error" and "Failed to load" not in line.text),
        )
        page.on("pageerror", lambda error: self._complain(str(error)))
        ours = (self.address, f"{self.issuer}/authorize")
        page.on("request", lambda request: self._complain(request.url, not request.url.startswith(ours)))
        return page

    def _complain(self, words: str, is_wrong: bool = True) -> None:
        if is_wrong:
            self.complaints.append(words)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pages(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pages]:
    """The served pages; whatever a browser complains about fails at the end."""
    folder = tmp_path_factory.mktemp("pages")
    application = await Application.prepare(Settings(database_url=f"sqlite:///{folder / 'pages.db'}"))
    async with application.database:
        await _fill(application)
        issuer = Issuer({"workspace": "T1", "user": "U1"}, host="localhost")
        with socket.create_server(("127.0.0.1", 0)) as listening:
            address = f"http://127.0.0.1:{listening.getsockname()[1]}"
            async with issuer.served():
                back = back_of(address, "slack")
                client = Client("slack", issuer.address, CLIENT, SECRET, "workspace", "user", back)
                app = front.web(application, {"slack": Provider(client)}, Patience())
                server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
                pages = Pages(chromium, application, address, issuer.address)
                serving = asyncio.create_task(server.serve([listening]))
                yield pages
                for context in pages.contexts:
                    await context.close()
                server.should_exit = True
                await serving
    assert not pages.complaints, "\n".join(pages.complaints)


async def _fill(application: Application) -> None:
    """A team that acts: with needs, dots, a plan, decisions, and people beside it."""
    at, team = sample.opening(), "riverside"
    posted = at - timedelta(days=3)
    beside = {"cora": Role.COACH, "dana": Role.DISTRICT_LEADER, "obi": Role.OBSERVER, "stan": Role.STAFF}
    texts = ("More time to plan together", "Fewer interruptions", "A shared way to give feedback on drafts")
    async with application.database.begin(sample.TENANT) as store:
        await records.keep(store, *(Member(each, f"{each.title()} Park") for each in beside))
        await records.keep(store, *(Membership(team, each, (role,), 9) for each, role in beside.items()))
        await installations.install(store, "slack", Installation("T1"))
        await records.keep(store, Identity("ana", "slack", "T1", "U1", "D1", at + timedelta(days=1)))
        await records.keep(store, Channel(team, "slack", "T1", "C1"))
        await records.keep(
            store, Charter(team, 1, "We start on time.", "One thing, well.", "Feedback", "ana", "decisions")
        )
        for number, phase in enumerate(("needs", "plan", "act"), 2):
            await records.keep(store, Move(team, 1, number, "opened", phase, at + timedelta(days=7 * number)))
        for number, text in enumerate(texts, 1):
            await records.keep(store, Need(team, number, 1, "ana", "", text, "We saw it.", chosen_in=int(number == 1)))
        await records.keep(store, Ballot(team, 1, "ana", {"1": 3, "2": 1}), Ballot(team, 1, "ben", {"1": 2, "3": 1}))
        await records.keep(store, Resource(team, 1, 1, "sam", "", "The Wednesday late start"))
        plan = Action(team, 1, 1, "Keep first period free", "ben", date(2027, 3, 12), "ben", need=1, state="open")
        await records.keep(store, plan, replace(plan, number=2, what="Visit two lessons", state="done"))
        await records.keep(store, replace(plan, number=3, what="Collect drafts", status="on_track"))
        await records.keep(store, *(School(f"far{n}", f"Far School {n}", sample.TWO_YEARS) for n in range(FAR)))
        for n in range(FAR):
            part = Part(f"far{n}", f"Pat Far {n}", (Role.ADMINISTRATOR,), "")
            await sample.found_team(store, Team(f"far{n}", f"far{n}", f"Far team {n}"), (part,), f"far{n}")
        await _ask_the_staff(store)
        said = Decision(team, 1, 1, "tell", "The bus leaves at 3:10.", "So it is.", "lena", posted, state="decided")
        await records.keep(store, said, replace(said, number=2, question="The gym is closed on Friday."))


async def _ask_the_staff(store: Store) -> None:
    """Two pulses that are closed, with figures: of the school, and in the newer one of a team beside it."""
    told = load_scripts().conditions().each
    for number, days in ((1, 300), (2, 90)):
        opened = sample.opening() - timedelta(days=days)
        closed = opened + timedelta(days=9)
        school = {ANSWERED: 20 + number, **{each.key: 1 + (n + number) % MORE for n, each in enumerate(told)}}
        figures = {SCHOOL: school, **({"team riverside": {**school, ANSWERED: 9}} if number == 2 else {})}
        await records.keep(
            store, Pulse("riverside", number, "riverside", "lena", opened, closed, 5, 10, closed_at=closed)
        )
        await records.keep(store, Wave("riverside", number, figures, ("More time to plan, please.",)))


async def _judge(page: Page, only: list[str]) -> list[str]:
    found: list[str] = await page.evaluate(JUDGE, {"levels": LEVELS, "only": only})
    return found + await page.evaluate(STICKING_OUT)


async def _judged(page: Page, path: str) -> list[str]:
    """What is wrong with a page in any of the sights; where a folder is named, each is left there as a picture."""
    wrong: list[str] = []
    await page.evaluate(AXE)
    for scheme, width, only in SIGHTS:
        colors: Any = scheme
        await page.emulate_media(color_scheme=colors)
        await page.set_viewport_size({"width": width, "height": 800})
        wrong += [f"{path} {scheme} {width}: {each}" for each in await _judge(page, only)]
        if folder := os.environ.get("LEADCYCLE_PICTURES"):
            name = path.strip("/").replace("/", "-") or "start"
            await page.screenshot(path=f"{folder}/page-{name}-{scheme}-{width}.png", full_page=True)
    return wrong


async def test_every_page_can_be_read_by_everybody_in_light_and_dark_at_a_desk_and_on_a_phone(pages: Pages) -> None:
    judged, wrong = set[str](), list[str]()
    for member in ("lena", "cora", "dana"):  # between them they read every page
        page = await pages.opens(member)
        for address in addresses(pages.application):
            is_page = not address.path.endswith(".json") and "cycle" not in address.parts  # the newest report is judged
            shown = await page.goto(address.path) if is_page and address.path not in judged else None
            if shown and (shown.status == 200 or address.path == "/foxglove"):
                judged.add(address.path)
                wrong += await _judged(page, address.path)
    assert not wrong, "\n".join(wrong)
    routes = {each.route for each in addresses(pages.application) if not each.path.endswith(".json")}
    assert {each.route for each in addresses(pages.application) if each.path in judged} >= routes - NOT_JUDGED


async def test_the_door_can_be_read_by_everybody(pages: Pages) -> None:
    stranger, wrong = await pages.opens(), list[str]()
    async with pages.application.database.begin(sample.TENANT) as store:
        ticket = entering.Ticket(entering.mark("good"), "ana", store.now + timedelta(minutes=9))
        await visits.issue(store, ticket)
    for path in ("/", "/enter/good", "/enter/used"):
        await stranger.goto(path)
        wrong += await _judged(stranger, f"/door{path}")
    assert not wrong, "\n".join(wrong)


async def test_somebody_signs_in_at_another_site_and_lands_on_the_page_they_wanted(pages: Pages) -> None:
    ana = await pages.opens()
    await ana.goto("/team/riverside/decisions?q=bus")
    await ana.get_by_role("link", name="Sign in with Slack").click()

    await expect(ana).to_have_url(f"{pages.address}/team/riverside/decisions?q=bus")
    await expect(ana.locator(".leave")).to_contain_text("Ana Ruiz")
    assert [each["name"] for each in await ana.context.cookies()] == ["leadcycle_visit"]


async def test_each_role_finds_its_own_ways_and_leaves(pages: Pages) -> None:
    for member, ways in WAYS.items():
        page = await pages.opens(member)
        await page.goto("/")
        assert [each.strip() for each in await page.locator(".ways a").all_inner_texts()] == ways, member
        await page.locator(".ways a").last.click()
        await expect(page.locator(".ways [aria-current=page]")).to_have_text(ways[-1])
        await expect(page.get_by_role("heading", level=1)).to_have_text(ways[-1])
    page = await pages.opens("ana")
    await page.goto("/team/riverside")
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Welcome to Leadcycle")).to_be_visible()


@pytest.mark.parametrize("member", WAYS)
async def test_each_role_is_refused_what_is_not_its_own_in_the_browser(pages: Pages, member: str) -> None:
    page = await pages.opens(member)
    for address, allowed in READERS.items():
        shown = await page.goto(address)
        assert shown, address
        assert shown.status == (200 if member in allowed else 404), (member, address)
        await expect(page.get_by_text("it is not yours to see")).to_have_count(0 if member in allowed else 1)


async def test_many_schools_are_found_by_name_while_one_types_and_without_scripts(pages: Pages) -> None:
    typing, plain = await pages.opens("dana", width=390), await pages.opens("dana", javascript=False)
    await typing.goto("/district")
    folded = await typing.evaluate("document.body.scrollHeight")
    assert folded < 6_000, "on a phone, with all schools folded"
    await typing.get_by_label("Search schools").press_sequentially("school 11")
    await expect(typing.get_by_role("status")).to_have_text("1 school is called so.")
    await expect(typing.locator("#found details").first).to_contain_text("Far School 11")
    await expect(typing.locator("#found")).not_to_contain_text("Far School 2")
    await expect(typing.get_by_label("Search schools")).to_be_focused()

    await plain.goto("/district")
    await plain.get_by_text(re.compile("By school")).first.click()
    await expect(plain.get_by_text("Far School 3").first).to_be_visible()
    await plain.get_by_label("Search schools").fill("riverside")
    await plain.get_by_role("button", name="Search").click()
    await expect(plain.get_by_role("status")).to_have_text("1 school is called so.")
    await expect(plain.locator("#found")).not_to_contain_text("Far School")


async def test_headings_of_tables_are_not_broken_inside_a_word(pages: Pages) -> None:
    page = await pages.opens("lena", width=800)
    await page.goto("/school/riverside")
    assert await page.evaluate(BROKEN_WORDS) == []


async def test_the_search_finds_while_one_types_and_without_scripts_by_its_button(pages: Pages) -> None:
    typing, plain = await pages.opens("ana"), await pages.opens("ana", javascript=False)
    await typing.goto("/team/riverside/decisions")
    await typing.get_by_label("Search decisions").press_sequentially("bus")
    await expect(typing.locator("#found")).not_to_contain_text("The gym")
    await expect(typing.locator("#found")).to_contain_text("The bus leaves at 3:10.")
    await expect(typing.get_by_label("Search decisions")).to_be_focused()
    await expect(typing).to_have_url(re.compile(r"/decisions\?q=bus$"))
    kept = await typing.evaluate("JSON.stringify({ ...localStorage, ...sessionStorage })")
    assert "leaves" not in kept, "no page stays behind on a shared computer"
    await typing.get_by_role("link", name="Decision 1").click()
    await expect(typing.locator("main")).to_contain_text("So it is.")

    await plain.goto("/team/riverside/decisions")
    await plain.get_by_label("Search decisions").fill("gym")
    await plain.get_by_role("button", name="Search").click()
    await expect(plain.locator("#found")).to_contain_text("The gym is closed")
    await expect(plain.locator("#found")).not_to_contain_text("The bus")


async def test_a_search_whose_visit_is_over_goes_to_the_door_and_back(pages: Pages) -> None:
    ana = await pages.opens("ana")
    await ana.goto("/team/riverside/decisions")
    await ana.context.clear_cookies()
    await ana.get_by_label("Search decisions").fill("bus")
    await expect(ana.get_by_role("heading", name="Welcome to Leadcycle")).to_be_visible()
    await expect(ana.get_by_role("link", name="Sign in with Slack")).to_be_visible()


async def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(pages: Pages) -> None:
    ana = await pages.opens("ana")
    await ana.goto("/team/riverside")
    await ana.keyboard.press("Tab")
    await expect(ana.get_by_role("link", name="Skip to the page")).to_be_focused()
    reached = []
    for _ in range(9):
        await ana.keyboard.press("Tab")
        _, words, outline, is_in_main = await ana.evaluate(FOCUSED)
        assert outline == "solid", words
        reached.append((words, is_in_main))
    outside = ["Leadcycle", *WAYS["ana"], "Sign out"]
    inside = ["Decisions", "Pulse", "Cycle report"]
    assert reached == [
        *((each, False) for each in outside),
        *((each, True) for each in inside),
        ("Open in Slack", False),
    ]
    way = ana.get_by_role("link", name="Open in Slack")
    assert await way.get_attribute("href") == "https://app.slack.com/client/T1/C1"

    await ana.goto("/team/riverside")
    await ana.keyboard.press("Tab")
    await ana.keyboard.press("Enter")
    await ana.keyboard.press("Tab")
    await expect(ana.get_by_role("link", name="Decisions")).to_be_focused()


async def test_the_team_s_page_shows_where_the_cycle_stands_and_its_numbers(pages: Pages) -> None:
    ana = await pages.opens("ana")
    await ana.goto("/team/riverside")

    await expect(ana.locator(".stages [aria-current=step]")).to_have_text("Act now")
    charts = ana.locator(".charts").get_by_role("img")
    await expect(charts).to_have_count(1)
    assert "2 of 3 actions are done or on track" in str(await charts.get_attribute("aria-label"))
    label, title = await charts.evaluate(SIZES)
    assert label <= title, "a label is no larger than what it stands under"
    await ana.goto("/school/riverside/pulse")
    apart = "each => each.getBoundingClientRect().top - each.previousElementSibling.getBoundingClientRect().bottom"
    assert await ana.locator("figure.chart").first.evaluate(apart) >= 8
    await expect(ana.get_by_text("Hold what happened against what we predicted")).to_have_count(
        0
    )  # it is drawn instead
