"""The doctor looks at Teams: is the bot registered as it should be, and who cannot be reached there, and why?"""

import os
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.config import Settings
from bot.doctor import examine
from bot.reach import Asked, roster
from bot.sample import CALENDAR, FIRST_DAY
from flows.people import Member
from storage import people, records
from storage.addresses import Identity
from tests.slack.school import NAMES
from tests.teams.school import TeamsSchool
from tests.teams.stand_in import APP, TENANT, Microsoft, served


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder without `.env`, and an environment without our variables."""
    for name in [name for name in os.environ if name.startswith(("LEADCYCLE_", "SLACK_", "TEAMS_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


async def finds(microsoft: Microsoft, url: str, **settings: Any) -> tuple[list[str], str]:
    """The sentences of what needs a look, and of all that is good; calendars are another matter."""
    found = await examine(Settings(database_url=url, **{**microsoft.settings(), **settings}))
    good = "\n".join(each.sentence for each in found if each.is_good)
    return [each.sentence for each in found if not each.is_good and "alendar" not in each.sentence], good


@pytest.fixture
def nowhere(tmp_path: Path) -> str:
    """A database that is not there yet."""
    return f"sqlite:///{tmp_path}/nowhere.db"


@pytest.fixture
async def school(microsoft: Microsoft, tmp_path: Path) -> AsyncIterator[TeamsSchool]:
    """A school whose people have the app, all but Sam: he has it nowhere, and Teams has never shown him."""
    async with TeamsSchool.open(microsoft, f"sqlite:///{tmp_path}/school.db") as opened:
        await opened.founds(installed=False)
        microsoft.channels[opened.channel] = [opened.people[key].human.user for key in NAMES if key != "sam"]
        for key in ("ana", "ben", "lena"):
            await opened.people[key].installs()
        await opened.people["ana"].mentions("channel here")
        yield opened


@asynccontextmanager
async def public(school: TeamsSchool, certificate: Path) -> AsyncIterator[str]:
    """The school's application at a public address, over https."""
    async with served(school.application.web(), str(certificate)) as port:
        yield f"https://127.0.0.1:{port}"


# ---------------------------------------------------------------- registration, addresses, clock


async def test_a_bot_as_it_should_be_needs_no_look_and_nobody_notices_that_it_was_looked_at(
    school: TeamsSchool, trusted: Path
) -> None:
    await school.people["sam"].installs()
    asked, posts = dict(school.microsoft.asked), len(school.microsoft.posts)

    async with public(school, trusted) as address:
        looks, good = await finds(school.microsoft, school.url, public_url=f"{address}/")

    assert looks == []
    for words in (
        "Microsoft gives a token for TEAMS_APP_ID.",
        "The keys that sign what Teams sends can be had.",
        "The clock of this computer agrees with Microsoft's.",
        f"Leadcycle answers at {address}; the Azure Bot's messaging endpoint has to be {address}/api/messages.",
        f"Whoever has no token of Microsoft's is refused at {address}/api/messages.",
        "Everybody on a team can be reached.",
        "Every team has its channel.",
    ):
        assert words in good
    after = dict(school.microsoft.asked)
    assert {what: after[what] - asked.get(what, 0) for what in after} == {
        **dict.fromkeys(after, 0),
        "token": 1,
        "keys": 1,
        "named": 1,
    }
    assert len(school.microsoft.posts) == posts


async def test_a_secret_that_microsoft_does_not_take_is_told_with_microsofts_own_number(
    microsoft: Microsoft, nowhere: str
) -> None:
    microsoft.fails("token", 401)
    look, *_ = (await finds(microsoft, nowhere))[0]
    assert look == (
        "Microsoft gives no token for TEAMS_APP_ID (7000215). Look at TEAMS_APP_ID, TEAMS_TENANT_ID and the secret or "
        "certificate of the bot's registration; secrets end after a while."
    )


