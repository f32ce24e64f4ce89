"""Our own token for the connector: one for all, had from Microsoft off the event loop."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from time import monotonic
from typing import Any

import msal
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate

SECONDS = 5
"""for each request to Microsoft's login"""
EARLY = 300.0
"""seconds before its end at which a token is not used any more"""


class NoToken(Exception):
    """Microsoft gives us no token as we are set up; the message is for the operator."""


class Token:
    """The one token of the bot, from the client credentials of its tenant."""

    def __init__(
        self,
        app: str,
        credential: str | Mapping[str, str],
        authority: str,
        scope: str,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Bind it to the registration of the bot; `authority` names login and tenant."""
        self._app = app
        self._credential = credential
        self._authority = authority
        self._scope = scope
        self._clock = clock
        self._token = ""
        self._until = float("-inf")
        self._fetching: asyncio.Task[str] | None = None

    async def get(self) -> str:
        """Return the token; raises NoToken, or OSError where Microsoft cannot be asked."""
        if self._token and self._clock() < self._until:
            return self._token
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._fetch())
        return await asyncio.shield(self._fetching)

    def forget(self, token: str) -> None:
        """Use this token no more: the connector does not take it."""
        if token == self._token:
            self._token = ""

    async def _fetch(self) -> str:
        try:
            given = await asyncio.to_thread(self._ask)
        finally:
            self._fetching = None
        token = given.get("access_token")
        if not token:
            code = next(iter(given.get("error_codes") or ()), given.get("error") or "no reason")
            raise NoToken(
                f"Microsoft gives no token for TEAMS_APP_ID ({code}). Look at TEAMS_APP_ID, TEAMS_TENANT_ID and the "
                "secret or certificate of the bot's registration; secrets end after a while."
            )
        self._token, self._until = str(token), self._clock() + float(given.get("expires_in") or 0) - EARLY
        return self._token

    def _ask(self) -> Mapping[str, Any]:
        """Ask, outside the event loop: MSAL waits. An hour later another client asks; this one holds no connection."""
        try:
            client = msal.ConfidentialClientApplication(
                self._app,
                client_credential=self._credential,
                authority=self._authority,
                instance_discovery=False,
                timeout=SECONDS,
            )
            with closing(client.http_client):
                return dict(client.acquire_token_for_client(scopes=[self._scope]))
        except ValueError as fault:  # so MSAL says that it found no such tenant, or a credential that it cannot read
            raise NoToken(f"Microsoft gives no token for TEAMS_APP_ID: {type(fault).__name__}.") from fault


def credential(password: str, certificate: Path | None) -> str | dict[str, str]:
    """Return what proves who we are: the client secret, or key and certificate of a PEM file.

    Raises OSError where the file cannot be read, and ValueError where it holds something else.
    """
    if certificate is None:
        return password
    written = certificate.read_bytes()
    try:
        load_pem_private_key(written, None)
        load_pem_x509_certificate(written)
    except (ValueError, TypeError, UnsupportedAlgorithm) as fault:
        raise ValueError("it holds no private key and certificate in PEM, without a password") from fault
    pem = written.decode("ascii", "replace")
    return {"private_key": pem, "public_certificate": pem}
