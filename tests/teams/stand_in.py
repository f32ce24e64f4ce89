"""Teams as the tests see it: Microsoft's keys and login, and the connector with what stands in its conversations.

It speaks https with a certificate of its own, counts what it is asked, and fails where a test wants it to.
"""

import asyncio
import datetime
import ipaddress
import json
import socket
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

import jwt
import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Json = dict[str, Any]

APP = "0f00c0de-0000-4000-8000-00000000000a"
TENANT = "7e000000-0000-4000-8000-00000000000b"
ISSUER = "https://api.botframework.com"
BOT = f"28:{APP}"
_KEYS: dict[int, rsa.RSAPrivateKey] = {}


def private_key(number: int) -> rsa.RSAPrivateKey:
    """A key that takes a while to make, once for all tests."""
    if number not in _KEYS:
        _KEYS[number] = rsa.generate_private_key(65537, 2048)
    return _KEYS[number]


@dataclass(slots=True)
class Key:
    """A key that Microsoft names."""

    kid: str
    private: rsa.RSAPrivateKey
    endorsements: list[str]

    @property
    def public(self) -> Json:
        described = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key()))
        return {**described, "kid": self.kid, "use": "sig", "endorsements": self.endorsements}


@dataclass(slots=True)
class Fault:
    """What goes wrong with the next requests of a kind."""

    status: int
    """0 where the connection is cut before the answer is whole"""
    times: int = 1
    headers: dict[str, str] = field(default_factory=dict)
    code: str = "Trouble"
    after_effect: bool = False


@dataclass(slots=True)
class Post:
    """A message in a conversation."""

    conversation: str
    id: str
    activity: Json
    thread: str = ""

    @property
    def card(self) -> Json:
        """The card that it shows; empty where it is words alone."""
        cards = [each["content"] for each in self.activity.get("attachments", ())]
        return cards[0] if cards else {}


@dataclass(slots=True)
class Human:
    """Somebody with an account in the tenant."""

    user: str
    name: str
    email: str
    installed: bool = True
    tenant: str = TENANT
    chat: int = 1
    """Teams may begin a new one"""

    @property
    def account(self) -> str:
        return f"29:{self.user}"

    @property
    def direct(self) -> str:
        """The direct conversation with the bot."""
        return f"a:{uuid5(NAMESPACE_URL, f'{self.user}/{self.chat}')}"


