"""The first tables: people and records, conversations, the inbox and the outbox."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# fmt: off
TABLES = (
    "clock", "inbox", "installation", "lane", "member", "outbox", "place", "practice_line", "school",
    "tenant", "identity", "leave", "team", "action", "agenda", "ballot", "channel", "charter", "consent",
    "conversation", "cycle", "decision", "lead", "line", "membership", "move", "need", "occurrence",
    "resource", "result", "stand", "answer",
)
# fmt: on


def _columns(kind: Any) -> Any:
    def columns(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
        return [sa.Column(name, kind, nullable=nullable) for name in names]

    return columns


_words, _instants, _days = _columns(sa.Text), _columns(sa.DateTime(timezone=True)), _columns(sa.Date)
_numbers, _longs, _doubles = _columns(sa.Integer), _columns(sa.BigInteger), _columns(sa.Double)
_flags, _documents = _columns(sa.Boolean), _columns(sa.JSON)


def _key(*names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*names)


def _refers(table: str, columns: list[str], referred: list[str]) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(columns, [f"{table}.{name}" for name in referred])


def _of_team() -> sa.ForeignKeyConstraint:
    return _refers("team", ["tenant", "team"], ["tenant", "id"])


def _index(name: str, table: str, *columns: str, where: str = "") -> None:
    condition = sa.text(where) if where else None
    op.create_index(name, table, list(columns), sqlite_where=condition, postgresql_where=condition)


def upgrade() -> None:
    op.create_table("clock", *_words("tenant"), *_doubles("seconds"), _key("tenant"))
    op.create_table(
        "inbox",
        *_words("tenant", "platform", "key"),
        *_instants("at", "received_at"),
        *_documents("payload", nullable=True),
        *_instants("done_at", nullable=True),
        *_numbers("attempts"),
        *_words("error"),
        *_instants("aside_at", nullable=True),
        _key("tenant", "platform", "key"),
    )
    _index("ix_inbox_open", "inbox", "received_at", where="done_at IS NULL AND aside_at IS NULL")
    op.create_table(
        "installation",
        *_words("tenant", "platform", "workspace"),
        *_documents("details"),
        *_instants("installed_at"),
        _key("tenant", "platform", "workspace"),
        sa.UniqueConstraint("platform", "workspace"),
    )
    op.create_table(
        "lane",
        *_words("tenant", "platform", "workspace"),
        *_doubles("rate", "burst", "tokens", "pace"),
        *_instants("refilled_at", "served_at", "rests_until", "paused_until"),
        _key("tenant", "platform", "workspace"),
    )
    _index("ix_lane_served_at", "lane", "served_at")
    op.create_table(
        "member",
        *_words("tenant", "id", "name", "email", "language", "best_time"),
        *_instants("greeted_at", nullable=True),
        *_days("left_on", nullable=True),
        _key("tenant", "id"),
    )
    op.create_table(
        "outbox",
        *_words("tenant", "delivery", "key", "team", "to", "kind"),
        *_numbers("priority"),
        *_instants("due"),
        *_instants("expires", nullable=True),
        *_documents("message", nullable=True),
        *_words("card", "conversation", "post", "platform", "workspace", "place", "user"),
        *_longs("sequence"),
        *_words("state"),
        *_numbers("attempt", "looked"),
        *_instants("wait_until", nullable=True),
        *_words("lease_by"),
        *_instants("lease_until", "inflight_at", nullable=True),
        *_words("message_id", "replaces", "error"),
        *_numbers("version"),
        *_instants("created_at"),
        *_instants("settled_at", nullable=True),
        _key("tenant", "delivery"),
        sa.UniqueConstraint("tenant", "key"),
    )
    _index("ix_outbox_bodies", "outbox", "settled_at", where="settled_at IS NOT NULL AND message IS NOT NULL")
    _index("ix_outbox_due", "outbox", "tenant", "platform", "workspace", "due", where="state = 'ready'")
    _index("ix_outbox_expires", "outbox", "expires", where="state IN ('waiting', 'ready')")
    _index("ix_outbox_inflight", "outbox", "lease_until", where="state = 'inflight'")
    _index("ix_outbox_leased", "outbox", "lease_until", where="state = 'leased'")
    _index("ix_outbox_person", "outbox", "tenant", "to", "due")
    _index(
        "ix_outbox_place",
        "outbox",
        "tenant",
        "platform",
        "workspace",
        "place",
        "user",
        where="state IN ('ready', 'leased', 'inflight', 'unsure')",
    )
    _index("ix_outbox_post", "outbox", "tenant", "post", where="state IN ('waiting', 'ready')")
    _index("ix_outbox_trouble", "outbox", "tenant", "platform", where="state IN ('held', 'dead')")
    _index(
        "ix_outbox_turn",
        "outbox",
        "tenant",
        "platform",
        "workspace",
        "priority",
        "due",
        "sequence",
        where="state = 'ready'",
    )
    _index("ix_outbox_unsure", "outbox", "wait_until", where="state = 'unsure'")
    _index("ix_outbox_waiting", "outbox", "tenant", "post", where="state = 'waiting'")
    _index("ix_outbox_wanted", "outbox", "tenant", "team", "conversation", where="state IN ('waiting', 'ready')")
    op.create_table(
        "place",
        *_words("tenant", "platform", "workspace", "place"),
        *_documents("reference"),
        *_instants("seen_at"),
        _key("tenant", "platform", "workspace", "place"),
    )
    op.create_table(
        "practice_line",
        *_words("tenant"),
        *_longs("number"),
        *_words("place", "author", "key"),
        *_documents("message", nullable=True),
        *_words("words"),
        *_instants("at"),
        *_longs("revision"),
        _key("tenant", "number"),
        sa.UniqueConstraint("tenant", "key"),
    )
    _index("ix_practice_line_tenant_place_revision", "practice_line", "tenant", "place", "revision")
    op.create_table("school", *_words("tenant", "id", "name"), *_documents("calendar"), _key("tenant", "id"))
    op.create_table("tenant", *_words("tenant", "name"), *_flags("practice"), *_instants("created_at"), _key("tenant"))
    op.create_table(
        "identity",
        *_words("tenant", "member", "platform", "workspace", "user", "place"),
        *_instants("seen_at", nullable=True),
        _key("tenant", "platform", "workspace", "user"),
        _refers("member", ["tenant", "member"], ["tenant", "id"]),
    )
    _index("ix_identity_tenant_member", "identity", "tenant", "member")
    op.create_table(
        "leave",
        *_words("tenant", "member"),
        *_days("first", "last"),
        _key("tenant", "member", "first"),
        _refers("member", ["tenant", "member"], ["tenant", "id"]),
    )
    op.create_table(
        "team",
        *_words("tenant", "id", "school", "name"),
        *_numbers("meeting_weekday", "most_actions"),
        _key("tenant", "id"),
        _refers("school", ["tenant", "school"], ["tenant", "id"]),
    )
    op.create_table(
        "action",
        *_words("tenant", "team"),
        *_numbers("number", "cycle"),
        *_words("what", "owner"),
        *_days("due"),
        *_words("proposed_by", "origin"),
        *_numbers("need", "resource"),
        *_words("prediction", "measure", "state", "status", "blocker", "reason"),
        *_days("review_on", "done_on", nullable=True),
        _key("tenant", "team", "number"),
        _of_team(),
    )
    op.create_table(
        "agenda",
        *_words("tenant", "team"),
        *_instants("visited_at"),
        *_instants("next_due", nullable=True),
        _key("tenant", "team"),
        _of_team(),
    )
    _index("ix_agenda_next_due", "agenda", "next_due")
    op.create_table(
        "ballot",
        *_words("tenant", "team"),
        *_numbers("cycle"),
        *_words("member"),
        *_documents("dots"),
        _key("tenant", "team", "cycle", "member"),
        _of_team(),
    )
    op.create_table(
        "channel",
        *_words("tenant", "team", "platform", "workspace", "place"),
        _key("tenant", "team"),
        _of_team(),
    )
    _index("ix_channel_tenant_platform_workspace_place", "channel", "tenant", "platform", "workspace", "place")
    op.create_table(
        "charter",
        *_words("tenant", "team"),
        *_numbers("cycle"),
        *_words("norms", "purpose", "priority", "by"),
        _key("tenant", "team", "cycle"),
        _of_team(),
    )
    op.create_table(
        "consent",
        *_words("tenant", "team"),
        *_numbers("cycle"),
        *_words("matter", "member"),
        *_instants("at"),
        _key("tenant", "team", "cycle", "matter", "member"),
        _of_team(),
    )
    op.create_table(
        "conversation",
        *_words("tenant", "key", "flow", "member"),
        *_instants("opened_at"),
        *_instants("closes_at", nullable=True),
        *_documents("asked"),
        *_instants("asked_at", nullable=True),
        *_documents("choices"),
        *_instants("done_at", "declined_at", nullable=True),
        *_flags("later"),
        *_instants("answered_at", nullable=True),
        *_words("language", "team"),
        *_numbers("cycle"),
        *_words("phase"),
        _key("tenant", "team", "key"),
        _of_team(),
    )
    _index("ix_conversation_tenant_member_opened_at", "conversation", "tenant", "member", "opened_at")
    op.create_table(
        "cycle",
        *_words("tenant", "team"),
        *_numbers("number"),
        *_days("started_on"),
        *_numbers("weeks"),
        _key("tenant", "team", "number"),
        _of_team(),
    )
    op.create_table(
        "decision",
        *_words("tenant", "team"),
        *_numbers("number", "cycle"),
        *_words("mode", "question", "reason", "owner"),
        *_instants("posted_at"),
        *_documents("asked"),
        *_numbers("needed"),
        *_instants("closes_at", nullable=True),
        *_words("state", "outcome", "limits", "circle"),
        *_flags("extended"),
        *_instants("closed_at", nullable=True),
        *_days("review_on", nullable=True),
        *_numbers("revision"),
        _key("tenant", "team", "number"),
        _of_team(),
    )
    op.create_table(
        "lead",
        *_words("tenant", "team"),
        *_numbers("cycle"),
        *_words("phase", "member", "state", "beside"),
        _key("tenant", "team", "cycle", "phase", "member"),
        _of_team(),
    )
    op.create_table(
        "line",
        *_words("tenant", "team"),
        *_numbers("number", "cycle"),
        *_words("flow", "step", "origin", "author"),
        *_flags("named"),
        *_words("text"),
        *_days("on"),
        _key("tenant", "team", "number"),
        _of_team(),
    )
    op.create_table(
        "membership",
        *_words("tenant", "team", "member"),
        *_documents("roles"),
        *_numbers("position"),
        *_days("left_on", nullable=True),
        _key("tenant", "team", "member"),
        _refers("member", ["tenant", "member"], ["tenant", "id"]),
        _of_team(),
    )
    op.create_table(
        "move",
        *_words("tenant", "team"),
        *_numbers("cycle", "number"),
        *_words("kind", "phase"),
        *_instants("at"),
        *_words("by", "reason"),
        *_days("until", nullable=True),
        _key("tenant", "team", "cycle", "number"),
        _of_team(),
    )
    op.create_table(
        "need",
        *_words("tenant", "team"),
        *_numbers("number", "cycle"),
        *_words("author", "origin", "text", "evidence", "area", "state"),
        *_numbers("chosen_in", "merged_into"),
        *_documents("apart"),
        _key("tenant", "team", "number"),
        _of_team(),
    )
    op.create_table(
        "occurrence",
        *_words("tenant", "team"),
        *_numbers("cycle"),
        *_words("key"),
        *_instants("at"),
        *_words("note"),
        _key("tenant", "team", "cycle", "key"),
        _of_team(),
    )
    op.create_table(
        "resource",
        *_words("tenant", "team"),
        *_numbers("number", "cycle"),
        *_words("author", "origin", "text", "kind", "state"),
        _key("tenant", "team", "number"),
        _of_team(),
    )
    op.create_table(
        "result",
        *_words("tenant", "team"),
        *_numbers("action", "cycle"),
        *_words("text", "verdict"),
        _key("tenant", "team", "action", "cycle"),
        _of_team(),
    )
    op.create_table(
        "stand",
        *_words("tenant", "team"),
        *_numbers("decision"),
        *_words("member", "kind", "reason"),
        *_instants("at"),
        *_numbers("revision"),
        _key("tenant", "team", "decision", "member"),
        _of_team(),
    )
    op.create_table(
        "answer",
        *_words("tenant", "team", "conversation", "step"),
        *_numbers("item", "revision"),
        *_documents("value"),
        *_words("words"),
        *_longs("sequence"),
        *_instants("given_at"),
        _key("tenant", "team", "conversation", "step", "item", "revision"),
        _refers("conversation", ["tenant", "team", "conversation"], ["tenant", "team", "key"]),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
