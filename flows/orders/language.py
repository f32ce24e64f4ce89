"""The command that says in which language one is written to: it goes before the account's and the roster's."""

from dataclasses import replace

from ..commands import Call, Command
from ..messages import Button
from ..options import folded
from ..outcome import Outcome, Refused
from ..phrases import locale


def language(call: Call) -> Outcome:
    """Be written to in a language, by its code or its name: `language es`; without one hear which there are."""
    names = {code: _called(code, code) for code in call.room.scripts.languages}
    if not call.rest:
        buttons = (Button(name[:1].upper() + name[1:], f"language {code}") for code, name in names.items())
        theirs = call.room.phrases(call.me).language
        return call.tell(call.say("language.now", name=_called(theirs, theirs)), *buttons)
    code = meant(call, call.rest)
    if code is None:
        raise Refused(call.say("language.unknown", said=call.rest[:40], names=[*names.values()]))
    me = replace(call.me, language=code, chosen_language=code)
    return Outcome((me,)) + replace(call, me=me).tell(call.room.say("language.kept", me, name=_called(code, code)))


def meant(call: Call, words: str) -> str | None:
    """The language that is named: by its code, or as it is called by itself, in English or by the person."""
    phrases = call.room.phrases(call.me)
    bare = " ".join(word for word in map(folded, words.split()) if word not in phrases.words("language.beside"))
    for code in call.room.scripts.languages:
        called = {code.casefold(), *(folded(_called(code, into)) for into in (code, "en", phrases.language))}
        if called & {folded(words), bare}:
            return code
    return None


def _called(code: str, into: str) -> str:
    """The name of a language in a language, as it stands in a sentence."""
    return locale(code).get_language_name(locale(into).language) or code


COMMANDS = (Command("language", "language", language),)