class Microsoft:
    """What Microsoft runs for one tenant and one bot."""

    def __init__(self) -> None:
        self.url = ""
        self.keys = [Key("key-1", private_key(1), ["msteams"])]
        self.humans: dict[str, Human] = {}
        self.channels: dict[str, list[str]] = {}
        self.posts: list[Post] = []
        self.asked: Counter[str] = Counter()
        self.known_as: Counter[bool] = Counter()
        """how often people were asked about by Teams' own id of them, and by their object id"""
        self.tokens: list[str] = []
        self.faults: dict[str, list[Fault]] = defaultdict(list)
        self.slow: dict[str, float] = {}
        self.keys_url = ""
        """where the OpenID document says that the keys are, if elsewhere"""
        self._ids = count(1_700_000_000_000)

    # ------------------------------------------------------------ what a test wants

    @property
    def service_url(self) -> str:
        return f"{self.url}/teams/"

    def settings(self) -> Json:
        """The settings of an application that speaks with this tenant."""
        return {
            "TEAMS_APP_ID": APP,
            "TEAMS_APP_PASSWORD": "secret",
            "TEAMS_TENANT_ID": TENANT,
            "TEAMS_SERVICE_URL": self.service_url,
            "TEAMS_ALLOWED_HOSTS": "127.0.0.1",
            "TEAMS_OPENID_METADATA_URL": f"{self.url}/openid",
            "TEAMS_TOKEN_URL": self.url,
        }

    def add(self, name: str, email: str) -> Human:
        """Somebody gets an account."""
        human = Human(str(uuid5(NAMESPACE_URL, email)), name, email)
        self.humans[human.user] = human
        return human

    def fails(self, what: str, status: int, times: int = 1, **how: Any) -> None:
        """Let the next requests of a kind fail: keys, token, post, put, delete, create, member."""
        self.faults[what].append(Fault(status, times, **how))

    def rotates(self) -> None:
        """Sign with another key from now on, and name only that."""
        number = int(self.keys[0].kid.removeprefix("key-")) + 1
        self.keys = [Key(f"key-{number}", private_key(number), ["msteams"])]

    def token(self, **claims: Any) -> str:
        """A token as Teams sends it; a claim that is None is left out, `key` signs it."""
        key = claims.pop("key", self.keys[0])
        now = int(time.time())
        said = {"iss": ISSUER, "aud": APP, "nbf": now, "exp": now + 3600, "serviceurl": self.service_url, **claims}
        return jwt.encode({k: v for k, v in said.items() if v is not None}, key.private, "RS256", {"kid": key.kid})

    def in_place(self, conversation: str) -> list[Post]:
        """What stands in a conversation, oldest first."""
        return [each for each in self.posts if each.conversation == conversation]

    # ------------------------------------------------------------ what it answers

    def routes(self) -> list[Route]:
        talk = "/teams/v3/conversations"
        return [
            Route("/openid", self._openid),
            Route("/keys", self._named),
            Route("/{tenant}/v2.0/.well-known/openid-configuration", self._login),
            Route("/{tenant}/oauth2/v2.0/token", self._given, methods=["POST"]),
            Route(talk, self._created, methods=["POST"]),
            Route(f"{talk}/{{place}}/activities", self._posted, methods=["POST"]),
            Route(f"{talk}/{{place}}/activities/{{id}}", self._drawn_over, methods=["PUT"]),
            Route(f"{talk}/{{place}}/activities/{{id}}", self._deleted, methods=["DELETE"]),
            Route(f"{talk}/{{place}}/members/{{user:path}}", self._member),
            Route(f"{talk}/{{place}}/pagedmembers", self._members),
        ]

    async def _trouble(self, what: str) -> Fault | None:
        self.asked[what] += 1
        await asyncio.sleep(self.slow.get(what, 0))
        for fault in self.faults[what]:
            if fault.times and not fault.after_effect:
                fault.times -= 1
                return fault
        return None

    def _knows(self, request: Request) -> bool:
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        return bearer in self.tokens

    async def _before(self, what: str, request: Request) -> Response | None:
        """Refuse what no token shows, or what a test wants to fail before it has any effect."""
        fault = await self._trouble(what)
        if not self._knows(request):
            return JSONResponse({"error": {"code": "Unauthorized"}}, 401)
        return _failed(fault) if fault else None

    def _after(self, what: str, good: Response) -> Response:
        """Answer, or fail after the effect."""
        fault = next((each for each in self.faults[what] if each.times and each.after_effect), None)
        if fault is None:
            return good
        fault.times -= 1
        return _failed(fault)

    async def _openid(self, request: Request) -> Response:
        fault = await self._trouble("keys")
        named = {"issuer": ISSUER, "jwks_uri": self.keys_url or f"{self.url}/keys"}
        return _failed(fault) if fault else JSONResponse(named)

    async def _named(self, request: Request) -> Response:
        self.asked["named"] += 1
        return JSONResponse({"keys": [key.public for key in self.keys]})

    async def _login(self, request: Request) -> Response:
        base = f"{self.url}/{request.path_params['tenant']}"
        return JSONResponse(
            {
                "issuer": f"{base}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
            }
        )

    async def _given(self, request: Request) -> Response:
        fault = await self._trouble("token")
        form = dict(await request.form())
        if fault:
            return JSONResponse({"error": "invalid_client", "error_codes": [7000215]}, fault.status)
        good = form["client_id"] == APP and form["grant_type"] == "client_credentials"
        assert good, form
        assert form.get("client_secret") == "secret" or form["client_assertion"], form
        assert form["scope"] == "https://api.botframework.com/.default"
        self.tokens.append(uuid4().hex)
        return JSONResponse({"access_token": self.tokens[-1], "expires_in": 3600, "token_type": "Bearer"})

    async def _created(self, request: Request) -> Response:
        if refused := await self._before("create", request):
            return refused
        asked = await request.json()
        assert asked["tenantId"] == TENANT
        human = self.humans.get(asked["members"][0]["id"])
        if human is None or not human.installed:
            return JSONResponse({"error": {"code": "ForbiddenOperationException"}}, 403)
        return JSONResponse({"id": human.direct}, 201)

    async def _posted(self, request: Request) -> Response:
        if refused := await self._before("post", request):
            return refused
        place, _, thread = request.path_params["place"].partition(";messageid=")
        owner = next((each for each in self.humans.values() if each.direct == place), None)
        if owner and not owner.installed:
            return JSONResponse({"error": {"code": "MessageWritesBlocked"}}, 403)
        if owner is None and place not in self.channels:
            return JSONResponse({"error": {"code": "ConversationNotFound"}}, 404)
        post = Post(place, str(next(self._ids)), await request.json(), thread)
        self.posts.append(post)
        return self._after("post", JSONResponse({"id": post.id}, 201))

    async def _drawn_over(self, request: Request) -> Response:
        if refused := await self._before("put", request):
            return refused
        post = self._at(request)
        if post is None:
            return JSONResponse({"error": {"code": "ActivityNotFoundInConversation"}}, 404)
        post.activity = await request.json()
        return self._after("put", JSONResponse({"id": post.id}))

    async def _deleted(self, request: Request) -> Response:
        if refused := await self._before("delete", request):
            return refused
        post = self._at(request)
        if post is None:
            return JSONResponse({"error": {"code": "ActivityNotFoundInConversation"}}, 404)
        self.posts.remove(post)
        return Response()

    def _at(self, request: Request) -> Post | None:
        where = request.path_params["place"].partition(";")[0], request.path_params["id"]
        return next((each for each in self.posts if (each.conversation, each.id) == where), None)

    async def _member(self, request: Request) -> Response:
        if refused := await self._before("member", request):
            return refused
        id = request.path_params["user"]
        self.known_as[id[:3] == "29:"] += 1
        human = self.humans.get(id.removeprefix("29:"))
        return JSONResponse(_described(human)) if human else JSONResponse({"error": {"code": "NotFound"}}, 404)

    async def _members(self, request: Request) -> Response:
        if refused := await self._before("members", request):
            return refused
        users = self.channels.get(request.path_params["place"].partition(";")[0], [])
        start = int(request.query_params.get("continuationToken") or 0)
        page = [_described(self.humans[user]) for user in users[start : start + 2]]  # small, so that there are several
        more = {"continuationToken": str(start + 2)} if start + 2 < len(users) else {}
        return JSONResponse({"members": page, **more})


