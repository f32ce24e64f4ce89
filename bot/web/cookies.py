"""The few things that a browser keeps for us: nothing in it is read by scripts or sent along by other pages."""

from datetime import timedelta

from starlette.responses import Response

from flows import entering

from . import landing
from .visitors import COOKIE


class Cookies:
    """Gives cookies and takes them back."""

    def __init__(self, is_secure: bool) -> None:
        """With `is_secure` they travel over HTTPS only."""
        self._is_secure = is_secure

    def give(self, response: Response, name: str, value: str, path: str, seconds: int) -> None:
        """Let the browser keep a value for so long, and send it with requests under this path."""
        response.set_cookie(name, value, seconds, path=path, httponly=True, samesite="lax", secure=self._is_secure)

    def welcome(self, response: Response, token: str, days: int | None = None) -> None:
        """Let the browser keep the token of a visit that begins, for so many days; where it wanted to go it is now."""
        lasts = timedelta(days=days) if days else entering.LONGEST
        self.give(response, COOKIE, token, "/", int(lasts.total_seconds()))
        response.delete_cookie(landing.COOKIE, "/")