async def test_a_login_that_cannot_be_reached_is_told(microsoft: Microsoft, nowhere: str) -> None:
    look, *_ = (await finds(microsoft, nowhere, TEAMS_TOKEN_URL="https://127.0.0.1:9"))[0]
    assert look.startswith("Microsoft's login cannot be reached at https://127.0.0.1:9 (")


async def test_a_certificate_that_is_not_there_or_none_is_told(
    microsoft: Microsoft, nowhere: str, tmp_path: Path
) -> None:
    proof = {"TEAMS_APP_PASSWORD": "", "TEAMS_CERTIFICATE": "bot.pem"}
    look, *_ = (await finds(microsoft, nowhere, **proof))[0]
    assert look == "TEAMS_CERTIFICATE is bot.pem, which cannot be read: No such file or directory."
    (tmp_path / "bot.pem").write_text("garbage")
    look, *_ = (await finds(microsoft, nowhere, **proof))[0]
    assert look == (
        "TEAMS_CERTIFICATE is bot.pem, which cannot be used: it holds no private key and certificate in PEM, without a "
        "password."
    )


async def test_the_id_of_a_secret_is_not_taken_for_the_secret(microsoft: Microsoft, nowhere: str) -> None:
    looks, _ = await finds(microsoft, nowhere, TEAMS_APP_PASSWORD="8F0D3F1C-5a0b-4c57-9d4e-2b6a1c7e9f00")
    assert "TEAMS_APP_PASSWORD looks like the ID of a client secret: copy its Value." in "\n".join(looks)


async def test_where_people_come_back_who_sign_in_is_told(microsoft: Microsoft, nowhere: str) -> None:
    _, good = await finds(microsoft, nowhere, sign_in=("teams",), public_url="https://127.0.0.1:9")
    assert "People can sign in to the pages with Microsoft; https://127.0.0.1:9/sign-in/teams/back must be" in good


async def test_keys_that_cannot_be_had_are_told(microsoft: Microsoft, nowhere: str) -> None:
    microsoft.fails("keys", 503)
    looks, _ = await finds(microsoft, nowhere)
    assert f"cannot be had from {microsoft.url}/openid (its answer is an error): all of it is refused." in looks[0]


@asynccontextmanager
async def keys_named_at(moment: datetime, microsoft: Microsoft, certificate: Path) -> AsyncIterator[str]:
    """Somebody who names Microsoft's keys, and whose clock says this."""

    async def named(request: web.Request) -> web.Response:
        date = {"Date": format_datetime(moment, usegmt=True)}
        return web.json_response({"jwks_uri": f"{microsoft.url}/keys"}, headers=date)

    app = web.Application()
    app.router.add_get("/openid", named)
    runner = web.AppRunner(app)
    await runner.setup()
    secured = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    secured.load_cert_chain(certificate)
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=secured).start()
    yield f"https://127.0.0.1:{runner.addresses[0][1]}/openid"
    await runner.cleanup()


@pytest.mark.parametrize(
    ("apart", "told"),
    [
        (timedelta(seconds=20), ""),
        (timedelta(minutes=2), "seconds behind Microsoft's; at five minutes what Teams says is refused."),
        (timedelta(minutes=-7), "seconds ahead of Microsoft's; what Teams says is refused."),
    ],
)
async def test_a_clock_that_is_wrong_is_told(
    microsoft: Microsoft, trusted: Path, nowhere: str, apart: timedelta, told: str
) -> None:
    async with keys_named_at(datetime.now(UTC) + apart, microsoft, trusted) as url:
        looks, _ = await finds(microsoft, nowhere, TEAMS_OPENID_METADATA_URL=url)
    clocks = [look for look in looks if "clock of this computer" in look]
    assert len(clocks) == bool(told)
    assert all(told in look for look in clocks)


async def test_half_of_the_settings_is_told(microsoft: Microsoft, nowhere: str) -> None:
    look, *_ = (await finds(microsoft, nowhere, TEAMS_APP_PASSWORD=""))[0]
    assert look.startswith("TEAMS_APP_PASSWORD is missing")


