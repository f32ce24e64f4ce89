"""Signing in with OpenID Connect: whom a provider proves to be one of ours comes in, and nobody else."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from bot import sample, sign_ins
from bot.app import Application
from bot.config import Settings, SettingsError
from bot.sign_ins import back_of
from bot.web.landing import is_ours
from bot.web.openid import Client, Provider
from bot.web.patience import MOST_WRONG, WITHIN, Patience
from flows.people import Member
from storage import installations, records
from storage.addresses import Identity
from storage.installations import Installation
from tests.bot.front import web
from tests.bot.issuer import CLIENT, SECRET, Issuer, Json

HOST = "http://127.0.0.1:8080"
SLACK = {"https://slack.com/team_id": "T1", "https://slack.com/user_id": "U1", "email": "someone@else.example"}
ENTRA = {"tid": "7e000000-0000-4000-8000-00000000000b", "oid": "0b000000-0000-4000-8000-000000000001"}


@dataclass
class Front:
    """The pages with two ways of signing in, a clock for their patience, and both providers."""

    application: Application
    web: Starlette
    slack: Issuer
    entra: Issuer
    seconds: list[float]

    def browser(self, address: str = "127.0.0.1") -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.web, client=(address, 1))
        return httpx.AsyncClient(transport=transport, base_url=HOST)

    async def sent(self, browser: httpx.AsyncClient, platform: str = "slack") -> str:
        """Press *Sign in*, sign in at the provider, and return the address to which that sends the browser."""
        gone = await browser.get(f"/sign-in/{platform}")
        assert gone.status_code == 303, gone.text
        async with httpx.AsyncClient() as elsewhere:
            signed_in = await elsewhere.get(gone.headers["location"])
        return signed_in.headers["location"]

    async def signs_in(self, browser: httpx.AsyncClient, platform: str = "slack") -> httpx.Response:
        return await browser.get(await self.sent(browser, platform))


@pytest.fixture
async def front(tmp_path: Path) -> AsyncIterator[Front]:
    application = await Application.prepare(Settings(database_url=f"sqlite:///{tmp_path}/leadcycle.db"))
    async with application.database as database, Issuer(SLACK).served() as slack, Issuer(ENTRA).served() as entra:
        async with database.begin(sample.TENANT) as store:
            await installations.install(store, "slack", Installation("T1"))
            await installations.install(store, "teams", Installation(ENTRA["tid"]))
            await records.keep(store, Identity("ana", "slack", "T1", "U1", "D1"))
            await records.keep(store, Identity("ben", "teams", ENTRA["tid"], ENTRA["oid"]))
        providers = {
            "slack": Provider(a_client("slack", slack, *list(SLACK)[:2])),
            "teams": Provider(a_client("teams", entra, "tid", "oid")),
        }
        seconds = [1000.0]
        served = web(application, providers, Patience(lambda: seconds[0]))
        yield Front(application, served, slack, entra, seconds)


def a_client(platform: str, issuer: Issuer, workspace: str, user: str) -> Client:
    return Client(platform, issuer.address, CLIENT, SECRET, workspace, user, back_of(HOST, platform))


async def test_whoever_signs_in_with_slack_or_microsoft_is_known_by_their_ids_and_lands_where_they_wanted(
    front: Front,
) -> None:
    ana, ben = front.browser(), front.browser()

    assert "Sign in with Microsoft" in (await ana.get("/")).text
    assert (await ana.get("/team/riverside/decisions", params={"q": "bus stop"})).headers["location"] == "/"
    entered = await front.signs_in(ana)
    assert (entered.status_code, entered.headers["location"]) == (303, "/team/riverside/decisions?q=bus+stop")
    assert "Ana Ruiz" in (await ana.get(entered.headers["location"])).text

    entered = await front.signs_in(ben, "teams")
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    assert "Ben Carter" in (await ben.get("/")).text


SPOILED: dict[str, Callable[[Json], Json]] = {
    "another nonce": lambda claims: claims | {"nonce": "another"},
    "no nonce": lambda claims: {name: each for name, each in claims.items() if name != "nonce"},
    "another audience": lambda claims: claims | {"aud": "another-client"},
    "another audience through us": lambda claims: claims | {"aud": "another-client", "azp": CLIENT},
    "two audiences, and for the other one": lambda claims: claims | {"aud": [CLIENT, "other"], "azp": "other"},
    "another issuer": lambda claims: claims | {"iss": "https://evil.example"},
    "expired": lambda claims: claims | {"exp": claims["iat"] - 120},
    "no end": lambda claims: {name: each for name, each in claims.items() if name != "exp"},
    "not valid yet": lambda claims: claims | {"nbf": claims["iat"] + 600},
    "nobody named": lambda claims: {name: each for name, each in claims.items() if "user_id" not in name},
    "a name that is no text": lambda claims: claims | {"https://slack.com/user_id": ["U1"]},
    "another access token": lambda claims: claims | {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
}


async def test_a_token_that_is_not_for_this_very_sign_in_lets_nobody_in(front: Front) -> None:
    for told, front.slack.spoil in SPOILED.items():
        browser = front.browser(told)
        refused = await front.signs_in(browser)
        assert (refused.status_code, "That did not sign you in." in refused.text) == (400, True), told
        assert "leadcycle_visit" not in browser.cookies, told


async def test_only_the_provider_s_own_keys_sign(front: Front) -> None:
    for front.slack.algorithm, front.slack.signed_with in (("none", 0), ("HS256", 0), ("RS256", 1)):
        assert (await front.signs_in(front.browser())).status_code == 400
    front.slack.signed_with = 0
    assert (await front.signs_in(front.browser())).status_code == 303


async def test_new_keys_of_a_provider_are_fetched_when_they_are_met(front: Front) -> None:
    provider = Provider(a_client("slack", front.slack, *list(SLACK)[:2]))
    await _through(provider, front.slack)
    front.slack.signed_with, front.slack.named = 1, (0, 1)
    provider._keys_at -= 3600

    assert (await _through(provider, front.slack)).user == "U1"
    assert front.slack.requests.count("keys") == 2


async def _through(provider: Provider, issuer: Issuer) -> Any:
    async with httpx.AsyncClient() as elsewhere:
        back = (await elsewhere.get(await provider.address("pocket"))).headers["location"]
    return await provider.who("pocket", httpx.URL(back).params["code"])


async def test_a_browser_that_was_not_sent_is_not_taken_in(front: Front) -> None:
    ana = front.browser()
    address = await front.sent(ana)

    stolen = await front.browser().get(address)  # somebody is led to sign in as another
    assert (stolen.status_code, "leadcycle_visit" in stolen.headers.get("set-cookie", "")) == (400, False)
    wrong = await ana.get(httpx.URL(address).copy_set_param("state", "another"))
    assert wrong.status_code == 400
    for missing in ("code", "state"):
        assert (await front.browser().get(httpx.URL(address).copy_remove_param(missing))).status_code == 400
    assert front.slack.requests == ["described"], "no code was shown to the provider"


async def test_a_code_counts_once_and_only_with_the_secret_of_its_browser(front: Front) -> None:
    ana, ben = front.browser(), front.browser()
    address = await front.sent(ana)
    others = httpx.URL(await front.sent(ben)).copy_set_param("code", httpx.URL(address).params["code"])

    assert (await ben.get(others)).status_code == 400, "the proof of PKCE is another browser's"
    again = await front.sent(ana)
    pocket = ana.cookies["leadcycle_pocket"]
    assert (await ana.get(again)).status_code == 303
    ana.cookies.set("leadcycle_pocket", pocket, path="/sign-in")
    assert (await ana.get(again)).status_code == 400


async def test_an_account_of_another_tenant_or_of_nobody_stays_outside(front: Front) -> None:
    theirs = {"workspace": {"https://slack.com/team_id": "T2"}, "user": {"https://slack.com/user_id": "U2"}}
    for claims in theirs.values():
        front.slack.claims = SLACK | claims | {"email": "ana@riverside.example"}
        refused = await front.signs_in(front.browser())
        assert (refused.status_code, "This account has no role" in refused.text) == (403, True)
    front.slack.claims = SLACK
    async with front.application.database.begin(sample.TENANT) as store:
        (member,) = await records.load(store, Member, id="ana")
        await records.keep(store, replace(member, left_on=date(2027, 2, 2)))
    assert (await front.signs_in(front.browser())).status_code == 403


async def test_a_provider_that_is_silent_or_calls_itself_otherwise_is_not_asked(front: Front) -> None:
    front.slack.calls_itself = "https://evil.example"
    silent = await front.browser().get("/sign-in/slack")
    assert (silent.status_code, "does not answer just now" in silent.text) == (502, True)

    front.slack.calls_itself = ""
    front.slack.answers = {"ok": False, "error": "invalid_code"}
    assert (await front.signs_in(front.browser())).status_code == 400
    assert (await front.browser().get("/sign-in/other")).status_code == 404


async def test_whoever_is_wrong_too_often_waits_and_nobody_else(front: Front) -> None:
    for _ in range(MOST_WRONG):
        assert (await front.browser("203.0.113.7").get("/sign-in/slack/back?code=a&state=b")).status_code == 400

    waits = await front.browser("203.0.113.7").get("/sign-in/slack/back?code=a&state=b")
    assert (waits.status_code, 0 < int(waits.headers["retry-after"]) <= WITHIN + 1) == (429, True)
    assert (await front.browser("203.0.113.8").get("/sign-in/slack/back?code=a&state=b")).status_code == 400
    front.seconds[0] += WITHIN + 1
    assert (await front.signs_in(front.browser("203.0.113.7"))).status_code == 303


def test_an_address_of_a_network_is_all_of_it_and_few_are_remembered() -> None:
    from starlette.requests import Request

    def come(host: str) -> Request:
        return Request({"type": "http", "headers": [], "client": (host, 1)})

    patience = Patience(lambda: 0.0)
    for number in range(MOST_WRONG):
        patience.wrong(come(f"2001:db8:1:2::{number:x}"))
    assert patience.seconds(come("2001:db8:1:2:ffff::1")) > 0
    assert patience.seconds(come("2001:db8:1:3::1")) == 0
    for number in range(10_001):
        patience.wrong(come(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"))
    assert len(patience._wrong) == 10_000


def test_nobody_is_sent_to_another_host_after_signing_in() -> None:
    assert all(map(is_ours, ("/", "/team/river%20side", "/team/a/decisions?q=bus%20stop&x=1", "/record.json")))
    for path in (
        *(
            "",
            "//evil.example",
            "/\\evil.example",
            "/%2F/evil",
            "https://evil.example",
            "evil",
            "/a//b",
            "/a\n",
            "/?q=\\",
        ),
        *("/" + "a" * 500, "/a#b", "/\t/evil.example", "javascript:alert(1)", "/a/@evil:1\\"),
    ):
        assert not is_ours(path), path


def a_school(**given: Any) -> Settings:
    both = {
        "public_url": "https://leadcycle.school.example",
        "sign_in": "slack,teams",
        "SLACK_BOT_TOKEN": SecretStr("xoxb-1"),
        "SLACK_SIGNING_SECRET": SecretStr("signing"),
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": SecretStr("secret"),
        "TEAMS_APP_ID": "0F00C0DE-0000-4000-8000-00000000000A",
        "TEAMS_TENANT_ID": ENTRA["tid"],
        "TEAMS_APP_PASSWORD": SecretStr("secret"),
    }
    return Settings(**{**both, **given})  # type: ignore[arg-type]


def test_the_settings_say_which_accounts_count() -> None:
    found = {name: each.client for name, each in sign_ins.providers(a_school()).items()}

    assert found["slack"].issuer == "https://slack.com"
    assert found["slack"].back == "https://leadcycle.school.example/sign-in/slack/back"
    assert found["teams"].issuer == f"https://login.microsoftonline.com/{ENTRA['tid']}/v2.0"
    assert (found["teams"].workspace_claim, found["teams"].user_claim) == ("tid", "oid")
    gov = sign_ins.providers(a_school(SLACK_API_URL="https://slack-gov.com/api/", sign_in="slack"))
    assert gov["slack"].client.issuer == "https://slack-gov.com"
    assert sign_ins.providers(Settings()) == {}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"public_url": "http://leadcycle.school.example"}, "LEADCYCLE_PUBLIC_URL should be the https:// address"),
        ({"SLACK_CLIENT_ID": ""}, "SLACK_CLIENT_ID is missing, and LEADCYCLE_SIGN_IN names slack"),
        (
            {"TEAMS_APP_ID": "", "TEAMS_TENANT_ID": "", "TEAMS_APP_PASSWORD": SecretStr("")},
            "names teams: set TEAMS_APP_ID",
        ),
    ],
)
def test_what_is_missing_for_signing_in_is_said(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        sign_ins.providers(a_school(**wrong))
