"""The emulator's rows for people and channels, as its tables have them."""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.slack.payloads import Person
from tests.slack.wire import Json

ADMINISTRATOR = "U000000001"
"""the emulator's own first user"""


def person(who: Person, name: str, email: str, tz: str, locale: str) -> Json:
    """Return the row of a person."""
    profile = {"display_name": name, "real_name": name, "email": email}
    ids = {"user_id": who.id, "team_id": who.team, "name": who.name, "real_name": name, "email": email}
    flags = {"is_admin": False, "is_bot": False, "deleted": False}
    return {**ids, **flags, "profile": profile, "locale": locale, **zone(tz)}


def token(who: Person) -> Json:
    """Return the row of the token with which a person calls."""
    return {"token": who.token, "token_type": "user", "team_id": who.team, "user_id": who.id, "scopes": []}


def changed(row: Json, name: str, email: str, tz: str, locale: str) -> Json:
    """Return what changes in a person's row; an empty string leaves something as it is."""
    profile: dict[str, Any] = dict(row["profile"])
    profile |= {"real_name": name, "display_name": name} if name else {}
    profile |= {"email": email} if email else {}
    both = {key: profile[key] for key in ("real_name", "email")}
    return {"profile": profile, **both, **zone(tz), **({"locale": locale} if locale else {})}


def channel(id: str, team: str, name: str, members: Sequence[str], private: bool) -> Json:
    """Return the row of a channel."""
    about = {"value": "", "creator": ADMINISTRATOR, "last_set": int(time.time())}
    return {
        "channel_id": id,
        "team_id": team,
        "name": name,
        "is_channel": not private,
        "is_private": private,
        "is_archived": False,
        "topic": about,
        "purpose": about,
        "members": list(members),
        "creator": ADMINISTRATOR,
        "num_members": len(members),
    }


def zone(tz: str) -> Json:
    """Return what users.info says of a time zone; nothing for none."""
    if not tz:
        return {}

    offset = datetime.now(ZoneInfo(tz)).utcoffset()
    return {"tz": tz, "tz_offset": int(offset.total_seconds()) if offset else 0}
