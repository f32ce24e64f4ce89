"""Decisions in five modes, by circle, with their earlier wordings; and what a team asks of those above it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ADDED: dict[str, tuple[tuple[str, Any, str], ...]] = {
    "decision": (
        ("options", sa.JSON, "[]"),
        ("majority", sa.Text, ""),
        ("need", sa.Integer, "0"),
        ("action", sa.Integer, "0"),
        ("closed_by", sa.Text, ""),
    ),
    "stand": (
        ("choice", sa.Integer, "0"),
        ("through", sa.Text, ""),
        ("answer", sa.Text, ""),
    ),
    "team": (("modes", sa.JSON, "{}"),),
    "membership": (("groups", sa.JSON, "[]"),),
}


def upgrade() -> None:
    for name, columns in _ADDED.items():
        with op.batch_alter_table(name) as table:
            for column, kind, value in columns:
                table.add_column(sa.Column(column, kind, nullable=False, server_default=value))
        with op.batch_alter_table(name) as table:
            for column, _, _ in columns:
                table.alter_column(column, server_default=None)
    _key("tenant", "team", "decision", "member", "revision")
    op.create_table(
        "wording",
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("decision", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("limits", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "team", "decision", "revision", name="pk_wording"),
        sa.ForeignKeyConstraint(["tenant", "team"], ["team.tenant", "team.id"], name="fk_wording_team"),
    )
    op.create_table(
        "ask",
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("cycle", sa.Integer, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("asker", sa.Text, nullable=False),
        sa.Column("of", sa.Text, nullable=False),
        sa.Column("due", sa.Date, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("need", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("tenant", "team", "number", name="pk_ask"),
        sa.ForeignKeyConstraint(["tenant", "team"], ["team.tenant", "team.id"], name="fk_ask_team"),
    )


def downgrade() -> None:
    op.drop_table("ask")
    op.drop_table("wording")
    # An earlier version keeps one word of each person to a decision: the newest.
    op.execute(
        "DELETE FROM stand WHERE EXISTS (SELECT 1 FROM stand AS newer WHERE newer.tenant = stand.tenant "
        "AND newer.team = stand.team AND newer.decision = stand.decision AND newer.member = stand.member "
        "AND newer.revision > stand.revision)"
    )
    _key("tenant", "team", "decision", "member")
    for name, columns in _ADDED.items():
        with op.batch_alter_table(name) as table:
            for column, _, _ in columns:
                table.drop_column(column)


def _key(*columns: str) -> None:
    """Say what tells one word to a decision from another: also the revision to which it was said."""
    with op.batch_alter_table("stand", recreate="auto") as stand:
        stand.drop_constraint("pk_stand", type_="primary")
        stand.create_primary_key("pk_stand", list(columns))
