"""What every page of ours tells the browser, and what no page takes from another one."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_READING = frozenset({"GET", "HEAD"})


class OwnPagesOnly:
    """ASGI middleware: what changes something comes from a page of ours, and nothing is loaded from elsewhere."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before this application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what another page sends with 403, and add the headers to every answer."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        is_own = scope["method"] in _READING or _is_own(Headers(scope=scope))
        app = self._app if is_own else PlainTextResponse("Leadcycle takes nothing from other pages.\n", 403)
        await app(scope, receive, guarded)


def _is_own(headers: Headers) -> bool:
    """Whether the page that sends stands at the address to which it sends (the Origin is the Host)."""
    return urlsplit(headers.get("origin", "")).netloc.casefold() == headers.get("host", "").casefold() != ""
