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
CHANNEL_DELETED = "the channel was deleted"
TEAM_DELETED = "the team was deleted"
ARCHIVED = "the team was archived"
"""why a conversation takes nothing from us any more"""


@dataclass(frozen=True, slots=True)
class News:
    """What an activity tells of a conversation."""

    now: Reference
    closed: str | None = None
    """why it takes nothing from us any more; empty where it takes messages again, None where nothing is said of that"""
    of_team: bool = False
    """whether that is so in all channels of its Microsoft team"""
    meets: bool = False
    """whether people have come whom we may not know yet"""
    event: Event | None = None
    """what whoever installed us is taken to have said"""

    def of(self, known: Reference) -> str:
        """Return why a conversation, as it was known, is closed from now on; empty if it is open.

        A deleted channel does not come back with its team.
        """
        if self.closed is None or (known.place != self.now.place and known.closed == CHANNEL_DELETED):
            return known.closed
        return self.closed


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
            return News(here, REMOVED, of_team=True)
        case "add" | "add-upgrade":
            is_first = activity.action == "add" and bool(here.team)
            event = _here(activity, here, data, workspace, at) if is_first else None
            return News(here, "", of_team=True, meets=True, event=event)
    return News(here)


def _changed(activity: Activity, here: Reference, data: Mapping[str, Any]) -> News:
    """People and we ourselves come and go, channels and teams change their names and are closed.

    Who is removed from a Microsoft team keeps the place in the school's team, which the roster says, and the chat with
    us: whether Teams lets us write there only Teams can say, when we do. News of an unknown kind opens nothing.
    """
    added, removed = list(activity.members_added or ()), list(activity.members_removed or ())
    if any(is_us(each, activity) for each in removed):
        return News(here, REMOVED, of_team=True)
    if any(is_us(each, activity) for each in added):
        return News(here, "", of_team=True, meets=True)
    if added:
        return News(here, meets=not all(map(is_bot, added)))
    channel = replace(here, place=text_at(data, "channel", "id") or here.place)
    match text_at(data, "eventType").casefold():  # Teams writes "teamrestored" at one place, "teamArchived" at another
        case "channeldeleted":
            return News(channel, CHANNEL_DELETED)
        case "channelrestored":
            return News(channel, "")
        case "channelrenamed" | "channelcreated":
            return News(channel)
        case "teamdeleted" | "teamharddeleted":
            return News(here, TEAM_DELETED, of_team=True)
        case "teamarchived":
            return News(here, ARCHIVED, of_team=True)
        case "teamrestored" | "teamunarchived":
            return News(here, "", of_team=True)
    return News(here)


def _here(activity: Activity, here: Reference, data: Mapping[str, Any], workspace: str, at: datetime) -> Event | None:
    """Whoever installs us in a channel makes it their team's."""
    user = user_of(activity.from_property)
    place = text_at(data, "settings", "selectedChannel", "id") or here.place
    if not user or is_personal(activity):
        return None
    key = f"installed:{place}:{activity.id or at.isoformat()}"
    return Event(key, PLATFORM, workspace, user, place, False, at, Said("channel here", True))
