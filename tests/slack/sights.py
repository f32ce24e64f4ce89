"""What people have before their eyes, and what the app called, out of the emulator's tables."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.slack.wire import Json


@dataclass(frozen=True, slots=True)
class Post:
    """A message that stands in a conversation, or that one person alone sees."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: Sequence[Json] = field(default=(), repr=False)
    metadata: Json | None = field(default=None, repr=False)
    thread: str | None = None
    by_bot: bool = False
    only_for: str | None = None
    """the user who alone sees it"""
    row: Json = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class View:
    """A modal or a Home as a person has it open."""

    id: str
    user: str
    title: str
    callback_id: str
    blocks: Sequence[Json] = field(repr=False)
    payload: Json = field(repr=False)
    """as it stands in what Slack sends"""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the Web API; `response_url` is the method of answers to a command or action."""

    method: str
    arguments: Json
    at: float
    effect: bool
    """whether it did what it says, whatever the app was told"""
    fault: str | None
    answer: Json | None = field(repr=False)


def post(row: Json) -> Post:
    """Return a message, public or ephemeral."""
    return Post(
        channel=row["channel_id"],
        ts=row["ts"],
        user=row["user"],
        text=row["text"],
        blocks=row.get("blocks") or (),
        metadata=row.get("metadata"),
        thread=row.get("thread_ts"),
        by_bot=bool(row.get("bot_id")),
        only_for=row.get("target_user"),
        row=row,
    )


def message(post: Post) -> Json:
    """Return a message as it stands in what Slack sends."""
    keys = ("type", "subtype", "user", "bot_id", "app_id", "text", "ts", "blocks", "metadata", "thread_ts", "edited")
    return {key: post.row[key] for key in keys if post.row.get(key) is not None}


def view(row: Json) -> View:
    """Return a modal or a Home."""
    keys = (
        *("team_id", "type", "blocks", "private_metadata", "callback_id", "state", "hash", "title", "close", "submit"),
        *("clear_on_close", "notify_on_close", "previous_view_id", "root_view_id", "app_id", "external_id", "bot_id"),
    )
    payload = {"id": row["view_id"], **{key: row.get(key) for key in keys}, "app_installed_team_id": row["team_id"]}
    title = (row["title"] or {}).get("text", "")
    return View(row["view_id"], row["user_id"], title, row["callback_id"], row["blocks"], payload)
