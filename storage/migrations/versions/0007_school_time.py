"""Until when somebody wants no reminders, and what holds everything up."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("member") as member:
        member.add_column(sa.Column("quiet_until", sa.Date))
    op.create_table(
        "hold",
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "scope", "since", name=op.f("pk_hold")),
    )


def downgrade() -> None:
    op.drop_table("hold")
    with op.batch_alter_table("member") as member:
        member.drop_column("quiet_until")
