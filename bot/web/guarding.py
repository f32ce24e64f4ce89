"""What every page of ours tells the browser, and what no page takes from another one."""

from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.webchat.guard import SECURITY_HEADERS, netloc, secured

HEADERS = SECURITY_HEADERS | {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",  # with none at all a browser does not say from which page a form comes
}
REFUSAL = (
    "Leadcycle takes nothing from other pages. If this was one of its own pages, tell whoever runs Leadcycle: its log "
    "says what was refused.\n"
)
LONGEST = 200
"""characters of a strange header that go into the log"""
_READING = frozenset({"GET", "HEAD"})
_USUAL_PORTS = {"http": ":80", "https": ":443"}

log = structlog.get_logger()


class OwnPagesOnly:
    """ASGI middleware: what changes something comes from a page of ours, and nothing is loaded from elsewhere."""

    def __init__(self, app: ASGIApp, public_url: str = "") -> None:
        """Stand before this application, whose pages people open at this address."""
        self._app = app
        self._own = _origin_of(public_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what another page sends with 403, and add the headers to every answer."""
        is_own = scope["method"] in _READING or self._is_own(Headers(scope=scope))
        app = self._app if is_own else PlainTextResponse(REFUSAL, 403)
        await app(scope, receive, secured(send, HEADERS))

    def _is_own(self, headers: Headers) -> bool:
        """Whether the page that sends stands at our public address, or at the one to which it sends (the Host)."""
        origin, host = headers.get("origin", "").casefold(), headers.get("host", "").casefold()
        if origin and (origin == self._own or netloc(origin) == host):
            return True
        log.warning(
            "what another page sent was refused",
            origin=origin[:LONGEST],
            host=host[:LONGEST],
            public_url=self._own,
        )
        return False


def _origin_of(address: str) -> str:
    """Return how a browser names the origin of this address: without its path, and without the usual port."""
    parts = urlsplit(address.casefold())
    place = parts.netloc.rpartition("@")[2].removesuffix(_USUAL_PORTS.get(parts.scheme, ""))
    return f"{parts.scheme}://{place}" if place else ""