def _failed(fault: Fault) -> Response:
    if not fault.status:
        return Response(b"{", headers={"content-length": "100"})  # and the connection is cut
    return JSONResponse({"error": {"code": fault.code}}, fault.status, headers=fault.headers)


def _described(human: Human) -> Json:
    return {
        "id": human.account,
        "aadObjectId": human.user,
        "name": human.name,
        "email": human.email,
        "userPrincipalName": human.email.upper(),
        "tenantId": human.tenant,
        "userRole": "user",
    }


# ---------------------------------------------------------------- serving


def signed_by(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> x509.Certificate:
    """A certificate of this computer, good for a day."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Microsoft in tests")])
    today = datetime.datetime.now(datetime.UTC)
    here = [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")]
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(here), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )


def write_certificate(file: Path) -> Path:
    """Write a certificate for this computer, and the key beside it, into one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = signed_by(key)
    plain, pem = serialization.NoEncryption(), serialization.Encoding.PEM
    file.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(pem))
    return file


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of these tests."""
    return write_certificate(tmp_path_factory.mktemp("microsoft") / "certificate.pem")


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The certificate, which everything in this process trusts meanwhile."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    return certificate


@pytest.fixture
async def microsoft(trusted: Path) -> AsyncIterator[Microsoft]:
    """What Microsoft runs, served on a free port."""
    runs = Microsoft()
    async with served(Starlette(routes=runs.routes()), str(trusted)) as port:
        runs.url = f"https://127.0.0.1:{port}"
        yield runs


@asynccontextmanager
async def served(web: Starlette, certificate: str | None = None) -> AsyncIterator[int]:
    """Serve on a free port of this computer, and return it."""
    config = uvicorn.Config(web, log_config=None, lifespan="off", ssl_certfile=certificate, ssl_keyfile=certificate)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(server.serve([listening]))
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = server.force_exit = True  # nobody waits for clients to say goodbye
            await serving
