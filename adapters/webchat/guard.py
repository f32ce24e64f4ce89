"""The door of the practice page: whose requests come in, and what a browser may do with the answers."""

from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """ASGI middleware that refuses strange hosts and origins with 403 and adds the security headers.

    The page asks nobody to sign in, so the address is all that protects it: a page elsewhere must neither
    reach it through a name of its own (DNS rebinding: the Host is checked) nor post to it (the Origin is).
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] = ()) -> None:
        """Let in the loopback names on any port and these hosts, each written as "name" or "name:port"."""
        self._app = app
        self._hosts = frozenset(host.casefold() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request with a sentence, or let it through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        reason = self._refusal(scope["method"], Headers(scope=scope))
        app = PlainTextResponse(reason, 403) if reason else self._app
        await app(scope, receive, secured(send))

    def _refusal(self, method: str, headers: Headers) -> str:
        host = headers.get("host", "").casefold()
        if not self._serves(host):
            return "The practice school is not served under this address. Open it as its own log line says."
        origin = headers.get("origin")
        if origin is None:
            return "" if method in _READING else "The practice school takes nothing from requests without an origin."
        if netloc(origin) != host:
            return "The practice school takes nothing from other pages."
        return ""

    def _serves(self, host: str) -> bool:
        name = _hostname(host)
        return name in LOOPBACK or bool({host, name} & self._hosts)


def secured(send: Send, headers: Mapping[str, str] = SECURITY_HEADERS) -> Send:
    """Return a `send` that adds these headers to an answer, but for those that it has itself."""

    async def send_secured(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = MutableHeaders(scope=message)
            for name, value in headers.items():
                own.setdefault(name, value)
        await send(message)

    return send_secured


def netloc(origin: str) -> str:
    """Return the host and port of an Origin header; empty where it is none of a page."""
    try:
        parts = urlsplit(origin.casefold())
    except ValueError:
        return ""
    return parts.netloc if parts.scheme in ("http", "https") else ""


def _hostname(host: str) -> str:
    try:
        return "" if "@" in host else urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
