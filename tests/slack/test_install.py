"""Several workspaces: each comes in by a link that is good once, and may let go of us and come back."""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import time, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from structlog.testing import capture_logs

from bot import platforms, roster_import, roster_store
from bot.config import Settings, SettingsError
from bot.sample import CALENDAR, FIRST_DAY
from flows.people import School as SchoolFact
from storage import people, records
from storage.installations import Installation, of
from tests.slack.process import running
from tests.slack.school import NAMES, ROSTER, Person, SlackSchool
from tests.slack.stand_in import StandIn
from tests.slack.two_workspaces import behind_one_address

PUBLIC = "https://leadcycle.school.example"
KEY, NEWER = "k" * 32, "n" * 32
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(scope="session")
def lincoln_process() -> AsyncIterator[str]:
    """The address of a second stand-in: the workspace of another school."""
    with running("T000000002", "Lincoln") as address:
        yield address  # type: ignore[misc]


@dataclass
class District:
    """A district with two workspaces, in front of which the application is served."""

    school: SlackSchool
    riverside: StandIn
    lincoln: StandIn

    async def enters(self, workspace: StandIn, link: str = "") -> httpx.Response:
        """An administrator of the workspace opens the link and allows it; what their browser shows then."""
        admin = await workspace.add_person("Ida Admin")
        return await self.opens(await workspace.allows(admin, link or self.link()))

    async def opens(self, address: str) -> httpx.Response:
        """A browser opens an address of ours."""
        ours = urlsplit(self.riverside.events_url)
        async with httpx.AsyncClient(trust_env=False) as browser:
            page = urlsplit(address)
            return await browser.get(f"http://{ours.netloc}{page.path}?{page.query}")

    def link(self) -> str:
        """What `leadcycle slack install` prints."""
        return platforms.slack_link(self.school.application.settings)

    async def starts(self) -> None:
        """Begin to serve, anew."""
        await self.school.starts()
        await self.lincoln.tells(self.riverside.events_url)

    async def founds(self) -> None:
        """The roster is imported; Sam has an account at Lincoln, all others at Riverside."""
        ids = iter(f"m{number}" for number in range(100))
        async with self.school.application.database.begin(people.DISTRICT) as store:
            await roster_store.keep(store, roster_import.read(ROSTER), lambda: next(ids))
            (fact,) = await records.load(store, SchoolFact)
            await records.keep(store, SchoolFact(fact.id, fact.name, CALENDAR))
        for key, name in NAMES.items():
            home = self.lincoln if key == "sam" else self.riverside
            user = await home.add_person(name, f"{key}@example.org")
            at_home = self.school if home is self.riverside else SlackSchool(home, self.school.url)
            at_home.settle = self.school.settle  # type: ignore[method-assign]
            self.school.people[key] = Person(at_home, user, await home.direct(user))
        await self.school.application.follow()
        users = [each.user for key, each in self.school.people.items() if key != "sam"]
        self.school.channel = await self.riverside.add_channel("leadership", users)
        await self.school.people["ana"].slash("/leadcycle channel here")
        ana = self.school.people["ana"]
        await self.school.after(self.riverside.slash(ana.user, "/leadcycle", "channel here", self.school.channel))

    async def installed(self) -> tuple[Installation, ...]:
        async with self.school.application.database.read(people.DISTRICT) as store:
            return await of(store, "slack")


@pytest.fixture
async def district(slack: StandIn, lincoln_process: str, database_url: str) -> AsyncIterator[District]:
    """A district whose app may come into several workspaces, and is in none yet."""
    async with StandIn.fresh(lincoln_process) as lincoln, behind_one_address(slack, lincoln) as api:
        settings = {
            "SLACK_BOT_TOKEN": "",
            "SLACK_CLIENT_ID": "1.2",
            "SLACK_CLIENT_SECRET": "stand-in-client-secret",
            "SLACK_API_URL": api,
            "secret_keys": KEY,
            "public_url": PUBLIC,
        }
        async with SlackSchool.open(slack, database_url, **settings) as school:
            await lincoln.tells(slack.events_url)
            yield District(school, slack, lincoln)


