"""Who posted a decision that somebody else took over."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("decision") as decision:
        decision.add_column(sa.Column("taken_from", sa.Text, nullable=False, server_default=""))
    with op.batch_alter_table("decision") as decision:
        decision.alter_column("taken_from", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("decision") as decision:
        decision.drop_column("taken_from")
