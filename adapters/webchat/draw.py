"""The drawing of the page and its pieces: values go in, HTML comes out, nobody's words become markup."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from adapters import chart, text
from adapters.wording import in_its_language
from flows.markup import spans
from flows.messages import Form, Message

from . import words
from .board import Line, Standing
from .fields import drawn
from .files import Files
from .looks import Shown
from .views import ROOT, View, path_of

HERE = Path(__file__).parent
STATIC = HERE / "static"
FILES = Files(f"{ROOT}/static", STATIC)
TINTS = 8
"""how many colors people are told apart by"""


def page(view: View, shown: Shown, version: int, welcome: bool) -> str:
    """Return the whole page; its stream goes on from `version`."""
    template = _ENVIRONMENT.get_template("page.html")
    return template.render(view=view, shown=shown, version=version, welcome=welcome)


def lines(lines: Sequence[Line], view: View) -> str:
    """Return lines that are new or drawn anew; the page knows by their numbers where they belong."""
    return _piece("added", lines, view) if lines else ""


def frame(view: View, shown: Shown) -> str:
    """Return what stands around the conversation: the bar's words and the dots."""
    return _piece("framed", view, shown)


def moved(standing: Standing, sentence: str) -> str:
    """Return the bar after the clock has moved, and a sentence about it."""
    return _piece("moved", standing, sentence)


def note(message: Message, view: View, key: str, line: int, newest: int) -> str:
    """Return a message for nobody else: beneath the line it is about, or after the newest line."""
    return _piece("noted", message, view, f"note-{key}", line, newest)


def renote(message: Message, view: View, note: str, line: int) -> str:
    """Return a message that takes the place of such a note."""
    return _piece("renoted", message, view, note, line)


@in_its_language
def form(form: Form, view: View, line: int, note: str) -> str:
    """Return the form for the page's dialog; `line` or `note` is where it was opened."""
    return _piece("opened", form, drawn(form.fields), view.path, line, note)


def problems(keys: Sequence[str], sentences: Mapping[str, str]) -> str:
    """Return each field's sentence, empty where all is well; one for no field stands beside the buttons."""
    other = " ".join(sentence for key, sentence in sentences.items() if key not in keys)
    return _piece("problems", [sentences.get(key, "") for key in keys], other)


def _piece(name: str, *values: object) -> str:
    return str(getattr(_ENVIRONMENT.get_template("answers.html").module, name)(*values))


def marked(marked_up: str) -> Markup:
    """Return marked-up text with its bold runs as HTML; everything else in it is characters."""
    bold = Markup("<strong>{}</strong>")
    return Markup().join(bold.format(run) if strong else escape(run) for run, strong in spans(text.clean(marked_up)))


def _tint(view: View, author: str) -> int:
    ids = [person.id for person in view.people]
    return ids.index(author) % TINTS if author in ids else 0


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
        "clock": words.clock,
        "day": words.day,
        "initials": words.initials,
        "marked": marked,
        "names": words.names,
        "one_line": text.one_line,
        "path_of": path_of,
        "short_day": words.short_day,
        "static": FILES.address,
        "submit": text.submit,
        "tint": _tint,
        "verbatim": text.verbatim,
    }
    return environment


_ENVIRONMENT = _environment()
