"""The language in which the bot speaks in a team's channel."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("team") as team:
        team.add_column(sa.Column("language", sa.Text, nullable=False, server_default="en"))
    with op.batch_alter_table("team") as team:
        team.alter_column("language", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("team") as team:
        team.drop_column("language")
