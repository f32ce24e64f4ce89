"""What Teams sends, read as our events and as news of conversations; nothing for what is not said to us."""

import hashlib
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from botbuilder.schema import Activity, ChannelAccount

from adapters.base import Account
from flows.events import Event, Filled, Said

from . import marks, render
from .check import tenant
from .references import Reference

Json = Mapping[str, Any]

PLATFORM = "teams"
PATH = "/api/messages"
"""where Teams reaches us"""
PERSONAL = "personal"
LONGEST = 500
"""letters of an id; those of Teams have about 150"""

_ID = re.compile(rf"[^\s\x00-\x1f]{{0,{LONGEST}}}")
_AT = re.compile(r"<at(?: [^<>]*)?>(?P<name>[^<>]*)</at>", re.IGNORECASE)
_BREAK, _TAG = re.compile(r"<(br|/p|/div)\b[^<>]*>", re.IGNORECASE), re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_SPACES = re.compile(r"[^\S\n]+")


@dataclass(frozen=True, slots=True)
class Heard:
    """An event, with what it takes to answer it at once."""

    event: Event
    account: Account
    """who did it, as far as the activity says"""
    told_as: str
    """the id that Teams gives them for our bot"""
    post: str = ""
    """the id of our post that was pressed or filled"""
    delivery: str = ""
    """by which that post was sent: it has arrived"""
    is_invoke: bool = False
    """whether the answer goes back with the response"""
    thread: str = ""
    """the first message of the thread in a channel in which it was written"""


def conversation(activity: Activity) -> str:
    """Return the id of the conversation, without the thread in which something was said there."""
    id = str(activity.conversation.id or "") if activity.conversation else ""
    return id.partition(";messageid=")[0]


def is_personal(activity: Activity) -> bool:
    """Whether it was said in the direct conversation with us."""
    there = activity.conversation
    if there is None or there.is_group or str(there.id or "").startswith("19:"):
        return False
    return (there.conversation_type or PERSONAL) == PERSONAL


def is_bot(account: ChannelAccount | None) -> bool:
    """Whether an account is that of a bot, our own among them."""
    return bool(account and (str(account.id or "").startswith("28:") or account.role in ("bot", "skill")))


def is_us(account: ChannelAccount, activity: Activity) -> bool:
    """Whether an account is ours, as the activity is addressed."""
    ours = activity.recipient
    return bool(ours and ours.id and account.id == ours.id)


def reference(activity: Activity) -> Reference:
    """Return how the conversation of an activity is reached from now on."""
    data, sender = channel_data(activity), activity.from_property
    person = sender if is_personal(activity) and not is_bot(sender) else None
    return Reference(
        place=conversation(activity),
        service_url=str(activity.service_url or ""),
        user=user_of(person),
        account=str(person.id or "") if person else "",
        team=text_at(data, "team", "id"),
        name=text_at(data, "channel", "name"),
        team_name=text_at(data, "team", "name"),
    )


def channel_data(activity: Activity) -> Json:
    """Return what Teams adds to the activities of every channel."""
    return activity.channel_data if isinstance(activity.channel_data, Mapping) else {}


def read(activity: Activity, now: datetime) -> Heard | None:
    """Return what a message or a pressed button means; None where it is not said to us.

    `now` is its moment where Teams says none. Raises an error of any kind where its shape is not that of Teams.
    """
    if activity.from_property is None or is_bot(activity.from_property) or not conversation(activity):
        return None
    if activity.type == "invoke":
        return _invoked(activity, now)
    if isinstance(activity.value, Mapping) and ("says" in activity.value or "ref" in activity.value):
        return _acted(activity, activity.value, now)
    return _typed(activity, now)


def _typed(activity: Activity, now: datetime) -> Heard | None:
    """Words in the direct conversation, or such as name us; what people say among themselves is not for us.

    A picture or a file alone has no words, and is said so; a message without anything is none.
    """
    personal, (words, is_named) = is_personal(activity), plain(activity)
    if not is_named and not (personal and (words or activity.attachments)):
        return None
    is_command = not personal or words.startswith("/")
    said = words.removeprefix("/").strip() if is_command else words
    heard = _heard(activity, "message", Said(said or "help" if is_command else said, is_command), now)
    return heard if personal else replace(heard, thread=_thread(activity))


def _thread(activity: Activity) -> str:
    """Return the id of the first message of the thread; a message that begins one is its own."""
    thread = str(activity.conversation.id).partition(";messageid=")[2] or str(activity.id or "")
    if not _ID.fullmatch(thread):
        raise ValueError("the id of a thread has a form that the ids of Teams do not have")
    return thread


