"""What becomes of conversations: installed and removed, renamed and deleted, and who comes in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from botbuilder.schema import Activity

from flows.events import Event, Said

from .payloads import PLATFORM, channel_data, is_bot, is_personal, is_us, reference, text_at, user_of
from .references import Reference

REMOVED = "the app was removed"
DELETED = "the channel was deleted"


@dataclass(frozen=True, slots=True)
class News:
    """What an activity tells of a conversation."""

    now: Reference
    closes_team: str = ""
    """the id of the Microsoft team all of whose channels take nothing more"""
    opens_team: str = ""
    """the id of the team whose channels take messages again"""
    meets: bool = False
    """whether people have come whom we may not know yet"""
    event: Event | None = None
    """what whoever installed us is taken to have said"""


def told(activity: Activity, workspace: str, at: datetime) -> News | None:
    """Return what a change of a conversation means; None where it tells of no conversation."""
    here = reference(activity)
    if not here.place:
        return None
    data = channel_data(activity)
    if activity.type == "installationUpdate":
        return _installed(activity, here, data, workspace, at)
    return _changed(activity, here, data)


def _installed(activity: Activity, here: Reference, data: Mapping[str, Any], workspace: str, at: datetime) -> News:
    """The app came or went, with its team or with one person; an upgrade takes nothing away."""
    match activity.action:
        case "remove":
            return News(replace(here, closed=REMOVED), closes_team=here.team)
        case "add" | "add-upgrade":
            is_first = activity.action == "add" and bool(here.team)
            event = _here(activity, here, data, workspace, at) if is_first else None
            return News(here, opens_team=here.team, meets=True, event=event)
    return News(here)


def _changed(activity: Activity, here: Reference, data: Mapping[str, Any]) -> News:
    added, removed = list(activity.members_added or ()), list(activity.members_removed or ())
    if any(is_us(each, activity) for each in removed):
        return News(replace(here, closed=REMOVED), closes_team=here.team)
    if added:
        is_ours = any(is_us(each, activity) for each in added)
        return News(here, opens_team=here.team if is_ours else "", meets=is_ours or not all(map(is_bot, added)))
    channel = replace(here, place=text_at(data, "channel", "id") or here.place)
    match data.get("eventType"):
        case "channelDeleted":
            return News(replace(channel, closed=DELETED))
        case "channelRenamed" | "channelCreated" | "channelRestored":
            return News(channel)
        case "teamDeleted" | "teamHardDeleted":
            return News(replace(here, closed=DELETED), closes_team=here.team)
        case "teamRestored":
            return News(here, opens_team=here.team)
    return News(here)


def _here(activity: Activity, here: Reference, data: Mapping[str, Any], workspace: str, at: datetime) -> Event | None:
    """Whoever installs us in a channel makes it their team's."""
    user = user_of(activity.from_property)
    place = text_at(data, "settings", "selectedChannel", "id") or here.place
    if not user or is_personal(activity):
        return None
    key = f"installed:{place}:{activity.id or at.isoformat()}"
    return Event(key, PLATFORM, workspace, user, place, False, at, Said("channel here", True))
