"""From the chat to the pages: what a page shows too has the way there, where people can open the pages."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import page_links, sample
from bot.app import Application
from bot.conductor import Conductor
from bot.config import Settings
from bot.web.chats import Chats
from flows import posts
from flows.decision_records import Decision
from flows.events import Event, Said
from flows.messages import Link, Message, Note
from flows.people import Channel
from flows.sends import Go
from storage import installations, outbox, people, records, rooms
from storage.addresses import Destination, Identity
from storage.installations import Installation

PAGES = "https://leadcycle.school.example"
CHANNEL = Destination("slack", "T1", "C1")


@pytest.fixture
async def application(tmp_path: Path) -> AsyncIterator[Application]:
    """The practice school, whose facilitator is in Slack, too."""
    application = await Application.prepare(Settings(database_url=f"sqlite:///{tmp_path}/leadcycle.db"))
    async with application.database as database:
        async with database.begin(sample.TENANT) as store:
            posted = store.school_time - timedelta(days=3)
            told = Decision("riverside", 3, 1, "tell", "The bus leaves at 3:10.", "So it is.", "lena", posted)
            await installations.install(store, "slack", Installation("T1"))
            await records.keep(store, replace(told, state="decided"))
            await records.keep(store, Identity("ana", "slack", "T1", "U1", "D1"))
            await records.keep(store, Channel("riverside", "slack", "T1", "C1"))
        yield application


async def _link(application: Application, words: str, pages: str, platform: str = "slack") -> Link | None:
    """The way that an answer to these words has."""
    conductor = Conductor(application.database, application.scripts, pages=pages)
    account = ("T1", "U1", "D1") if platform == "slack" else (sample.WORKSPACE, "ana", "direct-ana")
    key = f"{words} {pages} {platform}"
    said = Event(key, platform, *account, True, sample.opening(), Said(words, True), "riverside", True)
    assert await conductor.capture(said)
    reply = await conductor.hear(said)
    assert isinstance(reply, Note), reply
    return reply.message.link


async def test_an_answer_has_the_way_to_the_page_that_shows_the_same(application: Application) -> None:
    for words, path in (
        ("report", "/team/riverside/report"),
        ("decisions", "/team/riverside/decisions"),
        ("decisions 3", "/team/riverside/decisions/3"),
        ("decisions show 3", "/team/riverside/decisions/3"),
        ("actions", "/team/riverside"),
        ("home", "/"),
    ):
        assert await _link(application, words, f"{PAGES}/") == Link("See it on the page", f"{PAGES}{path}"), words
    assert await _link(application, "help", PAGES) is None


async def test_where_nobody_can_open_the_pages_there_is_no_way(application: Application) -> None:
    assert await _link(application, "report", "") is None
    assert await _link(application, "report", PAGES, sample.PLATFORM) is None, "whoever practices is signed in nowhere"


async def test_a_card_of_the_channel_has_the_way_to_its_page_when_it_goes_out(application: Application) -> None:
    conductor = Conductor(application.database, application.scripts, pages=PAGES)
    async with application.database.begin(sample.TENANT) as store:
        room = await rooms.load(store, "riverside", application.scripts)
        await outbox.enqueue(store, posts.post(room, "decision 3", store.school_time), CHANNEL)
        row = await outbox.find(store, store.enqueued[-1].delivery)
        assert row is not None
        (verdict,) = await conductor.judge(store, [row])

    assert isinstance(verdict, Go)
    assert verdict.message.link == Link("See it on the page", f"{PAGES}/team/riverside/decisions/3")


def test_a_way_in_keeps_its_address() -> None:
    way_in = Message("", link=Link("Open my pages", f"{PAGES}/enter/token"))

    assert page_links.whole(way_in, sample.PLATFORM, "") == way_in
    assert page_links.in_reply(None, "slack", PAGES) is None


async def test_a_page_leads_to_the_team_s_channel_or_to_one_s_own_conversation(application: Application) -> None:
    gov = Settings(SLACK_API_URL="https://slack-gov.com/api/")  # type: ignore[call-arg]
    bot = "0f00c0de-0000-4000-8000-00000000000a"
    dod = Settings(TEAMS_APP_ID=bot, TEAMS_SERVICE_URL="https://smba.infra.dod.teams.microsoft.us/teams")  # type: ignore[call-arg]
    async with application.database.begin(sample.TENANT) as store:
        ana = next(each for each in await records.load(store, Identity, member="ana") if each.platform == "slack")
        await people.heard(store, ana)
        way, own = await Chats(Settings()).way(store, "ana", "riverside"), await Chats(gov).way(store, "ana")
        ben = await Chats(Settings()).way(store, "ben", "riverside")
        await records.keep(store, Identity("sam", "teams", "tenant", "oid", "a:1", store.now))
        sam = await Chats(dod).way(store, "sam", "riverside")
        nobody = await Chats(dod).way(store, "zoe")

    assert way is not None
    assert (way.platform, way.url) == ("Slack", "https://app.slack.com/client/T1/C1")
    assert own is not None
    assert own.url == "https://app.slack-gov.com/client/T1/D1"
    assert ben is not None
    assert (ben.platform, ben.url) == ("", "/practice/as/ben/direct-ben")
    assert sam is not None
    assert sam.url == f"https://dod.teams.microsoft.us/l/chat/0/0?tenantId=tenant&users=28%3A{bot}"
    assert nobody is None
