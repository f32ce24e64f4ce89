"""A provider of OpenID Connect on this computer, with its own keys; a test says what it signs and gets wrong."""

import asyncio
import base64
import hashlib
import json
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.teams.stand_in import private_key

Json = dict[str, Any]
CLIENT, SECRET = "leadcycle-client", "leadcycle-secret"


@dataclass(slots=True)
class Asked:
    """What came with somebody who is to be signed in."""

    back: str
    nonce: str
    challenge: str


@dataclass
class Issuer:
    """The provider: `claims` are those of whoever signs in next, `spoil` changes a token before it is signed."""

    claims: Json = field(default_factory=dict)
    spoil: Callable[[Json], Json] = lambda claims: claims
    signed_with: int = 0
    """the number of the key that signs"""
    named: tuple[int, ...] = (0,)
    """the numbers of the keys that the provider names"""
    algorithm: str = "RS256"
    calls_itself: str = ""
    answers: Json | None = None
    """what the token's address answers in place of a token"""
    host: str = "127.0.0.1"
    """another name of this computer makes it another site to a browser"""
    address: str = ""
    asked: dict[str, Asked] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def served(self) -> AsyncIterator["Issuer"]:
        """Serve it on a free port of this computer."""
        routes = [
            Route("/.well-known/openid-configuration", self._described),
            Route("/authorize", self._authorize),
            Route("/token", self._token, methods=["POST"]),
            Route("/keys", self._keys),
        ]
        server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), log_level="warning", lifespan="off"))
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.address = f"http://{self.host}:{listening.getsockname()[1]}"
            serving = asyncio.create_task(server.serve([listening]))
            yield self
            server.should_exit = True
            await serving

    async def _described(self, request: Request) -> Response:
        self.requests.append("described")
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        addresses = {name: f"{self.address}/{place}" for name, place in places.items()}
        return JSONResponse({"issuer": self.calls_itself or self.address, **addresses})

    async def _keys(self, request: Request) -> Response:
        self.requests.append("keys")
        return JSONResponse({"keys": [_public(number, private_key(number)) for number in self.named]})

    async def _authorize(self, request: Request) -> Response:
        """Sign the person in without asking them anything, and send them back."""
        told = request.query_params
        assert (told["client_id"], told["response_type"], told["code_challenge_method"]) == (CLIENT, "code", "S256")
        assert told["scope"] == "openid profile"
        code = uuid4().hex
        self.asked[code] = Asked(told["redirect_uri"], told["nonce"], told["code_challenge"])
        return RedirectResponse(f"{told['redirect_uri']}?{urlencode({'code': code, 'state': told['state']})}", 302)

    async def _token(self, request: Request) -> Response:
        self.requests.append("token")
        if self.answers is not None:
            return JSONResponse(self.answers)
        form = await request.form()
        asked = self.asked.pop(str(form["code"]), None)
        digest = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or (challenge, form["redirect_uri"]) != (asked.challenge, asked.back):
            return JSONResponse({"error": "invalid_grant"}, 400)
        if (form["client_id"], form["client_secret"]) != (CLIENT, SECRET):
            return JSONResponse({"error": "invalid_client"}, 401)
        return JSONResponse({"access_token": "opaque", "token_type": "Bearer", "id_token": self._signed(asked)})

    def _signed(self, asked: Asked) -> str:
        now = int(time.time())
        usual = {"iss": self.address, "aud": CLIENT, "sub": "pairwise", "iat": now, "exp": now + 300}
        claims = self.spoil({**usual, "nonce": asked.nonce, **self.claims})
        key: Any = "not a secret" * 4 if self.algorithm == "HS256" else private_key(self.signed_with)
        key = None if self.algorithm == "none" else key
        return jwt.encode(claims, key, self.algorithm, headers={"kid": f"key-{self.signed_with}"})


def _public(number: int, key: rsa.RSAPrivateKey) -> Json:
    described = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    return {**described, "kid": f"key-{number}", "use": "sig", "alg": "RS256"}
