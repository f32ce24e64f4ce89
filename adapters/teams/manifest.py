"""The manifest of the district's own Teams app: learn.microsoft.com/microsoft-365/extensibility/schema.

It asks for no permission: in channels and group chats the bot hears only what mentions it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flows.command_table import COMMANDS
from flows.loader import Scripts
from flows.markup import plain

Json = dict[str, Any]

SCHEMA_VERSION = "1.25"
SCHEMA = f"https://developer.microsoft.com/json-schemas/teams/v{SCHEMA_VERSION}/MicrosoftTeams.schema.json"
LOCAL_SCHEMA = SCHEMA.replace(".schema.json", ".Localization.schema.json")
VERSION = "1.0.0"
"""of the app, where nobody gives another: Teams takes a changed package only under a higher one"""
NAME = "Leadcycle"
GROUND = "#0b6b61"
COLOR, OUTLINE = "color.png", "outline.png"
LANGUAGE = "en"
"""of the manifest itself; the others are files beside it"""

MOST_COMMANDS, MOST_TITLE, MOST_TOLD, MOST_DEVELOPER = 12, 32, 128, 32
"""commands of a list, and characters: before schema 1.24 titles had 32 and what is told of them 128, and some clients
still cut there"""

ABOUT: Mapping[str, tuple[str, str, str]] = {
    "en": (
        "Leadcycle: collective leadership cycles",
        "Carries your team through its leadership cycle, in school hours.",
        "Leadcycle is a program that helps a school's leadership team through its cycle: it asks each person the right "
        "question at the right moment, in school hours, and writes down what the team decides, does and learns.\n\n"
        "It writes at most two messages a week to anybody on its own account, and shows nobody who did not answer. "
        "Your district runs it on a computer of its own. In channels it hears only messages that mention it.",
    ),
    "es": (
        "Leadcycle: ciclos de liderazgo colectivo",
        "Acompaña a tu equipo en su ciclo de liderazgo, en horario escolar.",
        "Leadcycle es un programa que ayuda al equipo de liderazgo de una escuela en su ciclo: hace a cada persona la "
        "pregunta adecuada en el momento adecuado, en horario escolar, y anota lo que el equipo decide, hace y "
        "aprende.\n\n"
        "Por su cuenta escribe como mucho dos mensajes por semana a cada persona, y no muestra quién no respondió. Tu "
        "distrito lo usa en una computadora propia. En los canales solo lee los mensajes que lo mencionan.",
    ),
}
"""What the app says of itself before anybody has it, in each language: its full name, and about it short and long."""

_IN_A_GROUP = (
    *("help", "cycle status", "need", "resource", "action", "decide"),
    *("record", "met", "needs", "actions", "decisions", "channel here"),
)
LISTS: Mapping[str, Sequence[str]] = {
    "personal": (
        *("help", "home", "cycle status", "need", "actions mine", "decide"),
        *("ask", "reflect", "leave", "best time", "who sees what", "report"),
    ),
    "team": _IN_A_GROUP,
    "groupChat": _IN_A_GROUP,
}
"""The commands that Teams offers beside the field to write in, by the place; what is pressed there is only typed."""


@dataclass(frozen=True, slots=True)
class App:
    """What is a district's own in its app."""

    id: str
    """of the bot's registration, a GUID"""
    address: str
    """where Leadcycle is reached, https://…"""
    version: str = VERSION
    developer: str = NAME
    """whose app it is, as Teams shows it: at most `MOST_DEVELOPER` characters"""
    website: str = ""
    privacy: str = ""
    terms: str = ""
    """pages that Teams links to, https://…; without one Leadcycle's own address stands there"""


def manifest(app: App, scripts: Scripts) -> Json:
    """Return the manifest, in English; the words of the commands are those that `help` has in these scripts."""
    name, short, full = ABOUT[LANGUAGE]
    return {
        "$schema": SCHEMA,
        "manifestVersion": SCHEMA_VERSION,
        "version": app.version,
        "id": app.id,
        "localizationInfo": {
            "defaultLanguageTag": LANGUAGE,
            "additionalLanguages": [{"languageTag": each, "file": f"{each}.json"} for each in _others()],
        },
        "developer": {
            "name": app.developer,
            "websiteUrl": app.website or app.address,
            "privacyUrl": app.privacy or app.address,
            "termsOfUseUrl": app.terms or app.address,
        },
        "name": {"short": NAME, "full": name},
        "description": {"short": short, "full": full},
        "icons": {"color": COLOR, "outline": OUTLINE},
        "accentColor": GROUND,
        "bots": [_bot(app, scripts)],
        "validDomains": [urlsplit(app.address).hostname],
        "defaultInstallScope": "personal",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot"},
        # From 1.25 on Teams refuses an app for teams without it, whatever the schema says; a private channel can have
        # the app with it: learn.microsoft.com/microsoftteams/platform/build-apps-for-shared-private-channels
        "supportsChannelFeatures": "tier1",
    }


def localizations(scripts: Scripts) -> dict[str, Json]:
    """Return what the manifest says in each of the other languages, by the name of its file."""
    return {f"{language}.json": _localization(language, scripts) for language in _others()}


def _others() -> Iterator[str]:
    return (language for language in ABOUT if language != LANGUAGE)


def _bot(app: App, scripts: Scripts) -> Json:
    lists = [
        {"scopes": [scope], "commands": [_offered(words, LANGUAGE, scripts) for words in listed]}
        for scope, listed in LISTS.items()
    ]
    return {
        "botId": app.id,
        "scopes": list(LISTS),
        "isNotificationOnly": False,
        "supportsFiles": False,
        "supportsCalling": False,
        "supportsVideo": False,
        "commandLists": lists,
    }


def _offered(words: str, language: str, scripts: Scripts) -> Json:
    """One command of a list; raises KeyError for one that nobody can give."""
    known = COMMANDS.commands[words].words
    phrase = "help.title" if known == "help" else f"help.{known.replace(' ', '_')}"
    told = plain(scripts.phrases(language).say(phrase))
    return {"title": known, "description": told[:1].upper() + told[1:]}


def _localization(language: str, scripts: Scripts) -> Json:
    name, short, full = ABOUT[language]
    commands = {
        f"bots[0].commandLists[{place}].commands[{number}].{part}": said
        for place, listed in enumerate(LISTS.values())
        for number, words in enumerate(listed)
        for part, said in _offered(words, language, scripts).items()
    }
    own = {"name.short": NAME, "name.full": name, "description.short": short, "description.full": full}
    return {"$schema": LOCAL_SCHEMA, **own, **commands}
