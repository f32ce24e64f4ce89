"""The drawing of our pages: values go in, HTML comes out, nobody's words become markup."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from babel.core import UnknownLocaleError, negotiate_locale
from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Mount

from adapters import chart, text
from adapters.webchat import draw as webchat
from adapters.webchat.files import Files
from flows.loader import Scripts
from flows.phrases import Phrases, locale

HERE = Path(__file__).parent
STATIC = "/static"
FILES = Files(STATIC, HERE / "static", webchat.STATIC)
"""The pages look like the practice school, whose colors and type they share."""


class Drawing:
    """Draws pages in the language of who reads them."""

    def __init__(self, scripts: Scripts, sign_ins: Sequence[tuple[str, str]] = ()) -> None:
        """Take the words of these scripts; `sign_ins` are the paths of signing in, each with whose account it takes."""
        self._scripts = scripts
        self._sign_ins = sign_ins

    def page(self, template: str, phrases: Phrases, status: int = 200, **values: Any) -> HTMLResponse:
        """Return the page of a template."""
        page = _ENVIRONMENT.get_template(template)
        told = page.render(say=phrases.say, language=phrases.language, sign_ins=self._sign_ins, **values)
        return HTMLResponse(told, status)

    def sentence(self, request: Request, phrase: str, status: int) -> HTMLResponse:
        """Return a page that says one thing, to somebody of whom only the browser's language is known."""
        return self.page("sentence.html", self.strangers(request), status, told=self.strangers(request).say(phrase))

    def wait(self, request: Request, seconds: int) -> HTMLResponse:
        """Return the page for whoever brought too much that was not good."""
        page = self.sentence(request, "page.wait", 429)
        page.headers["Retry-After"] = str(seconds)
        return page

    def strangers(self, request: Request) -> Phrases:
        """The words for somebody who is not known yet, in the language that their browser asks for first."""
        asked = [each.partition(";")[0].strip() for each in request.headers.get("accept-language", "").split(",")]
        try:
            language = negotiate_locale(asked, [*self._scripts.by_language], sep="-") or "en"
        except (UnknownLocaleError, ValueError):
            language = "en"
        return self._scripts.phrases(language)

    def routes(self) -> list[BaseRoute]:
        """Return the route of our style sheets and pictures."""
        return [Mount(STATIC, FILES)]


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "bars": chart.svg,
        "long_day": lambda day, language: format_date(day, "full", locale(language)),
        "marked": webchat.marked,
        "one_line": text.one_line,
        "static": FILES.address,
        "verbatim": text.verbatim,
    }
    return environment


_ENVIRONMENT = _environment()
