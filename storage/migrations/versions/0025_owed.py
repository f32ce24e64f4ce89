"""Answers that nobody is known to have seen are found among the events that were acted on."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

change = "expand"


def upgrade() -> None:
    owed = sa.text("done_at IS NOT NULL AND payload IS NOT NULL")
    op.create_index("ix_inbox_owed", "inbox", ["done_at"], sqlite_where=owed, postgresql_where=owed)


def downgrade() -> None:
    op.drop_index("ix_inbox_owed", "inbox")
