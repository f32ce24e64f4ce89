"""What Slack sends to an app, as docs.slack.dev/reference/interaction-payloads shows it; pure."""

from dataclasses import dataclass
from typing import Any

from tests.slack import elements
from tests.slack.sights import Post, View, message
from tests.slack.wire import Json

TOKEN = "verification-token"
DOMAIN = "riverside"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the workspace."""

    id: str
    name: str
    token: str
    team: str


@dataclass(frozen=True, slots=True)
class Scene:
    """Who does something in which workspace with which app; the trigger id opens one form."""

    person: Person
    team: str
    app: str
    trigger: str


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation, and the address for answers there."""

    channel: str
    name: str
    response_url: str


def command(scene: Scene, place: Place, name: str, text: str) -> dict[str, str]:
    """Return the fields of a slash command."""
    return {
        "token": TOKEN,
        "team_id": scene.team,
        "team_domain": DOMAIN,
        "channel_id": place.channel,
        "channel_name": place.name,
        "user_id": scene.person.id,
        "user_name": scene.person.name,
        "command": name,
        "text": text,
        "api_app_id": scene.app,
        "is_enterprise_install": "false",
        "response_url": place.response_url,
        "trigger_id": scene.trigger,
    }


def pressed_in_message(scene: Scene, place: Place, post: Post, action: Json) -> Json:
    """Return what is sent of a button in a message; one that only this person sees is not sent with it."""
    container = {"type": "message", "message_ts": post.ts, "channel_id": post.channel}
    return {
        **_common("block_actions", scene),
        "container": {**container, "is_ephemeral": post.only_for is not None},
        "channel": {"id": place.channel, "name": place.name},
        **({} if post.only_for else {"message": message(post)}),
        "state": {"values": elements.state(post.blocks, {})},
        "response_url": place.response_url,
        "actions": [action],
    }


def pressed_in_view(scene: Scene, view: Json, action: Json) -> Json:
    """Return what is sent of a button in a modal or on the Home."""
    container = {"type": "view", "view_id": view["id"]}
    return {**_common("block_actions", scene), "container": container, "view": view, "actions": [action]}


def submitted(scene: Scene, view: Json) -> Json:
    """Return what is sent of a modal that was filled in."""
    return {**_common("view_submission", scene), "view": view, "response_urls": []}


def closed(scene: Scene, view: View, everything: bool) -> Json:
    """Return what is sent of a closed modal: not what was typed, and nothing to open another one with."""
    common = _common("view_closed", scene)
    del common["trigger_id"]
    return {**common, "view": view.payload, "is_cleared": everything}


def shortcut(scene: Scene, callback: str, at: str) -> Json:
    """Return what is sent of a shortcut that was used anywhere."""
    return {**_common("shortcut", scene), "callback_id": callback, "action_ts": at}


def shortcut_on_message(scene: Scene, place: Place, post: Post, callback: str, at: str) -> Json:
    """Return what is sent of a shortcut that was used on a message."""
    return {
        **_common("message_action", scene),
        "callback_id": callback,
        "action_ts": at,
        "channel": {"id": place.channel, "name": place.name},
        "message_ts": post.ts,
        "message": message(post),
        "response_url": place.response_url,
    }


def _common(kind: str, scene: Scene) -> dict[str, Any]:
    person = scene.person
    return {
        "type": kind,
        "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team},
        "team": {"id": scene.team, "domain": DOMAIN},
        "api_app_id": scene.app,
        "token": TOKEN,
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": scene.trigger,
    }
