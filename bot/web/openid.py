"""OpenID Connect: a provider is asked who somebody is, and what it says is believed only where it proves it."""

import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

SCOPE = "openid profile"
"""Entra names the stable id of a person only with `profile`; e-mail is not asked for."""
ALGORITHMS = ["RS256"]
"""with which Slack and Entra sign; a token that names another one is none"""
LEEWAY = 60
"""seconds by which the provider's clock may be off"""
SECONDS = 10.0
"""that the provider has for one answer"""
MOST_BYTES = 200_000
"""of one answer; Entra's keys are about 20,000"""
KEYS_AGAIN = 60.0
"""seconds until keys are asked for once more because of a token that was signed with an unknown one"""

Json = Mapping[str, Any]


class NotProven(Exception):
    """What came back does not prove who came; the message is for the operator and names nobody."""


class Silent(Exception):
    """The provider does not answer, or not as agreed; the message is for the operator."""


@dataclass(frozen=True, slots=True)
class Client:
    """A provider, and Leadcycle as it is registered there."""

    platform: str
    issuer: str
    """who signs, and under whose address the rest is found"""
    id: str
    secret: str
    workspace_claim: str
    user_claim: str
    """in which the token tells the stable ids by which the platform knows the person, too"""
    back: str
    """the address to which the provider sends people back"""


@dataclass(frozen=True, slots=True)
class Proven:
    """Whom the provider has signed in: the ids of their workspace and of their account there."""

    workspace: str
    user: str


class Provider:
    """Asks one provider; what it says of itself is asked once and kept."""

    def __init__(self, client: Client) -> None:
        """Bind it to the registration."""
        self.client = client
        self._metadata: Json | None = None
        self._keys: KeySet | None = None
        self._keys_at = 0.0

    async def address(self, pocket: str) -> str:
        """Return where the person signs in; `pocket` is a secret that their browser keeps until they come back.

        Raises Silent.
        """
        metadata = await self._described()
        return str(
            prepare_grant_uri(
                metadata["authorization_endpoint"],
                client_id=self.client.id,
                response_type="code",
                redirect_uri=self.client.back,
                scope=SCOPE,
                state=state_of(pocket),
                nonce=_from(pocket, "nonce"),
                code_challenge=create_s256_code_challenge(_from(pocket, "verifier")),
                code_challenge_method="S256",
            )
        )

    async def who(self, pocket: str, code: str) -> Proven:
        """Return whom the provider signed in, by the code with which they came back; raises NotProven or Silent."""
        metadata = await self._described()
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.client.back,
            "client_id": self.client.id,
            "client_secret": self.client.secret,
            "code_verifier": _from(pocket, "verifier"),
        }
        told = await self._ask(metadata["token_endpoint"], asked)
        if not isinstance(told.get("id_token"), str):
            raise NotProven(f"the code was not taken: {_word(told.get('error'))}")
        claims = await self._checked(told, _from(pocket, "nonce"))
        workspace, user = claims.get(self.client.workspace_claim), claims.get(self.client.user_claim)
        if not (isinstance(workspace, str) and isinstance(user, str) and workspace and user):
            raise NotProven("the token names no account")
        return Proven(workspace, user)

    async def _checked(self, told: Json, nonce: str) -> Json:
        """The claims of the token, if it was signed by the provider, for us, now, and for this very sign-in."""
        options = {
            "iss": {"essential": True, "value": self.client.issuer},
            "aud": {"essential": True, "value": self.client.id},
            "nonce": {"essential": True, "value": nonce},
        }
        params = {"client_id": self.client.id, "access_token": told.get("access_token")}
        try:
            token = await self._signed(told["id_token"])
            CodeIDToken(token.claims, token.header, options, params).validate(leeway=LEEWAY)
        except (JoseError, ValueError, TypeError) as fault:
            raise NotProven(f"the token does not hold: {type(fault).__name__} {_word(str(fault))}") from fault
        return token.claims

    async def _signed(self, written: str) -> jwt.Token:
        registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        try:
            return jwt.decode(written, await self._key_set(), registry=registry)
        except InvalidKeyIdError:  # the provider has new keys by now
            return jwt.decode(written, await self._key_set(again=True), registry=registry)

    async def _described(self) -> Json:
        """What the provider says of itself; only an issuer that names itself is one (OpenID Connect Discovery, 4.3)."""
        if self._metadata is None:
            found = await self._ask(f"{self.client.issuer}/.well-known/openid-configuration")
            addresses = [found.get(each) for each in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
            if found.get("issuer") != self.client.issuer:
                raise Silent("it calls itself by another name than the issuer that was asked")
            if not all(isinstance(each, str) and _is_safe(each) for each in addresses):
                raise Silent("it names no safe addresses for signing in")
            self._metadata = found
        return self._metadata

    async def _key_set(self, *, again: bool = False) -> KeySet:
        is_old = again and time.monotonic() - self._keys_at > KEYS_AGAIN
        if self._keys is None or is_old:
            named: Any = await self._ask((await self._described())["jwks_uri"])
            self._keys, self._keys_at = KeySet.import_key_set(named), time.monotonic()
        return self._keys

    async def _ask(self, address: str, form: Mapping[str, str] | None = None) -> Json:
        timeout = aiohttp.ClientTimeout(total=SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.request("POST" if form else "GET", address, data=form, allow_redirects=False) as answer,
            ):
                found = json.loads(await _body(answer))
        except (aiohttp.ClientError, TimeoutError, ValueError) as fault:
            raise Silent(f"{urlsplit(address).hostname} does not answer ({type(fault).__name__})") from fault
        if not isinstance(found, dict):
            raise Silent(f"{urlsplit(address).hostname} answers what cannot be read")
        return found


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    """The answer's body; raises ValueError for one that is too long."""
    body = b""
    async for chunk in answer.content.iter_any():
        body += chunk
        if len(body) > MOST_BYTES:
            raise ValueError("too long")
    return body


def state_of(pocket: str) -> str:
    """Return what comes back with the person and shows that this browser was sent."""
    return _from(pocket, "state")


def is_from(pocket: str, state: str) -> bool:
    """Whether a person came back to the browser that was sent."""
    return bool(pocket) and hmac.compare_digest(state_of(pocket).encode(), state.encode())


def _from(pocket: str, use: str) -> str:
    """One of the three secrets of a sign-in; none of them tells the others, nor the pocket."""
    return sha256(f"{use} {pocket}".encode()).hexdigest()


def _is_safe(address: str) -> bool:
    """Whether nobody on the way can read along; a provider on this computer may do without."""
    parts = urlsplit(address)
    return parts.scheme == "https" or parts.hostname in ("127.0.0.1", "localhost", "::1")


def _word(said: object) -> str:
    """The start of what a provider said, for the log."""
    return str(said)[:80]
