"""What platforms add to a message by themselves, said in the language of the message."""

from collections.abc import Callable
from contextvars import ContextVar
from functools import cache, wraps
from typing import Concatenate, ParamSpec, TypeVar

from flows import markup
from flows.loader import Scripts, load_scripts
from flows.markup import plain
from flows.messages import Form, Message

Shown = TypeVar("Shown", Message, Form)
More = ParamSpec("More")
Drawn = TypeVar("Drawn")

_LANGUAGE: ContextVar[str] = ContextVar("language", default="en")
_CALL: ContextVar[str] = ContextVar("call", default=markup.BY_SLASH)
_OWN: list[Scripts] = []


def use(scripts: Scripts) -> None:
    """Take the words of these scripts from now on; those that come with Leadcycle are taken else."""
    _OWN[:] = [scripts]


def say(phrase: str, language: str = "", **words: object) -> str:
    """Return a phrase as plain words, in this language or in that of the message which is being drawn."""
    scripts = _OWN[0] if _OWN else _shipped()
    return plain(scripts.phrases(language or _LANGUAGE.get()).say(phrase, **words))


def in_its_language(draw: Callable[Concatenate[Shown, More], Drawn]) -> Callable[Concatenate[Shown, More], Drawn]:
    """Draw a message or form so that what is added to it is said in its own language."""

    @wraps(draw)
    def drawn(shown: Shown, /, *args: More.args, **kwargs: More.kwargs) -> Drawn:
        before = _LANGUAGE.set(shown.language)
        try:
            return draw(shown, *args, **kwargs)
        finally:
            _LANGUAGE.reset(before)

    return drawn


def called_by(call: str) -> Callable[[Callable[More, Drawn]], Callable[More, Drawn]]:
    """Draw with these words before each command that is named: the way in which a platform's people call us."""

    def decorated(draw: Callable[More, Drawn]) -> Callable[More, Drawn]:
        @wraps(draw)
        def drawn(*args: More.args, **kwargs: More.kwargs) -> Drawn:
            before = _CALL.set(call)
            try:
                return draw(*args, **kwargs)
            finally:
                _CALL.reset(before)

        return drawn

    return decorated


def called(marked_up: str) -> str:
    """Return marked-up text with the words that are before commands on the platform for which it is drawn."""
    return markup.called(marked_up, _CALL.get())


@cache
def _shipped() -> Scripts:
    return load_scripts()