async def test_one_team_works_in_two_workspaces_that_came_in_by_a_link_each(district: District) -> None:
    for workspace, name in ((district.riverside, "Riverside"), (district.lincoln, "Lincoln")):
        page = await district.enters(workspace)
        assert (page.status_code, f"Leadcycle is in {name} now." in page.text) == (200, True)
        assert page.headers["referrer-policy"] == "no-referrer"
    await district.founds()
    ana, sam = district.school.people["ana"], district.school.people["sam"]

    await ana.starts()
    await district.school.until(CALENDAR.at(FIRST_DAY, time(8)))
    for person in (ana, sam):
        assert "What should we work on?" in str([post.blocks for post in await person.sees()])
    await sam.presses("Answer")
    await sam.submits(priority="Feedback that helps")
    await sam.slash("/leadcycle need Planning time")
    assert "Noted as need 1" in str((await sam.last()).blocks)
    assert [need.text for need in (await district.school.room()).needs] == ["Planning time"]
    assert [call.method for call in await district.lincoln.calls("chat.postMessage")]


@on_sqlite
async def test_the_database_holds_no_token_that_can_be_read(district: District) -> None:
    await district.enters(district.riverside)
    with sqlite3.connect(district.school.url.removeprefix("sqlite:///")) as database:
        everything = "\n".join(database.iterdump())
    assert "Riverside" in everything
    assert "xoxb-" not in everything


@on_sqlite
async def test_a_link_is_good_once_and_nothing_else_opens_the_door(district: District) -> None:
    link = district.link()
    admin = await district.riverside.add_person("Ida Admin")
    first, second = [await district.riverside.allows(admin, link) for _ in range(2)]
    assert (await district.opens(first)).status_code == 200
    again = await district.opens(second)
    assert (again.status_code, "was used already" in again.text) == (403, True)

    state = parse_qs(urlsplit(second).query)["state"][0]
    sealed = (await district.installed())[0].token
    calls = len(await district.riverside.calls("oauth.v2.access"))
    for forged in ("", "x", state[:-2] + "AA", sealed):
        refused = await district.opens(f"{PUBLIC}/slack/oauth?code=c&state={forged}")
        assert refused.status_code == 403
    assert len(await district.riverside.calls("oauth.v2.access")) == calls
    assert len(await district.installed()) == 1


@on_sqlite
async def test_what_slack_refuses_installs_nothing_and_is_said(district: District) -> None:
    denied = await district.opens(f"{PUBLIC}/slack/oauth?error=access_denied&state={_state(district.link())}")
    assert (denied.status_code, "was not installed" in denied.text) == (200, True)
    wrong = await district.opens(f"{PUBLIC}/slack/oauth?code=%3Cb%3E&state={_state(district.link())}")
    assert (wrong.status_code, "Slack said invalid_code." in wrong.text) == (502, True)
    await district.riverside.injects("oauth.v2.access", "dropped")
    await district.lincoln.injects("oauth.v2.access", "dropped")
    lost = await district.enters(district.riverside)
    assert (lost.status_code, "Ask whoever runs Leadcycle for another link." in lost.text) == (502, True)
    assert await district.installed() == ()


