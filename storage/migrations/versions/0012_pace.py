"""The pace of each conversation, and what is due first anywhere; a table and an index more."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

change = "expand"


def upgrade() -> None:
    op.create_table(
        "pace",
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("user", sa.Text, nullable=False),
        sa.Column("clear_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "platform", "workspace", "place", "user", name="pk_pace"),
    )
    ready = sa.text("state = 'ready'")
    op.create_index("ix_outbox_first", "outbox", ["due", "tenant"], sqlite_where=ready, postgresql_where=ready)


def downgrade() -> None:
    op.drop_index("ix_outbox_first", "outbox")
    op.drop_table("pace")
