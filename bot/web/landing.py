"""The page that somebody wanted before they had signed in: they land there afterwards, if it is one of ours."""

import re
from urllib.parse import quote, unquote

from starlette.requests import Request

COOKIE = "leadcycle_wanted"
SECONDS = 3600
"""How long a wanted page is remembered: enough to fetch a link from the chat."""
HOME = "/"
MOST = 500
"""characters of a path with its query"""
_OURS = re.compile(r"/(?:[\w.~-][\w.~%@:+-]*(?:/[\w.~%@:+-]+)*)?(?:\?[\w.~%@:+=&*-]*)?", re.ASCII)
"""A path from the root of this host: no scheme, no host, no backslash, nothing that a browser reads as another one."""


def wanted(request: Request) -> str:
    """Return the path of a page with its query, as it is remembered; empty where it cannot be."""
    query = request.url.query
    path = quote(request.scope["path"], safe="/~@:+") + (f"?{query}" if query else "")
    return quote(path, safe="") if is_ours(path) else ""


def remembered(request: Request) -> str:
    """Return where somebody who signs in now wants to be; the first page where nothing else is remembered."""
    path = unquote(request.cookies.get(COOKIE, ""))
    return path if is_ours(path) else HOME


def is_ours(path: str) -> bool:
    """Whether a browser that is sent there stays with us."""
    return len(path) <= MOST and _OURS.fullmatch(path) is not None
