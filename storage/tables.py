"""The tables: facts as their dataclasses say, and the ledger of what came in and what goes out."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, get_args

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    null,
)

from flows import records
from flows.flow import Conversation
from flows.people import Channel, Hold, Leave, Member, Membership, School, Team
from flows.waves import Invited, Pulse, Wave

from .addresses import Identity
from .columns import Instant, Words
from .plain import hints
from .state import OPEN, WAITS, State, is_in

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

KEYS: Mapping[type, tuple[str, ...]] = {
    School: ("id",),
    Team: ("id",),
    Member: ("id",),
    Membership: ("team", "member"),
    Leave: ("member", "first"),
    Hold: ("scope", "since"),
    Pulse: ("school", "number"),
    Invited: ("school", "pulse", "member"),
    Wave: ("school", "pulse"),
    Identity: ("platform", "workspace", "user"),
    Channel: ("team",),
    Conversation: ("team", "key"),
    **records.KEYS,
}
"""What tells one fact of a kind from another, inside a tenant."""

_APART: Mapping[type, frozenset[str]] = {Conversation: frozenset({"answers"})}
"""Fields that have a table of their own."""

_TYPES: Mapping[type, type] = {bool: Boolean, int: Integer, datetime: Instant, date: Date}


def _index(name: str, rows: ColumnElement[bool], *columns: Column[Any]) -> None:
    """Index these rows only: a query that wants to use it repeats the condition."""
    Index(name, *columns, sqlite_where=rows, postgresql_where=rows)


def _open(name: str, states: tuple[State, ...], *columns: str) -> None:
    """Index only messages in these states: what is settled costs nothing."""
    _index(name, is_in(outbox, *states), *(outbox.c[each] for each in columns))


def _column(name: str, annotation: Any) -> Column[Any]:
    nullable = type(None) in get_args(annotation)
    kind = next(each for each in get_args(annotation) if each) if nullable else annotation
    if isinstance(kind, type) and issubclass(kind, str):
        return Column(name, Words, nullable=nullable)
    return Column(name, _TYPES.get(kind, JSON), nullable=nullable)


def _tenant() -> Column[Any]:
    return Column("tenant", Words, nullable=False)


def _refers(table: str, *columns: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant", *columns], [f"{table}.tenant", f"{table}.id"])


def _fact(kind: type, *constraints: ForeignKeyConstraint | Index) -> Table:
    """Return the table of a dataclass: a column for each field, the tenant and its key as primary key."""
    apart = _APART.get(kind, frozenset())
    columns = [_column(name, annotation) for name, annotation in hints(kind).items() if name not in apart]
    key = PrimaryKeyConstraint("tenant", *KEYS[kind])
    return Table(kind.__name__.lower(), metadata, _tenant(), *columns, key, *constraints)


tenant = Table(
    "tenant",
    metadata,
    Column("tenant", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Column("practice", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
)

installation = Table(
    "installation",
    metadata,
    _tenant(),
    Column("platform", Words, nullable=False),
    Column("workspace", Words, nullable=False),
    Column("details", JSON, nullable=False),
    Column("installed_at", Instant, nullable=False),
    PrimaryKeyConstraint("tenant", "platform", "workspace"),
    UniqueConstraint("platform", "workspace"),
)

place = Table(
    "place",
    metadata,
    _tenant(),
    Column("platform", Words, nullable=False),
    Column("workspace", Words, nullable=False),
    Column("place", Words, nullable=False),
    Column("reference", JSON, nullable=False),
    Column("seen_at", Instant, nullable=False),
    PrimaryKeyConstraint("tenant", "platform", "workspace", "place"),
)

facts: dict[type, Table] = {
    School: _fact(School),
    Team: _fact(Team, _refers("school", "school")),
    Member: _fact(Member),
    Membership: _fact(Membership, _refers("team", "team"), _refers("member", "member")),
    Leave: _fact(Leave, _refers("member", "member")),
    Hold: _fact(Hold),
    Pulse: _fact(Pulse, _refers("school", "school")),
    Invited: _fact(Invited, _refers("school", "school")),
    Wave: _fact(Wave, _refers("school", "school")),
    Identity: _fact(Identity, _refers("member", "member"), Index(None, "tenant", "member")),
    Channel: _fact(Channel, _refers("team", "team"), Index(None, "tenant", "platform", "workspace", "place")),
    Conversation: _fact(Conversation, _refers("team", "team"), Index(None, "tenant", "member", "opened_at")),
    **{kind: _fact(kind, _refers("team", "team")) for kind in records.KEYS},
}
"""The table of each kind of fact."""

answer = Table(
    "answer",
    metadata,
    _tenant(),
    Column("team", Words, nullable=False),
    Column("conversation", Words, nullable=False),
    Column("step", Words, nullable=False),
    Column("item", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("value", JSON, nullable=False),
    Column("words", Words, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("given_at", Instant, nullable=False),
    PrimaryKeyConstraint("tenant", "team", "conversation", "step", "item", "revision"),
    ForeignKeyConstraint(
        ["tenant", "team", "conversation"],
        ["conversation.tenant", "conversation.team", "conversation.key"],
    ),
)

founding = Table(
    "founding",
    metadata,
    Column("tenant", Words, primary_key=True),
    Column("mark", Words, nullable=False),
    Column("expires", Instant, nullable=False),
    Column("wrong", Integer, nullable=False),
)

ticket = Table(
    "ticket",
    metadata,
    _tenant(),
    Column("mark", Words, nullable=False),
    Column("member", Words, nullable=False),
    Column("expires", Instant, nullable=False),
    Column("used_at", Instant),
    Column("days", Integer),
    PrimaryKeyConstraint("tenant", "mark"),
    UniqueConstraint("mark"),
    _refers("member", "member"),
)

visit = Table(
    "visit",
    metadata,
    _tenant(),
    Column("mark", Words, nullable=False),
    Column("member", Words, nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("until", Instant),
    PrimaryKeyConstraint("tenant", "mark"),
    UniqueConstraint("mark"),
    _refers("member", "member"),
    Index(None, "tenant", "member"),
)

agenda = Table(
    "agenda",
    metadata,
    _tenant(),
    Column("team", Words, nullable=False),
    Column("visited_at", Instant, nullable=False),
    Column("next_due", Instant),
    PrimaryKeyConstraint("tenant", "team"),
    _refers("team", "team"),
    Index(None, "next_due"),
)

clock = Table(
    "clock",
    metadata,
    Column("tenant", Words, primary_key=True),
    Column("seconds", Double, nullable=False),
)

restored = Table(
    "restored",
    metadata,
    Column("tenant", Words, primary_key=True),
    Column("since", Instant, nullable=False),
    Column("at", Instant),
)

inbox = Table(
    "inbox",
    metadata,
    _tenant(),
    Column("platform", Words, nullable=False),
    Column("key", Words, nullable=False),
    Column("at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("payload", JSON(none_as_null=True)),
    Column("done_at", Instant),
    Column("attempts", Integer, nullable=False),
    Column("error", Words, nullable=False),
    Column("aside_at", Instant),
    Column("user", Words, nullable=False, server_default=""),
    PrimaryKeyConstraint("tenant", "platform", "key"),
    Index("ix_inbox_user", "tenant", "platform", "user", "at"),
)

_index("ix_inbox_open", inbox.c.done_at.is_(None) & inbox.c.aside_at.is_(None), inbox.c.received_at)
_index("ix_inbox_owed", inbox.c.done_at.is_not(None) & inbox.c.payload.is_not(null()), inbox.c.done_at)

outbox = Table(
    "outbox",
    metadata,
    _tenant(),
    Column("delivery", Words, nullable=False),
    Column("key", Words, nullable=False),
    Column("team", Words, nullable=False),
    Column("to", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("due", Instant, nullable=False),
    Column("expires", Instant),
    Column("message", JSON(none_as_null=True)),
    Column("card", Words, nullable=False),
    Column("conversation", Words, nullable=False),
    Column("post", Words, nullable=False),
    Column("platform", Words, nullable=False),
    Column("workspace", Words, nullable=False),
    Column("place", Words, nullable=False),
    Column("user", Words, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("state", Words, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("looked", Integer, nullable=False),
    Column("wait_until", Instant),
    Column("lease_by", Words, nullable=False),
    Column("lease_until", Instant),
    Column("inflight_at", Instant),
    Column("message_id", Words, nullable=False),
    Column("replaces", Words, nullable=False),
    Column("error", Words, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("settled_at", Instant),
    PrimaryKeyConstraint("tenant", "delivery"),
    UniqueConstraint("tenant", "key"),
)

_LANE = ("tenant", "platform", "workspace")
_open("ix_outbox_turn", (State.READY,), *_LANE, "priority", "due", "sequence")
_open("ix_outbox_due", (State.READY,), *_LANE, "due")
_open("ix_outbox_first", (State.READY,), "due", "tenant")
_open("ix_outbox_place", OPEN, *_LANE, "place", "user")
_open("ix_outbox_leased", (State.LEASED,), "lease_until")
_open("ix_outbox_inflight", (State.INFLIGHT,), "lease_until")
_open("ix_outbox_unsure", (State.UNSURE,), "wait_until")
_open("ix_outbox_expires", WAITS, "expires")
_open("ix_outbox_wanted", WAITS, "tenant", "team", "conversation")
_open("ix_outbox_post", WAITS, "tenant", "post")
_open("ix_outbox_waiting", (State.WAITING,), "tenant", "post")
_open("ix_outbox_trouble", (State.HELD, State.DEAD), "tenant", "platform")
Index("ix_outbox_person", outbox.c.tenant, outbox.c.to, outbox.c.due)
_index("ix_outbox_bodies", outbox.c.settled_at.is_not(None) & outbox.c.message.is_not(null()), outbox.c.settled_at)
_index("ix_outbox_wordless", outbox.c.settled_at.is_not(None) & outbox.c.message.is_(null()), outbox.c.settled_at)

lane = Table(
    "lane",
    metadata,
    _tenant(),
    Column("platform", Words, nullable=False),
    Column("workspace", Words, nullable=False),
    Column("rate", Double, nullable=False),
    Column("burst", Double, nullable=False),
    Column("tokens", Double, nullable=False),
    Column("pace", Double, nullable=False),
    Column("refilled_at", Instant, nullable=False),
    Column("served_at", Instant, nullable=False),
    Column("rests_until", Instant, nullable=False),
    Column("paused_until", Instant, nullable=False),
    PrimaryKeyConstraint("tenant", "platform", "workspace"),
    Index(None, "served_at"),
)

pace = Table(
    "pace",
    metadata,
    _tenant(),
    Column("platform", Words, nullable=False),
    Column("workspace", Words, nullable=False),
    Column("place", Words, nullable=False),
    Column("user", Words, nullable=False),
    Column("clear_at", Instant, nullable=False),
    PrimaryKeyConstraint("tenant", "platform", "workspace", "place", "user"),
)
"""when each conversation has caught up with its platform's pace"""

