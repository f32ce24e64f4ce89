"""What Slack sends, read as our events; nothing for what is not said to us."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.base import Account
from flows.events import Event, Filled, Said

from . import render, returned

Json = Mapping[str, Any]
Names = Mapping[str, str]
"""what to call people, by their accounts"""
NOBODY: Names = {}

PLATFORM = "slack"
PATH = "/slack/events"
"""where Slack reaches us over HTTP"""
AT_HOME = Said("home", pressed=True)
"""what opening the Home says"""
KEEPS = {
    "keep_need": "need as written",
    "keep_resource": "resource as written",
    "keep_evidence": "evidence as written",
}
"""The message shortcuts: what each says before the words of the message."""

_ID = re.compile(r"[\w.:-]{0,255}", re.ASCII)
_MENTION = re.compile(r"<@(?P<user>\w+)(?:\|(?P<label>[^<>]*))?>", re.ASCII)
_LINK = re.compile(r"<(?P<target>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")


@dataclass(frozen=True, slots=True)
class LetGo:
    """A workspace takes nothing from us any more."""

    workspace: str
    reason: str
    at: datetime


News = tuple[str, Account] | LetGo | None
"""of a workspace: one of its people, or that it lets go of us"""


@dataclass(frozen=True, slots=True)
class Heard:
    """An event, with the ways in which Slack lets us answer it at once."""

    event: Event
    trigger: str = ""
    """opens a modal, once, within three seconds"""
    answer_url: str = ""
    """takes a note, or a card in place of the pressed message"""
    view: Json | None = None
    """the modal that was submitted or pressed, or the Home that was pressed"""
    post: str = ""
    """the time stamp of the message that was pressed, or from which the submitted form was opened"""
    is_submission: bool = False
    is_note: bool = False
    """whether what was pressed is itself a note that only this person sees"""

    @property
    def is_in_modal(self) -> bool:
        """Whether it was done in a modal, which then shows the answer."""
        return self.view is not None and self.view.get("type") == "modal"

    @property
    def is_at_home(self) -> bool:
        """Whether something was pressed on the Home, or filled in from there: it reads differently afterwards."""
        from_home = self.is_submission and not self.event.place
        return from_home or (self._is_on_home and not self.opens_home)

    def home(self) -> "Heard":
        """The opening of the person's Home that follows from it, for the same team."""
        return Heard(replace(self.event, key=f"{self.event.key}:home", what=AT_HOME, owed=False))

    @property
    def opens_home(self) -> bool:
        """Whether the person opened the Home, or chose its team there: the answer is drawn on it."""
        return self.event.what == AT_HOME and (self._is_on_home or not self.trigger)

    @property
    def _is_on_home(self) -> bool:
        return self.view is not None and self.view.get("type") == "home"


def mentioned(body: Json) -> frozenset[str]:
    """Return whom a written message names, by their accounts; raises as `read` does."""
    message: Json = body.get("event") or body.get("message") or {}
    return frozenset(found["user"] for found in _MENTION.finditer(str(message.get("text") or "")))


def read(body: Json, now: datetime, names: Names = NOBODY) -> Heard | None:
    """Return what a request of Slack's means; `now` is its moment where Slack says none, `names` are of accounts.

    Raises an error of any kind where its shape is not Slack's. Whether it is meant for our app is not asked:
    its signature says that, because each app has a secret of its own.
    """
    heard = _read(body, now, names)
    if heard is None:
        return None
    event = heard.event
    _require_ids(event.workspace, event.user, event.place, event.key)
    return replace(heard, event=replace(event, user="")) if _is_foreign(body) else heard


def _require_ids(*ids: str) -> None:
    if not all(map(_ID.fullmatch, ids)):
        raise ValueError("an id has a form that Slack's ids do not have")


def _is_foreign(body: Json) -> bool:
    """Whether it was done by somebody of another workspace, in a channel that is shared with it.

    An organisation has its people in several workspaces: there only the account tells who is on the roster.
    """
    event: Json = body.get("event") or {}
    authorized: Json = next(iter(body.get("authorizations") or ()), {})
    if body.get("enterprise") or body.get("enterprise_id") or authorized.get("enterprise_id"):
        return False
    user = body.get("user") or {}
    theirs = {event.get("user_team"), event.get("source_team"), user.get("team_id")}
    return not theirs <= {None, _workspace(body)}


