"""The time zone of a member's account."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("member") as member:
        member.add_column(sa.Column("zone", sa.Text, nullable=False, server_default=""))
    with op.batch_alter_table("member") as member:
        member.alter_column("zone", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("member") as member:
        member.drop_column("zone")
