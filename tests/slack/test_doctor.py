"""The doctor asks Slack: is the app as it should be, and who of the roster cannot be reached, and why?"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from adapters.slack.api import GONE
from adapters.slack.manifest import SCOPES
from bot import roster_import, roster_store, sample
from bot.config import Settings
from bot.doctor import examine
from bot.sealing import Seal
from flows.calendar import Span
from flows.people import Channel, Member, Membership, Role, School
from flows.sends import SendKind
from storage import installations, outbox, people, records
from storage.addresses import Identity
from storage.claims import claim_first
from storage.database import Database
from storage.installations import Installation
from storage.settlements import dead, settle
from tests.slack.school import NAMES, ROSTER
from tests.slack.stand_in import StandIn
from tests.storage import samples

SECRET = "0123456789abcdef" * 2
KEY = "k" * 32
TAB = f"{GONE['messages_tab_disabled']} (messages_tab_disabled)"


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder without `.env`, and an environment without our variables."""
    for name in [name for name in os.environ if name.startswith(("LEADCYCLE_", "SLACK_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


class Visit:
    """A district with a roster, a workspace and settings, on whom the doctor calls."""

    def __init__(self, slack: StandIn, url: str) -> None:
        self.slack = slack
        self.url = url
        self.settings: dict[str, Any] = {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": slack.url,
            "SLACK_APP_TOKEN": "xapp-1",
        }

    async def finds(self, **settings: Any) -> tuple[list[str], str]:
        """The sentences of what needs a look, and of all that is good."""
        found = await examine(Settings(database_url=self.url, **{**self.settings, **settings}))
        good = "\n".join(each.sentence for each in found if each.is_good)
        return [each.sentence for each in found if not each.is_good], good

    async def looks(self, **settings: Any) -> list[str]:
        return (await self.finds(**settings))[0]

    async def keeps(self, *facts: Any) -> None:
        async with Database(self.url) as database, database.begin(people.DISTRICT) as store:
            await records.keep(store, *facts)

    async def member(self, key: str) -> Member:
        async with Database(self.url) as database, database.read(people.DISTRICT) as store:
            return next(each for each in await records.load(store, Member) if each.name == NAMES[key])

    async def founds(self, *with_account: str) -> dict[str, str]:
        """Import the roster, give the team a channel, and give these people an account; returns their ids."""
        ids = iter(f"m{number}" for number in range(100))
        async with Database(self.url) as database, database.begin(people.DISTRICT) as store:
            await people.found_tenant(store, "Our district")
            await roster_store.keep(store, roster_import.read(ROSTER), lambda: next(ids))
            (school,) = await records.load(store, School)
            (team,) = await records.load(store, sample.Team)
            year = replace(school.calendar, terms=(Span(date(2020, 8, 1), date(2100, 7, 1)),))
            channel = Channel(team.id, "slack", self.slack.team_id, "C1")
            await records.keep(store, replace(school, calendar=year), channel)
        return {key: await self.slack.add_person(NAMES[key], f"{key}@Example.org") for key in with_account}


@pytest.fixture
def visit(slack: StandIn, database_url: str) -> Visit:
    return Visit(slack, database_url)


@asynccontextmanager
async def serving(text: str) -> AsyncIterator[str]:
    """Somebody who answers on a free port with this at /health."""
    web = Starlette(routes=[Route("/health", lambda request: PlainTextResponse(text))])
    server = uvicorn.Server(uvicorn.Config(web, log_level="warning", lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        running = asyncio.create_task(server.serve([listening]))
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await running


async def test_an_app_as_it_should_be_needs_no_look(visit: Visit) -> None:
    await visit.founds(*NAMES)

    looks, good = await visit.finds()
    assert looks == []
    for words in (
        f"Slack takes SLACK_BOT_TOKEN: workspace Riverside ({visit.slack.team_id}).",
        "The app has every scope that Leadcycle uses.",
        "The clock of this computer agrees with Slack's.",
        "Events come by Socket Mode (SLACK_APP_TOKEN): no public address is needed.",
        "allow messages from the messages tab",
        "Everybody on a team can be reached.",
        "Every team has its channel.",
    ):
        assert words in good
    assert "SLACK_SIGNING_SECRET" not in good
    assert {call.method for call in await visit.slack.calls()} == {"auth.test", "users.list"}


async def test_a_token_that_slack_does_not_take_is_told(visit: Visit) -> None:
    await visit.founds(*NAMES)

    looks = await visit.looks(SLACK_BOT_TOKEN="xoxb-another")
    assert looks[0] == "Slack does not take SLACK_BOT_TOKEN (invalid_auth). Copy it from the app's page."
    assert looks[1].startswith("No account on any platform, so nothing can reach them: Ana Ruiz, Ben Carter")


async def test_a_token_that_is_a_persons_is_told(visit: Visit) -> None:
    ids = await visit.founds(*NAMES)
    (look,) = await visit.looks(SLACK_BOT_TOKEN=visit.slack._people[ids["ana"]].token)
    assert look.endswith("It is not the bot's: copy the one that begins with xoxb-.")


async def test_slack_that_cannot_be_reached_is_told(visit: Visit) -> None:
    await visit.founds()
    look, *_ = await visit.looks(SLACK_API_URL="http://127.0.0.1:9/api/")
    assert look == "Slack cannot be reached at http://127.0.0.1:9/api/ (nothing takes a connection there)."
    _, look, *_ = await visit.looks(SLACK_API_URL="http://127.0.0.1:9/api/", SLACK_BOT_TOKEN="xoxp-1")
    assert look.startswith("SLACK_BOT_TOKEN begins with xoxb-, and this one does not")


async def test_half_of_the_settings_is_told(visit: Visit) -> None:
    await visit.founds()
    look, *_ = await visit.looks(SLACK_SIGNING_SECRET="", SLACK_APP_TOKEN="")
    assert look.startswith("SLACK_SIGNING_SECRET is missing")


async def test_scopes_that_were_not_granted_are_named_with_what_to_do(visit: Visit) -> None:
    await visit.founds(*NAMES)
    await visit.slack.grants(*(scope for scope in SCOPES if scope not in ("im:write", "groups:read")))

    (look,) = await visit.looks()
    assert look.startswith("The app lacks im:write, groups:read. Put what `leadcycle slack manifest` prints")


async def test_without_the_scope_for_it_nobody_is_said_to_have_no_account(visit: Visit) -> None:
    await visit.founds(*NAMES)
    await visit.slack.grants(*(scope for scope in SCOPES if scope != "users:read.email"))

    looks = await visit.looks()
    assert looks[1] == (
        "Slack does not say who is in the workspace (without users:read.email), so nobody was looked up."
    )
    assert not [look for look in looks if "e-mail. Invite them" in look]


async def test_people_whom_slack_does_not_tell_of_just_now_are_not_said_to_be_missing(visit: Visit) -> None:
    await visit.founds(*NAMES)
    await visit.slack.injects("users.list", "limited")

    looks = await visit.looks()
    assert looks[0].startswith("Slack does not say who is in the workspace (ratelimited)")


@pytest.mark.parametrize(
    ("apart", "told"),
    [
        (timedelta(seconds=20), None),
        (timedelta(minutes=2), "seconds behind Slack's; at five minutes what Slack says is refused."),
        (timedelta(minutes=-7), "seconds ahead of Slack's; what Slack says is refused."),
    ],
)
async def test_a_clock_that_is_wrong_is_told(visit: Visit, apart: timedelta, told: str | None) -> None:
    await visit.founds(*NAMES)
    await visit.slack.lives_at(datetime.now(UTC) + apart)

    looks = await visit.looks()
    assert [told in look for look in looks if told] == ([True] if told else [])
    assert bool(looks) == bool(told)


@pytest.mark.parametrize(("secret", "is_good"), [(SECRET, True), ("xoxb-1-2", False), (SECRET.upper(), False)])
async def test_a_signing_secret_of_another_form_is_told(visit: Visit, secret: str, is_good: bool) -> None:
    await visit.founds(*NAMES)
    async with serving("alive\n") as address:
        looks = await visit.looks(SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET=secret, public_url=address)
    assert [look for look in looks if "SIGNING" in look] == (
        []
        if is_good
        else [
            "SLACK_SIGNING_SECRET has 32 characters, digits and letters from a to f; this one does not look like it. "
            "Copy it from Basic Information on the app's page."
        ]
    )


async def test_without_an_address_or_a_socket_slack_reaches_nobody(visit: Visit) -> None:
    await visit.founds(*NAMES)
    (look,) = await visit.looks(SLACK_APP_TOKEN="")
    assert look.startswith("LEADCYCLE_PUBLIC_URL is not set: write the https:// address")


async def test_an_address_has_to_be_secure_and_has_to_lead_to_us(visit: Visit) -> None:
    await visit.founds(*NAMES)
    async with serving("alive\n") as ours, serving("Welcome!") as another:
        looks, good = await visit.finds(SLACK_APP_TOKEN="", public_url=f"{ours}/")
        elsewhere = await visit.looks(SLACK_APP_TOKEN="", public_url=another)
    nobody = await visit.looks(SLACK_APP_TOKEN="", public_url=ours)

    assert looks == [f"LEADCYCLE_PUBLIC_URL is {ours}, and Slack speaks to https:// only."]
    assert f"Leadcycle answers at {ours}; Slack speaks to {ours}/slack/events." in good
    assert f"{another}/health does not answer as Leadcycle does (status 200)." in elsewhere[1]
    assert "(nothing takes a connection there). Is `leadcycle serve` running" in nobody[1]


async def test_who_cannot_be_reached_is_named_with_the_reason(visit: Visit) -> None:
    await visit.founds("lena", "ana")
    lena, ana = await visit.member("lena"), await visit.member("ana")
    await visit.slack.add_person("Ben Carter", "ben@example.org", deleted=True)
    await visit.keeps(Identity(lena.id, "slack", visit.slack.team_id, "UGONE"), replace(ana, email=""))

    assert await visit.looks() == [
        "Cannot be reached: Ana Ruiz. The roster has no e-mail for them. Write it there, or the member id under slack.",
        "Cannot be reached: Sam Lee. Nobody in the workspace has their e-mail. Invite them, mend the e-mail in the "
        "roster, or write their member id there under slack.",
        "Cannot be reached: Lena Ortiz. The workspace knows no such member id. Mend it under slack in the roster.",
        "Cannot be reached: Ben Carter. Their account is deactivated. Reactivate it, or write the day under left in "
        "the roster.",
    ]


async def test_whoever_comes_in_by_invitation_needs_no_account(visit: Visit) -> None:
    await visit.founds(*NAMES)
    dana = Member("dana", "Dana Whitfield", "dana@board.example")
    async with Database(visit.url) as database, database.read(people.DISTRICT) as store:
        (team,) = await records.load(store, sample.Team)
    await visit.keeps(dana, Membership(team.id, "dana", (Role.DISTRICT_LEADER,), 9))

    looks, good = await visit.finds()
    assert looks == []
    assert "Without an account in the chat: Dana Whitfield. They are asked nothing there; `leadcycle invite`" in good


async def test_whoever_has_an_account_elsewhere_can_be_reached(visit: Visit) -> None:
    await visit.founds("lena", "ana", "ben")
    sam = await visit.member("sam")
    await visit.keeps(Identity(sam.id, "teams", "T9", "sam"))
    assert await visit.looks() == []


async def test_a_team_without_a_channel_is_named_with_what_to_do(visit: Visit) -> None:
    await visit.founds(*NAMES)
    async with Database(visit.url) as database, database.begin(people.DISTRICT) as store:
        (channel,) = await records.load(store, Channel)
        await records.discard(store, channel)

    assert await visit.looks() == [
        "Teams without a channel: Leadership (Riverside). Invite Leadcycle to the team's channel, or say there: "
        "/leadcycle channel here"
    ]


async def test_a_message_that_found_the_messages_tab_closed_says_so(visit: Visit) -> None:
    await visit.founds(*NAMES)
    async with Database(visit.url) as database:
        async with database.begin(people.DISTRICT) as store:
            await outbox.enqueue(store, samples.a_send("1", SendKind.POST), samples.direct("U1"))
        async with database.everywhere() as everyone:
            claimed = await claim_first(everyone, timedelta(minutes=1))
        assert claimed
        async with database.begin(people.DISTRICT) as store:
            await settle(store, [dead(row, TAB) for row in claimed.rows])

    (look,) = await visit.looks()
    assert look == f"Messages on test that could not be delivered: 1. Why: {TAB}."


async def test_a_school_whose_people_live_by_another_clock_wants_a_look(visit: Visit) -> None:
    await visit.founds(*NAMES)
    ben, sam, lena = [replace(await visit.member(key), zone="America/Chicago") for key in ("ben", "sam", "lena")]
    ana = replace(await visit.member("ana"), zone="America/Detroit")
    await visit.keeps(ana, ben)
    assert await visit.looks() == []
    await visit.keeps(sam, lena)
    assert await visit.looks() == [
        "The roster puts Riverside in America/New_York, and 3 of its 4 accounts are in America/Chicago. "
        "Everything goes by the school's time: if it is wrong, mend time_zone in the roster."
    ]


async def test_the_practice_school_and_slack_do_not_go_together(visit: Visit) -> None:
    async with Database(visit.url) as database, database.begin(sample.TENANT) as store:
        await sample.found_school(store)
    looks = await visit.looks()
    assert any("holds the practice school. For real schools name another database." in look for look in looks)
    assert not [look for look in looks if "Cannot be reached" in look]


# ---------------------------------------------------------------- several workspaces

SEVERAL = {
    "SLACK_BOT_TOKEN": "",
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "secret",
    "secret_keys": KEY,
    "public_url": "https://127.0.0.1:9",
}


async def let_in(visit: Visit, token: str, workspace: str = "", name: str = "Riverside") -> None:
    sealed = Seal([KEY]).close(token)
    async with Database(visit.url) as database, database.begin(people.DISTRICT) as store:
        await installations.install(store, "slack", Installation(workspace or visit.slack.team_id, name, sealed))


async def test_every_workspace_is_looked_at_and_people_are_found_in_any(visit: Visit) -> None:
    await visit.founds(*NAMES)
    assert await visit.looks(**SEVERAL) == [
        "No workspace has let Leadcycle in yet. Send the link of `leadcycle slack install` to its administrator.",
        f"No account on any platform, so nothing can reach them: {', '.join(sorted(NAMES.values()))}.",
    ]

    await let_in(visit, visit.slack.bot_token)
    await let_in(visit, "xoxb-of-lincoln", "T0LINCOLN", "Lincoln")
    looks, good = await visit.finds(**SEVERAL)
    assert looks == [
        "Slack does not take the token of workspace Lincoln (T0LINCOLN) (invalid_auth). "
        "Send the link of `leadcycle slack install` to its administrator."
    ]
    assert f"Slack takes the token of workspace Riverside ({visit.slack.team_id})." in good
    assert "Everybody on a team can be reached." in good


async def test_a_workspace_that_let_go_of_us_and_one_whose_key_is_lost_are_named(visit: Visit) -> None:
    await visit.founds(*NAMES)
    await let_in(visit, visit.slack.bot_token)
    lost = await visit.looks(**{**SEVERAL, "secret_keys": "another" * 8})
    assert "No key in LEADCYCLE_SECRET_KEYS opens the token of workspace Riverside" in lost[0]

    async with Database(visit.url) as database, database.begin(people.DISTRICT) as store:
        await installations.close(store, "slack", visit.slack.team_id, "the app was removed", store.now + timedelta(1))
    closed = await visit.looks(**SEVERAL)
    assert closed[0] == (
        f"Workspace Riverside ({visit.slack.team_id}) takes nothing from Leadcycle: the app was removed. "
        "Send the link of `leadcycle slack install` to its administrator."
    )


async def test_whoever_is_only_in_a_workspace_that_let_go_of_us_is_named(visit: Visit) -> None:
    await visit.founds(*NAMES)
    sam = await visit.member("sam")
    await visit.keeps(Identity(sam.id, "slack", "T0LINCOLN", "USAM"))
    looks = await visit.looks()
    assert looks == [
        "Cannot be reached: Sam Lee. Their account is in a workspace that takes nothing from Leadcycle. "
        "Let it in again."
    ]
    assert "SLACK_APP_TOKEN begins with xapp-" in (await visit.looks(SLACK_APP_TOKEN="xoxb-1"))[0]
