"""What every page of ours tells the browser, and what no page takes from another one."""

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
_READING = frozenset({"GET", "HEAD"})


class OwnPagesOnly:
    """ASGI middleware: what changes something comes from a page of ours, and nothing is loaded from elsewhere."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before this application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what another page sends with 403, and add the headers to every answer."""
        is_own = scope["method"] in _READING or _is_own(Headers(scope=scope))
        app = self._app if is_own else PlainTextResponse("Leadcycle takes nothing from other pages.\n", 403)
        await app(scope, receive, secured(send, HEADERS))


def _is_own(headers: Headers) -> bool:
    """Whether the page that sends stands at the address to which it sends (the Origin is the Host)."""
    return netloc(headers.get("origin", "")) == headers.get("host", "").casefold() != ""
