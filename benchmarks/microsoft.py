"""A Microsoft for the benchmarks: names keys, gives tokens, and takes every message at once and remembers none."""

import asyncio
import ipaddress
import json
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import time

import jwt
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

APP, TENANT = "0f00c0de-0000-4000-8000-00000000000a", "7e000000-0000-4000-8000-00000000000b"
ISSUER = "https://api.botframework.com"


class Microsoft:
    """Its addresses, and who waits for a message in which conversation."""

    def __init__(self, certificate: Path) -> None:
        self.certificate = certificate
        self.url = self.plain_url = ""
        self._key = rsa.generate_private_key(65537, 2048)
        self._waiting: dict[str, asyncio.Future[None]] = {}

    @property
    def settings(self) -> Mapping[str, str]:
        """The environment of a Leadcycle that speaks with it."""
        return {
            "TEAMS_APP_ID": APP,
            "TEAMS_APP_PASSWORD": "secret",
            "TEAMS_TENANT_ID": TENANT,
            "TEAMS_SERVICE_URL": f"{self.url}/",
            "TEAMS_ALLOWED_HOSTS": "127.0.0.1",
            "TEAMS_OPENID_METADATA_URL": f"{self.url}/openid",
            "TEAMS_TOKEN_URL": self.url,
            "SSL_CERT_FILE": str(self.certificate),
            "REQUESTS_CA_BUNDLE": str(self.certificate),
        }

    def token(self, service_url: str) -> str:
        """A token as Teams sends it."""
        now = int(time())
        claims = {"iss": ISSUER, "aud": APP, "nbf": now, "exp": now + 3600, "serviceurl": service_url}
        return jwt.encode(claims, self._key, "RS256", {"kid": "key"})

    def message_in(self, place: str) -> "asyncio.Future[None]":
        """What is done when the next message arrives in this conversation."""
        self._waiting[place] = asyncio.get_running_loop().create_future()
        return self._waiting[place]

    async def answer(self, request: web.Request) -> web.Response:
        """Answer whatever is asked."""
        match request.path.strip("/").split("/"):
            case ["openid"]:
                return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self.url}/keys"})
            case ["keys"]:
                public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
                return web.json_response({"keys": [{**public, "kid": "key", "endorsements": ["msteams"]}]})
            case [tenant, "v2.0", *_]:
                login = f"{self.url}/{tenant}"
                ends = {"authorization_endpoint": f"{login}/authorize", "token_endpoint": f"{login}/oauth2/v2.0/token"}
                return web.json_response({"issuer": f"{login}/v2.0", **ends})
            case [*_, "token"]:
                return web.json_response({"access_token": "t", "expires_in": 3600, "token_type": "Bearer"})
            case ["v3", "conversations", place, "activities", *_] if request.method in ("POST", "PUT"):
                if (waiting := self._waiting.pop(place, None)) and not waiting.done():
                    waiting.set_result(None)
                return web.json_response({"id": f"{time():.6f}"}, status=201)
        return web.json_response({"members": []})


@asynccontextmanager
async def microsoft(folder: Path) -> AsyncIterator[Microsoft]:
    """Serve it, over https for us and over http for who is spared that."""
    runs = Microsoft(_certificate(folder / "microsoft.pem"))
    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", runs.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.load_cert_chain(runs.certificate)
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=secure).start()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    ports = [address[1] for address in runner.addresses]
    runs.url, runs.plain_url = f"https://127.0.0.1:{ports[0]}", f"http://127.0.0.1:{ports[1]}"
    yield runs
    await runner.cleanup()


def _certificate(file: Path) -> Path:
    """Write a certificate for this computer and its key."""
    key, today = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Microsoft in benchmarks")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=2))
        .add_extension(here, False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    file.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(pem))
    return file
