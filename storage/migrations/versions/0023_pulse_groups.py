"""When a pulse was opened, which groups people read of before they answered, and what is lost with a database."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

change = "expand"


def upgrade() -> None:
    op.add_column("pulse", sa.Column("groups", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("pulse", sa.Column("opened_at", sa.DateTime(timezone=True)))
    op.add_column("pulse", sa.Column("is_lost", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("pulse") as pulse:
        pulse.drop_column("is_lost")
        pulse.drop_column("opened_at")
        pulse.drop_column("groups")