def _read(body: Json, now: datetime, names: Names) -> Heard | None:
    match body.get("type"):
        case "event_callback":
            return _event(body, names)
        case "block_actions":
            return _pressed(body)
        case "view_submission":
            return _submitted(body, now)
        case "message_action":
            return _kept(body, now, names)
        case None if "command" in body:
            return _ordered(body, now)
    return None


def _event(body: Json, names: Names) -> Heard | None:
    event = body.get("event") or {}
    match event.get("type"):
        case "message":
            return _typed(body, event, names)
        case "member_joined_channel" if event.get("inviter") and event.get("user") in _us(body):
            return Heard(_invited(body, event))
        case "app_home_opened" if event.get("tab") == "home":
            key = f"home:{event.get('user')}:{body.get('event_id')}"
            return Heard(_at_home(body, key, str(event.get("user") or ""), _moment(event.get("event_ts"))))
    return None


def news(body: Json) -> News:
    """Return what a request of Slack's tells of a workspace and one of its people; raises as `read` does."""
    event = (body.get("event") or {}) if body.get("type") == "event_callback" else {}
    workspace = _workspace(body)
    _require_ids(workspace)
    match event.get("type"):
        case "user_change" | "team_join" if isinstance(event.get("user"), Mapping):
            known = account(event["user"], workspace)
            return (workspace, known) if known else None
        case "app_uninstalled":
            return LetGo(workspace, "the app was removed", _within(body["event_time"]))
        case "tokens_revoked" if (event.get("tokens") or {}).get("bot"):
            return LetGo(workspace, "its token was revoked", _within(body["event_time"]))
    return None


def account(user: Json, workspace: str) -> Account | None:
    """Return what Slack says of a person of this workspace; None for bots and people of other workspaces.

    Shared channels tell of other workspaces' people too. Their e-mail is what their own administrators wrote
    there, and must make nobody a member.
    """
    homes = {user.get("team_id") or workspace, *((user.get("enterprise_user") or {}).get("teams") or ())}
    if workspace not in homes or user.get("is_bot") or user.get("id") == "USLACKBOT":
        return None
    profile = user.get("profile") or {}
    name = profile.get("real_name") or user.get("real_name") or profile.get("display_name") or user.get("name") or ""
    return Account(
        user=str(user.get("id") or ""),
        name=str(name).strip(),
        email=str(profile.get("email") or "").casefold(),
        language=str(user.get("locale") or ""),
        zone=str(user.get("tz") or ""),
        is_active=not user.get("deleted"),
    )


def _us(body: Json) -> set[str]:
    return {str(each.get("user_id")) for each in body.get("authorizations") or () if each.get("is_bot")}


def _invited(body: Json, event: Json) -> Event:
    """Whoever invites us to a channel makes it their team's."""
    key = f"joined:{event.get('channel')}:{body.get('event_id')}"
    at, place = _moment(event.get("event_ts")), str(event.get("channel") or "")
    return Event(key, PLATFORM, _workspace(body), str(event["inviter"]), place, False, at, Said("channel here", True))


def _typed(body: Json, event: Json, names: Names) -> Heard | None:
    """Words in the direct conversation; edits, joins and what bots write are not for us."""
    is_ours = event.get("channel_type") == "im" and not event.get("bot_id") and "user" in event
    if not is_ours or event.get("subtype") not in (None, "file_share"):
        return None
    key = f"message:{event.get('channel')}:{event.get('ts')}"
    return Heard(
        Event(
            key=key,
            platform=PLATFORM,
            workspace=_workspace(body),
            user=str(event["user"]),
            place=str(event["channel"]),
            private=True,
            at=_moment(event.get("ts")),
            what=Said(plain(event.get("text") or "", {**names, **dict.fromkeys(_us(body), "leadcycle")})),
        )
    )


def _at_home(body: Json, key: str, user: str, at: datetime) -> Event:
    return Event(key, PLATFORM, _workspace(body), user, "", False, at, AT_HOME, answerable=True)


def _ordered(body: Json, now: datetime) -> Heard:
    """A slash command: `/leadcycle` stands before any command, every other one is a command itself.

    Our manifest asks for its words as they were typed: what looks like a link or a mention there is none. Whether the
    three characters are escaped all the same, Slack's documentation does not say.
    """
    verb, words = str(body["command"]).removeprefix("/"), _unescaped(body.get("text") or "")
    said = words if verb == "leadcycle" else f"{verb} {words}"
    event = _done(body, f"command:{body['trigger_id']}", Said(said.strip() or "help", pressed=True), now)
    return Heard(event, trigger=body["trigger_id"], answer_url=body.get("response_url", ""))


