"""Pulses, who was asked by each, and what is left of it once it is closed."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

change = "expand"


def upgrade() -> None:
    _create(
        "pulse",
        ("number",),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fewest", sa.Integer, nullable=False),
        sa.Column("comments", sa.Integer, nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
    )
    _create(
        "invited",
        ("pulse", "member"),
        sa.Column("pulse", sa.Integer, nullable=False),
        sa.Column("member", sa.Text, nullable=False),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
    )
    _create(
        "wave",
        ("pulse",),
        sa.Column("pulse", sa.Integer, nullable=False),
        sa.Column("figures", sa.JSON, nullable=False),
        sa.Column("comments", sa.JSON, nullable=False),
    )


def _create(name: str, key: tuple[str, ...], *columns: "sa.Column[object]") -> None:
    op.create_table(
        name,
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("school", sa.Text, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("tenant", "school", *key, name=f"pk_{name}"),
        sa.ForeignKeyConstraint(["tenant", "school"], ["school.tenant", "school.id"], name=f"fk_{name}_school"),
    )


def downgrade() -> None:
    for name in ("wave", "invited", "pulse"):
        op.drop_table(name)
