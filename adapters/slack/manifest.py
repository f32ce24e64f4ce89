"""The manifest from which a district makes its own Slack app, and what the app asks for."""

from collections.abc import Mapping
from typing import Any

from .payloads import KEEPS, PATH

Json = dict[str, Any]

NAME = "Leadcycle"
OAUTH_PATH = "/slack/oauth"
"""where Slack sends whoever lets the app into one more workspace"""
SCOPES: Mapping[str, str] = {
    "chat:write": "post questions and cards, and change or delete its own posts",
    "commands": "offer `/decide`, `/leadcycle` and the shortcuts on a message",
    "im:write": "begin the private conversation with each person of the roster",
    "im:history": "hear what people write to Leadcycle in that conversation",
    "users:read": "know people's names and languages, and whose account is deactivated",
    "users:read.email": "find the people of the roster by their e-mail",
    "files:write": "show the picture of a chart, where Slack cannot draw the chart itself",
    "channels:read": "notice that it was invited to a team's public channel",
    "groups:read": "notice that it was invited to a team's private channel",
    "channels:history": "look whether its own post arrived in a team's public channel, when that is in doubt",
    "groups:history": "the same in a team's private channel",
}
"""What the bot may do, each with what it is for. The README shows it, and the doctor looks whether it was granted."""
EVENTS = (
    "app_home_opened",
    "app_uninstalled",
    "member_joined_channel",
    "message.im",
    "team_join",
    "tokens_revoked",
    "user_change",
)
"""What Slack tells the app without being asked. Messages in channels are not among it."""
COMMANDS: Mapping[str, tuple[str, str]] = {
    "/decide": ("Ask your team for a decision, or tell one", "[Should we …?]"),
    "/leadcycle": ("Give any command; help lists what you can do now", "[help, cycle status, need …, action …]"),
}
"""Each slash command with its description and what may stand after it."""
SHORTCUTS: Mapping[str, tuple[str, str]] = {
    "keep_need": ("Keep as a need", "Your message becomes one of your team's needs"),
    "keep_resource": ("Keep as a resource", "Your message becomes something that your team can draw on"),
    "keep_evidence": ("Keep as evidence", "Your message says what you saw of one of your team's actions"),
}
"""Each of the shortcuts on a message with its name and description."""


def manifest(public_url: str = "") -> Json:
    """Return the manifest of an app that Slack reaches at `public_url`; without one it uses Socket Mode."""
    address = public_url.rstrip("/") + PATH if public_url else ""
    to_us = {"request_url": address} if address else {}
    return {
        "_metadata": {"major_version": 2},
        "display_information": {
            "name": NAME,
            "description": "Carries your team through its leadership cycle: the right question at the right moment.",
            "background_color": "#1f4e5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": NAME, "always_online": True},
            "shortcuts": [_shortcut(key, *SHORTCUTS[key]) for key in KEEPS],
            "slash_commands": [_command(name, *words, address) for name, words in COMMANDS.items()],
        },
        "oauth_config": {**_door(public_url), "scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**to_us, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **to_us},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not address,
            "token_rotation_enabled": False,
        },
    }


def _door(public_url: str) -> Json:
    return {"redirect_urls": [public_url.rstrip("/") + OAUTH_PATH]} if public_url else {}


def _shortcut(key: str, name: str, description: str) -> Json:
    return {"name": name, "type": "message", "callback_id": key, "description": description}


def _command(name: str, description: str, hint: str, address: str) -> Json:
    url = {"url": address} if address else {}
    return {"command": name, **url, "description": description, "usage_hint": hint, "should_escape": False}