async def test_addresses_of_two_clouds_are_told(microsoft: Microsoft, nowhere: str) -> None:
    looks, _ = await finds(microsoft, nowhere, TEAMS_ISSUER="https://api.botframework.us")
    told = "The addresses are of two clouds: TEAMS_ISSUER of a government's, TEAMS_TOKEN_URL, TEAMS_SCOPE, "
    assert any(look.startswith(told) for look in looks)


async def test_a_service_address_to_which_nothing_may_be_sent_is_told(microsoft: Microsoft, nowhere: str) -> None:
    looks, _ = await finds(microsoft, nowhere, TEAMS_ALLOWED_HOSTS="smba.trafficmanager.net")
    assert any(
        look.startswith(f"TEAMS_SERVICE_URL is {microsoft.service_url}, which is not https://") for look in looks
    )


async def test_without_a_public_address_teams_reaches_nobody(microsoft: Microsoft, nowhere: str) -> None:
    looks, _ = await finds(microsoft, nowhere)
    assert any(look.startswith("LEADCYCLE_PUBLIC_URL is not set: write the https:// address") for look in looks)


BOTH = ["GET", "POST"]


def answering(**paths: tuple[str, int]) -> Starlette:
    """Somebody who answers with these words and statuses."""
    routes = [
        Route(
            f"/{path.replace('_', '/')}", lambda request, told=told: PlainTextResponse(*told), methods=["GET", "POST"]
        )
        for path, told in paths.items()
    ]
    return Starlette(routes=routes)


async def test_an_address_has_to_be_secure_has_to_lead_to_us_and_has_to_refuse_strangers(
    microsoft: Microsoft, nowhere: str, trusted: Path
) -> None:
    async with (
        served(answering(health=("alive\n", 200), api_messages=("", 401))) as plain,
        served(answering(health=("Welcome!", 200)), str(trusted)) as another,
        served(answering(health=("alive\n", 200), api_messages=("", 200)), str(trusted)) as open_to_all,
    ):
        insecure, _ = await finds(microsoft, nowhere, public_url=f"http://127.0.0.1:{plain}")
        elsewhere, _ = await finds(microsoft, nowhere, public_url=f"https://127.0.0.1:{another}")
        strange, _ = await finds(microsoft, nowhere, public_url=f"https://127.0.0.1:{open_to_all}")
    nobody, _ = await finds(microsoft, nowhere, public_url=f"https://127.0.0.1:{another}")

    assert insecure[0] == f"LEADCYCLE_PUBLIC_URL is http://127.0.0.1:{plain}, and Teams speaks to https:// only."
    assert "/health does not answer as Leadcycle does (status 200)." in elsewhere[0]
    assert "/api/messages answers 200 to somebody without a token, and should answer 401." in strange[0]
    assert "(nothing takes a connection there). Is `leadcycle serve` running" in nobody[0]


# ---------------------------------------------------------------- who can be reached


async def test_who_cannot_be_reached_is_named_with_the_reason(school: TeamsSchool) -> None:
    ana, ben, lena = (school.people[key] for key in ("ana", "ben", "lena"))
    await ana.starts()
    await ben.installs("remove")
    lena.human.installed = False
    await school.until(CALENDAR.at(FIRST_DAY, time(15)))

    looks, _ = await finds(school.microsoft, school.url)
    assert [look for look in looks if "Cannot be reached" in look] == [
        "Cannot be reached: Sam Lee. Teams has shown nobody to Leadcycle who has their e-mail. Give them the app or "
        "add it to a team of theirs, mend the e-mail in the roster, or write their object ID in Entra there under "
        "teams.",
        "Cannot be reached: Ben Carter. They removed the app. Ask them to add it again, or give it to them under Setup "
        "policies.",
        "Cannot be reached: Lena Ortiz. They blocked Leadcycle, or removed the app. Ask them to open Leadcycle in "
        "Teams and allow its messages.",
    ]