def _invoked(activity: Activity, now: datetime) -> Heard | None:
    """A button of a card; a card that asks for itself, unseen by anybody, means nothing."""
    value = activity.value if isinstance(activity.value, Mapping) else {}
    action, trigger = value.get("action"), value.get("trigger")
    data = action.get("data") if isinstance(action, Mapping) else None
    if trigger == "automatic" or not isinstance(data, Mapping):
        return None
    heard = _acted(activity, data, now)
    return replace(heard, is_invoke=True, event=replace(heard.event, answerable=True, owed=True)) if heard else None


def _acted(activity: Activity, data: Json, now: datetime) -> Heard | None:
    """What a button of a card sent; older clients send it as a message, which only a personal chat can answer there."""
    if "ref" in data:
        ref, about = render.opened(data)
        what: Said | Filled = Filled(ref, render.values(data), in_part=True)
    else:
        says, about = render.pressed(data)
        if not says:
            return None
        what = Said(says, pressed=True)
    heard = _heard(activity, "press", what, now)
    post = f"{conversation(activity)}/{activity.reply_to_id}" if activity.reply_to_id else ""
    is_ours = is_personal(activity)
    is_beside = is_ours and render.is_beside(data)
    event = replace(heard.event, about=about, answerable=is_ours, owed=is_ours, beside_form=is_beside)
    return replace(heard, event=event, post=post, delivery=marks.delivery(data))


def _heard(activity: Activity, kind: str, what: Said | Filled, now: datetime) -> Heard:
    place, workspace = conversation(activity), tenant({"channelData": channel_data(activity)})
    account = _account(activity)
    event = Event(
        key=f"{kind}:{place}:{activity.id or _digest(activity)}",
        platform=PLATFORM,
        workspace=workspace,
        user=account.user,
        place=place,
        private=is_personal(activity),
        at=(activity.timestamp or now).astimezone(UTC),
        what=what,
        language=account.language,
    )
    if not all(map(_ID.fullmatch, (event.place, event.user, str(activity.id or ""), str(activity.reply_to_id or "")))):
        raise ValueError("an id has a form that the ids of Teams do not have")
    return Heard(event, account, str(activity.from_property.id or ""))


def _digest(activity: Activity) -> str:
    """Something that is the same whenever the same activity comes again without an id."""
    written = json.dumps([str(activity.timestamp), activity.text, activity.value], sort_keys=True, default=str)
    return hashlib.sha256(written.encode("utf-8", "replace")).hexdigest()[:32]


# ---------------------------------------------------------------- who


def _account(activity: Activity) -> Account:
    """Who did it: language and time zone come with each message, name and e-mail do not."""
    told: Json = next((each.additional_properties for each in activity.entities or () if each.type == "clientInfo"), {})
    zone = told.get("timezone") or activity.local_timezone or ""
    language = activity.locale or told.get("locale") or ""
    return Account(user_of(activity.from_property), "", language=str(language), zone=str(zone))


def user_of(account: ChannelAccount | None) -> str:
    """Return the Entra object id of an account, which is how we know a person; empty where Teams says none."""
    return str(account.aad_object_id or "").lower() if account else ""


def accounts(described: Json, tenant: str) -> list[Account]:
    """Return what Teams says of somebody in a conversation, once for each of their addresses.

    Nothing of a bot, and nothing of people of other tenants: their e-mail is what their own administrators wrote
    there, and must make nobody a member.
    """
    user, home = described.get("aadObjectId") or described.get("objectId"), described.get("tenantId")
    if home and str(home).lower() != tenant:
        return []
    if not isinstance(user, str) or not user or str(described.get("id") or "").startswith("28:"):
        return []
    written = (str(described.get(each) or "").casefold() for each in ("email", "userPrincipalName"))
    name = str(described.get("name") or "").strip()
    return [Account(user.lower(), name, email) for email in dict.fromkeys(written) if email]


# ---------------------------------------------------------------- words


def plain(activity: Activity) -> tuple[str, bool]:
    """Return what a person wrote, without our own mention and without HTML, and whether we were mentioned."""
    words, is_named = str(activity.text or ""), False
    for entity in activity.entities or ():
        if entity.type == "mention":
            who, shown = _mentioned(entity.additional_properties)
            is_ours = bool(activity.recipient and who and who == activity.recipient.id)
            is_named = is_named or is_ours
            if shown and is_ours:
                words = words.replace(shown, " ")
    if activity.text_format == "xml":
        words = _TAG.sub("", _BREAK.sub("\n", _AT.sub(r"@\g<name>", words)))
    words = html.unescape(_AT.sub(r"@\g<name>", words)).replace("\u00a0", " ")
    return _SPACES.sub(" ", words).strip(), is_named


def _mentioned(entity: Json) -> tuple[str, str]:
    """Return whom an entity mentions, and with which words."""
    return text_at(entity, "mentioned", "id"), text_at(entity, "text")


def text_at(told: Json, *keys: str) -> str:
    """Return the words at this place of what was told; empty where there are none."""
    found: Any = told
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) else ""
