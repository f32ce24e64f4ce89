"""Who may speak: the token of each request, held against every rule, with real keys and real documents."""

import asyncio
import base64
import hmac
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from adapters.teams.token import Token
from bot.config import SettingsError
from storage import everywhere, outbox, people
from storage.state import State
from tests.teams.school import TeamsSchool
from tests.teams.stand_in import APP, ISSUER, TENANT, Key, Microsoft, private_key, signed_by

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ELSEWHERE = "00000000-0000-4000-8000-0000000000ff"


@pytest.fixture
async def school(microsoft: Microsoft, database_url: str) -> Any:
    async with TeamsSchool.open(microsoft, database_url) as opened:
        await opened.founds(installed=False)
        yield opened


def claims(microsoft: Microsoft, **others: Any) -> dict[str, Any]:
    now = int(time.time())
    said = {"iss": ISSUER, "aud": APP, "exp": now + 600, "serviceurl": microsoft.service_url, **others}
    return {key: value for key, value in said.items() if value is not None}


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def part(said: Any) -> str:
    return encoded(json.dumps(said).encode())


def unsigned(microsoft: Microsoft) -> str:
    return f"{part({'alg': 'none', 'typ': 'JWT', 'kid': 'key-1'})}.{part(claims(microsoft))}."


def with_public_key_as_secret(microsoft: Microsoft) -> str:
    """Signed by hand: no library does this any more."""
    words = f"{part({'alg': 'HS256', 'typ': 'JWT', 'kid': 'key-1'})}.{part(claims(microsoft))}"
    pem, public = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    secret = microsoft.keys[0].private.public_key().public_bytes(pem, public)
    return f"{words}.{encoded(hmac.digest(secret, words.encode(), 'sha256'))}"


def altered(microsoft: Microsoft) -> str:
    header, body, signature = microsoft.token().split(".")
    return f"{header}.{body[:-2]}{'AA' if body[-2:] != 'AA' else 'BB'}.{signature}"


def other_algorithm(microsoft: Microsoft) -> str:
    key = microsoft.keys[0]
    return jwt.encode(claims(microsoft), key.private, "RS512", {"kid": key.kid})


Header = Callable[[Microsoft], str]
REFUSED: dict[str, Header] = {
    "no header": lambda it: "",
    "garbage": lambda it: "Bearer garbage",
    "three parts of garbage": lambda it: "Bearer a.b.c",
    "no scheme": lambda it: it.token(),
    "another scheme": lambda it: f"Basic {it.token()}",
    "alg none": lambda it: f"Bearer {unsigned(it)}",
    "HS256 with the public key as its secret": lambda it: f"Bearer {with_public_key_as_secret(it)}",
    "RS512": lambda it: f"Bearer {other_algorithm(it)}",
    "one letter changed": lambda it: f"Bearer {altered(it)}",
    "another audience": lambda it: f"Bearer {it.token(aud=ELSEWHERE)}",
    "several audiences": lambda it: f"Bearer {it.token(aud=[APP, ELSEWHERE])}",
    "no audience": lambda it: f"Bearer {it.token(aud=None)}",
    "another issuer": lambda it: f"Bearer {it.token(iss='https://sts.windows.net/x/')}",
    "an issuer that begins alike": lambda it: f"Bearer {it.token(iss=ISSUER + '.example')}",
    "no issuer": lambda it: f"Bearer {it.token(iss=None)}",
    "expired": lambda it: f"Bearer {it.token(exp=int(time.time()) - 301)}",
    "no end": lambda it: f"Bearer {it.token(exp=None)}",
    "not yet good": lambda it: f"Bearer {it.token(nbf=int(time.time()) + 900)}",
    "a key that nobody names": lambda it: f"Bearer {it.token(key=Key('key-9', private_key(9), []))}",
    "a named key's id on another key": lambda it: f"Bearer {it.token(key=Key('key-1', private_key(9), []))}",
    "no service address": lambda it: f"Bearer {it.token(serviceurl=None)}",
    "another service address": lambda it: f"Bearer {it.token(serviceurl='https://127.0.0.1/elsewhere/')}",
}


@on_sqlite
async def test_whoever_shows_no_good_token_is_refused_with_constant_words_and_nothing_is_kept(
    school: TeamsSchool,
) -> None:
    ana = school.people["ana"]
    said = {name: header(school.microsoft) for name, header in REFUSED.items()}
    answers = {name: await school.tells(ana.said("message", text="help"), header=each) for name, each in said.items()}

    assert {name: each.status_code for name, each in answers.items()} == dict.fromkeys(REFUSED, 401)
    assert {each.content for each in answers.values()} == {b"not from Teams"}
    async with school.application.database.look_everywhere() as looking:
        assert await everywhere.inbox_counts(looking) == (0, 0)
    assert not school.microsoft.asked["post"]