def _pressed(body: Json) -> Heard | None:
    """A button; whatever else changes in a form is read when it is sent."""
    action: Json = next(iter(body.get("actions") or ()), {})
    if action.get("type") != "button" or not action.get("value"):
        return None
    says, about = returned.pressed(dict(action))
    where = body.get("container") or {}
    on = where.get("message_ts") or where.get("view_id")
    key = f"press:{_user(body)}:{on}:{action.get('action_id')}:{action.get('action_ts')}"
    event = _done(body, key, Said(says, pressed=True), _moment(action.get("action_ts")), about)
    heard = Heard(
        event,
        trigger=body.get("trigger_id", ""),
        answer_url=body.get("response_url", ""),
        view=body.get("view"),
        post=str(where.get("message_ts") or ""),
        is_note=_is_note(body),
    )
    return replace(heard, event=replace(event, owed=not heard.opens_home))


def _submitted(body: Json, now: datetime) -> Heard | None:
    view = body["view"]
    if view.get("callback_id") != render.FORM:
        return None
    hidden = returned.opened(view)
    filled = Filled(hidden.ref, returned.values(view["state"]["values"]), hidden.in_part)
    event = _done(body, f"form:{view['id']}:{view.get('hash')}", filled, now, hidden.about, hidden.place)
    return Heard(event, trigger=body.get("trigger_id", ""), view=view, post=hidden.post, is_submission=True)


def _kept(body: Json, now: datetime, names: Names) -> Heard | None:
    """A shortcut on a message of one's own: its words become a need, a resource or evidence."""
    verb, message = KEEPS.get(body.get("callback_id", "")), body.get("message") or {}
    if verb is None:
        return None
    is_own = message.get("user") == _user(body) and not message.get("bot_id")
    written = plain(message.get("text") or "", names)
    words = f"{verb} {written}".strip() if is_own else "keep words of others"
    event = _done(body, f"shortcut:{body['trigger_id']}", Said(words, pressed=True), now)
    return Heard(event, trigger=body["trigger_id"], answer_url=body.get("response_url", ""))


def _done(body: Json, key: str, what: Said | Filled, at: datetime, about: str = "", place: str = "") -> Event:
    """Something that Slack lets us answer at once.

    A command, a shortcut or the note that answered one may stand in a direct conversation that is not ours: that is no
    place of the team's.
    """
    channel = (body.get("channel") or {}).get("id") or body.get("channel_id") or place
    is_anywhere = "command" in body or body.get("type") == "message_action" or _is_note(body)
    is_direct = channel.startswith("D") and not is_anywhere
    return Event(
        key=key,
        platform=PLATFORM,
        workspace=_workspace(body),
        user=_user(body),
        place=channel if is_direct or not channel.startswith("D") else "",
        private=is_direct,
        at=at,
        what=what,
        about=about,
        answerable=True,
        owed=True,
    )


def _is_note(body: Json) -> bool:
    return bool((body.get("container") or {}).get("is_ephemeral"))


def _workspace(body: Json) -> str:
    return str(body.get("team_id") or (body.get("team") or {}).get("id") or "")


def _user(body: Json) -> str:
    return str(body.get("user_id") or (body.get("user") or {}).get("id") or "")


def _moment(stamp: Any) -> datetime:
    return datetime.fromtimestamp(float(stamp), UTC)


def _within(second: Any) -> datetime:
    """The end of a second that Slack gives without its fraction."""
    return _moment(second) + timedelta(seconds=1)


def plain(words: str, names: Names) -> str:
    """Return what a person wrote, without Slack's own marks for links, mentions and the three escaped characters."""

    def named(mention: re.Match[str]) -> str:
        return f"@{names.get(mention['user']) or mention['label'] or mention['user']}"

    return _unescaped(_LINK.sub(_linked, _MENTION.sub(named, words)))


def _unescaped(words: str) -> str:
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _linked(link: re.Match[str]) -> str:
    """Return a link as its words and, where they do not say it, its address."""
    label, target = link["label"] or "", link["target"]
    is_told = "://" not in target or label in target
    return (label or target) if is_told else f"{label} ({target})"