practice_line = Table(
    "practice_line",
    metadata,
    _tenant(),
    Column("number", BigInteger, nullable=False),
    Column("place", Words, nullable=False),
    Column("author", Words, nullable=False),
    Column("key", Words, nullable=False),
    Column("message", JSON(none_as_null=True)),
    Column("words", Words, nullable=False),
    Column("at", Instant, nullable=False),
    Column("revision", BigInteger, nullable=False),
    PrimaryKeyConstraint("tenant", "number"),
    UniqueConstraint("tenant", "key"),
    Index(None, "tenant", "place", "revision"),
)

audit = Table(
    "audit",
    metadata,
    _tenant(),
    Column("id", Words, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Words, nullable=False),
    Column("deed", Words, nullable=False),
    Column("about", Words, nullable=False),
    Column("detail", JSON, nullable=False),
    PrimaryKeyConstraint("tenant", "id"),
    Index(None, "tenant", "at"),
)
"""who changed, read or destroyed what: the database itself refuses to change or delete a row"""

legal_hold = Table(
    "legal_hold",
    metadata,
    _tenant(),
    Column("member", Words, nullable=False),
    Column("since", Instant, nullable=False),
    Column("because", Words, nullable=False),
    Column("ended_at", Instant),
    PrimaryKeyConstraint("tenant", "member", "since"),
)

retraction = Table(
    "retraction",
    metadata,
    _tenant(),
    Column("platform", Words, nullable=False),
    Column("workspace", Words, nullable=False),
    Column("post", Words, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("wait_until", Instant, nullable=False),
    PrimaryKeyConstraint("tenant", "platform", "workspace", "post"),
)
"""posts to somebody who was erased, until they are deleted on their platform"""
