"""Before and after the door: the page that was wanted, links that are wrong, and cookies that are nobody's."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from starlette.applications import Starlette

from bot import sample
from bot.app import Application
from bot.config import Settings
from bot.web.patience import MOST_WRONG, WITHIN, Patience
from flows import entering
from flows.entering import Ticket
from storage import visits
from tests.bot import front
from tests.bot.test_pages import HOST, press


@dataclass
class House:
    """The pages, and the clock of the door's patience."""

    application: Application
    web: Starlette
    seconds: list[float]

    def browser(self, address: str = "127.0.0.1", **cookies: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.web, client=(address, 1))
        return httpx.AsyncClient(transport=transport, base_url=HOST, cookies=cookies)

    async def link(self, token: str) -> str:
        """The path of a good link of Ana's."""
        async with self.application.database.begin(sample.TENANT) as store:
            ticket = Ticket(entering.mark(token), "ana", store.now + timedelta(minutes=5))
            await visits.issue(store, ticket)
        return f"{entering.PATH}/{token}"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    application = await Application.prepare(Settings(database_url=f"sqlite:///{tmp_path}/leadcycle.db"))
    async with application.database:
        seconds = [0.0]
        yield House(application, front.web(application, {}, Patience(lambda: seconds[0])), seconds)


async def test_whoever_comes_by_the_link_of_the_chat_lands_on_the_page_they_wanted_once(house: House) -> None:
    ana = house.browser()
    await ana.get("/team/riverside/decisions?q=bus")
    await ana.get("/team/riverside/report", headers={"HX-Request": "true"})  # a part of a page is nowhere to land

    assert (await press(ana, await house.link("one"))).headers["location"] == "/team/riverside/decisions?q=bus"
    assert (await press(ana, await house.link("two"))).headers["location"] == "/"


async def test_no_cookie_leads_anybody_elsewhere(house: House) -> None:
    for number, path in enumerate(("https://evil.example", "//evil.example", "/\\evil.example", "%2F%2Fevil.example")):
        browser = house.browser(leadcycle_wanted=quote(path, safe=""))
        assert (await press(browser, await house.link(f"link-{number}"))).headers["location"] == "/", path


async def test_whoever_brings_too_many_wrong_links_waits_and_a_good_one_is_not_used_up(house: House) -> None:
    link, school = await house.link("good"), house.browser("203.0.113.7")
    for number in range(MOST_WRONG):
        assert (await school.get(f"{entering.PATH}/wrong-{number}")).status_code == 410

    waits = await press(school, link)
    assert (waits.status_code, 0 < int(waits.headers["retry-after"]) <= WITHIN + 1) == (429, True)
    assert (await house.browser("203.0.113.8").get(link)).status_code == 200
    house.seconds[0] += WITHIN + 1
    assert (await press(school, link)).status_code == 303