async def test_whoever_never_had_the_app_is_named_once_a_message_found_nobody(school: TeamsSchool) -> None:
    sam = school.people["sam"]
    sam.human.installed = False
    async with school.application.database.begin(people.DISTRICT) as store:
        member = next(each for each in await records.load(store, Member) if each.name == NAMES["sam"])
        await records.keep(store, Identity(member.id, "teams", TENANT, sam.human.user))
    assert not [look for look in (await finds(school.microsoft, school.url))[0] if "Sam" in look]

    await school.people["ana"].starts()
    await school.until(CALENDAR.at(FIRST_DAY, time(15)))
    (look,) = [look for look in (await finds(school.microsoft, school.url))[0] if "Sam" in look]
    assert look.startswith("Cannot be reached: Sam Lee. They do not have the app")

    sam.human.installed = True
    await sam.installs()
    assert not [look for look in (await finds(school.microsoft, school.url))[0] if "Sam" in look]


async def test_whoever_came_back_can_be_reached_again(school: TeamsSchool) -> None:
    ben = school.people["ben"]
    await ben.installs("remove")
    assert any("Ben Carter" in look for look in (await finds(school.microsoft, school.url))[0])
    await ben.installs()
    assert not any("Ben Carter" in look for look in (await finds(school.microsoft, school.url))[0])


async def test_a_team_without_a_channel_is_told_what_to_say_there(microsoft: Microsoft, tmp_path: Path) -> None:
    async with TeamsSchool.open(microsoft, f"sqlite:///{tmp_path}/school.db") as opened:
        await opened.founds(installed=False)
        looks, _ = await finds(microsoft, opened.url)
    assert any(look.endswith("or say there: @Leadcycle channel here") for look in looks)


async def test_a_channel_that_takes_nothing_is_told_with_the_names_that_it_and_its_team_have_now(
    school: TeamsSchool,
) -> None:
    there = school.in_channel(school.channel)
    for event, named in (
        ("channelRenamed", {"channel": {"id": school.channel, "name": "Leads"}}),
        ("teamRenamed", {"team": {"id": school.team, "name": "Riverside Elementary"}, "channel": None}),
        ("teamArchived", {"channel": None}),
    ):
        first = {**there["conversation"], "id": school.team}
        told = {"conversation": first, "channelData": {**there["channelData"], "eventType": event, **named}}
        await school.after(school.tells(school.people["ana"].said("conversationUpdate", **told)))
    looks, _ = await finds(school.microsoft, school.url)
    assert (
        "The channel of Leadership (Riverside) takes nothing: “Leads” in “Riverside Elementary”, the team was "
        "archived. Mend that, or say in another: @Leadcycle channel here"
    ) in looks


async def test_whom_one_of_two_platforms_reaches_can_be_reached(school: TeamsSchool) -> None:
    def says(platform: str, **why: str) -> Asked:
        def judge(members: Sequence[Member], identities: Sequence[Identity]) -> dict[str, str]:
            named = {member.name.partition(" ")[0].casefold(): member.id for member in members}
            return {named[key]: reason for key, reason in why.items()}

        return Asked(judge, ("deactivated", f"unknown to {platform}"), platform)

    asked = [
        says("Slack", ana="", ben="deactivated", sam="unknown to Slack"),
        says("Teams", ben="", lena="", sam="unknown to Teams"),
    ]
    async with school.application.database.read(people.DISTRICT) as store:
        found = [each.sentence async for each in roster(store, asked) if not each.is_good]
    assert found == ["Cannot be reached: Sam Lee. unknown to Slack. unknown to Teams."]


async def test_the_secret_is_in_no_finding(microsoft: Microsoft, nowhere: str) -> None:
    looks, good = await finds(
        microsoft, nowhere, TEAMS_APP_PASSWORD="open-sesame", TEAMS_TOKEN_URL="https://127.0.0.1:9"
    )
    assert "open-sesame" not in "\n".join([*looks, good])
    assert APP not in "\n".join(looks)