@on_sqlite
async def test_a_good_token_for_another_activity_than_this_is_refused(school: TeamsSchool) -> None:
    ana, it = school.people["ana"], school.microsoft
    data = {"channelData": {"tenant": {"id": ELSEWHERE}}}
    foreign: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "another tenant": (data, {}),
        "no tenant": ({"channelData": None}, {}),
        "a tenant in the conversation alone": ({"channelData": {}}, {}),
        "not Teams": ({"channelId": "emulator"}, {}),
        "not Teams, by a key that speaks for both": ({"channelId": "webchat"}, {}),
        "no channel": ({"channelId": None}, {}),
        "no service address": ({"serviceUrl": None}, {}),
        "a host that is not allowed": (
            {"serviceUrl": "https://smba.example/teams/"},
            {"serviceurl": "https://smba.example/teams/"},
        ),
        "a host that ends alike": (
            {"serviceUrl": "https://evil-127.0.0.1/teams/"},
            {"serviceurl": "https://evil-127.0.0.1/teams/"},
        ),
        "a name in front of the host": (
            {"serviceUrl": "https://127.0.0.1@smba.example/"},
            {"serviceurl": "https://127.0.0.1@smba.example/"},
        ),
        "not https": (
            {"serviceUrl": it.service_url.replace("https", "http")},
            {"serviceurl": it.service_url.replace("https", "http")},
        ),
        "a key that speaks for another channel": ({}, {"key": Key("key-1", private_key(1), ["msteams"])}),
    }
    it.keys[0].endorsements = ["directline"]
    (last,) = list(foreign)[-1:]
    assert (await school.tells(ana.said("message", text="help"), **foreign.pop(last)[1])).status_code == 401
    it.keys[0].endorsements = ["msteams", "webchat"]
    await school.starts()
    found = {
        name: (await school.tells(ana.said("message", text="help", **more), **how)).status_code
        for name, (more, how) in foreign.items()
    }
    assert found == dict.fromkeys(foreign, 401)


@on_sqlite
async def test_a_good_token_is_taken_whatever_ends_its_service_address_and_whose_clock_is_a_little_wrong(
    school: TeamsSchool,
) -> None:
    ana, it = school.people["ana"], school.microsoft
    for how in ({}, {"serviceurl": it.service_url.rstrip("/")}, {"exp": int(time.time()) - 240}):
        assert (await ana.school.tells(ana.said("message", text="help"), **how)).status_code == 200
    await school.settle()


@on_sqlite
async def test_the_keys_are_asked_for_once_and_again_when_they_were_changed(school: TeamsSchool) -> None:
    ana, it = school.people["ana"], school.microsoft
    together = [school.tells(ana.said("message", text="help")) for _ in range(8)]
    assert [each.status_code for each in await asyncio.gather(*together)] == [200] * 8
    assert it.asked["keys"] == 1

    it.rotates()
    together = [school.tells(ana.said("message", text="help")) for _ in range(8)]
    assert [each.status_code for each in await asyncio.gather(*together)] == [200] * 8
    assert it.asked["keys"] == 2
    for number in range(10, 15):
        invented = it.token(key=Key(f"key-{number}", private_key(9), ["msteams"]))
        assert (await school.tells(ana.said("message"), header=f"Bearer {invented}")).status_code == 401
    assert it.asked["keys"] == 2, "whoever invents keys makes us ask no more often"
    await school.settle()


@on_sqlite
async def test_keys_that_the_document_names_at_another_host_or_in_the_clear_are_not_even_asked_for(
    school: TeamsSchool,
) -> None:
    ana, it = school.people["ana"], school.microsoft
    port = it.url.rpartition(":")[2]
    for elsewhere in (f"https://localhost:{port}/keys", f"http://127.0.0.1:{port}/keys", "file:///etc/keys", ""):
        await school.starts()
        it.keys_url = elsewhere or f"https://127.0.0.1@localhost:{port}/keys"
        assert (await school.tells(ana.said("message", text="help"))).status_code == 401, elsewhere
    assert it.asked["keys"] == 4
    assert it.asked["named"] == 0

    it.keys_url = ""
    await school.starts()
    assert (await school.tells(ana.said("message", text="help"))).status_code == 200
    await school.settle()


