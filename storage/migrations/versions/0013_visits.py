"""Links by which somebody comes into the pages, and who is there."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

change = "expand"


def upgrade() -> None:
    for name, *columns in (
        (
            "ticket",
            sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
            sa.Column("used_at", sa.DateTime(timezone=True)),
        ),
        (
            "visit",
            sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
            sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        ),
    ):
        op.create_table(
            name,
            sa.Column("tenant", sa.Text, nullable=False),
            sa.Column("mark", sa.Text, nullable=False),
            sa.Column("member", sa.Text, nullable=False),
            *columns,
            sa.PrimaryKeyConstraint("tenant", "mark", name=f"pk_{name}"),
            sa.UniqueConstraint("mark", name=f"uq_{name}_mark"),
            sa.ForeignKeyConstraint(["tenant", "member"], ["member.tenant", "member.id"], name=f"fk_{name}_member"),
        )
    op.create_index("ix_visit_tenant_member", "visit", ["tenant", "member"])


def downgrade() -> None:
    op.drop_table("visit")
    op.drop_table("ticket")
