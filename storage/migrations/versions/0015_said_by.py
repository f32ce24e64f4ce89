"""By whom an event is: what came late is not to take the place of what the same person said since."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

change = "expand"


def upgrade() -> None:
    op.add_column("inbox", sa.Column("user", sa.Text, nullable=False, server_default=""))
    op.create_index("ix_inbox_user", "inbox", ["tenant", "platform", "user", "at"])


def downgrade() -> None:
    op.drop_index("ix_inbox_user", "inbox")
    op.drop_column("inbox", "user")