@on_sqlite
async def test_keys_that_take_too_long_or_are_said_to_be_elsewhere_are_none_and_whoever_asks_is_refused(
    school: TeamsSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, it = school.people["ana"], school.microsoft
    monkeypatch.setattr("adapters.teams.check.SECONDS", 0.2)
    it.slow["keys"] = 1.0
    assert (await school.tells(ana.said("message", text="help"))).status_code == 401
    it.slow.clear()
    await school.starts()
    it.fails("keys", 302, headers={"Location": f"{it.url}/openid"})
    assert (await school.tells(ana.said("message", text="help"))).status_code == 401
    await school.starts()
    assert (await school.tells(ana.said("message", text="help"))).status_code == 200
    await school.settle()


@on_sqlite
async def test_while_microsoft_does_not_name_its_keys_those_of_before_stay_good(school: TeamsSchool) -> None:
    ana, it = school.people["ana"], school.microsoft
    assert (await school.tells(ana.said("message", text="help"))).status_code == 200
    (platform,) = school.application.platforms
    check = platform._check  # type: ignore[attr-defined]
    check._stale_at = 0.0
    it.fails("keys", 503)
    assert (await school.tells(ana.said("message", text="help"))).status_code == 200
    await asyncio.gather(*([check._fetching] if check._fetching else []))
    assert it.asked["keys"] == 2
    assert (await school.tells(ana.said("message", text="help"))).status_code == 200
    assert it.asked["keys"] == 2, "a failure is not tried again at once"
    await school.settle()


@on_sqlite
async def test_one_token_of_ours_lasts_for_many_turns_and_a_refused_one_is_renewed(school: TeamsSchool) -> None:
    ana, it = school.people["ana"], school.microsoft
    await asyncio.gather(*(ana.installs() for ana in school.people.values()))
    for _ in range(10):
        await ana.types("help")
    assert it.asked["post"] >= 10
    assert it.asked["token"] == 1

    it.tokens.clear()
    await ana.types("help")
    assert it.asked["token"] == 2
    assert len(ana.sees()) == it.asked["post"] - 1, "the refused post was made once"


async def test_our_token_is_renewed_five_minutes_before_its_end(microsoft: Microsoft) -> None:
    moments = [0.0]
    scope = "https://api.botframework.com/.default"
    token = Token(APP, "secret", f"{microsoft.url}/{TENANT}", scope, lambda: moments[-1])
    first = await token.get()
    moments.append(3299.0)
    assert await token.get() == first
    moments.append(3300.0)
    assert await token.get() != first
    assert microsoft.asked["token"] == 2


@on_sqlite
async def test_a_certificate_proves_who_we_are_as_well_as_a_secret_does(
    microsoft: Microsoft, database_url: str, tmp_path: Path
) -> None:
    key = private_key(1)
    file = tmp_path / "bot.pem"
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    made = signed_by(key).public_bytes(pem)
    file.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made)
    proof = {"TEAMS_APP_PASSWORD": "", "TEAMS_CERTIFICATE": str(file)}
    async with TeamsSchool.open(microsoft, database_url, **proof) as school:
        await school.founds()
        assert microsoft.asked["token"] == 1
        await school.people["ben"].types("help")
        assert school.people["ben"].sees()

    locked = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"open"))
    plainly = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    for wrong in (b"", b"\xff garbage", made, plainly, locked + made):
        file.write_bytes(wrong)
        with pytest.raises(
            SettingsError, match=r"TEAMS_CERTIFICATE is \S+bot.pem, which cannot be used: it holds no private key"
        ):
            async with TeamsSchool.open(microsoft, database_url, **proof):
                pass
    file.unlink()
    with pytest.raises(SettingsError, match=r"TEAMS_CERTIFICATE is \S+bot.pem, which cannot be read"):
        async with TeamsSchool.open(microsoft, database_url, **proof):
            pass


@on_sqlite
async def test_while_microsoft_gives_no_token_messages_wait_and_no_attempt_counts(school: TeamsSchool) -> None:
    ana, it = school.people["ana"], school.microsoft
    await ana.installs()
    it.tokens.clear()
    it.fails("token", 401)
    await ana.types("help")

    assert not ana.sees()
    async with school.application.database.read(people.DISTRICT) as store:
        (row,) = await outbox.listing(store, [State.READY])
    assert (row.attempt, row.error) == (0, "the platform asked to wait")


@on_sqlite
async def test_a_request_that_is_too_large_or_no_json_is_refused_after_its_token_was_checked(
    school: TeamsSchool,
) -> None:
    assert (await school.tells(b"x" * 1_000_001)).status_code == 413
    assert (await school.tells(b"x" * 1_000_001, header="Bearer a.b.c")).status_code == 401
    for body in (b"", b"[]", b"7", b"\xff\xfe", b"{", b"[" * 200_000):
        assert (await school.tells(body)).status_code == 400, body[:10]
