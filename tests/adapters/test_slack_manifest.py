"""The manifest of the Slack app: Slack takes it, and it asks for what the adapter uses and for nothing else."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from jsonschema_rs import Draft7Validator
from slack_sdk.web.async_client import AsyncWebClient

import adapters.slack
from adapters.slack.app import PATH
from adapters.slack.manifest import COMMANDS, EVENTS, SCOPES, manifest
from adapters.slack.payloads import KEEPS

SCHEMA = Draft7Validator(
    json.loads((Path(__file__).parent / "schemas" / "slack-manifest-2.0.0.json").read_text(encoding="utf-8"))
)
SOURCES = {file.name: file.read_text("utf-8") for file in Path(adapters.slack.__file__).parent.glob("*.py")}
ADDRESS = "https://leadcycle.school.example"

# Slack's own commands: slack.com/help/articles/201259356-Use-built-in-slash-commands, with their other names.
BUILT_IN = """
/active /apps /archive /away /call /close /collapse /dm /dnd /expand /feed /feedback /invite /invite_people /join /keys
/kick /leave /me /msg /mute /open /part /prefs /remind /remove /rename /s /search /shortcuts /shrug /star /status /topic
/who
"""

# Which scopes each method, event and feature wants: docs.slack.dev/reference, November 2026.
METHODS: Mapping[str, tuple[str, ...]] = {
    "apps_connections_open": (),  # it wants the app's own token
    "auth_test": (),
    "chat_delete": ("chat:write",),
    "chat_postMessage": ("chat:write",),
    "chat_update": ("chat:write",),
    "conversations_history": ("im:history", "channels:history", "groups:history"),
    "conversations_open": ("im:write",),
    "files_upload_v2": ("files:write",),
    "oauth_v2_access": (),  # it wants the app's own secret
    "conversations_replies": ("im:history", "channels:history", "groups:history"),
    "users_list": ("users:read", "users:read.email"),
    "views_open": (),
    "views_publish": (),
    "views_update": (),
}
SUBSCRIPTIONS: Mapping[str, tuple[str, ...]] = {
    "app_home_opened": (),
    "app_uninstalled": (),
    "member_joined_channel": ("channels:read", "groups:read"),
    "message.im": ("im:history",),
    "team_join": ("users:read", "users:read.email"),
    "tokens_revoked": (),
    "user_change": ("users:read", "users:read.email"),
}
FEATURES = ("commands",)
"""slash commands, and shortcuts too"""


@pytest.mark.parametrize("address", ["", ADDRESS, f"{ADDRESS}/cycle/"])
def test_slack_takes_the_manifest(address: str) -> None:
    assert [error.message for error in SCHEMA.iter_errors(manifest(address))] == []


def test_the_schema_refuses_what_slack_refuses() -> None:
    drawn = manifest(ADDRESS)
    drawn["features"]["shortcuts"][0]["name"] = "x" * 25
    assert not SCHEMA.is_valid(drawn)


def test_everything_that_slack_calls_is_the_one_address() -> None:
    drawn = manifest(f"{ADDRESS}/")
    settings, commands = drawn["settings"], drawn["features"]["slash_commands"]

    called = {command["url"] for command in commands}
    called |= {settings[part]["request_url"] for part in ("event_subscriptions", "interactivity")}
    assert called == {ADDRESS + PATH}
    assert settings["socket_mode_enabled"] is False


def test_with_socket_mode_nothing_is_called() -> None:
    drawn = manifest()
    assert drawn["settings"]["socket_mode_enabled"] is True
    assert "url" not in json.dumps(drawn)


def test_people_can_write_in_the_messages_tab_and_have_a_home() -> None:
    assert manifest()["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }


def test_no_command_has_the_name_of_one_that_slack_has_itself() -> None:
    assert not set(BUILT_IN.split()) & set(COMMANDS)
    assert all(re.fullmatch(r"/[a-z]{2,31}", name) for name in COMMANDS)


def test_each_shortcut_that_is_understood_is_offered() -> None:
    offered = manifest()["features"]["shortcuts"]
    assert [each["callback_id"] for each in offered] == list(KEEPS)
    assert [each["name"] for each in offered] == [
        "Keep as a need",
        "Keep as a resource",
        "Keep as evidence",
    ]


def test_each_event_that_is_read_is_subscribed_to_and_no_other() -> None:
    subscribed = [event.partition(".")[0] for event in EVENTS]
    assert sorted(subscribed) == sorted(set(events_read()))


def events_read() -> Iterator[str]:
    """The types of events for which payloads.py has a case."""
    for node in ast.walk(ast.parse(SOURCES["payloads.py"])):
        if isinstance(node, ast.Match) and ast.unparse(node.subject).startswith("event."):
            for case in node.cases:
                patterns = (each for each in ast.walk(case.pattern) if isinstance(each, ast.MatchValue))
                yield from (str(ast.literal_eval(each.value)) for each in patterns)


def test_each_scope_that_is_used_is_asked_for_and_no_other() -> None:
    called = {METHODS[name] for source in SOURCES.values() for name in methods_called(source)}
    told = {SUBSCRIPTIONS[event] for event in EVENTS}

    assert {scope for scopes in (*called, *told, FEATURES) for scope in scopes} == set(SCOPES)
    assert manifest()["oauth_config"]["scopes"] == {"bot": list(SCOPES)}


def methods_called(source: str) -> Iterator[str]:
    """The methods of the Web API that are called here."""
    for name in re.findall(r"\.([a-z]+_[A-Za-z_0-9]+)\(", source):
        if hasattr(AsyncWebClient, name):
            yield name