@on_sqlite
async def test_a_workspace_that_lets_go_gets_nothing_until_it_comes_back_and_then_nothing_stale(
    district: District,
) -> None:
    await district.enters(district.riverside)
    await district.founds()
    await district.school.people["ana"].starts()
    with capture_logs() as logged:
        await district.school.after(district.riverside.uninstalls())
    (gone,) = await district.installed()
    assert (gone.token, gone.closed) == ("", "the app was removed")
    told = {each["workspace"] for each in logged if each["log_level"] == "error" and "install it" in each["event"]}
    assert told == {"T000000001"}
    before = len(await district.riverside.calls("chat.postMessage"))

    for days in range(10):
        district.school.clock.set(CALENDAR.at(FIRST_DAY + timedelta(days=days), time(9)))
        await district.school.settle()
    assert len(await district.riverside.calls("chat.postMessage")) == before

    await district.riverside.installs()
    await district.enters(district.riverside)
    await district.school.settle()
    ana = district.school.people["ana"]
    seen = str([post.blocks for post in await ana.sees()])
    assert "What do we need most?" not in seen, "the meeting for which it prepared is today"
    assert "What should we work on?" not in seen
    await ana.slash("/leadcycle cycle status")
    assert (await ana.last()).only_for


@on_sqlite
async def test_news_of_an_older_installation_lets_go_of_nothing(district: District) -> None:
    await district.enters(district.riverside)
    event = {"type": "app_uninstalled", "event_ts": "1700000000.000000"}
    await district.school.after(district.riverside.happens(event))
    people_only = {"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}}
    await district.school.after(district.riverside.happens(people_only))
    assert [bool(each.token) for each in await district.installed()] == [True]


@on_sqlite
async def test_tokens_are_sealed_anew_with_the_newest_key(district: District) -> None:
    await district.enters(district.riverside)
    district.school.settings["secret_keys"] = f"{NEWER},{KEY}"
    await district.starts()
    district.school.settings["secret_keys"] = NEWER
    await district.starts()
    await district.school.application.follow()
    (listed,) = await district.riverside.calls("users.list")
    assert listed.effect, "the token was opened with the newer key alone"

    district.school.settings["secret_keys"] = KEY
    with capture_logs() as logged:
        await district.starts()
    assert "LEADCYCLE_SECRET_KEYS lacks the key" in str(logged), "the service starts, so that a new link can be opened"
    district.school.settings["secret_keys"] = NEWER
    await district.starts()


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ({"SLACK_CLIENT_SECRET": ""}, "SLACK_CLIENT_SECRET is missing"),
        ({"secret_keys": ""}, "LEADCYCLE_SECRET_KEYS is missing"),
        ({"public_url": "http://leadcycle.school.example"}, "LEADCYCLE_PUBLIC_URL should be the https://"),
        ({"SLACK_SIGNING_SECRET": ""}, "SLACK_SIGNING_SECRET is missing"),
        ({"SLACK_CLIENT_ID": ""}, "SLACK_BOT_TOKEN is missing"),
        ({"SLACK_CLIENT_ID": "", "SLACK_BOT_TOKEN": "xoxb-1"}, "One workspace needs no link"),
    ],
)
def test_what_is_missing_for_several_workspaces_is_named(missing: dict[str, str], said: str) -> None:
    all_of_it = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s", "SLACK_SIGNING_SECRET": "s", "secret_keys": KEY}
    with pytest.raises(SettingsError, match=said):
        platforms.slack_link(Settings(**{**all_of_it, "public_url": PUBLIC, **missing}))


def _state(link: str) -> str:
    return parse_qs(urlsplit(link).query)["state"][0]


# ---------------------------------------------------------------- a token of the settings


@on_sqlite
async def test_the_service_starts_while_slack_is_out_with_the_token_of_the_last_time_and_with_no_other(
    slack_school: SlackSchool,
) -> None:
    slack, ana = slack_school.slack, slack_school.people["ana"]
    await slack.injects("auth.test", "broken", times=2, status=503)
    await slack_school.starts()
    await ana.starts()
    assert (await slack_school.room()).cycle

    slack_school.settings["SLACK_BOT_TOKEN"] = "xoxb-another"
    with pytest.raises(SettingsError, match="Slack cannot be asked now: it answers 503"):
        await slack_school.starts()
    slack_school.settings.clear()
    await slack_school.starts()
