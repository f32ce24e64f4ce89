"""Until when somebody wants no reminders."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("member") as member:
        member.add_column(sa.Column("quiet_until", sa.Date))


def downgrade() -> None:
    with op.batch_alter_table("member") as member:
        member.drop_column("quiet_until")
